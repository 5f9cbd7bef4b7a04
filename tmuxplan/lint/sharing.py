"""What two tasks that may run at once would both take: ports, files, environments, worktrees."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from tmuxplan.lint import servers
from tmuxplan.lint.commands import Command
from tmuxplan.lint.finding import Finding, line_at
from tmuxplan.lint.installs import activated, installs, made, makes
from tmuxplan.lint.locking import locks_of
from tmuxplan.lint.view import View

_GIT_WRITES = frozenset(
    """checkout switch reset rebase merge stash commit pull cherry-pick revert am clean add
    restore""".split()  # noqa: SIM905
)
_ENTER = frozenset({"source", "."})
Uses = dict[str, list[tuple[int, Command]]]


def ports(view: View) -> Iterator[Finding]:
    """One port, two servers: the second dies, and its tests talk to the first."""
    uses: Uses = {}
    for at, script in enumerate(view.scripts):
        for bound in servers.ports(script):
            uses.setdefault(str(bound.port), []).append((at, bound.command))
    for port, users in uses.items():
        yield from _clashes(view, users, f"port {port}", f"port:{port}", "bind")


def files(view: View) -> Iterator[Finding]:
    """One fixed file that two tasks write."""
    uses: Uses = {}
    for at, script in enumerate(view.scripts):
        for command in script.commands:
            for path in _written(command):
                uses.setdefault(path, []).append((at, command))
    for path, users in uses.items():
        yield from _clashes(view, users, f"`{path}`", f"file:{path}", "write")


def environments(view: View) -> Iterator[Finding]:
    """Two installations into one environment at the same time."""
    uses: Uses = {}
    for at, script in enumerate(view.scripts):
        for place, command in installs(script):
            uses.setdefault(place, []).append((at, command))
    for place, users in uses.items():
        yield from _clashes(view, users, place, f"venv:{place}", "install into")


def worktrees(view: View) -> Iterator[Finding]:
    """Two tasks that change one git worktree."""
    uses: Uses = {}
    for at, script in enumerate(view.scripts):
        for command in script.commands if "git" in script.names else ():
            if command.name != "git":
                continue
            sub = next((w for w in command.words if not w.startswith("-")), "")
            known = "-C" not in command.words and not command.cwd.startswith("?")
            if sub in _GIT_WRITES and known:
                uses.setdefault(command.cwd, []).append((at, command))
    for place, users in uses.items():
        name = "the launch's directory" if place == "." else place
        what = f"the git worktree in {name}"
        yield from _clashes(view, users, what, f"worktree:{place}", "change")


def borrowed(view: View) -> Iterator[Finding]:
    """`source` of an environment that another task makes, without a word of that task."""
    makers: dict[str, int] = {}
    for at, script in enumerate(view.scripts):
        for command in script.commands:
            if makes(command):
                makers.setdefault(made(command), at)
    for at, script in enumerate(view.scripts):
        if not makers or _ENTER.isdisjoint(script.names):
            continue
        own = {made(c) for c in script.commands if makes(c)}
        for command in script.commands:
            if command.name not in _ENTER or not command.words:
                continue
            place = activated(command)
            maker = makers.get(place)
            if maker is None or place in own or view.order.surely_before(maker, at):
                continue
            yield _borrowed(view, at, maker, command, place)


def _borrowed(view: View, at: int, maker: int, command: Command, place: str) -> Finding:
    task, other = view.plan.tasks[at].id, view.plan.tasks[maker].id
    if view.order.surely_before(at, maker):
        how, remedy = f"{other} even waits for {task}", "make the environment in a task of its own"
    elif view.order.before(maker, at):
        how = f"{task} starts also when {other} failed"
        remedy = f"make the dependency on {other} a hard one, or make the environment here too"
    else:
        how = f"{task} does not wait for {other}"
        remedy = f"add {other} to its **Dependencies:**, or make the environment here too"
    return Finding(
        command.line,
        f"{task} uses {place}, which {other} makes, and {how}",
        remedy,
        command.text.split("\n")[0],
    )


def _clashes(
    view: View, users: list[tuple[int, Command]], what: str, lock: str, verb: str
) -> Iterator[Finding]:
    first: dict[int, Command] = {}
    for at, command in users:
        first.setdefault(at, command)
    if len(first) < 2:
        return
    for later, earlier, softly in view.order.beside(first):
        task, other = view.plan.tasks[later], view.plan.tasks[earlier]
        if _locked(view, later, earlier):
            continue
        keeps = not softly and _keeps(view, lock, (later, earlier))
        how = f"nothing in the plan keeps them apart: tmuxplan infers the lock `{lock}`"
        how = how if keeps else "they may run at once"
        how = "only an optional dependency keeps them apart" if softly else how
        remedy = f"give both `**Locks:** {lock}`, or make one depend on the other"
        yield Finding(
            first[later].line,
            f"{other.id} ({line_at(first[earlier].line)}) and {task.id} both {verb} {what}, "
            f"and {how}",
            f"declare it: {remedy}" if keeps else remedy,
            first[later].text.split("\n")[0],
        )


def _locked(view: View, one: int, other: int) -> bool:
    """Whether a lock of the plan's own keeps the two apart."""
    mine = {lock.text for lock in view.plan.tasks[one].locks}
    return bool(mine & {lock.text for lock in view.plan.tasks[other].locks})


def _keeps(view: View, lock: str, tasks: tuple[int, int]) -> bool:
    """Whether a lock that nobody wrote down keeps them apart."""
    if not view.infers:
        return False
    each = ({*view.plan.tasks[at].locks, *locks_of(view, view.scripts[at])} for at in tasks)
    return all(lock in {held.text for held in locks} for locks in each)


def _written(command: Command) -> Iterator[str]:
    targets = list(command.writes)
    if command.name == "tee":
        targets += [w for w in command.words if not w.startswith("-")]
    if command.name in ("curl", "wget"):
        for flag, value in zip(command.words, command.words[1:], strict=False):
            if flag in ("-o", "--output", "-O") and not value.startswith("-"):
                targets.append(value)
    for target in targets:
        if not target or target.startswith(("/dev/", "&", "-")) or set(target) & set("$`*?(<"):
            continue
        path = posixpath.normpath(posixpath.join(command.cwd, target))
        if not path.startswith("?"):
            yield path
