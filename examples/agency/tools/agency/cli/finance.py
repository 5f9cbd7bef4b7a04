"""`cc finance`: invoices."""

from __future__ import annotations

import click

from agency.cli.database import database, money, rows, table

INVOICES = """
    SELECT number, users.name, invoices.status, invoices.amount_cents, issued_on, due_on
    FROM invoices
    JOIN subscriptions ON subscriptions.id = subscription_id
    JOIN users ON users.id = user_id
    ORDER BY issued_on DESC, number DESC"""
STATUSES = ("open", "paid", "void")


@click.group("finance")
def group() -> None:
    """Invoices."""


@group.command("invoice-list")
@click.option("--status", type=click.Choice(STATUSES), help="Only these.")
def invoice_list(status: str | None) -> None:
    """Invoices, the newest first, and the sum of those shown."""
    with database() as connection:
        invoices = [row for row in rows(connection, INVOICES) if status in {None, row[2]}]
    lines = [
        (number, name, state, money(cents), issued, due)
        for number, name, state, cents, issued, due in invoices
    ]
    click.echo(table([("number", "customer", "status", "amount", "issued", "due"), *lines]))
    click.echo(f"{len(lines)} invoices, {money(sum(row[3] for row in invoices))}")
