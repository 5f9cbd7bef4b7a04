"""`--env-file`: lines of NAME=VALUE. Nothing in them is expanded or run."""

from __future__ import annotations

import re
from pathlib import Path

from tmuxplan.errors import UsageError
from tmuxplan.plan.patterns import lazy

_LINE = lazy(r"(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*)")


def read_env_file(paths: tuple[str, ...]) -> dict[str, str]:
    """The variables in these files; later files win. UsageError: file, line and why."""
    found: dict[str, str] = {}
    for path in paths:
        for number, line in enumerate(_text(path).splitlines(), 1):
            stripped = line.strip()
            if not stripped or stripped.startswith("#"):
                continue
            match = _LINE.fullmatch(stripped)
            if match is None:
                raise UsageError(
                    "not NAME=VALUE", "mend the line, or put # before it", f"{path}:{number}"
                )
            found[match[1]] = _unquoted(match[2])
    return found


def _text(path: str) -> str:
    try:
        return Path(path).read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"--env-file {path} can't be read: {error}", "check the path") from error


def _unquoted(value: str) -> str:
    """A quoted value without its quotes; else without a comment that stands apart."""
    if len(value) > 1 and value[0] == value[-1] and value[0] in "'\"":
        return value[1:-1]
    return re.split(r"\s+#", value, maxsplit=1)[0]
