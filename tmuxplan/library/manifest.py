"""What a bundle holds: a name, a size and a SHA-256 for each file; and how it is laid out.

A bundle is a tar file of exactly these bytes: the manifest, its signature if there is one, then
the files in the manifest's order, nothing else. So nothing can hide in it: no second file of one
name, no link, no bytes between or behind the files.
"""

from __future__ import annotations

import hashlib
import tarfile

import msgspec

NAME, SIGNATURE = "manifest.json", "manifest.json.sig"
BLOCK, RECORD = tarfile.BLOCKSIZE, tarfile.RECORDSIZE


class Entry(msgspec.Struct, frozen=True):
    path: str
    size: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """Fields are added, with a default, and never renamed. `made`: ISO 8601, UTC."""

    run: str
    plan_sha256: str
    verdict: str
    made: str
    tool: str
    files: tuple[Entry, ...]
    schema: int = 1


def digest(data: bytes) -> str:
    """A hash in hex. That of the manifest stands for the whole bundle: it holds the others."""
    return hashlib.sha256(data).hexdigest()


def header(name: str, size: int) -> bytes:
    """The tar header of a file: without owner and time, the same on every machine."""
    info = tarfile.TarInfo(name)
    info.size, info.mode = size, 0o644
    return info.tobuf(tarfile.PAX_FORMAT, "utf-8", "surrogateescape")


def padding(size: int) -> bytes:
    """What fills the last block of a file, or of its header."""
    return b"\0" * (-size % BLOCK)


def ending(size: int) -> bytes:
    """What ends an archive of so many bytes: two blocks, and the rest of a record."""
    closed = size + 2 * BLOCK
    return b"\0" * (2 * BLOCK + -closed % RECORD)
