"""Command lists for a tmux server, sent while their sender does other things.

One client process at a time runs what has gathered while the one before ran: lists keep their
order, and many that come at once cost one process. Each is a line of a file on the client's
standard input, between two marks that it prints where somebody waits for its answer: a list that
fails ends with itself.

Not in control mode, which needs no process at all: tmux 3.3a crashes, with everybody's windows,
where a session comes, goes or is renamed in the very millisecond in which such a client attaches
(control_write before control_start: decision 0015).
"""

from __future__ import annotations

import contextlib
import os
import re
import signal
from collections import deque
from collections.abc import Callable, Sequence
from typing import Union

import msgspec

from tmuxplan.backends.tmux.waiting import MOST_BYTES, Waiting, client_of
from tmuxplan.errors import BackendError
from tmuxplan.run import clock
from tmuxplan.watch.wake import readable

Heard = Callable[[Union["list[str]", BackendError]], None]
"""Called with what a command list printed, or why it ended early."""

PATIENCE_S = 20.0
"""How long somebody who waits for one list waits for tmux."""
_CHUNK = 1 << 16
_PLAIN = re.compile(r"[^'\x00-\x1f\x7f]+|'+|[\x00-\x1f\x7f]")
_WHOLE = re.compile(r"[^'\x00-\x1f\x7f]+")


class LostError(BackendError):
    """tmux went while commands were run: whether they were is not known."""


class SilentError(LostError):
    """tmux's server is there, and does not answer. `argv` runs tmux for it."""

    def __init__(self, argv: Sequence[str], seconds: float) -> None:
        super().__init__(
            f"tmux's server ({' '.join(argv)}) gave no answer within {seconds:.0f} s",
            "where its process is stopped, let it go on (kill -CONT)",
        )


class _Asked(msgspec.Struct):
    """A command list. `heard` None: nobody is concerned with what becomes of it."""

    text: str
    heard: Heard | None = None

    def answer(self, said: list[str] | BackendError) -> None:
        if self.heard is not None:
            self.heard(said)


class _Client(msgspec.Struct):
    """A process, the pipe with what it prints, and the lists that it was given and that have not
    been answered, by number. `unread` came from it, `lines` stand since the mark `at`, `wrong` is
    what failing lists printed; `last`: its last mark."""

    pid: int
    printed: int
    mark: str
    lists: dict[int, _Asked]
    last: int
    rest: bytes = b""
    unread: deque[str] = msgspec.field(default_factory=deque)
    lines: list[str] = []
    wrong: list[str] = []
    at: int = -1

    @property
    def over(self) -> bool:
        """Whether it ran all that it was given."""
        return self.at == self.last


