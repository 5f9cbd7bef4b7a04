"""The writer: on real files, with a real limit in place of a full disk."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tmuxplan import events as ev
from tmuxplan.errors import JournalError
from tmuxplan.journal.journal import Journal, read

FULL_DISK = """
import resource, sys
from pathlib import Path
from tmuxplan import events as ev
from tmuxplan.journal.journal import Journal, read

def note(n):
    return ev.Notice(at=float(n), text=f"number {n}")

def texts():
    return [event.text for event in read(path).events]

path = Path(sys.argv[1])
hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
with Journal(path) as journal:
    journal.append(note(0))
    whole = path.read_bytes()
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(whole) + 20, hard))
    journal.append(note(1))
    journal.append(note(2))
    assert journal.stuck, "a full disk must be said"
    assert path.read_bytes() == whole, "the torn part must be cut off again"
    assert not journal.flush_pending()
    journal.sync()
    assert journal.stuck
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    journal.append(note(3))
    assert not journal.stuck, journal.stuck
    assert texts() == [f"number {n}" for n in range(4)], texts()
    journal.sync()
print("kept")
"""

NEVER_FREED = """
import resource, sys
from pathlib import Path
from tmuxplan import events as ev
from tmuxplan.errors import JournalError
from tmuxplan.journal.journal import Journal

journal = Journal(Path(sys.argv[1]))
resource.setrlimit(resource.RLIMIT_FSIZE, (10, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))
journal.append(ev.Notice(at=1.0, text="x"))
try:
    journal.close()
except JournalError as error:
    print(error)
"""


def notice(text: str) -> ev.Notice:
    return ev.Notice(at=1.0, text=text)


def python(code: str, path: Path) -> str:
    """A limit on file sizes is the whole process's, so it is set in one of its own."""
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_an_event_is_on_disk_when_append_returns(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    with Journal(path) as journal:
        journal.append(notice("one"))
        assert path.read_bytes() == b'{"event":"notice","at":1.0,"text":"one"}\n'
        journal.append(notice("two"))
        assert read(path).events == (notice("one"), notice("two"))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_full_disk_loses_and_reorders_nothing(tmp_path: Path) -> None:
    assert python(FULL_DISK, tmp_path / "events.jsonl") == "kept\n"


def test_events_that_never_reached_the_disk_are_said_at_the_end(tmp_path: Path) -> None:
    said = python(NEVER_FREED, tmp_path / "events.jsonl")
    assert "1 events could not be written" in said
    assert "free some space" in said


def test_opening_cuts_a_torn_last_line_and_says_so(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    path.write_bytes(b'{"event":"notice","at":1,"text":"one"}\n{"event":"notice","at":1,"te')
    with Journal(path) as journal:
        assert "torn last line of 28 bytes" in journal.notices[0]
        journal.append(notice("two"))
    assert read(path).events == (notice("one"), notice("two"))


@pytest.mark.parametrize("torn", [b"{", b"x" * 200_000], ids=["short", "longer than a chunk"])
def test_a_journal_that_is_nothing_but_torn_becomes_empty(tmp_path: Path, torn: bytes) -> None:
    path = tmp_path / "events.jsonl"
    path.write_bytes(torn)
    Journal(path).close()
    assert path.read_bytes() == b""


def test_a_whole_journal_is_opened_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    with Journal(path) as journal:
        journal.append(notice("one"))
    before = path.read_bytes()
    with Journal(path) as journal:
        assert journal.notices == ()
    assert path.read_bytes() == before


def test_a_journal_has_one_writer(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    with Journal(path), pytest.raises(JournalError, match="another process is writing"):
        Journal(path)
    Journal(path).close()


def test_a_text_that_utf8_cannot_hold_is_still_written(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    with Journal(path) as journal:
        journal.append(notice(os.fsdecode(b"caf\xe9")))
    assert read(path).events == (notice("caf?"),)


def test_a_folder_that_is_gone_is_an_error_with_place_and_remedy(tmp_path: Path) -> None:
    with pytest.raises(JournalError) as caught:
        Journal(tmp_path / "gone" / "events.jsonl")
    assert "gone/events.jsonl" in caught.value.where
    assert caught.value.remedy


def test_a_journal_that_is_deleted_is_broken_for_good(tmp_path: Path) -> None:
    path = tmp_path / "run" / "events.jsonl"
    path.parent.mkdir()
    with Journal(path) as journal:
        journal.append(notice("one"))
        path.parent.rename(tmp_path / "elsewhere")
        journal.append(notice("two"))
        journal.sync()
        assert journal.broken() is None, "it has another name, and can be read"
        (tmp_path / "elsewhere" / "events.jsonl").unlink()
        broken = journal.broken()
        assert broken is not None
        assert (broken.gone, str(path) in broken.why, bool(broken.remedy)) == (True, True, True)


def test_a_sync_that_failed_once_is_never_forgotten(tmp_path: Path) -> None:
    """What is written later does not bring back what the disk did not take."""
    path = tmp_path / "events.jsonl"
    path.symlink_to(os.devnull)  # takes what is written, and can't be synced
    journal = Journal(path)
    journal.append(notice("one"))
    assert journal.broken() is None
    journal.sync()
    for text in ("two", "three"):
        journal.append(notice(text))
        assert journal.flush_pending()
        broken = journal.broken()
        assert broken is not None
        assert "Invalid argument" in broken.why
        assert not broken.gone
    with pytest.raises(JournalError, match="can't be written to disk: Invalid argument"):
        journal.close()


def test_what_an_earlier_writer_left_is_written_once_more(tmp_path: Path) -> None:
    """The disk may have refused it, and told that earlier writer alone."""
    path, texts = tmp_path / "events.jsonl", [f"{n} {'x' * 1000}" for n in range(200)]
    with Journal(path) as journal:
        for text in texts:
            journal.append(notice(text))
    before = path.read_bytes()
    os.utime(path, (0, 0))
    with Journal(path) as journal:
        assert path.stat().st_mtime > 0
        assert path.read_bytes() == before
        journal.append(notice("more"))
    assert read(path).events == tuple(notice(text) for text in (*texts, "more"))


def test_what_ended_the_writing_is_not_hidden_by_what_closing_finds(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    path.symlink_to(os.devnull)
    journal = Journal(path)
    journal.append(notice("one"))
    with pytest.raises(JournalError, match="the first word"), journal:
        raise JournalError("the first word")
    other = Journal(path)
    other.append(notice("one"))
    with pytest.raises(JournalError, match="can't be written to disk"), other:
        raise KeyError("nothing of the journal's")
