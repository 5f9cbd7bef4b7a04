"""What was understood of a plan, for `show` and `launch --dry-run`."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from rich.console import Group
from rich.text import Text

from tmuxplan.errors import Problem
from tmuxplan.plan.model import Edge, Frozen, Plan, Step, Task
from tmuxplan.report.limits import limits
from tmuxplan.report.words import counted, lines, listed, one_line, span
from tmuxplan.schedule.graph import critical_path, expected_path, waves
from tmuxplan.ui.columns import Column, columns
from tmuxplan.ui.screen import Screen, rendered, screen
from tmuxplan.ui.sheet import finished, section

_WHAT_RUNS = "What runs (with bash, in the directory of the launch, where nothing else is said)"


def plan_table(
    frozen: Frozen,
    problems: Sequence[Problem] | None = None,
    selected: Collection[str] | None = None,
    on: Screen | None = None,
) -> str:
    """Tasks, dependencies, waves, critical path, what would run, problems; as text.

    `selected`: only these tasks. `problems` None: those that reading the plan found.
    """
    on = on or screen()
    plan = frozen.plan
    chosen = tuple(task for task in plan.tasks if selected is None or task.id in selected)
    found = plan.problems if problems is None else tuple(problems)
    shown = [
        rendered(Group(*_head(plan, chosen)), on),
        "",
        *columns(_shape(chosen), _rows(plan, chosen, frozen.steps), on),
        *section("Learned from earlier runs", _learned(chosen), on),
        *section("Dependencies", _edges(plan, chosen), on),
        *section("Waves", _waves(plan, chosen), on),
        *section("Critical path", _critical(plan), on),
        *section("Locks", [f"{t.id}: {_locks(t)}" for t in chosen if t.locks], on),
        *section(
            "Preconditions, which nothing checks",
            [f"{t.id}: {_texts(t.preconditions)}" for t in chosen if t.preconditions],
            on,
        ),
        *section(_WHAT_RUNS, [line for t in chosen for line in _steps(t, frozen)], on),
        *section(
            "Not run",
            [f"{_at(loose.line, loose.file)}: {one_line(loose.reason)}" for loose in plan.loose],
            on,
        ),
        *section("Problems", [one_line(str(problem), 1000) for problem in found], on),
    ]
    return finished("\n".join(shown), on)


def _head(plan: Plan, chosen: tuple[Task, ...]) -> Iterator[Text]:
    of = "" if len(chosen) == len(plan.tasks) else f" of {len(plan.tasks)}"
    yield Text(one_line(plan.title), "bold")
    yield Text(f"{plan.path}: {len(chosen)}{of} {'task' if len(plan.tasks) == 1 else 'tasks'}")
    if plan.order_rule:
        yield Text(f"order: {one_line(plan.order_rule)}")


def _shape(chosen: tuple[Task, ...]) -> tuple[Column, ...]:
    longest = max((len(task.id) for task in chosen), default=2)
    return (
        Column("id", narrowest=min(12, longest), widest=12),
        Column("title", ratio=3),
        Column("line", justify="right"),
        Column("steps", justify="right"),
        Column("impact", widest=14),
        Column("estimate", widest=14),
        Column("needs", ratio=2),
    )


def _rows(
    plan: Plan, chosen: tuple[Task, ...], steps: dict[str, tuple[Step, ...]]
) -> list[tuple[str, ...]]:
    needs = _needs(plan.edges)
    return [
        (
            task.id,
            one_line(task.title),
            _at(task.line, task.file).removeprefix("line "),
            str(len(steps.get(task.id, ()))) if task.blocks else "person",
            _impact(task),
            one_line(task.estimate.text) if task.estimate else "not said",
            listed(tuple(needs.get(task.id, ()))),
        )
        for task in chosen
    ]


def _learned(chosen: tuple[Task, ...]) -> list[str]:
    """How long tasks took, beside what the plan says."""
    return [
        f"{task.id}: ~{span(task.learned.seconds)} from {counted(task.learned.runs, 'run')}"
        + (f", estimated {one_line(task.estimate.text)}" if task.estimate else "")
        for task in chosen
        if task.learned is not None
    ]


def _at(line: int, file: str) -> str:
    """`line 7`, or the file's name with it where the plan has several."""
    return f"{one_line(file).rpartition('/')[2]}:{line}" if file else f"line {line}"


