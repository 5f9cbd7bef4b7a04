"""Which tasks of a resumed run run again, and why."""

from __future__ import annotations

from tmuxplan import events as ev
from tmuxplan.errors import UsageError
from tmuxplan.library.changes import Changes
from tmuxplan.library.resumption import Next
from tmuxplan.plan.model import Plan
from tmuxplan.run import clock
from tmuxplan.schedule.graph import Graph, graph_of
from tmuxplan.schedule.state import RunState, TaskRecord

_DONE = ("passed", "skipped", "waiting")


class Reopening:
    """What a resumption lets run once more. `changes` is None where the plan is as it was.

    A result that came while nobody watched is kept as if somebody had: only what was known to
    have failed when `resume` was called, or is lost, runs again.
    """

    def __init__(
        self,
        by: str,
        next: Next | None,  # noqa: A002 (the protocol's word)
        changes: Changes | None,
        plan: Plan,
        seen: RunState,
        *,
        everything: bool,
    ) -> None:
        self.next = next
        self._by = by
        self._changes = changes or Changes({})
        self._plan = plan
        self._seen = (seen.supervisor_pid, seen.last_at)
        self._everything = everything
        self._fresh: set[str] = set()

    def before(self, state: RunState) -> None:
        """Told before anything is adopted: what runs by the journal. UsageError: somebody else
        went on with the run since it was looked at."""
        if (state.supervisor_pid, state.last_at) != self._seen:
            raise UsageError("somebody else has just resumed this run", "see `tmuxplan status`")
        now = self._changes.moved
        running = [task.id for task in state.tasks.values() if task.phase == "running"]
        self._fresh = {now.get(task, task) for task in running}

    def refuse(self, state: RunState) -> None:
        """UsageError: something lives that has changed, or that is to be started again."""
        moved, ids = self._changes.moved, self._changes.ids
        odd = {*moved, *self._changes.removed}
        odd |= {old for old, new in ids.items() if new in self._changes.stale}
        running = [task.id for task in state.tasks.values() if task.phase == "running"]
        conflict = [task for task in running if self._everything or task in odd]
        if not conflict:
            return
        names = ", ".join(conflict)
        if self._everything:
            raise UsageError(f"{names} still runs", "`tmuxplan stop` first, then `resume --all`")
        raise UsageError(
            f"{names} still runs, and is different in the plan now",
            "`tmuxplan resume --frozen` goes on with the plan as launched; `tmuxplan stop` ends it",
        )

    def again(self, state: RunState) -> tuple[ev.Reopened, ...]:
        """Servers that those need which run are among them."""
        selected = state.started.selected if state.started else ()
        found = {task: why for task in selected if (why := self._why(state.task(task)))}
        runs = [t for t in selected if t in found or state.task(t).phase == "waiting"]
        graph = graph_of(self._plan, frozenset(selected))
        for task in runs:  # grows while it is walked
            for server in self._down(task, graph, state):
                if server not in found:
                    found[server] = f"{task} needs it up"
                    runs.append(server)
        at = clock.now()
        return tuple(
            ev.Reopened(at=at, task=task, by=self._by, why=why) for task, why in found.items()
        )

    def _down(self, task: str, graph: Graph, state: RunState) -> list[str]:
        """The servers that it needs, and that were stopped when nobody needed them any more."""
        servers = [need.on for need in graph.needs[task] if need.kind == "ready"]
        records = [state.task(server) for server in servers]
        return [record.id for record in records if record.verdict == "passed" and record.attempts]

    def _why(self, record: TaskRecord) -> str:
        if record.phase in ("waiting", "running"):
            return ""
        if self._everything:
            return "everything runs again"
        if record.id in self._changes.changed:
            return "it is different in the plan now"
        if record.id in self._changes.affected:
            others = ", ".join(self._changes.affected[record.id])
            return f"what it needs is different in the plan now: {others}"
        if record.verdict in _DONE:
            return ""
        if record.id in self._fresh and record.verdict != "lost":
            return ""
        return f"resumed: it was {record.verdict}"
