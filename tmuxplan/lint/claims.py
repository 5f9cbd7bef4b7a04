"""What the plan says of itself as a whole, against what it says task by task."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from tmuxplan.lint.finding import Finding, listed, numbered
from tmuxplan.lint.view import View
from tmuxplan.plan import families, times
from tmuxplan.plan.patterns import lazy
from tmuxplan.schedule.graph import critical_path

_CLAIM = lazy(
    r"^[\s>*_-]*(?P<label>[^:|]{0,40}\b(?:time|duration)\b[^:|]{0,30}):[*_\s]*(?P<value>.+)$",
    re.IGNORECASE,
)
_OF_ALL = lazy(r"\b(?:total|overall|whole|entire|parallel|serial|sequential)\b", re.I)
_OF_SOMETHING_ELSE = lazy(r"\bsav|\bper\b|\beach\b|\bphase|\bgroup|\btime-?out|\bbuffer", re.I)
_BULLET = lazy(r"\s*[-*+]\s")
_SERIAL = lazy(r"\b(serial|sequential|one after)", re.IGNORECASE)
_PARALLEL = lazy(r"\b(parallel|concurrent|simultaneous)", re.IGNORECASE)
_INDEPENDENT = lazy(
    r"\b(?:all|every|each|\d+)\b[^.|]{0,40}\bindependent\b|\bno dependencies between\b",
    re.IGNORECASE,
)
_DENIED = lazy(r"\b(not|except|apart from|besides|once|after|phase|wave)\b", re.IGNORECASE)


class Claim(msgspec.Struct, frozen=True):
    """A time that the plan states of itself, in seconds."""

    line: int
    text: str
    low_s: float
    high_s: float
    serial: bool


def claimed_times(view: View) -> Iterator[Finding]:
    """Times of the whole plan that its own estimates contradict."""
    known = [task.estimate for task in view.plan.tasks if task.estimate]
    if len(known) < 2 or len(known) * 2 < len(view.plan.tasks):
        return
    path = critical_path(view.plan)
    total = sum(e.low_s for e in known), sum(e.high_s for e in known)
    for claim in _claims(view):
        low, high = total if claim.serial else (path.low_s, path.high_s)
        if claim.high_s < low * 0.9 or claim.low_s > high * 1.1:
            what = (
                "the estimates of all tasks together"
                if claim.serial
                else f"the longest chain ({listed(path.tasks, 8)})"
            )
            yield Finding(
                claim.line,
                f"the plan says {_span(claim.low_s, claim.high_s)}; {what} "
                f"{'come' if claim.serial else 'comes'} to {_span(low, high)}",
                "correct the time, an estimate, or a dependency that should not be there",
                claim.text[:60],
            )


def independent(view: View) -> Iterator[Finding]:
    """ "All tasks are independent" in a plan that states dependencies."""
    stated = [
        source.line
        for edge in view.plan.edges
        for source in edge.sources
        if source.line and source.kind not in ("order", "launch")
    ]
    if not stated:
        return
    first = view.plan.tasks[0].line if view.plan.tasks else 0
    lines = sorted(set(stated))
    for number, line in view.prose:
        if number >= first:
            return
        found = _INDEPENDENT.search(line)
        if found is not None and not _DENIED.search(line):
            yield Finding(
                number,
                f'"{found[0]}": {len(view.plan.edges)} dependencies are stated ({numbered(lines)})',
                "correct the sentence, or take the dependencies out",
                found[0],
            )


def _claims(view: View) -> Iterator[Claim]:
    own = {task.estimate.line for task in view.plan.tasks if task.estimate}
    spans = [(t.line, n.line) for t, n in zip(view.plan.tasks, view.plan.tasks[1:], strict=False)]
    first = view.plan.tasks[0].line if view.plan.tasks else 0
    last = spans[-1][1] if spans else first
    for number, line in _of_the_plan(view, own):
        if first <= number < last:
            continue
        found = _CLAIM.match(line)
        if found is None or _OF_SOMETHING_ELSE.search(found["label"]):
            continue
        if number > first and (_BULLET.match(line) or not _OF_ALL.search(found["label"])):
            continue
        value = found["value"].rsplit("=", 1)[-1]
        span = times.seconds(value)
        if span is None:
            continue
        said = found["label"] + " " + found["value"]
        serial = bool(_SERIAL.search(said)) and not _PARALLEL.search(found["label"])
        if serial and _PARALLEL.search(said):
            continue  # "45 minutes (parallel) vs. 2.5 hours (sequential)": which is which?
        yield Claim(number, line.strip(), span[0], span[1], serial)


def _of_the_plan(view: View, own: set[int]) -> Iterator[tuple[int, str]]:
    """Lines of prose that stand under no heading of a task, a group or a phase."""
    heading = ""
    for number, line in view.prose:
        if line.startswith("#"):
            heading = line
            continue
        if (
            number in own
            or ":" not in line
            or not any(word in line.lower() for word in ("time", "duration"))
        ):
            continue
        if families.name(heading.lstrip("# ")) is None:
            yield number, line


def _span(low: float, high: float) -> str:
    if high < 180:
        return f"{low:.0f} s" if low == high else f"{low:.0f} to {high:.0f} s"
    one, two = f"{low / 60:.0f}", f"{high / 60:.0f}"
    return f"{one} minutes" if one == two else f"{one} to {two} minutes"
