"""All that a rule may look at: the plan, its commands as values, its order, this machine."""

from __future__ import annotations

import msgspec

from tmuxplan.lint.facts import Facts
from tmuxplan.lint.order import Order, order_of
from tmuxplan.lint.reading import Script, script_of
from tmuxplan.plan.model import Plan
from tmuxplan.shell.steps import Shells


class View(msgspec.Struct, frozen=True):
    """`scripts` has one for each task, in the plan's order. `prose`: the source's lines by
    number, without what stands in tasks' commands and other fences; `lowered` is the same as one
    text in small letters, to find words in. `infers`: tasks get the locks
    that nobody wrote down (`locking`)."""

    plan: Plan
    scripts: tuple[Script, ...]
    order: Order
    facts: Facts
    lines: tuple[str, ...]
    prose: tuple[tuple[int, str], ...]
    lowered: str
    launching: bool = False
    infers: bool = True


def view_of(
    plan: Plan,
    facts: Facts,
    launching: bool = False,
    shells: Shells | None = None,
    infers: bool = True,
) -> View:
    """Reads each block of the plan once. `shells`: for whoever asks about the same texts later."""
    shells = shells or Shells(with_steps=False)
    lines = tuple(plan.source.split("\n"))
    scripts = tuple(script_of(task, shells) for task in plan.tasks)
    prose = _prose(plan, lines)
    lowered = "".join([f"{line}\n" for _, line in prose]).lower()
    return View(plan, scripts, order_of(plan), facts, lines, prose, lowered, launching, infers)


def _prose(plan: Plan, lines: tuple[str, ...]) -> tuple[tuple[int, str], ...]:
    code = {
        line
        for task in plan.tasks
        for block in task.blocks
        for line in range(block.line, block.line + block.text.count("\n") + 1)
    }
    found: list[tuple[int, str]] = []
    fence = ""
    for number, line in enumerate(lines, 1):
        start = line.lstrip(" >")[:3] if "```" in line or "~~~" in line else ""
        if start in ("```", "~~~"):
            fence = "" if start == fence else fence or start
        elif not fence and number not in code:
            found.append((number, line))
    return tuple(found)
