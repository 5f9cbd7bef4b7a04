"""Shell as values: names, words, directories, and how commands are joined."""

from __future__ import annotations

import pytest

from tmuxplan import machine
from tmuxplan.lint.commands import always_zero
from tmuxplan.lint.reading import Script, script_of
from tmuxplan.plan.model import Block, Task


def _script(text: str) -> Script:
    return script_of(Task(id="T1", title="x", line=1, blocks=(Block(10, text),)))


@pytest.mark.parametrize(
    ("text", "name", "words"),
    [
        ("sudo -u app env A=1 make -j 2", "make", ("-j", "2")),
        ("timeout -k 5 10 curl x", "curl", ("x",)),
        ("/usr/bin/time -f x make", "make", ()),
        ("command -v jq", "command", ("-v", "jq")),
        ("A=1 ./run 'a b' \"c $d\"", "run", ("a b", "c $d")),
        ("$X y", "", ("y",)),
        ("'ls' -l", "ls", ("-l",)),
    ],
)
def test_names_are_seen_through_prefixes(text: str, name: str, words: tuple[str, ...]) -> None:
    (command,) = _script(text).commands
    assert (command.name, command.words) == (name, words)


@pytest.mark.parametrize(
    ("text", "cwds"),
    [
        ("cd /a && make && cd ..\nls", ["/a", "/"]),
        ("( cd a && make )\nls", ["a", "."]),
        ("cd a\ncd -\nls", ["."]),
        ("x=$(cd a; ls)\nls", ["a", "."]),
        ('cd "$D"\nls', ["?10:$D"]),
        ("f() { cd a; }\nls", ["."]),
        ("pushd a; ls; popd; ls", ["a", "."]),
        ("cd a/b/../c; ls", ["a/c"]),
    ],
)
def test_the_directory_of_each_command(text: str, cwds: list[str]) -> None:
    commands = _script(text).commands
    assert [c.cwd for c in commands if c.name in ("make", "ls")] == cwds


def test_lists_in_the_order_of_the_text() -> None:
    chains = _script("a && b || c | d &\nif x; then y; else z || w; fi\n").chains
    assert next((c.line, c.operators, c.background) for c in chains) == (
        10,
        ("&&", "||", "|"),
        True,
    )
    inside = {c.text: c.inside for c in chains}
    assert inside["x"] == {"branch", "condition"}
    assert inside["z || w"] == {"branch"}


def test_where_a_here_document_goes() -> None:
    (command, other) = _script("cat << 'E' > out || z\ntext\nE").commands
    assert command.writes == ("out",)
    assert command.reads
    assert command.heredoc is not None
    assert (command.heredoc.text, command.heredoc.line) == ("text\n", 11)
    assert other.heredoc is None


@pytest.mark.parametrize("text", ["echo x", "make || echo x", "a=1", "make &", "true && :"])
def test_what_cannot_fail(text: str) -> None:
    assert always_zero(_script(text).chains[0])


@pytest.mark.parametrize("text", ["make", "a=$(make)", "make || exit", "make && echo", "! true"])
def test_what_can_fail(text: str) -> None:
    assert not always_zero(_script(text).chains[0])


@pytest.mark.parametrize(
    "text",
    [
        "(" * 3000 + "ls" + ")" * 3000,
        " && ".join(["a"] * 3000),
        "$(" * 2000 + "ls" + ")" * 2000,
        "if x; then " * 1500 + "y" + "; fi" * 1500,
        "for x in; do ((( `` ${ << && ||",
        "cat <<A <<B\n1\nA\n2\nB",
        "\x00\x01 \udce9",
        "",
    ],
    ids=["subshells", "list", "substitutions", "ifs", "broken", "two heredocs", "bytes", "empty"],
)
def test_no_text_is_too_deep_or_too_broken(text: str) -> None:
    _script(text)


@pytest.mark.parametrize(
    "text", ["{{x}} & <<EOF && && do", "| tee x && &&", "a || <<EOF", "&& b", "a ||", "! && a"]
)
def test_what_joins_nothing_is_no_operator(text: str) -> None:
    for chain in _script(text).chains:
        assert len(chain.operators) < len(chain.members)


def test_a_path_that_grows_with_every_cd_has_an_end() -> None:
    commands = _script("\n".join(["cd a-directory"] * 3000 + ["make"])).commands
    assert max(len(command.cwd) for command in commands) <= 4096
    assert commands[-1].cwd.startswith("?")


def test_a_name_longer_than_any_directory_is_none() -> None:
    assert not machine.is_directory("/" + "a/" * 5000)
    assert not machine.is_directory("/" + "a" * 5000)
