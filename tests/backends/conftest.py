"""A backend with a run's folder, driven through the protocol as the loop does."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec
import psutil
import pytest

from tmuxplan.backends.choose import make
from tmuxplan.events import AttemptEnded, AttemptStarted, Event, LeftoverFound
from tmuxplan.run.backend import Attempt, Backend, RunInfo, Window

RUN = "20261122-101530-7f3a"


class Rig:
    """One open backend. `ended(task)` polls until that attempt has ended."""

    def __init__(self, backend: Backend, base: Path) -> None:
        self.backend, self.base = backend, base
        self.session = f"demo-{RUN}"
        self.events: list[Event] = []
        self.nonces: set[str] = set()

    def open(self, *windows: Window) -> None:
        """With the placeholders, which come with the first poll."""
        self.backend.open(RunInfo(RUN, self.base, self.session, self.base), windows)
        self.events += self.backend.poll(0, ())
        if self.backend.name == "tmux":
            self.backend._client.wait()

    def close(self) -> None:
        """Leave nothing running, whatever the test did with it."""
        self.backend.close()
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error):
                mine = str(self.base) in " ".join(process.cmdline())
                marker = process.environ().get("TMUXPLAN_ATTEMPT", "")
                if mine or marker.rpartition("/")[2] in self.nonces:
                    process.kill()

    def start(self, body: str, task: str = "T001", **more: object) -> Path:
        """Start an attempt; its folder."""
        attempt = self.attempt(body, task, **more)  # type: ignore[arg-type]
        self.backend.start(attempt)
        return attempt.folder

    def attempt(
        self,
        body: str,
        task: str = "T001",
        n: int = 1,
        env: Mapping[str, str] | None = None,
        **more: object,
    ) -> Attempt:
        """One that was not started."""
        nonce = os.urandom(8).hex()
        self.nonces.add(nonce)
        folder = self.base / "tasks" / task / str(n)
        marker = {"TMUXPLAN_ATTEMPT": f"{RUN}/{task}/{n}/{nonce}"}
        attempt = Attempt(
            run=RUN,
            task=task,
            n=n,
            nonce=nonce,
            folder=folder,
            cwd=self.base,
            shell=("/bin/bash",),
            script=body + "\n",
            env={"PATH": os.environ["PATH"], **marker, **(env or {})},
            scan=lambda _: (),
            step_lines=(),
        )
        return _with(attempt, **more)

    def ended(self, task: str = "T001", n: int = 1, within_s: float = 20) -> AttemptEnded:
        until = time.monotonic() + within_s
        while time.monotonic() < until:
            for event in self.events:
                if isinstance(event, AttemptEnded) and (event.task, event.n) == (task, n):
                    return event
            self.events += self.backend.poll(0.5, ())
        raise AssertionError(f"{task} did not end within {within_s} s: {self.events}")

    def run(self, body: str, task: str = "T001", **more: object) -> AttemptEnded:
        self.start(body, task, **more)  # type: ignore[arg-type]
        return self.ended(task)

    def pid(self, task: str = "T001") -> int:
        """The outer shell's."""
        found = [e for e in self.events if isinstance(e, AttemptStarted) and e.task == task]
        while not found:
            self.events += self.backend.poll(0.5, ())
            found = [e for e in self.events if isinstance(e, AttemptStarted) and e.task == task]
        return found[0].pid

    def leftovers(self, task: str = "T001") -> LeftoverFound:
        found = [e for e in self.events if isinstance(e, LeftoverFound) and e.task == task]
        return found[0] if found else LeftoverFound(at=0, task=task, n=1)

    def log(self, task: str = "T001", n: int = 1) -> bytes:
        return (self.base / "tasks" / task / str(n) / "log").read_bytes()

    def until_written(self, name: str, within_s: float = 20) -> str:
        """The text of a file under the base, once a task has written a whole line to it."""
        path, until = self.base / name, time.monotonic() + within_s
        while time.monotonic() < until:
            if path.exists() and path.read_text().endswith("\n"):
                return path.read_text().strip()
            self.events += self.backend.poll(0.02, ())
        raise AssertionError(f"{name} was not written within {within_s} s: {self.events}")


def _with(attempt: Attempt, **more: object) -> Attempt:
    return msgspec.structs.replace(attempt, **more)


def make_rig(name: str, base: Path) -> Rig:
    if name == "tmux" and shutil.which("tmux") is None:
        pytest.skip("tmux is not on PATH")
    backend = make(name)
    return Rig(backend, base)


@pytest.fixture(params=["pty", "tmux"])
def rig(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Rig]:
    """Both backends, each open."""
    one = make_rig(request.param, tmp_path)
    one.open(Window("T001", "First", "waits for nothing"))
    yield one
    one.close()


@pytest.fixture
def pty_rig(tmp_path: Path) -> Iterator[Rig]:
    """pty, open."""
    one = make_rig("pty", tmp_path)
    one.open()
    yield one
    one.close()


@pytest.fixture
def tmux_rig(tmp_path: Path) -> Iterator[Rig]:
    """tmux, not open yet."""
    one = make_rig("tmux", tmp_path)
    yield one
    one.close()


@pytest.fixture
def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
