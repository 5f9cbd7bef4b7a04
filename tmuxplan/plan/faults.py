"""What makes a whole plan impossible or doubtful: no tasks, nothing to run, open fences, totals."""

from __future__ import annotations

import re

from tmuxplan.plan import grammar, shells
from tmuxplan.plan.counting import counted
from tmuxplan.plan.markdown import Fence, Heading, Node
from tmuxplan.plan.model import Plan
from tmuxplan.plan.problems import Problems


def find(plan: Plan, nodes: tuple[Node, ...], problems: Problems, meant: str = "") -> None:
    """Adds the problems of the plan as a whole. `meant`: which file of a directory is a plan."""
    _open_fences(nodes, problems)
    if not plan.tasks and meant:
        said = "no tasks found: this is a directory, and none of its files is a task"
        problems.error("no-tasks", 0, said, f"did you mean {meant}?")
    elif not plan.tasks:
        _no_tasks(plan, nodes, problems)
    elif not any(task.blocks for task in plan.tasks):
        _nothing_to_run(plan, nodes, problems)
    _total(plan, problems)


def _open_fences(nodes: tuple[Node, ...], problems: Problems) -> None:
    for node in nodes:
        if isinstance(node, Fence) and not node.closed:
            problems.error(
                "unclosed-fence",
                node.line,
                "this fence is never closed, so all that follows is inside it",
                "close it with the same marks on a line of their own",
            )


def _no_tasks(plan: Plan, nodes: tuple[Node, ...], problems: Problems) -> None:
    if not plan.source.strip() and not plan.files:
        problems.error("no-tasks", 0, "the file is empty", _REMEDY)
        return
    headings = [node.text for node in nodes if isinstance(node, Heading) and node.text]
    fences = [node.line for node in nodes if isinstance(node, Fence) and shells.language(node)]
    shown = "; ".join(f'"{text[:60]}"' for text in headings[:3]) + (" …" if headings[3:] else "")
    count = counted(len(headings), "heading")
    found = [f"{count} without an id ({shown})" if headings else "no headings"]
    found.append(f"shell blocks at {problems.places(fences)}" if fences else "no shell blocks")
    remedy = _REMEDY
    named = grammar.candidates(nodes)
    if named:
        titles = [f'"{m.name.title[:40]}" ({problems.places([m.line])})' for m in named[:4]]
        remedy += f"; or, with --sections, take these for tasks: {', '.join(titles)}"
        remedy += f" and {len(named) - 4} more" if named[4:] else ""
    problems.error("no-tasks", 0, f"no tasks found: {', '.join(found)}", remedy)


_REMEDY = 'give each task a heading with an id, as in "## TASK 001: Title"'


def _nothing_to_run(plan: Plan, nodes: tuple[Node, ...], problems: Problems) -> None:
    first, last, count = plan.tasks[0].id, plan.tasks[-1].id, len(plan.tasks)
    named = f"{counted(count, 'task')} ({first if count == 1 else f'{first} to {last}'})"
    fences = [node for node in nodes if isinstance(node, Fence)]
    shell = [node for node in fences if shells.language(node)]
    comments = [node.line for node in shell if shells.only_comments(node.text)]
    words = [n.line for n in shell if shells.no_shell(n) and n.line not in set(comments)]
    found = [named, counted(len(shell), "shell block")]
    if comments:
        places = problems.places(comments)
        found.append(f"{len(comments)} of them nothing but comments ({places})")
    if words:
        found.append(f"{len(words)} of them no shell ({problems.places(words)})")
    untagged = [node.line for node in fences if not shells.tag(node)]
    if untagged:
        found.append(f"blocks that name no language at {problems.places(untagged)}")
    said = {*comments, *words, *untagged}
    elsewhere = [loose.line for loose in plan.loose if loose.line not in said]
    if elsewhere:
        found.append(f"shell that does not run at {problems.places(elsewhere)}")
    problems.error(
        "nothing-to-run",
        plan.tasks[0].line,
        f"nothing to run: {', '.join(found)}",
        "put the commands of a task into a ```bash block under its heading",
    )


def _total(plan: Plan, problems: Problems) -> None:
    said = plan.claims.total_tasks
    number = re.search(r"\d{1,9}", said.text) if said else None
    if said and number and plan.tasks and int(number.group()) != len(plan.tasks):
        problems.warning(
            "total-mismatch",
            said.line,
            f"the plan says {number.group()} tasks, and {len(plan.tasks)} were found",
            "correct the total, or look for a heading that was not taken for a task",
        )
