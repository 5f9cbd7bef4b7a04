"""ShellCheck's findings on a plan's commands, at the plan's lines. Starts nothing of the plan."""

from __future__ import annotations

import os
import re
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
_LONGEST = 64_000  # bytes of a script: 150,000 of plain pipelines take 10 s and 700 MB
_MOST_JOINS = 300  # in one list: 500 `&& cat` take 1 s, 2,000 take 10, 4,000 a minute and 5 GB
_PATIENCE_S = 5.0  # for one script, and for a call: substitutions 16 deep take half a minute
_MORE_S = 0.1  # for each script of a call; a usual one takes a tenth of that
_MOST_SLOW = 8  # calls without an answer, after which nothing more is asked
_NOT_OURS = (3, 4)  # ShellCheck's statuses for options that it does not know: an old version
_LIST_ENDS = re.compile(r"(?<![&|\\])\n")
_JOINS = re.compile(r"&&|\|")
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
    """What ShellCheck says of each task's commands, as warnings; nothing where it is missing.

    Commands that it would take minutes for are left out, and a warning says so.
    """
    program = shellcheck or installed()
    if program is None:
        return ()
    lines = plan.source.split("\n")
    with tempfile.TemporaryDirectory(prefix="tmuxplan-") as folder:
        files = _written(plan, Path(folder))
        names = [name for name, script in files.items() if not _is_too_much(script.text)]
        some = [names[at : at + _AT_ONCE] for at in range(0, len(names), _AT_ONCE)]
        asking = _Asking(program, folder)
        with ThreadPoolExecutor(os.cpu_count() or 1) as several:
            answers = list(several.map(asking.of, some))
        comments = [comment for answer in answers for comment in answer]
        found = [_problem(plan, lines, files[Path(c.file).name], c) for c in comments]
        left_out = files.keys() - set(names) | asking.left_out
        found += [_left_out(plan, files[name]) for name in sorted(left_out)]
    return tuple(dict.fromkeys(found))


def _is_too_much(text: str) -> bool:
    if len(text) > _LONGEST:
        return True
    return any(len(_JOINS.findall(part)) > _MOST_JOINS for part in _LIST_ENDS.split(text))


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


class _Asking:
    """ShellCheck's answers. `left_out` are the files that it gave none for."""

    def __init__(self, program: str, folder: str) -> None:
        self._program = program
        self._folder = folder
        self._slow = 0
        self.left_out: set[str] = set()

    def of(self, names: list[str]) -> list[Comment]:
        """What is said of these files; where that takes too long, of each by itself."""
        found = self._asked(names) if self._slow < _MOST_SLOW else None
        if found is not None:
            return found
        self._slow += 1
        if len(names) > 1:
            return [comment for name in names for comment in self.of([name])]
        self.left_out.update(names)
        return []

    def _asked(self, names: list[str]) -> list[Comment] | None:
        """None: no answer in time, or none that can be read. Nothing where it can't be run."""
        command = [self._program, "-f", "json", "-S", "warning", "-e", _NOT_HERE, *names]
        try:
            done = subprocess.run(
                command,
                cwd=self._folder,
                capture_output=True,
                check=False,
                timeout=_PATIENCE_S + _MORE_S * len(names),
                stdin=subprocess.DEVNULL,
                # Its own configuration files stay out: a plan reads alike for everybody.
                env={**os.environ, "SHELLCHECK_OPTS": "--norc", "LC_ALL": "C.UTF-8"},
            )
            if done.returncode in _NOT_OURS:
                return []
            return msgspec.json.decode(done.stdout, type=list[Comment])
        except (subprocess.TimeoutExpired, msgspec.DecodeError):
            return None
        except OSError:
            return []


def _left_out(plan: Plan, script: _Script) -> Problem:
    return Problem(
        "shellcheck-left-out",
        "warning",
        plan.path,
        script.lines[0],
        f"{script.task.id}: ShellCheck says nothing of these commands: they are too much for it, "
        "or it gave no answer in time",
        "make several lists of them, or a script; allow: [shellcheck-left-out] takes this out",
    )


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
