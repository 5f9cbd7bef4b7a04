"""What a bundle holds: a name, a size and a SHA-256 for each file, and a seal over all of it."""

from __future__ import annotations

import hashlib
import hmac
from pathlib import Path

import msgspec

from tmuxplan.errors import UsageError

NAME, SEAL = "manifest.json", "manifest.hmac"
SHORTEST_KEY = 16


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


def seal(manifest: bytes, key: bytes) -> str:
    """HMAC-SHA-256: whoever has the key can make one, and nobody else."""
    return hmac.new(key, manifest, hashlib.sha256).hexdigest()


def read_key(path: str) -> bytes:
    """The key in a file, as it is. UsageError: it can't be read, or is too short to be one."""
    try:
        key = Path(path).read_bytes().strip()
    except OSError as error:
        raise UsageError(f"can't be read: {error.strerror}", "name another file", path) from error
    if len(key) < SHORTEST_KEY:
        raise UsageError(
            f"a key of {len(key)} bytes is too short",
            "make one with `openssl rand -hex 32`",
            path,
        )
    return key
