"""What failed because it asked, and nobody could answer: the launch had no terminal. Pure."""

from __future__ import annotations

import re

from tmuxplan.plan.patterns import lazy
from tmuxplan.report.facts import Excerpt, RunFacts, StepFacts, TaskFacts

_READS = lazy(
    r"(?:^|[;&({!]|\b(?:do|then|else|elif|while|until|if|time)\b)"
    r"\s*(?:\w+=(?:'[^']*'|\"[^\"]*\"|[^\s'\"]*)\s+)*(?P<word>read|select)\b(?![-./=])",
    re.MULTILINE,
)
_REDIRECTED = lazy(r"<|(?<!\|)\|(?!\|)")
_SAYS_SO = lazy(
    r"\bEOFError\b|\bEOF when reading|\bnot a (?:tty|terminal)\b|\bno tty present"
    r"|\b(?:terminal|tty) is required|\brequires a (?:terminal|tty)\b",
    re.IGNORECASE,
)


def asker(task: TaskFacts, excerpt: Excerpt | None) -> StepFacts | None:
    """The failed step that read from its empty input, by its command or by what was said; None:
    nothing tells that any did."""
    failed = [step for step in task.last.steps if step.result == "failed"] if task.last else []
    found = next((step for step in failed if _reads(step.command)), None)
    if found is not None or not failed:
        return found
    said = (*(e.text for e in task.evidence), *(excerpt.lines if excerpt else ()))
    return failed[0] if any(_SAYS_SO.search(line[:1000]) for line in said) else None


def remedy(run: RunFacts) -> str:
    """Where nothing has windows, nobody can type at a terminal either."""
    rule = "write the answer down under `respond:` in tmuxplan.yaml"
    if run.backend == "pty":
        return rule
    return f"{rule}, or go on at a terminal and type it: tmuxplan resume {run.id}"


def _reads(command: str) -> bool:
    """From its own input: a pipe or a file is another."""
    return not _REDIRECTED.search(command) and _READS.search(command) is not None
