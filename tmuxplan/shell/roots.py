"""`--root OLD=NEW`: a plan's absolute paths, moved to where its files are on this machine."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import msgspec

from tmuxplan.errors import UsageError
from tmuxplan.plan.model import Criterion, Task
from tmuxplan.plan.patterns import lazy
from tmuxplan.shell.quoting import Piece, is_plain, pieces, quoted
from tmuxplan.shell.syntax import parse

# What continues a path's component: `/a/x` is not in `/a/xyz`, `/a/x.old`, `/a/x$V`, `/a/x\ y`.
_MORE = rb"[\w.+~%@\\$`*?{\[\x80-\xff-]"
_AFTER = rb"(?=/|(?:\\[\"']|[\"'])?(?!" + _MORE + rb"))"
_AFTER_IN_BACKTICKS = _AFTER.replace(b"$`", b"$")
_BEFORE = lazy(rb"(?:^|[=,;()\[\]{}<>\s\"'|&]|://|^@|^-[A-Za-z]|:)\Z")
_BEFORE_A_WORD = lazy(rb"[\s;|&()<>=`{,:+-]")
_READ_TWICE = lazy(
    r"\b(?:(?:ba|z|da|k|mk|a)?sh|su)\b[^\n;|&]{0,200}\s-[A-Za-z]{0,9}c\b|\b(?:ssh|eval)\s"
)
# `host:/path` is a path on another machine; `data:/path` one in a container.
_ELSEWHERE = lazy(rb"^[\w.@-]+:\Z")


def rewrite(text: str, roots: Mapping[str, str]) -> str:
    """The shell text with OLD replaced by NEW in commands' words, as whole path components.

    Quoting is kept, and NEW is quoted as its place needs. Heredocs and comments stay.
    """
    for old, new in roots.items():
        _refuse(old, new)
    if not any(old.rstrip("/") in text or "\\" in text for old in roots):
        return text
    _refuse_read_twice(text, roots)
    raw = text.encode("utf-8", "surrogateescape")
    out: list[bytes] = []
    at = 0
    for piece in pieces(parse(text)):
        if piece.start < at:
            continue
        out += [raw[at : piece.start], _moved(raw, piece, roots)]
        at = piece.end
    return b"".join([*out, raw[at:]]).decode("utf-8", "surrogateescape")


def rooted(task: Task, roots: Mapping[str, str]) -> Task:
    """The task with its commands and its checks rewritten."""
    return changed(task, lambda text: rewrite(text, roots))


def changed(task: Task, change: Callable[[str], str]) -> Task:
    """The task with `change` applied to every shell text that it would run."""
    return msgspec.structs.replace(
        task,
        blocks=tuple(msgspec.structs.replace(b, text=change(b.text)) for b in task.blocks),
        criteria=tuple(_changed(criterion, change) for criterion in task.criteria),
    )


def _changed(criterion: Criterion, change: Callable[[str], str]) -> Criterion:
    if criterion.kind != "command":
        return criterion
    return msgspec.structs.replace(criterion, code=change(criterion.code))


def _refuse(old: str, new: str) -> None:
    if not old.strip("/") or not new:
        raise UsageError(f"--root {old}={new} names no directory", "give --root OLD=NEW")
    if "\n" in old + new:
        raise UsageError("--root: a path with a line break", "use a path without one")


def _refuse_read_twice(text: str, roots: Mapping[str, str]) -> None:
    """`bash -c 'rm -rf OLD/x'`: quoted for our shell, a blank in NEW is none for the other, which
    would act in two wrong places."""
    for old, new in roots.items():
        if old.rstrip("/") in text and not is_plain(new) and _READ_TWICE.search(text):
            raise UsageError(
                f"--root {old}={new}: what stands for it is read by a second shell (bash -c, ssh, "
                "eval), to which its blanks or signs mean something else",
                "name a path without them, such as a symbolic link to it",
            )


def _moved(raw: bytes, piece: Piece, roots: Mapping[str, str]) -> bytes:
    """The piece's text rewritten. Longest OLD first, and nothing is rewritten twice."""
    by_pattern = sorted(roots.items(), key=lambda item: -len(item[0]))
    patterns = b"|".join(b"(" + _pattern(old, piece) + b")" for old, _ in by_pattern)
    after = _AFTER_IN_BACKTICKS if piece.backticks else _AFTER
    found = re.compile(rb"(?:" + patterns + rb")" + after)
    out: list[bytes] = []
    at = piece.start
    for match in found.finditer(raw, piece.start):
        if match.end() > piece.end:
            break
        if not _begins_here(raw, piece, match):
            continue
        new = by_pattern[(match.lastindex or 1) - 1][1].rstrip("/") or "/"
        out += [raw[at : match.start()], quoted(new, piece)]
        at = match.end()
    return b"".join([*out, raw[at : piece.end]])


def _pattern(old: str, piece: Piece) -> bytes:
    written = quoted(old.rstrip("/"), piece)
    plain = old.rstrip("/").encode("utf-8", "surrogateescape")
    return re.escape(written) if written == plain else re.escape(written) + b"|" + re.escape(plain)


def _begins_here(raw: bytes, piece: Piece, match: re.Match[bytes]) -> bool:
    before = raw[piece.start : match.start()]
    if not before and _continues(raw, piece):
        return False
    if not _BEFORE.search(before) or _ELSEWHERE.search(before):
        return False
    # "/Users/a/x y" as a whole string is one path with a blank in its name.
    follows = raw[match.end() : match.end() + 1]
    return not (piece.quotes != "none" and not before and follows == b" ")


def _continues(raw: bytes, piece: Piece) -> bool:
    """Whether the piece goes on a word that an expansion or other quotes began."""
    previous = raw[piece.start - 1 : piece.start]
    if piece.quotes == "none" or previous in (b"-", b"=", b"+"):  # the latter: "${R:-/a/x}"
        return bool(previous) and not _BEFORE_A_WORD.fullmatch(previous)
    if previous not in (b'"', b"'"):
        return True
    quote = piece.start - (2 if piece.quotes == "ansi" else 1)
    return bool(re.match(_MORE + rb"|[/}]", raw[quote - 1 : quote])) if quote else False
