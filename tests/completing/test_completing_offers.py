"""What the Tab key offers, by the words so far; and that Tab is quick and never heard of."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from tmuxplan.library.completing.offers import Offers, offers
from tmuxplan.library.completing.table import table
from tmuxplan.library.completing.told import told

ROOT = Path(__file__).parents[2]
RUNS = ("20260101-100000-00aa", "20260102-100000-00bb")


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """A directory with two runs: of plan.md with T001 and T002, and, newer, of other.md."""
    tasks = [{"id": "T001", "title": "First"}, {"id": "T002", "title": "A\ttab\x1b[31m"}]
    _run(tmp_path, RUNS[0], "plan.md", tasks)
    _run(tmp_path, RUNS[1], str(tmp_path / "other.md"), [{"id": "step-1", "title": "One"}])
    return tmp_path


def _run(cwd: Path, name: str, plan: str, tasks: list[dict[str, str]]) -> None:
    folder = cwd / ".tmuxplan/runs" / name
    folder.mkdir(parents=True)
    frozen = {"plan": {"path": plan, "tasks": tasks, "edges": [1]}, "steps": {}}
    (folder / "plan.json").write_bytes(msgspec.json.encode(frozen))
    (folder / "events.jsonl").write_text("")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["lo"], ["logs"]),
        (["logs", ""], ["step-1"]),
        (["logs", "--run", "00aa", ""], ["T001", "T002"]),
        (["logs", "--run=00aa", "t002"], ["T002"]),
        (["logs", "--run", "=", "00aa", ""], ["T001", "T002"]),
        (["logs", "--run", "nowhere", ""], []),
        (["logs", "step-1", ""], None),
        (["logs", "--ta"], ["--tail"]),
        (["logs", "--tail", ""], None),
        (["logs", "--follow", ""], ["step-1"]),
        (["logs", "--", "-"], []),
        (["status", "--run", ""], [RUNS[1], RUNS[0]]),
        (["status", "--run", "00a"], []),
        (["status", "--run", "00aa"], [RUNS[0]]),
        (["status", "--run=2026010"], [f"--run={RUNS[1]}", f"--run={RUNS[0]}"]),
        (["resume", "20260101"], [RUNS[0]]),
        (["collect", "--compare", "20260101"], [RUNS[0]]),
        (["launch", "plan.md", "--only", ""], ["T001", "T002"]),
        (["launch", "plan.md", "--only", "T001,"], ["T001,T002"]),
        (["launch", "other.md", "--from", ""], ["step-1"]),
        (["launch", "unknown.md", "--skip", ""], []),
        (["launch", "plan.md", "--backend", "p"], ["pty"]),
        (["nonsense", ""], None),
        (["-"], ["--version", "--help"]),
    ],
)
def test_offers(here: Path, words: list[str], expected: list[str] | None) -> None:
    found = offers(words, table(), here)
    assert found.kind == ("text" if expected is None else "words")
    assert list(found.words) == (expected or [])


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        (["launch", ""], "plan"),
        (["check", "pl"], "plan"),
        (["init", "--from", ""], "folder"),
        (["collect", "-o", ""], "file"),
    ],
)
def test_the_shell_completes_files(here: Path, words: list[str], kind: str) -> None:
    assert offers(words, table(), here) == Offers(kind)  # type: ignore[arg-type]


def test_a_name_that_no_shell_could_be_given_is_not_offered(here: Path) -> None:
    """Cleaned it would be another's; with a dash in front it would be an option."""
    run = here / ".tmuxplan/runs" / RUNS[-1]
    tasks = [{"id": id_} for id_ in ("T1\x1b[2J", "T1\n", "--yes", "T1")]
    frozen = {"plan": {"path": "plan.md", "tasks": tasks}, "steps": {}}
    (run / "plan.json").write_bytes(msgspec.json.encode(frozen))
    assert told(["logs", "--run", RUNS[-1], ""], here) == "words\nT1\t\n"


def test_what_is_told_can_not_steer_a_terminal(here: Path) -> None:
    assert told(["logs", "--run", "00aa", "T002"], here) == "words\nT002\tA tab [31m\n"


def _nothing(folder: Path) -> None:
    (folder / "runs").mkdir(parents=True)


def _damaged(folder: Path) -> None:
    run = folder / "runs" / RUNS[0]
    run.mkdir(parents=True)
    (run / "plan.json").write_text("{")


def _no_folder(folder: Path) -> None:
    folder.write_text("a file")


@pytest.mark.parametrize("make", [_nothing, _damaged, _no_folder])
@pytest.mark.parametrize(
    "words", [["logs", ""], ["status", "--run", ""], ["launch", "x", "--only", ""]]
)
def test_nothing_is_known_of_broken_folders(
    tmp_path: Path, make: Callable[[Path], None], words: list[str]
) -> None:
    make(tmp_path / ".tmuxplan")
    known = [RUNS[0]] if make is _damaged and words[0] == "status" else []
    assert list(offers(words, table(), tmp_path).words) == known


def _ask(*words: str, cwd: Path, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tmuxplan", *words],
        cwd=cwd,
        env={**os.environ, "_TMUXPLAN_COMPLETE": "bash", **more},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_program_never_complains(here: Path) -> None:
    for words in ([], ["logs", "\udcff".encode("utf-8", "surrogateescape").decode("latin1")]):
        asked = _ask(*words, cwd=here, LC_ALL="C")
        assert (asked.returncode, asked.stderr) == (0, "")
    gone = here / "gone"
    gone.mkdir()
    asked = subprocess.run(
        ["sh", "-c", f'rmdir "$PWD"; exec "{sys.executable}" -m tmuxplan logs ""'],
        cwd=gone,
        env={**os.environ, "_TMUXPLAN_COMPLETE": "bash", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=False,
    )
    assert (asked.returncode, asked.stdout, asked.stderr) == (0, b"", b"")


def test_tab_imports_nothing_slow(here: Path) -> None:
    """In place of a stopwatch, which a busy machine would fail: it takes 0.05 s on two cores."""
    code = (
        "import sys; sys.argv = ['tmuxplan', 'logs', '']; from tmuxplan.__main__ import main; "
        "main(); print(*sys.modules)"
    )
    asked = subprocess.run(
        [sys.executable, "-c", code],
        cwd=here,
        env={**os.environ, "_TMUXPLAN_COMPLETE": "bash"},
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = set(asked.stdout.split())
    assert "step-1" in loaded
    slow = {
        "click",
        "rich",
        "markdown_it",
        "tree_sitter",
        "libtmux",
        "psutil",
        "yaml",
        "subprocess",
    }
    assert not slow & loaded


def test_the_table_is_current() -> None:
    asked = subprocess.run(
        [sys.executable, "scripts/completion_table.py"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    written = (ROOT / "tmuxplan/library/completing/words.json").read_text("utf-8")
    assert written == asked.stdout, "the table for completion is not current: run scripts/docs"
