"""Pure parts of the tmux backend: names, pipe commands, command lists."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pexpect
import pytest

from tmuxplan.backends.tmux import client, names
from tmuxplan.backends.tmux.client import Client
from tmuxplan.backends.tmux.pipe import pipe_command


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Backend API", "· T001 Backend API"),
        ("#(touch x)", "· T001 ＃(touch x)"),
        ("v1.2: a\tb\n c", "· T001 v1․2꞉ a b c"),
        ("\x1b]0;t\x07\u202eabc\u200b", "· T001 ]0;t abc"),
        ("", "· T001"),
        ("日本語" * 20, "· T001 " + "日本語" * 5 + "日…"),
        ("x" * 60, "· T001 " + "x" * 32 + "…"),
    ],
)
def test_window_names(title, name):
    assert names.window_name("waiting", "T001", title) == name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("plan-20261122-101530-7f3a", "plan-20261122-101530-7f3a"),
        ("a.b:c d", "a-b-c-d"),
        ("#(", "run"),
    ],
)
def test_session_names_can_be_typed(text, name):
    assert names.session_name(text) == name


def test_a_title_in_the_status_line_is_no_style():
    assert names.title("#[fg=red]#(x)\x1b") == "＃[fg=red]＃(x)"


def test_placeholders_keep_their_lines_and_nothing_else():
    assert names.placeholder_text("one\r\n\x1b[2Jtwo\n") == "one\n[2Jtwo"


def test_a_plain_path_is_given_as_it_is():
    assert pipe_command(Path("/a/b-1/log")) == "LC_ALL=C exec /bin/cat >> /a/b-1/log"


@pytest.mark.parametrize(
    "name", ["#(x)", "##[b]", "%H", "it's", 'q"', "$(x)`", "a\nb", "é", "\\0101"]
)
def test_an_awkward_path_arrives_byte_by_byte(tmp_path, name):
    log = tmp_path / name / "log"
    log.parent.mkdir()
    command = pipe_command(log)
    assert "#" not in command
    command = command.replace("%%", "%")  # as strftime does
    subprocess.run(["/bin/sh", "-c", command], input=b"text", check=True)
    assert log.read_bytes() == b"text"


def test_a_semicolon_at_a_words_end_is_a_semicolon():
    assert client._words([("a", "b;"), ("c", ";")]) == ["a", "b\\;", ";", "c", "\\;"]


def test_command_lists_are_cut_before_tmux_refuses_them():
    commands = [("set", "x" * 4000)] * 10
    lists = list(client._lists(commands))
    assert [len(some) for some in lists] == [3, 3, 3, 1]
    assert list(client._lists([("set", "x" * 20_000)])) == [[("set", "x" * 20_000)]]


ASKS = "from tmuxplan.backends.tmux.client import Client; print(Client().run(('list-sessions',)))"


def test_a_terminal_that_tmux_does_not_know_is_no_missing_session(tmux_socket):
    """tmux refuses every command there, also those that need no terminal."""
    Client(tmux_socket).start("new-session", "-d", "-s", "seen", "cat")
    asked = pexpect.spawn(
        sys.executable, ["-c", ASKS], env={**os.environ, "TERM": "no-such"}, encoding="utf-8"
    )
    asked.expect(pexpect.EOF)
    assert "seen: 1 windows" in asked.before
    asked.close()
