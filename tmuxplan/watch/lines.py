"""Bytes as they come, into pieces that can be scanned: whole lines in bulk, never split in one.

A piece is at most 64 KiB. A line that is longer is cut, at the same bytes however it came.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

LONGEST = 1 << 16
"""Bytes of one piece, and of the longest line that is seen whole."""

OVERLAP = 4096
"""Bytes of a cut line that are shown again with what follows: a secret may stand across the cut."""


class Piece(msgspec.Struct, frozen=True):
    """Some of the log. `offset` and `line` (from 1) are where `data` begins.

    `continued`: it begins inside a line. The first `seen` bytes were in the piece before.
    """

    data: bytes
    offset: int
    line: int
    continued: bool = False
    seen: int = 0

    def line_of(self, offset: int) -> int:
        """The log's line at a byte of `data`."""
        return self.line + self.data.count(b"\n", 0, offset)


class Lines:
    """Holds back the line that is not complete yet. `line` is the log's line of what comes next."""

    def __init__(self) -> None:
        self.line = 1
        self._offset = 0
        self._held: list[bytes] = []
        self._size = 0
        self._again = b""
        self._dirty = False

    @property
    def count(self) -> int:
        """Lines so far, a last one without its newline included."""
        return self.line - (0 if self._size or self._dirty else 1)

    @property
    def at_start(self) -> bool:
        """Nothing of the current line has come yet."""
        return not self._size and not self._dirty

    def skip(self, length: int) -> None:
        """Bytes of the log that are no output: a record. Nothing may be held."""
        self._offset += length

    def feed(self, data: bytes) -> Iterator[Piece]:
        """What can be scanned now that these bytes have come."""
        if not data:
            return
        self._held.append(data)
        self._size += len(data)
        if self._size < LONGEST and b"\n" not in data:
            return
        held, at = b"".join(self._held), 0
        while end := self._end(held, at):
            yield self._piece(held[at:end], cut=held[end - 1] != 0x0A)
            at = end
        self._held, self._size = ([held[at:]], len(held) - at) if at < len(held) else ([], 0)

    def flush(self) -> Iterator[Piece]:
        """What was held back, as it is: the step ended, and with it its last line."""
        held, self._held, self._size = b"".join(self._held), [], 0
        if held:
            yield self._piece(held, cut=False)
        self._again = b""

    def _end(self, held: bytes, at: int) -> int:
        """Where the next piece ends; 0 for not yet."""
        limit = at + LONGEST
        newline = held.rfind(b"\n", at, limit)
        if newline >= 0:
            return newline + 1
        if len(held) < limit:
            return 0
        # A progress bar: after a carriage return the line begins anew.
        return held.rfind(b"\r", at, limit - 1) + 1 or limit

    def _piece(self, data: bytes, cut: bool) -> Piece:
        again, self._again = self._again, b""
        piece = Piece(again + data, self._offset - len(again), self.line, bool(again), len(again))
        if cut and not data.endswith(b"\r"):
            self._again = piece.data[-OVERLAP:]
        self._offset += len(data)
        self.line += data.count(b"\n")
        self._dirty = not data.endswith(b"\n") if data else self._dirty
        return piece
