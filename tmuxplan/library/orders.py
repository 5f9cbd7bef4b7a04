"""What the process that supervises a run is given by the launch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import msgspec

from tmuxplan.config.schema import Settings
from tmuxplan.events import RunStarted
from tmuxplan.journal.folder import RunFolder
from tmuxplan.library.options import Kept
from tmuxplan.plan.model import Frozen
from tmuxplan.shell.steps import Shells


class Supplies(msgspec.Struct, frozen=True):
    """What the attempts of a run are made of. `env` is complete; `secrets` are values to mask;
    `shells`: where the plan's commands have been read before."""

    frozen: Frozen
    env: Mapping[str, str]
    cwd: str
    secrets: tuple[str, ...]
    bash: str
    stdin_empty: bool
    shells: Shells
    settings: Settings = Settings()


class Order(NamedTuple):
    """A run to begin. `on_disk`: the plan as it stands there, without the values of secrets."""

    folder: RunFolder
    started: RunStarted
    on_disk: Frozen
    kept: Kept
    supplies: Supplies
