"""What the supervisor of a run does, from the first event to the last."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from tmuxplan import events as ev
from tmuxplan.backends.choose import choose
from tmuxplan.backends.orphans import end_orphans
from tmuxplan.errors import UsageError
from tmuxplan.events import Leftover
from tmuxplan.journal.folder import RunFolder
from tmuxplan.journal.journal import Journal, read
from tmuxplan.plan.model import Frozen, Task
from tmuxplan.run import clock, control, supervisor
from tmuxplan.run.backend import Backend, RunInfo, Window
from tmuxplan.run.loop import Loop, Prepare
from tmuxplan.schedule.graph import Graph, graph_of
from tmuxplan.schedule.policy import Policy
from tmuxplan.schedule.state import RunState, fold
from tmuxplan.watch.probes import answers

Again = Callable[[RunState], Mapping[str, str]]
"""The tasks that run again, and why in words, once it is known what became of those that ran."""

_SLUG = re.compile(r"[^a-z0-9]+")


class Work:
    """One supervisor's work: the run's folder, what runs, and how.

    `frozen` is as it stands on disk, secrets masked: verdicts quote it. Only `attempts`
    knows the commands as they run.
    """

    def __init__(
        self,
        folder: RunFolder,
        frozen: Frozen,
        backend: str,
        attempts: Prepare,
        policy: Policy,
    ) -> None:
        self._folder = folder
        self._frozen = frozen
        self._backend_name = backend
        self._attempts = attempts
        self._policy = policy

    def begin(self, started: ev.RunStarted, announce: Callable[[], None]) -> None:
        """Run a plan from its first task to the end."""
        self._backend = self._make_backend()
        with supervisor.holding(self._folder), Journal(self._folder.events) as journal:
            session = self._open(frozenset(started.selected), RunState(), started.cwd)
            state = RunState()
            for event in (started, _supervisor_started(session)):
                journal.append(event)
                state.apply(event)
            self._loop(journal, state, announce, None)

    def proceed(self, request: control.OfTask, announce: Callable[[], None]) -> None:
        """Go on with a run that ended, after what a person did. UsageError: refused."""
        self._backend = self._make_backend()
        with supervisor.holding(self._folder), Journal(self._folder.events) as journal:
            state = fold(read(self._folder.events).events)
            if state.started is None:
                raise UsageError(f"run {self._folder.id} never began", "launch the plan again")
            session = self._open(frozenset(state.started.selected), state, state.started.cwd)
            self._take_over(journal, state, session)
            self._loop(journal, state, announce, request)

    def resume(self, again: Again, by: str, announce: Callable[[], None]) -> None:
        """Go on with a run that ended, or whose supervisor died: adopt what it left, and let
        what `again` says run once more."""
        self._backend = self._make_backend()
        with supervisor.holding(self._folder), Journal(self._folder.events) as journal:
            state = fold(read(self._folder.events).events)
            if state.started is None:
                raise UsageError(f"run {self._folder.id} never began", "launch the plan again")
            session = self._open(frozenset(state.started.selected), state, state.started.cwd)
            self._take_over(journal, state, session)
            self._new_loop(journal, state).adopt(self._attempts)
            for task, why in again(state).items():
                reopened = ev.Reopened(at=clock.now(), task=task, by=by, why=why)
                journal.append(reopened)
                state.apply(reopened)
                self._backend.show(task, "waiting", why)
            self._loop(journal, state, announce, None)

    def wind_up(self, asked: control.StopRun, grace_s: float) -> tuple[Leftover, ...]:
        """End a run whose supervisor died, and what its tasks left alive; what survived."""
        self._backend = self._make_backend()
        with supervisor.holding(self._folder), Journal(self._folder.events) as journal:
            state = fold(read(self._folder.events).events)
            session = state.session  # the windows stay where they are
            self._take_over(journal, state, session)
            survivors = end_orphans(_running(self._folder.id, state), grace_s)
            loop = self._new_loop(journal, state)
            loop.lose("its supervisor died, and the run was stopped")
            at = clock.now()
            loop.record(ev.RunStopping(at=at, by=asked.by, why=asked.why, now=asked.now))
            loop.run(lambda: None)
        return survivors

    def _take_over(self, journal: Journal, state: RunState, session: str) -> None:
        again = ev.SupervisorStarted(at=clock.now(), pid=os.getpid(), session=session)
        journal.append(again)
        state.apply(again)

    def _make_backend(self) -> Backend:
        """In the supervisor, not before: what the launch opened is closed there."""
        backend, _ = choose(self._backend_name)
        return backend

    def _open(self, selected: frozenset[str], state: RunState, cwd: str) -> str:
        """Open the session, the same for every supervisor; its name tells plan and run."""
        title = _SLUG.sub("-", self._frozen.plan.title.lower()).strip("-")[:32].strip("-")
        session = state.session or f"{title or 'plan'}-{self._folder.id[-4:]}"
        graph = graph_of(self._frozen.plan, selected)
        windows = tuple(
            Window(task.id, task.title, waits_for(task, graph))
            for task in self._frozen.plan.tasks
            if task.id in selected and state.task(task.id).phase != "ended"
        )
        info = RunInfo(self._folder.id, self._folder.path, session, Path(cwd), self._screen())
        self._backend.open(info, windows)
        return session

    def _screen(self) -> tuple[str, ...]:
        """Mission control's command line: from anywhere, and importing nothing from there."""
        package = str(Path(__file__).absolute().parents[2])
        path = os.pathsep.join(filter(None, (package, os.environ.get("PYTHONPATH", ""))))
        python = (sys.executable, "-X", "utf8", "-m", "tmuxplan")
        return (
            "/usr/bin/env",
            f"PYTHONPATH={path}",
            *python,
            "mission-control",
            str(self._folder.path),
        )

    def _new_loop(self, journal: Journal, state: RunState) -> Loop:
        return Loop(
            self._frozen, self._policy, self._backend, journal, state, self._attempts, answers
        )

    def _loop(
        self,
        journal: Journal,
        state: RunState,
        announce: Callable[[], None],
        request: control.OfTask | None,
    ) -> None:
        loop = self._new_loop(journal, state)
        for notice in journal.notices:
            loop.record(ev.Notice(at=clock.now(), text=notice))
        if request is not None:
            reply = loop.person(request)
            if reply.refused:
                raise UsageError(reply.refused, reply.remedy)
        listener = control.Control(self._folder.control_socket)
        loop.listen(listener)
        try:
            with supervisor.signals(loop.ask_stop) as fd:
                loop.wake_on(fd)
                loop.run(announce)
        finally:
            listener.close()
            self._backend.close()


def _running(run: str, state: RunState) -> list[tuple[str, int]]:
    """Marker and outer shell of each attempt whose end nobody saw."""
    found = []
    for task in state.tasks.values():
        attempt = task.last
        if task.phase == "running" and attempt is not None:
            found.append((f"{run}/{task.id}/{attempt.n}/{attempt.nonce}", attempt.pid))
    return found


def waits_for(task: Task, graph: Graph) -> str:
    """What a task's window says until its turn."""
    needs = [
        f"{need.on}{'' if need.kind == 'hard' else f' ({need.kind})'}"
        for need in graph.needs[task.id]
    ]
    if needs:
        return f"waits for {', '.join(needs)}"
    if not task.blocks:
        return f"has no commands: a person signs it (tmuxplan sign {task.id})"
    return "waits for its turn"


def _supervisor_started(session: str) -> ev.SupervisorStarted:
    return ev.SupervisorStarted(at=clock.now(), pid=os.getpid(), session=session)
