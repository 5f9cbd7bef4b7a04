"""What a template leaves open for a value: `[Y]`, `___`, `X`, `{{name}}`, a sample number. Pure."""

from __future__ import annotations

import re

PLACE = (
    r"\[(?!\s*\])[^\[\]\n]{1,60}\](?![(\[:])|\{\{[^}\n]{1,60}\}\}|\{\w{1,30}\}|<[A-Za-z][^<>\n]{0,40}>"
    r"|\$\([^)\n]{1,60}\)|(?<![\w_])_{2,}(?![A-Za-z])|(?<!\w)\?+(?!\w)|(?<!\w)#(?![\w#])"
    r"|(?<![\w%])(?:[XYZN]{1,3}|TBD)\b(?!['’]|/A\b)|(?<=: )[A-Z](?=\s*(?:\*\*|\||/|,|$))"
)
"""A place for a value."""
NUMBER = r"(?<![\w.])\d+(?:[.,]\d+)?(?![\w])"
SLOT = rf"(?:{PLACE}|{NUMBER})"
_PLACE = re.compile(PLACE)
_SLOT = re.compile(SLOT)
_LONGEST, _GAP = 600, " " * 60
_BARE = re.compile(r"[\W_XYZNxyzn]*|TBD|[A-Z]")


def readable(line: str) -> bool:
    """Whether the line can be a form to fill in. What is not is left alone: the patterns for
    forms would take hours for it."""
    return len(line) <= _LONGEST and _GAP not in line.strip()


def is_number(slot: str) -> bool:
    """A sample value, as in `Total: 10`, and no open place."""
    return slot[:1].isdigit()


def name_of(slot: str) -> str:
    """ "Date" of `[Date]`; empty for `X` and `___`."""
    name = slot.strip("[]{}<>$() ")
    return "" if _BARE.fullmatch(name) or is_number(name) else name


def places(line: str) -> tuple[str, ...]:
    """The open places of a line."""
    return tuple(found[0] for found in _PLACE.finditer(line))


def slots(line: str) -> tuple[str, ...]:
    """The open places and the numbers of a line."""
    return tuple(found[0] for found in _SLOT.finditer(line))
