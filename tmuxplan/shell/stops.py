"""What must not go on in the wrong place: rules about `cd` and `source`, read from the syntax.

The script obeys them (`prelude.py`): each statement gets flags for the case that it fails.
"""

from __future__ import annotations

from collections.abc import Collection

import msgspec
from tree_sitter import Node

from tmuxplan.shell.syntax import command_words, literal, name_of, source, walk

_TESTS = frozenset({"[", "test"})
_UNSAFE_TO_EXPAND = frozenset(
    {
        "command_substitution",
        "process_substitution",
        "arithmetic_expansion",
        "ansi_c_string",
        "subscript",
        "brace_expression",
        "ERROR",
    }
)
_DEEPEST = 1000  # directories below where a statement began that are kept in mind
_MOVES = frozenset({"cd", "pushd", "popd"})
_HEEDED = _MOVES | {"source", "."}


class Rule(msgspec.Struct, frozen=True):
    """What a failure of a statement means for what follows.

    `flags`: `c` stop; `l` stop if the shell is still where the statement began; `s` stop if
    the file that `word` (shell text) names is not there. Empty: go on.
    """

    flags: str = ""
    word: str = ""


_GO_ON = Rule()


def rule(parts: list[Node], names: Collection[str | None]) -> Rule:
    """The rule for one top-level statement: of its `chain`, and the names of the commands in it."""
    if _HEEDED.isdisjoint(names):
        return _GO_ON
    commands = parts[::2]
    operators = {part.type for part in parts[1::2]}
    if not commands:  # `>file` alone
        return Rule()
    if len(commands) == 1:
        return _plain(commands[0])
    if not operators <= {"&&", "||"}:
        return Rule()
    stays = "l" if _moves_elsewhere(commands) else ""
    sourced = _sourced(parts)
    return Rule(stays + sourced.flags, sourced.word)


def _plain(command: Node) -> Rule:
    if name_of(command) in ("cd", "pushd"):
        return Rule("c")
    return _missing_file(command)


def _missing_file(command: Node) -> Rule:
    found = command_words(command)
    if len(found) < 2 or literal(found[0]) not in ("source", "."):
        return Rule()
    word = found[1]
    if _safe_to_expand(word):
        return Rule("s", source(word))
    return Rule("c")


def _sourced(parts: list[Node]) -> Rule:
    """The last of a list; or, where only `&&` joins, the first that has to be there."""
    commands = parts[::2]
    if any(name_of(command) in _TESTS or command.type == "test_command" for command in commands):
        return Rule()  # `[ -f x ] && source x`: the plan itself says what happens without it
    last = _missing_file(commands[-1])
    if last.flags or any(part.type == "||" for part in parts[1::2]):
        return last
    rules = (_missing_file(command) for command in commands)
    return next((found for found in rules if found.flags == "s"), Rule())


def _safe_to_expand(word: Node) -> bool:
    """Whether expanding the word once more changes nothing and gives one word."""
    for node in walk(word):
        if node.type in _UNSAFE_TO_EXPAND or node.type == "special_variable_name":
            return False
        if node.type == "expansion" and not source(node)[2:-1].replace("_", "a").isalnum():
            return False
        if node.type == "variable_name" and source(node)[:1].isdigit():
            return False
    text = source(word)
    return word.type in ("string", "raw_string") or not any(char in text for char in "*?[{`")


def _moves_elsewhere(commands: list[Node]) -> bool:
    """Whether the shell is elsewhere once every `cd` of the list has worked."""
    here: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    pushed: list[tuple[str, ...]] = []
    moved = 0
    for command in commands:
        name = name_of(command)
        if name not in _MOVES:
            continue
        moved += 1
        target = _target(command)
        if name == "pushd":
            pushed.append(here)
        if name == "popd":
            before, here = here, pushed.pop() if pushed else ()
        elif target in ("-", "$OLDPWD", "${OLDPWD}"):
            before, here = here, before
        elif target.startswith("$") and moved > 1:
            before, here = here, ()  # `cd a && make && cd "$ROOT"` is a way back
        else:
            before, here = here, _walked(here, target)
    return here != ()


def _target(command: Node) -> str:
    arguments = command_words(command)[1:]
    texts = [literal(word) or source(word).strip('"') for word in arguments]
    plain = [text for text in texts if text == "-" or not text.startswith("-")]
    return plain[0] if plain else "~"


def _walked(here: tuple[str, ...], target: str) -> tuple[str, ...]:
    if target.startswith("$"):
        return (*here[-_DEEPEST:], target)
    if target.startswith(("/", "~")):
        here = (target[0],)
    for part in target.split("/"):
        if part == ".." and here and here[-1] != "..":
            here = here[:-1]
        elif part not in ("", ".", "~"):
            here = (*here[-_DEEPEST:], part)
    return here
