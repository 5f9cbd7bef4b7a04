"""Runs that are disturbed at a random moment, and what must hold of them afterwards.

A trial launches a plan, does one of `KINDS` to it, looks at what is left, resumes, and looks
again. Every task of the plan appends to a file of its own, so that how often it ran is known by
its effects and not by our own word. `scripts/soak` does many of them, `test_crashes.py` a few.
"""

from __future__ import annotations

import contextlib
import json
import mmap
import os
import random
import re
import shutil
import signal
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import psutil

from tmuxplan import machine
from tmuxplan.errors import TmuxplanError
from tmuxplan.journal.folder import RunFolder
from tmuxplan.journal.journal import read
from tmuxplan.library import resuming, supervising
from tmuxplan.library.collecting import collected
from tmuxplan.library.launching import launch
from tmuxplan.library.options import Options
from tmuxplan.library.runs import Opened, open_folder
from tmuxplan.library.understanding import understand
from tmuxplan.library.until import until_ended
from tmuxplan.run import clock, detaching, supervisor
from tmuxplan.schedule.state import AttemptRecord, RunState, fold

LINES = 12
"""How many lines each task prints, a moment apart."""
EDGES = {"one": (), "two": ("one",), "three": ("one",), "four": ("two", "three"), "five": ("four",)}
"""The tasks, and what they need."""
MORE = {"six": ("one",), **EDGES}
"""With another task before all others: every id moves."""
PATIENCE_S = 60.0
DISK_BYTES = 2 << 20

_TASK = """## TASK {n:03d}: {name}

**Dependencies:** {needs}
**Failure Impact:** High

### Commands
```bash
echo "begin $TMUXPLAN_ATTEMPT_N $$" >>"$EFFECTS/{name}"
for i in $(seq {lines}); do echo "{name} line $i of {lines}"; sleep 0.005; done
printf 'no newline at the end of {name}'; echo "end $TMUXPLAN_ATTEMPT_N" >>"$EFFECTS/{name}"
```

"""


class WrongError(AssertionError):
    """Something that must hold does not."""


def plan_text(edges: Mapping[str, tuple[str, ...]]) -> str:
    """A plan of these tasks."""
    ids = {name: n for n, name in enumerate(edges, 1)}
    tasks = [
        _TASK.format(
            n=ids[name],
            name=name,
            lines=LINES,
            needs=", ".join(f"TASK {ids[one]:03d}" for one in needs) or "None",
        )
        for name, needs in edges.items()
    ]
    return "# Crashes\n\n" + "".join(tasks)


