from __future__ import annotations

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.exc import IntegrityError

from db.engine import engine_for


@pytest.mark.parametrize(
    ("given", "driver"),
    [
        ("sqlite:///agency.db", "sqlite"),
        ("postgres://user:pass@host/agency", "postgresql+psycopg"),
        ("postgresql://user:pass@host/agency", "postgresql+psycopg"),
        ("postgresql+psycopg://user:pass@host/agency", "postgresql+psycopg"),
    ],
)
def test_the_driver_of_an_url(given: str, driver: str) -> None:
    url = engine_for(given).url
    assert url.drivername == driver
    assert url.password == make_url(given).password


def test_sqlite_minds_foreign_keys() -> None:
    engine = engine_for("sqlite://")
    with engine.connect() as connection:
        connection.execute(text("CREATE TABLE a (id INTEGER PRIMARY KEY)"))
        connection.execute(text("CREATE TABLE b (a INTEGER REFERENCES a (id))"))
        with pytest.raises(IntegrityError):
            connection.execute(text("INSERT INTO b VALUES (1)"))
    engine.dispose()
