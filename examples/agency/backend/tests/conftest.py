from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date, datetime, timezone
from itertools import count
from pathlib import Path

import postgresql
import pytest
import signing
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from fastapi.testclient import TestClient
from sqlalchemy import Engine, create_engine, make_url, text
from sqlalchemy.orm import Session

from application import create_app
from db.engine import engine_for
from prepare import migrate
from provision import make_certificate
from seed import seed
from settings import Settings

TODAY = date(2026, 3, 15)
numbers = count(1)


@pytest.fixture(scope="session")
def paypal_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The key that stands for PayPal's, and the store that trusts its certificate."""
    folder = tmp_path_factory.mktemp("paypal")
    make_certificate(folder, datetime.now(timezone.utc))
    return folder


@pytest.fixture(scope="session")
def paypal_key(paypal_folder: Path) -> RSAPrivateKey:
    return signing.private_key(paypal_folder)


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sqlite") / "migrated.db"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """Its databases are copies of `migrated`."""
    if not postgresql.program("initdb"):
        pytest.skip("PostgreSQL is not installed")
    with postgresql.server() as url:
        create_database(url, "migrated", "template0")
        migrate(of_name(url, "migrated"))
        yield url


def of_name(url: str, name: str) -> str:
    return make_url(url).set(database=name).render_as_string(hide_password=False)


def create_database(url: str, name: str, template: str) -> None:
    admin = create_engine(engine_for(url).url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
    admin.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A migrated database with nothing in it, of each kind."""
    if request.param == "sqlite":
        path = tmp_path / "agency.db"
        shutil.copyfile(request.getfixturevalue("migrated_file"), path)
        return f"sqlite:///{path}"
    server: str = request.getfixturevalue("postgresql_server")
    name = f"test_{next(numbers)}"
    create_database(server, name, "migrated")
    return of_name(server, name)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = engine_for(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with Session(engine) as session:
        yield session


@pytest.fixture
def seeded(session: Session) -> Session:
    seed(session, TODAY)
    session.commit()
    return session


@pytest.fixture
def settings(database_url: str, paypal_folder: Path, tmp_path: Path) -> Settings:
    """Everything said, so that neither the environment nor a .env decides what is tested."""
    return Settings(
        stripe_webhook_secret=signing.SECRET,
        paypal_webhook_id=signing.WEBHOOK,
        paypal_certificates=paypal_folder / "certificates",
        webhook_verification=True,
        database_url=database_url,
        log_folder=tmp_path / "logs",
    )


@pytest.fixture
def client(settings: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(settings), raise_server_exceptions=False) as client:
        yield client