class Trial:
    """One run, disturbed by `kind` (of KINDS), everything by chance from `seed`."""

    def __init__(self, base: Path, kind: str, seed: int, backend: str = "tmux") -> None:
        self.kind, self.backend = kind, backend
        self.chance = random.Random(seed)
        self.base = base
        self.site, self.effects = base / "site", base / "effects"
        for folder in (self.site, self.effects):
            folder.mkdir(parents=True)
        self.ballast = self.site / "ballast"
        self.edges: Mapping[str, tuple[str, ...]] = EDGES
        self.launcher = 0
        self.strikes = 0
        self.hit = False

    def do(self) -> None:
        """From the launch to the verdict. WrongError: what did not hold."""
        with contextlib.ExitStack() as after:
            after.callback(self._clean)
            if self.kind == "disk":
                after.enter_context(_small_disk(self.site))
            self._launch()
            KINDS[self.kind](self)
            self._settle()
            if not self._began():
                return
            self._look()
            self._resume()
            self._judge()

    @property
    def folder(self) -> RunFolder | None:
        """The run's, once it is there."""
        found = sorted(self.site.glob(".tmuxplan/runs/*"))
        return RunFolder(found[-1]) if found else None

    def opened(self) -> Opened:
        """The run as it is now."""
        assert self.folder is not None
        return open_folder(self.folder)

    def supervisor(self) -> int:
        """Its pid; 0 while or when there is none."""
        folder = self.folder
        if folder is None:
            return 0
        try:
            said: dict[str, Any] = json.loads(folder.supervisor_json.read_text())
        except (OSError, ValueError):
            return 0
        return int(said["pid"]) if supervisor.alive(folder) else 0

    def running(self) -> list[tuple[str, AttemptRecord]]:
        """Attempts that the journal says run."""
        folder = self.folder
        if folder is None or not folder.events.exists():
            return []
        state = _state(folder)
        return [
            (task.id, task.last)
            for task in state.tasks.values()
            if task.phase == "running" and task.last is not None and task.last.pid
        ]

    def wait(self, most_s: float) -> None:
        """A moment of chance; what is disturbed must not know when it comes."""
        time.sleep(self.chance.uniform(0, most_s))

    def strike(self, at: Callable[[], bool]) -> None:
        """Wait for a moment of chance, and until there is something to strike at, or the run is
        over. `hit`: a supervisor was at work then."""
        self.wait(SPAN_S)
        self.strikes += 1
        until(lambda: at() or _is_over(self))
        self.hit = self.hit or self.supervisor() != 0

    def _launch(self) -> None:
        (self.site / "plan.md").write_text(plan_text(self.edges))
        self.launcher = self._apart(self._launch_here)

    def _launch_here(self) -> None:
        os.chdir(self.site)
        os.environ["EFFECTS"] = str(self.effects)
        options = Options(cwd=str(self.site), backend=self.backend, stdin_empty=True, grace_s=2.0)
        by = None
        if machine.processors() > 1:  # as the command does
            by = detaching.stand_by(partial(supervising.get_ready, self.backend))
        launch(understand("plan.md", options), options, by)

    def _apart(self, do: Callable[[], None]) -> int:
        """In a process of its own, as a person's command is; its pid."""
        sys.stdout.flush()
        sys.stderr.flush()
        child = os.fork()
        if child:
            return child
        status = 0
        try:
            do()
        except TmuxplanError as error:
            (self.base / "refused").write_text(f"{type(error).__name__}: {error}\n")
            status = 3
        except BaseException as error:  # a child must never go on as its parent does
            (self.base / "raised").write_text(repr(error))
            status = 70
        os._exit(status)

    def _settle(self) -> None:
        """Until the run ended or its supervisor is gone, and so is who launched it."""
        self._reap(self.launcher)
        folder = self.folder
        if folder is not None:
            until(lambda: not supervisor.alive(folder) or _state(folder).ended is not None)
            until(lambda: not supervisor.alive(folder))

    def _reap(self, child: int) -> int:
        status = 0

        def ended() -> bool:
            nonlocal status
            pid, status = os.waitpid(child, os.WNOHANG)
            return pid != 0

        until(ended)
        raised = self.base / "raised"
        require(not raised.exists(), f"raised: {raised.exists() and raised.read_text()}")
        return os.waitstatus_to_exitcode(status)

    def _began(self) -> bool:
        """A launch that died before its first event has done nothing at all."""
        folder = self.folder
        if folder is not None and folder.events.exists() and _state(folder).started is not None:
            return True
        require(not list(self.effects.iterdir()), "a run that never began has effects")
        return False

    def _look(self) -> None:
        """What `status` says before anyone resumes is true."""
        opened = self.opened()
        torn = [n for n in opened.notices if "torn last line" not in n]
        require(not torn, f"the journal does not read: {torn}")
        for task in opened.frozen.plan.tasks:
            record, lines = opened.state.task(task.id), self._effects(task.title)
            if record.verdict == "passed":
                require(lines[-1:] == [f"end {len(record.attempts)}"], f"{task.title}: {lines}")
            begun = [line for line in lines if line.startswith("begin")]
            require(
                len(begun) <= len(record.attempts),
                f"{task.title} has {len(record.attempts)} attempts by the journal, and: {lines}",
            )
        said = opened.facts.verdict
        ended = opened.state.ended
        require(said == (ended.verdict if ended else None), f"the verdict is {said}: {ended}")

    def _resume(self) -> None:
        if self.opened().facts.verdict == "GO" and self.edges is EDGES:
            return
        for _ in range(50):
            child = self._apart(self._resume_here)
            strike = AGAIN.get(self.kind) if self.chance.random() < 0.5 else None
            if strike is not None and self.strikes < 4:
                strike(self)
                self._settle_again(child)
                self._look()
                continue
            code, refused = self._reap(child), self.base / "refused"
            if code == 0:
                until_ended(self.opened().folder, timeout_s=PATIENCE_S)
                self._gone()
                return
            said = refused.read_text() if refused.exists() else str(code)
            require("still runs, and is different" in said, f"resume: {said}")
            refused.unlink()
            time.sleep(0.02)
        raise WrongError("fifty times resumed, and never on")

    def _settle_again(self, child: int) -> None:
        self._reap(child)
        self._gone()

    def _gone(self) -> None:
        folder = self.folder
        assert folder is not None
        until(lambda: not supervisor.alive(folder))

    def _resume_here(self) -> None:
        os.chdir(self.site)
        os.environ["EFFECTS"] = str(self.effects)
        resuming.resume(self.opened())

    def _judge(self) -> None:
        """After everything: GO, each task passed once, its log whole."""
        opened = self.opened()
        verdict = opened.state.ended.verdict if opened.state.ended else None
        require(verdict == "GO", f"the verdict is {verdict}: {_summary(opened.state)}")
        self._look()
        require([task.title for task in opened.frozen.plan.tasks] == list(self.edges), "the plan")
        for task in opened.frozen.plan.tasks:
            self._judge_task(opened, task.id, task.title)
        for form in ("json", "markdown"):
            require(bool(collected(opened, form)), f"collect -f {form} is empty")

    def _judge_task(self, opened: Opened, task: str, name: str) -> None:
        lines = self._effects(name)
        record = opened.state.task(task)
        last = record.last
        require(last is not None and record.verdict == "passed", f"{name}: {record}")
        assert last is not None
        ends = [line for line in lines if line.startswith("end")]
        begins = [line for line in lines if line.startswith("begin")]
        if self.kind in SPARES_TASKS and self.backend == "tmux":
            require((len(begins), len(ends)) == (1, 1), f"{name} ran more than once: {lines}")
        passed = [attempt for attempt in record.attempts if attempt.verdict == "passed"]
        require(len(passed) == 1, f"{name} passed {len(passed)} times")
        require(lines[-1] == f"end {last.n}", f"{name}: its last attempt is {last.n}: {lines}")
        whole = (opened.folder.attempt(task, last.n) / "log").read_bytes()
        require(_printed(whole, last.nonce) == expected(name), f"{name}: its log is {whole!r}")

    def _effects(self, name: str) -> list[str]:
        path = self.effects / name
        return path.read_text().splitlines() if path.exists() else []

    def _clean(self) -> None:
        """Nothing stays behind, whatever happened."""
        with contextlib.suppress(ChildProcessError):
            os.waitpid(self.launcher, os.WNOHANG)
        pid = self.supervisor()
        if pid:
            end(pid)
        runs = {path.name for path in self.site.glob(".tmuxplan/runs/*")}
        for process in _ours(runs):
            end(process.pid)


