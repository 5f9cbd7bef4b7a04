"""Every code that a problem can have, whoever finds it; docs/checks.md is made of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tmuxplan.later import Later
from tmuxplan.lint.codes import commands, dependencies, reading, results, settings
from tmuxplan.lint.codes.code import Code
from tmuxplan.plan.patterns import lazy

if TYPE_CHECKING:
    import difflib
else:
    difflib = Later("difflib")

GROUPS: tuple[tuple[str, tuple[Code, ...]], ...] = (
    ("The plan's text", reading.CODES),
    ("Dependencies, and what tasks share", dependencies.CODES),
    ("Commands", commands.CODES),
    ("Results", results.CODES),
    ("Settings", settings.CODES),
)
BY_NAME = {code.name: code for _, codes in GROUPS for code in codes}
_SHELLCHECK = lazy(r"SC\d{4}")


def is_code(name: str) -> bool:
    """Whether a problem can have it; ShellCheck's codes are its own."""
    return name in BY_NAME or _SHELLCHECK.fullmatch(name) is not None


def nearest(name: str) -> str:
    """The code that was probably meant."""
    said = name.lower().replace("_", "-")
    return difflib.get_close_matches(said, list(BY_NAME), 1, 0.0)[0]
