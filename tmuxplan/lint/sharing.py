"""What two tasks that may run at once would both take: ports, files, environments, worktrees."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from tmuxplan.lint import servers
from tmuxplan.lint.commands import Command
from tmuxplan.lint.finding import Finding, line_at
from tmuxplan.lint.reading import Script
from tmuxplan.lint.view import View

_GIT_WRITES = frozenset(
    """checkout switch reset rebase merge stash commit pull cherry-pick revert am clean add
    restore""".split()  # noqa: SIM905
)
_INSTALLS = (
    ("pip", "install"),
    ("pip3", "install"),
    ("uv", "sync"),
    ("poetry", "install"),
    ("pipenv", "install"),
    ("npm", "install"),
    ("npm", "ci"),
    ("npm", "i"),
    ("pnpm", "install"),
    ("pnpm", "i"),
    ("yarn", "install"),
    ("bun", "install"),
    ("bundle", "install"),
    ("composer", "install"),
)
_PYTHON = frozenset({"pip", "pip3", "uv", "poetry", "pipenv"})

Uses = dict[str, list[tuple[int, Command]]]


def ports(view: View) -> Iterator[Finding]:
    """One port, two servers: the second dies, and its tests talk to the first."""
    uses: Uses = {}
    for at, script in enumerate(view.scripts):
        for bound in servers.ports(script):
            uses.setdefault(str(bound.port), []).append((at, bound.command))
    for port, users in uses.items():
        yield from _clashes(view, users, f"port {port}", f"**Locks:** port:{port}", "bind")


def files(view: View) -> Iterator[Finding]:
    """One fixed file that two tasks write."""
    uses: Uses = {}
    for at, script in enumerate(view.scripts):
        for command in script.commands:
            for path in _written(command):
                uses.setdefault(path, []).append((at, command))
    for path, users in uses.items():
        yield from _clashes(view, users, path, f"**Locks:** file:{path}", "write")


def environments(view: View) -> Iterator[Finding]:
    """Two installations into one environment at the same time."""
    uses: Uses = {}
    for at, script in enumerate(view.scripts):
        for place, command in _installs(script):
            uses.setdefault(place, []).append((at, command))
    for place, users in uses.items():
        yield from _clashes(view, users, place, f"**Locks:** venv:{place}", "install into")


def worktrees(view: View) -> Iterator[Finding]:
    """Two tasks that change one git worktree."""
    uses: Uses = {}
    for at, script in enumerate(view.scripts):
        for command in script.commands:
            sub = next((w for w in command.words if not w.startswith("-")), "")
            known = "-C" not in command.words and not command.cwd.startswith("?")
            if command.name == "git" and sub in _GIT_WRITES and known:
                uses.setdefault(command.cwd, []).append((at, command))
    for place, users in uses.items():
        name = "the launch's directory" if place == "." else place
        what = f"the git worktree in {name}"
        yield from _clashes(view, users, what, f"**Locks:** worktree:{place}", "change")


def borrowed(view: View) -> Iterator[Finding]:
    """`source` of an environment that another task makes, without a word of that task."""
    makers: dict[str, int] = {}
    for at, script in enumerate(view.scripts):
        for command in script.commands:
            if _makes(command):
                makers.setdefault(_made(command), at)
    for at, script in enumerate(view.scripts):
        own = {_made(c) for c in script.commands if _makes(c)}
        for command in script.commands:
            if command.name not in ("source", ".") or not command.words:
                continue
            place = _environment(command)
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
        how = "only an optional dependency keeps them apart" if softly else "they may run at once"
        yield Finding(
            first[later].line,
            f"{other.id} ({line_at(first[earlier].line)}) and {task.id} both {verb} {what}, "
            f"and {how}",
            f"give both `{lock}`, or make one depend on the other",
            first[later].text.split("\n")[0],
        )


def _locked(view: View, one: int, other: int) -> bool:
    """Whether a lock of the plan's own keeps the two apart."""
    mine = {lock.text for lock in view.plan.tasks[one].locks}
    return bool(mine & {lock.text for lock in view.plan.tasks[other].locks})


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


def _installs(script: Script) -> Iterator[tuple[str, Command]]:
    active = ""
    for command in script.commands:
        if command.name in ("source", ".") and command.words:
            active = _environment(command) or active
        words = command.whole
        if words[:3] in (("python", "-m", "pip"), ("python3", "-m", "pip")):
            words = words[2:]
        if words[:2] not in _INSTALLS or command.cwd.startswith("?"):
            continue
        if {"-g", "--global", "--user", "-t", "--target", "--prefix"} & set(words):
            continue
        if words[0] not in _PYTHON:
            yield posixpath.normpath(posixpath.join(command.cwd, "node_modules")), command
        elif active:
            yield active, command


def _environment(command: Command) -> str:
    """The environment whose `bin/activate` is sourced; nothing if it is none."""
    path = command.words[0]
    folder, _, rest = path.rpartition("/bin/activate")
    if not folder or rest or "$" in path or command.cwd.startswith("?"):
        return ""
    return posixpath.normpath(posixpath.join(command.cwd, folder))


def _makes(command: Command) -> bool:
    words = command.whole
    if command.kind != "command" or command.cwd.startswith("?"):
        return False
    return (words[1:3] == ("-m", "venv") and words[0].startswith("python")) or (
        words[0] == "virtualenv" or words[:2] == ("uv", "venv")
    )


def _made(command: Command) -> str:
    """The directory that `python -m venv X`, `virtualenv X` or `uv venv X` makes."""
    words = command.words
    if command.name != "virtualenv":
        words = words[words.index("venv") + 1 :]
    plain = [word for word in words if not word.startswith("-")]
    return posixpath.normpath(posixpath.join(command.cwd, plain[-1] if plain else ".venv"))
