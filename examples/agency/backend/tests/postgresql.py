"""A PostgreSQL server of our own, where PostgreSQL is installed: in a folder, on a socket.

python tests/postgresql.py COMMAND...     runs it with DATABASE_URL naming such a server
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

# Debian keeps its server programs off PATH.
PLACES = os.pathsep.join(map(str, sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)))
OPTIONS = ["-c", "listen_addresses=", "-c", "fsync=off", "-c", "max_connections=20"]
PATIENCE_S = 30


def program(name: str) -> str | None:
    return shutil.which(name) or shutil.which(name, path=PLACES)


@contextmanager
def server() -> Iterator[str]:
    """Yields the URL of its database `postgres`; everything is gone afterwards."""
    # Not pytest's folder, which nobody else may enter, and short: it will hold a socket.
    folder = Path(tempfile.mkdtemp(prefix="agency-pg-"))
    try:
        as_user = unprivileged(folder)
        initialise(folder, as_user)
        with running(folder, as_user):
            yield f"postgresql://agency@/postgres?host={folder}"
    finally:
        shutil.rmtree(folder)


def unprivileged(folder: Path) -> dict[str, Any]:
    """PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    shutil.chown(folder, "nobody")
    return {"user": "nobody"}


def initialise(folder: Path, as_user: dict[str, Any]) -> None:
    command = [program("initdb"), "--pgdata", folder / "data", "--username", "agency"]
    quick = ["--auth", "trust", "--no-sync", "--no-locale", "--encoding", "UTF8"]
    subprocess.run(
        [*map(str, command), *quick], check=True, capture_output=True, cwd=folder, **as_user
    )


@contextmanager
def running(folder: Path, as_user: dict[str, Any]) -> Iterator[None]:
    command = [str(program("postgres")), "-D", str(folder / "data"), "-k", str(folder), *OPTIONS]
    with (
        (folder / "log").open("w+") as log,
        subprocess.Popen(command, stdout=log, stderr=log, cwd=folder, **as_user) as process,
    ):
        try:
            wait_until_it_answers(process, folder)
            yield
        finally:
            process.send_signal(signal.SIGQUIT)


def wait_until_it_answers(process: subprocess.Popen[bytes], folder: Path) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not answers(folder):
        if time.monotonic() > deadline or process.poll() is not None:
            raise RuntimeError(f"PostgreSQL did not start:\n{(folder / 'log').read_text()}")
        time.sleep(0.02)


def answers(folder: Path) -> bool:
    try:
        psycopg.connect(f"host={folder} user=agency dbname=postgres").close()
    except psycopg.OperationalError:
        return False
    return True


def main(command: list[str]) -> int:
    with server() as url:
        environment = os.environ | {"DATABASE_URL": url}
        return subprocess.run(command, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
