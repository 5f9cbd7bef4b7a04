"""What a rule sees of shell: its commands and how they are joined, as plain values.

Rules never touch the syntax tree: each block is parsed and walked once (`reading.py`), and words
without a substitution in them are not walked at all. `gc=False`: a plan of thousands of tasks has
a hundred thousand of these values, none in a cycle; the collector need not look at them again.
"""

from __future__ import annotations

import msgspec

# Commands that cannot fail but by a closed output.
HARMLESS = frozenset({"echo", "printf", "true", ":", "date", "pwd", "whoami", "hostname"})
# As a pipeline's last member they end 0 whatever came in.
PASSES = frozenset({"tee", "cat", "head", "tail", "wc", "sort", "uniq", "cut", "tr", "sed", "awk"})

_DECIDE_NOTHING = frozenset({"subshell", "group"})


class Heredoc(msgspec.Struct, frozen=True, gc=False):
    """A here-document's body, and the plan's line of its first line."""

    text: str
    line: int


class Command(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One simple command of a task.

    `name` is seen through `sudo`, `env`, `time` and the like, without its directory; empty where
    an expansion names it. `words` are its arguments: values where they are literal, else as
    written. `kind` tells `[ … ]`, assignments and declarations from commands. `cwd` is where it
    runs as far as literal `cd`s tell, relative to the launch; "?…" where nobody can tell.
    `inside`: condition, branch, loop, function, substitution, subshell, background (a compound
    with `&` behind it). `task`, `window` and `statement` say where it stands; `column` counts
    characters of the block's line from 0.
    """

    name: str
    words: tuple[str, ...]
    text: str
    line: int
    column: int = 0
    kind: str = "command"
    env: tuple[tuple[str, str], ...] = ()
    writes: tuple[str, ...] = ()
    reads: bool = False
    heredoc: Heredoc | None = None
    background: bool = False
    piped: bool = False
    negated: bool = False
    inside: frozenset[str] = frozenset()
    cwd: str = "."
    window: int = 0
    statement: int = 0
    role: str = "run"

    @property
    def is_top(self) -> bool:
        """Whether nothing decides if it runs but what is before it in its list."""
        return self.inside <= _DECIDE_NOTHING

    @property
    def whole(self) -> tuple[str, ...]:
        """Name and arguments."""
        return (self.name, *self.words)


class Compound(msgspec.Struct, frozen=True, gc=False):
    """A loop, group, subshell, condition or function as a member of a list."""

    kind: str
    text: str
    line: int
    commands: tuple[str, ...] = ()


Member = Command | Compound


class Chain(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One statement: members joined by `&&`, `||` and pipes, in the order of the text.

    `operators` has one item fewer than `members`.
    """

    members: tuple[Member, ...]
    operators: tuple[str, ...]
    line: int
    text: str
    statement: int
    background: bool = False
    inside: frozenset[str] = frozenset()
    window: int = 0
    role: str = "run"

    @property
    def is_top(self) -> bool:
        """Whether it is a step, or may only be one in a group."""
        return self.inside <= _DECIDE_NOTHING


def name_of(member: Member) -> str:
    """A command's name; nothing for what is none."""
    return member.name if isinstance(member, Command) and member.kind == "command" else ""


def called(part: Member | Chain) -> str:
    """A command or a whole list for a message, on one line and short."""
    text = " ".join(part.text.split())
    return f"`{text if len(text) <= 40 else text[:39] + '…'}`"


def line_of(command: Command, words: str) -> int:
    """The plan's line in which the words of a command stand that goes over several lines."""
    at = command.text.find(words)
    return command.line + command.text.count("\n", 0, max(at, 0))


def harmless(member: Member) -> bool:
    """Whether it ends 0 whatever the plan's target is like."""
    if isinstance(member, Compound):
        return False
    if member.kind == "assignment":
        return "$(" not in member.text and "`" not in member.text
    return member.kind == "command" and member.name in HARMLESS and not member.negated


def always_zero(chain: Chain) -> bool:
    """Whether the statement ends 0 whatever its commands find."""
    if chain.background:
        return True
    members, operators = chain.members, chain.operators
    if all(harmless(member) for member in members):
        return True
    if not operators:
        return False
    return operators[-1] == "||" and harmless(members[-1])


def passes(member: Member) -> bool:
    """Whether as a pipeline's last member it hides what the others did."""
    return name_of(member) in PASSES or harmless(member)
