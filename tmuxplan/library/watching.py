"""What the dashboard looks at and asks: a run's files, its supervisor, its windows."""

from __future__ import annotations

import contextlib
import os
import shlex
import threading
from collections.abc import Callable
from pathlib import Path

import msgspec

from tmuxplan import machine
from tmuxplan.errors import ControlError, UnheardError
from tmuxplan.integrations.program import tell
from tmuxplan.journal.folder import RunFolder
from tmuxplan.journal.journal import Tail
from tmuxplan.judge.clean import one_line
from tmuxplan.library.excerpts import printed
from tmuxplan.library.pages import Pages
from tmuxplan.library.runs import Opened, frozen_of
from tmuxplan.library.switching import current
from tmuxplan.report.facts import Excerpt, RunFacts
from tmuxplan.run import clock, control, supervisor
from tmuxplan.schedule.state import RunState
from tmuxplan.ui.dashboard.acts import BARE
from tmuxplan.ui.dashboard.source import Source
from tmuxplan.watch.wake import Waker

_GAP_S = 0.1
"""Between two rings: nobody reads more than ten pictures a second."""
_SHARE = 4
"""Times what a picture took, before the next: ten thousand tasks must not hold a person up."""
_LONG_S = 3600.0


class Place(msgspec.Struct, frozen=True):
    """Where the dashboard is shown. `visit` and `leave` as in Source. `bare`: its process has not
    the environment of a person's shell, with which a run could go on."""

    visit: Callable[[str], tuple[str, ...]]
    leave: Callable[[], bool]
    bare: bool = False


def source_of(folder: RunFolder, place: Place) -> Source:
    """Everything of this run, for a dashboard at this place."""

    def last_lines(state: RunState, run: RunFacts) -> dict[tuple[str, int], Excerpt]:
        return dict(printed(Opened(folder, frozen_of(folder), state, alive=True), run))

    return Source(
        frozen=lambda state: frozen_of(current(folder, state.changed)),
        tail=Tail(folder.events),
        alive=lambda: supervisor.alive(folder),
        now=clock.now,
        bell=FileBell(folder),
        log=lambda state, task, n: Pages(
            folder.attempt(task, n) / "log", lambda: _secrets(state(), task, n)
        ),
        printed=last_lines,
        act=lambda request: act(folder, request, bare=place.bare),
        visit=place.visit,
        leave=place.leave,
        name=machine.user(),
        bare=place.bare,
    )


def _secrets(state: RunState, task: str, n: int) -> tuple[tuple[int, int], ...]:
    return next((a.secrets for a in state.task(task).attempts if a.n == n), ())


def act(folder: RunFolder, request: control.Request, *, bare: bool = False) -> str:
    """Do what a person wants; what to tell them. ControlError: why it is not done.

    A run that has ended goes on by a process of its own: this one has threads, and a screen.
    """
    if supervisor.alive(folder):
        with contextlib.suppress(UnheardError):  # it is ending: the other process waits for that
            control.ask(folder.control_socket, request)
            return _done(request)
    words = (*_words(request), "--run", folder.id)
    if bare:
        command = shlex.join(("tmuxplan", *words))
        raise ControlError(BARE, f"in a shell: {command}")
    ran = tell(*words, cwd=folder.path.parents[2])
    said = one_line(ran.said, 400)
    if ran.status:
        raise ControlError(said or f"tmuxplan ended with status {ran.status}")
    return said


def _done(request: control.Request) -> str:
    if isinstance(request, control.StopRun):
        return "the run is being stopped"
    if isinstance(request, control.Pause):
        return "the run is paused: nothing new starts"
    if isinstance(request, control.Unpause):
        return "the run goes on"
    if isinstance(request, control.Sign):
        return f"{request.task} is signed by {request.by}"
    if isinstance(request, control.Skip):
        return f"{request.task} is skipped by {request.by}: {request.reason}"
    return f"{request.task} is tried again"


def _words(request: control.Request) -> tuple[str, ...]:
    """The command line that asks for the same."""
    if isinstance(request, control.StopRun):
        return ("stop",)
    if isinstance(request, (control.Pause, control.Unpause)):
        return ("pause" if isinstance(request, control.Pause) else "unpause", "--by", request.by)
    if isinstance(request, control.Sign):
        return ("sign", request.task, "--by", request.by)
    if isinstance(request, control.Skip):
        return ("skip", request.task, "--reason", request.reason, "--by", request.by)
    return ("retry", request.task, "--by", request.by)


class FileBell:
    """Rings for the journal and one log: inotify or kqueue, in a thread that sleeps otherwise."""

    def __init__(self, folder: RunFolder) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._log: Path | None = None
        self._closed = threading.Event()
        self._reader, self._writer = os.pipe()
        os.set_blocking(self._reader, False)

    def watch(self, task: str, n: int) -> None:
        """Ring for this attempt's log, too."""
        with self._lock:
            self._log = self._folder.attempt(task, n) / "log" if n else None
        self._nudge()

    def ring(self, heard: Callable[[], None]) -> None:
        """Call `heard` in a thread, whenever something grew after this call."""
        waker = Waker()
        waker.watch(self._folder.events)
        threading.Thread(target=self._run, args=(waker, heard), daemon=True).start()

    def close(self) -> None:
        """Never ring again."""
        if self._closed.is_set():
            return
        self._closed.set()
        self._nudge()

    def _nudge(self) -> None:
        with self._lock:
            if self._writer >= 0:
                os.write(self._writer, b".")

    def _run(self, waker: Waker, heard: Callable[[], None]) -> None:
        watched: Path | None = None
        try:
            while True:
                watched = self._change(waker, watched)
                waker.wait(_LONG_S, (self._reader,))
                self._drain()
                if self._closed.is_set():
                    return
                began = clock.monotonic()
                heard()
                took = clock.monotonic() - began
                self._closed.wait(max(_GAP_S, _SHARE * took))
        finally:
            waker.close()
            self._let_go()

    def _change(self, waker: Waker, watched: Path | None) -> Path | None:
        """Watch the log that is wanted by now, or its folder until it is there: a path that is
        missing would be polled."""
        with self._lock:
            log = self._log
        paths = (log, log.parent) if log is not None else ()
        wanted = next((path for path in paths if path.exists()), None)
        if wanted != watched:
            if watched is not None:
                waker.forget(watched)
            if wanted is not None:
                waker.watch(wanted)
        return wanted

    def _let_go(self) -> None:
        """Of the pipe: its numbers may be other files' by now."""
        with self._lock:
            os.close(self._reader)
            os.close(self._writer)
            self._writer = -1

    def _drain(self) -> None:
        with contextlib.suppress(BlockingIOError):
            while os.read(self._reader, 4096):
                pass
