"""A task's environment: as a process is given it, and as the text of the file that the outer
shell in tmux reads once and removes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from tmuxplan.plan.patterns import lazy

_NAME = lazy(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
_FUNCTION = lazy(r"BASH_FUNC_([A-Za-z_][A-Za-z0-9_.:+-]*)(?:%%|\(\))", re.ASCII)
# The window's own, what bash will not let anyone set, and what it sets itself.
_LEFT_OUT = frozenset(
    {
        "TERM",
        "TMUX",
        "TMUX_PANE",
        "TERM_PROGRAM",
        "TERM_PROGRAM_VERSION",
        "COLUMNS",
        "LINES",
        "WINDOWID",
        "STY",
        "SHELLOPTS",
        "BASHOPTS",
        "BASH_VERSINFO",
        "BASH_VERSION",
        "UID",
        "EUID",
        "PPID",
        "GROUPS",
        "FUNCNAME",
        "DIRSTACK",
        "PWD",
        "_",
        "IFS",
        "POSIXLY_CORRECT",
    }
)
COMPLETE = "__tp_complete=1"


def environment(env: Mapping[str, str]) -> dict[str, str]:
    """What a process is started with: the same variables and functions as `environment_text`."""
    return {
        name: value.replace("\0", "")
        for name, value in env.items()
        if _is_given(name) or (_FUNCTION.fullmatch(name) and value.startswith("() {"))
    }


def environment_text(env: Mapping[str, str]) -> str:
    """Shell text that exports `env`; write it with `surrogateescape`.

    Left out: names that no shell variable can have, the window's own, and bash's own. The
    language comes late, because bytes must be read as bytes until then, and exported
    functions last, because they may be called like what the outer shell still needs.
    """
    names = sorted(name for name in env if _is_given(name))
    names.sort(key=lambda name: name == "LANG" or name.startswith("LC_"))
    lines = [_exported(name, env[name]) for name in names]
    lines.append(COMPLETE)
    functions = sorted(env, key=lambda name: ("_builtin" in name, name))
    lines += [line for name in functions for line in _function(name, env[name])]
    return "\n".join(lines) + "\n"


@lru_cache(maxsize=4096)  # tasks share most of their variables
def _exported(name: str, value: str) -> str:
    return f"export {name}={_quoted(value)}"


@lru_cache(maxsize=4096)
def _is_given(name: str) -> bool:
    return name not in _LEFT_OUT and _NAME.fullmatch(name) is not None


def _function(name: str, value: str) -> list[str]:
    match = _FUNCTION.fullmatch(name)
    if not match or not value.startswith("() {"):
        return []
    text = f"{match[1]} {value}\nbuiltin export -f {match[1]}"
    return [f"builtin eval {_quoted(text)}"]


def _quoted(text: str) -> str:
    return "'" + text.replace("\0", "").replace("'", "'\\''") + "'"
