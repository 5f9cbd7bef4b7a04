"""A plan for an assistant: its problems, what was understood, and what a launch would do."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec

from tmuxplan.config.schema import Settings
from tmuxplan.errors import UsageError
from tmuxplan.integrations.mcp.results import Checked, Command, PlannedTask, Problem, Shown
from tmuxplan.judge.secrets import mask, secret_values
from tmuxplan.library.agreed import is_agreed, mark_of, what_runs
from tmuxplan.library.assisting.masks import masked, page
from tmuxplan.library.checking import examine
from tmuxplan.library.flags import flags
from tmuxplan.library.freeze import freeze, rewritten
from tmuxplan.library.inferring import with_inferred_locks
from tmuxplan.library.learning import with_learned
from tmuxplan.library.options import Options
from tmuxplan.library.reading import load
from tmuxplan.library.settings import settle
from tmuxplan.library.understanding import plan_to_run
from tmuxplan.plan.ids import resolve
from tmuxplan.plan.model import Frozen, Task
from tmuxplan.report.words import one_line
from tmuxplan.schedule.graph import critical_path
from tmuxplan.schedule.selection import Selection
from tmuxplan.shell.steps import Shells

MOST_PROBLEMS, MOST_TASKS, MOST_LEFT_OUT = 50, 50, 20
_MOST_WORDS = 2000  # characters of one command


class ToLaunch(msgspec.Struct, frozen=True):
    """A launch that would be accepted. `question` says what would run; `mark` stands for the
    content. `agreed`: a person said yes to it before, and to no less than what is launched."""

    plan: str
    question: str
    mark: str
    agreed: bool


def checked(plan: str, roots: Mapping[str, str], sets: Mapping[str, str]) -> Checked:
    """Its problems on this machine, the errors first. UsageError: it can't be read."""
    found = examine(load(_inside(plan)), roots, sets=sets, with_shellcheck=True).problems
    errors = [problem for problem in found if problem.severity == "error"]
    others = [problem for problem in found if problem.severity != "error"]
    shown = [*errors, *others][:MOST_PROBLEMS]
    return Checked(
        plan=plan,
        launchable=not errors,
        errors=len(errors),
        warnings=len(others),
        problems=[
            Problem(p.code, p.severity, p.file, p.line, masked(p.message), masked(p.remedy))
            for p in shown
        ],
        more=len(found) - len(shown),
    )


def shown(plan: str, task: str | None, offset: int) -> Shown:
    """What was understood of a plan, a page of its tasks at a time; or of one task, with its
    commands."""
    read = load(_inside(plan))
    settings = settle(read).settings
    shells = Shells()
    read = rewritten(read, settings.root, {})
    found = examine(read, shells=shells)
    frozen = freeze(with_inferred_locks(read, found.locks, settings.root, settings.cwd), shells)
    frozen = with_learned(frozen, settings, Path.cwd())
    tasks = frozen.plan.tasks
    if task is not None:
        wanted = resolve(frozen.plan, task)
        tasks = tuple(one for one in tasks if one.id == wanted)
    some, following = page(tasks, offset, MOST_TASKS)
    path = critical_path(frozen.plan)
    errors = sum(problem.severity == "error" for problem in found.problems)
    return Shown(
        plan=plan,
        title=masked(one_line(frozen.plan.title)),
        task_count=len(frozen.plan.tasks),
        tasks=[_planned(frozen, one, task is not None) for one in some],
        next_offset=following,
        critical_path=list(path.tasks),
        critical_path_s=path.high_s,
        outward=_outward(frozen, settings),
        errors=errors,
        warnings=len(found.problems) - errors,
        agreed=is_agreed(mark_of(frozen, settings)),
    )


def _outward(frozen: Frozen, settings: Settings) -> list[str]:
    everything = Selection(tuple(task.id for task in frozen.plan.tasks), partial=False)
    said = what_runs(frozen, everything, settings)
    return [masked(line.strip()) for line in said if line.startswith("  !!")]


def _planned(frozen: Frozen, task: Task, with_commands: bool) -> PlannedTask:
    steps = frozen.steps.get(task.id, ())
    needs = [edge for edge in frozen.plan.edges if edge.task == task.id]
    own = steps if with_commands else ()
    return PlannedTask(
        id=task.id,
        title=masked(one_line(task.title)),
        line=task.line,
        steps=len(steps),
        impact=one_line(task.impact.level) if task.impact else "",
        blocks_the_run=task.blocks_the_run,
        estimate_s=task.estimate.high_s if task.estimate else None,
        learned_s=task.learned.seconds if task.learned else None,
        needs=[one.on if one.kind == "hard" else f"{one.on} ({one.kind})" for one in needs],
        locks=[masked(one_line(lock.text)) for lock in task.locks],
        gate=task.gate is not None,
        commands=[Command(step.line, masked(step.text[:_MOST_WORDS])) for step in own],
        checks=[masked(one_line(one.text)) for one in task.criteria] if with_commands else [],
    )


def to_launch(plan: str, options: Options) -> ToLaunch:
    """What a launch would do. PlanError, UsageError: why it would be refused."""
    read = load(_inside(plan), options.deps_from, options.sections)
    frozen, selection, _ = plan_to_run(read, options)
    settings = settle(read, flags(options)).settings
    mark = mark_of(frozen, settings)
    without = _left_out(frozen, selection)
    lines = [*_added(options), *without, *what_runs(frozen, selection, settings)]
    question = mask(masked("\n".join(lines), options.secrets), secret_values(options.sets))
    return ToLaunch(one_line(plan), question, mark, is_agreed(mark) and not without)


def _added(options: Options) -> list[str]:
    """What the assistant, not the plan, says of the launch: as a line each, for a person."""
    sets = [f"  with {one_line(f'{name}={value}')}" for name, value in options.sets.items()]
    roots = [f"  with {one_line(f'{new} for {old}')}" for old, new in options.roots.items()]
    return [*sets, *roots]


def _left_out(frozen: Frozen, selection: Selection) -> list[str]:
    """What tasks need and a part of the plan leaves out, a gate's signature say: who agreed to the
    plan did not agree to go without."""
    chosen = frozenset(selection.tasks)
    found = [
        f"  without {edge.on}, which {edge.task} needs"
        for edge in frozen.plan.edges
        if edge.task in chosen and edge.on not in chosen
    ]
    more = [f"  … and {len(found) - MOST_LEFT_OUT} more such"] if len(found) > MOST_LEFT_OUT else []
    return [*found[:MOST_LEFT_OUT], *more]


def _inside(plan: str) -> str:
    """UsageError: the plan is elsewhere. Whoever started the server said where plans are."""
    here = Path.cwd().resolve()
    try:
        inside = Path(plan).resolve().is_relative_to(here)
    except (OSError, ValueError, RuntimeError) as error:  # a NUL; links in a circle
        raise UsageError(f"{plan!r} is no path: {error}", "name a plan") from error
    if not inside:
        raise UsageError(
            f"is not in {here}, where this server looks for plans",
            "a person can start it elsewhere: tmuxplan mcp --directory DIR",
            one_line(plan),
        )
    return plan
