"""Engines for SQLite (the default) and PostgreSQL, from one URL."""

from __future__ import annotations

from typing import Any

from sqlalchemy import URL, Engine, create_engine, event, make_url


def engine_for(database_url: str) -> Engine:
    """An engine that has not connected yet; raises ArgumentError for text that is no URL."""
    url = with_driver(make_url(database_url))
    engine = create_engine(url, pool_pre_ping=True)
    if url.get_backend_name() == "sqlite":
        event.listen(engine, "connect", enforce_foreign_keys)
    return engine


def with_driver(url: URL) -> URL:
    """`postgres://` and `postgresql://`, as hosts hand them out, mean psycopg 3 here."""
    if url.drivername in {"postgres", "postgresql"}:
        return url.set(drivername="postgresql+psycopg")
    return url


def enforce_foreign_keys(connection: Any, _record: object) -> None:
    """SQLite ignores foreign keys unless each connection asks for them."""
    connection.execute("PRAGMA foreign_keys = ON")
