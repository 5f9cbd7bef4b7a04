"""Turns a Markdown execution plan into a supervised tmux session and a verdict.

    plan = tmuxplan.load("plan.md")
    problems = tmuxplan.check(plan)
    run = tmuxplan.launch(plan, jobs=4)
    verdict = run.wait()
    report = tmuxplan.collect(run, "markdown")

The names are imported when they are first used: `import tmuxplan` itself does nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from tmuxplan import version

if TYPE_CHECKING:
    from tmuxplan.errors import PlanError, Problem, TmuxplanError, UsageError
    from tmuxplan.library.handles import Run, check, collect, launch, load
    from tmuxplan.plan.model import Plan

__all__ = [
    "Plan",
    "PlanError",
    "Problem",
    "Run",
    "TmuxplanError",
    "UsageError",
    "__version__",
    "check",
    "collect",
    "launch",
    "load",
]

_HOMES = {
    "Plan": "tmuxplan.plan.model",
    "PlanError": "tmuxplan.errors",
    "Problem": "tmuxplan.errors",
    "TmuxplanError": "tmuxplan.errors",
    "UsageError": "tmuxplan.errors",
}
__version__ = version.VERSION


def __dir__() -> list[str]:
    return [*globals(), *__all__]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'tmuxplan' has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES.get(name, "tmuxplan.library.handles")), name)
