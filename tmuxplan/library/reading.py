"""From a file to a plan. Reads; runs nothing of the plan."""

from __future__ import annotations

from pathlib import Path

from tmuxplan.errors import UsageError
from tmuxplan.library.overrides import with_settings
from tmuxplan.library.settings import settle
from tmuxplan.plan.model import Plan
from tmuxplan.plan.parse import parse


def load(path: str | Path, deps_from: str | None = None) -> Plan:
    """Read a plan, its tasks as its settings have them. What is wrong with it, or with its
    settings, is in `problems`; UsageError: it can't be read at all.

    `deps_from` takes dependencies from one kind of place only (metadata, table, mermaid, none).
    """
    raw = read(Path(path))
    plan = parse(raw, str(path), deps_from)
    settled = settle(plan)
    if deps_from is None and settled.settings.deps_from is not None:
        plan = parse(raw, str(path), settled.settings.deps_from)
    return with_settings(plan, settled)


def read(path: Path) -> bytes:
    """A plan file's bytes. UsageError: what keeps it from being read."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise UsageError("no such file", "check the path", str(path)) from None
    except IsADirectoryError:
        raise UsageError("is a directory", "name one Markdown file in it", str(path)) from None
    except OSError as error:
        raise UsageError(
            f"can't be read: {error.strerror}", "check its permissions", str(path)
        ) from error
