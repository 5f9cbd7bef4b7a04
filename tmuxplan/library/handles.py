"""The library's public functions: `load`, `check`, `launch`, `collect`, and `Run`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from tmuxplan.errors import UsageError
from tmuxplan.events import RunVerdict
from tmuxplan.journal.folder import RunFolder
from tmuxplan.library import launching
from tmuxplan.library.checking import check
from tmuxplan.library.collecting import collected
from tmuxplan.library.options import Options
from tmuxplan.library.reading import load
from tmuxplan.library.runs import open_folder, open_run
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

    def __repr__(self) -> str:
        return f"Run({self.id!r})"


def launch(plan: Plan, **options: Any) -> Run:
    """Start a run of the plan and return; `options` are the fields of `library.options.Options`.

    PlanError: the plan has errors. UsageError: an option is wrong. BackendError: tmux or the
    pty backend can't be had. Nothing was started then. The supervisor is a process of its
    own: the run goes on when this one ends.
    """
    known = Options.__struct_fields__
    for name in options:
        if name not in known:
            raise UsageError(f"launch has no option {name!r}", f"there are {', '.join(known)}")
    return Run(launching.launch(plan, Options(**options)).folder)


def collect(run: Run | str | os.PathLike[str], format: str = "markdown") -> str:  # noqa: A002
    """The report of a run (a `Run`, or the directory of its launch: the newest run there).

    `format` is one of `library.collecting.FORMATS`.
    """
    opened = open_folder(run.folder) if isinstance(run, Run) else open_run(None, Path(run))
    return collected(opened, format)
