"""The sample journals as facts: histories of every verdict."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from tmuxplan.journal.folder import RunFolder
from tmuxplan.journal.journal import read
from tmuxplan.library.runs import Opened, open_folder
from tmuxplan.plan.model import Frozen
from tmuxplan.report.facts import RunFacts
from tmuxplan.report.gathering import facts
from tmuxplan.run import clock
from tmuxplan.schedule.state import fold

SAMPLES = Path(__file__).parent.parent / "journal" / "samples" / "v1"
# 15 s into the sample runs, all of which began at 2026-11-22 10:15:30 UTC.
NOW = 1795342545.0
ENDED = b"\x1b]133;D;0;aid=a1b2c3;end=1\x07"
"""The last record of each attempt's log."""
SECRET = b"hunter2secret"
"""In the log of the sample run on disk, and masked everywhere else."""


@pytest.fixture(scope="session")
def frozen() -> Frozen:
    return msgspec.json.decode((SAMPLES / "plan.json").read_bytes(), type=Frozen)


@pytest.fixture(scope="session")
def sample(frozen: Frozen) -> Callable[..., RunFacts]:
    """The facts of a sample run, by the name of its journal; its plan's template can be another."""

    def of(name: str, *, alive: bool = True, **plan: object) -> RunFacts:
        state = fold(read(SAMPLES / f"{name}.jsonl").events)
        changed = msgspec.structs.replace(frozen.plan, **plan)
        return facts(msgspec.structs.replace(frozen, plan=changed), state, NOW, alive)

    return of


@pytest.fixture
def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Opened:
    """A sample run on disk; its logs hold colours, records, and a secret at a known place."""
    folder = tmp_path / ".tmuxplan" / "runs" / "20261122-101530-7f3a"
    folder.mkdir(parents=True)
    (folder / "plan.md").write_text("# The plan\n")
    (folder / "plan.json").write_bytes((SAMPLES / "plan.json").read_bytes())
    events = (SAMPLES / "every_verdict.jsonl").read_bytes().splitlines(keepends=True)
    secret = (
        b'{"event":"secret_seen","at":1795342549.0,"task":"T002","n":1,"offset":6,"length":13}\n'
    )
    (folder / "events.jsonl").write_bytes(b"".join((*events[:-1], secret, events[-1])))
    log = b"token " + SECRET + b"\n" + b"".join(b"line %d\n" % n for n in range(2, 42))
    for task in ("T001", "T002"):
        attempt = folder / "tasks" / task / "1"
        attempt.mkdir(parents=True)
        (attempt / "log").write_bytes(log if task == "T002" else b"\x1b[32mok\x1b[0m\n" + ENDED)
        (attempt / "script.sh").write_bytes(b"export TOKEN=" + SECRET)
    monkeypatch.setattr(clock, "now", lambda: 1795342700.0)
    return open_folder(RunFolder(folder))
