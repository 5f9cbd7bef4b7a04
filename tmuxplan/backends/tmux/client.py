"""The one seam to tmux: libtmux's `Server.cmd` on a private socket, and command lists.

libtmux's objects are not used: its lists are empty on any error, its `new_window` raises for a
command that ends at once, and each asks several times where one command list asks once.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from tmuxplan.backends.minimal import minimal_environment
from tmuxplan.backends.tmux import sending
from tmuxplan.backends.tmux.sending import Heard, Sender, SilentError
from tmuxplan.errors import BackendError

if TYPE_CHECKING:
    from libtmux import Server

CONFIG = Path(__file__).with_name("tmuxplan.conf")

Command = tuple[str, ...]

_OLDEST = (3, 2, "a")
_LIST_BYTES = 15_000
"""tmux refuses a command list over 16 kB ("command too long")."""


def socket_name() -> str:
    """The private server's: `-L` of every call."""
    return os.environ.get("TMUXPLAN_SOCKET") or "tmuxplan"


def require_tmux() -> str:
    """tmux's path. BackendError where it is missing or too old."""
    found = shutil.which("tmux")
    if found is None:
        raise BackendError(
            "tmux is not installed",
            'install it ("apt-get install tmux" or "brew install tmux"), or use --backend pty',
        )
    _check_version(found, _version(found))
    return found


class Client:
    """Commands for one tmux server. Every failure is a BackendError in tmux's words."""

    def __init__(
        self, socket: str | None = None, *, sends: bool = False, patience_s: float | None = None
    ) -> None:
        """`sends`: for a supervisor, which must not wait for each list (`sending.py`).
        `patience_s`: how long `start` and `begin` wait, where a person does."""
        self.socket = socket or socket_name()
        self._server: Server | None = None
        self._patience_s = patience_s
        self._argv = ("tmux", "-u", "-L", self.socket)
        self._sender = Sender(self._argv) if sends else None

    def start(self, *command: str) -> list[str]:
        """Run a command, starting the server where there is none. What it printed."""
        return self.begin(command)

    def begin(self, *commands: Command) -> list[str]:
        """Run a command list, starting the server where there is none. What it printed.

        Not by libtmux, which hands down this process's environment and directory: both would
        be the server's for as long as it lives. SilentError: it does not answer.
        """
        argv = [require_tmux(), *self._argv[1:], "-f", str(CONFIG)]
        patience_s = self._patience_s or sending.PATIENCE_S
        try:
            done = subprocess.run(
                [*argv, *_words(commands)],
                timeout=patience_s,
                env=minimal_environment(),
                cwd="/",
                stdin=subprocess.DEVNULL,
                capture_output=True,
                check=False,
            )
        except OSError as error:
            raise BackendError(f"tmux could not be run: {error}") from error
        except subprocess.TimeoutExpired as error:
            raise SilentError(self._argv, patience_s) from error
        _require(done.returncode, done.stderr.decode("utf-8", "replace"))
        return done.stdout.decode("utf-8", "replace").splitlines()

    def run(self, *commands: Command) -> list[str]:
        """Run one command list; a command that fails ends it. What it printed."""
        if self._sender is not None:
            return self._sender.run(commands)
        words = _words(commands)
        try:
            with _without_a_terminal():
                done = self._libtmux().cmd("-u", *words)
        except Exception as error:  # libtmux's own, and whatever the fork raised
            raise BackendError(f"tmux could not be run: {error}") from error
        _require(done.returncode, "; ".join(done.stderr))
        return list(done.stdout)

    def ask(self, commands: Sequence[Command], heard: Heard) -> None:
        """Run one command list, and tell `heard` of its end: where this sends, with the next
        `send`, and from `hear`."""
        if self._sender is not None:
            self._sender.ask(commands, heard)
            return
        try:
            said: list[str] | BackendError = self.run(*commands)
        except BackendError as error:
            said = error
        heard(said)

    def tell(self, commands: Sequence[Command]) -> None:
        """The same, where nobody is concerned with what becomes of it: a window that a person has
        closed, a client that has left."""
        if self._sender is None:
            self.ask(commands, _whatever)
        elif commands:
            self._sender.tell(commands)

    def send(self) -> None:
        """Send what was asked for."""
        if self._sender is not None:
            self._sender.send()

    def be_ready(self) -> None:
        """Be ready to send."""
        if self._sender is not None:
            self._sender.be_ready()

    def close(self) -> None:
        """Be ready no more."""
        if self._sender is not None:
            self._sender.close()

    def hear(self) -> None:
        """Tell of what has been answered. Never waits."""
        if self._sender is not None:
            self._sender.hear()

    def fds(self) -> tuple[int, ...]:
        """Can be read when there is something to `hear`."""
        return self._sender.fds() if self._sender is not None else ()

    def wait(self, patience_s: float = sending.PATIENCE_S) -> bool:
        """Until everything that was asked for is answered. False: tmux was silent for so long."""
        return self._sender is None or self._sender.wait(patience_s)

    @property
    def spoke_at(self) -> float:
        """When tmux was last heard, or first asked after a rest (monotonic seconds)."""
        return self._sender.spoke_at if self._sender is not None else float("-inf")

    def give_up(self) -> None:
        """tmux does not answer: who waits for what was sent hears so now."""
        if self._sender is not None:
            self._sender.give_up()

    def run_each(self, commands: Iterable[Command]) -> list[str]:
        """Run many commands in as few lists as tmux's limit allows."""
        return [line for some in _lists(commands) for line in self.run(*some)]

    def _libtmux(self) -> Server:
        if self._server is None:
            from libtmux import Server  # noqa: PLC0415 (60 ms, which `status` must not pay)

            self._server = Server(socket_name=self.socket, config_file=str(CONFIG))
        return self._server


