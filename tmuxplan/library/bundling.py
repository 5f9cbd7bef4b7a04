"""A run packed for somebody else: plan, journal, logs without secrets, reports, hashes of all.

Scripts and environments stay: they hold values that are masked everywhere else.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import tarfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import msgspec

from tmuxplan.errors import JournalError, UsageError
from tmuxplan.journal.files import refused
from tmuxplan.library.collecting import collected
from tmuxplan.library.logs import masked
from tmuxplan.library.manifest import NAME, SEAL, Entry, Manifest, digest, seal
from tmuxplan.library.runs import Opened
from tmuxplan.report.words import iso
from tmuxplan.version import VERSION

Read = Callable[[], Iterable[bytes]]
REPORTS = {
    "markdown": "report.md",
    "json": "report.json",
    "html": "report.html",
    "junit": "junit.xml",
}


def bundle(opened: Opened, path: Path, key: bytes | None = None) -> str:
    """Write the bundle (a .tar.gz); the SHA-256 of its manifest, which stands for all of it.

    JournalError: it can't be written; there is then no file.
    """
    aside = path.with_name(f".{path.name}.part")
    try:
        with aside.open("wb") as file, gzip.GzipFile("", "wb", 6, file, mtime=0) as packed:
            found = _pack(opened, packed, key)
        aside.replace(path)
    except OSError as error:
        raise refused(path, error) from error
    finally:
        aside.unlink(missing_ok=True)
    return found


def _pack(opened: Opened, packed: gzip.GzipFile, key: bytes | None) -> str:
    entries = []
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for name, read in _files(opened):
            entries.append(_measured(name, read))
            _add(tar, name, entries[-1].size, read())
        facts = opened.facts
        manifest = msgspec.json.encode(
            Manifest(
                run=facts.id,
                plan_sha256=facts.sha256,
                verdict=facts.verdict or "none",
                made=iso(facts.now) or "",
                tool=VERSION,
                files=tuple(entries),
            )
        )
        _add(tar, NAME, len(manifest), (manifest,))
        if key is not None:
            sealed = seal(manifest, key).encode()
            _add(tar, SEAL, len(sealed), (sealed,))
    return digest(manifest)


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
            if path.is_file():
                size, secrets = path.stat().st_size, attempt.secrets
                yield (
                    str(path.relative_to(folder.path)),
                    lambda path=path, size=size, secrets=secrets: masked(path, secrets, 0, size),  # type: ignore[misc]
                )


def _measured(name: str, read: Read) -> Entry:
    size, found = 0, hashlib.sha256()
    for piece in read():
        size += len(piece)
        found.update(piece)
    return Entry(name, size, found.hexdigest())


def _add(tar: tarfile.TarFile, name: str, size: int, pieces: Iterable[bytes]) -> None:
    """The same bytes give the same archive: no owner, no time."""
    info = tarfile.TarInfo(name)
    info.size, info.mode = size, 0o644
    tar.addfile(info, _Stream(pieces))


class _Stream(io.RawIOBase):
    """Pieces as a file: a log of a gigabyte is never in memory."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = iter(pieces)
        self._rest = b""

    def read(self, size: int = -1) -> bytes:
        while size < 0 or len(self._rest) < size:
            piece = next(self._pieces, None)
            if piece is None:
                break
            self._rest += piece
        found, self._rest = (
            (self._rest, b"") if size < 0 else (self._rest[:size], self._rest[size:])
        )
        return found


def refuse_odd(path: Path) -> None:
    """UsageError: something is there already that is no bundle of ours to replace."""
    if path.is_dir():
        raise UsageError("is a directory", "name a file, as run.tar.gz", str(path))
    if not path.parent.is_dir():
        raise JournalError("there is no such directory", "make it first", str(path.parent))
