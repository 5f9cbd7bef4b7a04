"""A Makefile -> the targets that a plan would check."""

from __future__ import annotations

import re

from tmuxplan.library.starter import words
from tmuxplan.library.starter.proposal import Job, Left, Proposal

NAMES = ("GNUmakefile", "makefile", "Makefile")
_RULE = re.compile(r"^([A-Za-z0-9_][^:=#\t\n]*?)[ ]*::?(?![:=])", re.MULTILINE)


def propose(text: str, file: str) -> Proposal:
    """The targets of its rules, by their names. Nothing is expanded: `$(X): y` is no target."""
    jobs: dict[str, Job] = {}
    left: dict[str, Left] = {}
    for target in (name for rule in _RULE.finditer(_joined(text)) for name in rule[1].split()):
        kind = words.kind_of(target)
        if kind and words.SAFE.fullmatch(target):
            title = f"{target.upper()} (make)"
            jobs.setdefault(target, Job(kind, title, (f"make {target}",), file, "make"))
        elif words.SAFE.fullmatch(target) and (why := words.why_left(target)):
            left.setdefault(target, Left(f"`make {target}`", why))
    return Proposal(tuple(jobs.values()), tuple(left.values()))


def _joined(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\\\n", " ")
