"""What this machine can say, as a value of questions: rules stay pure and testable."""

from __future__ import annotations

from collections.abc import Callable

import msgspec


def _no(_: str) -> bool:
    return False


def _yes(_: str) -> bool:
    return True


class Facts(msgspec.Struct, frozen=True):
    """`which`: a command's path, or None. `exists`, `is_directory`: of an absolute path.

    `is_set`: whether the tasks' environment will have the variable. The defaults are a
    machine that has everything, so that a plan can be checked without one.
    """

    which: Callable[[str], str | None] = lambda name: f"/usr/bin/{name}"
    is_directory: Callable[[str], bool] = _yes
    exists: Callable[[str], bool] = _yes
    is_set: Callable[[str], bool] = _no