class Sender:
    """`argv` runs tmux for one server. `spoke_at`: when tmux was last heard, or first asked after
    a rest (monotonic seconds)."""

    def __init__(self, argv: tuple[str, ...]) -> None:
        self.spoke_at = float("-inf")
        self._argv = argv
        self._waiting: deque[_Asked] = deque()
        self._client: _Client | None = None
        self._spare: Waiting | None = None

    def fds(self) -> tuple[int, ...]:
        """Can be read when there may be something to `hear`."""
        return (self._client.printed,) if self._client is not None else ()

    def ask(self, commands: Sequence[tuple[str, ...]], heard: Heard) -> None:
        """Have one command list run with the next `send`, and tell `heard` of its end, from
        `hear`."""
        if not commands:
            heard([])
            return
        self._waiting.append(_Asked(_text(commands), heard))

    def tell(self, commands: Sequence[tuple[str, ...]]) -> None:
        """The same, whatever becomes of it; without the marks, which take as long as a command."""
        self._waiting.append(_Asked(_text(commands)))

    def send(self) -> None:
        """Send what has gathered, unless a client is at work: then it follows that."""
        while self._client is None and self._waiting:
            lists, size = [self._waiting.popleft()], 0
            while self._waiting and (size := size + len(lists[-1].text)) < MOST_BYTES:
                lists.append(self._waiting.popleft())
            try:
                self._client = _at_work(self._who_waits(), lists)
                self.spoke_at = clock.monotonic()
            except OSError as error:
                for asked in lists:
                    asked.answer(BackendError(f"tmux could not be run: {error.strerror}"))

    def be_ready(self) -> None:
        """Have a client wait for what is sent next, until `close`; not while one is at work, which
        it would keep from that. Where there can be none, what is sent says so."""
        if self._spare is None and self._client is None:
            with contextlib.suppress(OSError):
                self._spare = client_of(self._argv)

    def close(self) -> None:
        """Let the client that waits go."""
        if self._spare is not None:
            self._spare.end()
            self._spare = None

    def _who_waits(self) -> Waiting:
        """The client that waits, or another where that has gone."""
        spare, self._spare = self._spare, None
        if spare is not None and not spare.is_there():
            spare.end()
            spare = None
        return spare or client_of(self._argv)

    def hear(self) -> None:
        """Tell of what has been run by now. Never waits."""
        while self._client is not None and readable([self._client.printed]):
            self._read(self._client)

    def run(self, commands: Sequence[tuple[str, ...]]) -> list[str]:
        """Run one command list and wait for it; what it printed. BackendError: a command failed,
        and none after it was run."""
        answers: list[list[str] | BackendError] = []
        self.ask(commands, answers.append)
        self.send()
        until = clock.monotonic() + PATIENCE_S
        while not answers:
            client = self._client
            if client is not None and client.unread:
                self._tell(client)
            elif client is not None and readable([client.printed], until - clock.monotonic()):
                self._read(client)
            elif client is not None:
                self._end(client, SilentError(self._argv, PATIENCE_S))
        if isinstance(answers[0], BackendError):
            raise answers[0]
        return answers[0]

    def wait(self, patience_s: float = PATIENCE_S) -> bool:
        """Until everything is run. False: tmux was silent for so long, and nothing is waited for
        any more."""
        self.send()
        while self._client is not None:
            left_s = self.spoke_at + patience_s - clock.monotonic()
            if not readable([self._client.printed], left_s):
                self._give_up_all(SilentError(self._argv, patience_s))
                return False
            self._read(self._client)
        return True

    def give_up(self) -> None:
        """tmux does not answer: whoever waits for the client at work hears so now."""
        if self._client is not None:
            self._end(self._client, SilentError(self._argv, clock.monotonic() - self.spoke_at))

    def _give_up_all(self, why: SilentError) -> None:
        """What was not sent would have been answered as little."""
        waiting, self._waiting = self._waiting, deque()
        if self._client is not None:
            self._end(self._client, why)
        for asked in waiting:
            asked.answer(why)

    def _read(self, client: _Client) -> None:
        part, self.spoke_at = os.read(client.printed, _CHUNK), clock.monotonic()
        if not part:
            self._end(client)
            return
        *lines, client.rest = (client.rest + part).split(b"\n")
        client.unread.extend(line.decode("utf-8", "replace") for line in lines)
        self._tell(client)

    def _tell(self, client: _Client) -> None:
        while client.unread:  # who hears of one may ask again, and read on from here
            self._line(client, client.unread.popleft())

    def _line(self, client: _Client, line: str) -> None:
        mark, _, number = line.partition(" ")
        if mark != client.mark:
            client.lines.append(line)
            return
        said, client.lines, client.at = client.lines, [], int(number)
        answered, at_end = divmod(client.at, 2)
        if at_end:
            client.lists.pop(answered).answer(said)
        else:
            client.wrong += said  # of a list that failed before this mark

    def _end(self, client: _Client, given_up: SilentError | None = None) -> None:
        """What was not answered failed, for certain where the client came to its last mark."""
        if given_up is not None:
            os.kill(client.pid, signal.SIGKILL)
        os.close(client.printed)
        os.waitpid(client.pid, 0)
        self._client = None
        rest = client.rest.decode("utf-8", "replace")
        wrong = "; ".join(filter(None, [*client.wrong, *client.lines, rest]))
        kind = BackendError if client.over else LostError
        for asked in client.lists.values():
            asked.answer(given_up or kind(f"tmux: {wrong or 'it ended before it answered'}"))
        self.send()


def _at_work(client: Waiting, lists: list[_Asked]) -> _Client:
    """The client, which has been given these lists."""
    mark = os.urandom(8).hex()
    asked: dict[int, _Asked] = {}
    lines: list[str] = []
    for each in lists:
        if each.heard is None:
            lines.append(each.text)
            continue
        n = len(asked)
        lines.append(f"{_prints(mark, 2 * n)} ; {each.text} ; {_prints(mark, 2 * n + 1)}")
        asked[n] = each
    last = 2 * len(asked)
    text = "\n".join([*lines, _prints(mark, last), ""])
    client.hand(text.encode("utf-8", "surrogateescape"))
    return _Client(client.pid, client.printed, mark, asked, last)


def _prints(mark: str, number: int) -> str:
    return f"display-message -p '{mark} {number}'"


def _text(commands: Sequence[tuple[str, ...]]) -> str:
    return " ; ".join(" ".join(map(quoted, command)) for command in commands)


def quoted(word: str) -> str:
    """A word in tmux's own language, which it takes as it stands.

    Single quotes keep everything but themselves and the end of the line; `;`, `~`, `$`, `#` and
    braces have no meaning there. (tmux expands formats later, in what it takes for one.)
    """
    if _WHOLE.fullmatch(word):
        return f"'{word}'"
    return "".join(_piece(match[0]) for match in _PLAIN.finditer(word)) or "''"


def _piece(text: str) -> str:
    if text[0] == "'":
        return f'"{text}"'
    return f'"\\{ord(text):03o}"' if text < " " or text == "\x7f" else f"'{text}'"
