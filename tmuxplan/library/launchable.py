"""What is known of a plan before its launch."""

from __future__ import annotations

from typing import NamedTuple

from tmuxplan.plan.model import Frozen, Plan
from tmuxplan.schedule.selection import Selection
from tmuxplan.shell.steps import Shells


class ToRun(NamedTuple):
    """The plan with its steps as a launch would run it, which of its tasks, and its commands as
    they have been read."""

    frozen: Frozen
    selection: Selection
    shells: Shells


class Launchable(NamedTuple):
    """A plan as it was read, and what of it would run."""

    plan: Plan
    to_run: ToRun
