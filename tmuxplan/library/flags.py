"""The options of a launch that settings may say too, as the strongest layer of settings."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

from tmuxplan.config.places import Layer, Place
from tmuxplan.config.places import Path as Key
from tmuxplan.config.schema import Settings
from tmuxplan.library.options import Options
from tmuxplan.library.settings import Settled

_SINGLE = {
    "jobs": "--jobs",
    "backend": "--backend",
    "grace_s": "grace_s",
    "retries": "--retries",
    "retry_delay_s": "--retry-delay",
    "max_failures": "--max-failures",
    "halt": "--halt",
    "secrets": "--secret",
    "infer_locks": "--no-infer-locks",
    "allow": "--allow",
    "deps_from": "--deps-from",
}
_NAMES = {"grace_s": "grace", "retry_delay_s": "retry_delay"}


def flags(options: Options) -> Layer:
    """What was given on the command line, or to the library's `launch`."""
    given: dict[Key, Place] = {}
    values: dict[str, object] = {"env": {**options.env, **options.sets}, "root": options.roots}
    for field, flag in _SINGLE.items():
        value = getattr(options, field)
        if value not in (None, ()):
            name = _NAMES.get(field, field)
            values[name] = value
            given[name,] = _flag(flag)
    if options.keep_going:
        values["max_failures"] = None
        given["max_failures",] = _flag("--keep-going")
    given |= {("root", old): _flag("--root") for old in options.roots}
    given |= {("env", name): _flag("--env-file") for name in options.env}
    given |= {("env", name): _flag("--set") for name in options.sets}
    if options.task_cwd:
        values["cwd"] = os.path.normpath(Path(options.cwd, options.task_cwd).absolute())
        given["cwd",] = _flag("--cwd")
    return Layer(msgspec.structs.replace(Settings(), **values), given)


def flags_win(settled: Settled) -> Settings:
    """The settings, with no task's own variables over those that a flag gave."""
    given = {path[1] for path, where in settled.places.items() if _by_flag(path, where)}
    if not given:
        return settled.settings
    tasks = {
        task: msgspec.structs.replace(
            own, env={name: value for name, value in own.env.items() if name not in given}
        )
        for task, own in settled.settings.tasks.items()
    }
    return msgspec.structs.replace(settled.settings, tasks=tasks)


def _by_flag(path: Key, where: tuple[Place, ...]) -> bool:
    return path[0] == "env" and where[0].kind == "flag"


def _flag(name: str) -> Place:
    return Place("flag", name=name)
