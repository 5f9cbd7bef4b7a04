"""What is different in a plan that is read again: by content, for ids and places may move."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping

import msgspec

from tmuxplan.config.schema import Settings, TaskSettings
from tmuxplan.judge.clean import clean
from tmuxplan.plan.model import Plan, Task
from tmuxplan.schedule.graph import graph_of


class Understood(msgspec.Struct, frozen=True):
    """A plan and the settings that it runs by, both as they stand on the disk."""

    plan: Plan
    settings: Settings


class Changes(msgspec.Struct, frozen=True):
    """`ids`: for each task that was there before, its id now. `changed`: new ids of tasks whose
    own commands are others now. `affected`: new ids of tasks that need one of those (or need
    others now), and which. `added`: new ids. `removed`: old ids."""

    ids: Mapping[str, str]
    changed: tuple[str, ...] = ()
    affected: Mapping[str, tuple[str, ...]] = {}
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()

    @property
    def moved(self) -> dict[str, str]:
        """New ids by old ones, where they differ."""
        return {old: new for old, new in self.ids.items() if old != new}

    @property
    def stale(self) -> frozenset[str]:
        """New ids of tasks whose results of before do not count any more."""
        return frozenset((*self.changed, *self.affected))


def compare(before: Understood, now: Understood) -> Changes:
    """What became of each task, and which results still count."""
    old, new = _contents(before), _contents(now)
    ids = _matched(before.plan.tasks, now.plan.tasks, old, new)
    came_from = {to: one for one, to in ids.items()}
    changed = {to for to, one in came_from.items() if new[to] != old[one]}
    return Changes(
        ids,
        tuple(task.id for task in now.plan.tasks if task.id in changed),
        _affected(before.plan, now.plan, came_from, changed),
        tuple(task.id for task in now.plan.tasks if task.id not in came_from),
        tuple(task.id for task in before.plan.tasks if task.id not in ids),
    )


def told(changes: Changes, before: Plan, now: Plan) -> list[str]:
    """One line for each difference, by id and title; free of control sequences."""
    old = {task.id: clean(task.title) for task in before.tasks}
    new = {task.id: clean(task.title) for task in now.tasks}
    lines = [f"{was} ({old[was]}) is {to} now" for was, to in changes.moved.items()]
    lines += [
        f"{task} ({new[task]}) is different: what it did before does not count"
        for task in changes.changed
    ]
    lines += [
        f"{task} ({new[task]}) needs {', '.join(others)}, which is different: likewise"
        for task, others in changes.affected.items()
    ]
    lines += [f"{task} ({new[task]}) was added" for task in changes.added]
    return lines + [f"{task} ({old[task]}) is no longer in the plan" for task in changes.removed]


def _contents(understood: Understood) -> dict[str, bytes]:
    return {task.id: content(task, understood.settings) for task in understood.plan.tasks}


def content(task: Task, settings: Settings) -> bytes:
    """What a task's result follows from; lines, ids, titles and prose are not in it."""
    own = settings.tasks.get(task.id, TaskSettings())
    return msgspec.json.encode(
        (
            [(b.text, b.language, b.role, b.window, b.expects) for b in task.blocks],
            [(c.kind, c.code, c.negated) for c in task.criteria if c.kind != "person"],
            task.shell and task.shell.text,
            task.host and task.host.text,
            task.ready and (task.ready.kind, task.ready.value),
            task.gate is not None,
            (task.keep, task.on_error),
            (settings.shell_init, settings.markers, own.env, own.markers or None),
        )
    )


def _affected(
    before: Plan, now: Plan, came_from: Mapping[str, str], changed: set[str]
) -> dict[str, tuple[str, ...]]:
    """Unchanged tasks, and whom they need that is not what it was, however far away."""
    needs = {task: {need.on for need in some} for task, some in graph_of(now).needs.items()}
    needed = {task: {need.on for need in some} for task, some in graph_of(before).needs.items()}
    to = {one: task for task, one in came_from.items()}
    found: dict[str, tuple[str, ...]] = {}
    stale = set(changed)
    while True:
        more = {
            task: _others(needs[task], needed[one], to, stale)
            for task, one in came_from.items()
            if task not in stale
        }
        fresh = {task: why for task, why in more.items() if why}
        if not fresh:
            return found
        found.update(fresh)
        stale |= fresh.keys()


def _others(
    needs: set[str], needed: set[str], to: Mapping[str, str], stale: set[str]
) -> tuple[str, ...]:
    """Needs that are stale or new. One that it has no longer takes nothing away."""
    known = {to[one] for one in needed if one in to}
    return tuple(sorted(on for on in needs if on in stale or on not in known))


_Key = Callable[[Task], Hashable]


def _matched(
    before: Iterable[Task],
    now: Iterable[Task],
    old: Mapping[str, bytes],
    new: Mapping[str, bytes],
) -> dict[str, str]:
    """The surest first: who has the same content is the same task, whatever it is called."""
    ids: dict[str, str] = {}
    rest, left = list(before), list(now)
    keys: tuple[tuple[_Key, _Key], ...] = (
        (lambda t: (old[t.id], t.id), lambda t: (new[t.id], t.id)),
        (lambda t: (old[t.id], t.title), lambda t: (new[t.id], t.title)),
        (lambda t: t.blocks and old[t.id], lambda t: t.blocks and new[t.id]),
        (lambda t: t.title, lambda t: t.title),
        (lambda t: t.id, lambda t: t.id),
    )
    for key_before, key_now in keys:
        free: dict[Hashable, list[Task]] = {}
        for task in left:
            free.setdefault(key_now(task), []).append(task)
        for task in tuple(rest):
            same = free.get(key_before(task)) if key_before(task) else None
            if same:
                ids[task.id] = same[0].id
                rest.remove(task)
                left.remove(same.pop(0))
    return ids
