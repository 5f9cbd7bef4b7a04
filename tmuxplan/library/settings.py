"""The settings of a plan: found, merged, and made to fit its tasks.

Flags are stronger than the plan's front matter, that than what the plan says elsewhere, that
than `tmuxplan.yaml` beside the plan or above it up to the repository's root.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from tmuxplan import machine
from tmuxplan.config.merge import merged
from tmuxplan.config.places import Layer, Place, Reading
from tmuxplan.config.places import Path as Key
from tmuxplan.config.read import read, read_task
from tmuxplan.config.schema import Settings
from tmuxplan.errors import Problem
from tmuxplan.library.naming import named
from tmuxplan.library.said import said
from tmuxplan.plan import foreword
from tmuxplan.plan.model import Plan, Text

FILE = "tmuxplan.yaml"
LARGEST = 1 << 20
"""Bytes of a settings file that are read."""

_changed = msgspec.structs.replace


class Settled(msgspec.Struct, frozen=True):
    """What holds for a plan. Tasks are named by their ids, directories are absolute.

    `places`: where each value was given, by path, the one that counts first.
    """

    settings: Settings = Settings()
    places: Mapping[Key, tuple[Place, ...]] = {}
    problems: tuple[Problem, ...] = ()

    def place(self, *path: str) -> Place:
        """Where the value that counts was given."""
        return self.places.get(path, (Place("default"),))[0]


def settle(plan: Plan, flags: Layer | None = None) -> Settled:
    """The settings of this plan, with what is wrong in their texts. Reads; runs nothing."""
    fronts, wrong = _layers(plan, _front_matter(plan))
    files, more = _layers(plan, _file(plan))
    problems = [*wrong, *_given_twice(fronts), *more]
    own = said(plan, files)
    found = merged([flags or Layer(), *fronts, own, *files])
    problems += _init_problems(found.settings, found.places)
    return Settled(found.settings, found.places, tuple(problems))


def _layers(plan: Plan, readings: Sequence[Reading]) -> tuple[list[Layer], list[Problem]]:
    """With the plan's ids and whole paths; and what is wrong with them."""
    problems = [problem for reading in readings for problem in reading.problems]
    layers = []
    for reading in readings:
        layer, wrong = named(plan, _placed(reading.layer))
        layers.append(layer)
        problems += [*wrong, *_codes(layer)]
    return layers, problems


def _codes(layer: Layer) -> list[Problem]:
    """Codes to be left out that no problem has: the problem that was meant would stay."""
    if not layer.settings.allow:
        return []
    from tmuxplan.lint.catalogue import is_code, nearest  # noqa: PLC0415 (long tables of words)

    unknown = [code for code in layer.settings.allow if not is_code(code)]
    place = layer.given["allow",]
    return [
        Problem(
            "unknown-code",
            "error",
            place.file,
            place.line,
            f"allow: {code[:60]!r} is no code of a problem",
            f"the nearest one is {nearest(code)!r}; `tmuxplan check` prints those of a plan",
        )
        for code in unknown
    ]


def _given_twice(fronts: Sequence[Layer]) -> list[Problem]:
    """Front matter of several files is one text: what two of them say is said twice there too.

    A task's own file may say otherwise than what lists it.
    """
    seen: dict[Key, Place] = {}
    problems = []
    for front in fronts:
        for path, place in front.given.items():
            before = seen.setdefault(path, place)
            if before is not place and path[0] not in _JOINED and path[0] != "tasks":
                what = f"{'.'.join(path)} was given already, at {before}"
                where, remedy = (place.file, place.line), "take one of them out"
                problems.append(Problem("duplicate-key", "error", *where, what, remedy))
    return problems


_JOINED = frozenset({"allow", "secrets", "respond", "notify", "markers"})


def find_file(plan: Path) -> Path | None:
    """The settings file for this plan: beside it, or above it inside the same repository."""
    start = Path(os.path.abspath(plan))  # noqa: PTH100 (symbolic links stay)
    folders = [start if start.is_dir() else start.parent]
    folders += folders[0].parents
    roots = [n for n, folder in enumerate(folders) if (folder / ".git").exists()]
    for folder in folders[: roots[0] + 1 if roots else 1]:
        if (folder / FILE).exists():
            return folder / FILE
    return None


def _front_matter(plan: Plan) -> list[Reading]:
    """The plan's, the strongest first: what a task's own file says of it, then what is said of
    the whole plan."""
    if plan.files:
        owner = {task.file: task.id for task in reversed(plan.tasks)}
        files = sorted(plan.files, key=lambda file: file.path not in owner)
        return [
            _of_file(file.front_matter, file.path, owner.get(file.path, ""), False)
            for file in files
            if file.front_matter
        ]
    if plan.front_matter is None:
        return []
    task = plan.tasks[0].id if plan.tasks and foreword.is_task(plan.front_matter) else ""
    return [_of_file(plan.front_matter, plan.path, task, True)]


def _of_file(text: Text, path: str, task: str, alone: bool) -> Reading:
    folder = str(Path(path).absolute().parent)
    if task:
        return read_task(text.text, path, task, text.line, folder, alone)
    return read(text.text, path, "plan", text.line, folder)


def _file(plan: Plan) -> list[Reading]:
    path = find_file(Path(plan.path))
    if path is None:
        return []
    shown = _shown(path)
    try:
        with path.open("rb") as file:
            raw = file.read(LARGEST + 1)
        if len(raw) > LARGEST:
            return [_unread(shown, "it is larger than 1 MB", "take out what is no setting")]
        return [read(raw.decode("utf-8-sig"), shown, "file", 1, str(path.parent))]
    except UnicodeDecodeError:
        return [_unread(shown, "it is not UTF-8", "save it as UTF-8")]
    except OSError as error:
        return [_unread(shown, error.strerror or "error", "check its permissions")]


def _unread(file: str, why: str, remedy: str) -> Reading:
    problem = Problem("bad-settings", "error", file, 0, f"can't be read: {why}", remedy)
    return Reading(Layer(), (problem,))


def _shown(path: Path) -> str:
    """From here where that is shorter."""
    near = os.path.relpath(path)
    return near if len(near) < len(str(path)) else str(path)


def _placed(layer: Layer) -> Layer:
    """Directories are relative to the file that names them."""
    settings = layer.settings
    root = {old: _absolute(layer, new) for old, new in settings.root.items()}
    cwd = _absolute(layer, settings.cwd) if settings.cwd else ""
    return _changed(layer, settings=_changed(settings, root=root, cwd=cwd))


def _absolute(layer: Layer, path: str) -> str:
    return os.path.normpath(Path(layer.folder, Path(path).expanduser()))


def _init_problems(settings: Settings, places: Mapping[Key, tuple[Place, ...]]) -> list[Problem]:
    complaint = machine.syntax_error("\n".join(settings.shell_init)) if settings.shell_init else ""
    if not complaint:
        return []
    place = places["shell_init",][0]
    what = f"shell_init can't be run: {complaint}"
    remedy = "mend the lines; `bash -n` shows the same"
    return [Problem("bad-setting", "error", place.file, place.line, what, remedy)]
