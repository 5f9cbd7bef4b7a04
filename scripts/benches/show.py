"""Rows as text: the terminal's table, and the same in Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from benches.measure import Series, ratio
from benches.row import Goal, Row, every

HEAD = ("work", "measure", "who", "median", "min..max", "ratio", "wanted", "aim")


def number(value: float) -> str:
    """Three digits that matter."""
    if value >= 1000:
        return f"{value:,.0f}"
    return f"{value:.0f}" if value >= 100 else f"{value:.{2 if value < 10 else 1}f}"


def lines(row: Row) -> list[tuple[str, ...]]:
    """The row's cells: ours first, then each other with our figure over theirs."""
    first = (row.work, row.measure, *_figures(row.ours), "", *_goals(row))
    rest = [
        ("", "", *_figures(one), f"{number(ratio(row.ours, one))} ×", "", "") for one in row.others
    ]
    missing = [("", "", name, "not measured", "", "", "", "") for name in row.missing]
    notes = [("", f"({note})", "", "", "", "", "", "") for note in row.notes]
    return [first, *rest, *missing, *notes]


def _figures(series: Series) -> tuple[str, str, str]:
    low, high = min(series.values), max(series.values)
    return series.name, number(series.median), f"{number(low)}..{number(high)}"


def _goals(row: Row) -> tuple[str, str]:
    return _goal(row, row.wanted), _goal(row, row.aim)


def _goal(row: Row, goals: Sequence[Goal]) -> str:
    if not goals:
        return ""
    reached = every(goal.reached(row) for goal in goals)
    said = {True: "reached", False: "NOT reached", None: "not measured"}[reached]
    return f"{', '.join(goal.text for goal in goals)}: {said}"


def table(rows: Iterable[Row]) -> str:
    """For a terminal."""
    cells = [HEAD, *(line for row in rows for line in lines(row))]
    widths = [max(len(line[i]) for line in cells) for i in range(len(HEAD))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in cells
    )


def markdown(rows: Iterable[Row]) -> str:
    """For a page."""
    cells = [HEAD, ("---",) * len(HEAD), *(line for row in rows for line in lines(row))]
    return "\n".join(f"| {' | '.join(line)} |" for line in cells)
