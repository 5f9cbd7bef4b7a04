"""What is different from an earlier run: verdicts, durations, evidence. Pure."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from tmuxplan.events import Evidence
from tmuxplan.report.decision import headline, tally
from tmuxplan.report.documents import SCHEMA, seconds
from tmuxplan.report.facts import RunFacts, TaskFacts
from tmuxplan.report.likeness import reason_of
from tmuxplan.report.words import clock, code, counted, in_table, prose, span

RATIO, SECONDS = 1.25, 1.0
"""A duration is another one from a quarter and a second more or less."""
MOST = 20


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One task, then and now; an outcome is None where the task was not in the plan.

    `found` and `gone` are texts of evidence that say something which the other run did not.
    Seconds are given where they differ by much.
    """

    task: str
    title: str
    then: str | None
    now: str | None
    found: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    seconds_then: float | None = None
    seconds_now: float | None = None

    @property
    def is_one(self) -> bool:
        return bool(self.then != self.now or self.found or self.gone or self.seconds_now)


def changes(then: RunFacts, now: RunFacts) -> tuple[Change, ...]:
    """The tasks that are not as they were, in the plan's order; those that are gone at the end."""
    old = {task.id: task for task in then.tasks}
    new = {task.id: task for task in now.tasks}
    found = [_change(old.get(task.id), task) for task in now.tasks]
    found += [
        Change(task=task.id, title=task.title, then=task.outcome, now=None)
        for task in then.tasks
        if task.id not in new
    ]
    return tuple(change for change in found if change.is_one)


def markdown(then: RunFacts, now: RunFacts) -> str:
    """`collect --compare RUN`."""
    return "\n".join(_lines(then, now)) + "\n"


def as_json(then: RunFacts, now: RunFacts) -> str:
    """`collect --compare RUN -f json`."""
    document = {
        "schema": SCHEMA,
        "then": _run(then),
        "now": _run(now),
        "same_plan": then.sha256 == now.sha256,
        "changes": [msgspec.to_builtins(change) for change in changes(then, now)],
    }
    return msgspec.json.format(msgspec.json.encode(document), indent=2).decode() + "\n"


def _run(run: RunFacts) -> dict[str, object]:
    return {
        "id": run.id,
        "verdict": run.verdict,
        "seconds": seconds(run.seconds),
        "sha256": run.sha256,
    }


def _change(old: TaskFacts | None, new: TaskFacts) -> Change:
    before, after = _said(old), _said(new)
    then, now = (_seconds(old) if old else None), _seconds(new)
    much = then is not None and now is not None and _differ(then, now)
    return Change(
        task=new.id,
        title=new.title,
        then=old.outcome if old else None,
        now=new.outcome,
        found=tuple(text for key, text in after.items() if key not in before),
        gone=tuple(text for key, text in before.items() if key not in after),
        seconds_then=seconds(then) if much else None,
        seconds_now=seconds(now) if much else None,
    )


def _said(task: TaskFacts | None) -> dict[tuple[str, str], str]:
    """The evidence by what it says: numbers and times of day make no other evidence."""
    found: tuple[Evidence, ...] = task.evidence if task else ()
    return {(e.kind, reason_of(e.text).key): e.text for e in found}


def _seconds(task: TaskFacts) -> float | None:
    """Only of what passed: how long something ran until it broke says nothing."""
    return task.last.seconds if task.last and task.outcome == "passed" else None


def _differ(then: float, now: float) -> bool:
    low, high = min(then, now), max(then, now)
    return high - low >= SECONDS and high >= low * RATIO


def _lines(then: RunFacts, now: RunFacts) -> Iterator[str]:
    yield f"# {prose(now.plan_title)}: run {now.id} against {then.id}"
    yield ""
    yield "| | then | now |"
    yield "|---|---|---|"
    yield f"| Verdict | {in_table(prose(headline(then)))} | {in_table(prose(headline(now)))} |"
    yield f"| Tasks | {tally(then)} | {tally(now)} |"
    yield f"| Time | {span(then.seconds)} | {span(now.seconds)} |"
    yield f"| Started | {clock(then.started)} | {clock(now.started)} |"
    plan = "the same" if then.sha256 == now.sha256 else code(now.sha256[:12])
    yield f"| Plan | {code(then.sha256[:12])} | {plan} |"
    found = changes(then, now)
    if not found:
        yield from ("", "Nothing else is different.")
        return
    for title, some in _groups(found):
        if some:
            yield from ("", f"## {title}", "")
            yield from (line for change in some for line in _change_lines(change))


def _groups(found: tuple[Change, ...]) -> Iterator[tuple[str, list[Change]]]:
    worse = [c for c in found if c.now not in ("passed", None) and c.then in ("passed", None)]
    better = [c for c in found if c.now == "passed" and c.then not in ("passed", None)]
    gone = [c for c in found if c.now is None]
    rest = [c for c in found if c not in worse and c not in better and c not in gone]
    yield f"Worse ({counted(len(worse), 'task')})", worse
    yield f"Better ({counted(len(better), 'task')})", better
    yield "Otherwise different", rest
    yield "No longer in the plan", gone


def _change_lines(change: Change) -> Iterator[str]:
    then, now = change.then or "not in the plan", change.now or "not in the plan"
    became = f"{then}, now {now}" if then != now else now
    yield f"- {change.task} {prose(change.title, 80)}: {became}{_took(change)}"
    yield from (f"  - new: {code(text)}" for text in change.found[:MOST])
    yield from (f"  - gone: {code(text)}" for text in change.gone[:MOST])
    left = max(0, len(change.found) - MOST) + max(0, len(change.gone) - MOST)
    if left:
        yield f"  - and {left} more"


def _took(change: Change) -> str:
    if change.seconds_now is None:
        return ""
    return f"; took {span(change.seconds_then)}, now {span(change.seconds_now)}"
