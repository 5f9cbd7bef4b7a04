"""The run as Chrome trace events, which Perfetto and chrome://tracing open. Pure.

One line ("thread") for each task; attempts, with their steps inside. Only the length of a step is
known, not its start: steps stand one behind the other from the attempt's start.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from tmuxplan.report.decision import headline
from tmuxplan.report.facts import AttemptFacts, RunFacts, TaskFacts
from tmuxplan.report.provenance import changed
from tmuxplan.report.sheet import Sheet
from tmuxplan.report.words import iso

Event = dict[str, Any]
_COLOURS = {"passed": "good", "failed": "terrible", "timed out": "bad", "lost": "black"}


def render(sheet: Sheet) -> str:
    """`collect -f trace`."""
    run = sheet.run
    head = {
        "displayTimeUnit": "ms",
        "otherData": {
            "run": run.id,
            "plan": run.plan_path,
            "sha256": run.sha256,
            "host": run.host,
            "user": run.user,
            "version": run.version,
            "started": iso(run.started),
            "ended": iso(run.ended),
            "changed": [f"{stated.label}: {stated.text}" for stated in changed(run)],
            "verdict": run.verdict,
            "said": headline(run),
        },
    }
    events = ",\n".join(msgspec.json.encode(event).decode() for event in _events(run))
    return f'{msgspec.json.encode(head).decode()[:-1]},"traceEvents":[\n{events}\n]}}\n'


def _events(run: RunFacts) -> Iterator[Event]:
    yield _name("process_name", 0, f"{run.plan_title} ({run.id})")
    for task in run.tasks:
        if task.attempts:
            yield _name("thread_name", task.number, f"{task.id} {task.title}")
            yield {
                **_name("thread_sort_index", task.number, ""),
                "args": {"sort_index": task.number},
            }
        for attempt in task.attempts:
            yield from _attempt(run, task, attempt)


def _attempt(run: RunFacts, task: TaskFacts, attempt: AttemptFacts) -> Iterator[Event]:
    if attempt.started is None:
        return
    start = _micro(attempt.started - (run.started or 0.0))
    end = attempt.ended if attempt.ended is not None else run.now
    length = max(0, _micro(end - attempt.started))
    said = attempt.verdict or "running"
    number = f" (attempt {attempt.n})" if len(task.attempts) > 1 else ""
    yield {
        **_span(f"{task.id}: {said}{number}", "task", task.number, start, length),
        "cname": _COLOURS.get(said, "grey"),
        "args": {
            "title": task.title,
            "line": task.line,
            "status": attempt.status,
            "host": attempt.host,
            "evidence": [f"{e.kind}: {e.text}" for e in attempt.evidence[:50]],
        },
    }
    at, last = start, start + length
    for step in attempt.steps:
        if step.seconds is None:
            continue
        took = min(_micro(step.seconds), max(0, last - at))
        args = {"line": step.line, "status": step.status, "result": step.result}
        name = step.command.splitlines()[0][:120] if step.command else f"step {step.n}"
        yield {**_span(name, "step", task.number, at, took), "args": args}
        at += took


def _name(kind: str, thread: int, name: str) -> Event:
    return {"ph": "M", "name": kind, "pid": 1, "tid": thread, "args": {"name": name}}


def _span(name: str, kind: str, thread: int, start: int, length: int) -> Event:
    return {
        "ph": "X", "name": name, "cat": kind, "pid": 1, "tid": thread, "ts": start, "dur": length,
    }  # fmt: skip


def _micro(seconds: float) -> int:
    return round(seconds * 1_000_000)
