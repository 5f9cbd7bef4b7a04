"""Any lines of a log, however long it is: what is kept is where lines begin, a number a block.

A log of a gigabyte is counted once, block by block; lines are read from the disk when they are
looked at, and secrets are masked then.
"""

from __future__ import annotations

import threading
from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from tmuxplan.errors import UsageError
from tmuxplan.library.logs import Spans, coloured, masked, step_of
from tmuxplan.regular import reading
from tmuxplan.report.sheet import LogLine

BLOCK = 1 << 16
"""Bytes between two known places."""
KEPT = 64
"""Blocks whose newlines are remembered one by one."""
LONGEST = 10_000
"""Characters of a line that are shown; what is left out is said."""
_BYTES = LONGEST * 4
_AT_ONCE = 256
"""Blocks that one `grow` counts: 16 MiB, some hundredths of a second."""


class Pages:
    """One attempt's log. `grow` until it is True, then `lines`; `count` lines are known."""

    def __init__(self, path: Path, secrets: Callable[[], Spans]) -> None:
        self._path = path
        self._secrets = secrets
        self._before: list[int] = []  # newlines before block k
        self._newlines = 0
        self._end = 0
        self._ends_in_line = False
        self._lock = threading.Lock()
        self._cache: OrderedDict[int, tuple[int, list[int]]] = OrderedDict()

    @property
    def count(self) -> int:
        """Lines that are known, the last of them perhaps still being printed."""
        return self._newlines + self._ends_in_line

    @property
    def hidden(self) -> int:
        """How many secrets are masked: lines that were read before another was known show it."""
        return len(self._secrets())

    def size(self) -> int:
        """Bytes on the disk now."""
        try:
            return self._path.stat().st_size
        except OSError:
            return 0

    def grow(self, until: int) -> bool:
        """Count the lines before byte `until`; whether that is done, else call it again."""
        try:
            with reading(self._path) as log:
                for _ in range(_AT_ONCE):
                    if self._end >= until:
                        return True
                    if not self._count(log, until):
                        return True
        except OSError:
            return True
        return self._end >= until

    def _count(self, log: BinaryIO, until: int) -> bool:
        log.seek(self._end)
        block = self._end // BLOCK
        data = log.read(min(until, (block + 1) * BLOCK) - self._end)
        if not data:
            return False
        if self._end % BLOCK == 0:
            self._before.append(self._newlines)
        self._newlines += data.count(b"\n")
        self._end += len(data)
        self._ends_in_line = not data.endswith(b"\n")
        return True

    def lines(self, first: int, count: int) -> tuple[LogLine, ...]:
        """Lines from number `first` on (from 1), as far as they are known; none of a log that is
        gone."""
        numbers = range(max(1, first), min(self.count, first + count - 1) + 1)
        try:
            return tuple(self._line(n, self._start(n), self._start(n + 1)) for n in numbers)
        except OSError:  # removed by `clean`, or moved with its task
            return ()

    def last(self, count: int) -> tuple[LogLine, ...]:
        """About the last lines, before they are counted: their numbers are not known (0)."""
        end = self.size()
        begin = max(0, end - BLOCK)
        try:
            raw = b"".join(masked(self._path, self._secrets(), begin, end))
        except (OSError, UsageError):
            return ()
        found = raw.split(b"\n")
        if begin and len(found) > 1:
            del found[0]  # its beginning is not here
        return tuple(self._told(0, line, 0) for line in found[-count:])

    def number_at(self, offset: int) -> int:
        """The number of the line that byte `offset` stands in."""
        block = min(offset // BLOCK, len(self._before) - 1)
        if block < 0:
            return 1
        before = self._before[block]
        return 1 + before + bisect_left(self._newlines_of(block), offset)

    def find(self, needle: str, after: int, backwards: bool = False) -> int:
        """The number of the next line that says this, whatever the case; 0: there is none.

        It begins behind (or before) line `after` and goes on at the other end.
        """
        if not needle or not self.count:
            return 0
        try:
            return self._search(needle.casefold(), after, backwards)
        except OSError:
            return 0

    def _search(self, needle: str, after: int, backwards: bool) -> int:
        wanted = needle.encode()
        turn = self._start(min(max(1, after + (not backwards)), self.count + 1))
        ranges = ((turn, self._end), (0, turn))
        for low, high in reversed(ranges) if backwards else ranges:
            for at in self._places(wanted, low, high, backwards):
                n = self.number_at(at)
                # What is hidden in a secret is not found.
                if needle in "".join(line.text for line in self.lines(n, 1)).casefold():
                    return n
        return 0

    def _places(self, wanted: bytes, low: int, high: int, backwards: bool) -> Iterator[int]:
        step = BLOCK * 16
        starts = range(low, high, step)
        with reading(self._path) as log:
            for start in reversed(starts) if backwards else starts:
                log.seek(start)
                data = log.read(min(step + len(wanted) - 1, high - start)).lower()
                yield from _found(data, wanted, start, backwards)

    def _start(self, n: int) -> int:
        """Where line `n` begins: behind newline number n - 1."""
        if n <= 1:
            return 0
        if n - 1 > self._newlines:
            return self._end
        # The last block with fewer newlines before it than are wanted.
        block = bisect_left(self._before, n - 1) - 1
        found, at = self._newlines_of(block), n - 2 - self._before[block]
        return found[at] + 1 if at < len(found) else self._end  # else it was cut short

    def _newlines_of(self, block: int) -> list[int]:
        """Offsets of a block's newlines. The last block grows: it is read again when it did."""
        with self._lock:  # a search is in a thread of its own
            return self._looked_up(block)

    def _looked_up(self, block: int) -> list[int]:
        end = min(self._end, (block + 1) * BLOCK)
        known = self._cache.get(block)
        if known is not None and known[0] == end:
            self._cache.move_to_end(block)
            return known[1]
        with reading(self._path) as log:
            log.seek(block * BLOCK)
            data = log.read(end - block * BLOCK)
        found = list(_found(data, b"\n", block * BLOCK, False))
        self._cache[block] = (end, found)
        while len(self._cache) > KEPT:
            self._cache.popitem(last=False)
        return found

    def _line(self, n: int, start: int, end: int) -> LogLine:
        shown = min(end, start + _BYTES)
        try:
            raw = b"".join(masked(self._path, self._secrets(), start, shown))
        except (OSError, UsageError):
            return LogLine(n, "")
        left = end - shown
        return self._told(n, raw.removesuffix(b"\n"), left - (left > 0 and n <= self._newlines))

    def _told(self, n: int, raw: bytes, left: int) -> LogLine:
        """The line `raw`, of which `left` bytes more were not even read."""
        text = coloured(raw)
        left += max(0, len(text) - LONGEST)
        if left:
            text = f"{text[:LONGEST]}\x1b[0m … and {left:,} more characters"
        return LogLine(n, text, step_of(raw))


def _found(data: bytes, wanted: bytes, base: int, backwards: bool) -> Iterator[int]:
    at = data.rfind(wanted) if backwards else data.find(wanted)
    while at >= 0:
        yield base + at
        at = data.rfind(wanted, 0, at) if backwards else data.find(wanted, at + 1)
