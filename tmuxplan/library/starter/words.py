"""Names of targets and scripts -> what they are for; by convention, nothing is run to find out."""

from __future__ import annotations

import re

from tmuxplan.library.starter.proposal import Kind

SAFE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.:/@+-]{0,60}", re.ASCII)
"""Names that need no quoting anywhere: others are left out."""

_NAMES: dict[Kind, str] = {
    "install": "install setup deps dependencies bootstrap init sync",
    "lint": "lint eslint stylelint flake8 ruff vet style lint:check check-format format-check "
    "fmt-check check:format format:check prettier:check",
    "types": "types typecheck type-check type_check check-types check:types types:check typing "
    "mypy tsc",
    "test": "test tests unit test-unit test:unit unit-test unit-tests check pytest spec e2e "
    "test:e2e integration test-integration test:integration",
    "build": "build dist compile package bundle docs",
}
_KINDS = {name: kind for kind, names in _NAMES.items() for name in names.split()}
_LEFT = {
    "it acts on others": r"(?:^|[-_:])(?:deploy|publish|release|push|upload|tag|migrate)",
    "it removes things": r"(?:^|[-_:])(?:clean|reset|destroy|uninstall|purge|drop|nuke)",
    "it does not end by itself": r"(?:^|[-_:])"
    r"(?:dev|start|serve|server|watch|run|up|preview|storybook)(?:$|[-_:])",
    "it changes the sources": r"(?:^|[-_:])(?:fix|format|fmt)(?:$|[-_:])",
}


def kind_of(name: str) -> Kind | None:
    """What a target or script of this name is for; None: nothing that a plan would check."""
    return _KINDS.get(name.lower())


def why_left(name: str) -> str:
    """Why one of this name is not proposed; empty where nobody would wonder."""
    lowered = name.lower()
    return next((why for why, pattern in _LEFT.items() if re.search(pattern, lowered)), "")
