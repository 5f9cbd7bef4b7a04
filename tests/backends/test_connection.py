"""A lasting connection to a real tmux server: every word arrives, every end is noticed."""

from __future__ import annotations

import os
import signal
import subprocess
import threading

import pytest

from tmuxplan.backends.tmux.client import Client
from tmuxplan.backends.tmux.connection import Connection, LostError
from tmuxplan.errors import BackendError


@pytest.fixture
def server(tmux_socket):
    client = Client(tmux_socket)
    client.start("new-session", "-d", "-s", "one", "-x", "80", "-y", "24", "cat")
    return client


@pytest.fixture
def connection(server):
    one = Connection(("tmux", "-u", "-L", server.socket), "=one:")
    yield one
    one.close()


def _set(connection, text):
    """A word, through tmux's reading of it, and back byte by byte."""
    connection.run([("set-option", "-t", "=one:", "@word", text)])
    return "\n".join(connection.run([("show-options", "-t", "=one:", "-v", "@word")]))


@pytest.mark.parametrize(
    "text",
    [
        "plain",
        "",
        "it's",
        "''",
        "'",
        'a "b" c',
        "~/x",
        "$HOME ${HOME} $(touch bad) `touch bad`",
        "a;b ; c \\; d;",
        "{ x } #{pid} #(touch bad) ##",
        "%if 1",
        "back\\slash \\n \\033 \\",
        "日本語 ✓ \U0001f389",
        "two\nlines",
        "# no comment",
        " blanks  kept ",
    ],
)
def test_every_word_arrives_as_it_is(connection, text, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert _set(connection, text) == text
    assert not (tmp_path / "bad").exists()


def test_what_each_command_of_a_list_printed_comes_in_order(connection):
    said = connection.run([("display-message", "-p", word) for word in ("a", "b", "c")])
    assert said == ["a", "b", "c"]
    assert connection.run([]) == []


def test_a_command_that_fails_ends_the_list_and_the_next_list_is_right(connection):
    shown = ("display-message", "-p", "shown")
    with pytest.raises(BackendError, match="can't find window: 99"):
        connection.run([shown, ("kill-window", "-t", ":99"), ("set-option", "-s", "@x", "1")])
    with pytest.raises(BackendError, match="unknown command: nonsense"):
        connection.run([shown, ("nonsense",)])
    assert connection.run([shown]) == ["shown"]
    assert connection.run([("show-options", "-s", "-q", "-v", "@x")]) == []


def test_many_and_long_lists(connection):
    text = "x" * 100_000
    assert _set(connection, text) == text
    numbers = [str(i) for i in range(2000)]
    assert connection.run([("display-message", "-p", n) for n in numbers]) == numbers


BACK_AND_FORTH = (("one", "two"), ("two", "one"))


def test_news_that_nobody_asked_for_is_left_out(connection, server):
    for i in range(50):
        server.run(
            ("rename-session", "-t", "=one:", "two"), ("rename-session", "-t", "=two:", "one")
        )
        assert connection.run([("display-message", "-p", str(i))]) == [str(i)]


def test_who_was_detached_comes_back(server):
    server.connect("=one:")
    assert server.run(("display-message", "-p", "before")) == ["before"]
    others = ("tmux", "-L", server.socket)
    subprocess.run([*others, "detach-client", "-s", "one"], check=True)
    assert server.run(("display-message", "-p", "after")) == ["after"]
    listed = subprocess.run(
        [*others, "list-clients", "-F", "#{client_control_mode}"], capture_output=True, check=True
    )
    assert listed.stdout.split() == [b"1"]
    server.disconnect()


def test_a_server_that_died_is_an_error_and_no_hang(server, connection):
    subprocess.run(["tmux", "-L", server.socket, "kill-server"], check=True)
    with pytest.raises(BackendError):
        connection.run([("display-message", "-p", "x")])
    assert not connection.lives()


def test_a_server_that_does_not_answer_leaves_the_result_unknown(connection):
    """Stopped in the middle: whether it ran the command is not known, and nothing may hang."""
    pid = int(connection.run([("display-message", "-p", "#{pid}")])[0])
    os.kill(pid, signal.SIGSTOP)
    threading.Timer(0.2, os.kill, (pid, signal.SIGKILL)).start()
    with pytest.raises(LostError):
        connection.run([("display-message", "-p", "x")])


def test_no_session_is_told_by_the_first_command(server):
    one = Connection(("tmux", "-u", "-L", server.socket), "=none:")
    with pytest.raises(BackendError):
        one.run([("display-message", "-p", "x")])
    one.close()


def test_it_has_no_part_in_how_large_windows_are(connection):
    size = ("display-message", "-p", "-t", "=one:", "#{window_width}x#{window_height}")
    assert connection.run([size]) == ["80x24"]
