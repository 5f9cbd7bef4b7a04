"""What the supervisor of a run does, from the first event to the last."""

from __future__ import annotations

import contextlib
import importlib
import os
import pickle
import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec

from tmuxplan import events as ev
from tmuxplan import garbage
from tmuxplan.backends.choose import choose, make
from tmuxplan.backends.files import claim
from tmuxplan.backends.orphans import end_orphans
from tmuxplan.errors import BackendError, JournalError, TmuxplanError, UsageError
from tmuxplan.events import Leftover
from tmuxplan.journal.files import write_whole
from tmuxplan.journal.folder import RunFolder
from tmuxplan.journal.journal import Journal, read
from tmuxplan.library import learning, switching
from tmuxplan.library.attempts import Attempts
from tmuxplan.library.options import Kept
from tmuxplan.library.orders import Order
from tmuxplan.library.probing import ServerProbes
from tmuxplan.library.resumption import Next, Resumption
from tmuxplan.library.telling import Told
from tmuxplan.library.uncollected import uncollected
from tmuxplan.plan.model import Frozen, Task
from tmuxplan.run import clock, control, supervisor
from tmuxplan.run.ahead import Prepare
from tmuxplan.run.backend import Backend, RunInfo, Window
from tmuxplan.run.detaching import Announce, CarryOut
from tmuxplan.run.escalations import Escalate
from tmuxplan.run.looks import look_of, text_of
from tmuxplan.run.loop import Loop
from tmuxplan.run.ports import Ports
from tmuxplan.schedule.graph import Graph, graph_of
from tmuxplan.schedule.state import RunState, TaskRecord, fold

_UNREAD_S = 60.0
"""How long a screen may take to begin."""
_SLUG = re.compile(r"[^a-z0-9]+")


def get_ready(backend: str | None) -> CarryOut:
    """Read what a run of a plan needs, perhaps on this backend, before there is one; then give it
    what `order` says of the run."""
    ready: Backend | None = None
    with contextlib.suppress(TmuxplanError):  # the plan's settings may name another
        ready = make(choose(backend)[0])
        ready.get_ready()

    def begin(order: bytes, announce: Announce) -> None:
        with uncollected():
            do: Order = pickle.loads(order)
        garbage.look_seldom()  # the plan stays as long as we do
        carry_out(do, announce, ready)

    return begin


def carry_out(order: Order, announce: Announce, ready: Backend | None = None) -> None:
    """Be the supervisor of a run from its first task to its end."""
    attempts = Attempts(order.folder, order.supplies)
    work = Work(order.folder, order.on_disk, order.kept.backend, attempts, order.kept, ready)
    work.begin(order.started, announce)


