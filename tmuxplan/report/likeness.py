"""When two failures say the same: what a line of output names as its reason, or its words without
what differs from one occurrence to the next. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable

import msgspec

from tmuxplan.plan.patterns import lazy

_HOST = r"(?:[\w.-]+|\[[0-9a-fA-F:]+\]|::1)"
_ADDRESS = r"(?: \([^()]*\))?(?:\|[^|]*\|)?"  # behind a name: in brackets, wget's in bars
_PATH = r"[^\s'\"`:,;()]+"


class Reason(msgspec.Struct, frozen=True):
    """`key`: equal for what is the same. `words`: it in words; empty where the line is the words.
    `named`: the line names a reason, and does not only say that something failed."""

    key: str
    words: str = ""
    named: bool = False


def _missing(found: re.Match[str]) -> str:
    return f"the command {found['what'].rpartition('/')[2] or found['what']} is missing"


def _named(words: str) -> Callable[[re.Match[str]], str]:
    return lambda found: words.format(**{k: v or "" for k, v in found.groupdict().items()})


# A line that says why, in the words of shells, C libraries, Node, Python, curl and git.
_REASONS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = tuple(
    (lazy(pattern, re.IGNORECASE), say)
    for pattern, say in (
        (r"command not found: (?P<what>\S+)", _missing),
        (rf"(?P<what>{_PATH}): (?:command )?not found\b", _missing),
        (r"exec: \"?(?P<what>[^\s\":]+)\"?: executable file not found", _missing),
        (r"env: ['‘“](?P<what>[^'’”]+)['’”]: no such file", _missing),
        (
            r"(?:no module named|modulenotfounderror:.*?named) ['\"]?(?P<what>[\w.]+)",
            _named("the Python module {what} is missing"),
        ),
        (
            r"cannot find (?:module|package) ['\"](?P<what>[^'\"]+)",
            _named("the module {what} is missing"),
        ),
        (
            r"(?:eaddrinuse|address already in use)\D{0,40}?(?P<port>\b\d{2,5}\b)",
            _named("port {port} is in use"),
        ),
        (
            r"port (?P<port>\d{2,5})\b[^.]{0,30}\b(?:in use|already)",
            _named("port {port} is in use"),
        ),
        (
            rf"failed to connect to (?P<host>{_HOST}) port (?P<port>\d{{1,5}})",
            _named("nothing answers on {host}:{port}"),
        ),
        (
            rf"(?:server at|connect to(?: host)?) \"?(?P<host>{_HOST})\"?{_ADDRESS},?"
            r" port:? (?P<port>\d{1,5})\b.{0,40}refused",
            _named("nothing answers on {host}:{port}"),
        ),
        (
            rf"connecting to (?P<host>{_HOST}){_ADDRESS}:(?P<port>\d{{1,5}})\b.{{0,40}}refused",
            _named("nothing answers on {host}:{port}"),
        ),
        (
            rf"can't connect to .{{0,20}}server on '(?P<host>{_HOST}):(?P<port>\d{{1,5}})'",
            _named("nothing answers on {host}:{port}"),
        ),
        (
            rf"/dev/tcp/(?P<host>{_HOST})/(?P<port>\d{{1,5}}): connection refused",
            _named("nothing answers on {host}:{port}"),
        ),
        (
            rf"host='(?P<host>{_HOST})', port=(?P<port>\d{{1,5}})\b.{{0,300}}refused",
            _named("nothing answers on {host}:{port}"),
        ),
        (
            rf"(?:nothing answers (?:at|on)|(?:no (?:answer|response)) from|(?:can ?not|can't|could"
            rf" not|unable to|failed to) (?:connect to|reach)) (?:\w+://)?(?P<host>{_HOST})"
            r":(?P<port>\d{2,5})\b",
            _named("nothing answers on {host}:{port}"),
        ),
        (
            rf"econnrefused (?P<host>{_HOST}):(?P<port>\d{{1,5}})",
            _named("nothing answers on {host}:{port}"),
        ),
        (
            rf"(?P<host>{_HOST}):(?P<port>\d{{2,5}})\b.{{0,80}}\bconnection refused",
            _named("nothing answers on {host}:{port}"),
        ),
        (
            rf"connection refused.{{0,60}}?(?P<host>{_HOST}):(?P<port>\d{{2,5}})\b",
            _named("nothing answers on {host}:{port}"),
        ),
        (
            r"connection (?:to .{0,60} )?refused\D{0,40}port (?P<port>\d{2,5})",
            _named("nothing answers on port {port}"),
        ),
        (
            rf"could not resolve host(?:name)?:? (?P<host>{_HOST})",
            _named("the name {host} can't be resolved"),
        ),
        (
            rf"\b(?:enotfound|eai_again) (?P<host>{_HOST})",
            _named("the name {host} can't be resolved"),
        ),
        (r"no space left on device", _named("the disk is full")),
        (r"(?:cannot allocate memory|out of memory|oom-kill)", _named("the memory is full")),
        (r"too many open files", _named("too many files are open")),
        (
            r"no such file or directory: ['\"](?P<what>[^'\"]+)",
            _named("{what} does not exist"),
        ),
        (
            rf"(?:cannot \w+ |: )['‘]?(?P<what>{_PATH})['’]?: no such file or directory",
            _named("{what} does not exist"),
        ),
        (rf"['‘]?(?P<what>{_PATH})['’]?: permission denied", _named("{what} may not be used")),
        (r"permission denied: ['\"](?P<what>[^'\"]+)", _named("{what} may not be used")),
    )
)  # fmt: skip
_LOCAL = lazy(r"\b(?:127\.0\.0\.1|0\.0\.0\.0|localhost)(?=:)|\[::1?\](?=:)|(?<= )::1(?=:)")
_DIFFERING = (
    (lazy(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}\b", re.I), "#"),
    (lazy(r"\b(?=[0-9a-f]*\d)(?=\d*[a-f])[0-9a-f]{7,64}\b", re.I), "#"),
    (lazy(r"/(?:tmp|var/folders|private/tmp)/[^\s'\":]+"), "/tmp/#"),
    (lazy(r"\d+(?:[.:,]\d+)*"), "#"),
    (lazy(r"\s+"), " "),
)


def reason_of(text: str) -> Reason:
    """What the line says of why."""
    for pattern, say in _REASONS:
        found = pattern.search(text[:1000])
        if found is not None:
            words = _LOCAL.sub("localhost", say(found))
            return Reason(words.casefold(), words, named=True)
    return Reason(_without_differences(text))


def _without_differences(text: str) -> str:
    flat = text[:1000].casefold()
    for pattern, instead in _DIFFERING:
        flat = pattern.sub(instead, flat)
    return flat.strip(" .!:")
