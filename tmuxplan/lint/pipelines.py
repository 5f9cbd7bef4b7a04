"""Pipelines that end in a filter: what the build or test before it found is lost."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tmuxplan.lint.commands import Chain, Command, Member, name_of
from tmuxplan.lint.finding import Finding
from tmuxplan.lint.reading import Script
from tmuxplan.lint.view import View
from tmuxplan.plan.patterns import lazy

_PIPES = ("|", "|&")
# `tee`, `cat`, `tail` and `head` only pass output on: the judge fails those itself.
_FILTERS = frozenset(
    """grep egrep fgrep rg sed awk gawk sort wc uniq cut tr column fold jq""".split()  # noqa: SIM905
)
_ALWAYS = frozenset({"pytest", "tox", "nox", "ctest", "jest", "vitest", "mocha"})
_TASKS = lazy(r"(?:unit|integration|e2e|re)?-?(?:tests?|build|check|lint|install|verify)\b")
# Programs that also only tell something; what makes them work is named among their first words.
_RUNNERS: dict[str, re.Pattern[str]] = {
    **dict.fromkeys(("npm", "pnpm", "yarn", "bun"), lazy(rf"(?:run|ci|t|{_TASKS.pattern})$")),
    "cargo": lazy(r"(?:test|build|check|clippy|bench|install|run|nextest)$"),
    "go": lazy(r"(?:test|build|vet|install|generate|run)$"),
    **dict.fromkeys(
        ("mvn", "mvnw", "gradle", "gradlew"),
        lazy(r"(?:clean|test|build|compile|package|verify|install|check|assemble|deploy)$"),
    ),
}
_MODULES = frozenset({"pytest", "unittest", "tox", "nox", "build"})
_ONLY_TELLS = lazy(
    r"(?:-h|--help|--version|--dry-run|--just-print|--collect-only"
    r"|--co|--list|--list-tests|--fixtures|--markers|help|list|print-.*|show-.*|version)$"
)
_SCRIPT = lazy(r"\.{0,2}/(?:[\w.-]+/)*[\w.-]*(?:test|build)[\w.-]*(?:\s|$)")


def masked(view: View) -> Iterator[Finding]:
    """`make test | grep Error`: the pipeline's status is grep's; the judge only warns."""
    for script in view.scripts:
        if _told_otherwise(script):
            continue
        for chain in script.chains:
            if chain.is_top and not chain.background:
                yield from _pipelines(chain)


def _pipelines(chain: Chain) -> Iterator[Finding]:
    for first, last in _ends(chain):
        if isinstance(first, Command) and _works(first) and _filters(last):
            words = " ".join(first.text.split())
            shown = words if len(words) <= 40 else words[:39] + "…"
            yield Finding(
                first.line,
                f"the status of `{shown}` is lost behind `{name_of(last)}`; "
                "a failure is only a warning",
                "write the output to a file first, or add a `~` criterion",
                first.text.split("\n")[0],
            )


def _ends(chain: Chain) -> Iterator[tuple[Member, Member]]:
    """The first and last member of each pipeline of the list."""
    start = 0
    for at, member in enumerate(chain.members):
        if at < len(chain.operators) and chain.operators[at] in _PIPES:
            continue
        if at > start:
            yield chain.members[start], member
        start = at + 1


def _told_otherwise(script: Script) -> bool:
    """Whether the plan has other means: a criterion for a machine, or the shell's own."""
    if any(criterion.kind != "person" for criterion in script.task.criteria):
        return True
    text = "\n".join(block.text for block in script.task.blocks)
    return "pipefail" in text or "PIPESTATUS" in text or "pipestatus" in text


def _filters(member: Member) -> bool:
    """`grep -q` and `jq -e` are left out: their status is what the author asks for."""
    if not isinstance(member, Command) or member.negated or name_of(member) not in _FILTERS:
        return False
    short = "".join(w[1:] for w in member.words if re.fullmatch(r"-[A-Za-z]+", w))
    asks = {"grep": "q", "egrep": "q", "fgrep": "q", "rg": "q", "jq": "e"}.get(member.name, "")
    return not (asks and asks in short) and "--quiet" not in member.words


def _works(command: Command) -> bool:
    """Whether it builds or tests, so that its status matters."""
    if command.kind != "command" or command.negated:
        return False
    name, words = command.name, command.words
    if name in ("uv", "poetry", "pipenv", "pdm", "hatch") and words[:1] == ("run",):
        words = words[1:]
        name, words = (words[0] if words else ""), words[1:]
    elif name in ("npx", "bunx") and words:
        name, words = words[0], words[1:]
    if any(_tells(name, word) for word in words):
        return False
    if name.startswith("python") and words[:1] == ("-m",):
        return words[1:2] != () and words[1] in _MODULES
    if name in _RUNNERS:
        return any(_RUNNERS[name].match(word) for word in words)
    return name in _ALWAYS or name == "make" or bool(_SCRIPT.match(command.text))


def _tells(name: str, word: str) -> bool:
    dry = name == "make" and re.fullmatch(r"-[a-zA-Z]*[npqv][a-zA-Z]*", word)
    return bool(dry or _ONLY_TELLS.match(word))
