"""What stands in place of a log, while a task has none. Pure."""

from __future__ import annotations

from tmuxplan.report.facts import RunFacts, TaskFacts
from tmuxplan.report.words import counted, lines, span
from tmuxplan.ui.dashboard.cells import Line, Piece
from tmuxplan.ui.dashboard.rows import COLOURS, state_word
from tmuxplan.ui.tables import reason

_COMMANDS = 200


def waiting_lines(run: RunFacts, task: TaskFacts) -> list[Line]:
    """Why there is no log, what the task needs, and what it will run."""
    word = state_word(task)
    said: list[Line] = [(Piece(f" {word}: ", COLOURS[word]), Piece(reason(task)))]
    for other in (run.task(each) for each in dict.fromkeys((*task.waits_for, *task.blocked_by))):
        if other is not None:
            state = state_word(other)
            said.append((Piece(f"   {other.id} {other.title}: "), Piece(state, COLOURS[state])))
    said += [(Piece(f" the plan also expects: {text}", "dim"),) for text in task.preconditions]
    if task.estimate is not None:
        said.append((Piece(f" estimate: {span(task.estimate.high_s)}", "dim"),))
    if task.outcome == "waiting" and task.checklist:
        said += [(), (Piece(" To look at before signing:", "bold"),)]
        said += [
            (Piece(f"   [{'x' if item.by else ' '}] {item.text}"), Piece(f"  {item.by}", "dim"))
            for item in task.checklist
        ]
    if task.steps:
        said += [(), (Piece(f" It will run {counted(len(task.steps), 'step')}:", "bold"),)]
        said += [
            (Piece(f"{step.n:>5} ", "dim"), Piece("".join(lines(step.text)[:1])))
            for step in task.steps[:_COMMANDS]
        ]
    if len(task.steps) > _COMMANDS:
        said.append((Piece(f"     and {len(task.steps) - _COMMANDS} more", "dim"),))
    return said
