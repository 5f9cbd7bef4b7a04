"""What earlier runs say of a task: the newest of them, the median, and no broken file's word."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from tmuxplan.config.schema import Settings, TaskSettings
from tmuxplan.journal.folder import RunFolder
from tmuxplan.library.freeze import freeze
from tmuxplan.library.learning import NEWEST, Took, as_before, key_of, with_learned
from tmuxplan.plan.model import Frozen, Learned
from tmuxplan.plan.parse import parse
from tmuxplan.schedule.graph import expected_path

PLAN = b"""# P

## Task 1: One
**Estimated Time:** 10 minutes
```bash
echo one
```

## Task 2: Two
**Dependencies:** Task 1
```bash
echo two
```
"""
PLAIN = Settings()


@pytest.fixture
def frozen() -> Frozen:
    return freeze(parse(PLAN, "plan.md"))


def run(root: Path, n: int, seconds: dict[str, float] | bytes | None) -> None:
    """A run of that age with this `took.json`; None: it kept nothing."""
    folder = RunFolder(root / ".tmuxplan" / "runs" / f"20261122-{n:06d}-0000")
    folder.path.mkdir(parents=True)
    if seconds is not None:
        raw = seconds if isinstance(seconds, bytes) else msgspec.json.encode(Took(seconds))
        folder.took.write_bytes(raw)


def told(frozen: Frozen, root: Path, settings: Settings = PLAIN) -> list[Learned | None]:
    return [task.learned for task in with_learned(frozen, settings, root).plan.tasks]


def test_without_runs_the_plan_is_the_same_value(frozen: Frozen, tmp_path: Path) -> None:
    assert with_learned(frozen, PLAIN, tmp_path) is frozen
    run(tmp_path, 1, None)
    assert with_learned(frozen, PLAIN, tmp_path) is frozen


def test_the_median_of_the_newest(frozen: Frozen, tmp_path: Path) -> None:
    key = key_of(frozen.plan.tasks[0], PLAIN)
    run(tmp_path, 0, {key: 1000.0})  # older than the newest
    for n in range(1, NEWEST + 1):
        run(tmp_path, n, {key: float(n), "other": 5.0})
    assert told(frozen, tmp_path) == [Learned((1 + NEWEST) / 2, NEWEST), None]
    assert told(frozen, tmp_path / "below") == told(frozen, tmp_path)  # as git looks upward
    run(tmp_path, 99, {key: 100.0})
    assert told(frozen, tmp_path)[0] == Learned(6.5, NEWEST)


def test_what_can_not_be_read_says_nothing(frozen: Frozen, tmp_path: Path) -> None:
    key = key_of(frozen.plan.tasks[0], PLAIN)
    for n, raw in enumerate((b"", b"{", b"[1]", b'{"seconds":{"%s":"x"}}' % key.encode(), b"\xff")):
        run(tmp_path, n, raw)
    assert told(frozen, tmp_path) == [None, None]
    run(tmp_path, 50, {key: 3.0})
    assert told(frozen, tmp_path) == [Learned(3.0, 1), None]


def test_other_content_is_another_task(frozen: Frozen, tmp_path: Path) -> None:
    run(tmp_path, 1, {key_of(task, PLAIN): 3.0 for task in frozen.plan.tasks})
    assert told(frozen, tmp_path) == [Learned(3.0, 1)] * 2
    moved = freeze(parse(PLAN.replace(b"# P\n", b"# P\n\nSome words.\n"), "plan.md"))
    assert told(moved, tmp_path) == [Learned(3.0, 1)] * 2
    edited = freeze(parse(PLAN.replace(b"echo one", b"echo 1"), "plan.md"))
    assert told(edited, tmp_path) == [None, Learned(3.0, 1)]
    assert told(frozen, tmp_path, Settings(shell_init=("set -u",))) == [None, None]
    # Variables, which can be secrets, do not count, whoever has them.
    assert (
        told(frozen, tmp_path, Settings(tasks={"T1": TaskSettings(env={"KEY": "x"})}))
        == [Learned(3.0, 1)] * 2
    )


def test_what_is_expected(frozen: Frozen, tmp_path: Path) -> None:
    assert [task.expected_s for task in frozen.plan.tasks] == [600.0, None]
    assert expected_path(frozen.plan) is None
    run(tmp_path, 1, {key_of(frozen.plan.tasks[1], PLAIN): 30.0})
    plan = with_learned(frozen, PLAIN, tmp_path).plan
    assert [task.expected_s for task in plan.tasks] == [600.0, 30.0]
    path = expected_path(plan)
    assert path is not None
    assert (path.tasks, path.high_s) == (("T1", "T2"), 630.0)


def test_a_run_that_goes_on_knows_what_it_knew(frozen: Frozen, tmp_path: Path) -> None:
    run(tmp_path, 1, {key_of(task, PLAIN): 3.0 for task in frozen.plan.tasks})
    assert as_before(frozen, with_learned(frozen, PLAIN, tmp_path)) == frozen
