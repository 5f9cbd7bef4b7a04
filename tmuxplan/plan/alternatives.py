"""Sections that exclude each other: Option A or B, Method 1 or 2 (grammar, problem 4)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

import msgspec

from tmuxplan.plan import grammar
from tmuxplan.plan.markdown import Fence, Heading, Node, Paragraph
from tmuxplan.plan.members import Shares
from tmuxplan.plan.patterns import lazy
from tmuxplan.plan.problems import Problems
from tmuxplan.plan.pseudo import LEVEL
from tmuxplan.plan.tasks import Read

_CHOICE = lazy(
    r"\W*(?P<word>option|method|strategy|variant|approach|alternative|вариант|способ|方法|方案|オプション"
    r"|opción|opção|variante|möglichkeit)\s*[#№-]?\s*(?P<id>\d{1,2}|[A-Z])"
    r"(?=\s*[:：.)）—–(（-]|[\s*_`]*$)",
    re.IGNORECASE,
)
# "On macOS:", "**Ubuntu / Debian**": what one machine is, another is not.
_MACHINE = (
    r"(?:mac ?os(?: ?x)?|os ?x|mac|linux|ubuntu|debian|fedora|rhel|red ?hat|centos|rocky(?: linux)?"
    r"|alma(?: ?linux)?|arch(?: linux)?|alpine|open ?suse|windows|wsl ?2?|free ?bsd)"
)
_SYSTEM = lazy(
    r"\W*(?:(?:on|for|under|if (?:you are|you're) on|für|auf|unter|pour|sur|para|en|для)\s+)?"
    rf"(?:an?\s+|the\s+)?{_MACHINE}(?:\s*(?:[/,&+|]|or|and|und|oder|et|ou|y|o|и|или)\s*{_MACHINE})*"
    r"\s*(?:users?|systems?)?\s*(?:[(（][^()（）]{0,40}[)）])?\s*[:：]?\W*$",
    re.IGNORECASE,
)
# A tab of MkDocs, one of several that a reader chooses from.
_TAB = lazy(r"\s*===[!+]?\s+[\"'](?P<title>[^\"'\n]{1,80})[\"']\s*$")
_BOLD = lazy(r"\s*[^\w\s*]{0,4}\s*\*\*[^*\n]{1,160}\*\*\s*[:：]?\s*$")


class Choice(msgspec.Struct, frozen=True):
    """One of several that exclude each other, and the lines of the commands in it."""

    word: str
    title: str
    line: int
    level: int
    fences: tuple[int, ...]


def find(reads: list[Read], shares: Shares, problems: Problems) -> None:
    """An error for each set of alternatives that would run one after the other.

    Outside of the tasks they don't run; they are an error where the plan has nothing else.
    """
    for read, (_, own) in zip(reads, shares.members, strict=True):
        runs = {block.line - 1 for block in read.task.blocks}
        _report(f"{read.task.id} has", _with_commands(own, runs), problems)
    if any(read.task.blocks for read in reads):
        return
    fences = {n.line for n in shares.outside if isinstance(n, Fence) and grammar.runs(n)}
    _report("the plan has", _with_commands(shares.outside, fences), problems)


def _report(who: str, choices: list[Choice], problems: Problems) -> None:
    by_word: dict[str, dict[str, Choice]] = {}
    for choice in choices:
        by_word.setdefault(choice.word, {}).setdefault(choice.title, choice)
    for several in by_word.values():
        if len(several) < 2:
            continue
        first, *rest = several.values()
        named = [f'"{c.title[:60]}" ({problems.places([c.line])})' for c in (first, *rest)][:6]
        problems.error(
            "alternatives",
            first.line,
            f"{who} {len(several)} alternatives that exclude each other, "
            f"and which one to run is not said: {', '.join(named)}",
            "keep one of them, or give each a task of its own, as in "
            f'"## Task 1: {first.title[:40]}", and launch with --only',
        )


def _with_commands(nodes: tuple[Node, ...], fences: set[int]) -> list[Choice]:
    return [choice for choice in _choices(nodes) if fences.intersection(choice.fences)]


def _choices(nodes: tuple[Node, ...]) -> Iterator[Choice]:
    open_: Choice | None = None
    inside: list[int] = []
    for node in nodes:
        if isinstance(node, Fence):
            inside.append(node.line)
            continue
        title, line, level = _titled(node)
        word = choice(title)
        ends = bool(open_ and level and level <= open_.level)
        if open_ and (word or ends):
            yield msgspec.structs.replace(open_, fences=tuple(inside))
            open_ = None
        if word:
            open_ = Choice(word, title, line, level, ())
            inside = []
    if open_:
        yield msgspec.structs.replace(open_, fences=tuple(inside))


@lru_cache(maxsize=4096)  # the titles of sections are few
def choice(title: str) -> str:
    """What the choice is one of; "" where the title is no choice."""
    found = _CHOICE.match(title)
    if found:
        return found["word"].lower()
    if _TAB.match(title):
        return "tab"
    return "system" if title and _SYSTEM.match(title) else ""


def _titled(node: Node) -> tuple[str, int, int]:
    """What a heading, or a line in bold, says; its line and level. ("", 0, 0): neither."""
    if isinstance(node, Heading):
        return node.text.strip("*_ "), node.line, node.level
    if isinstance(node, Paragraph) and not node.depth:
        last = node.lines[-1]
        leads = last.text.rstrip().endswith((":", "：")) and _SYSTEM.match(last.text)
        if leads or _BOLD.match(last.text) or _TAB.match(last.text):
            return last.text.strip("*_: "), last.line, LEVEL
    return "", 0, 0
