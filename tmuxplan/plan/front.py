"""YAML front matter: where it stands. What its keys mean is for others to read."""

from __future__ import annotations

from tmuxplan.plan.model import Text
from tmuxplan.plan.patterns import lazy
from tmuxplan.plan.problems import Problems

_RULE = lazy(r"---[ \t]*")
_END = lazy(r"(?:---|\.\.\.)[ \t]*")
_KEY = lazy(r"[\"']?[A-Za-z_][\w .-]*[\"']?[ \t]*:(?:[ \t]|$)")
_LIKE_KEY = lazy(r"[ \t]*(?:[{}\]-]|[\"']?[\w][\w .?&*-]{0,40}[\"']?[ \t]*:(?:[ \t]|$))")
_MARKDOWN = lazy(r"#{1,6}[ \t]+\S|```|~~~")


def split(text: str, problems: Problems) -> tuple[Text | None, str]:
    """The front matter, and the text with blank lines in its place, so that lines stay.

    A plan may also begin with a rule: it is front matter where a key comes first.
    """
    lines = text.split("\n")
    if not _RULE.fullmatch(lines[0]):
        return None, text
    end = next((n for n, line in enumerate(lines[1:], 1) if _END.fullmatch(line)), None)
    if not _begins_with_key(lines):
        if end is not None and _is_like_it(lines[1:end]):
            problems.warning(
                "front-matter",
                1,
                "this looks like front matter, and is read as text: its first line is no `key:`",
                "begin with a key in line 2, at the margin; or take the --- away",
            )
        return None, text
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


def _is_like_it(lines: list[str]) -> bool:
    """Nothing but what YAML has, though not as it is written here."""
    said = [line for line in lines if line.strip() and not line.lstrip().startswith("#")]
    return bool(said) and all(_LIKE_KEY.match(line) for line in said)


def _holds_markdown(lines: list[str]) -> bool:
    """A heading after an empty line, or a fence: the next rule is not the front matter's end."""
    before = "---"
    for line in lines:
        if _MARKDOWN.match(line) and (not line.startswith("# ") or not before.strip()):
            return True
        before = line
    return False
