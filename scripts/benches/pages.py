"""docs/performance.md: what is measured is put between markers, what is written stays."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from benches import plots, show
from benches.machine import Machine
from benches.place import WrongRun
from benches.row import Row

MARKER = "<!-- measured: {} -->"
END = "<!-- end -->"


def write(page: Path, rows: Sequence[Row], on: Machine, date: str, *, whole: bool) -> None:
    """Replace the tables and plots of these rows; `whole`: the machine's as well."""
    text = page.read_text("utf-8")
    images = page.parent / "images"
    for slug in dict.fromkeys(row.slug for row in rows):
        some = [row for row in rows if row.slug == slug]
        name = f"performance-{slug}.svg"
        (images / name).write_text(plots.bars(some), "utf-8")
        said = f"{show.markdown(some)}\n\n![{slug}](images/{name})\n\n{measured(on, date)}"
        text = filled(text, slug, said)
    if whole:
        text = filled(text, "machine", about(on, date))
    page.write_text(text, "utf-8")


def filled(page: str, name: str, said: str) -> str:
    """The page with this between the marker of that name and the next end."""
    marker = MARKER.format(name)
    pattern = re.compile(f"{re.escape(marker)}\n.*?{re.escape(END)}", re.DOTALL)
    replaced, count = pattern.subn(lambda _: f"{marker}\n\n{said}\n\n{END}", page)
    if count != 1:
        raise WrongRun(
            f"the page has {count} places for {name!r}, it needs one: {marker} ... {END}"
        )
    return replaced


def measured(on: Machine, date: str) -> str:
    """In a work's own words, since works can be measured one by one."""
    version = on.versions.get("tmuxplan", "unknown")
    return (
        f"Measured on {date}, tmuxplan {version} at {on.commit}; "
        f"load {on.load:g} on {on.cores} cores before it began."
    )


def about(on: Machine, date: str) -> str:
    """The machine and everybody's versions."""
    versions = ", ".join(f"{name} {version}" for name, version in on.versions.items())
    return (
        f"{date}, {on.system}, {on.processor}, {on.cores} cores, {on.memory_gb} GB of memory, "
        f"Python {on.python}; load {on.load:g} before it began.\n\n{versions}."
    )
