"""Statements -> the text of script.sh, with the step ledger written in (docs/architecture.md)."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from tmuxplan.plan.model import Task
from tmuxplan.plan.patterns import lazy
from tmuxplan.shell.prelude import prelude
from tmuxplan.shell.steps import Statement

_SHOWN = 100
_MANY = 1000
# The last argument of each call: a function leaves it as `$_`, which so stays as it was.
_LAST = '"${_-}"'
_NONCE = lazy(r"[0-9a-f]+")
_POSIX_SHELLS = frozenset({"dash", "ash", "ksh", "mksh", "posh"})


def script(
    statements: Sequence[Statement], nonce: str, shell_name: str, before_all: str = ""
) -> str:
    """The whole text. `shell_name` is `bash`, `zsh` or `sh` (any POSIX shell); `before_all` is
    text without line ends that runs before the first step (`init.py`)."""
    if not _NONCE.fullmatch(nonce):
        raise ValueError(f"not a hexadecimal nonce: {nonce!r}")
    yes = ":" if shell_name == "sh" else "[[ 1 ]]"
    first = f"{{ __tp 0 '' {_quoted(_shown(statements[0]))}; }} 2>/dev/null;" if statements else ""
    pieces = [f" {before_all}{first}"]
    line = 1
    for before, each in zip((None, *statements), statements, strict=False):
        lead = _lead(line, before, each)
        report = _report(before, each, yes) if before else ""
        body = _watch(each, shell_name) + _body(each, yes)
        pieces += [lead, report, body]
        line += lead.count("\n") + body.count("\n")
    pieces.append(_ending(statements, yes))
    text = "".join(pieces)
    return prelude(nonce, shell_name, text) + text


def shell_argv(task: Task, bash_path: str) -> tuple[str, ...]:
    """What runs the script: bash, also for `sh` fences (they use `source`), unless the plan
    names another shell under `**Shell:**`."""
    said = shlex.split(task.shell.text) if task.shell else []
    if not said or _base(said[0]) == "bash":
        return (bash_path, *said[1:])
    return tuple(said)


def shell_name(task: Task) -> str:
    """Which of the ledger's dialects the task's shell speaks."""
    name = _base(shell_argv(task, "bash")[0])
    if name == "zsh":
        return "zsh"
    return "sh" if name == "sh" or name in _POSIX_SHELLS else "bash"


def _base(program: str) -> str:
    return program.rsplit("/", 1)[-1]


def _lead(line: int, before: Statement | None, each: Statement) -> str:
    """What comes before a statement, so that it stands at the plan's own line if it can."""
    if before is not None and each.lead:
        return each.lead
    return _blank(max(1, each.line - line))


def _blank(lines: int) -> str:
    """So many line ends. Where they are many, continued lines: each blank one is a command, if an
    empty one, and 40,000 of those take every shell longer than it takes to begin."""
    return "\n" * lines if lines <= _MANY else "\n" + "\\\n" * (lines - 1)


def _report(before: Statement, each: Statement, yes: str) -> str:
    """The call that reports the end of `before`. `&& yes` keeps `set -e` and the ERR trap
    from firing on the report; the redirection keeps `set -x` silent."""
    if before.silent:
        return ""
    # After the report, which must be the first to see PIPESTATUS and hands on the status.
    keep = (
        f"{{ __tp_keep {_LAST} && {yes}; }} 2>/dev/null; " if _begins_checks(before, each) else ""
    )
    return f"{_call(before, _shown(each), yes)}; {keep}"


def _begins_checks(before: Statement, each: Statement | None) -> bool:
    return before.criterion is None and (each is None or each.criterion is not None)


def _call(ended: Statement, shown: str, yes: str) -> str:
    flags, word = ended.rule.flags, ended.rule.word
    arguments = " ".join((str(ended.n), _quoted(flags), _quoted(shown)))
    if not flags:
        return f"{{ __tp {arguments} '' {_LAST} && {yes}; }} 2>/dev/null"
    # The exit stands outside of the braces: an EXIT trap must have the script's own stderr.
    call = f"{{ __tp {arguments} {_quoted(word)} {_LAST} && {yes}; }} 2>/dev/null"
    return f"{call} || {{ __tp_end {_LAST} && {yes}; }}"


def _watch(each: Statement, shell_name: str) -> str:
    """Several statements in one step, of which only the last would show: an ERR trap, unless
    the script has one, reports the first of them that fails."""
    if shell_name != "bash" or not (each.unparsed or each.silent):
        return ""
    return f"{{ __tp_watch {each.n} {_LAST} && [[ 1 ]]; }} 2>/dev/null; "


def _body(each: Statement, yes: str) -> str:
    """A check never ends the script under `set -e`, and its syntax ends with itself."""
    if each.broken:
        return f"{{ __tp_no; }} 2>/dev/null && {yes}"
    if each.criterion is not None:
        # The members' statuses are kept: `&&` has statuses of its own.
        return f"{{ {each.text}\n}} && {{ __tp_members {_LAST} && {yes}; }} 2>/dev/null"
    return each.text


def _ending(statements: Sequence[Statement], yes: str) -> str:
    """The last report; a script with checks ends with the status of its commands."""
    if not statements or statements[-1].silent:
        return "\n"
    last = statements[-1]
    call = _call(last, "", yes)
    if last.criterion is None:
        return f"\n{call}\n"
    return f"\n{call}\n{{ __tp_last {_LAST} && {yes}; }} 2>/dev/null\n"


def _shown(each: Statement) -> str:
    """The command as a person sees it: one line, no control characters, about 100 long."""
    first, _, rest = each.text.partition("\n")
    plain = "".join(char if char.isprintable() else " " for char in first).strip()
    if len(plain) > _SHOWN:
        return plain[: _SHOWN - 1] + "…"
    return f"{plain} …" if rest.strip() else plain


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"
