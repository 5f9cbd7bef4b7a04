"""The example's MCP servers as one program: who ends is named, and nobody is left behind."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

import psutil
import pytest

if TYPE_CHECKING:
    from conftest import Example

AGENCY = Path(__file__).resolve().parents[2] / ".workspace" / "agency"
Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def start(example: Example) -> Iterator[Start]:
    """Starts the program; the line that says how many are up is still to be read."""
    done = example.setup()
    assert done.returncode == 0, done.stderr
    started = []

    def start(*arguments: str) -> subprocess.Popen[str]:
        command = [AGENCY / "mcp-servers" / "start", *arguments]
        pipe = subprocess.PIPE
        started.append(
            subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, start_new_session=True)
        )
        return started[-1]

    yield start
    for process in started:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def up(process: subprocess.Popen[str]) -> list[psutil.Process]:
    """The servers' processes, once all are up."""
    assert process.stdout is not None
    assert process.stdout.readline() == "14 servers up\n"
    return psutil.Process(process.pid).children()


def test_all_are_processes_of_their_own_that_end_with_the_program(start: Start) -> None:
    process = start()
    servers = up(process)
    assert len(servers) == 14
    process.send_signal(signal.SIGTERM)
    assert process.communicate(timeout=30) == ("", "")
    assert process.returncode == 0
    assert [server for server in servers if server.is_running()] == []


def test_one_that_ends_ends_all_and_is_named(start: Start) -> None:
    process = start()
    servers = up(process)
    servers[4].kill()
    out, _ = process.communicate(timeout=30)
    assert out == "FAIL: quota_server (port 8085) ended with status -9\n"
    assert process.returncode == 1
    assert psutil.wait_procs(servers, timeout=30)[1] == []


def test_one_that_ends_leaves_the_others_up_where_that_is_wanted(start: Start) -> None:
    process = start("--keep-going")
    servers = up(process)
    assert process.stdout is not None
    for number, name in ((4, "quota_server (port 8085)"), (9, "recovery_server (port 8090)")):
        servers[number].kill()
        assert process.stdout.readline() == f"FAIL: {name} ended with status -9\n"
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=30)
    assert process.returncode == 1


def test_a_killed_program_leaves_no_server(start: Start) -> None:
    process = start()
    servers = up(process)
    process.kill()
    assert psutil.wait_procs(servers, timeout=30)[1] == []


def test_a_taken_port_is_named_and_the_check_says_which_server_is_missing(start: Start) -> None:
    with HTTPServer(("127.0.0.1", 8085), BaseHTTPRequestHandler) as other:
        Thread(target=other.serve_forever, daemon=True).start()
        process = start("--keep-going", "--then", str(AGENCY / "checks" / "mcp"))
        out, err = process.communicate(timeout=90)
        other.shutdown()
    assert "address already in use" in err
    assert "FAIL: quota_server (port 8085) ended with status 3\n13 servers up\n" in out
    assert "FAIL: 1 of 14 servers down: quota_server\n" in out
    assert "FAIL: quota_server (port 8085): /health answers 501, which is no JSON\n" in out
    assert out.endswith("13 of 14 MCP servers passed\n")
    assert process.returncode == 1


def test_a_proxy_of_the_environment_is_not_asked(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setitem(os.environ, name, "http://127.0.0.1:9")
    process = start("--then", str(AGENCY / "checks" / "mcp"))
    out, _ = process.communicate(timeout=60)
    assert out.endswith("14 of 14 MCP servers passed\n")
    assert process.returncode == 0
