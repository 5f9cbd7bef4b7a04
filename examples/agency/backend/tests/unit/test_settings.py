from __future__ import annotations

from pathlib import Path

import pytest

from settings import Settings, SettingsError, load


@pytest.fixture
def env(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An `.env` of the test's own, and nothing of it in the environment."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    path = tmp_path / ".env"
    monkeypatch.setitem(Settings.model_config, "env_file", path)
    return path


def test_values_are_taken_whole(env: Path) -> None:
    env.write_text("STRIPE_WEBHOOK_SECRET=whsec_a=b==\nPAYPAL_WEBHOOK_ID=WH-1\nOTHER=1\n")
    settings = load()
    assert settings.stripe_webhook_secret.get_secret_value() == "whsec_a=b=="
    assert settings.paypal_webhook_id == "WH-1"
    assert settings.webhook_verification


def test_what_is_missing_or_wrong_is_named_and_no_value_shown(env: Path) -> None:
    env.write_text("STRIPE_WEBHOOK_SECRET=whsec_secret\nWEBHOOK_VERIFICATION=perhaps\n")
    with pytest.raises(SettingsError) as caught:
        load()
    assert "PAYPAL_WEBHOOK_ID, WEBHOOK_VERIFICATION" in str(caught.value)
    assert caught.value.__suppress_context__
    for value in ("whsec_secret", "perhaps"):
        assert value not in str(caught.value) + str(caught.value.__context__)


def test_the_environment_wins(env: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    env.write_text("STRIPE_WEBHOOK_SECRET=whsec_file\nPAYPAL_WEBHOOK_ID=WH-file\n")
    monkeypatch.setenv("PAYPAL_WEBHOOK_ID", "WH-environment")
    assert load().paypal_webhook_id == "WH-environment"
