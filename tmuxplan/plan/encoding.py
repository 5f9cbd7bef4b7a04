"""Bytes -> text with LF line ends; damaged encodings are found, and mended only as a whole."""

from __future__ import annotations

from tmuxplan.plan.patterns import lazy
from tmuxplan.plan.problems import Problems

# What UTF-8's two-, three- and four-byte characters look like once read as Mac Roman or CP1252.
_DAMAGE = lazy(
    r"‚[Ääàâãåçéèêëíìîïñóòôöõúùûü][\u0080-\uffff]|√[\u00a0-\u2260]|Ô∏è|ðŸ|üî|üöÄ"
    r"|â[\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹Œ\u2018-\u2022–—˜™š›œžŸ]|Ã[\u0080-\u00bf]|Â[\u0080-\u00bf]"
)

# The five bytes that CP1252 leaves undefined; readers pass them through as control characters.
_CP1252_HOLES = {0x81: 0x81, 0x8D: 0x8D, 0x8F: 0x8F, 0x90: 0x90, 0x9D: 0x9D}


def decode(raw: bytes, problems: Problems) -> str | None:
    """The plan's text, or None (and an error in `problems`) where it is not UTF-8 text."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        what = "UTF-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "not UTF-8"
        problems.error("encoding", line, f"the file is {what}", "save the plan as UTF-8")
        return None
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        problems.error("encoding", line, "the file holds a NUL byte", "save the plan as plain text")
        return None
    return _mend(text, problems)


def _mend(text: str, problems: Problems) -> str:
    damage = None if text.isascii() else _DAMAGE.search(text)
    if damage is None:
        return text
    line = text.count("\n", 0, damage.start()) + 1
    for name, mended in (("Mac Roman", _from_mac_roman(text)), ("CP1252", _from_cp1252(text))):
        if mended is not None:
            problems.warning(
                "encoding-damage",
                line,
                f"the file is UTF-8 that was once read as {name} ({damage.group()!r}); "
                "it is read as meant, the file stays as it is",
                "save the plan again from its undamaged source",
            )
            return mended
    problems.warning(
        "encoding-damage",
        line,
        f"{damage.group()!r} looks like a damaged encoding, "
        "and the file can't be mended as a whole",
        "write the damaged characters again",
    )
    return text


def _from_mac_roman(text: str) -> str | None:
    try:
        mended = text.encode("mac_roman").decode("utf-8")
        return mended if mended.encode("utf-8").decode("mac_roman") == text else None
    except UnicodeError:
        return None


def _from_cp1252(text: str) -> str | None:
    try:
        raw = b"".join(
            bytes((_CP1252_HOLES[ord(c)],)) if ord(c) in _CP1252_HOLES else c.encode("cp1252")
            for c in text
        )
        return raw.decode("utf-8")
    except UnicodeError:
        return None
