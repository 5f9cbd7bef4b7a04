"""From a task to what a backend needs to run it once."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from tmuxplan.journal.folder import RunFolder
from tmuxplan.judge.scan import scanner
from tmuxplan.plan.model import Frozen
from tmuxplan.run.backend import Attempt
from tmuxplan.shell.script import script, shell_argv, shell_name
from tmuxplan.shell.steps import steps


class Attempts:
    """Makes attempts of one run's tasks. `env` is complete; `secrets` are values to mask."""

    def __init__(
        self,
        folder: RunFolder,
        frozen: Frozen,
        env: Mapping[str, str],
        cwd: Path,
        secrets: tuple[str, ...],
        bash: str,
        *,
        stdin_empty: bool,
    ) -> None:
        self._folder = folder
        self._plan = frozen.plan
        self._tasks = {task.id: task for task in frozen.plan.tasks}
        self._env = env
        self._cwd = cwd
        self._secrets = tuple(secret.encode("utf-8", "surrogateescape") for secret in secrets)
        self._bash = bash
        self._stdin_empty = stdin_empty

    def __call__(self, task_id: str, n: int, nonce: str) -> Attempt:
        task = self._tasks[task_id]
        statements, _ = steps(task, self._plan.path)
        shell = shell_argv(task, self._bash)
        return Attempt(
            run=self._folder.id,
            task=task_id,
            n=n,
            nonce=nonce,
            folder=self._folder.attempt(task_id, n),
            cwd=self._cwd,
            shell=shell,
            script=script(statements, nonce, shell_name(task)),
            env={**self._env, **self._names(task_id, n, nonce)},
            scan=scanner(task.criteria, self._secrets),
            step_lines=tuple(statement.line for statement in statements),
            keep=task.keep,
            stdin_empty=self._stdin_empty,
        )

    def _names(self, task: str, n: int, nonce: str) -> dict[str, str]:
        """What a task may want to know of itself; the last is how its processes are found."""
        return {
            "TMUXPLAN_RUN": self._folder.id,
            "TMUXPLAN_TASK": task,
            "TMUXPLAN_ATTEMPT_N": str(n),
            "TMUXPLAN_ATTEMPT": f"{self._folder.id}/{task}/{n}/{nonce}",
        }
