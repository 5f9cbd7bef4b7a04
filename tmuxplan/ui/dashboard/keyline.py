"""The last line: the keys that do something now, for the task that is chosen. Pure."""

from __future__ import annotations

from tmuxplan.report.facts import RunFacts, TaskFacts
from tmuxplan.ui.dashboard.acts import may
from tmuxplan.ui.dashboard.cells import Line, Piece, wide


def keys(
    run: RunFacts, task: TaskFacts | None, width: int, *, whole: bool = False, bare: bool = False
) -> Line:
    """What matters now first; the last ones are left out where there is no room. `whole`: the log
    has the whole screen; `bare`: as in Source."""
    found = [("?", "help", "app.help"), ("q", "leave", "app.leave")]
    more = []
    for key, word, act in (("r", "retry", "retry"), ("s", "sign", "sign"), ("x", "skip", "skip")):
        if task is not None and not may(act, run, task, bare=bare):
            more.append((key, word, f"app.act('{act}')"))
    if task is not None:
        word = "tasks" if whole else "log"
        more.append(("Enter", word, "app.whole_log"))
        if run.backend == "tmux" and task.attempts:
            more.append(("o", "window", "app.visit"))
        if task.outcome not in ("not started", "not asked for"):
            more.append(("e", "why", "app.explain"))
    more.append(("g", "graph", "app.graph"))
    more.append(("/", "search" if whole else "filter", "app.filter"))
    if run.state == "running":
        more.append(("p", "go on" if run.paused else "pause", "app.act('pause')"))
        more.append(("S", "stop", "app.act('stop')"))
    more.append(("c", "copy command", "app.copy"))
    line: list[Piece] = []
    end = _keys(found)
    for one in more:
        pieces = _keys([one])
        if wide(line) + wide(pieces) + wide(end) > width:
            break
        line += pieces
    return (*line, *end)


def _keys(found: list[tuple[str, str, str]]) -> list[Piece]:
    pieces = []
    for key, word, does in found:
        pieces += [Piece(f" {key}", "bold", does), Piece(f" {word} ", "dim", does)]
    return pieces
