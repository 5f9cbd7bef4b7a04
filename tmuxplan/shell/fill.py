"""`--set NAME=VALUE`: the placeholders `<NAME>` and `{{NAME}}` of a plan, filled."""

from __future__ import annotations

import re
from collections.abc import Mapping

from tmuxplan.errors import UsageError
from tmuxplan.plan.model import Task
from tmuxplan.shell.quoting import Piece, pieces, quoted
from tmuxplan.shell.roots import changed
from tmuxplan.shell.syntax import parse


def fill(text: str, values: Mapping[str, str]) -> str:
    """The shell text with placeholders in commands' words filled, quoted as their place needs."""
    if not values:
        return text
    raw = text.encode("utf-8", "surrogateescape")
    names = b"|".join(re.escape(name.encode()) for name in sorted(values, key=len, reverse=True))
    placeholder = re.compile(rb"<(" + names + rb")>|\{\{ ?(" + names + rb") ?\}\}")
    # `<NAME>` reads as two redirections: parsed with word characters in its place, same length.
    inert = placeholder.sub(lambda match: b"_" * len(match[0]), raw)
    places = pieces(parse(inert.decode("utf-8", "surrogateescape")))

    def filled(match: re.Match[bytes]) -> bytes:
        piece = _piece_of(match, places)
        if piece is None:
            return match[0]
        name = (match[1] or match[2]).decode()
        if "\n" in values[name]:
            raise UsageError(
                f"--set {name}: a value with a line break can't fill a placeholder",
                f"use ${name} in the plan's commands in place of <{name}>",
            )
        return quoted(values[name], piece)

    return placeholder.sub(filled, raw).decode("utf-8", "surrogateescape")


def filled(task: Task, values: Mapping[str, str]) -> Task:
    """The task with the placeholders of its commands and checks filled."""
    return changed(task, lambda text: fill(text, values))


def _piece_of(match: re.Match[bytes], places: list[Piece]) -> Piece | None:
    inside = (p for p in places if p.start <= match.start() and match.end() <= p.end)
    return next(inside, None)
