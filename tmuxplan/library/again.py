"""The command line that asks for the same launch once more."""

from __future__ import annotations

import re
import shlex
from collections.abc import Collection

from tmuxplan.library.options import Options
from tmuxplan.plan.model import Plan

_FOLDED = re.compile(r"\s\s|[^\S ]|^\s|\s$|[\x00-\x1f\x7f]")
_NAMED = {" ": "\\x20", "'": "\\'", "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\x7f": "\\x7f"}


def again(plan: Plan, options: Options, secret_names: Collection[str]) -> str:
    """`tmuxplan launch PLAN` with these options, for a shell; secrets' values are left out.

    `--only`, `--skip` and `--from` are words of their own: `report.commands` leaves them out.
    """
    words = ["tmuxplan", "launch", plan.path]
    words += [f"--root={old}={new}" for old, new in options.roots.items()]
    for name, value in options.sets.items():
        words.append(f"--set={name}={'...' if name in secret_names else value}")
    words += [f"--env-file={path}" for path in options.env_files]
    words += [f"--secret={name}" for name in options.secrets]
    words += [f"--only={task}" for task in options.only]
    words += [f"--skip={task}" for task in options.skip]
    if options.start_from:
        words.append(f"--from={options.start_from}")
    if options.jobs is not None:
        words.append(f"--jobs={options.jobs}")
    words += _protocol(options)
    if options.backend:
        words.append(f"--backend={options.backend}")
    if options.task_cwd:
        words.append(f"--cwd={options.task_cwd}")
    if options.infer_locks is False:
        words.append("--no-infer-locks")
    if options.deps_from:
        words.append(f"--deps-from={options.deps_from}")
    if options.sections:
        words.append("--sections")
    words += [f"--allow={code}" for code in options.allow]
    return " ".join(_quoted(word) for word in words)


def _protocol(options: Options) -> list[str]:
    """What is to happen when tasks fail."""
    given = {
        "--retries": options.retries,
        "--retry-delay": options.retry_delay_s,
        "--max-failures": options.max_failures,
        "--halt": options.halt,
    }
    words = [f"{flag}={value}" for flag, value in given.items() if value is not None]
    return [*words, "--keep-going"] if options.keep_going else words


def _quoted(word: str) -> str:
    """For a shell, on one line: reports fold spaces, and a folded value is another one."""
    if not _FOLDED.search(word):
        return shlex.quote(word)
    return (
        "$'" + "".join(_NAMED.get(c) or (f"\\x{ord(c):02x}" if c < " " else c) for c in word) + "'"
    )
