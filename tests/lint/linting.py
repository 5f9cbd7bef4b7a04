"""Plans for the tests of this room, written in a line or two."""

from __future__ import annotations

from tmuxplan.errors import Problem
from tmuxplan.lint.facts import Facts
from tmuxplan.lint.rules import problems
from tmuxplan.plan.model import Plan
from tmuxplan.plan.parse import parse

# A machine with a few programs and directories, so that tests do not depend on this one.
PROGRAMS = (
    *("bash", "cat", "cc", "curl", "cut", "docker", "find", "git", "grep", "kubectl", "make"),
    *("npm", "pip", "python3", "sleep", "test", "uvicorn", "wc"),
)
FACTS = Facts(
    which=lambda name: f"/usr/bin/{name}" if name in PROGRAMS else None,
    is_directory=lambda path: path in ("/", "/tmp", "/usr"),
    exists=lambda path: path.startswith(("/usr", "/tmp")),
    is_set=lambda name: name in ("HOME", "CI"),
)
FIRST = 6
"""The plan's line of the first command of `one`."""


def one(commands: str, criteria: str = "", language: str = "bash", meta: str = "") -> Plan:
    """A plan of one task; its commands begin at line FIRST."""
    text = (
        f"# P\n\n## TASK 001: Only\n{meta}\n```{language}\n{commands}\n```\n\n"
        f"### Success Criteria\n{criteria}\n"
    )
    return parse(text.encode(), "p.md")


def many(*tasks: tuple[str, str], head: str = "", tail: str = "") -> Plan:
    """A plan of (metadata, commands) pairs, T001 and on."""
    parts = [f"# P\n\n{head}\n"]
    for number, (meta, commands) in enumerate(tasks, 1):
        parts.append(f"## TASK {number:03d}: Do {number}\n\n{meta}\n\n```bash\n{commands}\n```\n\n")
    return parse("".join([*parts, tail]).encode(), "p.md")


def found(plan: Plan, code: str = "", launching: bool = False) -> list[Problem]:
    """What the rules find, by line; only those of one code if it is named."""
    every = problems(plan, FACTS, launching)
    return sorted((p for p in every if code in ("", p.code)), key=lambda p: p.line)


def lines(plan: Plan, code: str) -> list[int]:
    """The lines at which a code was found."""
    return [problem.line for problem in found(plan, code)]