def _impact(task: Task) -> str:
    if task.impact is None:
        return "not said"
    level = one_line(task.impact.level)
    return level if not task.impact.blocks else f"{level}, blocks"


def _needs(edges: tuple[Edge, ...]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for edge in edges:
        name = edge.on if edge.kind == "hard" else f"{edge.on} ({edge.kind})"
        found.setdefault(edge.task, []).append(name)
    return found


def _edges(plan: Plan, chosen: tuple[Task, ...]) -> list[str]:
    ids = {task.id for task in chosen}
    return [
        f"{edge.task} needs {edge.on} ({edge.kind}): {_sources(edge)}"
        for edge in plan.edges
        if edge.task in ids
    ]


def _sources(edge: Edge) -> str:
    said = (f"{s.kind} {_at(s.line, s.file)}" if s.line else s.kind for s in edge.sources)
    return listed(tuple(dict.fromkeys(said))) or "not said where"


def _waves(plan: Plan, chosen: tuple[Task, ...]) -> list[str]:
    ids = {task.id for task in chosen}
    inside = (tuple(task for task in wave if task in ids) for wave in waves(plan))
    return [f"{n}: {listed(wave, 40)}" for n, wave in enumerate((w for w in inside if w), 1)]


def _critical(plan: Plan) -> list[str]:
    path = critical_path(plan)
    if not path.tasks or not path.high_s:
        return _expected(plan)
    found = [f"{' → '.join(path.tasks)}: {_range(path.low_s, path.high_s)}"]
    claims = plan.claims
    for name, claim in (("parallel", claims.parallel_time), ("serial", claims.serial_time)):
        if claim is not None:
            found.append(f"the plan claims ({name}, line {claim.line}): {one_line(claim.text)}")
    found += _expected(plan)
    unsaid = tuple(task.id for task in plan.tasks if task.expected_s is None)
    if unsaid:
        found.append(f"counted as nothing, having no estimate: {listed(unsaid)}")
    return found


def _expected(plan: Plan) -> list[str]:
    """By what tasks took, and estimates where they never ran."""
    path = expected_path(plan)
    if path is None or not path.high_s:
        return []
    return [f"by earlier runs: {' → '.join(path.tasks)}: ~{span(path.high_s)}"]


def _range(low: float, high: float) -> str:
    return span(high) if low == high else f"{span(low)} to {span(high)}"


def _steps(task: Task, frozen: Frozen) -> Iterator[str]:
    own = frozen.steps.get(task.id, ())
    how = f"{_elsewhere(task)}{limits(task, frozen.plan)}"
    yield f"{task.id} {one_line(task.title)}: {counted(len(own), 'step')}{how}"
    for step in own:
        first, *rest = step.text.splitlines() or ("",)
        shown = "".join(lines(first)).strip()
        check = "check: " if step.criterion is not None else ""
        more = f" … ({len(rest)} more lines)" if rest else ""
        yield f"  {step.line:>5}  {check}{shown}{more}"


def _elsewhere(task: Task) -> str:
    """The shell and the host that the plan names for the task."""
    shell = f", with {one_line(task.shell.text)}" if task.shell else ""
    return shell + (f", on {one_line(task.host.text)}" if task.host else "")


def _locks(task: Task) -> str:
    """Those that nobody wrote down with the line of the command that wants them."""
    return listed(
        tuple(
            one_line(lock.text)
            + (f" (inferred, line {lock.line})" if lock.text in task.inferred else "")
            for lock in task.locks
        )
    )


def _texts(texts: Sequence[object]) -> str:
    return listed(tuple(one_line(getattr(text, "text", "")) for text in texts))
