"""What is set up before a task's first step, as shell text on one line.

It is no step: its output is not judged. Where one of its statements fails, or ends the shell,
a record of step 0 says so, and nothing of the task runs.
"""

from __future__ import annotations

from collections.abc import Sequence

from tmuxplan.plan.model import Block, Task
from tmuxplan.shell.steps import steps

# Called by a failed statement and by whatever ends the shell; it speaks once.
_OVER = (
    "__tp_init() { __tp_rc=$?; "
    'if [ -z "${__tp_over-}" ]; then __tp_over=1; '
    "@PRINTF@ '\\033]133;D;%s;aid=@NONCE@;step=0;ps=%s;t=;stop=1\\007' "
    '"$__tp_rc" "$__tp_rc" >&@FD@; fi; exit "$__tp_rc"; }; trap __tp_init EXIT;'
)


def init(lines: Sequence[str], nonce: str, shell_name: str) -> str:
    """The text for `lines` of shell; empty where there are none."""
    if not lines:
        return ""
    task = Task(id="shell_init", title="", line=1, blocks=(Block(1, "\n".join(lines)),))
    statements, _ = steps(task, "")
    if not statements:
        return ""
    known = shell_name == "sh"
    over = _OVER.replace("@NONCE@", nonce).replace("@FD@", "9" if known else "61")
    over = over.replace("@PRINTF@", "command printf" if known else "builtin printf")
    quoted = _for_sh if known else _for_bash
    calls = " ".join(f"eval {quoted(each.text)} || __tp_init;" for each in statements)
    return f"{over} {calls} trap - EXIT; unset -f __tp_init; "


def _for_bash(text: str) -> str:
    """Line ends must not be line ends of the script, whose lines are the plan's."""
    escaped = text.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n")
    return f"$'{escaped}'"


def _for_sh(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("%", "%%").replace("'", "'\\''")
    return "\"$(printf '" + escaped.replace("\n", "\\n") + "')\""
