"""The verdict of a run, the rule that gave it in words, and the tasks that decided."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from tmuxplan.events import RunVerdict, Verdict
from tmuxplan.plan.model import Plan


class RunOutcome(msgspec.Struct, frozen=True):
    """`verdict` None: something is still to come. `rule` is a sentence for the report."""

    verdict: RunVerdict | None
    rule: str
    deciding: tuple[str, ...] = ()


def run_verdict(
    plan: Plan,
    verdicts: Mapping[str, Verdict | None],
    selected: frozenset[str],
    partial: bool,
    skipped: Mapping[str, str] | None = None,
) -> RunOutcome:
    """Judge a run. A task without a verdict has not ended; "waiting" waits for a person.

    Tasks that were not `selected` don't count as not passed, but a `partial` run is never GO.
    `skipped` says who skipped a task and why (`"ann: no scanner here"`), for the rule's words.
    """
    asked = tuple(task.id for task in plan.tasks if task.id in selected)
    ended = {task: verdict for task in asked if (verdict := verdicts.get(task))}
    held = _held(plan, ended)
    if any(task not in ended and task not in held for task in asked):
        return RunOutcome(None, "not every task has ended")
    words = {task: _words(verdict, (skipped or {}).get(task)) for task, verdict in ended.items()}
    failures = tuple(t for t in asked if ended.get(t, "waiting") not in {"passed", "waiting"})
    counting = counted(plan, selected) if failures else frozenset()
    deciding = tuple(task for task in failures if task in counting)
    if deciding:
        return RunOutcome("NO GO", f"did not pass, and blocks: {_list(deciding, words)}", deciding)
    also = f"; did not pass, but does not block: {_list(failures, words)}" if failures else ""
    people = tuple(task for task in asked if ended.get(task) == "waiting")
    if people:
        return RunOutcome("PENDING", f"waits for a person: {', '.join(people)}{also}", people)
    if partial or not asked or len(asked) < len(plan.tasks):
        part = f"{len(asked)} of {len(plan.tasks)} tasks"
        return RunOutcome("PENDING", f"only a part of the plan was asked for: {part}{also}")
    return RunOutcome("GO", f"every task that blocks has passed{also}", failures)


def _held(plan: Plan, ended: Mapping[str, Verdict]) -> frozenset[str]:
    """Tasks that can't start before a person has acted: they are no unfinished business."""
    open_ = {task for task, verdict in ended.items() if verdict == "waiting"}
    return _reach(open_, {(edge.on, edge.task) for edge in plan.edges if edge.task not in ended})


def counted(plan: Plan, selected: frozenset[str]) -> frozenset[str]:
    """The tasks that block the run, and what those stand on by hard dependencies."""
    blocking = {task.id for task in plan.tasks if task.blocks_the_run and task.id in selected}
    return _reach(blocking, {(edge.task, edge.on) for edge in plan.edges if edge.kind != "soft"})


def _reach(start: set[str], edges: set[tuple[str, str]]) -> frozenset[str]:
    """Everything that can be reached, the start included."""
    following: dict[str, list[str]] = {}
    for source, target in edges:
        following.setdefault(source, []).append(target)
    seen, todo = set(start), list(start)
    while todo:
        new = [task for task in following.get(todo.pop(), ()) if task not in seen]
        seen.update(new)
        todo += new
    return frozenset(seen)


def _words(verdict: Verdict, skipped: str | None) -> str:
    return f"{verdict} by {skipped}" if verdict == "skipped" and skipped else verdict


def _list(tasks: tuple[str, ...], words: Mapping[str, str]) -> str:
    return ", ".join(f"{task} ({words[task]})" for task in tasks)
