"""A run in the words of its status line, for the backend that has one."""

from __future__ import annotations

from tmuxplan.plan.model import Plan
from tmuxplan.report.words import listed, one_line
from tmuxplan.run import clock
from tmuxplan.run.backend import Progress
from tmuxplan.schedule.standing import Attention, Forecast, Standing
from tmuxplan.schedule.state import RunState


class Told:
    """Tells where a run stands, whenever it is called."""

    def __init__(self, plan: Plan, selected: frozenset[str], state: RunState) -> None:
        self._forecast, self._state = Forecast(plan, selected), state
        self._due: float | None = None
        self._again_at = 0.0

    def __call__(self) -> Progress:
        """Now."""
        now = clock.now()
        run = self._forecast.standing(self._state, now, to_the_end=False)
        return Progress(
            ended=run.ended,
            total=run.total,
            failed=run.failed,
            running=run.running,
            due=self._ends_at(now) if run.verdict is None else None,
            says=_says(run),
            over=_over(self._state),
        )

    def _ends_at(self, now: float) -> float | None:
        """Of 10,000 tasks it takes 40 ms to say: what was said stands for so long that it takes
        no more than a hundredth of the time."""
        began = clock.monotonic()
        if began >= self._again_at:
            left = self._forecast.left_s(self._state, now)
            self._due = None if left is None else now + left
            took = clock.monotonic() - began
            self._again_at = began + 100 * took
        return self._due


def _over(state: RunState) -> str:
    if state.ended is None:
        return ""
    if not state.ended.deciding:
        return state.ended.verdict
    how = "waits for" if state.ended.verdict == "PENDING" else "decided by"
    return f"{state.ended.verdict}: {how} {listed(state.ended.deciding, 3)}"


def _says(run: Standing) -> str:
    """What a person should do something about, most urgent first."""
    if run.attention:
        more = f" (and {len(run.attention) - 1} more)" if len(run.attention) > 1 else ""
        return f"{_needs(run.attention[0])}{more}"
    if run.stopping:
        return f"stopping: {one_line(run.stopping)}"
    return f"paused by {one_line(run.paused)}: tmuxplan unpause" if run.paused else ""


def _needs(one: Attention) -> str:
    if one.needs == "person":
        return f"{one.task} waits for a person"
    if one.needs == "output":
        return f"{one.task} has stalled"
    return f"{one.task} asks: {one_line(one.prompt)}" if one.prompt else f"{one.task} reads input"
