"""Runs and plans as JSON, schema 1: fields are added, never renamed or removed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from tmuxplan.errors import Problem
from tmuxplan.events import Evidence, Leftover
from tmuxplan.plan.model import Edge, Estimate, Plan, Step, Task
from tmuxplan.report.causes import Cause, Fault, causes
from tmuxplan.report.criteria import CriterionFacts
from tmuxplan.report.decision import deciding, lesser
from tmuxplan.report.facts import AttemptFacts, Quiet, RunFacts, StepFacts, TaskFacts
from tmuxplan.report.sheet import Sheet
from tmuxplan.report.words import iso, one_line
from tmuxplan.schedule.graph import critical_path, waves

SCHEMA = 1

Json = dict[str, Any]


def render(sheet: Sheet) -> str:
    """`collect -f json`."""
    return run_json(sheet.run, sheet.causes)


def run_json(run: RunFacts, found: tuple[Cause, ...] | None = None) -> str:
    """`status --json` and `collect -f json`. `found`: the causes, where they are known already."""
    return _text(
        {
            "schema": SCHEMA,
            "run": _run(run),
            "tasks": [_task(t) for t in run.tasks],
            "causes": [_cause(each) for each in (causes(run) if found is None else found)],
        }
    )


def plan_json(
    plan: Plan,
    steps_by_task: Mapping[str, Sequence[Step]],
    problems: Sequence[Problem] | None = None,
) -> str:
    """`show --json`. `problems`: all that `check` finds; else those that reading found."""
    path = critical_path(plan)
    needs: dict[str, list[Edge]] = {}
    for edge in plan.edges:
        needs.setdefault(edge.task, []).append(edge)
    return _text(
        {
            "schema": SCHEMA,
            "plan": {"path": plan.path, "title": one_line(plan.title), "sha256": plan.sha256},
            "tasks": [
                _planned(task, steps_by_task.get(task.id, ()), needs.get(task.id, []))
                for task in plan.tasks
            ],
            "order_rule": plan.order_rule,
            "waves": [list(wave) for wave in waves(plan)],
            "critical_path": {
                "tasks": list(path.tasks),
                "low_s": path.low_s,
                "high_s": path.high_s,
            },
            "not_run": [{"line": loose.line, "reason": loose.reason} for loose in plan.loose],
            "problems": [
                problem_json(problem)
                for problem in (plan.problems if problems is None else problems)
            ],
        }
    )


def problems_json(problems: Sequence[Problem]) -> str:
    """`check --json`."""
    return _text({"schema": SCHEMA, "problems": [problem_json(problem) for problem in problems]})


def problem_json(problem: Problem) -> Json:
    """One problem as `check --json` and `show --json` give it."""
    return {
        "code": problem.code,
        "severity": problem.severity,
        "file": problem.file,
        "line": problem.line,
        "column": problem.column,
        "length": problem.length,
        "message": problem.message,
        "remedy": problem.remedy,
    }


def _text(value: Json) -> str:
    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode() + "\n"


def _run(run: RunFacts) -> Json:
    return {
        "id": run.id,
        "plan": run.plan_path,
        "state": run.state,
        "verdict": run.verdict,
        "rule": run.rule,
        "deciding": list(deciding(run)),
        # Before there is a verdict, nobody knows which failure will not count.
        "lesser": [task.id for task in lesser(run)] if run.verdict else [],
        "title": run.plan_title,
        "sha256": run.sha256,
        "partial": run.partial,
        "backend": run.backend,
        "host": run.host,
        "user": run.user,
        "version": run.version,
        "cwd": run.cwd,
        "started": iso(run.started),
        "ended": iso(run.ended),
        "seconds": _seconds(run.seconds),
        "notices": list(run.notices),
        "paused_by": run.paused or None,
        "stopping": run.stopping or None,
    }


def _cause(cause: Cause) -> Json:
    return {
        "words": cause.words,
        "kind": cause.kind,
        "decides": cause.decides,
        "tasks": list(cause.tasks),
        "faults": [_fault(fault) for fault in cause.faults],
        "after": [_fault(fault) for fault in cause.after],
        "blocked": list(cause.blocked),
        "recovery": [
            {"task": t, "text": said.text, "line": said.line} for t, said in cause.recovery
        ],
        "command": cause.command,
    }


def _fault(fault: Fault) -> Json:
    return {
        "task": fault.task,
        "step": fault.step,
        "command": fault.command,
        "place": fault.place,
        "log_line": fault.log_line,
        "said": list(fault.said),
        "before": list(fault.before.lines) if fault.before else [],
    }


def _task(task: TaskFacts) -> Json:
    return {
        "id": task.id,
        "title": task.title,
        "state": task.phase,
        "verdict": task.verdict,
        "blocked_by": list(task.blocked_by),
        "attempts": [_attempt(attempt) for attempt in task.attempts],
        "line": task.line,
        "asked_for": task.asked,
        "impact": task.impact or None,
        "blocks_the_run": task.blocks_the_run,
        "estimate": _estimate(task.estimate),
        "root": list(task.root),
        "waits_for": list(task.waits_for),
        "halted": task.halted or None,
        "retry": _retry(task),
        "awaits": task.awaits or None,
        "criteria": [_criterion(criterion) for criterion in task.criteria],
        "recovery": [text.text for text in task.recovery],
        "checklist": [
            {"item": item.n, "text": item.text, "by": item.by or None, "note": item.note or None}
            for item in task.checklist
        ],
        "signed_by": task.signed_by or None,
        "skipped_by": task.skipped_by or None,
        "skip_reason": task.skip_reason or None,
    }


def _retry(task: TaskFacts) -> Json | None:
    if task.retry_at is None:
        return None
    return {"due": iso(task.retry_at), "left": task.retries_left}


def _quiet(quiet: Quiet | None) -> Json | None:
    if quiet is None:
        return None
    kind = "stalled" if quiet.prompt is None else "input"
    return {"kind": kind, "since": iso(quiet.since), "prompt": quiet.prompt}


def _attempt(attempt: AttemptFacts) -> Json:
    return {
        "n": attempt.n,
        "host": attempt.host,
        "started": iso(attempt.started),
        "ended": iso(attempt.ended),
        "status": attempt.status,
        "steps": [_step(step) for step in attempt.steps],
        "evidence": [_evidence(evidence) for evidence in attempt.evidence],
        "verdict": attempt.verdict,
        "log_lines": attempt.log_lines,
        "lost": attempt.lost or None,
        "quiet": _quiet(attempt.quiet),
        "answered": [
            {"at": iso(a.at), "prompt": a.prompt, "rule": a.rule} for a in attempt.answered
        ],
        "seconds": _seconds(attempt.seconds),
        "left_alive": [_leftover(left) for left in attempt.leftovers_alive],
        "left_ended": [_leftover(left) for left in attempt.leftovers_ended],
    }


def _step(step: StepFacts) -> Json:
    return {
        "n": step.n,
        "line": step.line,
        "command": step.command,
        "status": step.status,
        "seconds": _seconds(step.seconds),
        "result": step.result,
    }


def _evidence(evidence: Evidence) -> Json:
    return {
        "kind": evidence.kind,
        "line": evidence.line,
        "log_line": evidence.log_line,
        "text": evidence.text,
        "step": evidence.step,
    }


def _leftover(left: Leftover) -> Json:
    return {"pid": left.pid, "command": one_line(left.command), "ports": list(left.ports)}


def _criterion(criterion: CriterionFacts) -> Json:
    return {
        "text": criterion.text,
        "line": criterion.line,
        "kind": criterion.kind,
        "result": criterion.result,
    }


def _planned(task: Task, steps: Sequence[Step], needs: Sequence[Edge]) -> Json:
    return {
        "id": task.id,
        "title": one_line(task.title),
        "line": task.line,
        "steps": len(steps),
        "impact": one_line(task.impact.level) if task.impact else None,
        "estimate": _estimate(task.estimate),
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
        "criteria": [{"text": c.text, "line": c.line, "kind": c.kind} for c in task.criteria],
        "gate": task.gate is not None,
        "timeout_s": task.timeout_s,
        "retries": task.retries,
    }


def _dependency(edge: Edge) -> Json:
    return {
        "on": edge.on,
        "kind": edge.kind,
        "sources": [{"kind": s.kind, "line": s.line, "says": s.says} for s in edge.sources],
    }


def _estimate(estimate: Estimate | None) -> Json | None:
    return {"low_s": estimate.low_s, "high_s": estimate.high_s} if estimate else None


def _seconds(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 3)
