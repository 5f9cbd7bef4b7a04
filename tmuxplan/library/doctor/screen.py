"""What a person would see: the locale, the terminal, its colours, a tmux around it."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from tmuxplan.library.doctor.check import Check, ok, warning

_SMALLEST = (80, 24)
_UTF8 = frozenset({"utf8", "utf-8"})


class Terminal(msgspec.Struct, frozen=True):
    """The terminal here. `colours` None: terminfo does not know its name."""

    columns: int
    lines: int
    colours: int | None


def locale(codeset: str, env: Mapping[str, str]) -> Check:
    """`codeset` is what the system makes of these variables."""
    names = ("LC_ALL", "LC_CTYPE", "LANG")
    said = next((f"{name}={env[name]}" for name in names if env.get(name)), "no locale is set")
    if codeset.lower() in _UTF8:
        return ok("locale", f"UTF-8 ({said})")
    return warning(
        "locale",
        f"{said}: programs write {codeset or 'an unknown encoding'}, "
        "and signs like ✓ may come out as ?",
        "export LC_ALL=C.UTF-8, or a UTF-8 locale that `locale -a` lists",
    )


def terminal(here: Terminal | None, term: str) -> Check:
    """None: standard output is no terminal."""
    if here is None:
        return ok("terminal", "this is none: `attach` needs one, nothing else does")
    if here.colours is None:
        return warning(
            "terminal",
            f"TERM={term or '(unset)'} is unknown here: `attach` would be refused by tmux",
            "export TERM=xterm-256color, or install its terminfo entry",
        )
    if here.columns < _SMALLEST[0] or here.lines < _SMALLEST[1]:
        return warning(
            "terminal",
            f"{here.columns} columns and {here.lines} lines: tables are cut off",
            f"make it {_SMALLEST[0]} columns and {_SMALLEST[1]} lines at least",
        )
    return ok("terminal", f"{term}, {here.columns} columns, {here.lines} lines")


def colours(here: Terminal | None, env: Mapping[str, str]) -> Check:
    """States are told by words and signs, too: colours are never needed."""
    if env.get("NO_COLOR"):
        return ok("colours", "off, as NO_COLOR says")
    if here is None or here.colours is None:
        return ok("colours", "none here; states have words and signs, too")
    if here.colours < 8:
        return ok("colours", f"TERM={env.get('TERM', '')} has none; states have words and signs")
    many = "16 million" if env.get("COLORTERM") in {"truecolor", "24bit"} else str(here.colours)
    return ok("colours", many)


def nested(env: Mapping[str, str]) -> Check:
    """A client can't switch to another server: `attach` steps out of a tmux around it."""
    if env.get("TMUX"):
        return ok(
            "nested",
            "inside tmux: `attach` takes this client's place, and leaving it (ctrl-b d) comes back",
        )
    if env.get("STY"):
        return ok("nested", "inside GNU screen: `attach` works in its window")
    return ok("nested", "no tmux around this one")
