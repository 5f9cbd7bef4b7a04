"""How long tasks take, learned from earlier runs of the same content.

Each run keeps, when it ends, how long its passed tasks took, by a hash of their content: a small
file beside its journal. A launch, or `show`, reads those of the newest runs here, and puts the
median into the plan that is frozen: what is said of a run afterwards does not change with others.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path

import msgspec

from tmuxplan.config.schema import Settings
from tmuxplan.errors import JournalError
from tmuxplan.journal.files import write_whole
from tmuxplan.journal.folder import RunFolder, find_root, runs
from tmuxplan.library.changes import content
from tmuxplan.plan.model import Frozen, Learned, Plan, Task
from tmuxplan.schedule.state import RunState

NEWEST = 10
"""Runs that count: what was so long ago is no longer so."""
_LOOKED_AT = 500
"""Runs that are looked at for those: some kept nothing."""
_LARGEST = 4 << 20

_changed = msgspec.structs.replace


class Took(msgspec.Struct, frozen=True):
    """`took.json`: seconds by hash of content."""

    seconds: Mapping[str, float]
    schema: int = 1


def keep(folder: RunFolder, plan: Plan, state: RunState, settings: Settings) -> None:
    """Write down how long the tasks of a run took that passed. A full disk keeps nobody: it is
    only not learned."""
    with contextlib.suppress(JournalError):
        seconds = {}
        for task in plan.tasks:
            took = _took(task, state)
            if took is not None:
                seconds[key_of(task, settings)] = round(took, 3)
        if seconds:
            write_whole(folder.took, msgspec.json.encode(Took(seconds)))


def with_learned(frozen: Frozen, settings: Settings, cwd: str | Path) -> Frozen:
    """The plan with what the runs that are seen from `cwd` say of its tasks."""
    root = find_root(Path(cwd))
    found = tuple(_newest(root)) if root is not None else ()
    if not found:
        return frozen
    tasks = tuple(_changed(t, learned=_learned(t, settings, found)) for t in frozen.plan.tasks)
    return _changed(frozen, plan=_changed(frozen.plan, tasks=tasks))


def as_before(before: Frozen, now: Frozen) -> Frozen:
    """What a run knew when it was launched, it goes on with: else it would have learned from its
    own first half, and a plan that is read again be another."""
    known = {task.id: task.learned for task in before.plan.tasks}
    tasks = tuple(_changed(t, learned=known.get(t.id, t.learned)) for t in now.plan.tasks)
    return _changed(now, plan=_changed(now.plan, tasks=tasks))


def key_of(task: Task, settings: Settings) -> str:
    """By what `resume` compares tasks, but for variables, whose secrets are on no disk."""
    own = settings.tasks.get(task.id)
    if own is not None and own.env:
        settings = _changed(settings, tasks={task.id: _changed(own, env={})})
    return hashlib.sha256(content(task, settings)).hexdigest()[:16]


def _took(task: Task, state: RunState) -> float | None:
    """Seconds of the attempt that passed; None where it says nothing: a server is up for as long
    as others need it, and a person at a prompt takes their time: nobody knows how much of it."""
    record = state.task(task.id)
    last = record.last
    if record.verdict != "passed" or last is None or last.ready is not None or task.keep:
        return None
    if last.verdict != "passed" or last.may_have_waited:
        return None
    if last.started is None or last.ended is None:
        return None
    return max(0.0, last.ended - last.started)


def _newest(root: Path) -> Iterator[Mapping[str, float]]:
    """What the newest runs kept, the newest first."""
    kept = (took for folder in runs(root)[:_LOOKED_AT] if (took := _read(folder)) is not None)
    return islice(kept, NEWEST)


def _read(folder: RunFolder) -> Mapping[str, float] | None:
    """None: it kept nothing, or nothing that can be read."""
    try:
        with folder.took.open("rb") as file:
            return msgspec.json.decode(file.read(_LARGEST), type=Took).seconds
    except (OSError, msgspec.MsgspecError):
        return None


def _learned(
    task: Task, settings: Settings, found: tuple[Mapping[str, float], ...]
) -> Learned | None:
    if not task.blocks:
        return None
    key = key_of(task, settings)
    seconds = [took[key] for took in found if key in took]
    if not seconds:
        return None
    from statistics import median  # noqa: PLC0415 (fractions, decimals: for this alone)

    return Learned(median(seconds), len(seconds))