class Work:
    """One supervisor's work: the run's folder, what runs, and how.

    `frozen` is as it stands on disk, secrets masked: verdicts quote it. Only `attempts`
    knows the commands as they run. `ready`: a backend that may be the right one.
    """

    def __init__(
        self,
        folder: RunFolder,
        frozen: Frozen,
        backend: str,
        attempts: Prepare,
        kept: Kept,
        ready: Backend | None = None,
    ) -> None:
        self._folder = folder
        self._frozen = frozen
        self._backend_name = backend
        self._attempts = attempts
        self._kept = kept
        self._ready = ready

    def begin(self, started: ev.RunStarted, announce: Callable[[], None]) -> None:
        """Run a plan from its first task to the end."""
        self._backend = self._make_backend()
        with supervisor.holding(self._folder), Journal(self._folder.events) as journal:
            state = RunState()
            # Before there is a session: one that no journal knows of could never be resumed.
            for event in (started, _supervisor_started(self._session(state))):
                journal.append(event)
                state.apply(event)
            try:
                self._open(frozenset(started.selected), state, new=True)
            except BackendError:
                self._folder.events.unlink(missing_ok=True)  # nothing was started
                raise
            self._loop(journal, state, announce, None)

    def proceed(self, request: control.OfTask, announce: Callable[[], None]) -> None:
        """Go on with a run that ended, after what a person did. UsageError: refused."""
        self._backend = self._make_backend()
        with supervisor.holding(self._folder), Journal(self._folder.events) as journal:
            state = fold(read(self._folder.events).events)
            if state.started is None:
                raise UsageError(f"run {self._folder.id} never began", "launch the plan again")
            session = self._open(frozenset(state.started.selected), state)
            self._take_over(journal, state, session)
            self._loop(journal, state, announce, request)

    def resume(self, resumption: Resumption, announce: Callable[[], None]) -> None:
        """Go on with a run that ended, or whose supervisor died: adopt what it left, and let
        run again what `resumption` says. UsageError: something still runs that should not."""
        self._backend = self._make_backend()
        with supervisor.holding(self._folder), Journal(self._folder.events) as journal:
            state = fold(read(self._folder.events).events)
            if state.started is None:
                raise UsageError(f"run {self._folder.id} never began", "launch the plan again")
            resumption.before(state)
            self._take_over(journal, state, self._open(frozenset(), state))
            self._new_loop(journal, state).adopt(self._attempts)
            resumption.refuse(state)
            moved = self._change_plan(journal, state, resumption.next)
            for event in resumption.again(state):
                journal.append(event)
                state.apply(event)
            selected = frozenset(state.started.selected if state.started else ())
            self._open(selected, state, moved)
            self._show(state)
            self._loop(journal, state, announce, None)

    def _change_plan(
        self, journal: Journal, state: RunState, next_: Next | None
    ) -> Mapping[str, str] | None:
        """Go by another plan from here on; new ids by old ones."""
        if next_ is None:
            return None
        self._frozen, self._attempts, self._kept = next_.frozen, next_.attempts, next_.kept
        if next_.change is None:
            return None
        # Since it was read, this supervisor took the run over: times in the journal go forward.
        change = msgspec.structs.replace(next_.change, at=clock.now())
        switching.stage(self._folder, change.generation, next_.write)
        journal.append(change)
        journal.sync()
        broken = journal.broken()
        if journal.stuck or broken is not None:
            why = broken.why if broken else f"the journal can't be written: {journal.stuck}"
            raise JournalError(why, broken.remedy if broken else "make room")
        state.apply(change)
        switching.install(self._folder, change)
        return change.moved

    def _show(self, state: RunState) -> None:
        """Windows of an earlier supervisor may show what is no longer so."""
        for task, record in state.tasks.items():
            if record.attempts or record.phase != "waiting":
                asks = record.phase == "person" and not record.attempts
                self._backend.show(task, look_of(record), text_of(record) if asks else "")

    def wind_up(self, asked: control.StopRun, grace_s: float) -> tuple[Leftover, ...]:
        """End a run whose supervisor died, and what its tasks left alive; what survived."""
        self._backend = self._make_backend()
        with supervisor.holding(self._folder), Journal(self._folder.events) as journal:
            state = fold(read(self._folder.events).events)
            session = state.session  # the windows stay where they are
            self._take_over(journal, state, session)
            self._keep_from_beginning(state)
            survivors = end_orphans(_running(self._folder.id, state), grace_s)
            loop = self._new_loop(journal, state)
            loop.lose("its supervisor died, and the run was stopped")
            at = clock.now()
            loop.record(ev.RunStopping(at=at, by=asked.by, why=asked.why, now=asked.now))
            loop.run(lambda: None)
            _end_shells(state)
        return survivors

    def _keep_from_beginning(self, state: RunState) -> None:
        """tmux may have been asked for an attempt just before the supervisor died."""
        for task in state.tasks.values():
            if task.phase == "running" and task.last is not None and not task.last.pid:
                claim(self._folder.attempt(task.id, task.last.n))

    def _take_over(self, journal: Journal, state: RunState, session: str) -> None:
        again = ev.SupervisorStarted(at=clock.now(), pid=os.getpid(), session=session)
        journal.append(again)
        state.apply(again)

    def _make_backend(self) -> Backend:
        """In the supervisor, not before: what the launch opened is closed there."""
        ready, self._ready = self._ready, None
        if ready is not None and ready.name == self._backend_name:
            return ready
        if ready is not None:
            ready.close()
        return make(self._backend_name)

    def _open(
        self,
        selected: frozenset[str],
        state: RunState,
        moved: Mapping[str, str] | None = None,
        *,
        new: bool = False,
    ) -> str:
        """Open the session, the same for every supervisor; its name tells plan and run."""
        session = self._session(state)
        graph = graph_of(self._frozen.plan, selected)
        windows = tuple(
            Window(
                task.id, task.title, waits_for(task, graph), state.task(task.id).phase != "ended"
            )
            for task in self._frozen.plan.tasks
            if task.id in selected
        )
        cwd = Path(state.started.cwd) if state.started else self._folder.path
        control_room = self._program("mission-control", str(self._folder.path))
        info = RunInfo(
            self._folder.id,
            self._folder.path,
            session,
            cwd,
            control_room,
            self._asks,
            moved,
            progress=Told(self._frozen.plan, selected, state),
            program=self._program(),
            title=self._frozen.plan.title,
            new=new,
        )
        self._backend.open(info, windows)
        return session

    def _session(self, state: RunState) -> str:
        title = _SLUG.sub("-", self._frozen.plan.title.lower()).strip("-")[:32].strip("-")
        return state.session or f"{title or 'plan'}-{self._folder.id[-4:]}"

    def _asks(self, task: str) -> tuple[str, ...]:
        """The command line of the screen where a person signs this task; empty: there can be none.

        Who signs there lets the run go on, perhaps when nobody is left who knows its environment.
        """
        import json  # noqa: PLC0415 (few plans have people; msgspec takes no odd bytes)

        path = self._folder.path / f"person-{os.urandom(8).hex()}.env"
        try:
            self._forget_unread()
            write_whole(path, json.dumps(dict(os.environ)).encode())
        except (JournalError, OSError):
            return ()  # the disk is full: the window says how to sign elsewhere
        return self._program("person", str(self._folder.path), task, str(path))

    def _forget_unread(self) -> None:
        """Environments that no screen came to read: its window, or tmux, was gone."""
        for path in self._folder.path.glob("person-*.env"):
            if clock.now() > path.stat().st_mtime + _UNREAD_S:
                path.unlink(missing_ok=True)

    def _program(self, *words: str) -> tuple[str, ...]:
        """A command line of ours: from anywhere, and importing nothing from there."""
        package = str(Path(__file__).absolute().parents[2])
        path = os.pathsep.join(filter(None, (package, os.environ.get("PYTHONPATH", ""))))
        python = (sys.executable, "-X", "utf8", "-m", "tmuxplan")
        return ("/usr/bin/env", f"PYTHONPATH={path}", *python, *words)

    def _new_loop(
        self,
        journal: Journal,
        state: RunState,
        escalate: Escalate | None = None,
        ports: Ports | None = None,
    ) -> Loop:
        return Loop(
            self._frozen,
            self._kept.policy,
            self._backend,
            journal,
            state,
            self._attempts,
            ServerProbes(),
            escalate=escalate,
            ports=ports,
        )

    def _loop(
        self,
        journal: Journal,
        state: RunState,
        announce: Callable[[], None],
        request: control.OfTask | None,
    ) -> None:
        ports = Ports(self._folder.id, state.started.cwd if state.started else "")
        loop = self._new_loop(journal, state, _escalating(self._folder), ports)
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
                loop.run(announce, _be_ready_for_failures)
            learning.keep(self._folder, self._frozen.plan, state, self._kept.settings)
        finally:
            listener.close()
            self._backend.close()
            _end_shells(state)
            ports.close()


def _escalating(folder: RunFolder) -> Escalate:
    def escalate(record: TaskRecord, task: Task) -> tuple[ev.Escalated, ...]:
        from tmuxplan.library.escalating import Escalator  # noqa: PLC0415 (see below)

        return Escalator(folder)(record, task)

    return escalate


def _be_ready_for_failures() -> None:
    """Reads what only they need (10 ms): the program may be another, or gone, when one comes."""
    importlib.import_module("tmuxplan.library.escalating")


def _running(run: str, state: RunState) -> list[tuple[str, int]]:
    """Marker and outer shell of each attempt whose end nobody saw."""
    found = []
    for task in state.tasks.values():
        attempt = task.last
        if task.phase == "running" and attempt is not None:
            found.append((f"{run}/{task.id}/{attempt.n}/{attempt.nonce}", attempt.pid))
    return found


def _end_shells(state: RunState) -> None:
    """A run that somebody stopped leaves none of those that people opened beside failed tasks."""
    stopping, started = state.stopping, state.started
    if stopping is None or stopping.halt or not stopping.now:
        return
    if started is not None and started.backend == "tmux" and state.session:
        from tmuxplan.backends.tmux.shells import end_shells  # noqa: PLC0415 (read with the backend)

        end_shells(state.session)


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
