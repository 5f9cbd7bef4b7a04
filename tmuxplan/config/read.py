"""YAML text -> settings, each with its line; every fault, not only the first."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import msgspec

from tmuxplan.config import document, scalars
from tmuxplan.config.foreign import Keys
from tmuxplan.config.places import Kind, Layer, Path, Place, Reading
from tmuxplan.config.scalars import WrongError
from tmuxplan.config.schema import Settings, TaskSettings
from tmuxplan.config.shape import Shape, settings_shape
from tmuxplan.errors import Problem, Severity
from tmuxplan.later import Later

if TYPE_CHECKING:
    import difflib

    import yaml
else:
    difflib = Later("difflib")
    yaml = Later("yaml")

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
_NOTHING = object()


def read(
    text: str, file: str, kind: Kind = "file", first_line: int = 1, folder: str = ""
) -> Reading:
    """The settings in `text`, whose first line is line `first_line` of `file`.

    `kind` "plan" is front matter: keys that belong to the plan, or to other programs, may
    stand beside ours.
    """
    reader = _Reader(file, kind, first_line)
    settings = reader.settings(text)
    problems = sorted(reader.problems, key=lambda problem: problem.line)
    return Reading(Layer(settings, reader.given, folder), tuple(problems))


def read_task(
    text: str, file: str, task: str, first_line: int = 1, folder: str = "", alone: bool = False
) -> Reading:
    """The settings in the front matter of a file that is one task of a plan of many.

    They are those of `tasks`, for this task. `alone`: the file is the whole plan, so that it may
    say what holds for a plan as well.
    """
    reader = _Reader(file, "plan", first_line)
    settings = reader.of_task(text, task, alone)
    problems = sorted(reader.problems, key=lambda problem: problem.line)
    return Reading(Layer(settings, reader.given, folder), tuple(problems))


class _Reader:
    def __init__(self, file: str, kind: Kind, first_line: int) -> None:
        self.given: dict[Path, Place] = {}
        self.problems: list[Problem] = []
        self._file, self._kind, self._first_line = file, kind, first_line
        self._of_plan: frozenset[str] = frozenset()

    def settings(self, text: str) -> Settings:
        shape = settings_shape()
        keys = Keys(shape.fields, self._kind)
        node = self._mapping(text, shape, keys)
        found = self._struct(node, shape, (), keys) if node else None
        return found if isinstance(found, Settings) else Settings()

    def of_task(self, text: str, task: str, alone: bool) -> Settings:
        shape = settings_shape()
        own = shape.fields["tasks"].item or shape
        keys = Keys({**shape.fields, **own.fields}, self._kind)
        node = self._mapping(text, shape, keys)
        if node is None:
            return Settings()
        wide, narrow = _parted(node, shape, own) if alone else (None, node)
        self._of_plan = frozenset(shape.fields) - set(own.fields)
        found = self._struct(narrow, own, ("tasks", task), keys)
        found = Settings(tasks={task: found} if isinstance(found, TaskSettings) else {})
        if wide is None:
            return found
        self._of_plan = frozenset()
        more = self._struct(wide, shape, (), keys)
        more = more if isinstance(more, Settings) else Settings()
        return msgspec.structs.replace(more, tasks={**more.tasks, **found.tasks})

    def _mapping(self, text: str, shape: Shape, keys: Keys) -> yaml.MappingNode | None:
        """The text's mapping; None where there is none, which has been noted if it is a fault."""
        try:
            node = document.tree(text)
        except document.RefusedError as refused:
            severity = keys.severity_of_garbage(text)
            at = self._first_line + max(0, refused.line - 1)
            self._note("bad-yaml", at, refused.what, refused.remedy, severity)
            return None
        if node is None or scalars.is_null(node):
            return None
        if not isinstance(node, yaml.MappingNode):
            self._wrong(node, scalars.wrong(node, shape, "this document"))
            return None
        return node

    def _value(self, node: yaml.Node, shape: Shape, path: Path) -> Any:
        """The value, or `_NOTHING` where it is wrong, which has been noted then."""
        if shape.kind == "struct" and isinstance(node, yaml.MappingNode):
            return self._struct(node, shape, path, Keys(shape.fields, "file"))
        if shape.kind == "map" and isinstance(node, yaml.MappingNode):
            return self._map(node, shape, path)
        value = self._leaf(node, shape, path)
        if value is not _NOTHING:
            self.given[path] = Place(self._kind, self._file, self._line(node))
        return value

    def _leaf(self, node: yaml.Node, shape: Shape, path: Path) -> Any:
        if shape.kind in ("list", "lines") and isinstance(node, yaml.SequenceNode):
            item = shape.item or Shape("str")
            items = [self._item(one, item, path) for one in node.value]
            return _NOTHING if _NOTHING in items else tuple(items)
        try:
            return scalars.scalar(node, shape, ".".join(path))
        except WrongError as error:
            self._wrong(node, error)
            return _NOTHING

    def _item(self, node: yaml.Node, shape: Shape, path: Path) -> Any:
        """An entry of a list: its place is the list's."""
        if shape.kind != "struct" or not isinstance(node, yaml.MappingNode):
            return self._leaf(node, shape, path)
        given, self.given = self.given, {}
        value = self._struct(node, shape, path, Keys(shape.fields, "file"))
        self.given = given
        return value

    def _struct(self, node: yaml.MappingNode, shape: Shape, path: Path, keys: Keys) -> Any:
        values: dict[str, Any] = {}
        seen: list[str] = []
        for name, key, value in self._entries(node, path):
            seen.append(name)
            field = shape.fields.get(name)
            if field is None:
                self._unknown(name, key, path, keys, node)
                continue
            found = self._value(value, field, (*path, name))
            if found is not _NOTHING:
                values[name] = found
        needed = [name for name, field in shape.fields.items() if field.needed]
        for name in needed:
            if name not in seen:
                what = f"{'.'.join(path)}: {name} is missing"
                self._wrong(node, WrongError(what, f"write {name}: …"))
        return shape.cls(**values) if values.keys() >= set(needed) else _NOTHING

    def _map(self, node: yaml.MappingNode, shape: Shape, path: Path) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, key, value in self._entries(node, path):
            bad = _bad_name(name, path)
            if bad:
                self._wrong(key, bad)
            elif shape.item:
                one = self._value(value, shape.item, (*path, name))
                found |= {} if one is _NOTHING else {name: one}
        return found

    def _entries(
        self, node: yaml.MappingNode, path: Path
    ) -> Iterator[tuple[str, yaml.Node, yaml.Node]]:
        """Key as written, key and value; what comes twice or is no plain key is a problem."""
        lines: dict[str, int] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode) or not key.value:
                self._wrong(key, WrongError("this is no key", "write `key: value`"))
            elif key.value in lines:
                name = ".".join((*path, key.value))
                what = f"{name} was given already, on line {lines[key.value]}"
                self._wrong(key, WrongError(what, "take one of them out", "duplicate-key"))
            else:
                lines[key.value] = self._line(key)
                yield key.value, key, value

    def _unknown(
        self, name: str, key: yaml.Node, path: Path, keys: Keys, node: yaml.MappingNode
    ) -> None:
        if name in self._of_plan:
            self._wrong(key, WrongError(f"{name!r} is a setting of the whole plan", _ELSEWHERE))
            return
        severity = keys.severity_of(name, [str(each.value) for each, _ in node.value])
        if severity is None:
            return
        where = f"{'.'.join(path)}: " if path else ""
        near = difflib.get_close_matches(name.replace("-", "_"), list(keys.ours), 1, 0.0)[0]
        note = "" if severity == "error" else "; it is left to others"
        self._note(
            "unknown-key",
            self._line(key),
            f"{where}{name[:60]!r} is no setting{note}",
            f"the nearest one is {near!r}",
            severity,
        )

    def _wrong(self, node: yaml.Node, error: WrongError) -> None:
        self._note(error.code, self._line(node), error.what, error.remedy)

    def _note(
        self, code: str, line: int, what: str, remedy: str, severity: Severity = "error"
    ) -> None:
        self.problems.append(Problem(code, severity, self._file, line, what, remedy))

    def _line(self, node: yaml.Node) -> int:
        line: int = node.start_mark.line + self._first_line
        return line


_ELSEWHERE = "give it in the front matter of the file that lists the tasks, or in tmuxplan.yaml"


def _parted(
    node: yaml.MappingNode, shape: Shape, own: Shape
) -> tuple[yaml.MappingNode, yaml.MappingNode]:
    """What is said of the plan, and what of its one task. A list of locks is the task's."""

    def is_own(name: str, value: yaml.Node) -> bool:
        both = name == "locks" and isinstance(value, yaml.SequenceNode)
        return name in own.fields and (both or name not in shape.fields)

    sides: dict[bool, list[tuple[yaml.Node, yaml.Node]]] = {True: [], False: []}
    for key, value in node.value:
        sides[is_own(str(key.value), value)].append((key, value))
    wide, narrow = (
        yaml.MappingNode(node.tag, sides[side], node.start_mark, node.end_mark)
        for side in (False, True)
    )
    return wide, narrow


def _bad_name(name: str, path: Path) -> WrongError | None:
    if path[-1:] == ("env",) and not _NAME.fullmatch(name):
        return WrongError(f"{name!r} is no name of a variable", "use letters, digits and _")
    if path == ("root",) and not name.startswith("/"):
        return WrongError(f"root: {name!r} is not absolute", "write it from / on")
    return None
