"""Settings for markers -> what a scan looks for."""

from __future__ import annotations

import re

from tmuxplan.config.schema import Markers as Said
from tmuxplan.config.schema import Settings, TaskSettings
from tmuxplan.judge.markers import DEFAULT, Markers, Pattern

_SPECIAL = re.compile(r"[\\.^$*+?{}\[\]|()]")


def markers_of(settings: Settings, own: TaskSettings) -> Markers:
    """The built-in markers, and those of the settings, of all tasks and of one."""
    found = _with(DEFAULT, settings.markers)
    return _with(found, own.markers) if isinstance(own.markers, Said) else found


def _with(weaker: Markers, said: Said) -> Markers:
    if said.replace:
        # A background command that is not found has no status that anybody sees.
        shell = tuple(one for one in weaker.failure if one.literals == ("script.sh:",))
        weaker = Markers(shell, (), weaker.ignore)
    return Markers(
        failure=(*weaker.failure, *map(_pattern, said.failure)),
        warning=(*weaker.warning, *map(_pattern, said.warning)),
        ignore=(*weaker.ignore, *said.ignore),
    )


def _pattern(regex: str) -> Pattern:
    """With the text that every match holds, where the pattern is such a text: it costs less."""
    plain = regex.removeprefix("^").removesuffix("$")
    return Pattern(regex, () if not plain or _SPECIAL.search(plain) else (plain,))
