"""A plan's problems as text: for people at a terminal, for pipes, and for GitHub."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping, Sequence

from tmuxplan.errors import Problem
from tmuxplan.judge.clean import clean
from tmuxplan.report.words import counted, one_line

_COLOURS = {"error": "31", "warning": "33"}
_TAB = 4
_Paint = Callable[[str, str], str]  # text, SGR numbers -> text
_LONGEST = 1000


def summary(problems: Sequence[Problem]) -> str:
    """ "1 error, 2 warnings"."""
    errors = sum(problem.severity == "error" for problem in problems)
    return f"{counted(errors, 'error')}, {counted(len(problems) - errors, 'warning')}"


def plain(problems: Sequence[Problem]) -> str:
    """One line each: `file:line: severity: message [code]; remedy`."""
    return "".join(f"{one_line(str(problem), _LONGEST)}\n" for problem in problems)


def pretty(problems: Sequence[Problem], source: str, width: int = 80, colour: bool = False) -> str:
    """Each with the plan's line, a caret under the words that are meant, and the remedy.

    `source`: the plan's text. `width`: columns of the terminal; excerpts are cut to it.
    """
    lines = source.split("\n")
    margin = len(str(max((problem.line for problem in problems), default=0)))
    paint = _painted if colour else _as_is
    return "\n".join(_one(problem, lines, margin, width, paint) for problem in problems)


def github(problems: Sequence[Problem]) -> str:
    """Workflow commands, which GitHub shows as annotations of the file's lines."""
    return "".join(_annotation(problem) for problem in problems)


def _one(problem: Problem, lines: list[str], margin: int, width: int, paint: _Paint) -> str:
    tint = _COLOURS[problem.severity]
    place = f"{problem.file}:{problem.line}" if problem.line else problem.file
    if problem.line and problem.column:
        place += f":{problem.column}"
    head = paint(f"{problem.severity}[{problem.code}]", f"1;{tint}")
    out = [f"{head}: {paint(one_line(problem.message, _LONGEST), '1')}"]
    out.append(f"{' ' * margin}{paint('-->', '34')} {one_line(place, _LONGEST)}")
    if 0 < problem.line <= len(lines):
        bar = paint("|", "34")
        text, before, under = _excerpt(lines[problem.line - 1], problem, width - margin - 3)
        out.append(f"{paint(f'{problem.line:>{margin}}', '34')} {bar} {text}".rstrip())
        if under:
            out.append(f"{' ' * margin} {bar} {' ' * before}{paint('^' * under, f'1;{tint}')}")
    out.append(f"{' ' * margin} {paint('=', '34')} {one_line(problem.remedy, _LONGEST)}\n")
    return "\n".join(out)


def _excerpt(line: str, problem: Problem, width: int) -> tuple[str, int, int]:
    """The line as shown, the columns before the caret, and how many carets.

    A long line is shown from a little before the words that are meant.
    """
    start = max(0, problem.column - 1)
    head, words, rest = (
        _shown(part)
        for part in (
            line[:start],
            line[start : start + problem.length],
            line[start + problem.length :],
        )
    )
    room = max(20, width)
    if _cells(head) + min(_cells(words), 20) > room:
        head = "…" + head[max(0, len(head) - room // 3) :]
    text = head + words + rest
    if _cells(text) > room:
        text = _cut(text, room - 1) + "…"
    under = min(_cells(words), room - _cells(head)) if problem.column else 0
    return text, _cells(head), max(0, under)


def _shown(text: str) -> str:
    return clean(text.expandtabs(_TAB))


def _cut(text: str, room: int) -> str:
    used = 0
    for at, char in enumerate(text):
        used += _cells(char)
        if used > room:
            return text[:at]
    return text


def _cells(text: str) -> int:
    """Columns that a terminal takes for it."""
    if text.isascii():
        return len(text)
    return sum(_cells_of(char) for char in text)


def _cells_of(char: str) -> int:
    if unicodedata.combining(char) or char in "\ufe0f\u200d":
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def _painted(text: str, sgr: str) -> str:
    return f"\x1b[{sgr}m{text}\x1b[0m"


def _as_is(text: str, _: str) -> str:
    return text


def _annotation(problem: Problem) -> str:
    column = problem.column if problem.line and problem.length else 0
    values = {
        "file": problem.file,
        "line": str(problem.line) if problem.line else "",
        "title": problem.code,
        "col": str(column) if column else "",
        "endColumn": str(column + problem.length) if column else "",
    }
    text = f"{problem.message}; {problem.remedy}" if problem.remedy else problem.message
    return command(problem.severity, values, text)


def command(kind: str, values: Mapping[str, str], text: str) -> str:
    """A workflow command of GitHub's: `::error file=x,line=3::text`. Empty values are left out."""
    said = ",".join(f"{name}={_property(value)}" for name, value in values.items() if value)
    return f"::{kind} {said}::{_data(text)}\n"


def _data(text: str) -> str:
    """Escaped as GitHub's runner reads a command's message."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """Escaped as it reads a command's properties, which `,` and `:` part."""
    return _data(text).replace(":", "%3A").replace(",", "%2C")
