"""Which shell of a task a block is for: "In another terminal:" opens one more (grammar B2)."""

from __future__ import annotations

import re

import msgspec

from tmuxplan.plan.patterns import lazy

_NEW = lazy(
    r"\b(?:in|from|open(?:ing)?|using|into)\s+(?:another|(?:(?:a|the)\s+)?(?:new|second|third|fourth|fifth"
    r"|separate|different|other|2nd|3rd|4th|5th))\s+(?:\w+\s+)?(?:shell|terminal|window|tab|console)\b"
    r"|\b(?:2nd|3rd|[4-9]th|second|third|fourth)\s+(?:terminal|shell|window|tab)\b"
    r"|別の(?:ターミナル|シェル|端末)|另一个终端|新(?:しい|的)?(?:ターミナル|终端)"
    r"|в (?:другом|новом|отдельном|втором) (?:терминале|окне)"
    r"|in einem (?:anderen|neuen|zweiten|weiteren) (?:terminal|fenster)"
    r"|dans un (?:autre|nouveau|second|deuxième) terminal"
    r"|en (?:otra|otro|una nueva|un nuevo|una segunda|un segundo) (?:terminal|ventana)"
    r"|(?:em|num|noutro) ?(?:outro|um outro|um novo|um segundo|novo)? terminal"
    r"|in un (?:altro|nuovo|secondo) terminale|w (?:innym|nowym|drugim) terminalu"
    r"|(?:다른|새|두 번째) 터미널|另开(?:一个)?终端",
    re.IGNORECASE,
)
_BACK = lazy(
    r"\b(?:back\s+(?:in|to)|in)\s+(?:the\s+)?(?:first|original|main|1st)\s+(?:shell|terminal|window|tab)\b",
    re.IGNORECASE,
)
# "Terminal 2:", "### Terminal B - Frontend", "In terminal 2": the same name is the same shell.
_NAMED = lazy(
    r"[\W_]*(?:(?:in|from|open|using|into|on)\s+)?(?:terminal|shell|window|tab|console|терминал|终端|終端"
    r"|ターミナル)[\s*_]*(?:window|tab)?\s*[#№]?\s*(?P<name>\d{1,2}|(?-i:[A-Z]))(?=\W|$)(?!\s*[.]\d)",
    re.IGNORECASE,
)
_ASIDE = lazy(r"[(（][^()（）]*[)）]\W*$")


class Window(msgspec.Struct, frozen=True):
    """The shell that commands go to: its number, how many there are, under which title, and the
    numbers of those that have names."""

    number: int = 0
    opened: int = 0
    title: str = ""
    names: tuple[tuple[str, int], ...] = ()

    def next(self, before: str, title: str, first: bool) -> Window:
        """Where the next block goes, from the line before it and its section's title.

        A task's first commands are in its first window, whatever they say of others' windows.
        """
        fresh = first or title != self.title
        name = _name(before) if _announces(before) else ""
        name = name or (_name(title) if fresh else "")
        if first:
            return Window(0, 0, title, ((name, 0),) if name else ())
        if name:
            return self._called(name, title)
        if _BACK.search(before) or (fresh and _BACK.search(title)):
            return Window(0, self.opened, title, self.names)
        if (_NEW.search(before) and _announces(before)) or (fresh and _NEW.search(title)):
            return Window(self.opened + 1, self.opened + 1, title, self.names)
        return Window(self.number, self.opened, title, self.names)

    def _called(self, name: str, title: str) -> Window:
        known = dict(self.names).get(name)
        if known is not None:
            return Window(known, self.opened, title, self.names)
        # What ran before any shell had a name was in the first.
        new = 0 if name in ("1", "A") and not self.names else self.opened + 1
        return Window(new, max(self.opened, new), title, (*self.names, (name, new)))


def opens(text: str) -> bool:
    """Whether a title or a comment begins with "in another terminal"."""
    found = _NEW.search(text[:_LONGEST])
    return found is not None and found.start() <= _NEAR


_LONGEST, _NEAR = 200, 12


def _name(text: str) -> str:
    found = _NAMED.match(text)
    return found["name"].upper() if found else ""


def _announces(line: str) -> bool:
    """It ends in a colon, or says so in parentheses, or says nothing else."""
    plain = line.rstrip(" *_")
    aside = _ASIDE.search(plain)
    return (
        plain.rstrip(")）").endswith((":", "："))
        or bool(aside and _NEW.search(aside.group()))
        or len(plain.split()) <= 5
    )
