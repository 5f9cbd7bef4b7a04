r"""Words that colours tear apart: `F\e[31mAIL` reads as FAIL, and holds no such bytes; or a bell.

To take the sequences off all output would cost more than the rest of a scan. A needle that is torn
has sequences between two of its neighbouring characters: those are looked for, and only where there
is a control character at all. What is found is a candidate, no more: a line is judged by its text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

from tmuxplan.judge.clean import AFTER_ESCAPE, LONE

_ESCAPE = b"\x1b"
_LONE = tuple(bytes((n,)) for n in range(128) if re.fullmatch(f"[{LONE}]", chr(n)))


def torn(needles: tuple[bytes, ...], output: bytes) -> Iterator[int]:
    """Where control sequences stand between two characters of a needle, first to last."""
    lone = any(one in output for one in _LONE)  # 27 looks, each as quick as one can be
    joints = _joints(needles) if lone or _ESCAPE in output else ()
    if not joints:
        return
    for match in _sequences(joints, lone=lone).finditer(output):
        if (output[match.start() - 1], output[match.end()]) in joints:
            yield match.start()


@lru_cache(maxsize=32)
def _joints(needles: tuple[bytes, ...]) -> frozenset[tuple[int, int]]:
    """The last byte of one character and the first of the next, where a needle has them so."""
    texts = (needle.decode() for needle in needles)
    return frozenset(
        (one.encode()[-1], other.encode()[0]) for text in texts for one, other in pairwise(text)
    )


@lru_cache(maxsize=32)
def _sequences(joints: frozenset[tuple[int, int]], *, lone: bool) -> re.Pattern[bytes]:
    """Control sequences behind the first byte of one joint and before the second of one."""
    before, behind = (re.escape(bytes(set(side))) for side in zip(*joints, strict=True))
    rest, lones = AFTER_ESCAPE.encode(), LONE.encode()
    # The escape character stands first and by itself: so it is found as quickly as one byte is.
    first, more = rb"\x1b(?<=[%b]\x1b)(?=(%b))\1" % (before, rest), rb"\x1b%b" % rest
    if lone:
        first = rb"(?:%b|[%b](?<=[%b][%b]))" % (first, lones, before, lones)
        more = rb"%b|[%b]" % (more, lones)
    # `(?=(x))\1` keeps what it took: hostile output could else be divided in each possible way.
    return re.compile(rb"%b(?=((?:%b)*))\2(?=[%b])" % (first, more, behind))
