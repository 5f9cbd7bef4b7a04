"""Whether a bundle is as it was made. Nothing of it is unpacked, run or believed.

Every byte is compared with what the manifest says must be there, the archive's own headers too:
nobody has to understand what somebody else wrote into them.
"""

from __future__ import annotations

import gzip
import hashlib
import hmac
import tarfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, cast

import msgspec

from tmuxplan.errors import UsageError
from tmuxplan.integrations import sshsig
from tmuxplan.integrations.sshsig import Signature
from tmuxplan.library import manifest as layout
from tmuxplan.library.manifest import Entry, Manifest
from tmuxplan.report.words import one_line

_PIECE = 1 << 20
_MOST_MANIFEST, _MOST_SIGNATURE = 64 << 20, 64 << 10


class Expected(msgspec.Struct, frozen=True):
    """What whoever verifies has from elsewhere: the digest that was said when it was made, a
    public key's file, or a file of allowed signers."""

    digest: str | None = None
    key: str | None = None
    signers: str | None = None

    @property
    def names_a_signer(self) -> bool:
        return self.key is not None or self.signers is not None


class Verified(msgspec.Struct, frozen=True, kw_only=True):
    """What was found. `faults` is empty where nothing was altered. `signature` is None where
    there is none, or nobody here can read it (`unread` says why)."""

    manifest: Manifest
    digest: str
    faults: tuple[str, ...]
    signature: Signature | None
    unread: str = ""


class _Ends(Exception):  # noqa: N818 (the archive does; it is caught here)
    """The archive ends before it should."""


def verify(path: Path, expected: Expected | None = None) -> Verified:
    """Compare the manifest with what is `expected`, and everything else with the manifest.
    UsageError: it is no bundle."""
    try:
        with gzip.open(path, "rb") as packed:
            return _verified(_Archive(cast("IO[bytes]", packed)), expected or Expected())
    except _Ends:
        raise UsageError(
            "is no bundle, or is torn", "get it again from its source", str(path)
        ) from None
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise UsageError(
            f"is no bundle, or is damaged: {error}", "get it again from its source", str(path)
        ) from error
    except OSError as error:
        raise UsageError(f"can't be read: {error.strerror}", "name a bundle", str(path)) from error
    except (tarfile.TarError, msgspec.MsgspecError, RecursionError) as error:
        raise UsageError(
            f"has no manifest that can be read: {error}",
            "make one with `tmuxplan collect --bundle FILE`",
            str(path),
        ) from error


def _verified(archive: _Archive, expected: Expected) -> Verified:
    raw = archive.file(layout.NAME, _MOST_MANIFEST)
    if raw is None:
        raise tarfile.ReadError(f"{layout.NAME} is not the first file")
    manifest = msgspec.json.decode(raw, type=Manifest)
    signed = archive.file(layout.SIGNATURE, _MOST_SIGNATURE)
    faults = list(_odd_names(manifest))
    signature, unread = _signature(raw, signed, expected, faults)
    if expected.digest is not None and not _same(layout.digest(raw), expected.digest):
        faults.append(f"{layout.NAME}: is not the one with the digest {expected.digest}")
    if faults:
        faults.append("its files were not looked at: the manifest is not to be trusted")
    else:
        faults += _files(archive, manifest)
    return Verified(
        manifest=manifest,
        digest=layout.digest(raw),
        faults=tuple(one_line(fault) for fault in faults),
        signature=signature,
        unread=unread,
    )


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.strip().casefold().encode())


def _odd_names(manifest: Manifest) -> Iterator[str]:
    """Whoever unpacks it with tar must not be led elsewhere."""
    seen = {layout.NAME, layout.SIGNATURE}
    for entry in manifest.files:
        if entry.path in seen:
            yield f"{entry.path}: is there twice"
        if _leads_out(entry.path) or entry.size < 0:
            yield f"{entry.path}: leads out of the bundle"
        seen.add(entry.path)


