"""What `readiness` proves: each function says what is wrong, or nothing."""

from __future__ import annotations

import json
import stat
import subprocess
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

from cryptography import x509

from agency.checks.lines import first_failure
from agency.cli.database import database, rows
from agency.workspace import APPS, ROOT, VAR

LARGEST = 250_000  # bytes of an app's assets
NO_ASSETS = "there are no assets; run pnpm build"
MONTH = timedelta(days=30)
SKIPPED = {".venv", "node_modules", "dist", "var", "logs", ".env", "__pycache__"}
SOURCES = {".py", ".ts", ".html", ".md", ".json", ".yaml", ".toml", ".ini", ".example", ".sh", ""}


def check(name: str) -> Callable[[], str]:
    """Another of the checks, as a whole."""

    def proof() -> str:
        command = str(ROOT / "checks" / name)
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode == 0:
            return ""
        return first_failure(done.stdout) or f"checks/{name} ended with status {done.returncode}"

    return proof


def health() -> str:
    command = [str(ROOT / ".venv" / "bin" / "cc"), "deploy", "health"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else done.stderr.strip()


def addresses() -> str:
    if not any(assets()):
        return NO_ASSETS
    for path in assets():
        for name in (b"localhost", b"127.0.0.1"):
            if name in path.read_bytes():
                return f"{path.relative_to(ROOT)} has {name.decode()}"
    return ""


def sizes() -> str:
    if not any(assets()):
        return NO_ASSETS
    for app in APPS:
        size = sum(path.stat().st_size for path in assets(app))
        if size > LARGEST:
            return f"{app} has {size} bytes, more than {LARGEST}"
    return ""


def assets(app: str = "*") -> Iterator[Path]:
    return (ROOT / "apps").glob(f"{app}/dist/assets/*")


def secrets() -> str:
    from mcp_servers.security_server import find_secrets  # noqa: PLC0415  # the SDK takes a while

    for path in sources(ROOT):
        text = path.read_text(encoding="utf-8", errors="replace")
        if found := find_secrets(text):
            return f"{path.relative_to(ROOT)}, {found[0]}"
    return ""


def sources(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        if path.name in SKIPPED or path.is_symlink():
            continue
        if path.is_dir():
            yield from sources(path)
        elif path.suffix in SOURCES:
            yield path


def modes() -> str:
    for path in (ROOT / ".env", ROOT / "backend" / ".env"):
        if not path.is_file():
            return f"there is no {path.relative_to(ROOT)}"
        if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            return f"others may read {path.relative_to(ROOT)}; chmod 600 it"
    return ""


def certificates() -> str:
    found = list((VAR / "paypal" / "certificates").glob("*.pem"))
    if not found:
        return "there are none in var/paypal/certificates; backend/install makes one"
    for path in found:
        until = x509.load_pem_x509_certificate(path.read_bytes()).not_valid_after_utc
        if until < datetime.now(timezone.utc) + MONTH:
            return f"{path.name} ends on {until:%Y-%m-%d}"
    return ""


def logs() -> str:
    found = list((ROOT / "backend" / "logs").glob("*.log"))
    if not found:
        return "there is none in backend/logs; the API writes one when it runs"
    for path in found:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if not is_event(line):
                return f"{path.relative_to(ROOT)}:{number} is not an event"
    return ""


def is_event(line: str) -> bool:
    try:
        return {"at", "level", "message"} <= set(json.loads(line))
    except (ValueError, TypeError):
        return False


def licenses() -> str:
    return subscriptions_without(
        "SELECT 1 FROM licenses WHERE subscription_id = subscriptions.id"
        f" AND expires_on > '{date.today()}'",
        "a license",
    )


def billing() -> str:
    return subscriptions_without(
        "SELECT 1 FROM invoices WHERE subscription_id = subscriptions.id AND status != 'void'",
        "an invoice",
    )


def subscriptions_without(query: str, what: str) -> str:
    found = ask(f"SELECT id FROM subscriptions WHERE status = 'active' AND NOT EXISTS ({query})")
    return f"subscription {found[0]} has not {what}" if found else ""


def invoices() -> str:
    numbers = sorted(
        int(number.rpartition("-")[2]) for number in ask("SELECT number FROM invoices")
    )
    if numbers != list(range(1, len(numbers) + 1)):
        return "the numbers have a gap"
    wrong = ask("SELECT number FROM invoices WHERE (status = 'paid') != (paid_on IS NOT NULL)")
    return f"{wrong[0]} is paid without a day, or has a day and is not paid" if wrong else ""


def ask(query: str) -> list[str]:
    """The first column, as text; raises click's error where the database can't be asked."""
    with database() as connection:
        return [str(row[0]) for row in rows(connection, query)]
