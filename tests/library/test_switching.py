"""A run's files change places all at once, whenever whoever does it dies."""

from __future__ import annotations

import itertools
import shutil
from pathlib import Path

import pytest

from tmuxplan.events import PlanChanged
from tmuxplan.journal.folder import RunFolder
from tmuxplan.library import switching

CHANGE = PlanChanged(
    at=1.0,
    generation=1,
    sha256="",
    title="",
    selected=("T001", "T002", "T003"),
    moved={"T001": "T002", "T002": "T001", "T003": "T004"},
    added=("T003",),
    removed=("T005",),
)


def write(folder: RunFolder) -> None:
    folder.plan_md.write_text("new text")
    folder.plan_json.write_text("new plan")
    folder.launch_json.write_text("new options")


def run(base: Path) -> RunFolder:
    """A run of five tasks, one of them without an attempt."""
    folder = RunFolder(base / "run")
    for task in ("T001", "T002", "T003", "T005"):
        attempt = folder.attempt(task, 1)
        attempt.mkdir(parents=True)
        (attempt / "log").write_text(f"of {task}")
    folder.plan_files.mkdir()
    (folder.plan_files / "a.md").write_text("old text")
    folder.plan_json.write_text("old plan")
    folder.launch_json.write_text("old options")
    return folder


def contents(folder: RunFolder) -> dict[str, str]:
    files = (path for path in folder.path.rglob("*") if path.is_file())
    return {str(path.relative_to(folder.path)): path.read_text() for path in files}


AFTER = {
    "plan.md": "new text",
    "plan.json": "new plan",
    "launch.json": "new options",
    "tasks/T001/1/log": "of T002",
    "tasks/T002/1/log": "of T001",
    "tasks/T004/1/log": "of T003",
    "removed/T005-1/1/log": "of T005",
}


class Died(BaseException):
    """kill -9: nothing is tidied up."""


def deadly(monkeypatch: pytest.MonkeyPatch, last: int) -> None:
    """Die instead of change number `last` to the disk."""
    changes = itertools.count()
    for place, name in ((Path, "rename"), (Path, "replace"), (Path, "mkdir"), (shutil, "rmtree")):
        real = getattr(place, name)

        def change(*args: object, _real: object = real, **more: object) -> object:
            if next(changes) >= last:
                raise Died
            return _real(*args, **more)  # type: ignore[operator]

        monkeypatch.setattr(place, name, change)


@pytest.mark.parametrize("last", range(24))
def test_whoever_comes_next_finishes_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, last: int
) -> None:
    folder = run(tmp_path)
    switching.stage(folder, 1, write)
    with monkeypatch.context() as patched:
        deadly(patched, last)
        try:
            switching.install(folder, CHANGE)
        except Died:
            assert switching.unfinished(folder)
    assert switching.current(folder, CHANGE).plan_json.read_text() == "new plan"
    switching.finish(folder, CHANGE)
    assert contents(folder) == AFTER
    assert not switching.unfinished(folder)


def test_what_the_journal_does_not_know_of_is_thrown_away(tmp_path: Path) -> None:
    folder = run(tmp_path)
    before = contents(folder)
    switching.stage(folder, 1, write)
    assert switching.current(folder, None) == folder
    switching.finish(folder, None)
    assert contents(folder) == before
    switching.stage(folder, 2, write)
    switching.finish(folder, CHANGE)
    assert contents(folder) == before
