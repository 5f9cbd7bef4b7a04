"""`tmuxplan logs`: what a task printed."""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Iterable, Iterator

import click

from tmuxplan.commands.opening import run_option
from tmuxplan.errors import UsageError
from tmuxplan.judge.clean import clean, decode
from tmuxplan.library.log_source import Source, attempt_of, values_of
from tmuxplan.library.logs import lines, masked, of_step, without_records
from tmuxplan.library.runs import Opened, open_run
from tmuxplan.plan.counting import counted
from tmuxplan.plan.ids import resolve

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
    attempt = attempt_of(opened, task_id, n)
    if step is not None:
        _has_step(opened, task_id, step)
    path = opened.folder.attempt(task_id, attempt.n) / "log"
    if raw:
        _print(masked(path, ()))
        return
    source = Source(opened, task_id, attempt.n, path)
    found = lines(source.following() if follow else source.so_far())
    if step is not None:
        found = _never_nothing(of_step(found, step), task_id, attempt.n, step)
    found = without_records(found, values_of(opened))
    if not sys.stdout.isatty():
        found = map(_plain, found)
    _print(found if tail is None else deque(found, maxlen=tail), flushed=follow)


def _has_step(opened: Opened, task: str, step: int) -> None:
    """UsageError: the task has no such step."""
    count = len(opened.frozen.steps.get(task, ()))
    if step > count:
        has = counted(count, "step")
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


def _print(pieces: Iterable[bytes], flushed: bool = False) -> None:
    for piece in pieces:
        sys.stdout.buffer.write(piece)
        if flushed:
            sys.stdout.buffer.flush()
    sys.stdout.buffer.flush()
