"""Which tasks of a plan were asked for."""

from __future__ import annotations

import msgspec

from tmuxplan.plan.model import Plan


class Selection(msgspec.Struct, frozen=True):
    """`partial`: a part of the plan only, so the run can't be GO."""

    tasks: tuple[str, ...]
    partial: bool


def select(
    plan: Plan,
    only: tuple[str, ...] = (),
    skip: tuple[str, ...] = (),
    start_from: str | None = None,
) -> Selection:
    """The tasks asked for, in the plan's order; ids as the plan has them.

    `only`: these and no others. `start_from`: this one and those after it in the document.
    `skip`: not these. What is left out is taken as given by those that depend on it.
    """
    order = [task.id for task in plan.tasks]
    begin = order.index(start_from) if start_from is not None else 0
    chosen = [
        task for task in order[begin:] if (not only or task in only) and task not in set(skip)
    ]
    return Selection(tuple(chosen), partial=len(chosen) < len(order))