def until(condition: Callable[[], Any], within_s: float = PATIENCE_S) -> None:
    """Wait for it; WrongError: it did not come."""
    deadline = time.monotonic() + within_s
    while not condition():
        if time.monotonic() > deadline:
            raise WrongError(f"not within {within_s} s")
        time.sleep(0.01)


def require(holds: bool, what: str) -> None:
    """WrongError with these words where it does not hold."""
    if not holds:
        raise WrongError(what)


def end(pid: int) -> None:
    """KILL, as the kernel does it when memory is short; 0 is nobody."""
    if pid <= 1:
        return
    with contextlib.suppress(OSError):
        os.kill(pid, signal.SIGKILL)


def expected(name: str) -> bytes:
    """What a task's log holds beside records and the echo of its commands."""
    lines = "".join(f"{name} line {i} of {LINES}\r\n" for i in range(1, LINES + 1))
    return f"{lines}no newline at the end of {name}".encode()


def _printed(log: bytes, nonce: str) -> bytes:
    """A log between each step's beginning and its end; the outer shell's last record is there."""
    require(
        re.search(rb"\x1b\]133;D;0;aid=%s;end=1\x07" % nonce.encode(), log) is not None, "no end"
    )
    began = rb"\x1b\]133;C;aid=%s;[^\x07]*\x07" % nonce.encode()
    ended = rb"\x1b\]133;D;\d+;aid=%s;step=[^\x07]*\x07" % nonce.encode()
    return b"".join(re.findall(began + rb"(.*?)" + ended, log, re.DOTALL))


