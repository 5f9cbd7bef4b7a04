"""The library's public functions: `load`, `check`, `launch`, `collect`, and `Run`."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from tmuxplan.errors import Problem, UsageError
from tmuxplan.events import RunVerdict
from tmuxplan.journal.folder import RunFolder
from tmuxplan.library import checking, launching, resuming
from tmuxplan.library.collecting import collected
from tmuxplan.library.launchable import Launchable
from tmuxplan.library.options import Options
from tmuxplan.library.reading import load
from tmuxplan.library.runs import open_folder, open_run
from tmuxplan.library.understanding import plan_to_run
from tmuxplan.library.until import until_ended
from tmuxplan.plan.model import Plan
from tmuxplan.report.facts import RunFacts

__all__ = ["Run", "check", "collect", "launch", "load"]


class Run:
    """One run of a plan: live, ended, or dead (its supervisor is gone)."""

    def __init__(self, folder: RunFolder) -> None:
        self.folder = folder

    @property
    def id(self) -> str:
        """The run's id, as the commands take it."""
        return self.folder.id

    def status(self) -> RunFacts:
        """What is known of the run now."""
        return open_folder(self.folder).facts

    def wait(self, timeout_s: float | None = None) -> RunVerdict | None:
        """Wait until the run has ended, or its supervisor is gone, or the time is over.

        The verdict, or None where there is none (yet).
        """
        until_ended(self.folder, timeout_s=timeout_s)
        return self.status().verdict

    def resume(self, *, frozen: bool = False, everything: bool = False, **options: Any) -> None:
        """Go on with a run that ended or is dead, and return when it is on.

        The plan is read again, unless `frozen`; `everything` runs what passed, too; `options`
        are those of `launch` that are to be others now. PlanError, UsageError, BackendError.
        """
        resuming.resume(
            open_folder(self.folder), _options(options), frozen=frozen, everything=everything
        )

    def __repr__(self) -> str:
        return f"Run({self.id!r})"


def check(
    plan: Plan | str | os.PathLike[str],
    roots: Mapping[str, str] | None = None,
    allow: tuple[str, ...] = (),
    launching: bool = False,
    sets: Mapping[str, str] | None = None,
    env: Collection[str] = (),
    with_shellcheck: bool = False,
) -> tuple[Problem, ...]:
    """Every problem of the plan (or of the one at this path) on this machine, by line.

    `roots`: OLD -> NEW directory, `sets`: placeholders' values, both as a launch takes them.
    `env`: names of further variables that the tasks will have. Codes in `allow` are left out.
    `launching`: what a launch refuses is an error. `with_shellcheck` asks ShellCheck too, where
    it is installed. UsageError: there is no plan at this path, or no such code.
    """
    read = _plan(plan)
    return checking.examine(read, roots, allow, launching, sets, env, with_shellcheck).problems


def launch(plan: Plan | str | os.PathLike[str], **options: Any) -> Run:
    """Start a run of the plan (or of the one at this path) and return.

    `options` are the fields of `library.options.Options`. PlanError: the plan has errors.
    UsageError: an option is wrong. BackendError: tmux or the pty backend can't be had. Nothing
    was started then. The supervisor is a process of its own: the run goes on when this one ends.
    """
    given = _options(options)
    read = _plan(plan, given)
    return Run(launching.launch(Launchable(read, plan_to_run(read, given)), given).folder)


def _options(options: Mapping[str, Any]) -> Options:
    known = Options.__struct_fields__
    for name in options:
        if name not in known:
            raise UsageError(f"launch has no option {name!r}", f"there are {', '.join(known)}")
    return Options(**options)


def _plan(plan: Plan | str | os.PathLike[str], given: Options | None = None) -> Plan:
    """The plan itself, read where only its path is given. UsageError: it is neither."""
    given = given or Options()
    if isinstance(plan, Plan):
        return plan
    if isinstance(plan, (str, os.PathLike)):
        return load(Path(plan), given.deps_from, given.sections)
    raise UsageError(
        f"{type(plan).__name__} is no plan", "give what tmuxplan.load returned, or a path"
    )


def collect(run: Run | str | os.PathLike[str], format: str = "markdown") -> str:  # noqa: A002
    """The report of a run (a `Run`, or the directory of its launch: the newest run there).

    `format` is one of `library.collecting.FORMATS`.
    """
    opened = open_folder(run.folder) if isinstance(run, Run) else open_run(None, Path(run))
    return collected(opened, format)
