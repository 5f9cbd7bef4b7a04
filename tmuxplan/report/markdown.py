"""The report as Markdown: the plan's own template, or ours, and then what it rests on. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tmuxplan.report.causes import Cause, causes
from tmuxplan.report.causes_told import headline as headline_of
from tmuxplan.report.causes_told import markdown as told
from tmuxplan.report.decision import deciding, failed, headline, lesser, tally
from tmuxplan.report.evidence import places
from tmuxplan.report.facts import Excerpt, RunFacts, TaskFacts
from tmuxplan.report.provenance import markdown as about
from tmuxplan.report.sheet import Sheet
from tmuxplan.report.taskline import notes_of
from tmuxplan.report.template import Filled, fill
from tmuxplan.report.words import code, fence, listed, prose, span

OURS = """# Execution Report - [Date]

## Summary
- Plan: [Plan]
- Verdict: [verdict]
- Total Tasks: N
- Completed: X
- Failed: Y
- Time Taken: Z

## Task Results
- [task] [title]: ✅ / ✗ (notes)

## Issues Encountered
1. Issue
   - Terminal: #X
   - Error: [error message]
   - Resolution: [how fixed]

## Decision
- [ ] GO
- [ ] NO GO - Blocking issues:
  - [List blockers]

## Next Steps
- [Action items]
"""

MOST_EVIDENCE = 20
MOST_CAUSES = 20
_NOTHING: Mapping[str, Excerpt] = {}


def render(sheet: Sheet) -> str:
    """`collect -f markdown`."""
    return markdown(sheet.run, sheet.ends, sheet.causes)


def markdown(
    run: RunFacts,
    excerpts: Mapping[str, Excerpt] = _NOTHING,
    found: tuple[Cause, ...] | None = None,
) -> str:
    """The whole report. `excerpts`: by task id, the last lines of its newest log. `found`: the
    causes, where they are known already."""
    filled = fill(run.template.text if run.template else OURS, run)
    parts = [
        filled.lines,
        ("", "---"),
        _rests_on(run),
        _causes(causes(run) if found is None else found),
        _evidence(run, excerpts),
        _warnings(run),
        _criteria(run),
        _left_behind(run),
        _left(filled),
        ("", "## About This Run", "", *about(run)),
    ]
    return "\n".join(line for part in parts for line in part).strip() + "\n"


def _rests_on(run: RunFacts) -> tuple[str, ...]:
    decided = frozenset(deciding(run))
    found = ["", "## What the Verdict Rests On", "", f"- {prose(headline(run))}"]
    if run.rule:
        found.append(f"- Rule: {prose(run.rule, 1000)}")
    found.append(f"- {tally(run)}")
    if run.partial:
        found.append("- Only a part of the plan was asked for")
    found.extend(
        f"- {task.id} decided: {task.outcome}{_impact(task)}"
        for task in run.tasks
        if task.id in decided
    )
    found.extend(
        f"- {task.id} did not decide: {notes_of(task)}{_impact(task)}" for task in lesser(run)
    )
    return tuple(found)


def _impact(task: TaskFacts) -> str:
    said = prose(task.impact) if task.impact else "not stated"
    return f" (impact {said}, {'blocks' if task.blocks_the_run else 'does not block'})"


def _causes(found: tuple[Cause, ...]) -> Iterator[str]:
    if found:
        yield from ("", "## Causes")
    for n, cause in enumerate(found[:MOST_CAUSES], 1):
        decided = "" if cause.decides else " (decided nothing)"
        yield from ("", f"### {n}. {prose(headline_of(cause))}{decided}", "", *told(cause))
    if len(found) > MOST_CAUSES:
        yield from ("", f"And {len(found) - MOST_CAUSES} more causes, see the evidence.")


def _evidence(run: RunFacts, excerpts: Mapping[str, Excerpt]) -> Iterator[str]:
    tasks = failed(run)
    if tasks:
        yield from ("", "## Evidence")
    for task in tasks:
        yield from ("", f"### {task.id} {prose(task.title, 120)}", "")
        yield from _attempts(task)
        failures = task.last.failures if task.last else ()
        for evidence in failures[:MOST_EVIDENCE]:
            yield f"- {evidence.kind}: {code(evidence.text)}{places(run, evidence, task)}"
        if len(failures) > MOST_EVIDENCE:
            command = code(f"tmuxplan explain {task.id}")
            yield f"- and {len(failures) - MOST_EVIDENCE} more: {command}"
        excerpt = excerpts.get(task.id)
        if excerpt is not None and excerpt.lines:
            yield from ("", f"Output from log line {excerpt.first}:", "", *fence(excerpt.lines))


def _attempts(task: TaskFacts) -> Iterator[str]:
    for attempt in task.attempts[-5:]:
        status = "unknown" if attempt.status is None else attempt.status
        verdict = attempt.verdict or "not judged"
        yield f"- attempt {attempt.n}: {verdict}, status {status}, {span(attempt.seconds)}"


def _warnings(run: RunFacts) -> tuple[str, ...]:
    found: list[str] = []
    for task in run.tasks:
        warnings = task.last.warnings if task.last else ()
        found += [f"- {task.id}: {code(warning.text)}" for warning in warnings[:MOST_EVIDENCE]]
        if len(warnings) > MOST_EVIDENCE:
            found.append(f"- {task.id}: and {len(warnings) - MOST_EVIDENCE} more")
    return ("", "## Warnings", "", *found) if found else ()


def _criteria(run: RunFacts) -> tuple[str, ...]:
    """What no machine checked: each with its box, ticked where a person did."""
    for_people = [(task, c) for task in run.tasks for c in task.criteria if c.kind == "person"]
    if not for_people:
        return ()
    boxes = [_box(task, c.text) for task, c in for_people]
    ticked = sum(line.startswith("- [x]") for line in boxes)
    said = f"{len(boxes)} for a person to check, {ticked} of them ticked. None counts as met."
    return ("", "## Success Criteria Not Machine-Checked", "", said, "", *boxes)


def _box(task: TaskFacts, text: str) -> str:
    ticked = task.ticked.get(text)
    if ticked is None:
        return f"- [ ] {task.id}: {prose(text)}"
    note = f": {prose(ticked.note)}" if ticked.note else ""
    return f"- [x] {task.id}: {prose(text)} (by {prose(ticked.by)}{note})"


def _left_behind(run: RunFacts) -> tuple[str, ...]:
    found = [
        f"- {task.id}: process {left.pid} {code(left.command)} is still running"
        + (f", port {listed(tuple(str(p) for p in left.ports))}" if left.ports else "")
        for task in run.tasks
        if task.last
        for left in task.last.leftovers_alive
    ]
    return ("", "## Left Behind", "", *found) if found else ()


def _left(filled: Filled) -> tuple[str, ...]:
    found = [f"- {code(left)}" for left in filled.left]
    found += [f"- {code(ref)}: the plan has no such task" for ref in filled.strange]
    return ("", "## Left as the Template Has It", "", *found) if found else ()
