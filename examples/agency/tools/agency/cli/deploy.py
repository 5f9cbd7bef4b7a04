"""`cc deploy`: what is deployed, and whether it works."""

from __future__ import annotations

import urllib.error
import urllib.request

import click

from agency.cli.database import database, rows, table
from agency.workspace import APPS, ROOT

TABLES = ("subscriptions", "invoices", "licenses", "users")


@click.group("deploy")
def group() -> None:
    """What is deployed, and whether it works."""


@group.command()
@click.option("--url", help="Where the API should answer; not asked without.")
def health(url: str | None) -> None:
    """The database, the front ends and the API; fails when one of them is broken.

    What is not built or not asked is said, and is no failure: nobody claimed that it runs.
    """
    parts = [("database", database_health()), *((app, app_health(app)) for app in APPS)]
    parts.append(("api", api_health(url) if url else "not asked (--url)"))
    click.echo(table(parts))
    broken = [name for name, state in parts if state.startswith("broken")]
    if broken:
        raise click.ClickException(f"broken: {', '.join(broken)}")
    click.echo("nothing is broken")


def database_health() -> str:
    try:
        with database() as connection:
            found = [rows(connection, f"SELECT count(*) FROM {name}")[0][0] for name in TABLES]
    except click.ClickException as error:
        return f"broken: {error.message}"
    return "ok: " + ", ".join(f"{n} {name}" for n, name in zip(found, TABLES, strict=True))


def app_health(app: str) -> str:
    built = (ROOT / "apps" / app / "dist" / "index.html").is_file()
    return "ok: built" if built else "not built"


def api_health(url: str) -> str:
    try:
        with urllib.request.urlopen(f"{url.rstrip('/')}/health", timeout=5) as answer:
            return f"ok: {answer.status}"
    except (urllib.error.URLError, ValueError) as error:
        return f"broken: {error}"
