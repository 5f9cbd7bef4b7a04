"""From a task to what a backend needs to run it once."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import msgspec
from msgspec import UNSET

from tmuxplan.config.schema import Settings, TaskSettings
from tmuxplan.journal.folder import RunFolder
from tmuxplan.judge.prompts import reader, secret_answers
from tmuxplan.judge.scan import scanner
from tmuxplan.judge.secrets import mask
from tmuxplan.library.marking import markers_of
from tmuxplan.library.orders import Supplies
from tmuxplan.plan.model import Criterion, Task
from tmuxplan.run.backend import Attempt
from tmuxplan.shell.init import init
from tmuxplan.shell.script import script, shell_argv, shell_name
from tmuxplan.shell.steps import Statement, steps
from tmuxplan.shell.stops import Rule


class Attempts:
    """Makes attempts of one run's tasks."""

    def __init__(self, folder: RunFolder, supplies: Supplies) -> None:
        frozen, settings = supplies.frozen, supplies.settings
        self._folder = folder
        self._plan = frozen.plan
        self._tasks = {task.id: task for task in frozen.plan.tasks}
        self._servers = {
            edge.on
            for edge in frozen.plan.edges
            if edge.kind == "ready" and (on := self._tasks.get(edge.on)) and on.ready
        }
        self._env = supplies.env
        self._cwd = Path(supplies.cwd)
        self._shown = _masked(settings, supplies.secrets)
        self._secrets = tuple(one.encode("utf-8", "surrogateescape") for one in self._shown)
        self._bash = supplies.bash
        self._stdin_empty = supplies.stdin_empty
        self._settings = settings
        self._shells = supplies.shells

    def __call__(self, task_id: str, n: int, nonce: str) -> Attempt:
        task = self._tasks[task_id]
        statements = _stopping(task, steps(task, self._plan.file_of(task), shells=self._shells)[0])
        shell, dialect = shell_argv(task, self._bash), shell_name(task)
        own = self._settings.tasks.get(task_id, TaskSettings())
        answers = self._answers(own)
        setup = init(self._settings.shell_init, nonce, dialect)
        return Attempt(
            run=self._folder.id,
            task=task_id,
            n=n,
            nonce=nonce,
            folder=self._folder.attempt(task_id, n),
            cwd=self._cwd,
            shell=shell,
            script=script(statements, nonce, dialect, setup),
            env={**self._env, **own.env, **self._names(task_id, n, nonce)},
            scan=scanner(_looked_for(task), self._secrets, markers_of(self._settings, own)),
            step_lines=tuple(statement.line for statement in statements),
            keep=task.keep,
            serves=not task.keep and task_id in self._servers,
            # Who is answered by a rule needs a terminal to read from.
            stdin_empty=self._stdin_empty and not answers,
            unattended=self._stdin_empty and bool(answers),
            reap=self._settings.reap,
            ask=reader(answers, self._shown),
            stalled_s=self._stalled_s(task, own),
            mask=partial(mask, values=self._shown),
        )

    def _answers(self, own: TaskSettings) -> tuple[tuple[str, str], ...]:
        """What somebody wrote down; what is said of the task itself comes first."""
        return tuple((one.prompt, one.answer) for one in (*own.respond, *self._settings.respond))

    def _stalled_s(self, task: Task, own: TaskSettings) -> float | None:
        """A server that is up may say nothing for days."""
        if task.ready is not None:
            return None
        return self._settings.stalled if own.stalled is UNSET else own.stalled

    def _names(self, task: str, n: int, nonce: str) -> dict[str, str]:
        """What a task may want to know of itself; the last is how its processes are found."""
        return {
            "TMUXPLAN_RUN": self._folder.id,
            "TMUXPLAN_TASK": task,
            "TMUXPLAN_ATTEMPT_N": str(n),
            "TMUXPLAN_ATTEMPT": f"{self._folder.id}/{task}/{n}/{nonce}",
        }


def _masked(settings: Settings, secrets: tuple[str, ...]) -> tuple[str, ...]:
    """Secrets, and answers to prompts that ask for one; longest first."""
    rules = [*settings.respond, *(one for own in settings.tasks.values() for one in own.respond)]
    found = {*secrets, *secret_answers(tuple((one.prompt, one.answer) for one in rules))}
    return tuple(sorted(found, key=lambda value: (-len(value), value)))


def _stopping(task: Task, statements: tuple[Statement, ...]) -> tuple[Statement, ...]:
    """With `on_error: stop` every command that fails ends the task, as a failed `cd` does."""
    if task.on_error != "stop":
        return statements
    return tuple(
        each
        if each.criterion is not None or each.expects
        else msgspec.structs.replace(each, rule=Rule("c"))
        for each in statements
    )


def _looked_for(task: Task) -> tuple[Criterion, ...]:
    """Its criteria, and behind them the line that says that a server is up (`run.loop`)."""
    ready = task.ready
    if ready is None or ready.kind != "line":
        return task.criteria
    return (*task.criteria, Criterion(ready.value, ready.line, "regex", ready.value))