def _leads_out(path: str) -> bool:
    """Or may be another way to write the name of another file: `a//b` is `a/b`."""
    return "\0" in path or any(part in ("", ".", "..") for part in path.split("/"))


def _signature(
    raw: bytes, signed: bytes | None, expected: Expected, faults: list[str]
) -> tuple[Signature | None, str]:
    """What it says, and why nobody here can read it."""
    if signed is None:
        if expected.names_a_signer:
            faults.append(f"{layout.SIGNATURE}: is missing, so nobody signed this")
        return None, ""
    try:
        found = sshsig.check(raw, signed, expected.key, expected.signers)
    except UsageError as error:
        if expected.names_a_signer:
            raise
        return None, error.what
    if found.wrong:
        faults.append(f"{layout.SIGNATURE}: {found.wrong}")
    return found, ""


def _files(archive: _Archive, manifest: Manifest) -> Iterator[str]:
    for entry in manifest.files:
        try:
            wrong, stands = _compared(archive, entry)
        except _Ends:
            yield f"{entry.path}: is missing, or a part of it: the archive ends"
            return
        if wrong:
            yield wrong
        if not stands:
            yield "what follows was not compared"
            return
    yield from archive.rest()


def _compared(archive: _Archive, entry: Entry) -> tuple[str, bool]:
    """What is wrong with a file; whether what follows stands where it should."""
    head = layout.header(entry.path, entry.size)
    found = archive.read(len(head))
    if found != head:
        return _instead(found, entry), False
    hashed = hashlib.sha256()
    left = entry.size
    while left:
        piece = archive.read(min(left, _PIECE))
        hashed.update(piece)
        left -= len(piece)
    if archive.read(len(layout.padding(entry.size))) != layout.padding(entry.size):
        return f"{entry.path}: something is hidden behind it", True
    if hashed.hexdigest() != entry.sha256:
        return f"{entry.path}: was altered", True
    return "", True


def _instead(found: bytes, entry: Entry) -> str:
    """A header that is not the one that belongs there."""
    info = _info(found)
    if info is None:
        return f"{entry.path}: is missing"
    if info.name != entry.path:
        return f"{entry.path}: is missing, or moved; {info.name} stands there"
    if info.size != entry.size:
        return f"{entry.path}: was altered ({info.size} bytes, not {entry.size})"
    return f"{entry.path}: is no plain file, or has an owner, a time or permissions"


def _info(block: bytes) -> tarfile.TarInfo | None:
    try:
        return tarfile.TarInfo.frombuf(block[: layout.BLOCK], "utf-8", "replace")
    except tarfile.TarError:
        return None


class _Archive:
    """The bytes of a tar file, read once, from the first to the last."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._kept = b""
        self._size = 0

    def read(self, count: int) -> bytes:
        """Exactly so many. _Ends: there are not."""
        found, self._kept = self._kept[:count], self._kept[count:]
        while len(found) < count:
            piece = self._file.read(count - len(found))
            if not piece:
                raise _Ends
            found += piece
        self._size += count
        return found

    def file(self, name: str, most: int) -> bytes | None:
        """The next file, if this is its name, and it is a plain one of at most so many bytes."""
        block = self.read(layout.BLOCK)
        info = _info(block)
        if (
            info is None
            or info.name != name
            or info.size > most
            or block != layout.header(name, info.size)
        ):
            self._kept = block + self._kept
            self._size -= layout.BLOCK
            return None
        data = self.read(info.size)
        if self.read(len(layout.padding(info.size))) != layout.padding(info.size):
            raise tarfile.ReadError(f"something is hidden behind {name}")
        return data

    def rest(self) -> Iterator[str]:
        """What is behind the last file, and should not be."""
        closing = layout.ending(self._size)
        try:
            found = self.read(len(closing))
        except _Ends:
            yield "the archive's end is missing"
            return
        if found != closing:
            info = _info(found)
            yield f"{info.name}: was added" if info else "something is hidden at its end"
        elif self._file.read(1):
            yield "something is hidden behind its end"
