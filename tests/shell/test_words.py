"""`--root` and `--set`: commands' words change, quoting stays right; bash reads them back."""

from __future__ import annotations

import subprocess

import pytest

from tmuxplan.errors import UsageError
from tmuxplan.plan.model import Block, Criterion, Task
from tmuxplan.shell.fill import fill
from tmuxplan.shell.roots import rewrite, rooted

OLD = "/Users/a/x"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("cd /Users/a/x", "cd /n"),
        ("cd /Users/a/x/", "cd /n/"),
        ("cd /Users/a/x && make", "cd /n && make"),
        ("(cd /Users/a/x)", "(cd /n)"),
        ('cd "/Users/a/x/y z"', 'cd "/n/y z"'),
        ("cd '/Users/a/x'", "cd '/n'"),
        ("cd $'/Users/a/x'", "cd $'/n'"),
        ('cd /Users/a/x"/y"', 'cd /n"/y"'),
        ("/Users/a/x/bin/tool --at=/Users/a/x > /Users/a/x/log", "/n/bin/tool --at=/n > /n/log"),
        ("P=/Users/a/x:/Users/a/x/b run", "P=/n:/n/b run"),
        ("for d in /Users/a/x/*; do :; done", "for d in /n/*; do :; done"),
        ('echo "see /Users/a/x there"', 'echo "see /n there"'),
        ('bash -c "cd \\"/Users/a/x\\" && y"', 'bash -c "cd \\"/n\\" && y"'),
        ("open file:///Users/a/x -I/Users/a/x @/Users/a/x", "open file:///n -I/n @/n"),
        ('echo ${R:-/Users/a/x} "${R:-/Users/a/x}"', 'echo ${R:-/n} "${R:-/n}"'),
        ('echo "$(ls "/Users/a/x")" `ls /Users/a/x`', 'echo "$(ls "/n")" `ls /n`'),
        ("echo 日本 /Users/a/x/日; cd /Users/a/x", "echo 日本 /n/日; cd /n"),
        # The same bytes, and not this path.
        *(
            (same, same)
            for same in (
                "cd /Users/a/xyz /Users/a/x.old /Users/a/x-1 /Users/a/x\\ y /Users/a/x日",
                "cd /b/Users/a/x $H/Users/a/x",
                'cd "$H/Users/a/x" "$H"/Users/a/x "/b"/Users/a/x',
                "cd /Users/a/x$V /Users/a/x*",
                'cd "/Users/a/x y"',
                "scp f host:/Users/a/x",
                "# cd /Users/a/x",
                "cat <<END\n/Users/a/x\nEND",
            )
        ),
    ],
)
def test_rewrite(before: str, after: str) -> None:
    assert rewrite(before, {OLD: "/n"}) == after


@pytest.mark.parametrize(
    "new", ["/n", "/a b", "/it's", '/q"q', "/$(touch x)`y`", "/back\\slash", "/日本 語", "/a;b&c|d"]
)
@pytest.mark.parametrize(
    "word", ["/Users/a/x", '"/Users/a/x"', "'/Users/a/x'", "$'/Users/a/x'", '"${R:-/Users/a/x}"']
)
def test_bash_reads_the_new_path_back(word: str, new: str) -> None:
    text = rewrite(f"printf %s {word}", {OLD: new})
    read = subprocess.run(["bash", "-c", text], capture_output=True, check=True)
    assert read.stdout.decode() == new


def test_an_old_path_with_a_blank() -> None:
    roots = {"/Users/a/my x": "/n"}
    text = "cd /Users/a/my\\ x/b '/Users/a/my x' \"/Users/a/my x\""
    assert rewrite(text, roots) == "cd /n/b '/n' \"/n\""


def test_the_longest_root_wins_and_nothing_is_rewritten_twice() -> None:
    roots = {"/a": "/b", "/a/c": "/d", "/b": "/e"}
    assert rewrite("ls /a/c /a/x /b", roots) == "ls /d /b/x /e"


@pytest.mark.parametrize(("old", "new"), [("/", "/n"), ("", "/n"), ("/a", ""), ("/a", "/n\n/m")])
def test_a_root_that_is_none_is_refused(old: str, new: str) -> None:
    with pytest.raises(UsageError):
        rewrite("cd /a", {old: new})


@pytest.mark.parametrize(
    "command", ["bash -c 'rm -rf /a/x'", 'sh -ec "cd /a && make"', "ssh web 'ls /a'", "eval ls /a"]
)
def test_a_path_that_two_shells_read_is_plain(command: str) -> None:
    """`rm -rf /n w/x` would delete two other places."""
    assert "/n/w" in rewrite(command, {"/a": "/n/w"})
    for new in ("/n w", "/n$w", "/n'w", "/n;w"):
        with pytest.raises(UsageError, match="second shell"):
            rewrite(command, {"/a": new})
    assert rewrite("bash -c 'ls /b'", {"/a": "/n w"}) == "bash -c 'ls /b'"


@pytest.mark.parametrize("new", ["/n`id`w", "/n}w", "/n{a,b}w", "/n$(id)w"])
@pytest.mark.parametrize(
    "word", ["`echo /a/x`", '"`echo /a/x`"', '"${UNSET:-/a/x}"', "${UNSET:-/a/x}"]
)
def test_what_stands_for_it_is_text(word: str, new: str) -> None:
    text = rewrite(f"printf %s {word}", {"/a": new})
    read = subprocess.run(["bash", "-c", text], capture_output=True, check=True)
    assert read.stdout.decode() == f"{new}/x"


def test_a_task_changes_in_blocks_and_checks() -> None:
    task = Task(
        id="T1",
        title="",
        line=1,
        blocks=(Block(line=3, text="cd /Users/a/x"),),
        criteria=(
            Criterion("c", 5, "command", "test -d /Users/a/x"),
            Criterion("r", 6, "regex", "/Users/a/x"),
        ),
    )
    moved = rooted(task, {OLD: "/n"})
    assert moved.blocks[0].text == "cd /n"
    assert [criterion.code for criterion in moved.criteria] == ["test -d /n", "/Users/a/x"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("curl https://<HOST>/x", "curl https://h/x"),
        ("curl {{HOST}} {{ HOST }}", "curl h h"),
        ("echo \"<HOST>\" '{{HOST}}'", "echo \"h\" 'h'"),
        ("echo 日本 <HOST>", "echo 日本 h"),
        ("echo <OTHER> <HOSTS>", "echo <OTHER> <HOSTS>"),
        ("# <HOST>", "# <HOST>"),
        ("cat <<END\n<HOST>\nEND", "cat <<END\n<HOST>\nEND"),
    ],
)
def test_fill(before: str, after: str) -> None:
    assert fill(before, {"HOST": "h"}) == after


@pytest.mark.parametrize(
    "value", ["a b", "it's", '"', "$(touch x)", "`x`", "a\\b", "日本", "<HOST>"]
)
@pytest.mark.parametrize("word", ["<HOST>", '"<HOST>"', "'{{HOST}}'", "{{HOST}}"])
def test_bash_reads_the_value_back(word: str, value: str) -> None:
    text = fill(f"printf %s {word}", {"HOST": value})
    read = subprocess.run(["bash", "-c", text], capture_output=True, check=True)
    assert read.stdout.decode() == value


def test_a_value_with_a_line_break_fills_nothing() -> None:
    with pytest.raises(UsageError):
        fill("echo <KEY>", {"KEY": "a\nb"})
    assert fill("echo $KEY", {"KEY": "a\nb"}) == "echo $KEY"
