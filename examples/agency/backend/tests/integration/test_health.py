from __future__ import annotations

import asyncio

import httpx2
from fastapi.testclient import TestClient
from sqlalchemy import Engine, text

from application import create_app
from settings import Settings


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


async def test_requests_at_the_same_time_have_numbers_of_their_own(settings: Settings) -> None:
    transport = httpx2.ASGITransport(app=create_app(settings))
    async with httpx2.AsyncClient(transport=transport, base_url="http://backend") as client:
        answers = await asyncio.gather(*(client.get("/docs") for _ in range(5)))
    assert len({answer.headers["X-Request-ID"] for answer in answers}) == 5
