"""Reports by format: a format is one renderer in `report/` and one line here."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tmuxplan.errors import UsageError
from tmuxplan.library.excerpts import excerpts
from tmuxplan.library.runs import Opened
from tmuxplan.report.facts import Excerpt, RunFacts
from tmuxplan.report.json import run_json
from tmuxplan.report.markdown import markdown

Render = Callable[[RunFacts, Mapping[str, Excerpt]], str]

FORMATS: Mapping[str, Render] = {
    "markdown": markdown,
    "json": lambda facts, _: run_json(facts),
}


def collected(opened: Opened, form: str = "markdown") -> str:
    """The run's report in this form. UsageError: there is no such form."""
    if form not in FORMATS:
        raise UsageError(f"no format {form!r}", f"there are {', '.join(FORMATS)}")
    facts = opened.facts
    return FORMATS[form](facts, excerpts(opened, facts))
