"""The words of a command line so far -> what may come next. Starts nothing, writes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import msgspec

from tmuxplan.library.completing import known
from tmuxplan.library.completing.table import Kind, Option, Table, Value, Verb

_TEXT = Value("text")


class Offers(msgspec.Struct, frozen=True):
    """What to offer. `kind` is `plan`, `file` or `folder` where the shell itself knows them
    best; `words` by their meaning otherwise, each with its explanation."""

    kind: Kind
    words: dict[str, str] = {}


class _Line(msgspec.Struct):
    """A command line, read from the left. `awaits` is the option whose value comes next."""

    verb: Verb
    values: dict[str, str] = {}
    arguments: tuple[str, ...] = ()
    awaits: Option | None = None
    only_arguments: bool = False


def offers(words: Sequence[str], table: Table, cwd: Path) -> Offers:
    """What the last of `words`, which is being typed, may become."""
    *before, typed = words or [""]
    line, verb_read = _read(before, table)
    if line.awaits is not None:
        return _of(line.awaits.takes, typed, line, cwd)
    name, equals, value = typed.partition("=")
    option = _option(line.verb, name) if equals and not line.only_arguments else None
    if option is not None:
        return _prefixed(f"{name}=", _of(option.takes, value, line, cwd))
    if typed.startswith("-") and not line.only_arguments:
        return Offers("words", _fitting(_names(line.verb), typed))
    if not verb_read:
        verbs = {name: verb.help for name, verb in table.items() if name}
        return Offers("words", _fitting(verbs, typed))
    return _of(_argument(line), typed, line, cwd)


def _read(before: Sequence[str], table: Table) -> tuple[_Line, bool]:
    line, verb_read = _Line(table[""]), False
    for word in before:
        if word == "=":  # bash takes `--run=7f` apart
            continue
        if line.awaits is not None:
            line.values[line.awaits.names[0]] = word
            line.awaits = None
        elif word == "--":
            line.only_arguments = True
        elif word.startswith("-") and len(word) > 1 and not line.only_arguments:
            _read_option(line, word)
        elif verb_read:
            line.arguments = (*line.arguments, word)
        else:
            line, verb_read = _Line(table.get(word, Verb("", (), ()))), True
    return line, verb_read


def _read_option(line: _Line, word: str) -> None:
    name, equals, value = word.partition("=")
    option = _option(line.verb, name)
    if option is None or option.takes.kind == "nothing":
        return
    if equals and value:
        line.values[option.names[0]] = value
    else:
        line.awaits = option


def _option(verb: Verb, name: str) -> Option | None:
    return next((option for option in verb.options if name in option.names), None)


def _names(verb: Verb) -> dict[str, str]:
    return {option.names[0]: option.help for option in verb.options}


def _argument(line: _Line) -> Value:
    takes, n = line.verb.arguments, len(line.arguments)
    if n < len(takes):
        return takes[n]
    return takes[-1] if takes and takes[-1].many else _TEXT


def _of(value: Value, typed: str, line: _Line, cwd: Path) -> Offers:
    if value.kind == "words":
        return Offers("words", _fitting(dict.fromkeys(value.words, ""), typed))
    if value.kind == "task":
        return Offers("words", _listed(known.tasks(cwd, _run(line), _plan(line)), typed))
    if value.kind == "run":
        return Offers("words", _runs(known.run_ids(cwd), typed))
    return Offers(value.kind)


def _run(line: _Line) -> str | None:
    return line.values.get("--run")


def _plan(line: _Line) -> str | None:
    """The plan that `launch` is given: `--only` names tasks of that, not of the newest run."""
    takes_plan = any(value.kind == "plan" for value in line.verb.arguments)
    return (line.arguments[0] if line.arguments else "") if takes_plan else None


def _fitting(words: Mapping[str, str], typed: str) -> dict[str, str]:
    return {word: said for word, said in words.items() if word.startswith(typed)}


def _listed(tasks: Mapping[str, str], typed: str) -> dict[str, str]:
    """Ids in any case; after a comma (`--only T001,T0`) the next one of the list."""
    before, comma, last = typed.rpartition(",")
    head = before + comma
    return {
        head + id_: title
        for id_, title in tasks.items()
        if id_.lower().startswith(last.lower()) and id_ not in before.split(",")
    }


def _runs(ids: Iterable[str], typed: str) -> dict[str, str]:
    """By their beginning, or else by their end, which is the part that people remember."""
    found = [id_ for id_ in ids if id_.startswith(typed)]
    return dict.fromkeys(found or [id_ for id_ in ids if id_.endswith(typed)], "")


def _prefixed(head: str, found: Offers) -> Offers:
    return Offers(found.kind, {head + word: said for word, said in found.words.items()})
