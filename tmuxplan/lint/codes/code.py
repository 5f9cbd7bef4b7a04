"""One code of a problem, explained."""

from __future__ import annotations

from typing import Literal

import msgspec


class Code(msgspec.Struct, frozen=True):
    """`severity`: "error": a launch is refused; "either": that depends, as `what` or `why` says.

    `example` brings the problem about: commands of a task, or a whole plan where it begins with
    `#` or `---`; several files, each after a line `==> NAME <==`.
    """

    name: str
    severity: Literal["error", "warning", "either"]
    what: str
    why: str
    remedy: str
    example: str
