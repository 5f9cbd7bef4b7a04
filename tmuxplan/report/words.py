"""Values as words: times, spans, and hostile text made safe for prose, code spans and fences.

Titles, commands and output are whatever an author or a program wrote. Everything that
leaves this room goes through one of these functions.
"""

from __future__ import annotations

import re
from datetime import datetime, timezone

from tmuxplan.judge.clean import clean
from tmuxplan.plan.counting import counted as counted  # noqa: PLC0414 (one of our words, too)
from tmuxplan.plan.patterns import lazy

LONGEST = 300
_MARKDOWN = lazy(
    r"[\\`*\[\]<>~$]|(?<!\w)_|_(?!\w)|&(?=#?\w+;)|^[-+=#](?=[\s=-]|#|$)|(?<=^\d)[.)](?=\s|$)"
)
_SPANS = lazy(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)")


def one_line(text: str, longest: int = LONGEST) -> str:
    """The text as one clean line, cut with an ellipsis where it is longer."""
    flat = " ".join(clean(line) for line in text.splitlines())
    flat = " ".join(flat.split())
    return flat if len(flat) <= longest else flat[: longest - 1] + "…"


def lines(text: str) -> tuple[str, ...]:
    """The text's lines, each clean, indentation kept."""
    return tuple(clean(line).rstrip() for line in text.expandtabs(4).splitlines())


def prose(text: str, longest: int = LONGEST) -> str:
    """Text to stand in Markdown prose and mean only itself; its code spans stay. In a table's cell
    it needs `in_table`, too."""
    flat, found, at = one_line(text, longest), [], 0
    for span_ in _SPANS.finditer(flat):
        found += [_escaped(flat[at : span_.start()]), code(span_[2])]
        at = span_.end()
    return "".join((*found, _escaped(flat[at:])))


def _escaped(text: str) -> str:
    return _MARKDOWN.sub(lambda found: f"\\{found[0]}", text)


def code(text: str, longest: int = LONGEST) -> str:
    """Text as a Markdown code span, whatever backticks it holds."""
    flat = one_line(text, longest)
    if not flat:
        return ""
    ticks = "`" * (max((len(run) for run in re.findall("`+", flat)), default=0) + 1)
    pad = " " if flat.startswith("`") or flat.endswith("`") else ""
    return f"{ticks}{pad}{flat}{pad}{ticks}"


def in_table(markdown: str) -> str:
    """Finished Markdown for a table's cell: GFM splits at a bar even inside a code span, and takes
    the backslash before it away there, too."""
    return markdown.replace("|", "\\|")


def fence(text_lines: tuple[str, ...], indent: str = "") -> tuple[str, ...]:
    """Lines as a Markdown fence longer than any that they hold."""
    shown = tuple(clean(line) for line in text_lines)
    longest = max((len(run) for line in shown for run in re.findall("`+", line)), default=0)
    ticks = "`" * max(3, longest + 1)
    return tuple(f"{indent}{line}".rstrip() for line in (f"{ticks}text", *shown, ticks))


def iso(at: float | None) -> str | None:
    """A moment as ISO 8601 in UTC, to the millisecond; None stays None."""
    if at is None:
        return None
    moment = datetime.fromtimestamp(at, timezone.utc)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def clock(at: float | None) -> str:
    """A moment for people, with its zone: "2026-11-22 10:15:30 UTC"."""
    if at is None:
        return "unknown"
    return datetime.fromtimestamp(at, timezone.utc).strftime("%Y-%m-%d %H:%M:%S UTC")


def date(at: float | None) -> str:
    """The day of a moment, UTC."""
    return "unknown" if at is None else clock(at)[:10]


def span(seconds: float | None) -> str:
    """A duration for people: "0.4 s", "12 s", "3 min 5 s", "1 h 12 min"."""
    if seconds is None:
        return "unknown"
    seconds = max(0.0, seconds)
    if seconds < 10:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s" if whole % 60 else f"{whole // 60} min"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def listed(names: tuple[str, ...], most: int = 8) -> str:
    """Names with commas; a long list ends in how many more there are."""
    shown = ", ".join(names[:most])
    return shown if len(names) <= most else f"{shown} and {len(names) - most} more"


STOPPED_WHY = {
    "timeout": "it ran into its timeout",
    "halt": "the run halts",
    "stop": "the run is to end",
    "done": "nobody needs it any more",
    "not up": "it was not up in time",
}
"""Why an attempt was stopped, in words; by `events.StopAsked.why`."""
