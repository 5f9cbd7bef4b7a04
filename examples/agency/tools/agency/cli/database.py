"""Questions to the backend's database, which this program never writes to."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Protocol

import click

from agency.workspace import ROOT, database_url

Row = tuple[Any, ...]


class Cursor(Protocol):
    def fetchall(self) -> list[Row]: ...


class Connection(Protocol):
    """What SQLite's and PostgreSQL's connections have in common."""

    def execute(self, query: str, /) -> Cursor: ...

    def close(self) -> None: ...


@contextmanager
def database() -> Iterator[Connection]:
    """Open for reading; what is wrong with it is said in a line."""
    url = database_url()
    scheme, _, rest = url.partition("://")
    if scheme.startswith("sqlite"):
        opened = sqlite(Path(rest[1:]))
    elif scheme.startswith("postgres"):
        opened = postgresql(f"postgresql://{rest}")
    else:
        raise click.ClickException(f"DATABASE_URL is {scheme}://…; cc reads sqlite and postgresql")
    with closing(opened) as connection:
        yield connection


def sqlite(path: Path) -> Connection:
    path = ROOT / "backend" / path  # a relative one is the backend's
    if not path.is_file():
        raise click.ClickException(f"there is no database {path}; backend/install makes it")
    return sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)


def postgresql(url: str) -> Connection:
    import psycopg  # noqa: PLC0415  # slow, and few need it

    try:
        return psycopg.connect(url)
    except psycopg.OperationalError as error:
        why = str(error).splitlines()[0]
        raise click.ClickException(f"PostgreSQL does not let us in: {why}") from None


def rows(connection: Connection, query: str) -> list[Row]:
    """An unknown table or column is the database's fault, not ours to trace."""
    try:
        return connection.execute(query).fetchall()
    except Exception as error:
        remedy = "migrate it: (cd backend && .venv/bin/alembic upgrade head)"
        raise click.ClickException(f"the database does not answer: {error}; {remedy}") from error


def money(cents: int) -> str:
    """123456 -> "$1,234.56" """
    return f"${cents / 100:,.2f}"


def table(lines: list[Row]) -> str:
    """Columns as wide as their widest cell; numbers and amounts end on the right."""
    texts = [[str(cell) for cell in line] for line in lines]
    widths = [max(map(len, column)) for column in zip(*texts, strict=True)]
    return "\n".join("  ".join(map(pad, line, widths)).rstrip() for line in texts)


def pad(cell: str, width: int) -> str:
    return cell.rjust(width) if cell.lstrip("$-")[:1].isdigit() else cell.ljust(width)
