"""A lasting connection to a tmux server (control mode): commands without a process for each.

A client process per command costs 4 ms, a line on this connection a tenth of one. tmux answers
each command of a list with a block of its own, `%begin TIME NUMBER FLAGS` to `%end` or `%error`,
and drops the rest of a list after an error. Blocks that nobody here asked for have other flags.
"""

from __future__ import annotations

import os
import re
import select
import subprocess
from collections.abc import Iterable

from tmuxplan.backends.minimal import minimal_environment
from tmuxplan.errors import BackendError
from tmuxplan.run import clock

_PATIENCE_S = 20.0
"""How long tmux may take for one list; it runs `infocmp` and makes windows meanwhile."""
_CHUNK = 1 << 16
_LEAVE_S = 1.0
_MINE = b"1"
_PLAIN = re.compile(r"[^'\x00-\x1f\x7f]+|'+|[\x00-\x1f\x7f]")


class LostError(BackendError):
    """The connection went while commands were run: whether they were is not known."""


class Connection:
    """One client in control mode, attached to a session for as long as this lives.

    It shows nothing, and the size of what it could show counts for nobody.
    """

    def __init__(self, argv: tuple[str, ...], session: str) -> None:
        """`argv` runs tmux for the server that `session` (a target) is on. BackendError: there
        is no such session, or no tmux."""
        attach = ("-C", "attach-session", "-f", "no-output,ignore-size", "-t", session)
        try:
            self._process = subprocess.Popen(
                (*argv, *attach),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=minimal_environment(),
                cwd="/",
            )
        except OSError as error:
            raise BackendError(f"tmux could not be run: {error}") from error
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._to, self._from = self._process.stdin.fileno(), self._process.stdout.fileno()
        self._text = bytearray()
        self._over = False

    def lives(self) -> bool:
        """Whether commands would be heard. People may detach whoever is attached, us too."""
        while not self._over and self._can_be_read(0.0):
            self._read()
        self._text.clear()  # news that nobody asked for
        return not self._over

    def run(self, commands: Iterable[tuple[str, ...]]) -> list[str]:
        """Run one command list; what it printed. BackendError: a command failed, and none after
        it was run. LostError: the connection is gone."""
        words = [" ".join(map(quoted, command)) for command in commands]
        if not words:
            return []
        text = " ; ".join(words).encode("utf-8", "surrogateescape") + b"\n"
        try:
            while text:
                text = text[os.write(self._to, text) :]
        except OSError as error:
            raise LostError(f"tmux: the connection is closed: {error.strerror}") from error
        return [line for _ in words for line in self._block()]

    def close(self) -> None:
        """Leave the session."""
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        try:
            self._process.wait(_LEAVE_S)
        except subprocess.TimeoutExpired:  # its server does not answer
            self._process.kill()
            self._process.wait()

    def _block(self) -> list[str]:
        """What the next command printed."""
        until = clock.monotonic() + _PATIENCE_S
        begun, said = b"", list[str]()
        while True:
            line = self._line(until)
            if not begun:
                kind, _, rest = line.partition(b" ")
                begun = rest if kind == b"%begin" and rest.endswith(b" " + _MINE) else b""
            elif line == b"%end " + begun:
                return said
            elif line == b"%error " + begun:
                raise BackendError(f"tmux: {'; '.join(said).strip() or 'a command failed'}")
            else:
                said.append(line.decode("utf-8", "replace"))

    def _line(self, until: float) -> bytes:
        while (end := self._text.find(b"\n")) < 0:
            if self._over or not self._can_be_read(until - clock.monotonic()):
                raise LostError("tmux: the connection is closed")
            self._read()
        line = bytes(self._text[:end])
        del self._text[: end + 1]
        return line

    def _read(self) -> None:
        part = os.read(self._from, _CHUNK)
        self._text += part
        self._over = self._over or not part

    def _can_be_read(self, timeout_s: float) -> bool:
        poll = select.poll()
        poll.register(self._from, select.POLLIN)
        return bool(poll.poll(max(0.0, timeout_s) * 1000))


def quoted(word: str) -> str:
    """A word in tmux's own language, which it takes as it stands.

    Single quotes keep everything but themselves and the end of the line; `;`, `~`, `$`, `#` and
    braces have no meaning there. (tmux expands formats later, in what it takes for one.)
    """
    return "".join(_piece(match[0]) for match in _PLAIN.finditer(word)) or "''"


def _piece(text: str) -> str:
    if text[0] == "'":
        return f'"{text}"'
    return f'"\\{ord(text):03o}"' if text < " " or text == "\x7f" else f"'{text}'"
