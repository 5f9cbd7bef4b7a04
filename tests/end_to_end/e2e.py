"""The product as people use it: a program, in a directory of its own, on a private tmux server."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import psutil
import pytest

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = (sys.executable, "-m", "tmuxplan")
BACKENDS = (pytest.param("tmux", marks=pytest.mark.tmux), "pty")
TMUX = shutil.which("tmux")


class Ran(NamedTuple):
    """What one call of the program came to."""

    code: int
    out: str
    err: str


class Site:
    """A directory where the program runs. `end` ends everything that was started there.

    No call may ever print a traceback, and no supervisor may have left one.
    """

    def __init__(self, folder: Path, backend: str = "pty") -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.backend = folder.resolve(), backend
        # A socket's path ends at about 100 bytes: not under pytest's long names.
        self.sockets = Path(tempfile.mkdtemp(prefix="tp-", dir="/tmp"))
        self.env = {
            **os.environ,
            "TMUX_TMPDIR": str(self.sockets),
            "TMUXPLAN_SOCKET": "e2e",
            "TMUXPLAN_LOCKS": str(self.sockets / "locks"),
            "XDG_STATE_HOME": str(self.sockets / "state"),
            "COLUMNS": "120",
            "TERM": "xterm-256color",
        }
        for leaking in ("TMUX", "TMUX_PANE", "TMUXPLAN_ATTEMPT", "NO_COLOR"):
            self.env.pop(leaking, None)

    def write(self, text: str, name: str = "plan.md") -> Path:
        """A file here."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def run(
        self,
        *args: str,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        before: Callable[[], None] | None = None,
        timeout_s: float = 60,
    ) -> Ran:
        """One call of the program, to its end."""
        done = subprocess.run(
            [*PROGRAM, *args],
            cwd=cwd or self.folder,
            env={**self.env, **(env or {})},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=timeout_s,
            check=False,
            preexec_fn=before,
        )
        ran = Ran(done.returncode, done.stdout.decode(), done.stderr.decode())
        # A task's own output, as `--wait` quotes it, may hold one.
        ours = [line for line in ran.out.splitlines() if not line.lstrip().startswith("│")]
        assert "Traceback" not in "\n".join(ours) + ran.err, ran
        return ran

    def launch(self, plan: str = "plan.md", *args: str, **more: Any) -> Ran:
        """`launch PLAN` on this site's backend."""
        return self.run("launch", plan, "--backend", self.backend, *args, **more)

    def go(self, text: str, *args: str, code: int, **more: Any) -> dict[str, Any]:
        """Run a plan to its end, which must have this exit status; its `collect -f json`."""
        self.write(text)
        ran = self.launch("plan.md", "--wait", *args, **more)
        assert ran.code == code, ran
        return self.collected()

    def start(self, *args: str, env: Mapping[str, str] | None = None) -> subprocess.Popen[str]:
        """A call of the program that goes on meanwhile."""
        return subprocess.Popen(
            [*PROGRAM, *args],
            cwd=self.folder,
            env={**self.env, **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def status(self, *args: str) -> dict[str, Any]:
        """`status --json`."""
        found: dict[str, Any] = json.loads(self.run("status", "--json", *args).out)
        return found

    def collected(self, *args: str) -> dict[str, Any]:
        """`collect -f json`."""
        found: dict[str, Any] = json.loads(self.run("collect", "-f", "json", *args).out)
        return found

    def tmux(self, *args: str) -> str:
        """Ask this site's private server; empty where there is none."""
        assert TMUX is not None
        command = [TMUX, "-u", "-L", "e2e", *args]
        done = subprocess.run(command, env=self.env, capture_output=True, text=True, check=False)
        return done.stdout

    @property
    def runs(self) -> list[Path]:
        """The folders of the runs here, oldest first."""
        return sorted(self.folder.glob(".tmuxplan/runs/*"))

    @property
    def supervisor(self) -> psutil.Process:
        """The newest run's."""
        facts = json.loads((self.runs[-1] / "supervisor.json").read_text())
        return psutil.Process(facts["pid"])

    def events(self, kind: str) -> list[dict[str, Any]]:
        """The newest run's events of one kind."""
        lines = (self.runs[-1] / "events.jsonl").read_text().splitlines()
        return [event for event in map(json.loads, lines) if event["event"] == kind]

    def end(self) -> None:
        """End what runs here, and look at what supervisors said."""
        said = {log: log.read_text() for log in self.folder.rglob("supervisor.log")}
        ids = {run.name for run in self.runs}
        for run in self.runs:
            with contextlib.suppress(OSError, ValueError, psutil.Error):
                pid = json.loads((run / "supervisor.json").read_text())["pid"]
                supervisor = psutil.Process(pid)
                if "tmuxplan" in " ".join(supervisor.cmdline()):
                    supervisor.kill()
        if TMUX is not None and self.sockets.exists():
            for socket in self.sockets.glob("tmux-*/*"):
                command = [TMUX, "-S", str(socket), "kill-server"]
                subprocess.run(command, capture_output=True, check=False)
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error):
                run = process.environ().get("TMUXPLAN_ATTEMPT", "").partition("/")[0]
                # The outer shell of a task that is kept has no such variable, but its folder.
                if run in ids or f"{self.folder}/.tmuxplan" in " ".join(process.cmdline()):
                    process.kill()
        shutil.rmtree(self.sockets, ignore_errors=True)
        assert not [log for log, text in said.items() if "Traceback" in text], said


def until(condition: Callable[[], Any], within_s: float = 20, every_s: float = 0.02) -> Any:
    """What the condition says once that is true."""
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        found = condition()
        if found:
            return found
        time.sleep(every_s)
    raise AssertionError(f"not within {within_s} s: {condition}")


def lives(pid: int) -> bool:
    """Whether there is such a process, and it is no zombie."""
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def number_in(path: Path, within_s: float = 20) -> int:
    """A number that a task writes to a file, once its line is whole."""
    return int(until(lambda: path.exists() and _whole_line(path), within_s))


def _whole_line(path: Path) -> str:
    text = path.read_text()
    return text.strip() if text.endswith("\n") else ""


def end_process(pid: int) -> None:
    """End one that a test left alive on purpose."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def task(  # noqa: PLR0913 (one argument a part of a task)
    number: int,
    commands: str | None,
    *,
    title: str = "A case",
    criteria: tuple[str, ...] = (),
    impact: str | None = "Low",
    needs: str | None = "None",
    meta: tuple[str, ...] = (),
    recovery: tuple[str, ...] = (),
) -> str:
    """One task as plans write it."""
    lines = [f"## TASK {number:03d}: {title}", ""]
    lines += [f"**Dependencies:** {needs}"] if needs else []
    lines += [f"**Failure Impact:** {impact}"] if impact else []
    lines += [*meta, ""]
    if commands is not None:
        lines += ["### Commands", "```bash", commands.strip("\n"), "```", ""]
    if criteria:
        lines += ["### Success Criteria", *(f"- {criterion}" for criterion in criteria), ""]
    if recovery:
        lines += ["### Failure Recovery", *(f"- {one}" for one in recovery), ""]
    return "\n".join(lines) + "\n"


def plan(*tasks: str, title: str = "Made for a test", tail: str = "") -> str:
    """A plan of these tasks."""
    return f"# {title}\n\n" + "\n".join(tasks) + tail


def line_of(text: str, needle: str) -> int:
    """The number of the one line that holds this text."""
    found = [n for n, line in enumerate(text.splitlines(), 1) if needle in line]
    assert len(found) == 1, (needle, found)
    return found[0]


def by_id(report: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """A report's tasks."""
    return {one["id"]: one for one in report["tasks"]}


def verdicts(report: dict[str, Any]) -> dict[str, str]:
    """Task -> verdict."""
    return {one["id"]: one["verdict"] for one in report["tasks"]}


def once(root: Path, name: str, make: Callable[[Path], None]) -> Path:
    """A folder that is made once for all workers of the test run, by whoever comes first."""
    folder = root / name
    with (root / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            folder.mkdir()
            make(folder)
    return folder
