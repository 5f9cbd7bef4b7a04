"""Alembic's entry: against the database of the settings, compared with the models."""

from __future__ import annotations

from logging.config import fileConfig

from alembic import context

from db.engine import engine_for
from models import Base
from settings import DatabaseSettings

config = context.config
if config.config_file_name is not None and config.attributes.get("logging", True):
    fileConfig(config.config_file_name, disable_existing_loggers=False)


def migrate() -> None:
    url = config.get_main_option("sqlalchemy.url") or DatabaseSettings().database_url
    engine = engine_for(url)
    with engine.connect() as connection:
        # Batches, because SQLite can't alter a table in place.
        context.configure(
            connection=connection, target_metadata=Base.metadata, render_as_batch=True
        )
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()


if context.is_offline_mode():
    raise SystemExit("migrations are run against a database; --sql is not supported")
migrate()
