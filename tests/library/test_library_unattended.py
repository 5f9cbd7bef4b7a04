"""Whether a task's attempt had any input, by what was kept of the launch."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from tmuxplan import events as ev
from tmuxplan.journal.folder import RunFolder
from tmuxplan.library.options import Kept
from tmuxplan.library.unattended import had_no_input
from tmuxplan.schedule.state import fold

BEGAN = ev.AttemptStarting(at=10.0, task="T1", n=1, nonce="ab")
CHANGED = ev.PlanChanged(at=20.0, generation=1, sha256="", title="", selected=("T1",))


def run_in(folder: Path, stdin_empty: bool | None) -> RunFolder:
    """A run with these options; None: they can't be read."""
    run = RunFolder(folder)
    if stdin_empty is not None:
        kept = Kept("", "", 1, "pty", 1.0, {}, (), {}, (), stdin_empty)
        run.launch_json.write_bytes(msgspec.json.encode(kept))
    return run


@pytest.mark.parametrize(
    ("events", "stdin_empty", "expected"),
    [
        ((BEGAN,), True, True),
        ((BEGAN,), False, False),
        ((BEGAN,), None, False),
        ((), True, False),
        # `resume` writes the options anew: they are no longer those of this attempt.
        ((BEGAN, CHANGED), True, False),
        ((CHANGED, msgspec.structs.replace(BEGAN, at=30.0)), True, True),
    ],
)
def test_had_no_input(
    tmp_path: Path, events: tuple[ev.Event, ...], stdin_empty: bool | None, expected: bool
) -> None:
    assert had_no_input(run_in(tmp_path, stdin_empty), fold(events), "T1") is expected
