"""Languages of fences that no shell here runs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tmuxplan.lint.finding import Finding
from tmuxplan.lint.view import View
from tmuxplan.plan.patterns import lazy

_FENCE = lazy(r"^\s*(?:[-*+]\s+|\d+[.)]\s+|>\s*)*(`{3,}|~{3,})\s*([\w+-]+)?")
_OTHER = frozenset({"powershell", "pwsh", "ps1", "cmd", "bat", "batch", "fish", "csh", "tcsh"})
# A look that costs nothing.
_ANY_OTHER = lazy(rf"(?:```|~~~)\s*(?:{'|'.join(sorted(_OTHER))})", re.IGNORECASE)


def unsupported(view: View) -> Iterator[Finding]:
    """Tasks whose commands are only for a shell that is not run."""
    for at, line, tag in _others(view):
        task = view.plan.tasks[at]
        if not task.blocks:
            yield Finding(
                line,
                f"the commands of {task.id} are for {tag}, which is not run",
                "write them for bash",
                tag,
            )


def mixed(view: View) -> Iterator[Finding]:
    """A task with blocks for bash and for another shell: only the former would run."""
    for at, line, tag in _others(view):
        task = view.plan.tasks[at]
        if task.blocks:
            yield Finding(
                line,
                f"{task.id} has blocks for {task.blocks[0].language} and for {tag}; "
                f"those for {tag} would be left out",
                "write all of them for one shell, or put the others under a heading of their own "
                "without an id, such as Examples",
                tag,
            )


def _others(view: View) -> Iterator[tuple[int, int, str]]:
    """(task, line, language) of the first fence of each task that is for another shell."""
    if not _ANY_OTHER.search(view.plan.source):
        return
    tasks = {task.line: at for at, task in enumerate(view.plan.tasks)}
    seen: set[int] = set()
    inside, level, fence = -1, 0, ""
    for number, line in enumerate(view.lines, 1):
        if not fence and (number in tasks or line.startswith("#")):
            depth = len(line) - len(line.lstrip("#")) or 7
            if number in tasks or depth <= level:
                inside, level = tasks.get(number, -1), depth
        found = _FENCE.match(line) if "```" in line or "~~~" in line else None
        if found is None:
            continue
        if fence:
            fence = "" if found[1].startswith(fence) and not found[2] else fence
            continue
        fence = found[1]
        tag = (found[2] or "").lower()
        if tag in _OTHER and inside >= 0 and inside not in seen:
            seen.add(inside)
            yield inside, number, tag