def _whatever(said: list[str] | BackendError) -> None:
    """Nobody is concerned with it."""


@contextlib.contextmanager
def _without_a_terminal() -> Iterator[None]:
    """A client whose input is a terminal refuses every command where it does not know what TERM
    says, also those that need none; libtmux hands both down."""
    said = os.environ.pop("TERM", None)
    try:
        yield
    finally:
        if said is not None:
            os.environ["TERM"] = said


def _words(commands: Iterable[Command]) -> list[str]:
    words: list[str] = []
    for command in commands:
        words += [";", *map(_literal, command)] if words else map(_literal, command)
    return words


def _literal(word: str) -> str:
    """tmux takes a `;` at a word's end for the end of the command."""
    return word[:-1] + "\\;" if word.endswith(";") else word


def _lists(commands: Iterable[Command]) -> Iterator[list[Command]]:
    some: list[Command] = []
    size = 0
    for command in commands:
        length = sum(len(os.fsencode(word)) + 2 for word in command)
        if some and size + length > _LIST_BYTES:
            yield some
            some, size = [], 0
        some.append(command)
        size += length
    if some:
        yield some


def _require(status: int, message: str) -> None:
    if status:
        raise BackendError(f"tmux: {message.strip() or f'ended with status {status}'}")


@cache
def _version(tmux: str) -> str:
    try:
        done = subprocess.run([tmux, "-V"], capture_output=True, text=True, check=False)
    except OSError as error:
        raise BackendError(f"tmux could not be run: {error}") from error
    return done.stdout.strip()


def _check_version(tmux: str, version: str) -> None:
    """`tmux 3.2a`, `tmux next-3.5`, `tmux openbsd-7.4`; one without a number is the newest."""
    found = re.search(r"^tmux (?:next-)?(\d+)\.(\d+)([a-z]?)", version)
    if found is None:
        return
    if (int(found[1]), int(found[2]), found[3]) < _OLDEST:
        raise BackendError(
            f"{tmux} is {version}, and tmuxplan needs tmux 3.2a or newer",
            "install a newer one, or use --backend pty",
        )
