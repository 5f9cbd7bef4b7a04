"""What only this machine can say of a plan: syntax that bash refuses, directories not here."""

from __future__ import annotations

from collections.abc import Callable

from tmuxplan.errors import Problem, Severity
from tmuxplan.plan.model import Plan, Task
from tmuxplan.schedule.graph import graph_of
from tmuxplan.shell.places import literal_cds
from tmuxplan.shell.steps import Statement, steps, suspects

SaysOfSyntax = Callable[[str], str]
"""Text of a block -> the shell's first complaint, or nothing."""

IsDirectory = Callable[[str], bool]


def syntax_errors(plan: Plan, complaint: SaysOfSyntax) -> tuple[Problem, ...]:
    """Blocks that neither the parser nor the shell itself can read."""
    found = []
    for task in plan.tasks:
        for block in suspects(task):
            said = complaint("\n" * (block.line - 1) + block.text)
            if said:
                found.append(_syntax_error(plan, task.id, block.line, said))
    return tuple(found)


def _syntax_error(plan: Plan, task: str, line: int, said: str) -> Problem:
    place, words = _split(said, line)
    return Problem(
        "syntax-error",
        "error",
        plan.path,
        place,
        f"{task} can't be run: {words}",
        "mend the commands; `bash -n` shows the same",
    )


def _split(said: str, line: int) -> tuple[int, str]:
    """`bash: line 12: syntax error …` -> 12 and the words."""
    for piece in said.split(": "):
        digits = piece.removeprefix("line ")
        if digits.isdigit():
            return int(digits), said.split(f"{piece}: ", 1)[-1]
    return line, said


def missing_directories(
    plan: Plan, is_directory: IsDirectory, severity: Severity
) -> tuple[Problem, ...]:
    """`cd` to a literal absolute directory that is not here, and that no earlier step may make."""
    found: list[Problem] = []
    for task in plan.tasks:
        statements, _ = steps(task, plan.path)
        if all(is_directory(p.directory) for p in literal_cds(statements) if not p.may_be_created):
            continue
        found += [
            _missing(plan, task.id, place.line, place.directory, severity)
            for place in literal_cds(statements, _earlier(plan, task))
            if not place.may_be_created and not is_directory(place.directory)
        ]
    return tuple(found)


def _earlier(plan: Plan, task: Task) -> list[Statement]:
    """The statements of every task that this one waits for, directly or not."""
    graph, seen, todo = graph_of(plan), set[str](), [task.id]
    while todo:
        for need in graph.needs[todo.pop()]:
            if need.on not in seen:
                seen.add(need.on)
                todo.append(need.on)
    return [each for t in plan.tasks if t.id in seen for each in steps(t, plan.path)[0]]


def _missing(plan: Plan, task: str, line: int, directory: str, severity: Severity) -> Problem:
    return Problem(
        "missing-directory",
        severity,
        plan.path,
        line,
        f"{task} goes to {directory}, which does not exist here",
        f"say where it is with --root {_foreign_root(directory)}=DIRECTORY",
    )


def _foreign_root(directory: str) -> str:
    """The part that another machine's owner chose: `/Users/ann/project` of a deeper path."""
    parts = directory.split("/")
    depth = 4 if parts[1:2] in (["Users"], ["home"]) else 3
    return "/".join(parts[:depth]) or directory
