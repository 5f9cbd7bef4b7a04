"""A bundle is the same each time and holds no secret. Lines of logs."""

from __future__ import annotations

import io
import itertools
import subprocess
import sys
import tarfile
from pathlib import Path

import msgspec
import pytest

from tmuxplan.errors import JournalError
from tmuxplan.library import excerpts
from tmuxplan.library.bundling import bundle
from tmuxplan.library.collecting import collected
from tmuxplan.library.logs import coloured, some_lines, step_of
from tmuxplan.library.manifest import Manifest
from tmuxplan.library.runs import Opened

SECRET = b"hunter2secret"


def packed(opened: Opened, path: Path) -> Path:
    bundle(opened, path)
    return path


def members(path: Path) -> dict[str, bytes]:
    with tarfile.open(path) as tar:
        return {m.name: (tar.extractfile(m) or io.BytesIO()).read() for m in tar}


def test_it_is_the_same_each_time(opened: Opened, tmp_path: Path) -> None:
    one, two = (packed(opened, tmp_path / name) for name in ("1.tar.gz", "2.tar.gz"))
    assert one.read_bytes() == two.read_bytes()
    assert sorted(path.name for path in tmp_path.glob("*.part")) == []


def test_no_secret_and_no_script_is_in_it(opened: Opened, tmp_path: Path) -> None:
    found = members(packed(opened, tmp_path / "b.tar.gz"))
    assert not any(name.endswith("script.sh") for name in found)
    assert not any(SECRET in data for data in found.values())
    assert found["tasks/T002/1/log"].startswith(b"token ***\nline 2\n")
    assert b'href="tasks/T002/1/log"' in found["report.html"]
    assert b"are not masked there" not in found["report.html"]


def test_a_bundle_that_can_not_be_written_leaves_nothing(opened: Opened, tmp_path: Path) -> None:
    with pytest.raises(JournalError):
        bundle(opened, tmp_path / "no" / "b.tar.gz")


def test_nothing_is_written_through_what_lies_there(opened: Opened, tmp_path: Path) -> None:
    """In a folder that everybody may write to, somebody else may know what a file is called."""
    precious = tmp_path / "precious"
    precious.write_text("precious")
    for name in (".b.tar.gz.part", "b.tar.gz"):
        (tmp_path / name).symlink_to(precious)
    packed(opened, tmp_path / "b.tar.gz")
    assert precious.read_text() == "precious"
    assert not (tmp_path / "b.tar.gz").is_symlink()


def test_manifests_of_this_version_still_load() -> None:
    old = b'{"run":"r","plan_sha256":"","verdict":"GO","made":"","tool":"0.1.0","files":[]}'
    assert msgspec.json.decode(old, type=Manifest).schema == 1


def test_html_holds_the_masked_log_with_its_steps(opened: Opened) -> None:
    text = collected(opened, "html", str(opened.folder.path.parent))
    assert SECRET.decode() not in text
    assert "token ***" in text
    assert '<i class="fg2">ok</i>' in text
    assert 'href="20261122-101530-7f3a/tasks/T002/1/log"' in text


def test_the_lines_before_a_failure(opened: Opened) -> None:
    found = excerpts.printed(opened, opened.facts)
    before = found["T002", 1]
    assert before.lines[-1] == f"line {before.first + len(before.lines) - 1}"
    assert before.first + len(before.lines) - 1 == 40


def test_lines_by_number_whatever_the_pieces() -> None:
    data = b"".join(b"line %d\n" % n for n in range(1, 200)) + b"rest"
    for size in (1, 7, 64, 5000):
        pieces = (data[at : at + size] for at in range(0, len(data), size))
        found = some_lines(pieces, ((3, 4), (150, 150), (200, 210)))
        assert {n: line.decode() for n, line in found.items()} == {
            3: "line 3", 4: "line 4", 150: "line 150", 200: "rest",
        }  # fmt: skip


def test_a_long_log_is_shown_in_parts_around_its_evidence(opened: Opened) -> None:
    attempt = opened.state.task("T002").last
    assert attempt is not None
    for total in (10, 599, 601, 5000, 10**9):
        ranges = excerpts._shown_of(attempt, total, 600)
        assert ranges[0][0] == 1
        assert ranges[-1][1] == total
        assert all(a <= b < c for (a, b), (c, _) in itertools.pairwise(ranges))
        assert sum(last - first + 1 for first, last in ranges) <= 700


def test_a_raw_line_for_the_page() -> None:
    shown = b"\x1b[1m$ ls\x1b[0m\x1b[2J\x1b]0;x\x07"
    line = b"\x1b]133;A;aid=ab;step=3\x07" + shown + b"\x1b]133;C;aid=ab;step=3;t=1\x07\r"
    assert coloured(line) == "\x1b[1m$ ls\x1b[0m"
    assert step_of(line) == 3
    assert step_of(b"\x1b]133;D;0;aid=ab;step=3;ps=0\x07") == 0


def command(opened: Opened, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tmuxplan", *words],
        cwd=opened.folder.path.parents[2],
        env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", **env},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_commands(opened: Opened) -> None:
    begins = {
        "html": "<!doctype html>", "junit": "<?xml", "github": "::error file=plans/SHOP.md",
        "trace": "{", "text": "NO GO", "md": "#", "json": "{",
    }  # fmt: skip
    for form, beginning in begins.items():
        ran = command(opened, "collect", "-f", form)
        assert (ran.returncode, ran.stderr) == (1, ""), form
        assert ran.stdout.startswith(beginning)
        assert SECRET.decode() not in ran.stdout
    made = command(opened, "collect", "--bundle", "b.tar.gz")
    assert made.returncode == 1
    digest = made.stdout.split()[0]
    assert command(opened, "verify", "b.tar.gz", "--digest", digest).returncode == 0
    assert command(opened, "verify", "b.tar.gz", "--digest", "0").returncode == 1
    assert command(opened, "verify", "plan.md").returncode == 2
    for wrong in (["--compare", "7f3a", "--bundle", "x"], ["--key", "x"], ["--compare", "0000"]):
        assert command(opened, "collect", *wrong).returncode == 2


def test_a_steps_summary_is_added_to_what_is_there(opened: Opened, tmp_path: Path) -> None:
    summary = tmp_path / "summary.md"
    summary.write_text("before\n")
    ran = command(opened, "collect", "-f", "github", GITHUB_STEP_SUMMARY=str(summary))
    assert all(line.startswith("::") for line in ran.stdout.splitlines())
    assert summary.read_text().startswith("before\n## ❌ NO GO")
