"""A run that is or was: found on disk, read from its journal."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec

from tmuxplan.errors import JournalError, UsageError
from tmuxplan.journal.folder import RunFolder, find_root, find_run, runs
from tmuxplan.journal.journal import read
from tmuxplan.library.live import live_runs
from tmuxplan.library.switching import current
from tmuxplan.plan.model import Frozen
from tmuxplan.report.facts import RunFacts
from tmuxplan.report.gathering import facts
from tmuxplan.run import clock, supervisor
from tmuxplan.schedule.state import AttemptRecord, RunState, fold


class Opened(msgspec.Struct, frozen=True):
    """A run as it is now. `notices` say what of its journal could not be read."""

    folder: RunFolder
    frozen: Frozen
    state: RunState
    alive: bool
    notices: tuple[str, ...] = ()
    log_ends: Mapping[tuple[str, int], int] = {}
    """By task and attempt, the bytes of a log that grows of which the journal has spoken
    (`log_source.caught_up`)."""

    def told_until(self, task: str, attempt: AttemptRecord) -> int | None:
        """How much of a log may leave the run's folder; None: all. Where secrets stand in it is
        journalled after they are printed, and by nobody where nobody watches."""
        if attempt.verdict is None or (task, attempt.n) in self.log_ends:
            return self.log_ends.get((task, attempt.n), 0)
        if not attempt.leftovers_alive:
            return None
        from tmuxplan.library.logs import ended_at  # noqa: PLC0415 (few runs leave something up)

        return ended_at(self.folder.attempt(task, attempt.n) / "log", attempt.nonce)

    @property
    def facts(self) -> RunFacts:
        """What the renderers need."""
        return facts(self.frozen, self.state, clock.now(), self.alive)


def open_run(run_id: str | None = None, cwd: Path | None = None, *, acting: bool = False) -> Opened:
    """The run with this id (or its beginning), else the newest one here.

    `acting`: something will be done to it, so where several are live one has to be named.
    UsageError: none fits. JournalError: it can't be read.
    """
    root = find_root(cwd or Path.cwd())
    if acting and run_id is None and root is not None:
        live = live_runs(root)
        if len(live) > 1:
            names = ", ".join(folder.id for folder in live)
            raise UsageError(f"several runs are live here: {names}", "name one with --run")
        if live:
            return open_folder(live[0])
    return open_folder(find_run(root, run_id))


def newest(run_id: str | None = None) -> RunFolder | None:
    """The run with this id, else the newest one here; None: there is none here at all.

    UsageError: none has this id, or several do.
    """
    root = find_root(Path.cwd())
    if run_id is None and (root is None or not runs(root)):
        return None
    return find_run(root, run_id)


def open_folder(folder: RunFolder) -> Opened:
    """The run in this folder."""
    alive = supervisor.alive(folder)  # before the journal: its last words are then in it
    reading = read(folder.events)
    state = fold(reading.events)
    frozen = frozen_of(current(folder, state.changed))
    return Opened(folder, frozen, state, alive, reading.notices)


def frozen_of(folder: RunFolder) -> Frozen:
    """What was launched. JournalError: it can't be read."""
    try:
        return msgspec.json.decode(folder.plan_json.read_bytes(), type=Frozen)
    except (OSError, msgspec.MsgspecError, RecursionError) as error:
        raise JournalError(
            f"can't be read: {error}", "the run's folder is damaged", str(folder.plan_json)
        ) from error
