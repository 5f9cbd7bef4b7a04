"""A plan of what a failure leaves to do, written so that it can be launched as it is."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from tmuxplan.config.write import front_matter
from tmuxplan.errors import TmuxplanError
from tmuxplan.journal.folder import RunFolder
from tmuxplan.library.again import again
from tmuxplan.library.keeping import kept_plan
from tmuxplan.library.options import Kept
from tmuxplan.library.reading import parsed
from tmuxplan.library.runs import frozen_of
from tmuxplan.plan.model import Plan, Task, Text
from tmuxplan.report.facts import RunFacts
from tmuxplan.report.fallback import Left, asked_there, fallback, left


def fallback_text(folder: RunFolder, kept: Kept, run: RunFacts, failed: str) -> tuple[str, str]:
    """The plan, or why there is none: one that reading again would understand otherwise than it
    is meant is worse than none."""
    try:
        plan = kept_plan(folder, frozen_of(folder).plan)
        rest = left(plan, run, failed)
        text = fallback(plan, run, rest, _settings(kept, rest))
        read = parsed(text.encode("utf-8", "surrogateescape"), "fallback.md")
    except (TmuxplanError, ValueError) as error:
        return "", f"no fallback plan: {error}"
    lost = _differs(rest, read)
    if lost:
        return "", f"no fallback plan: {lost} can't be written so that it reads the same"
    return text, ""


def launch_command(kept: Kept, path: Path) -> str:
    """The command line for it; what is no setting (values of `--set`, files) is given again."""
    options = msgspec.structs.replace(
        kept.options,
        only=(),
        skip=(),
        start_from=None,
        roots={},
        task_cwd="",
        sections=False,
        deps_from=None,
    )
    plan = Plan(path=str(path), title="", sha256="")
    return f"cd {shlex.quote(kept.cwd)} && {again(plan, options, kept.secret_names)}"


def _settings(kept: Kept, rest: Left) -> str:
    """Those of the launch, whole: the fallback plan may stand where no tmuxplan.yaml is found."""
    base, settings = Path(kept.cwd), kept.settings
    more: Mapping[str, Any] = {
        "cwd": kept.task_cwd or kept.cwd,
        "root": {old: str(base / new) for old, new in kept.roots.items()},
        "env": dict(kept.variables),
        "tasks": _of_tasks(msgspec.to_builtins(settings.tasks), rest),
        "locks": _of_tasks(msgspec.to_builtins(settings.locks), rest),
        "deps_from": None,
        "backend": None,
        "notify": (),
    }
    return front_matter(settings, more)


def _of_tasks(said: Mapping[str, Any], rest: Left) -> dict[str, Any]:
    return {id_: said[old] for id_, old in rest.was.items() if said.get(old)}


def _differs(rest: Left, plan: Plan) -> str:
    """The first thing that was not read back as it was meant; empty where all was."""
    read = {task.id: task for task in plan.tasks}
    if set(read) != {task.id for task in rest.tasks} | set(rest.recover):
        return "the tasks' ids"
    edges = {(edge.task, edge.on, edge.kind) for edge in rest.edges}
    edges |= {(waits, id_, "hard") for id_, waits in rest.recover.items()}
    if edges != {(edge.task, edge.on, edge.kind) for edge in plan.edges}:
        return "the dependencies"
    for task in rest.tasks:
        for part, one, other in _parts(task, read[task.id]):
            if one != other:
                return f"{part} of {task.id}"
    return ""


def _parts(one: Task, other: Task) -> Iterator[tuple[str, object, object]]:
    yield "`keep`", one.keep, other.keep
    yield "the timeout", one.timeout_s, other.timeout_s
    yield "the impact", one.blocks_the_run, other.blocks_the_run
    yield "the commands", _blocks(one), _blocks(other)
    yield "the criteria", _criteria(one), _criteria(other)
    yield "the gate", _text(one.gate), _text(other.gate)
    yield "the shell", _text(one.shell), _text(other.shell)
    yield "the host", _text(one.host), _text(other.host)
    yield "the locks", _locks(one), _locks(other)
    yield "when it is up", _up(one), _up(other)


def _blocks(task: Task) -> list[object]:
    ordered = sorted(task.blocks, key=lambda block: block.role)
    return [(b.text.rstrip("\n"), b.language, b.role, b.expects, b.window) for b in ordered]


def _criteria(task: Task) -> list[tuple[str, str, bool]]:
    return [(each.kind, each.code, each.negated) for each in asked_there(task)]


def _text(said: Text | None) -> str:
    return said.text if said else ""


def _locks(task: Task) -> set[str]:
    return {lock.text for lock in task.locks}


def _up(task: Task) -> tuple[str, str] | None:
    return (task.ready.kind, task.ready.value) if task.ready else None
