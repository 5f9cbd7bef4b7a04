"""What must not simply be run again, and what says that it writes nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tmuxplan.lint import servers
from tmuxplan.lint.commands import Command
from tmuxplan.lint.finding import Finding, line_at
from tmuxplan.lint.reading import Script
from tmuxplan.lint.view import View
from tmuxplan.plan.patterns import lazy

_DRY = lazy(r"\bdry[- ]?run\b|\bpreview only\b|\bno changes\b", re.IGNORECASE)
_REALLY_DRY = lazy(
    r"--dry[-_]?run|--check\b|--diff\b|--sql\b|--no-act|--what-if|\s-n\b|--preview|--simulate"
)
# First words of commands that leave something behind: each run makes one more.
_ADDS: tuple[tuple[tuple[str, ...], str], ...] = (
    (("alembic", "revision"), "writes a migration file"),
    (("flask", "db", "migrate"), "writes a migration file"),
    (("manage.py", "makemigrations"), "writes a migration file"),
    (("prisma", "migrate", "dev"), "writes a migration file"),
    (("knex", "migrate:make"), "writes a migration file"),
    (("rails", "generate"), "writes files"),
    (("npm", "version"), "raises the version"),
    (("poetry", "version"), "raises the version"),
    (("npm", "publish"), "publishes"),
    (("twine", "upload"), "publishes"),
    (("cargo", "publish"), "publishes"),
    (("gh", "release", "create"), "makes a release"),
    (("gh", "pr", "create"), "makes a pull request"),
    (("gh", "issue", "create"), "makes an issue"),
    (("git", "tag"), "makes a tag"),
)
_WRITES: tuple[tuple[tuple[str, ...], str], ...] = (
    *_ADDS,
    (("alembic", "upgrade"), "changes the database"),
    (("alembic", "downgrade"), "changes the database"),
    (("manage.py", "migrate"), "changes the database"),
    (("prisma", "migrate"), "changes the database"),
    (("terraform", "apply"), "changes the infrastructure"),
    (("kubectl", "apply"), "changes the cluster"),
    (("helm", "upgrade"), "changes the cluster"),
    (("helm", "install"), "changes the cluster"),
    (("git", "push"), "publishes"),
    (("rm",), "deletes"),
)


def false_dry_run(view: View) -> Iterator[Finding]:
    """A comment that says "dry run" over a command that writes."""
    for script in view.scripts:
        said = {c.line: c for c in script.comments if _DRY.search(c.text)}
        if not said:
            continue
        for command in script.commands:
            comment = said.get(command.line - 1) or said.get(command.line)
            does = _does(command, _WRITES)
            if comment is not None and does and not _REALLY_DRY.search(command.text):
                yield Finding(
                    comment.line,
                    f"this is no dry run: `{' '.join(command.whole[:3])}` {does}",
                    "use the command's own dry run (`--dry-run`, `--sql`, `check`), or change "
                    "the comment",
                    _DRY.search(comment.text)[0],  # type: ignore[index]
                )


def unsafe_retry(view: View) -> Iterator[Finding]:
    """What each attempt does once more, in a plan that retries failed tasks blindly."""
    for script in view.scripts:
        times, where = _retries(view, script)
        if not times:
            continue
        for command in script.commands:
            why = _does(command, _ADDS) if not _REALLY_DRY.search(command.text) else ""
            if not why and command.background and servers.stays_up(command):
                why = "holds its port when the attempt before did not end its server"
            if why:
                yield Finding(
                    command.line,
                    f"{where} retries {script.task.id} {times} times, and each attempt {why}"
                    if why[:5] != "holds"
                    else f"{where} retries {script.task.id} {times} times: `{command.name}` can't "
                    f"start again where the attempt before left its server on the port",
                    f"add **Retries:** 0 to {script.task.id}, or make it safe to run again",
                    command.text.split("\n")[0],
                )


def _retries(view: View, script: Script) -> tuple[int, str]:
    """How often a failed task is run again, and the place that says so."""
    if script.task.retries is not None:
        return script.task.retries, "the plan"
    times = view.plan.protocol.retries or 0
    line = next(
        (t.line for t in view.plan.protocol.lines if re.search(r"retr(y|ies)", t.text, re.I)), 0
    )
    return times, line_at(line) if line else "the plan"


def _does(command: Command, table: tuple[tuple[tuple[str, ...], str], ...]) -> str:
    if command.kind != "command" or not command.name:
        return ""
    words = tuple(w for w in command.whole if not w.startswith("-"))
    if words[0] in ("python", "python3", "npx", "pnpm", "bundle", "poetry"):
        own = words[1:] if words[1:2] not in (("run",), ("exec",)) else words[2:]
        words = own if own and own[0] != "version" else words
    for begins, does in table:
        if words[: len(begins)] == begins and not (begins == ("git", "tag") and len(words) < 3):
            return does
    return ""
