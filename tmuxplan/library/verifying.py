"""Whether a bundle is as it was made. Nothing of it is unpacked, run or believed."""

from __future__ import annotations

import hashlib
import hmac
import tarfile
import zlib
from pathlib import Path

import msgspec

from tmuxplan.errors import UsageError
from tmuxplan.library.manifest import NAME, SEAL, Manifest, digest, seal
from tmuxplan.report.words import one_line

_PIECE = 1 << 20
_MOST_MANIFEST = 64 << 20


class Verified(msgspec.Struct, frozen=True, kw_only=True):
    """What was found. `faults` is empty where nothing was altered. `sealed`: there is a seal;
    `checked`: it was compared with a key."""

    manifest: Manifest
    digest: str
    faults: tuple[str, ...]
    sealed: bool
    checked: bool


def verify(path: Path, key: bytes | None = None, expected: str | None = None) -> Verified:
    """Compare every file with the manifest, the manifest with its seal and with the digest that
    was said when it was made. UsageError: it is no bundle."""
    try:
        return _verified(*_read(path), key, expected)
    except OSError as error:
        raise UsageError(f"can't be read: {error}", "name a bundle", str(path)) from error
    except (tarfile.TarError, EOFError, zlib.error) as error:
        raise UsageError(
            f"is no bundle, or is damaged: {error}", "get it again from its source", str(path)
        ) from error
    except (KeyError, msgspec.MsgspecError) as error:
        raise UsageError(
            f"has no manifest that can be read: {error}",
            "make one with `tmuxplan collect --bundle FILE`",
            str(path),
        ) from error


def _read(path: Path) -> tuple[dict[str, tuple[int, str]], bytes, str, list[str]]:
    """Sizes and hashes by name, the manifest, the seal, and what is odd about the archive."""
    found: dict[str, tuple[int, str]] = {}
    kept: dict[str, bytes] = {}
    odd: list[str] = []
    with tarfile.open(path, "r|gz") as tar:
        for member in tar:
            name = member.name
            if name in found or name in kept:
                odd.append(f"{name}: is there twice")
                continue
            file = tar.extractfile(member) if member.isreg() else None
            if file is None:
                odd.append(f"{name}: is no file")
            elif name in (NAME, SEAL):
                kept[name] = file.read(_MOST_MANIFEST)
            else:
                hashed, size = hashlib.sha256(), 0
                while piece := file.read(_PIECE):
                    hashed.update(piece)
                    size += len(piece)
                found[name] = (size, hashed.hexdigest())
    return found, kept[NAME], kept.get(SEAL, b"").decode("ascii", "replace"), odd


def _verified(
    found: dict[str, tuple[int, str]],
    raw: bytes,
    sealed: str,
    odd: list[str],
    key: bytes | None,
    expected: str | None,
) -> Verified:
    manifest = msgspec.json.decode(raw, type=Manifest)
    faults = list(odd)
    listed = {entry.path: (entry.size, entry.sha256) for entry in manifest.files}
    faults += [f"{name}: was added" for name in found if name not in listed]
    for name, was in listed.items():
        if name not in found:
            faults.append(f"{name}: is missing")
        elif found[name] != was:
            faults.append(f"{name}: was altered")
    if expected is not None and not hmac.compare_digest(
        digest(raw).encode(), expected.strip().casefold().encode()
    ):
        faults.append(f"{NAME}: is not the one with the digest {expected}")
    if key is not None and not sealed:
        faults.append(f"{SEAL}: is missing, so nobody with the key sealed this")
    elif key is not None and not hmac.compare_digest(sealed.encode(), seal(raw, key).encode()):
        faults.append(f"{SEAL}: is not by this key, or the manifest was altered")
    return Verified(
        manifest=manifest,
        digest=digest(raw),
        faults=tuple(one_line(fault) for fault in faults),
        sealed=bool(sealed),
        checked=key is not None,
    )
