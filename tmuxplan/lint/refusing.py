"""The rules for which a launch can be refused: a launch asks no others."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec

from tmuxplan.errors import Severity
from tmuxplan.lint import (
    choices,
    directories,
    paths,
    placeholders,
    prose,
    shells,
    terminals,
    traps,
)
from tmuxplan.lint.finding import Finding
from tmuxplan.lint.view import View


class Rule(msgspec.Struct, frozen=True):
    """`code` is stable: plans allow it by that name."""

    code: str
    severity: Severity
    find: Callable[[View], Iterator[Finding]]


RULES = (
    Rule("placeholder", "error", placeholders.placeholders),
    Rule("several-terminals", "error", terminals.several),
    Rule("alternatives", "error", choices.exclusive),
    Rule("terminal-control", "error", terminals.control),
    Rule("noisy-trap", "error", traps.noisy),
    Rule("unsupported-shell", "error", shells.unsupported),
    Rule("mixed-shells", "error", shells.mixed),
    Rule("container", "error", prose.container),
    Rule("missing-directory", "warning", directories.missing),
    Rule("foreign-directory", "warning", paths.windows),
)
