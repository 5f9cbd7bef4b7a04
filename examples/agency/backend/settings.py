"""What the service is told from outside: the environment first, then `backend/.env`."""

from __future__ import annotations

from pathlib import Path

from pydantic import SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

BACKEND = Path(__file__).resolve().parent
VAR = BACKEND.parent / "var"


class Settings(BaseSettings):
    """Every setting, by its name in capitals; one without a default has to be set."""

    model_config = SettingsConfigDict(
        env_file=BACKEND / ".env",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        # A message about one missing secret would quote all the others.
        hide_input_in_errors=True,
    )

    stripe_webhook_secret: SecretStr
    paypal_webhook_id: str
    paypal_certificates: Path = VAR / "paypal" / "certificates"
    # For a developer's machine only: off, anybody can report a payment. checks/webhooks sees it.
    webhook_verification: bool = True
    database_url: str = f"sqlite:///{VAR / 'agency.db'}"
    log_folder: Path = BACKEND / "logs"


class DatabaseSettings(BaseSettings):
    """The part that migrations and seed data need, so that they ask for no secret."""

    model_config = Settings.model_config

    database_url: str = f"sqlite:///{VAR / 'agency.db'}"


class SettingsError(Exception):
    """Which settings are missing or wrong, and where they are explained; no value."""


def load() -> Settings:
    """Raises SettingsError."""
    try:
        return Settings()
    except ValidationError as error:
        names = ", ".join(str(problem["loc"][0]).upper() for problem in error.errors())
        raise SettingsError(f"missing or wrong: {names}; see backend/.env.example") from None
