"""The backend's checks by themselves, and the backend on a real PostgreSQL."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Example

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ROOT / "examples/agency"
WORKSPACE = Path(os.environ.get("AGENCY_WORKSPACE", ROOT / ".workspace/agency"))
# A line of .env -> what the check has to say of it; "" where it is fine.
LINES = {
    "GOOD=sk_live_1": "",
    "ENDS_IN_EQUALS=c2VjcmV0IQ==": "",
    "EQUALS=a=your_b=c": "",
    "QUOTED='with # and spaces'": "",
    "export EXPORTED=value": "",
    "SPACED = value": "",
    "COMMENTED=value # your_value": "",
    "EMPTY=": "empty",
    'EMPTY_QUOTES=""': "empty",
    "ONLY_A_COMMENT= # later": "empty",
    "PLACEHOLDER=your_stripe_key": "placeholder",
    "QUOTED_PLACEHOLDER='YOUR-KEY-HERE'": "placeholder",
    "ANGLES=<put it here>": "placeholder",
    "CHANGE=change-me": "placeholder",
    "CROSSES=xxxx": "placeholder",
    "TWICE=one\nTWICE=two": "set 2 times",
    "#MISSING=value": "missing",
}


def key_of(line: str) -> str:
    return line.removeprefix("export ").lstrip("#").partition("=")[0].strip()


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """Only the checks, with an `.env` that asks for nothing in `backend`."""
    shutil.copytree(SOURCES / "checks", tmp_path / "checks")
    (tmp_path / "backend").mkdir()
    for name in (".env", ".env.example"):
        (tmp_path / "backend" / name).write_text("PAYPAL_WEBHOOK_ID=WH-1\n")
    return tmp_path


def check(workspace: Path, name: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [workspace / "checks" / name],
        env={**os.environ, **env},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_audit_judges_each_key_and_prints_no_value(workspace: Path) -> None:
    (workspace / ".env.example").write_text("".join(f"{key_of(line)}=your_x\n" for line in LINES))
    (workspace / ".env").write_text("\n".join(LINES) + "\n")
    done = check(workspace, "environment")
    said = {line.split()[2]: line for line in done.stdout.splitlines() if " is set" in line}
    for line, wrong in LINES.items():
        assert said[key_of(line)].startswith("FAIL: " if wrong else "PASS: "), said[key_of(line)]
        assert wrong in said[key_of(line)]
    assert done.returncode == 1
    for value in ("sk_live_1", "c2VjcmV0", "your_", "spaces", "two", "put it here"):
        assert value not in done.stdout + done.stderr


def test_the_audit_passes_what_its_own_example_asks_for(workspace: Path) -> None:
    (workspace / ".env.example").write_text("# NOT_ASKED=your_x\nASKED=your_x\n")
    (workspace / ".env").write_text("ASKED=value\n")
    done = check(workspace, "environment")
    assert (done.returncode, "FAIL" in done.stdout) == (0, False)


def test_the_audit_says_which_file_is_missing(workspace: Path) -> None:
    (workspace / ".env.example").write_text("ASKED=your_x\n")
    done = check(workspace, "environment")
    assert done.returncode == 1
    assert "FAIL: .env exists (copy it from .env.example)" in done.stdout


def test_without_a_server_every_check_of_the_api_fails(workspace: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and nobody listens there
        done = check(workspace, "api", PORT=str(taken.getsockname()[1]))
    assert done.returncode == 1
    assert done.stdout.count("FAIL: ") == len(done.stdout.splitlines()) > 0
    assert done.stderr == ""


POSTGRESQL = """
set -eu
(cd backend && .venv/bin/python -m prepare && .venv/bin/alembic check)
checks/database
breaks/database
if checks/database; then exit 9; fi
"""


@pytest.mark.slow
def test_the_migrations_on_postgresql(example: Example) -> None:
    if not shutil.which("initdb") and not list(Path("/usr/lib/postgresql").glob("*/bin/initdb")):
        pytest.skip("PostgreSQL is not installed")
    ready = example.setup()
    assert ready.returncode == 0, ready.stderr
    server = ["backend/.venv/bin/python", "backend/tests/postgresql.py"]
    done = subprocess.run(
        [*server, "sh", "-c", POSTGRESQL],
        cwd=WORKSPACE,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done
    assert "PASS: the database answers, postgresql" in done.stdout
    assert done.stdout.count("PASS: the models and the database agree") == 1
    assert "FAIL: the models and the database agree (add_table coupons)" in done.stdout
