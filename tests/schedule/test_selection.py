"""Which tasks a launch asks for."""

from __future__ import annotations

import pytest

from tmuxplan.plan.model import Plan, Task
from tmuxplan.schedule.selection import select

PLAN = Plan(
    path="p.md",
    title="p",
    sha256="",
    tasks=tuple(Task(id=name, title=name, line=1) for name in "abcd"),
)


@pytest.mark.parametrize(
    ("only", "skip", "start_from", "tasks", "partial"),
    [
        ((), (), None, "abcd", False),
        (("b", "d"), (), None, "bd", True),
        ((), ("a",), None, "bcd", True),
        ((), (), "c", "cd", True),
        ((), (), "a", "abcd", False),
        (("a", "c"), ("c",), None, "a", True),
        (("a",), (), "b", "", True),
    ],
)
def test_select(
    only: tuple[str, ...], skip: tuple[str, ...], start_from: str | None, tasks: str, partial: bool
) -> None:
    found = select(PLAN, only, skip, start_from)
    assert "".join(found.tasks) == tasks
    assert found.partial is partial
