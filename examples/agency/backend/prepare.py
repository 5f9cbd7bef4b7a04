"""`python -m prepare`: a database at the newest migration, with the demo's data in it."""

from __future__ import annotations

import sys
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import make_url
from sqlalchemy.exc import OperationalError

import seed
from settings import BACKEND, DatabaseSettings


def prepare(database_url: str) -> None:
    """SQLite starts from nothing; another database is upgraded, since it is not ours to drop."""
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite" and url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
        Path(url.database).unlink(missing_ok=True)
    migrate(database_url)
    seed.seed_database(database_url)


def migrate(database_url: str) -> None:
    config = Config(BACKEND / "alembic.ini")
    # An URL may hold a %, which means something in this file's format.
    config.set_main_option("sqlalchemy.url", database_url.replace("%", "%%"))
    config.attributes["logging"] = False
    command.upgrade(config, "head")


if __name__ == "__main__":
    try:
        prepare(DatabaseSettings().database_url)
    except seed.NotOursError as error:
        sys.exit(f"prepare: {error}")
    except OperationalError as error:
        sys.exit(f"prepare: the database of DATABASE_URL can't be used: {error.orig}")
