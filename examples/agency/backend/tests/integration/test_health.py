from __future__ import annotations

from fastapi.testclient import TestClient
from sqlalchemy import Engine, text


def test_healthy(client: TestClient, engine: Engine) -> None:
    answer = client.get("/health")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ok", "database": engine.name, "revision": "0002"}


def test_without_a_database_it_is_not(client: TestClient, engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE alembic_version"))
    answer = client.get("/health")
    assert answer.status_code == 503
    assert "does not answer" in answer.json()["detail"]


def test_without_migrations_it_is_not(client: TestClient, engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM alembic_version"))
    answer = client.get("/health")
    assert answer.status_code == 503
    assert "alembic upgrade head" in answer.json()["detail"]


def test_each_answer_has_a_number_of_its_own(client: TestClient) -> None:
    numbers = {client.get(path).headers["X-Request-ID"] for path in ("/health", "/health", "/no")}
    assert len(numbers) == 3
