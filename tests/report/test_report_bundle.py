"""A bundle is the same each time, holds no secret, and tells every alteration. Lines of logs."""

from __future__ import annotations

import gzip
import io
import itertools
import subprocess
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from tmuxplan.errors import JournalError, TmuxplanError, UsageError
from tmuxplan.journal.folder import RunFolder
from tmuxplan.library import excerpts
from tmuxplan.library.bundling import bundle
from tmuxplan.library.collecting import collected
from tmuxplan.library.logs import coloured, some_lines, step_of
from tmuxplan.library.manifest import Manifest, read_key
from tmuxplan.library.runs import Opened, open_folder
from tmuxplan.library.verifying import Verified, verify
from tmuxplan.run import clock

SAMPLES = Path(__file__).parent.parent / "journal" / "samples" / "v1"
KEY = b"0123456789abcdef"
SECRET = b"hunter2secret"


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
        (attempt / "log").write_bytes(log if task == "T002" else b"\x1b[32mok\x1b[0m\n")
        (attempt / "script.sh").write_bytes(b"export TOKEN=" + SECRET)
    monkeypatch.setattr(clock, "now", lambda: 1795342700.0)
    return open_folder(RunFolder(folder))


def packed(opened: Opened, path: Path, key: bytes | None = None) -> Path:
    bundle(opened, path, key)
    return path


def members(path: Path) -> dict[str, bytes]:
    with tarfile.open(path) as tar:
        return {m.name: (tar.extractfile(m) or io.BytesIO()).read() for m in tar}


def repacked(path: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    found = members(path)
    change(found)
    with tarfile.open(path, "w:gz") as tar:
        for name, data in found.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return path


def test_it_is_as_it_was_made_and_the_same_each_time(opened: Opened, tmp_path: Path) -> None:
    one, two = (packed(opened, tmp_path / name, KEY) for name in ("1.tar.gz", "2.tar.gz"))
    assert one.read_bytes() == two.read_bytes()
    digest = bundle(opened, one, KEY)
    found = verify(one, KEY, digest)
    assert (found.faults, found.sealed, found.checked, found.digest) == ((), True, True, digest)
    names = {entry.path for entry in found.manifest.files}
    assert {"report.md", "report.html", "plan.md", "events.jsonl", "tasks/T002/1/log"} <= names
    assert sorted(path.name for path in tmp_path.glob("*.part")) == []


def test_no_secret_and_no_script_is_in_it(opened: Opened, tmp_path: Path) -> None:
    found = members(packed(opened, tmp_path / "b.tar.gz"))
    assert not any(name.endswith("script.sh") for name in found)
    assert not any(SECRET in data for data in found.values())
    assert found["tasks/T002/1/log"].startswith(b"token ***\nline 2\n")
    assert b'href="tasks/T002/1/log"' in found["report.html"]
    assert b"are not masked there" not in found["report.html"]


ALTERED: dict[str, Callable[[dict[str, bytes]], None]] = {
    "events.jsonl: was altered": lambda f: f.update({"events.jsonl": f["events.jsonl"] + b"\n"}),
    "report.md: was altered": lambda f: f.update(
        {"report.md": f["report.md"].replace(b"NO GO", b"GO")}
    ),
    "tasks/T001/1/log: is missing": lambda f: f.pop("tasks/T001/1/log") and None,
    "extra: was added": lambda f: f.update({"extra": b""}),
    "manifest.hmac: is not by this key": lambda f: f.update(
        {"manifest.json": f["manifest.json"].replace(b"NO GO", b"GO")}
    ),
    "manifest.hmac: is missing": lambda f: f.pop("manifest.hmac") and None,
}


@pytest.mark.parametrize("fault", ALTERED)
def test_every_alteration_is_told(fault: str, opened: Opened, tmp_path: Path) -> None:
    path = repacked(packed(opened, tmp_path / "b.tar.gz", KEY), ALTERED[fault])
    faults = verify(path, KEY).faults
    assert len(faults) == 1
    assert faults[0].startswith(fault)


def test_one_that_was_made_anew_is_told_by_its_digest_or_key(
    opened: Opened, tmp_path: Path
) -> None:
    digest = bundle(opened, tmp_path / "b.tar.gz")
    other = packed(opened, tmp_path / "c.tar.gz", b"another key entirely")
    assert verify(other, KEY).faults
    assert verify(other, None, "0" * 64).faults
    assert verify(other, None, digest.upper()).faults == ()
    assert verify(other).faults == ()


def odd_member(path: Path, kind: bytes) -> Verified:
    found = members(path)
    with tarfile.open(path, "w:gz") as tar:
        for name, data in (*found.items(), ("plan.md", found["plan.md"])):
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
        link = tarfile.TarInfo("../../etc/passwd")
        link.type, link.linkname = kind, "/etc/passwd"
        tar.addfile(link)
    return verify(path)


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE])
def test_odd_members_are_told_and_touch_nothing(
    kind: bytes, opened: Opened, tmp_path: Path
) -> None:
    faults = odd_member(packed(opened, tmp_path / "b.tar.gz"), kind).faults
    assert faults == ("plan.md: is there twice", "../../etc/passwd: is no file")


def test_what_is_no_bundle_is_said_in_words(opened: Opened, tmp_path: Path) -> None:
    whole = packed(opened, tmp_path / "b.tar.gz").read_bytes()
    cases = {
        "empty": b"",
        "text": b"# plan",
        "torn": whole[: len(whole) // 2],
        "flipped": whole[:200] + bytes([whole[200] ^ 255]) + whole[201:],
        "no tar": gzip.compress(b"x" * 2000),
    }
    for name, data in cases.items():
        (tmp_path / name).write_bytes(data)
        with pytest.raises(UsageError):
            verify(tmp_path / name)
    with pytest.raises(UsageError, match="no manifest"):
        verify(repacked(tmp_path / "b.tar.gz", lambda f: f.pop("manifest.json") and None))
    with pytest.raises(UsageError):
        verify(tmp_path / "not there")


def test_a_key_has_to_be_one(tmp_path: Path) -> None:
    (tmp_path / "short").write_text("abc\n")
    for name in ("short", "none"):
        with pytest.raises(TmuxplanError):
            read_key(str(tmp_path / name))


def test_a_bundle_that_can_not_be_written_leaves_nothing(opened: Opened, tmp_path: Path) -> None:
    with pytest.raises(JournalError):
        bundle(opened, tmp_path / "no" / "b.tar.gz")


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
    same = command(opened, "collect", "--compare", "7f3a")
    assert "Nothing else is different" in same.stdout
    for wrong in (["--compare", "7f3a", "--bundle", "x"], ["--key", "x"], ["--compare", "0000"]):
        assert command(opened, "collect", *wrong).returncode == 2


def test_a_steps_summary_is_added_to_what_is_there(opened: Opened, tmp_path: Path) -> None:
    summary = tmp_path / "summary.md"
    summary.write_text("before\n")
    ran = command(opened, "collect", "-f", "github", GITHUB_STEP_SUMMARY=str(summary))
    assert all(line.startswith("::") for line in ran.stdout.splitlines())
    assert summary.read_text().startswith("before\n## ❌ NO GO")
