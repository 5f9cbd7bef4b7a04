"""Where a setting was given, and the layers that hold what was given in one place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

from tmuxplan.config.schema import Settings
from tmuxplan.errors import Problem

Kind = Literal["flag", "plan", "file", "default"]
Path = tuple[str, ...]
"""`("jobs",)`, `("env", "PORT")`, `("tasks", "T1", "timeout")`."""


class Place(msgspec.Struct, frozen=True):
    """`flag` has a `name` (`--jobs`); `plan` and `file` have a file and a line (from 1)."""

    kind: Kind
    file: str = ""
    line: int = 0
    name: str = ""

    def __str__(self) -> str:
        if self.kind == "flag":
            return self.name
        return f"{self.file}:{self.line}" if self.file else "default"


class Layer(msgspec.Struct, frozen=True):
    """What one source gave. `given` says what, by path.

    Mappings are given entry by entry, everything else whole. Fields that are not in `given`
    hold the default. `folder` is what relative directories are relative to.
    """

    settings: Settings = Settings()
    given: Mapping[Path, Place] = {}
    folder: str = ""


class Reading(msgspec.Struct, frozen=True):
    """A layer, and what is wrong with its text."""

    layer: Layer
    problems: tuple[Problem, ...] = ()
