"""`cd` to a literal absolute directory that is not here, and that no earlier step may make.

Who may make a directory is looked up by the directory's own parts, and which tasks come earlier
is bits of an integer: a plan of 5,000 tasks with as many missing directories takes no square.
"""

from __future__ import annotations

from collections.abc import Iterator

from tmuxplan.lint.commands import Command
from tmuxplan.lint.finding import Finding
from tmuxplan.lint.reading import Script
from tmuxplan.lint.view import View
from tmuxplan.schedule.graph import graph_of, sorted_by_need
from tmuxplan.shell.places import CREATE, CREATE_ANYWHERE, ONLY_LOOK, literal_cds
from tmuxplan.shell.steps import Statement

_GO = frozenset({"cd", "pushd"})
_DEEPEST = 64  # components of a path that are looked at


def missing(view: View) -> Iterator[Finding]:
    """A warning in `check`, an error of a launch."""
    found = [(at, *each) for at, s in enumerate(view.scripts) for each in _candidates(view, s)]
    if not found:
        return
    made = Creations()
    for at, script in enumerate(view.scripts):
        for command in script.commands:
            made.add(command, 1 << at)
    earlier = _earlier(view)
    for at, line, directory in found:
        if not made.by(directory) & earlier[at]:
            yield Finding(
                line,
                f"{view.plan.tasks[at].id} goes to {directory}, which does not exist here",
                f"say where it is with --root {foreign_root(directory)}=DIRECTORY",
                directory,
                "error" if view.launching else None,
            )


def foreign_root(directory: str) -> str:
    """The part that another machine's owner chose: `/Users/ann/project` of a deeper path."""
    parts = directory.split("/")
    depth = 4 if parts[1:2] in (["Users"], ["home"]) else 3
    return "/".join(parts[:depth]) or directory


class Creations:
    """Who may create which directory, as bits."""

    def __init__(self) -> None:
        self._anything = 0
        self._above: dict[str, int] = {}  # a path -> those who may create what is under it
        self._under: dict[str, int] = {}  # a path -> those who name something under it
        self._named: dict[str, int] = {}  # a component -> those who create something called so

    def add(self, command: Command, bit: int) -> None:
        """Notes all that the command may create."""
        name = command.name
        if command.kind != "command" or name in ONLY_LOOK:
            return
        if not name or name in CREATE_ANYWHERE:
            self._anything |= bit
            return
        creates = name in CREATE
        for word in command.words:
            if not creates and word[:1] != "/":
                continue
            if "$" in word or "`" in word:
                self._anything |= bit if creates else 0
            elif word.startswith("/"):
                self._absolute(word.rstrip("/"), bit, creates)
            else:
                last = word.rstrip("/").rsplit("/", 1)[-1].removesuffix(".git")
                self._named[last] = self._named.get(last, 0) | bit

    def _absolute(self, path: str, bit: int, creates: bool) -> None:
        if creates:
            self._above[path] = self._above.get(path, 0) | bit
        for above in _upwards(path):
            self._under[above] = self._under.get(above, 0) | bit

    def by(self, directory: str) -> int:
        """Bits of all that may create it."""
        bits = self._anything | self._under.get(directory, 0)
        for above in _upwards(directory):
            bits |= self._above.get(above, 0)
        for part in directory.split("/")[:_DEEPEST]:
            bits |= self._named.get(part, 0)
        return bits


def _upwards(path: str) -> Iterator[str]:
    """The path and its parents."""
    parts = path.split("/")[:_DEEPEST]
    for end in range(len(parts), 0, -1):
        yield "/".join(parts[:end])


def _candidates(view: View, script: Script) -> Iterator[tuple[int, str]]:
    """Line and directory of each `cd` that the task's own earlier commands do not provide for."""
    if _GO.isdisjoint(script.names):
        return
    goes = [c for c in script.commands if (to := _absolute(c)) and not view.facts.is_directory(to)]
    if not goes:
        return
    wanted = {command.statement for command in goes}
    made = Creations()
    mine = iter(script.commands)
    upcoming = next(mine, None)
    for chain in script.chains:
        if chain.inside or chain.statement not in wanted:
            continue
        while upcoming is not None and upcoming.statement < chain.statement:
            made.add(upcoming, 1)
            upcoming = next(mine, None)
        statement = Statement(n=0, line=chain.line, text=chain.text)
        for place in literal_cds((statement,)):
            known = place.may_be_created or view.facts.is_directory(place.directory)
            if not known and not made.by(place.directory):
                yield place.line, place.directory


def _absolute(command: Command) -> str:
    if command.name not in _GO:
        return ""
    word = next((w for w in command.words if w.startswith("/")), "")
    return "" if "$" in word or "`" in word else word.rstrip("/") or "/"


def _earlier(view: View) -> list[int]:
    """By task: bits of all that it waits for, in whatever way, directly or not."""
    graph = graph_of(view.plan)
    at = view.order.at
    bits = [0] * len(at)
    for task in sorted_by_need(graph):
        for need in graph.needs[task]:
            bits[at[task]] |= bits[at[need.on]] | 1 << at[need.on]
    return bits
