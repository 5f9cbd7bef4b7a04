"""What a launch can be asked for, as one frozen value."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from tmuxplan.config.schema import Settings


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """Options of a launch. Those that a setting may say too are None where they are not given.

    `cwd`: where `.tmuxplan` goes and tasks start, `task_cwd` another place for tasks.
    `roots`: OLD -> NEW directory. `sets`: variables, which also fill placeholders.
    `env`: further variables (what `env_files`, which are only named, held). `secrets`: names
    of variables to mask beside those that look like secrets. `stdin_empty`: nobody can type
    into tasks.
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
    stdin_empty: bool = False
    allow: tuple[str, ...] = ()
    deps_from: str | None = None
    sections: bool = False


class Kept(msgspec.Struct, frozen=True):
    """What of the options is kept with the run, for the shell that continues it.

    `variables` are those given beside the environment; `sets` names those that also fill
    placeholders. Values of secrets stay off the disk; only their names are kept. `settings`
    are those of the launch, but for variables that are in `variables`.
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
    schema: int = 1
