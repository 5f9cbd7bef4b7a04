"""Telling people: a command of theirs, or any service that Apprise knows (an extra).

An entry of the setting `notify` is `command: WORDS`, run by the shell with the message on its
standard input, or an Apprise URL. A URL holds tokens: only its scheme is ever shown.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Mapping

import msgspec

TIMEOUT_S = 20
_COMMAND = re.compile(r"\s*command\s*:\s*(?P<words>.+)", re.DOTALL)
_SCHEME = re.compile(r"\s*(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://")


class Message(msgspec.Struct, frozen=True):
    """`title` is one line; both are plain text, clean and masked. `about` goes to commands as
    variables, TMUXPLAN_TASK and the like."""

    title: str
    text: str
    about: Mapping[str, str] = {}


class Told(msgspec.Struct, frozen=True):
    """`whom` can be shown; `failed` says why they could not be told, else empty."""

    whom: str
    failed: str = ""


def tell(entry: str, message: Message) -> Told:
    """Tell whom one entry names. Never raises, and takes half a minute at the most."""
    command = _COMMAND.fullmatch(entry)
    if command:
        return _run(command["words"], message)
    scheme = _SCHEME.match(entry)
    if scheme is None:
        return Told("notify", "an entry is neither `command: …` nor a URL (service://…)")
    return Told(f"{scheme['scheme']}://…", _post(entry.strip(), message))


def _run(words: str, message: Message) -> Told:
    whom = f"command {words.split(maxsplit=1)[0]}"
    try:
        done = subprocess.run(
            ["/bin/sh", "-c", words],
            input=f"{message.title}\n\n{message.text}\n".encode("utf-8", "replace"),
            env={**os.environ, **message.about},
            capture_output=True,
            timeout=TIMEOUT_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Told(whom, f"it did not end within {TIMEOUT_S} s")
    except OSError as error:
        return Told(whom, str(error))
    if done.returncode == 0:
        return Told(whom)
    said = done.stderr.decode("utf-8", "replace").strip().splitlines()
    return Told(whom, f"exit status {done.returncode}" + (f": {said[-1][:200]}" if said else ""))


def _post(url: str, message: Message) -> str:
    try:
        import apprise  # noqa: PLC0415 (an extra, and slow to import)
    except ImportError:
        return "Apprise is not installed: pip install 'tmuxplan[notify]'"
    service = apprise.Apprise.instantiate(url, suppress_exceptions=True)
    if service is None:
        return "Apprise does not know this URL"
    service.socket_read_timeout = service.socket_connect_timeout = TIMEOUT_S / 2
    try:
        sent = service.notify(body=message.text, title=message.title)
    except Exception as error:  # a service's own, whatever it is; its text may hold the token
        return f"{type(error).__name__} while it was sent"
    return "" if sent else "the service did not take it"
