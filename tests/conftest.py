"""Fixtures for every room: no test ever sees the user's tmux server, or leaves one of its own."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

# A shell's background job, and some CI, begin with Ctrl-C ignored, and every child would, too.
signal.signal(signal.SIGINT, signal.default_int_handler)

# What is found by chance is found on a developer's machine; CI asks the same every time.
hypothesis.settings.register_profile("ci", derandomize=True, deadline=None)
if os.environ.get("CI"):
    hypothesis.settings.load_profile("ci")


@pytest.fixture(autouse=True)
def tmux_socket(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A private socket's name, in TMUXPLAN_SOCKET; its server is killed and it is unlinked.

    The directory is short: a socket's path ends at about 100 bytes.
    """
    folder = Path(tempfile.mkdtemp(prefix="tp-", dir="/tmp"))
    name = f"test-{os.getpid()}"
    monkeypatch.setenv("TMUX_TMPDIR", str(folder))
    monkeypatch.setenv("TMUXPLAN_SOCKET", name)
    monkeypatch.setenv("TMUXPLAN_LOCKS", str(folder / "locks"))
    for leaking in ("TMUX", "TMUX_PANE", "TMUXPLAN_ATTEMPT"):
        monkeypatch.delenv(leaking, raising=False)
    yield name
    tmux = shutil.which("tmux", path=os.defpath + ":/usr/local/bin:/opt/homebrew/bin")
    for socket in folder.glob("tmux-*/*"):
        command = [tmux or "tmux", "-S", str(socket), "kill-server"]
        subprocess.run(command, capture_output=True, check=False)
    shutil.rmtree(folder, ignore_errors=True)
