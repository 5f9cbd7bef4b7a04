"""Alternatives in one block: comments say that one of several groups of commands is to be run."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

from tmuxplan.lint.finding import Finding, numbered
from tmuxplan.lint.reading import Script
from tmuxplan.lint.view import View
from tmuxplan.plan.alternatives import choice
from tmuxplan.plan.model import Text
from tmuxplan.plan.patterns import lazy

_OR = lazy(
    r"#+\s*(?:or|oder|ou|или|或者?|または)\b(?!\s*(?:else|not|die|exit)\b)[\s,:：]*"
    r"(?:(?:use|with|using|via|if you (?:use|prefer)|alternatively)\b.{0,60}|\S{0,30})?\s*[:：.…]*$"
    r"|#+\s*(?:alternatively|alternative)\b.{0,60}$",
    re.IGNORECASE,
)


def exclusive(view: View) -> Iterator[Finding]:
    """`# Option A` and `# Option B` in one block: all of them would run."""
    for script in view.scripts:
        for comments in _by_block(script):
            words: dict[str, list[Text]] = {}
            for comment in comments:
                word = choice(comment.text.lstrip("# "))
                if word:
                    words.setdefault(word, []).append(comment)
            for several in words.values():
                if len({comment.text for comment in several}) > 1:
                    lines = tuple(comment.line for comment in several)
                    yield Finding(
                        lines[1],
                        f"one block of {script.task.id} has {len(several)} alternatives "
                        f"({numbered(lines)}), and all of them would run",
                        "keep one of them, or give each a task of its own and launch with --only",
                        several[1].text,
                    )


def either(view: View) -> Iterator[Finding]:
    """`npm ci`, `# or`, `yarn`: both run."""
    for script in view.scripts:
        lines = sorted({command.line for command in script.commands})
        for comment in script.comments:
            found = _OR.match(comment.text)
            at = bisect_right(lines, comment.line)
            own = comment.line not in lines  # a remark behind a command is only that
            if found and own and 0 < at < len(lines) and _leads(view, comment.line, lines[at]):
                yield Finding(
                    comment.line,
                    f"{script.task.id} runs what stands before and behind "
                    f"`{comment.text.strip()[:40]}`: both",
                    "keep one of the two",
                    comment.text.strip(),
                )


def _leads(view: View, comment: int, command: int) -> bool:
    """Whether nothing but comments stands between the two: a blank line ends what is meant."""
    return all(line.strip() for line in view.lines[comment : command - 1])


def _by_block(script: Script) -> Iterator[list[Text]]:
    starts = sorted(block.line for block in script.task.blocks)
    found: dict[int, list[Text]] = {}
    for comment in script.comments:
        found.setdefault(bisect_right(starts, comment.line), []).append(comment)
    yield from found.values()
