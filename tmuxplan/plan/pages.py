"""Several files read as one text: which line of it is which file's, and back again.

Inside the room the lines of the second file follow those of the first, so that everything
reads a plan of many files as it reads one; `own` puts every value back to its own file.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from typing import TypeVar

import msgspec

_T = TypeVar("_T")


class Pages(msgspec.Struct, frozen=True):
    """`starts[n]` is the number of lines before the file `paths[n]`."""

    starts: tuple[int, ...]
    paths: tuple[str, ...]

    def locate(self, line: int) -> tuple[str, int]:
        """The file of a line of the whole, and the line in it."""
        at = max(0, bisect_right(self.starts, line - 1) - 1)
        return self.paths[at], line - self.starts[at]

    def own(self, value: _T) -> _T:
        """The value with every line as its own file counts, and the file where it has a place."""
        if isinstance(value, tuple):
            return tuple(self.own(each) for each in value)  # type: ignore[return-value] # same type
        if not isinstance(value, msgspec.Struct):
            return value
        fields = {name: self.own(getattr(value, name)) for name in value.__struct_fields__}
        line = fields.get("line")
        if line:
            file, fields["line"] = self.locate(line)
            if "file" in fields:
                fields["file"] = file
        return type(value)(**fields)

    def whole(self, value: _T) -> _T:
        """The opposite of `own`: every line as the text of all files counts, and no file."""
        return _whole(value, "", dict(zip(self.paths, self.starts, strict=True)))


def _whole(value: _T, file: str, starts: Mapping[str, int]) -> _T:
    """`file` is that of the value around this one: not every value names its own."""
    if isinstance(value, tuple):
        return tuple(_whole(one, file, starts) for one in value)  # type: ignore[return-value] # alike
    if not isinstance(value, msgspec.Struct):
        return value
    file = getattr(value, "file", "") or file
    fields = {name: _whole(getattr(value, name), file, starts) for name in value.__struct_fields__}
    if fields.get("line"):
        fields["line"] += starts.get(file, 0)
    if "file" in fields:
        fields["file"] = ""
    return type(value)(**fields)


def shifted(value: _T, lines: int) -> _T:
    """The value with every line `lines` further down."""
    if isinstance(value, tuple):
        return tuple(shifted(each, lines) for each in value)  # type: ignore[return-value] # same type
    if not isinstance(value, msgspec.Struct):
        return value
    fields = {name: shifted(getattr(value, name), lines) for name in value.__struct_fields__}
    if "line" in fields:
        fields["line"] += lines
    return type(value)(**fields)
