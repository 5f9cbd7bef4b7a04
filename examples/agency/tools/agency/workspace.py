"""Where things are: the package is installed from inside the workspace, so its place says it."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VAR = ROOT / "var"
APPS = ("dashboard", "docs", "web")


def database_url() -> str:
    """The same as the backend's: the environment, then backend/.env, then a file in var/."""
    return os.environ.get("DATABASE_URL") or from_env_file() or f"sqlite:///{VAR / 'agency.db'}"


def from_env_file() -> str:
    path = ROOT / "backend" / ".env"
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    values = dict(line.split("=", 1) for line in lines if "=" in line and line[0] != "#")
    return values.get("DATABASE_URL", "").strip("\"' ")
