"""`cc sales`: what is sold."""

from __future__ import annotations

import click

from agency.cli.database import database, money, rows, table

PRODUCTS = """
    SELECT plan, period, max(amount_cents), count(DISTINCT subscriptions.id), sum(licenses.seats)
    FROM subscriptions LEFT JOIN licenses ON licenses.subscription_id = subscriptions.id
    WHERE status = 'active' GROUP BY plan, period ORDER BY 3"""


@click.group("sales")
def group() -> None:
    """What is sold."""


@group.command("products-list")
def products_list() -> None:
    """Plans that somebody pays for: price, subscriptions, seats."""
    with database() as connection:
        products = rows(connection, PRODUCTS)
    lines = [
        (plan, f"{money(cents)} a {period}", sold, seats or 0)
        for plan, period, cents, sold, seats in products
    ]
    click.echo(table([("product", "price", "sold", "seats"), *lines]))
    click.echo(f"{len(lines)} products")