def _state(folder: RunFolder) -> RunState:
    try:
        return fold(read(folder.events).events)
    except TmuxplanError:
        return RunState()


def _summary(state: RunState) -> str:
    said = []
    for task in state.tasks.values():
        attempts = [(a.n, a.verdict, a.lost, a.status) for a in task.attempts]
        said.append(f"{task.id} {task.phase} {task.verdict} {attempts}")
    return "; ".join(said)


def _ours(runs: set[str]) -> Iterator[psutil.Process]:
    """Every process of these runs: outer shells, bodies, what they started."""
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            marker = process.environ().get("TMUXPLAN_ATTEMPT", "").partition("/")[0]
            words = " ".join(process.cmdline())
            if marker in runs or any(f"/runs/{run}/tasks/" in words for run in runs):
                yield process


def _servers() -> list[int]:
    """The tmux servers on this trial's socket."""
    socket = os.environ["TMUXPLAN_SOCKET"]
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            words = process.cmdline()  # those of the command that started it
            if process.name().startswith("tmux") and {socket, "new-session"} <= set(words):
                found.append(process.pid)
    return found


@contextlib.contextmanager
def _small_disk(folder: Path) -> Iterator[None]:
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "tmpfs", str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    if mounted.returncode:
        raise CanNotError(f"no file system may be mounted here: {mounted.stderr.strip()}")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(folder)], capture_output=True, check=False)


class CanNotError(Exception):
    """This machine does not allow the trial."""


# --- what is done to a run ----------------------------------------------------------------


def kill_supervisor(trial: Trial) -> None:
    """kill -9, at any moment from its first on."""
    trial.strike(lambda: trial.supervisor() != 0)
    end(trial.supervisor())


def kill_server(trial: Trial) -> None:
    """The tmux server dies; half of the time the supervisor does as well."""
    trial.strike(lambda: bool(_servers()))
    both = trial.chance.random() < 0.5
    for pid in _servers():
        end(pid)
    if both:
        trial.wait(0.05)
        end(trial.supervisor())


def kill_shell(trial: Trial) -> None:
    """A running task's outer shell, or what it runs."""
    trial.strike(lambda: bool(trial.running()))
    running = trial.running()
    if not running:
        return
    shell = trial.chance.choice(running)[1].pid
    with contextlib.suppress(psutil.Error):
        process = psutil.Process(shell)
        below = process.children()
        end(trial.chance.choice([process, *below]).pid)


def reboot(trial: Trial) -> None:
    """Everything at once."""
    trial.strike(lambda: trial.supervisor() != 0)
    runs = {path.name for path in trial.site.glob(".tmuxplan/runs/*")}
    for pid in (trial.supervisor(), *_servers()):
        if pid:
            end(pid)
    for _ in range(2):  # who was just being born at the first look
        for process in _ours(runs):
            end(process.pid)


def fill_disk(trial: Trial) -> None:
    """No byte is left, for a while."""
    trial.strike(lambda: trial.folder is not None)
    with contextlib.suppress(OSError), trial.ballast.open("wb") as file:
        while True:
            file.write(bytes(4096))
            file.flush()
    report = trial.site / "report.md"
    done = subprocess.run(
        [sys.executable, "-m", "tmuxplan", "collect", "-o", str(report)],
        cwd=trial.site,
        capture_output=True,
        text=True,
        check=False,
    )
    require("Traceback" not in done.stderr, f"collect on a full disk: {done.stderr}")
    require(not report.exists() or report.stat().st_size > 0, "an empty report")
    trial.wait(trial.chance.choice([0.3, 0.3, 0.3, 3.0]))
    trial.ballast.unlink()


