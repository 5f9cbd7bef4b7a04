"""Reports by format: a format is one renderer in `report/` and one line here."""

from __future__ import annotations

import importlib
import os
from collections.abc import Mapping

from tmuxplan.errors import UsageError
from tmuxplan.library.excerpts import excerpts, logs, printed
from tmuxplan.library.log_source import caught_up
from tmuxplan.library.runs import Opened
from tmuxplan.report.causes import Cause, causes
from tmuxplan.report.sheet import Sheet
from tmuxplan.schedule.graph import critical_path, expected_path

FORMATS: Mapping[str, str] = {
    "markdown": "tmuxplan.report.markdown",
    "json": "tmuxplan.report.json",
    "html": "tmuxplan.report.html",
    "junit": "tmuxplan.report.junit",
    "github": "tmuxplan.report.github",
    "trace": "tmuxplan.report.trace",
    "otel": "tmuxplan.report.otlp",
    "text": "tmuxplan.report.text",
}
"""By name the module whose `render(sheet)` writes it; imported when it is asked for, so that
nobody pays for the others."""

SHORT = {"md": "markdown"}


def collected(opened: Opened, form: str = "markdown", near: str = "") -> str:
    """The run's report in this form. UsageError: there is no such form.

    `near`: the directory where the report will be; links to logs start there.
    """
    form = SHORT.get(form, form)
    if form not in FORMATS:
        raise UsageError(f"no format {form!r}", f"there are {', '.join(FORMATS)}")
    rendered: str = importlib.import_module(FORMATS[form]).render(
        sheet(opened, near if form == "html" else None)
    )
    return rendered


def sheet(opened: Opened, near: str | None = None) -> Sheet:
    """What renderers need. `near`: with the logs, linked from there."""
    opened = caught_up(opened) if near is not None else opened
    run, plan = opened.facts, opened.frozen.plan
    return Sheet(
        run=run,
        causes=causes(run, printed(opened, run)),
        ends=excerpts(opened, run),
        logs=logs(opened, run, near) if near is not None else {},
        edges=plan.edges,
        critical=(expected_path(plan) or critical_path(plan)).tasks,
    )


def compared(then: Opened, now: Opened, form: str = "markdown") -> str:
    """What is different in `now`, as Markdown or JSON. UsageError: in no other form."""
    form = SHORT.get(form, form)
    writers = {"markdown": "markdown", "json": "as_json"}
    if form not in writers:
        raise UsageError(f"no comparison as {form}", f"there are {', '.join(writers)}")
    write = getattr(importlib.import_module("tmuxplan.report.compare"), writers[form])
    text: str = write(then.facts, now.facts)
    return text


def annotated(opened: Opened, root: str = "") -> str:
    """GitHub's workflow commands for this run. `root`: where the repository is checked out."""
    roots = (root, os.path.realpath(root)) if root else ()  # a run knows it by one or the other
    lines: str = importlib.import_module(FORMATS["github"]).commands(sheet(opened), roots)
    return lines


def causes_now(opened: Opened) -> tuple[Cause, ...]:
    """Why the run is not GO, as far as is known: for issue files and the end of `--wait`."""
    run = opened.facts
    return causes(run, printed(opened, run))
