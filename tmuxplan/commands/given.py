"""The flags that settings may say too: the same for every verb that takes them."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from tmuxplan.config.durations import seconds
from tmuxplan.errors import UsageError
from tmuxplan.library.dotenv import read_env_file
from tmuxplan.library.options import Options

_FLAGS = (
    click.option(
        "--jobs",
        "-j",
        type=click.IntRange(1),
        help="Tasks at once, at the most; by default 32.",
    ),
    click.option(
        "--retries",
        type=click.IntRange(0),
        metavar="N",
        help="Try a failed task N times again; by default as the plan says.",
    ),
    click.option(
        "--retry-delay",
        "retry_delay_s",
        metavar="TIME",
        callback=lambda _, __, value: _delay(value),
        help="Before the first retry; twice as long before each next one. By default 2s.",
    ),
    click.option(
        "--max-failures",
        type=click.IntRange(1),
        metavar="N",
        help="Halt when N tasks have failed; by default as the plan says.",
    ),
    click.option("--fail-fast", is_flag=True, help="Halt when a task has failed."),
    click.option("--keep-going", is_flag=True, help="Let no number of failures halt the run."),
    click.option(
        "--halt",
        type=click.Choice(["stop", "drain"]),
        help="A halt stops running tasks (the default), or lets them finish.",
    ),
    click.option(
        "--backend",
        type=click.Choice(["tmux", "pty"]),
        help="Where tasks run; by default tmux where it is installed.",
    ),
    click.option(
        "--root",
        "roots",
        multiple=True,
        metavar="OLD=NEW",
        help="OLD, a directory in the plan, is NEW here.",
    ),
    click.option(
        "--set",
        "sets",
        multiple=True,
        metavar="NAME=VALUE",
        help="Set a variable, and fill the placeholder <NAME> or {{NAME}}.",
    ),
    click.option(
        "--env-file",
        "env_files",
        multiple=True,
        metavar="FILE",
        help="Variables for the tasks, NAME=VALUE a line.",
    ),
    click.option(
        "--secret",
        "secrets",
        multiple=True,
        metavar="NAME",
        help="Mask this variable's value, too.",
    ),
    click.option("--cwd", "task_cwd", default="", metavar="DIR", help="Where tasks start."),
    click.option(
        "--no-infer-locks", is_flag=True, help="Only the locks that are written down count."
    ),
    click.option("--deps-from", metavar="SOURCE", help="Take dependencies from one kind of place."),
    click.option(
        "--sections", is_flag=True, help="Sections with commands are tasks where nothing has an id."
    ),
    click.option("--allow", multiple=True, metavar="CODE", help="Leave out problems of this code."),
)


def setting_flags(function: Callable[..., None]) -> Callable[..., None]:
    """Adds the flags; the function gets them as `given`, the rest of its options as they are."""

    @functools.wraps(function)
    def with_given(**options: Any) -> None:
        flags = {name: options.pop(name) for name in _NAMES}
        function(given=_given(**flags), **options)

    for flag in reversed(_FLAGS):
        with_given = flag(with_given)
    return with_given


_NAMES = (
    "jobs",
    "retries",
    "retry_delay_s",
    "max_failures",
    "fail_fast",
    "keep_going",
    "halt",
    "backend",
    "roots",
    "sets",
    "env_files",
    "secrets",
    "task_cwd",
    "no_infer_locks",
    "deps_from",
    "sections",
    "allow",
)


def _given(  # noqa: PLR0913, PLR0917 (one argument an option that is more than its value)
    roots: tuple[str, ...],
    sets: tuple[str, ...],
    env_files: tuple[str, ...],
    task_cwd: str,
    max_failures: int | None,
    fail_fast: bool,
    keep_going: bool,
    no_infer_locks: bool,
    **others: Any,
) -> Options:
    if (max_failures is not None) + fail_fast + keep_going > 1:
        raise UsageError(
            "--max-failures, --fail-fast and --keep-going exclude each other", "choose one"
        )
    return Options(
        max_failures=1 if fail_fast else max_failures,
        keep_going=keep_going,
        infer_locks=False if no_infer_locks else None,
        cwd=str(Path.cwd()),
        roots=pairs(roots, "--root"),
        sets=pairs(sets, "--set"),
        env=read_env_file(env_files),
        env_files=env_files,
        task_cwd=_directory(task_cwd),
        **others,
    )


def _delay(value: str | None) -> float | None:
    """A duration, or a number of seconds."""
    if value is None:
        return None
    if re.fullmatch(r"\d{1,7}(\.\d{1,3})?", value):
        return float(value)
    found = seconds(value)
    if found is None:
        raise UsageError(f"--retry-delay {value}: no duration", "write 30s, 2 min or 0")
    return found


def _directory(path: str) -> str:
    if path and not Path(path).is_dir():
        raise UsageError(f"--cwd {path}: no such directory", "name one that exists")
    return path


def pairs(values: tuple[str, ...], option: str) -> dict[str, str]:
    """`NAME=VALUE` options as a mapping. UsageError: one has no `=`."""
    found = {}
    for value in values:
        name, sign, rest = value.partition("=")
        if not sign or not name:
            form = "OLD=NEW" if option == "--root" else "NAME=VALUE"
            raise UsageError(f"{option} {value}: no '='", f"write {option} {form}")
        found[name] = rest
    return found
