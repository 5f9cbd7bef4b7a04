"""`cc revenue`: what comes in, now and in the next months."""

from __future__ import annotations

import json
from pathlib import Path

import click

from agency.cli.database import Connection, Row, database, money, rows, table
from agency.workspace import VAR

# Exact in cents: a twelfth of a yearly amount need not be whole.
YEARLY = """
    SELECT plan, count(*), sum(CASE period WHEN 'year' THEN amount_cents ELSE amount_cents * 12 END)
    FROM subscriptions WHERE status = 'active' GROUP BY plan ORDER BY plan"""
OUTSTANDING = "SELECT count(*), coalesce(sum(amount_cents), 0) FROM invoices WHERE status = 'open'"
PAID = """
    SELECT substr(CAST(paid_on AS text), 1, 7) AS month, sum(amount_cents)
    FROM invoices WHERE status = 'paid' GROUP BY 1 ORDER BY 1"""

dry_run = click.option("--dry-run", is_flag=True, help="Do all the work, but write no file.")


@click.group("revenue")
def group() -> None:
    """What comes in, now and in the next months."""


@group.command()
@dry_run
def dashboard(dry_run: bool) -> None:
    """Recurring revenue by plan, and what is outstanding; kept in var/reports."""
    with database() as connection:
        plans = rows(connection, YEARLY)
        [(invoices, outstanding)] = rows(connection, OUTSTANDING)
    yearly = sum(cents for _, _, cents in plans)
    click.echo(table([("plan", "active", "a month"), *map(plan_row, plans)]))
    click.echo(f"monthly recurring revenue: {money(round(yearly / 12))}")
    click.echo(f"yearly recurring revenue: {money(yearly)}")
    click.echo(f"outstanding: {money(outstanding)} in {invoices} invoices")
    report = {"mrr_cents": round(yearly / 12), "arr_cents": yearly, "outstanding": outstanding}
    keep("dashboard", report, dry_run)


def plan_row(plan: Row) -> Row:
    name, active, yearly = plan
    return name, active, money(round(yearly / 12))


@group.command()
@click.option("--months", default=3, show_default=True, type=click.IntRange(1, 24))
@dry_run
def forecast(months: int, dry_run: bool) -> None:
    """What the next months pay if the past ones' trend goes on; kept in var/reports."""
    with database() as connection:
        paid = paid_by_month(connection)
    if len(paid) < 2:
        raise click.ClickException("a forecast needs two months with paid invoices")
    coming = extend(paid, months)
    click.echo(table([("month", "paid"), *((name, money(cents)) for name, cents in paid.items())]))
    click.echo(table([("month", "forecast"), *((m, money(c)) for m, c in coming.items())]))
    keep("forecast", coming, dry_run)


def paid_by_month(connection: Connection) -> dict[str, int]:
    """`2026-01` to cents; months in which nothing was paid count as 0."""
    found = {month: int(cents) for month, cents in rows(connection, PAID)}
    if not found:
        return {}
    month, paid = min(found), {}
    while month <= max(found):
        paid[month] = found.get(month, 0)
        month = following(month)
    return paid


def extend(paid: dict[str, int], months: int) -> dict[str, int]:
    """The least-squares line through the past months, and never less than nothing."""
    n, values = len(paid), list(paid.values())
    middle, mean = (n - 1) / 2, sum(values) / n
    spread = sum((x - middle) ** 2 for x in range(n))
    slope = sum((x - middle) * (value - mean) for x, value in enumerate(values)) / spread
    coming, month = {}, max(paid)
    for x in range(n, n + months):
        month = following(month)
        coming[month] = max(0, round(mean + slope * (x - middle)))
    return coming


def following(month: str) -> str:
    year, number = map(int, month.split("-"))
    return f"{year + number // 12:04}-{number % 12 + 1:02}"


def keep(name: str, report: dict[str, int], dry_run: bool) -> None:
    path: Path = VAR / "reports" / f"{name}.json"
    if dry_run:
        click.echo(f"dry run: {path.name} was not written")
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    click.echo(f"written: {path}")
