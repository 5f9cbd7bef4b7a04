"""From a file to a plan. Reads; runs nothing of the plan."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from tmuxplan.errors import UsageError
from tmuxplan.library.overrides import with_settings
from tmuxplan.library.settings import settle
from tmuxplan.library.uncollected import uncollected
from tmuxplan.plan.directory import parse_directory
from tmuxplan.plan.model import Plan
from tmuxplan.plan.parse import parse
from tmuxplan.plan.splitting import split

LARGEST = 64 << 20
"""Bytes of a file that is still read as a plan. The largest known has 5 MB; devices never end."""


@uncollected()
def load(path: str | Path, deps_from: str | None = None, sections: bool = False) -> Plan:
    """Read a plan, a file or a directory of one-task files, its tasks as its settings have them.
    What is wrong with it, or with its settings, is in `problems`; UsageError: it can't be read
    at all.

    `deps_from` takes dependencies from one kind of place only (metadata, table, mermaid, none);
    `sections` takes sections with commands for tasks where nothing has an id.
    """
    place = Path(path)
    raw = read_directory(place) if place.is_dir() else read(place)
    plan = parsed(raw, str(path), deps_from, sections)
    settled = settle(plan)
    if deps_from is None and settled.settings.deps_from is not None:
        plan = parsed(raw, str(path), settled.settings.deps_from, sections)
    return with_settings(plan, settled)


def parsed(
    raw: bytes | Mapping[str, bytes],
    path: str,
    deps_from: str | None = None,
    sections: bool = False,
) -> Plan:
    """The plan in a file's bytes, or in those of a directory's files by name."""
    if isinstance(raw, bytes):
        return split(parse(raw, path, deps_from, sections))
    return split(parse_directory(raw, path, deps_from))


def read_directory(path: Path) -> dict[str, bytes]:
    """Its Markdown files by name, without those of its own directories and hidden ones.

    UsageError: there is none, or one of them can't be read.
    """
    try:
        here = sorted(path.iterdir())
    except OSError as error:
        raise UsageError(
            f"can't be read: {error.strerror}", "check its permissions", str(path)
        ) from error
    files = [each for each in here if _is_markdown(each)]
    for each in files:
        if any("\ud800" <= char <= "\udfff" for char in each.name):
            raise UsageError(f"{each.name!a} is not UTF-8", "rename the file", str(path))
    if files:
        return {each.name: read(each) for each in files}
    inner = [each for each in here if each.is_dir() and any(map(_is_markdown, _inside(each)))]
    remedy = "name a Markdown file, or a directory with one task a file"
    if inner:
        remedy = f"name {' or '.join(str(each) for each in inner[:3])}, which has some"
    raise UsageError("no Markdown file is in this directory", remedy, str(path))


def _is_markdown(path: Path) -> bool:
    right = path.suffix.lower() in (".md", ".markdown") and not path.name.startswith(".")
    return right and path.is_file()


def _inside(path: Path) -> list[Path]:
    try:
        return list(path.iterdir())
    except OSError:
        return []


def read(path: Path) -> bytes:
    """A plan file's bytes. UsageError: what keeps it from being read."""
    if str(path) == "-":
        raise UsageError("a plan is read from a file, not from -", "save it, and name the file")
    try:
        with path.open("rb") as file:
            raw = file.read(LARGEST + 1)
    except FileNotFoundError:
        raise UsageError("no such file", "check the path", str(path)) from None
    except OSError as error:
        raise UsageError(
            f"can't be read: {error.strerror}", "check its permissions", str(path)
        ) from error
    if len(raw) > LARGEST:
        what = f"is larger than {LARGEST >> 20} MiB: no plan is"
        raise UsageError(what, "check the path", str(path))
    return raw
