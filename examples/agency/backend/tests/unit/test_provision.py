from __future__ import annotations

import stat
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from signing import private_key

from provision import filled, make_certificate, provision
from settings import Settings

EXAMPLE = "# keep=your_comment\nSTRIPE_WEBHOOK_SECRET=your_secret\nPORT=8000\n# X=your_x\n"


def test_placeholders_get_values_and_nothing_else_changes() -> None:
    comment, secret, *rest = filled(EXAMPLE, b"seed").splitlines()
    assert comment == "# keep=your_comment"
    assert secret.startswith("STRIPE_WEBHOOK_SECRET=whsec_")
    assert secret.endswith("=")
    assert rest == ["PORT=8000", "# X=your_x"]


def test_values_are_their_keys_own() -> None:
    assert filled(EXAMPLE, b"seed") == filled(EXAMPLE, b"seed")
    assert filled(EXAMPLE, b"seed") != filled(EXAMPLE, b"other")
    first, second = filled("A=your_a\nB=your_b", b"seed").splitlines()
    assert first.partition("=")[2] != second.partition("=")[2]


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    (tmp_path / "backend").mkdir()
    (tmp_path / ".env.example").write_text("PAYPAL_CLIENT_ID=your_paypal_client_id\n")
    (tmp_path / "backend" / ".env.example").write_text(EXAMPLE)
    return tmp_path


def test_a_second_time_changes_nothing(workspace: Path) -> None:
    provision(workspace, workspace / "var")
    before = {path: path.read_bytes() for path in workspace.rglob("*") if path.is_file()}
    provision(workspace, workspace / "var")
    assert {path: path.read_bytes() for path in before} == before


def test_secrets_are_their_owners(workspace: Path) -> None:
    provision(workspace, workspace / "var")
    made = [workspace / ".env", workspace / "backend" / ".env"]
    made += [path for path in (workspace / "var").rglob("*") if path.is_file()]
    assert len(made) == 5
    assert {stat.S_IMODE(path.stat().st_mode) for path in made} == {0o600}


def test_the_service_reads_what_was_made_whole(
    workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (workspace / "backend" / ".env.example").write_text(EXAMPLE + "PAYPAL_WEBHOOK_ID=your_id\n")
    provision(workspace, workspace / "var")
    for name in ("STRIPE_WEBHOOK_SECRET", "PAYPAL_WEBHOOK_ID"):
        monkeypatch.delenv(name, raising=False)
    settings = Settings(_env_file=workspace / "backend" / ".env")
    written = (workspace / "backend" / ".env").read_text()
    secret = settings.stripe_webhook_secret.get_secret_value()
    assert f"STRIPE_WEBHOOK_SECRET={secret}\n" in written
    assert secret not in repr(settings)


def test_a_certificate_is_renewed_on_its_last_day(tmp_path: Path) -> None:
    now = datetime.now(timezone.utc)
    make_certificate(tmp_path, now)
    first = private_key(tmp_path).private_numbers()
    make_certificate(tmp_path, now + timedelta(days=363))
    assert private_key(tmp_path).private_numbers() == first
    make_certificate(tmp_path, now + timedelta(days=365))
    assert private_key(tmp_path).private_numbers() != first
