"""The command line that asks for the same launch once more."""

from __future__ import annotations

import shlex
from collections.abc import Collection

from tmuxplan.library.options import Options
from tmuxplan.plan.model import Plan


def again(plan: Plan, options: Options, secret_names: Collection[str]) -> str:
    """`tmuxplan launch PLAN` with these options, for a shell; secrets' values are left out."""
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
    if options.backend:
        words.append(f"--backend={options.backend}")
    if options.task_cwd:
        words.append(f"--cwd={options.task_cwd}")
    if options.deps_from:
        words.append(f"--deps-from={options.deps_from}")
    if options.sections:
        words.append("--sections")
    words += [f"--allow={code}" for code in options.allow]
    return shlex.join(words)
