"""Run folders: made for one launch alone, found from below, never outside themselves."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tmuxplan.errors import JournalError, UsageError
from tmuxplan.journal.folder import RunFolder, create, find_root, find_run, runs
from tmuxplan.journal.sockets import LONGEST

NOW = 1795342530.25


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_run_is_named_by_utc_and_chance_and_is_private(tmp_path: Path) -> None:
    run = create(tmp_path, NOW)
    assert run.id.startswith("20261122-101530-40")
    assert run.path.parent == tmp_path / ".tmuxplan" / "runs"
    assert (tmp_path / ".tmuxplan" / ".gitignore").read_text() == "*\n"
    assert [mode(p) for p in (run.path, run.path.parent, run.path.parent.parent)] == [0o700] * 3


def test_launches_at_the_same_instant_get_a_folder_each(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from tmuxplan.journal.folder import create;"
        f"print(*(create(Path(sys.argv[1]), {NOW}).id for _ in range(8)))"
    )
    started = [
        subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE)
        for _ in range(4)
    ]
    ids = [name for each in started for name in each.communicate()[0].split()]
    assert len(ids) == len(set(ids)) == 32


def test_ids_sort_by_age_also_within_a_second(tmp_path: Path) -> None:
    made = [create(tmp_path, NOW + 0.01 * n).id for n in range(12)]
    assert [run.id for run in runs(tmp_path / ".tmuxplan")] == sorted(made, reverse=True)
    assert made == sorted(made)


def test_the_root_is_found_from_below_and_not_from_beside(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    create(tmp_path / "a", NOW)
    assert find_root(tmp_path / "a" / "b") == tmp_path / "a" / ".tmuxplan"
    assert find_root(tmp_path) is None


def test_what_is_no_run_is_not_listed(tmp_path: Path) -> None:
    run = create(tmp_path, NOW)
    (run.path.parent / "notes").mkdir()
    (run.path.parent / "20261122-101530-zzzz").mkdir()
    (run.path.parent / "20261122-101530-0000").write_text("")
    assert runs(tmp_path / ".tmuxplan") == (run,)
    assert runs(tmp_path / "nowhere") == ()


def test_a_run_is_found_by_nothing_by_its_beginning_and_by_its_end(tmp_path: Path) -> None:
    old, new = create(tmp_path, NOW), create(tmp_path, NOW + 60)
    root = tmp_path / ".tmuxplan"
    assert find_run(root, None) == new
    assert find_run(root, old.id) == find_run(root, old.id[:15]) == old
    assert find_run(root, new.id[9:]) == new
    old.events.touch()
    assert find_run(root, None) == old, "one that never began is not the newest run"


def test_an_unknown_run_names_the_nearest(tmp_path: Path) -> None:
    run = create(tmp_path, NOW)
    root = tmp_path / ".tmuxplan"
    with pytest.raises(UsageError, match=f"the nearest is {run.id}"):
        find_run(root, "20261122-101531")
    with pytest.raises(UsageError, match="no run ''"):
        find_run(root, "")
    create(tmp_path, NOW)
    with pytest.raises(UsageError, match="several runs"):
        find_run(root, "2026")


def test_no_run_at_all_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="launch a plan first"):
        find_run(find_root(tmp_path), None)


@pytest.mark.parametrize("task", ["", ".", "..", "../x", "/etc", "a/b", "a\0b", "a\\b"])
def test_a_task_id_leads_nowhere_else(tmp_path: Path, task: str) -> None:
    with pytest.raises(JournalError):
        RunFolder(tmp_path).attempt(task, 1)


def test_an_attempt_has_its_own_folder(tmp_path: Path) -> None:
    assert RunFolder(tmp_path).attempt("T001", 2) == tmp_path / "tasks" / "T001" / "2"


def test_a_file_in_the_way_is_said_with_its_path(tmp_path: Path) -> None:
    (tmp_path / ".tmuxplan").write_text("")
    with pytest.raises(JournalError, match="is a file where a folder should be") as caught:
        create(tmp_path, NOW)
    assert caught.value.where == str(tmp_path / ".tmuxplan")


def test_a_directory_that_is_gone_is_said_with_a_remedy(tmp_path: Path) -> None:
    with pytest.raises(JournalError, match="go to one that exists"):
        create(tmp_path / "gone", NOW)


def test_the_socket_is_in_the_run_where_it_fits() -> None:
    run = RunFolder(Path("/tmp") / f"t{os.getpid()}")
    assert run.control_socket == Path(os.path.realpath(run.path)) / "control.sock"
    assert len(os.fsencode(run.control_socket)) <= LONGEST


def test_a_path_too_long_for_a_socket_has_a_private_short_one(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 60) / ("e" * 60)
    deep.mkdir(parents=True)
    run = create(deep, NOW)
    link = tmp_path / "short"
    link.symlink_to(deep)
    other = RunFolder(link / ".tmuxplan" / "runs" / run.id)
    socket = run.control_socket
    assert len(os.fsencode(socket)) <= LONGEST
    assert socket == other.control_socket, "another way to the same folder finds it, too"
    assert socket != create(deep, NOW).control_socket
    assert mode(socket.parent) == 0o700
