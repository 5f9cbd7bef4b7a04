"""Why a task failed, is blocked or waits: plain text for a terminal, readable at 3 a.m. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import wrap

import msgspec

from tmuxplan.events import Evidence
from tmuxplan.report.causes import Cause, causes, causes_of
from tmuxplan.report.causes_told import headline, under
from tmuxplan.report.commands import acting, looking, resuming, unwatched
from tmuxplan.report.evidence import MARKS, place, why
from tmuxplan.report.facts import FAILURES, AttemptFacts, Excerpt, RunFacts, StepFacts, TaskFacts
from tmuxplan.report.no_input import asker, remedy
from tmuxplan.report.words import STOPPED_WHY, clock, counted, lines, listed, one_line, span

WIDTH = 80
MOST = 20
_COMMAND_LINES = 6


def explain(
    run: RunFacts,
    task: TaskFacts,
    excerpt: Excerpt | None = None,
    found: tuple[Cause, ...] | None = None,
) -> str:
    """The verdict first, then what it rests on, then what to do. `found`: the run's causes, where
    they are known already."""
    found = causes(run) if found is None else found
    parts = [
        _verdict(run, task),
        _unwatched(run, task),
        _causes(task, causes_of(found, task)),
        _unheard(run, task, excerpt),
        *_attempt(run, task),
        _excerpt(excerpt if task.outcome != "passed" else None),
        _checklist(run, task),
        _criteria(run, task),
        _waiting(run, task),
        _left_behind(task),
        _recovery(task),
        _commands(run, task),
    ]
    return "\n\n".join("\n".join(part) for part in parts if part) + "\n"


def _verdict(run: RunFacts, task: TaskFacts) -> list[str]:
    first = f"{MARKS[task.outcome].strip()} {task.id} {task.outcome.upper()}: {task.title}".strip()
    return [
        *_wrapped(first),
        *_wrapped(why(task, run.id), "  "),
        f"  {place(run, task.line, task)}",
    ]


def _unwatched(run: RunFacts, task: TaskFacts) -> list[str]:
    if not unwatched(run, task):
        return []
    gone = "Nobody watches the run now: its supervisor is gone. This is what it saw last."
    return [gone, f"Go on: {resuming(run)}"]


def _causes(task: TaskFacts, found: tuple[Cause, ...]) -> list[str]:
    """The run's causes that concern it, as reports tell them: mended once, it is mended for all
    the tasks that a cause hit."""
    shown = []
    for cause in found:
        shown += _wrapped(headline(cause), "  ", "    ")
        own = task.id in cause.tasks  # then the plan's recovery follows, whole
        for line in under(msgspec.structs.replace(cause, recovery=()) if own else cause):
            kept = line.startswith(("| ", "again: "))  # wrapped, it would be something else
            shown += [f"    {line}"] if kept else _wrapped(line, "    ", "      ")
    return ["Cause:" if len(found) == 1 else "Causes:", *shown] if shown else []


def _unheard(run: RunFacts, task: TaskFacts, excerpt: Excerpt | None) -> list[str]:
    mute = task.last is not None and task.last.stdin_empty
    step = asker(task, excerpt) if mute and task.outcome in FAILURES else None
    if step is None:
        return []
    said = f"step {step.n} ({place(run, step.line, task)}) reads an answer, and found none"
    why = "the run was launched without a terminal, so that its input was empty"
    return ["Nobody could type:", *_wrapped(f"{said}: {why}", "  "), *_wrapped(remedy(run), "  ")]


def _attempt(run: RunFacts, task: TaskFacts) -> Iterator[list[str]]:
    attempt = task.last
    if attempt is None:
        return
    yield _times(attempt, len(task.attempts))
    of = len(attempt.steps)
    yield [line for step in _telling(attempt) for line in _step(run, task, step, of)]
    yield _evidence(run, task, "Evidence:", attempt.failures)
    yield _evidence(run, task, "Warnings (they decide nothing):", attempt.warnings)


def _times(attempt: AttemptFacts, count: int) -> list[str]:
    status = "not known" if attempt.status is None else str(attempt.status)
    ended = f"exit status {status}" if attempt.verdict else "not ended"
    of = f"Attempt {attempt.n} of {count}" if count > 1 else f"Attempt {attempt.n}"
    found = [f"{of}: started {clock(attempt.started)}, ran {span(attempt.seconds)}, {ended}"]
    found += _quiet(attempt)
    if attempt.stop_why:
        found.append(f"It was stopped: {STOPPED_WHY.get(attempt.stop_why, attempt.stop_why)}")
    if attempt.lost:
        found += _wrapped(f"Lost: {attempt.lost}")
    return found


def _quiet(attempt: AttemptFacts) -> list[str]:
    found = []
    for asked in attempt.answered:
        said = f'It asked "{asked.prompt}" at {clock(asked.at)}: answered by the rule {asked.rule}'
        found += _wrapped(said)
    quiet = attempt.quiet
    if quiet is None:
        return found
    if quiet.prompt is None:
        return [*found, f"It has printed nothing since {clock(quiet.since)}"]
    return [*found, f"It waits for input since {clock(quiet.since)}"]


def _telling(attempt: AttemptFacts) -> tuple[StepFacts, ...]:
    """The steps that say something: those that failed, and where it is or broke off."""
    return tuple(s for s in attempt.steps if s.result in ("failed", "running", "open"))[:MOST]


def _step(run: RunFacts, task: TaskFacts, step: StepFacts, of: int) -> Iterator[str]:
    masked = step.result == "failed" and not step.status
    said = {
        # A pipeline's member failed, or what was printed says so.
        "failed": "failed by its evidence" if masked else f"ended with status {step.status}",
        "running": "is running",
        "open": "did not report its end",
    }.get(step.result, step.result)
    took = f" after {span(step.seconds)}" if step.seconds is not None else ""
    check = "check, " if step.is_check else ""
    yield f"Step {step.n} of {of} ({check}{place(run, step.line, task)}) {said}{took}:"
    shown = lines(step.command)
    yield from (f"    {line}" for line in shown[:_COMMAND_LINES])
    if len(shown) > _COMMAND_LINES:
        yield f"    ({len(shown) - _COMMAND_LINES} more lines)"
    if step.put_back:
        yield f"  It had left the shell elsewhere; it was put back into {step.put_back}"
    if step.stopped:
        yield "  The task was stopped here; the evidence says why"


def _evidence(run: RunFacts, task: TaskFacts, title: str, found: tuple[Evidence, ...]) -> list[str]:
    if not found:
        return []
    shown = [title]
    for evidence in found[:MOST]:
        places = [place(run, evidence.line, task)] if evidence.line else []
        places += [f"log line {evidence.log_line}"] if evidence.log_line else []
        where = f" ({', '.join(places)})" if places else ""
        shown += [f"  {evidence.kind}{where}:", *_wrapped(evidence.text, "    ")]
    if len(found) > MOST:
        shown.append(f"  and {len(found) - MOST} more")
    return shown


def _excerpt(excerpt: Excerpt | None) -> list[str]:
    if excerpt is None or not excerpt.lines:
        return []
    width = len(str(excerpt.first + len(excerpt.lines) - 1))
    return [
        "Output:",
        *(
            f"  {n:>{width}} | {''.join(lines(line)[:1])}"
            for n, line in enumerate(excerpt.lines, excerpt.first)
        ),
    ]


def _checklist(run: RunFacts, task: TaskFacts) -> list[str]:
    if not task.checklist or task.outcome != "waiting":
        return []
    how = f"tmuxplan sign {task.id} --item N --run {run.id}"
    shown = _wrapped(f"To look at before signing ({how}):")
    for item in task.checklist[:MOST]:
        note = f": {item.note}" if item.note else ""
        by = f" ({item.by}{note})" if item.by else ""
        box = "x" if item.by else " "
        shown += _wrapped(f"{item.n}. [{box}] {item.text}{by}", "  ", "     ")
    return shown


def _criteria(run: RunFacts, task: TaskFacts) -> list[str]:
    found = [c for c in task.criteria if c.result not in ("met", "open")]
    if not found:
        return []
    shown = ["Success criteria that are not known to be met:"]
    for criterion in found[:MOST]:
        shown += _wrapped(
            f"{criterion.result}: {criterion.text} ({place(run, criterion.line, task)})",
            "  ",
            "    ",
        )
    return shown


def _waiting(run: RunFacts, task: TaskFacts) -> list[str]:
    shown = []
    for task_id in dict.fromkeys((*task.blocked_by, *task.root, *task.waits_for)):
        other = run.task(task_id)
        if other is not None:
            role = _role(task, task_id)
            shown += _wrapped(f"{role} {other.id} {other.title}: {other.outcome}", "  ", "    ")
            shown += _wrapped(why(other), "    ") if other.outcome in FAILURES else []
    if task.outcome in ("not started", "waiting") and task.preconditions:
        shown += _wrapped(f"the plan also expects: {listed(task.preconditions)}", "  ", "    ")
    return ["Why it did not run:" if task.blocked_by else "Waits:", *shown] if shown else []


def _role(task: TaskFacts, other: str) -> str:
    if other in task.root and task.blocked_by:
        return "it began with"
    return "blocked by" if other in task.blocked_by else "waits for"


def _left_behind(task: TaskFacts) -> list[str]:
    alive = task.last.leftovers_alive if task.last else ()
    if not alive:
        return []
    return [
        f"Left behind ({counted(len(alive), 'process').replace('processs', 'processes')}):",
        *(f"  {left.pid} {one_line(left.command, 60)}{_ports(left.ports)}" for left in alive),
    ]


def _ports(ports: tuple[int, ...]) -> str:
    return f" (port {listed(tuple(str(port) for port in ports))})" if ports else ""


def _recovery(task: TaskFacts) -> list[str]:
    if not task.recovery or task.outcome == "passed":
        return []
    shown = ["What the plan says to do:"]
    for text in task.recovery:
        shown += _wrapped(f"- {text.text}", "  ", "    ")
    return shown


def _commands(run: RunFacts, task: TaskFacts) -> list[str]:
    commands = (*looking(run, task), *acting(run, task))
    others = [c for c in commands if not c.startswith("tmuxplan explain")]
    for task_id in task.root:
        others.insert(0, f"tmuxplan explain {task_id} --run {run.id}")
    return ["Next:", *(f"  {command}" for command in others)] if others else []


def _wrapped(text: str, first: str = "", rest: str | None = None) -> list[str]:
    return wrap(
        text,
        WIDTH,
        initial_indent=first,
        subsequent_indent=first if rest is None else rest,
        break_long_words=False,
        break_on_hyphens=False,
    )
