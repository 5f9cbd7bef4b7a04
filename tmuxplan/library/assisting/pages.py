"""A task's log for an assistant, a page at a time: a gigabyte never lands in its context."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import msgspec

from tmuxplan.errors import UsageError
from tmuxplan.integrations.mcp.results import LogPage
from tmuxplan.judge.secrets import MASK
from tmuxplan.library.log_source import attempt_of, caught_up, values_of
from tmuxplan.library.logs import CHUNK, masked, shown, some_lines
from tmuxplan.library.runs import Opened, open_run
from tmuxplan.plan.ids import resolve
from tmuxplan.schedule.state import AttemptRecord

MOST_LINES, DEFAULT_LINES = 500, 100
MOST_CHARS, LONGEST_LINE = 20_000, 1000


class Asked(msgspec.Struct, frozen=True):
    """What of a log is wanted: the last `lines` lines (of one step, if `step` is not 0), or
    `lines` of them from `from_line` on."""

    attempt: int | None = None
    step: int = 0
    from_line: int | None = None
    lines: int = DEFAULT_LINES


def log_page(task: str, run: str | None, asked: Asked) -> LogPage:
    """A page of a task's log, as far as somebody watched it. UsageError: there is no such run,
    task, attempt, step or log, or nobody watched it."""
    opened = caught_up(open_run(run))
    task_id = resolve(opened.frozen.plan, task)
    attempt = attempt_of(opened, task_id, asked.attempt)
    path = opened.folder.attempt(task_id, attempt.n) / "log"
    stop = opened.told_until(task_id, attempt)
    if stop == 0 and not opened.alive:
        raise UsageError(
            f"nobody watches {task_id} any more, and its log may hold secrets",
            f"a person can look (tmuxplan logs {task_id}), or let the run go on (tmuxplan resume)",
        )
    read = partial(masked, path, attempt.secrets, 0, stop)
    total = _count(read)
    first, last, end = _wanted(opened, task_id, attempt, asked, total)
    found = some_lines(read(), ((first, last),)) if last >= first else {}
    values = values_of(opened)
    texts = [_line(found[n], values) for n in sorted(found)]
    kept = _fitting(texts, from_the_end=asked.from_line is None)
    begin = first + (len(texts) - len(kept) if asked.from_line is None else 0)
    following = begin + len(kept)
    return LogPage(
        run=opened.folder.id,
        task=task_id,
        attempt=attempt.n,
        first_line=begin,
        lines=kept,
        total_lines=total,
        next_from_line=following if kept and following <= end else None,
        cut=any(len(line) > LONGEST_LINE for line in kept),
    )


def _count(read: Callable[[], Iterator[bytes]]) -> int:
    """The log's lines, with a last one that has no end yet; a record alone is none."""
    count, tail = 0, b""
    for piece in read():
        count += piece.count(b"\n")
        tail = piece.rpartition(b"\n")[2] if b"\n" in piece else (tail + piece)[-CHUNK:]
    return count + bool(shown(tail))


def _wanted(
    opened: Opened, task: str, attempt: AttemptRecord, asked: Asked, total: int
) -> tuple[int, int, int]:
    """Numbers of the page's first and last line, and of the last that there is."""
    first, end = _of_step(opened, task, attempt, asked.step, total) if asked.step else (1, total)
    count = max(1, min(asked.lines, MOST_LINES))
    if asked.from_line is None:
        return max(first, end - count + 1), end, end
    begin = max(first, asked.from_line)
    return begin, min(end, begin + count - 1), end


def _of_step(
    opened: Opened, task: str, attempt: AttemptRecord, step: int, total: int
) -> tuple[int, int]:
    """From the lines at which the journal saw steps end. UsageError: it has not run."""
    count = len(opened.frozen.steps.get(task, ()))
    if not 0 < step <= count:
        raise UsageError(f"{task} has no step {step}", f"it has {count}")
    ends = {record.n: record.log_line for record in attempt.steps}
    before = [line for n, line in ends.items() if n < step]
    if step not in ends and len(before) < step - 1:
        raise UsageError(
            f"step {step} of {task} has not run in attempt {attempt.n}", "see `explain`"
        )
    return max(before, default=0) + 1, ends.get(step, total)


def _line(raw: bytes, values: tuple[bytes, ...]) -> str:
    for value in values:
        raw = raw.replace(value, MASK.encode())
    return shown(raw)


def _fitting(texts: list[str], from_the_end: bool) -> list[str]:
    """As many as an answer may have characters, each cut where it is very long; the last of
    them, or the first."""
    room = MOST_CHARS
    kept: list[str] = []
    for text in reversed(texts) if from_the_end else texts:
        cut = text if len(text) <= LONGEST_LINE else f"{text[:LONGEST_LINE]} …"
        room -= len(cut) + 1
        if room < 0 and kept:
            break
        kept.append(cut)
    return kept[::-1] if from_the_end else kept
