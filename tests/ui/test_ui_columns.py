"""Tables and sections that Rich only lays out: what is seen is what Rich itself would draw."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from types import FrameType

import pytest
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from tmuxplan.plan.model import Frozen, Plan, Step, Task
from tmuxplan.ui.columns import Column, columns
from tmuxplan.ui.plans import plan_table
from tmuxplan.ui.screen import Screen, rendered
from tmuxplan.ui.sheet import finished, section

SHAPE = (
    Column("id", narrowest=4, widest=12),
    Column("title", ratio=3),
    Column("line", justify="right"),
    Column("impact", widest=14),
    Column("needs", ratio=2),
)
ROWS = (
    ("T001", "Short", "7", "high", ""),
    ("T002", "A title that goes on for longer than its column is wide mostly", "12", "", "x"),
    ("a-name-of-20-letters", "広い文字の題名は二倍の幅", "123456", "critical, blocks", "T001"),
    ("T004", "✗ sign 🚀 and é", "9", "low", "T001, T002, T003 and 41 more, all of them far above"),
)  # fmt: skip


def _by_rich(rows: Sequence[Sequence[str]], on: Screen) -> str:
    table = Table(box=None, padding=(0, 1), pad_edge=False, expand=True, header_style="bold")
    for c in SHAPE:
        table.add_column(
            c.name,
            no_wrap=True,
            justify=c.justify,
            min_width=c.narrowest,
            max_width=c.widest,
            ratio=c.ratio,
        )
    for row in rows:
        table.add_row(*map(Text, row))
    return rendered(table, on)


@pytest.mark.parametrize("colour", [False, True])
@pytest.mark.parametrize("width", [*range(40, 64), 80, 101, 140, 300])
@pytest.mark.parametrize("rows", [ROWS, ROWS[:1], ()])
def test_a_table_is_what_rich_draws(
    width: int, colour: bool, rows: tuple[tuple[str, ...], ...]
) -> None:
    on = Screen(width, colour=colour)
    assert finished("\n".join(columns(SHAPE, rows, on)), on) == _by_rich(rows, on)


@pytest.mark.parametrize("width", [40, 60, 120])
def test_lines_that_do_not_fit_wrap_under_their_title(width: int) -> None:
    on = Screen(width)
    lines = ["one", "two " * 20, "広い " * 15, "x" * 150, "three"] * 60
    wanted = [rendered(Padding(Text(line), (0, 0, 0, 2)), on) for line in lines]
    assert list(section("Title", lines, on))[:2] == ["", "Title"]
    got = finished("\n".join(section("Title", lines, on)), on)
    assert got.split("\n") == ["", "Title", *"\n".join(wanted).split("\n")]
    assert list(section("Title", [], on)) == []


def test_what_a_task_costs_to_show_is_a_few_calls() -> None:
    """Rich takes hundreds of calls for a row, and more than that for the lines below."""

    def calls(count: int) -> int:
        tasks = tuple(Task(id=f"T{n:04d}", title=f"Do {n}", line=n) for n in range(1, count + 1))
        frozen = Frozen(
            Plan(path="p", title="P", sha256="", tasks=tasks),
            {task.id: tuple(Step(n, n, f"make {n}") for n in range(1, 9)) for task in tasks},
        )
        seen = 0

        def see(_: FrameType, event: str, __: object) -> None:
            nonlocal seen
            seen += event == "call"

        sys.setprofile(see)
        try:
            plan_table(frozen, (), on=Screen(120))
        finally:
            sys.setprofile(None)
        return seen

    assert calls(200) - calls(100) < 100 * 300
