"""`tmuxplan logs`: what a task printed."""

from __future__ import annotations

import os
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from tmuxplan.commands.opening import run_option
from tmuxplan.errors import UsageError
from tmuxplan.judge.clean import clean, decode
from tmuxplan.judge.secrets import secret_values
from tmuxplan.library.keeping import kept_of
from tmuxplan.library.logs import lines, masked, of_step, without_records
from tmuxplan.library.runs import Opened, open_folder, open_run
from tmuxplan.plan.ids import resolve
from tmuxplan.run import clock
from tmuxplan.schedule.state import AttemptRecord

LAG_S = 0.3
"""Bytes younger than this wait: the journal names a secret just after it was printed."""

EPILOG = """\b
Examples:
  tmuxplan logs T005 --tail 20
  tmuxplan logs T005 --follow
  tmuxplan logs T002 --step 3
"""


@click.command("logs", epilog=EPILOG)
@click.argument("task")
@click.option(
    "--attempt", "n", type=click.IntRange(1), metavar="N", help="Attempt N; by default the last."
)
@click.option("--step", type=click.IntRange(1), metavar="N", help="Only what step N printed.")
@click.option("--tail", type=click.IntRange(0), metavar="N", help="Only the last N lines.")
@click.option("--follow", "-f", is_flag=True, help="Go on until the task is done.")
@click.option("--raw", is_flag=True, help="Every byte as it was printed, secrets too.")
@run_option
def command(
    task: str,
    n: int | None,
    step: int | None,
    tail: int | None,
    follow: bool,
    raw: bool,
    run_id: str | None,
) -> None:
    """Print what TASK printed, secrets masked."""
    opened = open_run(run_id)
    task_id = resolve(opened.frozen.plan, task)
    attempt = _attempt(opened, task_id, n)
    if step is not None:
        _has_step(opened, task_id, step)
    path = opened.folder.attempt(task_id, attempt.n) / "log"
    if raw:
        _print(masked(path, ()))
        return
    source = _Source(opened, task_id, attempt.n, path)
    found = lines(source.following() if follow else source.so_far())
    if step is not None:
        found = _never_nothing(of_step(found, step), task_id, attempt.n, step)
    found = without_records(found, _values(opened))
    if not sys.stdout.isatty():
        found = map(_plain, found)
    _print(found if tail is None else deque(found, maxlen=tail), flushed=follow)


class _Source:
    """One attempt's log, masked by what the journal says when it is read."""

    def __init__(self, opened: Opened, task: str, n: int, path: Path) -> None:
        self._opened = opened
        self._task = task
        self._n = n
        self._path = path

    def so_far(self, begin: int = 0) -> Iterator[bytes]:
        """Everything that the journal has had the time to speak of."""
        end = _size(self._path)
        if self._running():
            clock.pause(LAG_S)
            self._opened = open_folder(self._opened.folder)
        attempt = self._opened.state.task(self._task).attempts[self._n - 1]
        yield from masked(self._path, attempt.secrets, begin, end)

    def following(self) -> Iterator[bytes]:
        """Everything, until the attempt has ended or nobody watches it any more."""
        seen = 0
        while True:
            running, end = self._running(), _size(self._path)
            yield from self.so_far(seen)
            seen = end
            if not running:
                return

    def _running(self) -> bool:
        attempt = self._opened.state.task(self._task).attempts[self._n - 1]
        return attempt.verdict is None and self._opened.alive


def _attempt(opened: Opened, task: str, n: int | None) -> AttemptRecord:
    attempts = opened.state.task(task).attempts
    if not attempts:
        raise UsageError(f"{task} has not started", f"see `tmuxplan explain {task}`")
    if n is None:
        return attempts[-1]
    if n > len(attempts):
        raise UsageError(f"{task} has no attempt {n}", f"it has {len(attempts)}")
    return attempts[n - 1]


def _has_step(opened: Opened, task: str, step: int) -> None:
    """UsageError: the task has no such step."""
    count = len(opened.frozen.steps.get(task, ()))
    if step > count:
        has = "1 step" if count == 1 else f"{count} steps"
        raise UsageError(f"{task} has no step {step}", f"it has {has}")


def _never_nothing(found: Iterable[bytes], task: str, n: int, step: int) -> Iterator[bytes]:
    """UsageError at the end where the step did not begin: what ran printed its command at least."""
    began = False
    for piece in found:
        began = True
        yield piece
    if not began:
        raise UsageError(
            f"step {step} of {task} has not run in attempt {n}", f"see `tmuxplan explain {task}`"
        )


def _plain(line: bytes) -> bytes:
    """For pipes and files: the words without colours and cursor movements."""
    return clean(decode(line)).encode()


def _values(opened: Opened) -> tuple[bytes, ...]:
    """This shell's own secrets: what ran while no supervisor watched was never looked at."""
    names = kept_of(opened.folder).secret_names
    return tuple(v.encode("utf-8", "surrogateescape") for v in secret_values(os.environ, names))


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _print(pieces: Iterable[bytes], flushed: bool = False) -> None:
    for piece in pieces:
        sys.stdout.buffer.write(piece)
        if flushed:
            sys.stdout.buffer.flush()
    sys.stdout.buffer.flush()
