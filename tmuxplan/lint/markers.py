"""Markers and criteria that disagree, and texts that would say failure of a healthy target."""

from __future__ import annotations

import re
from collections.abc import Iterator
from math import inf

from tmuxplan.judge.markers import find
from tmuxplan.lint.commands import Chain, Command, name_of
from tmuxplan.lint.finding import Finding, line_at
from tmuxplan.lint.reading import Script
from tmuxplan.lint.view import View
from tmuxplan.plan.model import Criterion
from tmuxplan.plan.patterns import lazy

_STATUS = lazy(
    r"(?<![\w.:/$-])([1-5]\d\d)(?![\w%-]|\.\d)(?!\s*(?:ms|s|sec|min|items|rows|files|tests|lines|kb|mb|req))",
    re.IGNORECASE,
)
_DIGITS = lazy(r"[1-5]\d\d")
_ABOUT_HTTP = lazy(
    r"\b(return|respon[ds]|status|http|code|reject|redirect|answer|unauthori[sz]ed|forbidden"
    r"|not found|expect)",
    re.IGNORECASE,
)
_WORD = lazy(r"[a-z]{4,}")
_COMMON = frozenset(
    """http https localhost endpoint endpoints return returns response responses status code
    with when without expected expect valid invalid should curl fail failed test tests json
    application content type header error errors unauthorized forbidden found""".split()  # noqa: SIM905
)
_MOST = 200  # each criterion is compared with each command
_SHOUTED = lazy(r"\b(FAIL|FAILED|FAILURE|ERROR)\b")
_NOTHING = lazy(r"\b0\s+(FAIL|ERROR)|(FAIL\w*|ERROR\w*)\s*[:=]\s*0\b", re.IGNORECASE)


def against_criterion(view: View) -> Iterator[Finding]:
    """`curl -f … || echo FAIL` where the criterion wants a 4xx: it fails exactly when met."""
    for script in view.scripts:
        wanted = [(c, s) for c in script.task.criteria if (s := _refusals(c))]
        strict = [
            (chain, command)
            for chain in script.chains
            for command in chain.members
            if wanted and isinstance(command, Command) and _fails_on_refusal(command)
        ]
        for criterion, status in wanted[:_MOST]:
            for chain, command in _meant(criterion, strict[:_MOST]):
                yield Finding(
                    command.line,
                    f"`{command.name} {_flag(command)}` fails when the server answers {status}, "
                    f"which is what the criterion in {line_at(criterion.line)} expects",
                    f"take {_flag(command)} away and compare the status: "
                    "curl -s -o /dev/null -w '%{http_code}' URL",
                    chain.text.split("\n")[0],
                )


def unchecked(view: View) -> Iterator[Finding]:
    """`curl` without -f and without a look at the status, where a criterion names one."""
    for script in view.scripts:
        wanted = [c for c in script.task.criteria if c.kind == "person" and _statuses(c)]
        if not wanted:
            continue
        for command in script.commands:
            if command.name == "curl" and command.is_top and _looks_at_nothing(command):
                yield Finding(
                    command.line,
                    "curl without -f ends 0 whatever the server answers; nothing compares the "
                    f"answer with the criterion in {line_at(wanted[0].line)}",
                    "compare the status: test \"$(curl -s -o /dev/null -w '%{http_code}' URL)\" = "
                    f"{_statuses(wanted[0])[0]}",
                    command.text.split("\n")[0],
                )


def when_healthy(view: View) -> Iterator[Finding]:
    """A failure marker that is printed whatever happened: the task can never pass."""
    for script in view.scripts:
        end = _may_leave(script)
        for chain in script.chains:
            command = _always_printed(chain, end)
            if command is None:
                continue
            text = _text(command)
            found = find(text.encode("utf-8", "surrogateescape"))
            if found is not None and found.kind == "marker":
                yield Finding(
                    command.line,
                    f'prints "{text[:60]}" whatever happened, and that is a failure marker: '
                    f"{script.task.id} can never pass",
                    "print it only where something failed (`… || echo …`)",
                    command.text.split("\n")[0],
                )


def shouted(view: View) -> Iterator[Finding]:
    """The word FAIL in a text that is printed of a healthy target too."""
    for script in view.scripts:
        end = _may_leave(script)
        for chain in script.chains:
            command = _always_printed(chain, end)
            if command is None:
                continue
            text = _text(command)
            if not _SHOUTED.search(text) or _NOTHING.search(text):
                continue
            if find(text.encode("utf-8", "surrogateescape")) is None:
                yield Finding(
                    command.line,
                    f"prints the word {_SHOUTED.findall(text)[0]} also when all is well: whoever "
                    "looks for it in the output finds it",
                    "say it in other words; what failed should print it, nothing else",
                    command.text.split("\n")[0],
                )


def _always_printed(chain: Chain, end: float) -> Command | None:
    """The echo that a statement on its own is, if nothing can keep it from being reached."""
    if len(chain.members) != 1 or chain.inside or chain.background:
        return None
    command = chain.members[0]
    if not isinstance(command, Command) or name_of(command) not in ("echo", "printf"):
        return None
    if command.writes or command.piped:
        return None
    return command if chain.statement <= end else None


def _may_leave(script: Script) -> float:
    """The first statement in which an `exit` can end the script."""
    return min(
        (
            c.statement
            for c in script.commands
            if c.name in ("exit", "return", "exec") and "function" not in c.inside
        ),
        default=inf,
    )


def _text(command: Command) -> str:
    words = [w for w in command.words if w not in ("-e", "-n", "-ne", "-en")]
    return " ".join(words).replace("\\n", "\n").split("\n")[0]


def _statuses(criterion: Criterion) -> list[str]:
    """The HTTP statuses that a criterion names."""
    if not _DIGITS.search(criterion.text) or not _ABOUT_HTTP.search(criterion.text):
        return []
    return _STATUS.findall(criterion.text.replace("/", " "))


def _refusals(criterion: Criterion) -> str:
    """ "400/401": what the criterion expects, if it expects nothing but refusals."""
    found = _statuses(criterion)
    return "/".join(found) if found and all(status[0] in "45" for status in found) else ""


def _fails_on_refusal(command: Command) -> bool:
    return command.name == "curl" and bool(_flag(command))


def _flag(command: Command) -> str:
    for word in command.words:
        if word in ("--fail", "--fail-with-body"):
            return word
        if re.fullmatch(r"-[a-zA-Z]*f[a-zA-Z]*", word) and not word.startswith("-F"):
            return word
    return ""


def _meant(
    criterion: Criterion, strict: list[tuple[Chain, Command]]
) -> Iterator[tuple[Chain, Command]]:
    """The commands that the criterion speaks of: those that share most words with it."""
    if len(strict) == 1:
        yield strict[0]
        return
    words = set(_WORD.findall(criterion.text.lower())) - _COMMON
    scores = [len(words & set(_WORD.findall(chain.text.lower()))) for chain, _ in strict]
    best = max(scores, default=0)
    if best:
        yield from (pair for pair, score in zip(strict, scores, strict=True) if score == best)


def _looks_at_nothing(command: Command) -> bool:
    """No -f, no -w, no -i, no pipe, no file: the answer scrolls by."""
    if command.piped or command.writes or _flag(command):
        return False
    long = {"-w", "--write-out", "-o", "--output", "-O", "--include", "-I", "--head", "-v"}
    if long & set(command.words):
        return False
    return not any(re.fullmatch(r"-[a-zA-Z]*[iIwoOv][a-zA-Z]*", w) for w in command.words)
