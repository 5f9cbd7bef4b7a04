"""Fences without a language in a task without commands: they may have been meant to run."""

from __future__ import annotations

import re
from collections.abc import Iterable

from tmuxplan.plan import shells
from tmuxplan.plan.markdown import Fence
from tmuxplan.plan.model import LooseBlock
from tmuxplan.plan.patterns import lazy
from tmuxplan.plan.problems import Problems
from tmuxplan.plan.sections import Placed

_DRAWING = lazy(r"[\u2190-\u21ff\u2500-\u257f]|^\s*[|+]--|<?--+>", re.MULTILINE)
_COMMAND = lazy(r"(?:[$%] )?[a-z_.~/$\"'(\[][^\s:]*(?:\s|$)|[A-Z_]+=")


def say(
    placed: Iterable[Placed], loose: Iterable[LooseBlock], task_id: str, problems: Problems
) -> None:
    """`loose` are the task's fences that do not run, expected output not among the untagged."""
    lines = {block.line for block in loose}
    for block in placed:
        fence = block.node
        if not isinstance(fence, Fence) or shells.tag(fence) or fence.line not in lines:
            continue
        if block.role in (None, "run") and _commands(fence):
            problems.warning(
                "untagged-fence",
                fence.line,
                f"{task_id} has no commands: this fence has no language, so it does not run",
                "tag it bash (```bash), or text if it is not to run",
            )


def _commands(fence: Fence) -> bool:
    """Whether the text may be commands: no drawing, no sentence, no mere comments."""
    if shells.no_shell(fence) or _DRAWING.search(fence.text):
        return False
    lines = (line.strip() for line in fence.text.split("\n"))
    return bool(_COMMAND.match(next((x for x in lines if x and x[0] != "#"), "")))
