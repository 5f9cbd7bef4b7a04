"""What a launch can be asked for, as one frozen value."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

from tmuxplan.config.schema import Settings
from tmuxplan.schedule.policy import Policy


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """Options of a launch. Those that a setting may say too are None where they are not given.

    `cwd`: where `.tmuxplan` goes and tasks start, `task_cwd` another place for tasks.
    `roots`: OLD -> NEW directory. `sets`: variables, which also fill placeholders.
    `env`: further variables (what `env_files`, which are only named, held). `secrets`: names
    of variables to mask beside those that look like secrets. `keep_going`: no number of
    failures halts the run. `stdin_empty`: nobody can type into tasks.
    """

    cwd: str = "."
    task_cwd: str = ""
    roots: Mapping[str, str] = {}
    sets: Mapping[str, str] = {}
    env: Mapping[str, str] = {}
    env_files: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    start_from: str | None = None
    jobs: int | None = None
    backend: str | None = None
    grace_s: float | None = None
    retries: int | None = None
    retry_delay_s: float | None = None
    max_failures: int | None = None
    keep_going: bool = False
    halt: Literal["stop", "drain"] | None = None
    stdin_empty: bool = False
    infer_locks: bool | None = None
    allow: tuple[str, ...] = ()
    deps_from: str | None = None
    sections: bool = False


class Kept(msgspec.Struct, frozen=True):
    """What of the options is kept with the run, for the shell that continues it.

    `variables` are those given beside the environment; `sets` names those that also fill
    placeholders. Values of secrets stay off the disk; only their names are kept. `settings`
    are those of the launch, but for variables that are in `variables`. `options`: what was asked
    for, without secrets.
    """

    cwd: str
    task_cwd: str
    jobs: int
    backend: str
    grace_s: float
    roots: Mapping[str, str]
    sets: tuple[str, ...]
    variables: Mapping[str, str]
    secret_names: tuple[str, ...]
    stdin_empty: bool
    settings: Settings = Settings()
    options: Options = Options()
    schema: int = 1

    @property
    def policy(self) -> Policy:
        """What the scheduler is allowed."""
        return Policy(
            jobs=self.jobs,
            grace_s=self.grace_s,
            retry_delay_s=self.settings.retry_delay,
            max_failures=self.settings.max_failures,
            halt=self.settings.halt,
        )
