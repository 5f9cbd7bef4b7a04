"""Signatures by SSH keys, made and checked by OpenSSH's own ssh-keygen (SSHSIG, as git uses it).

People have such keys and look after them; agents, passphrases and security keys work; and who
checks a signature needs nothing of ours.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

import msgspec

from tmuxplan.errors import UsageError

NAMESPACE = "tmuxplan-bundle"
"""What a signature is for: one that was made for something else proves nothing here."""

_GOOD = re.compile(r'Good ".*" signature (?:for (?P<who>.*) )?with (?P<key>\S+ key \S+)')
_PUBLIC = re.compile(r"(?:ssh|ecdsa|sk)-[\w@.-]+ [A-Za-z0-9+/=]+")


class Signature(msgspec.Struct, frozen=True):
    """What ssh-keygen says of one. `key`: its kind and fingerprint. `who`: by the file of
    signers; empty where there was none. `wrong`: why it proves nothing; empty where it is good."""

    key: str = ""
    who: str = ""
    wrong: str = ""


def sign(data: bytes, key: str) -> bytes:
    """A signature with a private key, or by the agent with the key whose public half this is.

    UsageError: it can't be made, and why.
    """
    done = _ssh_keygen(["sign", "-f", key], data)
    if done.returncode == 0:
        return done.stdout
    said = _said(done)
    remedy = "name a private SSH key, or make one: ssh-keygen -t ed25519"
    if "passphrase" in said or "No private key found" in said or "agent" in said:
        remedy = "load it into the agent (ssh-add), and name its public half (FILE.pub)"
    raise UsageError(f"can't sign: {said}", remedy, key)


def check(
    data: bytes, signature: bytes, key: str | None = None, signers: str | None = None
) -> Signature:
    """Whether `signature` is one over `data`: by the public key in a file, or by one of the
    people in a file of allowed signers; by anybody, where neither is given. UsageError: the
    file is no such thing, or there is no ssh-keygen."""
    with tempfile.TemporaryDirectory(prefix="tmuxplan-") as folder:
        place = Path(folder, "signature")
        place.write_bytes(signature)
        if key is not None:
            own = Path(folder, "signers")
            own.write_text(f"signer {_public(key)}\n", "utf-8")
            found = _verify(data, place, str(own), "signer")
            return msgspec.structs.replace(found, who="")
        if signers is not None:
            return _by_one_of(data, place, signers)
        return _read(_ssh_keygen(["check-novalidate", "-s", str(place)], data))


def _by_one_of(data: bytes, place: Path, signers: str) -> Signature:
    if not Path(signers).is_file():
        raise UsageError("there is no such file", "name a file of allowed signers", signers)
    done = _ssh_keygen(["find-principals", "-s", str(place), "-f", signers], data, named=False)
    names = done.stdout.decode("utf-8", "replace").splitlines()
    if done.returncode or not names:
        by = _read(_ssh_keygen(["check-novalidate", "-s", str(place)], data))
        key = f" ({by.key})" if by.key else ""
        return Signature(by.key, "", by.wrong or f"the key{key} is nobody's in {signers}")
    return _verify(data, place, signers, names[0])


def _verify(data: bytes, place: Path, signers: str, who: str) -> Signature:
    return _read(_ssh_keygen(["verify", "-s", str(place), "-f", signers, "-I", who], data))


def _public(path: str) -> str:
    """The key in a public key's file. UsageError: it is none."""
    try:
        text = Path(path).read_text("utf-8", "replace").strip()
    except OSError as error:
        raise UsageError(f"can't be read: {error.strerror}", "name another file", path) from error
    found = _PUBLIC.match(text)
    if found:
        return found[0]
    if "PRIVATE KEY" in text[:200]:
        raise UsageError(
            "is a private key, which nobody but its owner needs",
            f"name its public half, as {path}.pub",
            path,
        )
    raise UsageError("is no public SSH key", "name one, as ~/.ssh/id_ed25519.pub", path)


def _read(done: subprocess.CompletedProcess[bytes]) -> Signature:
    """Good only where its status and its words both say so."""
    found = _GOOD.search(done.stdout.decode("utf-8", "replace"))
    if done.returncode == 0 and found:
        return Signature(found["key"], found["who"] or "")
    return Signature(wrong=_said(done))


def _said(done: subprocess.CompletedProcess[bytes]) -> str:
    """Its complaint, in one line."""
    text = (done.stderr + done.stdout).decode("utf-8", "replace")
    lines = [line.strip() for line in text.splitlines()]
    told = [line for line in lines if line and not line.startswith("Signing data")]
    return "; ".join(told) or f"ssh-keygen ended with status {done.returncode}"


def _ssh_keygen(
    words: Sequence[str], data: bytes, named: bool = True
) -> subprocess.CompletedProcess[bytes]:
    program = shutil.which("ssh-keygen")
    if program is None:
        raise UsageError("ssh-keygen is not on PATH", "install OpenSSH (8.2 or newer)")
    namespace = ["-n", NAMESPACE] if named else []
    return subprocess.run(
        [program, "-Y", *words, *namespace],
        input=data,
        capture_output=True,
        env={**os.environ, "LC_ALL": "C"},
        check=False,
    )
