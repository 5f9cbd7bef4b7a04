"""The database has the tables that we live on, at the newest migration, as the models say.

Looks only: `alembic upgrade head` is what mends. Runs on the backend's Python.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from report import expect, finish
from sqlalchemy import Connection, func, inspect, select
from sqlalchemy.exc import SQLAlchemyError

BACKEND = Path(__file__).resolve().parents[2] / "backend"
sys.path.insert(0, str(BACKEND))

from alembic.autogenerate import compare_metadata  # noqa: E402 - the path first
from alembic.config import Config  # noqa: E402
from alembic.migration import MigrationContext  # noqa: E402
from alembic.script import ScriptDirectory  # noqa: E402
from db.engine import engine_for  # noqa: E402
from models import Base  # noqa: E402
from settings import DatabaseSettings  # noqa: E402

TABLES = ("subscriptions", "invoices", "licenses", "users")


def check_tables(connection: Connection) -> None:
    there = set(inspect(connection).get_table_names())
    for name in TABLES:
        if expect(name in there, f"table {name} exists"):
            rows = connection.scalar(select(func.count()).select_from(Base.metadata.tables[name]))
            expect(bool(rows), f"table {name} has rows")


def check_revision(context: MigrationContext) -> None:
    newest = ScriptDirectory.from_config(Config(BACKEND / "alembic.ini")).get_heads()
    if expect(len(newest) == 1, "the migrations have one head", f"they have {newest}"):
        current = context.get_current_revision()
        expect(current == newest[0], f"the database is at {newest[0]}", f"it is at {current}")


def check_drift(context: MigrationContext) -> None:
    differences = [words(difference) for difference in compare_metadata(context, Base.metadata)]
    expect(not differences, "the models and the database agree", "; ".join(differences))


def words(difference: Any) -> str:
    """`add_table coupons`: what a migration would have to do, and to what."""
    if isinstance(difference, list):
        return "; ".join(words(one) for one in difference)
    kind, *what = difference
    names = [getattr(thing, "name", None) or thing for thing in what]
    return " ".join([kind, *(name for name in names if isinstance(name, str))])


def main() -> None:
    engine = engine_for(DatabaseSettings().database_url)
    try:
        with engine.connect() as connection:
            expect(True, f"the database answers, {engine.dialect.name}")
            context = MigrationContext.configure(connection)
            check_tables(connection)
            check_revision(context)
            check_drift(context)
    except SQLAlchemyError as error:
        expect(False, "the database can be read", str(error).splitlines()[0])
    finish()


if __name__ == "__main__":
    main()
