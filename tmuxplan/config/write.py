"""Settings as YAML, for the front matter of a plan that tmuxplan writes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from tmuxplan.config.schema import Settings
from tmuxplan.later import Later

if TYPE_CHECKING:
    import yaml
else:
    yaml = Later("yaml")

_DEFAULT = msgspec.to_builtins(Settings())


def front_matter(settings: Settings, more: Mapping[str, Any]) -> str:
    """What of `settings` is no default, and `more`, which is stronger; empty values left out."""
    given = {
        name: value
        for name, value in msgspec.to_builtins(settings).items()
        if value != _DEFAULT[name]
    }
    shown = {name: value for name, value in {**given, **more}.items() if value}
    text: str = yaml.safe_dump(shown, allow_unicode=True, width=10_000)
    return text
