"""YAML front matter: where it stands. What its keys mean is for others to read."""

from __future__ import annotations

import re

from tmuxplan.plan.model import Text
from tmuxplan.plan.problems import Problems

_RULE = re.compile(r"---[ \t]*")
_END = re.compile(r"(?:---|\.\.\.)[ \t]*")
_KEY = re.compile(r"[\"']?[A-Za-z_][\w .-]*[\"']?[ \t]*:(?:[ \t]|$)")
_MARKDOWN = re.compile(r"#{1,6}[ \t]+\S|```|~~~")


def split(text: str, problems: Problems) -> tuple[Text | None, str]:
    """The front matter, and the text with blank lines in its place, so that lines stay.

    A plan may also begin with a rule: it is front matter where a key comes first.
    """
    lines = text.split("\n")
    if not _RULE.fullmatch(lines[0]) or not _begins_with_key(lines):
        return None, text
    end = next((n for n, line in enumerate(lines[1:], 1) if _END.fullmatch(line)), None)
    if end is None or _holds_markdown(lines[1:end]):
        problems.error(
            "front-matter", 1, "the front matter is not closed", "end it with a line of ---"
        )
        return None, text
    body = "\n".join(lines[1:end])
    return Text(body, 2), "\n".join([""] * (end + 1) + lines[end + 1 :])


def _begins_with_key(lines: list[str]) -> bool:
    """Comments may come before it; an empty line makes a comment a heading."""
    for line in lines[1:]:
        if not line.startswith("#"):
            return bool(_KEY.match(line))
    return False


def _holds_markdown(lines: list[str]) -> bool:
    """A heading after an empty line, or a fence: the next rule is not the front matter's end."""
    before = "---"
    for line in lines:
        if _MARKDOWN.match(line) and (not line.startswith("# ") or not before.strip()):
            return True
        before = line
    return False
