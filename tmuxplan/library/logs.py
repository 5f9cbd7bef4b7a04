"""An attempt's log for a reader: secrets masked at the places that the journal knows.

The file itself keeps every byte; reading it raw is the only way to see a secret.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from tmuxplan.errors import UsageError
from tmuxplan.journal.folder import RunFolder
from tmuxplan.judge.clean import clean, decode
from tmuxplan.regular import reading
from tmuxplan.report.facts import Excerpt
from tmuxplan.schedule.state import AttemptRecord

CHUNK = 1 << 16
_MASK = b"***"
_RECORD = re.compile(rb"\x1b\]133;[^\x07\n]*\x07")
_COMMAND = b"\x1b]133;A;"
_NO_NEWLINE = " ⏎ ".encode()
"""Where lines have numbers: between output without a newline and the command behind it."""
_SGR = re.compile(r"(\x1b\[[0-9;:]*m)")
_STEP = re.compile(rb"\x1b\]133;([AD]);(?:\d+;)?aid=[0-9a-f]+;step=(\d+)")

Spans = tuple[tuple[int, int], ...]
"""(offset, length) of secrets in a log; length -1: to its end."""


def masked(path: Path, secrets: Spans, begin: int = 0, end: int | None = None) -> Iterator[bytes]:
    """The log's bytes from `begin` to `end`, secrets as `***`. UsageError: there is no log,
    or it can't be read."""
    spans = deque(sorted((at, at + length if length >= 0 else -1) for at, length in secrets))
    try:
        log = reading(path)
    except FileNotFoundError:
        raise UsageError("there is no log", "has the task started?", str(path)) from None
    except OSError as error:
        why, remedy = f"the log can't be read: {error.strerror}", "did the task replace it?"
        raise UsageError(why, remedy, str(path)) from None
    with log:
        log.seek(begin)
        yield from _pieces(log.read, begin, end, spans)


def _pieces(
    read: Callable[[int], bytes], at: int, stop: int | None, spans: deque[tuple[int, int]]
) -> Iterator[bytes]:
    """What stands between secrets, and a mask for each; one that ends at -1 hides the rest."""
    shown = at  # everything before is printed or hidden
    while data := read(CHUNK if stop is None else min(CHUNK, stop - at)):
        end = at + len(data)
        while spans and spans[0][0] < end:
            first, last = spans.popleft()
            if first >= shown:
                yield data[max(shown, at) - at : first - at] + _MASK
            if last < 0:
                return
            shown = max(shown, last)
        yield data[max(shown, at) - at :]
        shown, at = max(shown, end), end


