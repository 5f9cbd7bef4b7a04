"""Why a run is not GO: failures that say the same are one cause, what follows under it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Literal

import msgspec

from tmuxplan.events import Evidence
from tmuxplan.plan.model import Text
from tmuxplan.report.commands import rerun
from tmuxplan.report.decision import deciding
from tmuxplan.report.evidence import place, why
from tmuxplan.report.facts import FAILURES, Excerpt, RunFacts, TaskFacts
from tmuxplan.report.likeness import Reason, reason_of

Where = tuple[str, int]
"""A task's id and a step's number (0: the task as a whole): the key of what was printed there."""

_WORD = re.compile(r"[^\W\d_]{2,}")
_ENOUGH = 3


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """One step that went wrong (or a task as a whole: `step` 0), with all that says so.

    `place`: "plans/x.md:62". `said` are the evidence's texts, the most telling first. `before`:
    the last lines that it printed, where they are known.
    """

    task: str
    title: str
    step: int
    command: str
    place: str
    said: tuple[str, ...]
    log_line: int
    before: Excerpt | None = None


class Cause(msgspec.Struct, frozen=True, kw_only=True):
    """What one thing did to a run.

    `words`: the reason that the output names, or the first thing that it said. `faults`: where
    it showed, the first first. `after`: what went wrong later in the same tasks, and may only
    follow from it. `follows`: tasks that its tasks need and that failed of something else: it may
    only follow from that (a server that was up went down). `blocked`: the tasks that could not
    run. `recovery`: what the plan says, by task. `command` runs just these tasks again.
    `decides`: without it the run might be GO.
    """

    words: str
    kind: Literal["failure", "skipped"]
    tasks: tuple[str, ...]
    faults: tuple[Fault, ...]
    after: tuple[Fault, ...] = ()
    follows: tuple[str, ...] = ()
    blocked: tuple[str, ...] = ()
    recovery: tuple[tuple[str, Text], ...] = ()
    command: str = ""
    decides: bool = False

    @property
    def lines(self) -> int:
        """How many lines of output and records say so."""
        return sum(len(fault.said) for fault in self.faults)


def causes(run: RunFacts, printed: Mapping[Where, Excerpt] | None = None) -> tuple[Cause, ...]:
    """The causes of everything that did not pass; those that decided the verdict first, of these
    what follows from no other, then those that hit most tasks. `printed`: by task and step, the
    last lines before its end."""
    roots: dict[str, list[Fault]] = {}
    after: dict[str, list[Fault]] = {}
    words: dict[str, str] = {}
    for task in run.tasks:
        if task.outcome in FAILURES:
            _sort_in(_faults(run, task, printed or {}), roots, after, words)
    under, decided = _blocked_under(run), frozenset(deciding(run))
    found = [
        _cause(run, words[key], roots[key], after.get(key, ()), under, decided) for key in roots
    ]
    # A skip is a cause where it decided.
    found += [_skip(run, t) for t in run.tasks if t.outcome == "skipped" and t.id in decided]
    numbers = {task.id: task.number for task in run.tasks}
    return tuple(
        sorted(
            found,
            key=lambda c: (
                not c.decides,
                bool(c.follows),
                -len(c.tasks) - len(c.blocked),
                numbers[c.tasks[0]],
            ),
        )
    )


def causes_of(found: Iterable[Cause], task: TaskFacts) -> tuple[Cause, ...]:
    """The causes that concern a task: its own, and those of what blocked it."""
    return tuple(c for c in found if task.id in c.tasks or task.id in c.blocked)


def _sort_in(
    faults: tuple[tuple[Reason, Fault], ...],
    roots: dict[str, list[Fault]],
    after: dict[str, list[Fault]],
    words: dict[str, str],
) -> None:
    """A task's first fault is a root, and so is a later one with a reason of its own; a later one
    that names no reason may follow from the first."""
    first = faults[0][0].key
    for n, (reason, fault) in enumerate(faults):
        if n and not reason.named and reason.key != first:
            after.setdefault(first, []).append(fault)
            continue
        roots.setdefault(reason.key, []).append(fault)
        words.setdefault(reason.key, reason.words or fault.said[0])


def _faults(
    run: RunFacts, task: TaskFacts, printed: Mapping[Where, Excerpt]
) -> tuple[tuple[Reason, Fault], ...]:
    failures = task.last.failures if task.last else ()
    steps: dict[int, list[Evidence]] = {}
    for evidence in failures:
        steps.setdefault(evidence.step, []).append(evidence)
    if not steps:
        text = why(task)
        return ((_own(reason_of(text), task, ()), _fault(run, task, 0, (), (text,), None)),)
    found = []
    for step in sorted(steps, key=lambda n: n or len(task.steps) + 1):
        own = sorted(steps[step], key=_telling)
        before = printed.get((task.id, step))
        said = tuple(dict.fromkeys(evidence.text for evidence in own))
        reason = _reason(own, before)
        found.append((_own(reason, task, own), _fault(run, task, step, own, said, before)))
    return tuple(found)


def _telling(evidence: Evidence) -> tuple[int, int]:
    """What a program said of itself before what the machine saw of it."""
    order = {"marker": 0, "criterion": 1, "timeout": 1, "lost": 1, "signal": 2, "step": 3}
    return order.get(evidence.kind, 4), evidence.log_line


def _reason(found: list[Evidence], before: Excerpt | None) -> Reason:
    """The first reason that is named: in the evidence, else in what was printed last. A command
    names none: `grep "x: not found" log` looks for one."""
    lines = [evidence.text for evidence in found if evidence.kind in ("marker", "lost")]
    lines += [line for line in reversed(before.lines if before else ()) if line[:2] != "$ "]
    first = Reason(reason_of(found[0].text).key)
    return next((reason for line in lines if (reason := reason_of(line)).named), first)


def _own(reason: Reason, task: TaskFacts, found: Iterable[Evidence]) -> Reason:
    """Two tasks have a cause in common where a reason is named, or where they say the same in
    words of their own; not where both just ran out of time, ended with 1, or print FAIL."""
    spoke = any(evidence.kind in ("marker", "criterion", "lost") for evidence in found)
    if reason.named or (spoke and len(_WORD.findall(reason.key)) >= _ENOUGH):
        return reason
    return msgspec.structs.replace(reason, key=f"{task.id}: {reason.key}")


def _fault(
    run: RunFacts,
    task: TaskFacts,
    step: int,
    found: Iterable[Evidence],
    said: tuple[str, ...],
    before: Excerpt | None,
) -> Fault:
    command = next((s.text for s in task.steps if s.n == step), "")
    lines = [e.line for e in found if e.line] or [s.line for s in task.steps if s.n == step]
    return Fault(
        task=task.id,
        title=task.title,
        step=step,
        command=command.splitlines()[0] if command else "",
        place=place(run, lines[0] if lines else task.line, task),
        said=said,
        log_line=max((e.log_line for e in found), default=0),
        before=before,
    )


def _cause(
    run: RunFacts,
    words: str,
    faults: list[Fault],
    after: Iterable[Fault],
    under: Mapping[str, list[str]],
    decided: frozenset[str],
) -> Cause:
    tasks = tuple(dict.fromkeys(fault.task for fault in faults))
    blocked = tuple(dict.fromkeys(other for task in tasks for other in under.get(task, ())))
    known = [found for task in tasks if (found := run.task(task)) is not None]
    return Cause(
        words=words,
        kind="failure",
        tasks=tasks,
        faults=tuple(faults),
        after=tuple(after),
        follows=_follows(run, known),
        blocked=blocked,
        recovery=tuple((task.id, text) for task in known for text in task.recovery),
        command=rerun(run, tasks),
        decides=not decided.isdisjoint((*tasks, *blocked)),
    )


def _follows(run: RunFacts, tasks: list[TaskFacts]) -> tuple[str, ...]:
    own = {task.id for task in tasks}
    needed = (run.task(on) for task in tasks for on in task.needs if on not in own)
    return tuple(dict.fromkeys(t.id for t in needed if t and t.outcome in FAILURES))


def _blocked_under(run: RunFacts) -> Mapping[str, list[str]]:
    """By the task where it began: the tasks that could not run."""
    found: dict[str, list[str]] = {}
    for task in run.tasks:
        for root in (task.root or task.blocked_by) if task.outcome == "blocked" else ():
            found.setdefault(root, []).append(task.id)
    return found


def _skip(run: RunFacts, task: TaskFacts) -> Cause:
    text = f"skipped {why(task)}"
    fault = _fault(run, task, 0, (), (text,), None)
    return Cause(
        words=f"{task.id} was {text}",
        kind="skipped",
        tasks=(task.id,),
        faults=(fault,),
        command=rerun(run, (task.id,)),
        decides=True,
    )
