"""Criteria that nothing in the task can show."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tmuxplan.lint.finding import Finding, line_at
from tmuxplan.lint.view import View
from tmuxplan.plan.patterns import lazy

_BY_A_PERSON = lazy(
    r"\b(?:check-?list|items?|boxes)\b.*\b(?:marked|ticked|checked|complete[d]?)\b"
    r"|\b(?:signed[- ]off|sign-off|approved by|approval|stakeholders?)\b"
    r"|\bplan documented\b|\bissues identified\b",
    re.IGNORECASE,
)
_DOTENV = lazy(r"(?<![\w/])\.env\b")
_READS = lazy(
    r"os\.(?:getenv|environ)|process\.env|ENV\[|\$\{?[A-Z][A-Z0-9]*_(?:KEY|URL|TOKEN|SECRET)"
)
_LOADS = lazy(
    r"(?:source|\.)\s+\S*\.env|dotenv|--env-file|set -a|export \$\(|direnv|env \$\(|envsubst"
)


def unshowable(view: View) -> Iterator[Finding]:
    """ "All checklist items marked complete": no command of the task can make that true."""
    for script in view.scripts:
        if script.task.gate is not None or not script.task.blocks:
            continue
        for criterion in script.task.criteria:
            if criterion.kind == "person" and _BY_A_PERSON.search(criterion.text):
                yield Finding(
                    criterion.line,
                    f'no command of {script.task.id} can show "{criterion.text[:60]}"',
                    f"make a person sign it: **Gate:** manual in {script.task.id}",
                    criterion.text[:60],
                )


def unread_dotenv(view: View) -> Iterator[Finding]:
    """Variables "in `.env`" that the commands read from an environment that never had them."""
    for script in view.scripts:
        task = script.task
        said = next(
            (t for t in (*task.preconditions, *task.dependencies_said) if _DOTENV.search(t.text)),
            None,
        )
        if said is None:
            continue
        text = "\n".join(block.text for block in task.blocks)
        if _LOADS.search(text):
            continue
        for block in task.blocks:
            found = _READS.search(block.text)
            if found is not None:
                yield Finding(
                    block.line + block.text.count("\n", 0, found.start()),
                    f"{task.id} reads variables that {line_at(said.line)} puts in `.env`, and "
                    "nothing loads that file",
                    "launch with --env-file .env, or begin with `set -a; . ./.env; set +a`",
                    found[0],
                )
                break
