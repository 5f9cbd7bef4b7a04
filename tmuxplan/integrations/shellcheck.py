"""ShellCheck's findings on a plan's commands, at the plan's lines. Starts nothing of the plan."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec

from tmuxplan.errors import Problem
from tmuxplan.plan.model import Block, Plan, Task

# What is no fault in a plan: SC1090, SC1091 (sourced files are not here), SC2103, SC2164 (a
# failed `cd` stops the task), SC2148 (a block has no first line), SC2154, SC2034 (variables
# come from the launch, and go to criteria), SC2317 (code after `exit` of another block).
_NOT_HERE = "SC1090,SC1091,SC2034,SC2103,SC2148,SC2154,SC2164,SC2317"
_AT_ONCE = 100  # files of one call, well under the longest command line
_TIMEOUT_S = 120
_SHELLS = {"bash": "bash", "sh": "sh", "ksh": "ksh"}


class Comment(msgspec.Struct):
    """One finding, as `shellcheck -f json` gives it."""

    file: str
    line: int
    code: int
    message: str
    column: int = 0
    endLine: int = 0  # noqa: N815 (ShellCheck's name)
    endColumn: int = 0  # noqa: N815


def installed() -> str | None:
    """The path of ShellCheck; None: it is not installed."""
    return shutil.which("shellcheck")


def findings(plan: Plan, shellcheck: str | None = None) -> tuple[Problem, ...]:
    """What ShellCheck says of each task's commands, as warnings; nothing where it is missing."""
    program = shellcheck or installed()
    if program is None:
        return ()
    lines = plan.source.split("\n")
    with tempfile.TemporaryDirectory(prefix="tmuxplan-") as folder:
        files = _written(plan, Path(folder))
        names = list(files)
        some = [names[at : at + _AT_ONCE] for at in range(0, len(names), _AT_ONCE)]
        with ThreadPoolExecutor(os.cpu_count() or 1) as several:
            answers = list(several.map(lambda each: _asked(program, folder, each), some))
        comments = [comment for answer in answers for comment in answer]
        found = [_problem(plan, lines, files[Path(c.file).name], c) for c in comments]
    return tuple(dict.fromkeys(found))


class _Script(msgspec.Struct, frozen=True):
    """A file for ShellCheck; `lines` are the plan's, by the file's own (from 0).

    Not padded with blank lines, as a task's script is: ShellCheck takes a tenth of a second for
    twenty thousand of them, and a plan of a thousand tasks has that many on average.
    """

    task: Task
    text: str
    lines: list[int]


def _written(plan: Plan, folder: Path) -> dict[str, _Script]:
    """One file for each shell of each task."""
    files: dict[str, _Script] = {}
    for number, task in enumerate(plan.tasks):
        for (window, shell), blocks in _shells(task).items():
            name = f"{number}-{window}.{shell}"
            files[name] = _script(task, blocks, shell)
            text = files[name].text.encode("utf-8", "surrogateescape")
            (folder / name).write_bytes(text)
    return files


def _shells(task: Task) -> dict[tuple[int, str], list[Block]]:
    found: dict[tuple[int, str], list[Block]] = {}
    for block in task.blocks:
        shell = _SHELLS.get(task.shell.text if task.shell else block.language)
        if shell:
            found.setdefault((block.window, shell), []).append(block)
    return found


def _script(task: Task, blocks: list[Block], shell: str) -> _Script:
    """A blank line after each block: the next one goes on with nothing of it."""
    text, lines = [f"# shellcheck shell={shell}"], [blocks[0].line]
    for block in sorted(blocks, key=lambda each: each.line):
        own = [*block.text.rstrip("\n").split("\n"), ""]
        text += own
        lines += range(block.line, block.line + len(own))
    return _Script(task, "\n".join(text), lines)


def _asked(program: str, folder: str, names: list[str]) -> list[Comment]:
    """ShellCheck's answer; nothing where it gives none that can be read (an old version)."""
    command = [program, "-f", "json", "-S", "warning", "-e", _NOT_HERE, *names]
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            capture_output=True,
            check=False,
            timeout=_TIMEOUT_S,
            stdin=subprocess.DEVNULL,
            # Its own configuration files stay out: a plan reads alike for everybody.
            env={**os.environ, "SHELLCHECK_OPTS": "--norc", "LC_ALL": "C.UTF-8"},
        )
        return msgspec.json.decode(done.stdout or b"[]", type=list[Comment])
    except (OSError, subprocess.TimeoutExpired, msgspec.DecodeError):
        return []


def _problem(plan: Plan, lines: list[str], script: _Script, comment: Comment) -> Problem:
    code = f"SC{comment.code}"
    line = script.lines[min(comment.line, len(script.lines)) - 1]
    return Problem(
        code,
        "warning",
        plan.path,
        line,
        f"{script.task.id}: {comment.message}",
        f"ShellCheck's wiki explains it under {code}; allow: [{code}] takes it out",
        *_place(lines, line, comment),
    )


def _place(lines: list[str], number: int, comment: Comment) -> tuple[int, int]:
    """Column and length in the plan's line, which may be indented further than the block's."""
    if not 0 < number <= len(lines) or comment.endLine != comment.line:
        return 0, 0
    line = lines[number - 1]
    length = comment.endColumn - comment.column
    inside = comment.column + length - 1 <= len(line) and not line[:1].isspace()
    return (comment.column, length) if inside and length > 0 else (0, 0)
