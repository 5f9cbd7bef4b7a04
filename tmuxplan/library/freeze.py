"""What will run: the plan with this launch's directories and values in it, and its steps."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from tmuxplan.errors import PlanError, Problem
from tmuxplan.library.uncollected import uncollected
from tmuxplan.plan.model import Frozen, Plan, Step
from tmuxplan.shell.fill import filled
from tmuxplan.shell.roots import rooted
from tmuxplan.shell.steps import Shells, public, steps

_changed = msgspec.structs.replace


def rewritten(plan: Plan, roots: Mapping[str, str], sets: Mapping[str, str]) -> Plan:
    """The plan with `--root` and `--set` in its commands; lines stay what they were."""
    if not roots and not sets:
        return plan
    return _changed(plan, tasks=tuple(filled(rooted(t, roots), sets) for t in plan.tasks))


@uncollected()
def freeze(plan: Plan, shells: Shells | None = None) -> Frozen:
    """The plan (already rewritten) and the steps of each of its tasks.

    `shells`: where its commands have been read before. PlanError: commands that can't be made
    into steps.
    """
    shells = shells or Shells()
    found: dict[str, tuple[Step, ...]] = {}
    problems: list[Problem] = []
    for task in plan.tasks:
        statements, wrong = steps(task, plan.file_of(task), shells=shells)
        problems.extend(wrong)
        found[task.id] = public(statements)
    errors = tuple(problem for problem in problems if problem.severity == "error")
    if errors:
        raise PlanError(f"{plan.path}: some commands can't be run", errors)
    return Frozen(_changed(plan, source="", files=()), found)
