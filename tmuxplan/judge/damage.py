"""How a sign looks after UTF-8 was read as another encoding and written again: computed."""

from __future__ import annotations

FAILURE_SIGNS = ("✗", "✘", "❌", "×")
WARNING_SIGNS = ("⚠",)
DASHES = ("–", "—")


def spellings(sign: str) -> tuple[str, ...]:
    """The damaged spellings of `sign`: read as Mac Roman, CP1252, Latin-1, longest first."""
    raw = sign.encode()
    found = {raw.decode("mac_roman"), _cp1252(raw), raw.decode("latin-1")} - {sign}
    return tuple(sorted(found, key=lambda text: (-len(text), text)))


def repair(line: str) -> str:
    """`line` with the damaged spellings of signs and dashes read as what they were.

    For matching only: text that is shown keeps what was printed.
    """
    if line.isascii():
        return line
    for damaged, sign in _REPAIRS:
        if damaged in line:
            line = line.replace(damaged, sign)
    return line


def _cp1252(raw: bytes) -> str:
    """As browsers and editors read it: the five bytes without a character stay themselves."""
    return "".join(
        byte.decode("latin-1") if byte in _UNDEFINED else byte.decode("cp1252")
        for byte in (raw[i : i + 1] for i in range(len(raw)))
    )


_UNDEFINED = {b"\x81", b"\x8d", b"\x8f", b"\x90", b"\x9d"}
_REPAIRS = tuple(
    (damaged, sign)
    for sign in (*FAILURE_SIGNS, *WARNING_SIGNS, *DASHES)
    for damaged in spellings(sign)
)
