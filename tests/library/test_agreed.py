"""What is shown before a plan's first launch."""

from __future__ import annotations

from tmuxplan.config.schema import Settings
from tmuxplan.library.agreed import what_runs
from tmuxplan.library.freeze import freeze
from tmuxplan.plan.parse import parse
from tmuxplan.schedule.selection import Selection

PLAN = b"""# P

## Task 1: Plain
```bash
echo one
```

## Task 2: Deploy
**Gate:** manual
**Timeout:** 10 minutes
**Retries:** 2
```bash
echo two
```
"""


def test_it_says_what_holds_a_task_up_or_ends_it() -> None:
    frozen = freeze(parse(PLAN, "p.md"))
    everything = Selection(tuple(task.id for task in frozen.plan.tasks), partial=False)
    one, two = what_runs(frozen, everything, Settings())
    assert one.endswith(" Plain: 1 step")
    assert two.endswith(" Deploy: 1 step, at most 10 min, 2 retries, then a signature")
