"""A project's directory -> a plan. Reads three kinds of files; runs, expands, fetches nothing."""

from __future__ import annotations

import os
import re
from pathlib import Path

from tmuxplan.errors import UsageError
from tmuxplan.library.starter import makefile, node, python
from tmuxplan.library.starter.proposal import Proposal, plan_text

LARGEST = 4 << 20
"""Bytes of a file that are read."""


def proposed(folder: Path, plan: Path) -> str:
    """The plan's text, for a plan at `plan`. UsageError: there is nothing to propose."""
    if not folder.is_dir():
        raise UsageError("no such directory", "name a project's directory", str(folder))
    found = _together(_proposals(folder))
    if not found.jobs:
        raise UsageError(
            "no Makefile, package.json or pyproject.toml here says what could be checked",
            "write a plan to start from with `tmuxplan init`",
            str(folder),
        )
    name = re.sub(r"[^\w .-]+", " ", folder.resolve().name).strip() or "this project"
    return plan_text(name, _seen_from(plan.absolute().parent, folder), found)


def _proposals(folder: Path) -> list[Proposal]:
    beside = {path.name for path in folder.iterdir()}
    found = []
    for name in (name for name in makefile.NAMES if name in beside):
        found.append(makefile.propose(_text(folder / name), name))
        break
    if "package.json" in beside:
        found.append(node.propose(_text(folder / "package.json"), "package.json", beside))
    if "pyproject.toml" in beside:
        found.append(python.propose(_text(folder / "pyproject.toml"), "pyproject.toml", beside))
    return found


def _together(proposals: list[Proposal]) -> Proposal:
    """What make has a target for is left to make: it knows the project's own way."""
    jobs = [job for proposal in proposals for job in proposal.jobs]
    made = {job.kind for job in jobs if job.tools == "make"}
    kept = tuple(job for job in jobs if job.tools == "make" or job.kind not in made)
    used = {job.tools for job in kept if job.kind != "install"}
    kept = tuple(job for job in kept if job.kind != "install" or job.tools in (*used, "make"))
    return Proposal(kept, tuple(one for proposal in proposals for one in proposal.left))


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.read(LARGEST).decode("utf-8-sig", "replace")
    except OSError as error:
        raise UsageError(f"can't be read: {error.strerror}", "see its kind", str(path)) from error


def _seen_from(start: Path, folder: Path) -> str:
    """Relative, so that both can move together; `.` where the plan is in the project."""
    return os.path.relpath(folder.resolve(), start.resolve())
