"""An attempt's folder: what the outer shell reads, and what it leaves."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tmuxplan.errors import plain
from tmuxplan.regular import open_regular
from tmuxplan.run.backend import Attempt
from tmuxplan.shell.environment import environment_text

OUTER = Path(__file__).with_name("outer.sh")

FOR_EVER_S = 2147483647
_STATUS = re.compile(rb"(\d{1,3})\n?")


class RefusedError(OSError):
    """What of an attempt's folder could not be made, in words that end up in its verdict."""

    def __str__(self) -> str:
        return f"{plain(self)}: {self.filename}"


@contextlib.contextmanager
def in_words(folder: Path) -> Iterator[None]:
    """An OSError within is a RefusedError."""
    try:
        yield
    except OSError as error:
        raise RefusedError(error.errno, error.strerror, error.filename or str(folder)) from None


def write_attempt(attempt: Attempt, *, is_set_up: bool = False) -> None:
    """Make the attempt's folder with its script, environment and empty log, or what `set_up` left
    out. RefusedError if not."""
    if is_set_up:
        _write_script(attempt)
    else:
        write_folder(attempt)
    text = f"umask {_umask():03o}\n{environment_text(attempt.env)}"
    with in_words(attempt.folder):
        _write(f"{attempt.folder}/env", text.encode("utf-8", "surrogateescape"))
        if not is_set_up:
            _write(f"{attempt.folder}/log", b"")


def write_folder(attempt: Attempt) -> None:
    """Make the attempt's folder with its script. RefusedError if not."""
    with in_words(attempt.folder):
        _make(str(attempt.folder))
    _write_script(attempt)


def _write_script(attempt: Attempt) -> None:
    text = attempt.script.encode("utf-8", "surrogateescape")
    with in_words(attempt.folder):
        _write(f"{attempt.folder}/script.sh", text)


def set_up(attempt: Attempt) -> None:
    """Make the folder of an attempt that may begin later or never, with its empty log. OSError if
    not."""
    folder = str(attempt.folder)
    _make(folder)
    _write(f"{folder}/log", b"")


def take_down(attempt: Attempt) -> None:
    """Remove what `set_up` made: the attempt never was."""
    _take_down(str(attempt.folder))


def _take_down(folder: str) -> None:
    with contextlib.suppress(OSError):
        Path(folder, "log").unlink(missing_ok=True)
        os.rmdir(folder)  # noqa: PTH106 (as below)


def _make(folder: str) -> None:
    """The folder, and what is missing of the two above it, one by one: what `parents` makes has
    the umask's mode. What a supervisor that died had set up, and did not begin, is no attempt."""
    with contextlib.suppress(FileNotFoundError):
        if os.listdir(folder) in (["log"], []):  # noqa: PTH208 (speed)
            _take_down(folder)
    of_task = os.path.dirname(folder)  # noqa: PTH120 (speed: a path object costs more than this)
    try:
        _make_one(of_task)
    except FileNotFoundError:
        _make_one(os.path.dirname(of_task))  # noqa: PTH120
        _make_one(of_task)
    os.mkdir(folder, 0o700)  # noqa: PTH102


def _make_one(folder: str) -> None:
    with contextlib.suppress(FileExistsError):
        os.mkdir(folder, 0o700)  # noqa: PTH102


def outer_argv(attempt: Attempt, linger: str, *, told_by: str = "begins") -> tuple[str, ...]:
    """The command line of the outer shell. `linger`: seconds that it stays after the end. `told_by`
    a pipe: it begins when that says the attempt's nonce, or never.

    What is kept needs the terminal: the kernel hangs it up when the outer shell ends.
    """
    return (
        _bash(os.environ.get("PATH")),
        str(OUTER),
        str(attempt.folder),
        attempt.nonce,
        str(attempt.cwd),
        "empty" if attempt.stdin_empty else "terminal",
        str(FOR_EVER_S) if attempt.keep or attempt.serves else linger,
        told_by,
        *attempt.shell,
    )


def read_status(folder: Path) -> int | str | None:
    """The body's status; None while there is none, or in words why what is there is no status."""
    try:
        text = _read(f"{folder}/status")
    except FileNotFoundError:
        return None
    except OSError as error:
        return f"the status file can't be read: {error.strerror}"
    found = _STATUS.fullmatch(text)
    if found is None or int(found[1]) > 255:
        return "the status file is empty or torn"
    return int(found[1])


def install_status(folder: Path, said: int) -> None:
    """Rename the status that the outer shell has written aside, if it is whole and is what its last
    record `said`. The shell does so itself at its end where nobody has: a program for it takes
    each task a millisecond."""
    with contextlib.suppress(OSError):
        if _read(f"{folder}/status.new") == b"%d\n" % said:
            os.rename(f"{folder}/status.new", f"{folder}/status")  # noqa: PTH104 (speed)


def claim(folder: Path) -> bool:
    """Keep an attempt that has not begun from ever beginning; False: it has begun.

    The outer shell makes the same file before anything else, and only one of the two can.
    """
    try:
        _write(f"{folder}/began", b"never\n")
    except FileExistsError:
        return read_began(folder) == 0
    except OSError:
        return not folder.is_dir()  # no folder: nothing was ever asked to start here
    return True


def read_began(folder: Path) -> int | None:
    """The outer shell's pid; 0: the attempt was claimed before it began; None: not known."""
    try:
        text = _read(f"{folder}/began")
    except OSError:
        return None
    if text == b"never\n":
        return 0
    return int(text) if text.endswith(b"\n") and text[:-1].isdigit() else None


def disk_is_full(folder: Path) -> bool:
    """Whether a log could have lost its end to a full disk."""
    try:
        return os.statvfs(folder).f_bavail == 0
    except OSError:
        return False


def remove_secrets(folder: Path) -> None:
    """Remove the environment's file, where the outer shell did not live to do it."""
    with contextlib.suppress(OSError):
        (folder / "env").unlink(missing_ok=True)


@contextlib.contextmanager
def kept_private(path: Path, text: str) -> Iterator[Path]:
    """A file that only we can read, for a moment. OSError if not."""
    path.unlink(missing_ok=True)
    _write(str(path), text.encode("utf-8", "surrogateescape"))
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


@cache
def _bash(path: str | None) -> str:
    return shutil.which("bash", path=path) or "/bin/bash"


def _umask() -> int:
    """The launching shell's; tmux's server has that of whoever started it."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _read(path: str) -> bytes:
    """A short file; the task's own processes can have put anything in its place."""
    fd = open_regular(path)
    try:
        return os.read(fd, 1 << 10)
    finally:
        os.close(fd)


def _write(path: str, text: bytes) -> None:
    """A new file, 0600, whole or not at all: a script cut short would be another script."""
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        view = memoryview(text)
        while view:
            view = view[os.write(fd, view) :]
    finally:
        os.close(fd)
