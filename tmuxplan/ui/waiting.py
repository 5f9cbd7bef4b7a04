"""What `--wait` shows at a terminal while a run goes on: a table that is drawn again in its place,
below the lines that matter. Elsewhere it is `lines`."""

from __future__ import annotations

from rich.console import Console, Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from tmuxplan import events as ev
from tmuxplan.plan.model import Frozen
from tmuxplan.report.at_a_glance import about
from tmuxplan.report.facts import RunFacts
from tmuxplan.report.gathering import facts
from tmuxplan.schedule.standing import Forecast
from tmuxplan.schedule.state import RunState
from tmuxplan.ui.progress import Words
from tmuxplan.ui.screen import Screen
from tmuxplan.ui.tables import short, status_rows

SOON_S = 0.1
"""From news to the next picture."""
LATE_S = 1.0
"""From a picture to the next without news: times tick."""
PER_TASK_S = 0.0004
"""So much later for each task of the plan: drawing must not take what the run needs."""
_AROUND = 6  # lines beside the rows: a blank one, head, numbers, names, more, how to leave
_BAR = 30
_TOLD = (
    ev.InputAwaited,
    ev.Stalled,
    ev.PersonAsked,
    ev.RetryPlanned,
    ev.RunStopping,
    ev.Paused,
    ev.Unpaused,
    ev.Notice,
    ev.PlanChanged,
)
"""What is told above the table, beside failures: people look away."""


class LiveTable:
    """For a terminal. `leaving` says how to leave; the table is gone once it is left."""

    def __init__(self, frozen: Frozen, past: int, leaving: str) -> None:
        self._frozen, self._past, self._leaving = frozen, past, leaving
        self._words = Words(frozen)
        self._console = Console(highlight=False, markup=False, emoji=False)
        self._live = Live(
            console=self._console, auto_refresh=False, transient=True, vertical_overflow="crop"
        )
        self._forecast: Forecast | None = None
        self._drawn = float("-inf")
        self._news = True

    def hear(self, event: ev.Event, state: RunState) -> None:
        """Failures, and what waits for somebody, are told above the table and stay."""
        self._past -= 1
        self._news = True
        if isinstance(event, ev.PlanChanged):
            self._forecast = None
        failed = isinstance(event, ev.Judged) and event.verdict != "passed"
        if self._past >= 0 or not (failed or isinstance(event, _TOLD)):
            return
        line = self._words.told(event, state)
        if line is not None:
            self._console.print(Text(line, "red" if failed else "yellow"))

    def tick(self, state: RunState, now: float) -> None:
        """Draw, if it is time to."""
        pause = (SOON_S if self._news else LATE_S) + PER_TASK_S * len(self._frozen.plan.tasks)
        if state.started is None or now - self._drawn < pause:
            return
        self._live.update(self._picture(state, now), refresh=True)
        self._drawn, self._news = now, False

    def __enter__(self) -> LiveTable:
        self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._live.stop()

    def _picture(self, state: RunState, now: float) -> Group:
        run = facts(self._frozen, state, now, alive=True)
        height = max(3, self._console.height - _AROUND - 1)
        size = Screen(width=self._console.width, height=height, colour=True)
        left = self._forecasting(state).left_s(state, now)
        return Group(
            Text(),
            _line(f"{run.plan_title}  {run.id}", "bold"),
            _numbers(run, about(left)),
            status_rows(run, size),
            _line(self._leaving, "dim"),
        )

    def _forecasting(self, state: RunState) -> Forecast:
        if self._forecast is None:
            selected = state.started.selected if state.started else ()
            self._forecast = Forecast(self._frozen.plan, frozenset(selected))
        return self._forecast


def _numbers(run: RunFacts, left: str) -> Table:
    """A bar, and what it is made of."""
    asked = [task for task in run.tasks if task.asked]
    ended = sum(task.phase == "ended" for task in asked)
    failed = run.count("failed", "timed out", "lost")
    words = [f"{ended} of {len(asked)} done", *([f"{failed} failed"] if failed else [])]
    words += [f"{run.count('running')} running", short(run.seconds)]
    words += [f"{left} left"] if left else []
    colour = "red" if failed else "green"
    bar = ProgressBar(
        max(1, len(asked)), ended, width=_BAR, complete_style=colour, finished_style=colour
    )
    row = Table.grid(padding=(0, 1))
    row.add_column(width=_BAR)
    row.add_column(no_wrap=True, overflow="ellipsis")
    row.add_row(bar, Text(" · ".join(words)))
    return row


def _line(text: str, style: str) -> Text:
    return Text(text, style, no_wrap=True, overflow="ellipsis")
