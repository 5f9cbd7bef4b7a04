"""A run packed for somebody else: plan, journal, logs without secrets, reports, hashes of all.

Scripts and environments stay: they hold values that are masked everywhere else.
"""

from __future__ import annotations

import gzip
import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path

import msgspec

from tmuxplan.errors import JournalError, UsageError
from tmuxplan.journal.files import refused
from tmuxplan.library import manifest as layout
from tmuxplan.library.collecting import collected
from tmuxplan.library.log_source import caught_up
from tmuxplan.library.logs import masked
from tmuxplan.library.manifest import Entry, Manifest
from tmuxplan.library.runs import Opened
from tmuxplan.report.words import iso
from tmuxplan.version import VERSION

Read = Callable[[], Iterable[bytes]]
Sign = Callable[[bytes], bytes]
REPORTS = {
    "markdown": "report.md",
    "json": "report.json",
    "html": "report.html",
    "junit": "junit.xml",
}


def bundle(opened: Opened, path: Path, sign: Sign | None = None) -> str:
    """Write the bundle (a .tar.gz); the SHA-256 of its manifest, which stands for all of it.

    `sign` makes a signature over the manifest. JournalError: it can't be written; there is then
    no file.
    """
    opened = caught_up(opened)
    files = [(name, read, _measured(name, read)) for name, read in _files(opened)]
    manifest = _manifest(opened, tuple(entry for _, _, entry in files))
    signature = sign(manifest) if sign is not None else None
    # Made by us alone: in a folder of everybody's, nobody must know where it will be.
    aside = path.with_name(f".{path.name}.{os.urandom(4).hex()}.part")
    try:
        with aside.open("xb") as file, gzip.GzipFile("", "wb", 6, file, mtime=0) as packed:
            size = _add(packed, layout.NAME, len(manifest), (manifest,))
            if signature is not None:
                size += _add(packed, layout.SIGNATURE, len(signature), (signature,))
            for name, read, entry in files:
                size += _add(packed, name, entry.size, read())
            packed.write(layout.ending(size))
        aside.replace(path)
    except OSError as error:
        raise refused(path, error) from error
    finally:
        aside.unlink(missing_ok=True)
    return layout.digest(manifest)


def _manifest(opened: Opened, entries: tuple[Entry, ...]) -> bytes:
    facts = opened.facts
    return msgspec.json.encode(
        Manifest(
            run=facts.id,
            plan_sha256=facts.sha256,
            verdict=facts.verdict or "none",
            made=iso(facts.now) or "",
            tool=VERSION,
            files=entries,
        )
    )


def _files(opened: Opened) -> Iterator[tuple[str, Read]]:
    """Each file's name and how to read it. It is read twice, so it is cut at its size of now."""
    folder = opened.folder
    near = str(folder.path)
    for form, name in REPORTS.items():
        text = collected(opened, form, near).encode()
        yield name, lambda text=text: (text,)  # type: ignore[misc]
    for path in (
        folder.plan_md,
        *sorted(folder.plan_files.glob("*")),
        folder.plan_json,
        folder.events,
    ):
        if path.is_file():
            data = path.read_bytes()
            yield str(path.relative_to(folder.path)), lambda data=data: (data,)  # type: ignore[misc]
    for task in opened.frozen.plan.tasks:
        for attempt in opened.state.task(task.id).attempts:
            path = folder.attempt(task.id, attempt.n) / "log"
            end = opened.told_until(task.id, attempt)
            if path.is_file() and end != 0:
                size = path.stat().st_size if end is None else end
                read = partial(masked, path, attempt.secrets, 0, size)
                yield str(path.relative_to(folder.path)), read


def left_out(opened: Opened) -> tuple[str, ...]:
    """Tasks of a run that nobody watches any more whose logs are not in the bundle: what was
    printed since is not known, and may hold secrets."""
    if opened.alive:
        return ()
    every = ((task, opened.state.task(task.id)) for task in opened.frozen.plan.tasks)
    return tuple(
        task.id for task, state in every if any(one.verdict is None for one in state.attempts)
    )


def _measured(name: str, read: Read) -> Entry:
    size, found = 0, hashlib.sha256()
    for piece in read():
        size += len(piece)
        found.update(piece)
    return Entry(name, size, found.hexdigest())


def _add(packed: gzip.GzipFile, name: str, size: int, pieces: Iterable[bytes]) -> int:
    """One file; how many bytes it takes. JournalError: it is not what it was when it was hashed."""
    head = layout.header(name, size)
    packed.write(head)
    written = 0
    for piece in pieces:
        written += packed.write(piece)
    if written != size:
        raise JournalError("was changed while it was packed", "pack it again", name)
    return len(head) + written + packed.write(layout.padding(size))


def refuse_odd(path: Path) -> None:
    """UsageError: something is there already that is no bundle of ours to replace."""
    if path.is_dir():
        raise UsageError("is a directory", "name a file, as run.tar.gz", str(path))
    if not path.parent.is_dir():
        raise JournalError("there is no such directory", "make it first", str(path.parent))
