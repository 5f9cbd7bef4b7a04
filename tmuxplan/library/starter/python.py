"""pyproject.toml -> an environment, and the tools that it configures."""

from __future__ import annotations

import re
import sys
from collections.abc import Collection, Iterator
from typing import Any

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

from tmuxplan.errors import UsageError
from tmuxplan.library.starter.proposal import Job, Kind, Proposal

_TOOLS: tuple[tuple[str, Kind, str, str], ...] = (
    ("ruff", "lint", "RUFF", "ruff check ."),
    ("mypy", "types", "MYPY", "mypy"),
    ("pytest", "test", "PYTEST", "pytest"),
)
_EXTRAS = ("dev", "test", "tests", "testing", "lint")
_NAME = re.compile(r"[A-Za-z0-9._-]+")
_ACTIVATE = ". .venv/bin/activate"


def propose(text: str, file: str, beside: Collection[str]) -> Proposal:
    """`beside` are the names of the files next to it. UsageError: it is no TOML."""
    try:
        project = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise UsageError(f"is no TOML: {error}", "mend it", file) from error
    named = set(_packages(project))
    wanted = [tool for tool in _TOOLS if tool[0] in _section(project, "tool") or tool[0] in named]
    builds = "build-system" in project
    if not wanted and not builds:
        return Proposal()
    install, start = _environment(project, beside, [tool[0] for tool in wanted], builds)
    jobs = [Job("install", "PYTHON ENVIRONMENT", install, file, "python")]
    for name, kind, title, plain in wanted:
        call = _mypy(project) if name == "mypy" else plain
        jobs.append(Job(kind, title, _called(start, call), file, "python"))
    if builds:
        call = "uv build" if start == "uv run" else "python -m build"
        call = "poetry build" if start == "poetry run" else call
        commands = (call,) if " run" in start else (start, call)
        jobs.append(Job("build", "PACKAGE", commands, file, "python", ("$ ls dist/*.whl",)))
    return Proposal(tuple(jobs))


def _environment(
    project: dict[str, Any], beside: Collection[str], tools: list[str], builds: bool
) -> tuple[tuple[str, ...], str]:
    """How it is made, and what starts a command in it."""
    if "uv.lock" in beside:
        return ("uv sync --all-extras",), "uv run"
    if "poetry.lock" in beside:
        return ("poetry install",), "poetry run"
    extras = [
        name for name in _EXTRAS if name in _section(project, "project.optional-dependencies")
    ]
    own = f'".[{",".join(extras)}]"' if extras else "."
    what = [f"-e {own}"] if builds else []
    what += tools + (["build"] if builds else [])
    commands = ("python3 -m venv .venv", _ACTIVATE, f"python -m pip install {' '.join(what)}")
    return commands, _ACTIVATE


def _called(start: str, call: str) -> tuple[str, ...]:
    return (f"{start} {call}",) if start.endswith(" run") else (start, f"python -m {call}")


def _mypy(project: dict[str, Any]) -> str:
    settings = _section(project, "tool.mypy")
    return "mypy" if settings.keys() & {"files", "packages", "modules"} else "mypy ."


def _packages(project: dict[str, Any]) -> Iterator[str]:
    """The names of all packages that it depends on, with extras and groups."""
    lists: list[Any] = [_section(project, "project").get("dependencies", [])]
    lists += _section(project, "project.optional-dependencies").values()
    lists += _section(project, "dependency-groups").values()
    for entry in (entry for one in lists if isinstance(one, list) for entry in one):
        name = _NAME.match(entry) if isinstance(entry, str) else None
        if name:
            yield name.group().lower()


def _section(project: dict[str, Any], path: str) -> dict[str, Any]:
    found: Any = project
    for name in path.split("."):
        found = found.get(name, {}) if isinstance(found, dict) else {}
    return found if isinstance(found, dict) else {}
