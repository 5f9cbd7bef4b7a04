"""A run in one short line, for prompts, status bars and titles. Pure."""

from __future__ import annotations

from tmuxplan.report.words import one_line
from tmuxplan.schedule.standing import Attention, Standing

_PROMPT = 40
"""Characters of a question that stand in the line."""


def glance(run: Standing, *, alive: bool = True) -> str:
    """ "3/10 ✗1 ~4m ❯T004 Deploy?", "10/10 GO", "3/10 dead". `alive`: the run's supervisor."""
    parts = [f"{run.ended}/{run.total}"]
    parts += [f"✗{run.failed}"] if run.failed else []
    parts += [f"⊘{run.stopped}"] if run.stopped else []
    if run.verdict is not None:
        return " ".join([*parts, run.verdict])
    if not alive:
        return " ".join([*parts, "dead"])
    parts += [_pace(run)] if _pace(run) else []
    parts += [attention(one) for one in run.attention[:1]]
    parts += [f"+{len(run.attention) - 1}"] if len(run.attention) > 1 else []
    return " ".join(parts)


def _pace(run: Standing) -> str:
    if run.stopping:
        return "stopping"
    if run.paused:
        return "paused"
    return about(run.left_s)


def attention(one: Attention) -> str:
    """ "❯T004 Deploy? [y/N]", "…T004", "✎T004": the marks of the windows' names."""
    if one.needs == "person":
        return f"✎{one.task}"
    if one.needs == "output":
        return f"…{one.task}"
    asked = one_line(one.prompt, _PROMPT)
    return f"❯{one.task} {asked}".rstrip()


def about(seconds: float | None) -> str:
    """ "~40s", "~4m", "~2h05m": never more exact than it is known; empty where it is not."""
    if seconds is None:
        return ""
    if seconds < 60:
        return f"~{max(1, round(seconds))}s"
    minutes = -(-round(seconds) // 60)
    return f"~{minutes}m" if minutes < 60 else f"~{minutes // 60}h{minutes % 60:02d}m"
