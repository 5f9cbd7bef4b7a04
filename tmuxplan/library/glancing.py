"""A run in one short line, as fast as its journal can be read."""

from __future__ import annotations

from tmuxplan.errors import JournalError
from tmuxplan.journal.folder import RunFolder
from tmuxplan.library.runs import open_folder
from tmuxplan.report.at_a_glance import glance
from tmuxplan.run import clock
from tmuxplan.schedule.standing import Forecast


def glance_at(folder: RunFolder) -> str:
    """The line; "starting" before its first event."""
    try:
        opened = open_folder(folder)
    except JournalError:
        return "starting"
    state = opened.state
    if state.started is None:
        return "starting"
    forecast = Forecast(opened.frozen.plan, frozenset(state.started.selected))
    return glance(forecast.standing(state, clock.now()), alive=opened.alive)
