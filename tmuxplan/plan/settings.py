"""A task's own metadata lines that set something: gate, locks, readiness, limits."""

from __future__ import annotations

import re
from typing import Any

from tmuxplan.plan import times
from tmuxplan.plan.locks import name_of
from tmuxplan.plan.metadata import Meta
from tmuxplan.plan.model import Ready, Text
from tmuxplan.plan.patterns import lazy
from tmuxplan.plan.problems import Problems

_YES = {"yes", "true", "on", "1"}
_NO = {"no", "false", "off", "none", "-", "0"}
_CODE = lazy(r"`([^`]+)`")


def read(metas: tuple[Meta, ...], task_id: str, problems: Problems) -> dict[str, Any]:
    """The fields of Task that metadata sets, as keyword arguments; first statement wins."""
    values: dict[str, Any] = {}
    for meta in metas:
        field, reader = _READERS.get(meta.key, ("", None))
        if reader is None or field in values or not meta.value:
            continue
        try:
            values[field] = reader(meta)
        except ValueError as error:
            problems.error(
                "bad-value",
                meta.line,
                f"{task_id}: {meta.label}: {meta.value[:80]!r} is not understood",
                str(error),
            )
    return values


def _text(meta: Meta) -> Text:
    return Text(_plain(meta.value), meta.line)


def _plain(value: str) -> str:
    """Without the backticks of a value that is one code span."""
    whole = _CODE.fullmatch(value.strip())
    return whole.group(1).strip() if whole else value.strip()


def _gate(meta: Meta) -> Text | None:
    return None if meta.value.lower() in _NO else _text(meta)


def _locks(meta: Meta) -> tuple[Text, ...]:
    names = (_plain(name) for name in meta.value.split(","))
    said = (name for name in names if name and name.lower() not in _NO)
    return tuple(Text(name, meta.line) for name in dict.fromkeys(map(name_of, said)))


def _ready(meta: Meta) -> Ready:
    value, within_s = _within(_plain(meta.value))
    port = re.fullmatch(r"(?:port\s*:?\s*)?(\d{1,5})", value, re.IGNORECASE)
    if port and 0 < int(port.group(1)) < 65536:
        return Ready("port", port.group(1), meta.line, within_s)
    if re.match(r"https?://\S+$", value):
        return Ready("url", value, meta.line, within_s)
    if value.startswith("~"):
        return Ready("line", _pattern(value[1:].strip()), meta.line)
    raise ValueError("write port:8000, a URL, or ~ and a regular expression")


def _within(value: str) -> tuple[str, float | None]:
    """`port:8000 within 30s`: what, and how many seconds it may take. A pattern is left whole."""
    found = re.search(r"^([^~].*?),?\s+within\s+(.+)$", value, re.IGNORECASE)
    duration = times.seconds(found[2]) if found else None
    return (_plain(found[1]), duration[1]) if found and duration else (value, None)


def _pattern(text: str) -> str:
    try:
        re.compile(text)
    except (re.error, OverflowError, RecursionError, Warning) as error:
        raise ValueError(f"mend the regular expression: {error}") from error
    if not text:
        raise ValueError("write a regular expression after the ~")
    return text


def _wait_for(meta: Meta) -> Ready | None:
    """`Wait for: "the line"` under a task tells when that task is up."""
    quoted = _CODE.search(meta.value)
    return Ready("line", re.escape(quoted.group(1).strip()), meta.line) if quoted else None


def _keep(meta: Meta) -> bool:
    word = meta.value.lower().split()[0]
    if word in _YES | _NO:
        return word in _YES
    raise ValueError("write yes or no")


def _timeout(meta: Meta) -> float | None:
    if meta.value.lower() in _NO:
        return None
    found = times.seconds(meta.value)
    if found is None or found[1] <= 0:
        raise ValueError("write a duration, as in 10 min or 2h")
    return found[1]


def _retries(meta: Meta) -> int:
    number = re.match(r"\d{1,3}\b", meta.value)
    if number:
        return int(number.group())
    if meta.value.lower() in _NO:
        return 0
    raise ValueError("write a number, as in 2")


_READERS: dict[str, tuple[str, Any]] = {
    "terminal": ("terminal", _text),
    "gate": ("gate", _gate),
    "locks": ("locks", _locks),
    "ready": ("ready", _ready),
    "wait for": ("ready", _wait_for),
    "keep": ("keep", _keep),
    "timeout": ("timeout_s", _timeout),
    "retries": ("retries", _retries),
    "shell": ("shell", _text),
    "host": ("host", _text),
}
