"""What a task waits for, or is ended by, besides its commands: a phrase to stand behind them."""

from __future__ import annotations

from tmuxplan.plan.model import Plan, Task
from tmuxplan.report.words import span


def limits(task: Task, plan: Plan) -> str:
    """ ", at most 10 min, 2 retries, then a signature"; empty where nobody says any of it."""
    retries = plan.protocol.retries if task.retries is None else task.retries
    said = []
    if task.blocks and task.timeout_s is not None:
        said.append(f"at most {span(task.timeout_s)}")
    if task.blocks and retries:
        said.append("1 retry" if retries == 1 else f"{retries} retries")
    if task.blocks and task.gate is not None:
        said.append("then a signature")
    return "".join(f", {each}" for each in said)
