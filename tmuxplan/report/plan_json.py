"""Plans and their problems as JSON, schema 1: fields are added, never renamed or removed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tmuxplan.errors import Problem
from tmuxplan.plan.model import Edge, Plan, Step, Task
from tmuxplan.report.documents import SCHEMA, Json, document, estimate, learned, picked, seconds
from tmuxplan.report.words import one_line
from tmuxplan.schedule.graph import CriticalPath, critical_path, expected_path, waves


def plan_json(
    plan: Plan,
    steps_by_task: Mapping[str, Sequence[Step]],
    problems: Sequence[Problem] | None = None,
) -> str:
    """`show --json`. `problems`: all that `check` finds; else those that reading found."""
    path, expected = critical_path(plan), expected_path(plan)
    needs: dict[str, list[Edge]] = {}
    for edge in plan.edges:
        needs.setdefault(edge.task, []).append(edge)
    return document(
        {
            "schema": SCHEMA,
            "plan": {"path": plan.path, "title": one_line(plan.title), "sha256": plan.sha256},
            "tasks": [
                _planned(task, steps_by_task.get(task.id, ()), needs.get(task.id, []))
                for task in plan.tasks
            ],
            "order_rule": plan.order_rule,
            "waves": [list(wave) for wave in waves(plan)],
            "critical_path": picked(path, "tasks", "low_s", "high_s"),
            "expected_path": _expected(expected) if expected else None,
            "not_run": [picked(loose, "line", "reason") for loose in plan.loose],
            "problems": [
                problem_json(problem)
                for problem in (plan.problems if problems is None else problems)
            ],
        }
    )


def problems_json(problems: Sequence[Problem]) -> str:
    """`check --json`."""
    return document({"schema": SCHEMA, "problems": [problem_json(problem) for problem in problems]})


def problem_json(problem: Problem) -> Json:
    """One problem as `check --json` and `show --json` give it."""
    return picked(
        problem, "code", "severity", "file", "line", "column", "length", "message", "remedy"
    )


def _expected(path: CriticalPath) -> Json:
    return {"tasks": path.tasks, "seconds": seconds(path.high_s)}


def _planned(task: Task, steps: Sequence[Step], needs: Sequence[Edge]) -> Json:
    return {
        "id": task.id,
        "title": one_line(task.title),
        "line": task.line,
        "steps": len(steps),
        "impact": one_line(task.impact.level) if task.impact else None,
        "estimate": estimate(task.estimate),
        "learned": learned(task.learned),
        "locks": [one_line(lock.text) for lock in task.locks],
        "inferred_locks": [
            {"lock": one_line(lock.text), "line": lock.line}
            for lock in task.locks
            if lock.text in task.inferred
        ],
        "dependencies": [_dependency(edge) for edge in needs],
        "preconditions": [one_line(text.text) for text in task.preconditions],
        "blocks_the_run": task.blocks_the_run,
        "commands": [{"n": s.n, "line": s.line, "command": s.text} for s in steps],
        "criteria": [picked(c, "text", "line", "kind") for c in task.criteria],
        "gate": task.gate is not None,
        "timeout_s": task.timeout_s,
        "retries": task.retries,
    }


def _dependency(edge: Edge) -> Json:
    return {
        "on": edge.on,
        "kind": edge.kind,
        "sources": [picked(s, "kind", "line", "says") for s in edge.sources],
    }