def lines(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Whole lines, each with its newline; one over 64 KiB comes in pieces."""
    rest = b""
    for piece in pieces:
        *whole, rest = (rest + piece).split(b"\n")
        yield from (line + b"\n" for line in whole)
        if len(rest) > CHUNK:
            yield rest
            rest = b""
    if rest:
        yield rest


def without_records(found: Iterable[bytes], values: Iterable[bytes] = ()) -> Iterator[bytes]:
    """Lines as a person saw them: the ledger's records left out, `values` masked. A command begins
    a line of its own, also behind output without a newline."""
    hidden = tuple(values)
    for line in found:
        shown = _without(line, b"\n") if b"\x1b]133;" in line else line
        for value in hidden:
            if value in shown:
                shown = shown.replace(value, _MASK)
        *whole, rest = shown.split(b"\n")
        yield from (part + b"\n" for part in whole)
        if rest:  # the last record stands alone, and is no line
            yield rest


def _without(line: bytes, between: bytes) -> bytes:
    """The line without records; `between`: before a command that does not begin it."""
    found = b""
    for n, part in enumerate(line.split(_COMMAND)):
        before = clean(decode(found)).strip() if n else ""
        found += between if before else b""
        found += _RECORD.sub(b"", _COMMAND + part if n else part)
    return found


def of_step(found: Iterable[bytes], step: int) -> Iterator[bytes]:
    """What one step printed, its command line first."""
    inside = False
    for line in found:
        at = 0
        for mark in _STEP.finditer(line):
            if inside:
                yield line[at : mark.start()]
            inside = mark[1] == b"A" and int(mark[2]) == step
            at = mark.start()
        if inside:
            yield line[at:]


def log_end(
    folder: RunFolder, attempt: AttemptRecord, task: str, count: int, stop: int | None = None
) -> Excerpt | None:
    """The last lines of the log (of its bytes before `stop`), clean and masked, without blank ones
    at the end; None: there are none, or no log."""
    path = folder.attempt(task, attempt.n) / "log"
    try:
        begin = max(0, (path.stat().st_size if stop is None else stop) - CHUNK)
        tail = b"".join(masked(path, attempt.secrets, begin, stop))
        found = [shown(line) for line in tail.split(b"\n")]
        # While it runs nobody has counted its lines.
        counted = attempt.log_lines if stop is None else 0
        total = counted or _newlines(path, stop) + bool(found[-1])
    except (OSError, UsageError):
        return None
    last = total if found[-1] else total + 1  # what stands behind the last newline is no line
    while found and not found[-1]:
        found.pop()
        last -= 1
    kept = tuple(found[-count:])
    return Excerpt(max(1, last - len(kept) + 1), kept) if kept else None


def ended_at(path: Path, nonce: str) -> int:
    """The byte behind an attempt's last record; 0: there is none, or no log. What its processes
    that were left alive print behind it, nobody looks through."""
    try:
        return _behind(masked(path, ()), f";aid={nonce};end=1\x07".encode())
    except (OSError, UsageError):
        return 0


def _behind(pieces: Iterable[bytes], mark: bytes) -> int:
    begin, kept = 0, b""
    for piece in pieces:
        seen = kept + piece
        found = seen.find(mark)
        if found >= 0:
            return begin + found + len(mark)
        kept = seen[-len(mark) :]
        begin += len(seen) - len(kept)
    return 0


def _newlines(path: Path, stop: int | None) -> int:
    return sum(piece.count(b"\n") for piece in masked(path, (), 0, stop))


Ranges = tuple[tuple[int, int], ...]
"""First and last numbers of lines, from 1."""


def some_lines(pieces: Iterable[bytes], wanted: Ranges) -> dict[int, bytes]:
    """The log's lines whose numbers are in one of these ranges, without their newlines.

    One pass, and none behind the last of them: a log can be a gigabyte.
    """
    found: dict[int, bytes] = {}
    last = max((end for _, end in wanted), default=0)
    at, rest = 1, b""
    for piece in pieces:
        if at > last:
            return found
        ends = at + piece.count(b"\n")
        if any(first <= ends and end >= at for first, end in wanted):
            *whole, rest = (rest + piece).split(b"\n")
            rest = rest[:CHUNK]  # all that is kept of a line, which can be a gigabyte
            for n, line in enumerate(whole, at):
                if any(first <= n <= end for first, end in wanted):
                    found[n] = line[:CHUNK]
        else:
            # The rest of a line that is not wanted, or the beginning of one that may be.
            rest = piece.rpartition(b"\n")[2] if ends > at else (rest + piece)[-CHUNK:]
        at = ends
    if rest and any(first <= at <= end for first, end in wanted):
        found[at] = rest[:CHUNK]
    return found


def shown(line: bytes) -> str:
    """A line of a log for people: no records, nothing that steers a terminal."""
    return clean(decode(_without(line, _NO_NEWLINE))).rstrip()


def coloured(line: bytes) -> str:
    """The same with its colours."""
    parts = _SGR.split(decode(_without(line, _NO_NEWLINE)).removesuffix("\r"))
    kept = (part if n % 2 else clean(part) for n, part in enumerate(parts))
    return "".join(kept).rstrip()


def step_of(line: bytes) -> int:
    """The step whose command is shown in this line; 0: none."""
    found = [int(mark[2]) for mark in _STEP.finditer(line) if mark[1] == b"A"]
    return found[-1] if found else 0
