"""The sample journals as facts: histories of every verdict."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from tmuxplan.journal.journal import read
from tmuxplan.plan.model import Frozen
from tmuxplan.report.facts import RunFacts
from tmuxplan.report.gathering import facts
from tmuxplan.schedule.state import fold

SAMPLES = Path(__file__).parent.parent / "journal" / "samples" / "v1"
# 15 s into the sample runs, all of which began at 2026-11-22 10:15:30 UTC.
NOW = 1795342545.0


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
