"""What the loop asks of a backend, and what it gets back. See docs/architecture.md.

A backend starts attempts, follows their output, stops them, and reports facts as events; it
never judges, never retries, and lets no foreign exception or object out.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Literal, Protocol

import msgspec

from tmuxplan.events import Ask, Event, Scan, nothing_asked

Look = Literal[
    "waiting", "running", "passed", "failed", "blocked", "skipped", "person", "lost", "halted",
    "asking", "stalled",
]  # fmt: skip


class Window(msgspec.Struct, frozen=True):
    """A task's window as a person sees it before the task starts: `text` says what it waits for.
    `opens`: it is to have one; else only what it would be called is told.

    Title and text come from the plan: hostile until shown otherwise.
    """

    task: str
    title: str
    text: str
    opens: bool = True


class Progress(msgspec.Struct, frozen=True):
    """Where the run stands, for a status line. `due`: when it may end, by its estimates (epoch
    seconds; None: they don't say). `says` is what somebody should see now; `over` the verdict, in
    words, once there is one. Both are clean, masked lines, and hostile all the same."""

    ended: int
    total: int
    failed: int = 0
    running: int = 0
    due: float | None = None
    says: str = ""
    over: str = ""


class RunInfo(msgspec.Struct, frozen=True):
    """What a backend needs to know of the run. `folder` is `.tmuxplan/runs/ID`, absolute.

    `mission_control` is the command line of window 0 (argv, absolute program), `person` makes that
    of a screen where a person signs a task. `moved`: tasks
    that are called otherwise than when their windows were opened, new ids by old ones; None: the
    plan is what it was then. `progress` tells it now; asked seldom, and only between events.
    `program` is our own command line (argv, absolute program), for keys; `title` the plan's.
    `new`: no session of it can be there yet.
    """

    id: str
    folder: Path
    session: str
    cwd: Path
    mission_control: tuple[str, ...] = ()
    person: Callable[[str], tuple[str, ...]] | None = None
    moved: Mapping[str, str] | None = None
    progress: Callable[[], Progress] | None = None
    program: tuple[str, ...] = ()
    title: str = ""
    new: bool = False


class Attempt(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that one execution of a task needs, on whatever machine.

    `folder` is `RUN/tasks/T001/1`, not made yet. `script` is the whole text of script.sh
    (`shell.script`), `shell` the argv that gets its path appended. `env` is the complete
    environment. `step_lines[n-1]` is the plan's line of step n. `stdin_empty`: nobody can
    type, so reading ends at once. `reap` "all": what detached itself ends with the task, too.
    `serves`: somebody waits for it to be up, so that it goes on as long as what its commands
    left in the background, until it is stopped.
    `ask` reads prompts, and knows answers to them; after `stalled_s` without output the attempt
    has stalled (None: never). `unattended`: what waits for an answer that `ask` does not know
    gets the end of its input. `mask` takes secrets out of what is told of its processes.
    """

    run: str
    task: str
    n: int
    nonce: str
    folder: Path
    cwd: Path
    shell: tuple[str, ...]
    script: str
    env: Mapping[str, str]
    scan: Scan
    step_lines: tuple[int, ...]
    keep: bool = False
    serves: bool = False
    stdin_empty: bool = False
    reap: Literal["session", "all"] = "session"
    ask: Ask = nothing_asked
    stalled_s: float | None = None
    unattended: bool = False
    mask: Callable[[str], str] = str


class Listener(msgspec.Struct, frozen=True):
    """A process that has a port, by the name of its program. `attempt` is RUN/TASK/N/NONCE where a
    task started it, else empty."""

    pid: int
    name: str
    attempt: str = ""


class Probes(Protocol):
    """What can be asked of a server from outside. All but `gone` may take their time."""

    def answers(self, kind: str, value: str) -> bool:
        """Whether this port or URL answers now."""
        ...

    def taken(self, kind: str, value: str) -> bool:
        """Whether it answers, or somebody is there who may answer later."""
        ...

    def listeners(self, kind: str, value: str) -> tuple[Listener, ...]:
        """Who has this port, or that of this URL, as far as we may know."""
        ...

    def gone(self, pids: tuple[int, ...]) -> bool:
        """Whether none of these processes lives."""
        ...


class Backend(Protocol):
    """One way to run attempts. All calls come from one thread."""

    name: str

    @property
    def ahead(self) -> int:
        """How many attempts may be expected at once; 0: it has no use for that."""

    def get_ready(self) -> None:
        """Begin with what takes time: `open` or `close` will follow. BackendError: it can't."""

    def open(self, run: RunInfo, windows: tuple[Window, ...]) -> None:
        """Make the session and its windows, or what is missing of them where the run has a
        session: that of an earlier supervisor, or by an earlier call. BackendError when that
        can't be done."""

    def start(self, attempt: Attempt) -> None:
        """Write the attempt's files and start it. An attempt that can't be started is
        reported by `poll` as AttemptEnded with `lost`, never raised."""

    def expect(self, attempt: Attempt) -> None:
        """It may start soon, or never: what of its start can be done before may be. Nothing of it
        runs before `start` is called with the same attempt."""

    def adopt(self, attempt: Attempt, pid: int, window: str) -> bool:
        """Take an attempt that an earlier supervisor started, or only journalled (`pid` 0):
        `poll` tells Adopted, then everything that its log says from its first byte, and goes on
        as with any other. One that had not begun never will, and is told as lost. Whether it
        lives: if not, its AttemptEnded comes within moments."""

    def poll(self, timeout_s: float, wake: Collection[int]) -> tuple[Event, ...]:
        """Facts since the last call, in order, each attempt's from AttemptStarted to
        AttemptEnded. Waits at most `timeout_s` for a first fact; returns at once when one
        of the file descriptors in `wake` can be read."""

    def stop(self, task: str, n: int, grace_s: float) -> None:
        """Begin to end everything that the attempt started: INT, TERM, KILL, sharing the
        grace. Its AttemptEnded comes by `poll`, with what survived as LeftoverFound."""

    def show(self, task: str, look: Look, text: str) -> None:
        """Show a task's state in its window, where the backend has one. `text` replaces a
        placeholder's words (never a window whose task has started); of a task that waits for
        input it is what that asks."""

    def attach_command(self, task: str | None) -> tuple[str, ...] | None:
        """argv that shows the session at this task's window; None where nothing can be attached."""

    def close(self) -> None:
        """Let go of files and descriptors. Windows stay for people to read."""
