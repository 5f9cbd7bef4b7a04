"""Runs as JSON, schema 1: fields are added, never renamed or removed. Pure."""

from __future__ import annotations

from tmuxplan.events import Leftover
from tmuxplan.report.causes import Cause, Fault, causes
from tmuxplan.report.decision import deciding, lesser
from tmuxplan.report.documents import SCHEMA, Json, document, estimate, learned, picked, seconds
from tmuxplan.report.facts import AttemptFacts, ItemFacts, Quiet, RunFacts, StepFacts, TaskFacts
from tmuxplan.report.sheet import Sheet
from tmuxplan.report.words import iso, one_line


def render(sheet: Sheet) -> str:
    """`collect -f json`."""
    return run_json(sheet.run, sheet.causes)


def run_json(run: RunFacts, found: tuple[Cause, ...] | None = None) -> str:
    """`status --json` and `collect -f json`. `found`: the causes, where they are known already."""
    return document(
        {
            "schema": SCHEMA,
            "run": _run(run),
            "tasks": [_task(t) for t in run.tasks],
            "causes": [_cause(each) for each in (causes(run) if found is None else found)],
        }
    )


def _run(run: RunFacts) -> Json:
    return {
        "id": run.id,
        "plan": run.plan_path,
        **picked(run, "state", "verdict", "rule"),
        "deciding": deciding(run),
        # Before there is a verdict, nobody knows which failure will not count.
        "lesser": [task.id for task in lesser(run)] if run.verdict else [],
        "title": run.plan_title,
        **picked(run, "sha256", "partial", "backend", "host", "user", "version", "cwd"),
        "started": iso(run.started),
        "ended": iso(run.ended),
        "seconds": seconds(run.seconds),
        "notices": run.notices,
        "paused_by": run.paused or None,
        "stopping": run.stopping or None,
    }


def _cause(cause: Cause) -> Json:
    return {
        **picked(cause, "words", "kind", "decides", "tasks", "follows", "blocked", "command"),
        "faults": [_fault(fault) for fault in cause.faults],
        "after": [_fault(fault) for fault in cause.after],
        "recovery": [{"task": t, **picked(said, "text", "line")} for t, said in cause.recovery],
    }


def _fault(fault: Fault) -> Json:
    before = fault.before.lines if fault.before else ()
    said = picked(fault, "task", "step", "command", "place", "log_line", "said")
    return said | {"before": before}


def _task(task: TaskFacts) -> Json:
    return {
        **picked(task, "id", "title"),
        "state": task.phase,
        **picked(task, "verdict", "blocked_by"),
        "attempts": [_attempt(attempt) for attempt in task.attempts],
        "line": task.line,
        "asked_for": task.asked,
        "impact": task.impact or None,
        "blocks_the_run": task.blocks_the_run,
        "estimate": estimate(task.estimate),
        "root": task.root,
        "waits_for": task.waits_for,
        "halted": task.halted or None,
        "retry": _retry(task),
        "awaits": task.awaits or None,
        "criteria": [picked(c, "text", "line", "kind", "result") for c in task.criteria],
        "recovery": [text.text for text in task.recovery],
        "checklist": [_item(item) for item in task.checklist],
        "signed_by": task.signed_by or None,
        "skipped_by": task.skipped_by or None,
        "skip_reason": task.skip_reason or None,
        "reopened": _reopened(task),
        "overridden": task.overridden,
        "learned": learned(task.learned),
    }


def _item(item: ItemFacts) -> Json:
    return {"item": item.n, "text": item.text, "by": item.by or None, "note": item.note or None}


def _reopened(task: TaskFacts) -> Json | None:
    if not task.reopened_by:
        return None
    return {"by": task.reopened_by, "why": task.reopened_why}


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
        "evidence": [
            picked(e, "kind", "line", "log_line", "text", "step") for e in attempt.evidence
        ],
        "verdict": attempt.verdict,
        "log_lines": attempt.log_lines,
        "lost": attempt.lost or None,
        "quiet": _quiet(attempt.quiet),
        "answered": [
            {"at": iso(a.at), "prompt": a.prompt, "rule": a.rule} for a in attempt.answered
        ],
        "seconds": seconds(attempt.seconds),
        "left_alive": [_leftover(left) for left in attempt.leftovers_alive],
        "left_ended": [_leftover(left) for left in attempt.leftovers_ended],
    }


def _step(step: StepFacts) -> Json:
    took = seconds(step.seconds)
    return picked(step, "n", "line", "command", "status", "result") | {"seconds": took}


def _leftover(left: Leftover) -> Json:
    return {"pid": left.pid, "command": one_line(left.command), "ports": left.ports}
