"""For GitHub: a step's summary, and annotations of the plan's lines. Pure."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from tmuxplan.report.causes import Cause
from tmuxplan.report.causes_told import headline as cause_headline
from tmuxplan.report.causes_told import markdown as told
from tmuxplan.report.decision import headline, tally
from tmuxplan.report.evidence import MARKS, why
from tmuxplan.report.facts import FAILURES, Outcome, RunFacts, TaskFacts
from tmuxplan.report.problems import command
from tmuxplan.report.provenance import markdown as about
from tmuxplan.report.sheet import Sheet
from tmuxplan.report.steps import next_steps
from tmuxplan.report.taken import took
from tmuxplan.report.words import code, counted, fence, in_table, one_line, prose, span

LIMIT = 1_000_000
"""Bytes of a summary: GitHub drops one over 1 MiB, whole."""
ANNOTATIONS = 10
"""Of each kind: GitHub shows no more of one step's."""
_ICONS = {"GO": "✅", "NO GO": "❌", "PENDING": "⏳"}
_FIRST: tuple[Outcome, ...] = (*sorted(FAILURES), "blocked", "halted", "waiting", "skipped")


def render(sheet: Sheet) -> str:
    """`collect -f github`: the summary, as Markdown."""
    return _within(LIMIT, list(_lines(sheet)))


def commands(sheet: Sheet, roots: tuple[str, ...] = ()) -> str:
    """Workflow commands: one error for each cause that decided, one warning for each other.
    `roots`: names of the directory that holds the repository; GitHub wants paths from there. Else
    it is taken to be where the plan was launched."""
    roots = (*roots, sheet.run.cwd)
    found: dict[str, list[str]] = {"error": [], "warning": []}
    for cause in sheet.causes:
        kind = "error" if cause.decides else "warning"
        place = _place(_from(roots, posixpath.join(sheet.run.cwd, cause.faults[0].place)))
        text = f"{cause_headline(cause)}\n{cause.command}"
        found[kind].append(command(kind, {**place, "title": ", ".join(cause.tasks[:5])}, text))
    shown = [line for lines in found.values() for line in lines[:ANNOTATIONS]]
    verdict = sheet.run.verdict
    said = "notice" if verdict == "GO" else "error" if verdict == "NO GO" else "warning"
    last = command(
        said, {"title": verdict or "no verdict"}, f"{headline(sheet.run)}; {tally(sheet.run)}"
    )
    return "".join((*shown[: 2 * ANNOTATIONS - 1], last))


def _from(roots: tuple[str, ...], place: str) -> str:
    inside = (place.removeprefix(f"{root}/") for root in roots if place.startswith(f"{root}/"))
    return next(inside, place)


def _place(place: str) -> dict[str, str]:
    """ "plans/x.md:62" as GitHub wants it; the line is not always known."""
    file, _, line = place.rpartition(":")
    return {"file": file, "line": line} if line.isdigit() else {"file": place}


def _lines(sheet: Sheet) -> Iterator[str]:
    run = sheet.run
    verdict = run.verdict or "no verdict"
    yield f"## {_ICONS.get(verdict, '▶')} {verdict}: {prose(run.plan_title)}"
    yield from ("", prose(headline(run), 1000), "", f"{tally(run)}, in {span(run.seconds)}")
    if run.rule and run.verdict != "GO":
        yield from ("", f"Rule: {prose(run.rule, 1000)}")
    yield from _causes(sheet.causes)
    yield from ("", "### Next steps", "", *(f"- {step}" for step in next_steps(run, below=False)))
    yield from ("", "### About this run", "", *about(run))
    yield from _table(run)
    yield from _ends(sheet)


def _causes(causes: tuple[Cause, ...]) -> Iterator[str]:
    if causes:
        yield from ("", "### Causes")
    for n, cause in enumerate(causes[:20], 1):
        decided = "" if cause.decides else " (decided nothing)"
        yield from ("", f"#### {n}. {prose(cause_headline(cause))}{decided}", "", *told(cause))
    if len(causes) > 20:
        yield from ("", f"And {len(causes) - 20} more.")


def _table(run: RunFacts) -> Iterator[str]:
    """What went wrong first: a long table may be cut."""
    yield from ("", "### Tasks", "", "| | Task | Result | Time | |", "|---|---|---|---|---|")
    order = {outcome: n for n, outcome in enumerate(_FIRST)}
    for task in sorted(run.tasks, key=lambda t: (order.get(t.outcome, len(order)), t.number)):
        spent = took(task)
        said = code(why(task), 160) if task.outcome in FAILURES else prose(why(task), 160)
        name = in_table(f"{task.id} {prose(task.title, 80)}")
        mark = MARKS[task.outcome].strip()
        yield f"| {mark} | {name} | {_outcome(task)} | {spent} | {in_table(said)} |"


def _outcome(task: TaskFacts) -> str:
    attempts = len(task.attempts)
    return f"{task.outcome}, {counted(attempts, 'attempt')}" if attempts > 1 else task.outcome


def _ends(sheet: Sheet) -> Iterator[str]:
    for task in sheet.run.tasks:
        end = sheet.ends.get(task.id)
        if end is not None and end.lines:
            title = one_line(f"Output of {task.id}, from log line {end.first}")
            yield from ("", f"<details><summary>{prose(title)}</summary>", "")
            yield from (*fence(end.lines), "", "</details>")


def _within(limit: int, lines: list[str]) -> str:
    """The lines as long as they fit, and a word about those that do not."""
    size, kept = 200, 0
    for line in lines:
        size += len(line.encode()) + 1
        if size > limit:
            break
        kept += 1
    if kept == len(lines):
        return "\n".join(lines) + "\n"
    open_fence = sum(line.startswith("```") for line in lines[:kept]) % 2
    cut = [*lines[:kept], *(["```"] if open_fence else [])]
    return (
        "\n".join([*cut, "", f"Cut here: {len(lines) - kept} lines more would be too long."]) + "\n"
    )
