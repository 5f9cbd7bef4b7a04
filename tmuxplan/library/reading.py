"""From a file to a plan, and to its problems. Reads; runs nothing of the plan."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from tmuxplan import machine
from tmuxplan.errors import PlanError, Problem, Severity, UsageError
from tmuxplan.lint.launching import missing_directories, syntax_errors
from tmuxplan.plan.model import Plan
from tmuxplan.plan.parse import parse

_BY_LINE = {"error": 0, "warning": 1}


def load(path: str | Path, deps_from: str | None = None) -> Plan:
    """Read a plan. What is wrong with it is in `problems`; UsageError: it can't be read at all.

    `deps_from` takes dependencies from one kind of place only (metadata, table, mermaid, none).
    """
    return parse(read(Path(path)), str(path), deps_from)


def read(path: Path) -> bytes:
    """A plan file's bytes. UsageError: what keeps it from being read."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise UsageError("no such file", "check the path", str(path)) from None
    except IsADirectoryError:
        raise UsageError(
            "is a directory", "name one Markdown file in it", str(path)
        ) from None
    except OSError as error:
        raise UsageError(
            f"can't be read: {error.strerror}", "check its permissions", str(path)
        ) from error


def check(
    plan: Plan,
    roots: Mapping[str, str] | None = None,
    allow: tuple[str, ...] = (),
    launching: bool = False,
) -> tuple[Problem, ...]:
    """Every problem of the plan on this machine, by line; codes in `allow` are left out.

    `roots` are rewritten first, as a launch would. `launching`: what `check` only warns of
    and a launch refuses is an error.
    """
    from tmuxplan.library.freeze import rewritten  # the shell parser is not needed to load

    severity: Severity = "error" if launching else "warning"
    here = rewritten(plan, roots or {}, {})
    found = (
        *plan.problems,
        *syntax_errors(here, machine.syntax_error),
        *missing_directories(here, machine.is_directory, severity),
    )
    kept = (problem for problem in found if problem.code not in allow)
    return tuple(sorted(kept, key=lambda p: (p.line, _BY_LINE[p.severity], p.code)))


def refuse(plan: Plan, problems: tuple[Problem, ...]) -> None:
    """PlanError where any of the problems is an error."""
    errors = sum(problem.severity == "error" for problem in problems)
    if errors:
        what = "1 error" if errors == 1 else f"{errors} errors"
        raise PlanError(f"{plan.path}: {what}: nothing was started", problems)
