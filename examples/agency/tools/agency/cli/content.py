"""`cc content`: drafts of texts."""

from __future__ import annotations

import re
from string import Template

import click

from agency.cli.database import database, money, rows
from agency.workspace import VAR

FACTS = """
    SELECT count(*), count(DISTINCT plan), min(amount_cents)
    FROM subscriptions WHERE status = 'active'"""

DRAFT = Template("""\
# $topic

*Draft. Replace what is in brackets; the numbers are from the database.*

[Why $topic matters to a small agency, in two sentences.]

## What customers do today

$customers customers work with us on $plans plans, the smallest from $price.
[What one of them said about $topic.]

## Next step

[One thing that the reader can do this week.]
""")


@click.group("content")
def group() -> None:
    """Drafts of texts."""


@group.command()
@click.option("--topic", required=True, help="What the text is about.")
@click.option("--dry-run", is_flag=True, help="Print the draft, but write no file.")
def generate(topic: str, dry_run: bool) -> None:
    """An article's draft with the current numbers in it, in var/content."""
    name = re.sub(r"[^a-z0-9]+", "-", topic.lower()).strip("-")
    if not name:
        raise click.BadParameter("has no letter or digit", param_hint="--topic")
    with database() as connection:
        [(customers, plans, cents)] = rows(connection, FACTS)
    draft = DRAFT.substitute(topic=topic, customers=customers, plans=plans, price=money(cents or 0))
    path = VAR / "content" / f"{name}.md"
    click.echo(draft)
    if dry_run:
        click.echo(f"dry run: {path.name} was not written")
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(draft, encoding="utf-8")
    click.echo(f"written: {path}")
