"""The shared words for what goes wrong; imports nothing of ours.

Every error that a user can cause is a `TmuxplanError`. `cli.py` is the one place that
turns its type into a message on stderr and an exit code.
"""

from __future__ import annotations

import errno
from typing import Literal

import msgspec

Severity = Literal["error", "warning"]


class Problem(msgspec.Struct, frozen=True):
    """Something in a plan that a reader should know, with its place and its remedy.

    `code` is stable (`unknown-reference`), `line` counts from 1 (0: the whole file). `column`
    (from 1, in characters) and `length` say which words of the line are meant; 0: the line.
    """

    code: str
    severity: Severity
    file: str
    line: int
    message: str
    remedy: str
    column: int = 0
    length: int = 0

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.severity}: {self.message} [{self.code}]; {self.remedy}"


_PLAIN = {errno.ENOSPC: "the disk is full", errno.EDQUOT: "your disk quota is used up"}


def plain(error: OSError) -> str:
    """The system's refusal without its number, as people say it."""
    return _PLAIN.get(error.errno or 0) or error.strerror or str(error)


class TmuxplanError(Exception):
    """What went wrong, where, and the remedy, in the user's words."""

    exit_code = 2

    def __init__(self, what: str, remedy: str = "", where: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.remedy = remedy
        self.where = where

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        remedy = f"; {self.remedy}" if self.remedy else ""
        return f"{place}{self.what}{remedy}"


class UsageError(TmuxplanError):
    """A wrong option, argument or combination of them."""


class PlanError(TmuxplanError):
    """A plan that can't be launched; `problems` holds every error and warning found."""

    def __init__(self, what: str, problems: tuple[Problem, ...], remedy: str = "") -> None:
        super().__init__(what, remedy)
        self.problems = problems

    def __str__(self) -> str:
        errors = (str(problem) for problem in self.problems if problem.severity == "error")
        return "\n".join((*errors, super().__str__()))


class JournalError(TmuxplanError):
    """The journal, or another file of a run, can't be read or written."""

    exit_code = 3


class BackendError(TmuxplanError):
    """tmux or the pty backend can't do what a run needs."""

    exit_code = 3


class ControlError(TmuxplanError):
    """The supervisor of a run can't be reached, or refused what was asked."""

    exit_code = 3


class DeclinedError(ControlError, UsageError):
    """The supervisor can't do what was asked as the run is now: it was asked wrongly."""

    exit_code = 2


class UnheardError(ControlError):
    """Nobody listens, or who did ended before it read what was asked: surely it was not done."""