def change_plan(trial: Trial) -> None:
    """The plan gets another task, and all others other ids; the run may be dead or ended."""
    if trial.chance.random() < 0.5:
        kill_supervisor(trial)
    else:
        trial.hit = True
        until(lambda: _is_over(trial))
    trial.edges = MORE
    (trial.site / "plan.md").write_text(plan_text(MORE))


def kill_early(trial: Trial) -> None:
    """While the resumed run takes its places."""
    trial.strikes += 1
    trial.wait(0.25)
    end(trial.supervisor())


_offset = mmap.mmap(-1, 8)
"""Shared with the supervisors that are forked from here: seconds that their clock is off.

By our own clock, since libfaketime 0.9.10 makes Python's sleep fail (EINVAL)."""


def _shifted() -> float:
    return time.time() + float(struct.unpack("d", _offset)[0])


def set_clock_back(trial: Trial) -> None:
    """By an hour, and by more than the run's age; later it may jump ahead again."""
    trial.strike(lambda: True)
    _set_offset(trial.chance.choice([-3600.0, -0.5, -86400.0 * 400, 3600.0]))
    trial.wait(SPAN_S / 2)
    if trial.chance.random() < 0.5:
        _set_offset(trial.chance.choice([0.0, -7200.0]))
    if trial.chance.random() < 0.5:
        end(trial.supervisor())


def _set_offset(seconds: float) -> None:
    _offset[:8] = struct.pack("d", seconds)


def _is_over(trial: Trial) -> bool:
    if (trial.base / "raised").exists():
        return True
    folder = trial.folder
    return folder is not None and _state(folder).ended is not None


KINDS: dict[str, Callable[[Trial], None]] = {
    "supervisor": kill_supervisor,
    "server": kill_server,
    "shell": kill_shell,
    "reboot": reboot,
    "disk": fill_disk,
    "clock": set_clock_back,
    "plan": change_plan,
}
AGAIN = {
    "supervisor": kill_supervisor,
    "reboot": reboot,
    "disk": fill_disk,
    "plan": kill_early,
}
"""What may happen to the resumed run as well."""
SPARES_TASKS = frozenset({"supervisor", "clock", "plan"})
"""What no task in tmux notices: each runs exactly once."""
SPAN_S = 1.2
"""How long a run takes, roughly: moments are chosen within it."""


@contextlib.contextmanager
def surroundings(base: Path) -> Iterator[None]:
    """A tmux socket and a state folder of our own, and a clock that can be set."""
    before = dict(os.environ)
    sockets = base / "s"
    sockets.mkdir(parents=True)
    os.environ.update(
        TMUX_TMPDIR=str(sockets),
        TMUXPLAN_SOCKET=f"crash-{os.getpid()}",
        XDG_STATE_HOME=str(base / "state"),
        PYTHONDONTWRITEBYTECODE="1",
    )
    for name in ("TMUX", "TMUX_PANE", "TMUXPLAN_ATTEMPT"):
        os.environ.pop(name, None)
    real = clock.now
    clock.now = _shifted
    try:
        yield
    finally:
        clock.now = real
        _set_offset(0.0)
        for pid in _servers():
            end(pid)
        os.environ.clear()
        os.environ.update(before)
        shutil.rmtree(sockets, ignore_errors=True)


def trial(base: Path, kind: str, seed: int, backend: str = "tmux") -> tuple[str, bool]:
    """Do one; what was wrong, or nothing, and whether a live run was hit. Its folder stays
    where something was wrong."""
    place = base / f"{kind}-{seed}"
    _set_offset(0.0)
    one = Trial(place, kind, seed, backend)
    try:
        one.do()
    except WrongError as wrong:
        return str(wrong) or "something did not hold", one.hit
    except TmuxplanError as error:
        return f"{type(error).__name__}: {error}", one.hit
    said = [log.read_text() for log in place.rglob("supervisor.log")]
    trouble = [text for text in said if "Traceback" in text]
    if trouble:
        return trouble[0].strip().splitlines()[-1], one.hit
    shutil.rmtree(place, ignore_errors=True)
    return "", one.hit
