"""Task output as text that is safe to show: nothing in it can steer a terminal.

Removed are ANSI, OSC and other control sequences, also C1 and unterminated ones, every other
control character but newline and tab, and what reorders text on the screen.
"""

from __future__ import annotations

from tmuxplan.plan.patterns import lazy

_STRING = r"(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\x9c\n]*(?:\x07|\x1b\\|\x9c)?"
_CSI = r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?"
_ESCAPE = r"\x1b[ -/]*[0-~]?"
# Bidirectional controls can make a line read as something else than it says.
_OTHER = r"[\x00-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]"

_SEQUENCE = lazy(f"{_STRING}|{_CSI}|{_ESCAPE}|{_OTHER}")
# The same without C1: in a damaged ✗ (UTF-8 read as Latin-1) those bytes are part of the sign.
AFTER_ESCAPE = r"(?:[\]PX^_][^\x07\x1b\n]*(?:\x07|\x1b\\)?|\[[0-?]*[ -/]*[@-~]?|[ -/]*[0-~]?)"
"""The rest of a control sequence that begins with an escape character."""
LONE = r"\x00-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f"
"""Control characters, a set's inside, that are off as well wherever they stand by themselves."""
_SEVEN_BIT = lazy(rf"\x1b{AFTER_ESCAPE}|[{LONE}]")
_OVERSTRUCK = lazy(r"[^\n\x08]\x08")


def clean(text: str) -> str:
    """`text` without anything that steers a terminal; lines, tabs and words stay.

    A carriage return within a line becomes a space, so that what it overprinted is seen too.
    """
    if text.isprintable():
        return text
    text = text.replace("\r\n", "\n").replace("\r", " ")
    text = _SEQUENCE.sub("", _plain(text))
    return text.replace("\u2028", " ").replace("\u2029", " ")


def one_line(text: str, longest: int) -> str:
    """`text` cleaned, on one line, and cut at `longest` characters."""
    text = " ".join(clean(text).split())
    return text if len(text) <= longest else text[: longest - 1] + "…"


def decode(output: bytes) -> str:
    """Log bytes as text. What is not UTF-8 becomes U+FFFD, never an error."""
    return output.decode("utf-8", "replace")


def pieces(line: str) -> tuple[str, ...]:
    """What one line of output said, first to last, where carriage returns overprinted it;
    colour and indentation are off, empty pieces too. C1 characters stay: `clean` what is shown.
    """
    if line.isprintable():
        stripped = line.strip()
        return (stripped,) if stripped else ()
    text = _SEVEN_BIT.sub("", _plain(line))
    return tuple(piece for part in text.split("\r") if (piece := part.strip(" \t\n\ufeff")))


def _plain(text: str) -> str:
    """Lone surrogates can't be written anywhere; overstruck characters are seen once."""
    if "\x08" in text:
        text = _OVERSTRUCK.sub("", text)
    return text.encode("utf-8", "replace").decode("utf-8")
