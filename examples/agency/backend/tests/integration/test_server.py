"""The service as it is started for real."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from urllib.request import ProxyHandler, build_opener

import signing

from prepare import prepare

BACKEND = Path(__file__).resolve().parents[2]


def test_uvicorn_serves_main(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'var' / 'agency.db'}"
    prepare(url)
    environment = os.environ | {
        "DATABASE_URL": url,
        "LOG_FOLDER": str(tmp_path / "logs"),
        "STRIPE_WEBHOOK_SECRET": signing.SECRET,
        "PAYPAL_WEBHOOK_ID": signing.WEBHOOK,
    }
    command = [sys.executable, "-m", "uvicorn", "main:app", "--port", "0"]
    with subprocess.Popen(
        command, cwd=BACKEND, env=environment, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stderr is not None
            address = next(filter(None, map(address_in, process.stderr)))
            with build_opener(ProxyHandler({})).open(f"{address}/health", timeout=10) as answer:
                assert json.load(answer)["status"] == "ok"
        finally:
            process.terminate()
    assert (tmp_path / "logs" / "backend.log").exists()


def address_in(line: str) -> str | None:
    found = re.search(r"running on (http://\S+)", line)
    return found[1] if found else None
