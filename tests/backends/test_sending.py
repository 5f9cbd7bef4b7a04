"""Command lists for a real tmux server: every word arrives, every end is noticed."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys

import psutil
import pytest
from living import lives, until_ended

from tmuxplan.backends.tmux import sending
from tmuxplan.backends.tmux.client import Client
from tmuxplan.backends.tmux.sending import LostError, Sender
from tmuxplan.errors import BackendError


@pytest.fixture
def sender(tmux_socket):
    Client(tmux_socket).start("new-session", "-d", "-s", "one", "-x", "80", "-y", "24", "cat")
    one = Sender(("tmux", "-u", "-L", tmux_socket))
    yield one
    one.wait()
    one.close()


def _pid(sender):
    return int(sender.run([("display-message", "-p", "#{pid}")])[0])


def _set(sender, text):
    """A word, through tmux's reading of it, and back byte by byte."""
    sender.run([("set-option", "-t", "=one:", "@word", text)])
    return "\n".join(sender.run([("show-options", "-t", "=one:", "-v", "@word")]))


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
def test_every_word_arrives_as_it_is(sender, text, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert _set(sender, text) == text
    assert not (tmp_path / "bad").exists()


def test_what_each_command_of_a_list_printed_comes_in_order(sender):
    said = sender.run([("display-message", "-p", word) for word in ("a", "b", "c")])
    assert said == ["a", "b", "c"]
    assert sender.run([]) == []


def test_a_command_that_fails_ends_its_list_alone(sender):
    shown, heard, wrong = ("display-message", "-p", "shown"), [], []
    failing = [shown, ("kill-window", "-t", ":99"), ("set-option", "-s", "@x", "1")]
    sender.ask([shown], heard.append)
    sender.ask(failing, wrong.append)
    sender.ask([shown], heard.append)
    with pytest.raises(BackendError, match="can't find window: 99"):
        sender.run(failing)
    assert heard == [["shown"], ["shown"]]
    assert "can't find window: 99" in str(wrong[0])
    assert not isinstance(wrong[0], LostError)
    assert sender.run([("show-options", "-s", "-q", "-v", "@x")]) == []


def test_many_and_long_lists(sender):
    text = "x" * 100_000
    assert _set(sender, text) == text
    numbers = [str(i) for i in range(2000)]
    assert sender.run([("display-message", "-p", n) for n in numbers]) == numbers


BACK_AND_FORTH = (("one", "two"), ("two", "one"))


def test_answers_come_later_and_in_order(sender):
    heard = []
    for word in ("a", "b", "c"):
        sender.ask([("display-message", "-p", word)] * 2, heard.append)
    sender.ask([], heard.append)
    assert heard == [[]]
    assert not sender.fds()
    sender.send()
    assert sender.fds()
    assert sender.run([("display-message", "-p", "e")]) == ["e"]
    assert heard == [[], ["a", "a"], ["b", "b"], ["c", "c"]]
    sender.wait()
    assert not sender.fds()


def test_who_hears_an_answer_may_ask_again_at_once(sender):
    heard = []

    def again(said):
        heard.append(said)
        heard.append(sender.run([("display-message", "-p", "nested")]))

    sender.ask([("display-message", "-p", "first")], again)
    for _ in range(20):
        sender.ask([("display-message", "-p", "more")], heard.append)
    assert sender.run([("display-message", "-p", "last")]) == ["last"]
    assert heard == [["first"], *[["more"]] * 20, ["nested"]]


def test_who_asked_hears_that_tmux_died_and_nobody_knows(sender):
    heard, pid = [], _pid(sender)
    os.kill(pid, signal.SIGSTOP)
    sender.ask([("display-message", "-p", "x")], heard.append)
    sender.send()
    os.kill(pid, signal.SIGKILL)
    sender.wait()
    assert [type(one) for one in heard] == [LostError]
    with pytest.raises(BackendError):
        sender.run([("display-message", "-p", "x")])


def test_a_server_that_does_not_answer_is_not_waited_for_for_ever(sender, monkeypatch):
    monkeypatch.setattr(sending, "PATIENCE_S", 0.3)
    pid = _pid(sender)
    os.kill(pid, signal.SIGSTOP)
    try:
        with pytest.raises(LostError):
            sender.run([("display-message", "-p", "x")])
    finally:
        os.kill(pid, signal.SIGCONT)
    assert sender.run([("display-message", "-p", "again")]) == ["again"]


def _who_waits(sender):
    sender.be_ready()
    return psutil.Process(sender._spare.pid)


def test_one_that_waits_runs_what_comes_next(sender):
    waits = _who_waits(sender)
    assert _who_waits(sender) == waits
    sender.ask([("display-message", "-p", "x")], lambda _: None)
    sender.send()
    assert sender._client.pid == waits.pid
    assert sender.run([("display-message", "-p", "y")]) == ["y"]
    assert not waits.is_running()


def test_one_that_was_killed_while_it_waited_loses_nothing(sender):
    waits = _who_waits(sender)
    waits.kill()
    assert select.select([sender._spare.printed], [], [], 10)[0]
    assert sender.run([("display-message", "-p", "x")]) == ["x"]
    assert not waits.is_running()


def test_who_waits_for_a_dead_server_is_not_asked_for_the_next(sender, tmux_socket):
    server = _pid(sender)
    sender.wait()
    waits = _who_waits(sender)
    Client(tmux_socket).start("kill-server")
    assert select.select([sender._spare.printed], [], [], 10)[0]
    until_ended(server)  # one that still ends would take the next client with it
    Client(tmux_socket).start("new-session", "-d", "-s", "two", "cat")
    assert sender.run([("display-message", "-p", "#{session_name}")]) == ["two"]
    assert not waits.is_running()


def test_one_that_waits_goes_with_its_sender(sender):
    waits = _who_waits(sender)
    sender.close()
    assert not waits.is_running()
    assert sender.run([("display-message", "-p", "x")]) == ["x"]


def test_one_that_waits_for_a_stopped_server_is_not_waited_for(sender):
    pid = _pid(sender)
    sender.wait()
    os.kill(pid, signal.SIGSTOP)
    try:
        waits = _who_waits(sender)
        sender.close()
    finally:
        os.kill(pid, signal.SIGCONT)
    assert not waits.is_running()


READY = """
import sys
from tmuxplan.backends.tmux.sending import Sender
sender = Sender(("tmux", "-u", "-L", sys.argv[1]))
sender.be_ready()
print(sender._spare.pid, flush=True)
sys.stdin.read()
"""


@pytest.mark.usefixtures("sender")
def test_one_that_waits_ends_where_its_sender_is_killed(tmux_socket):
    argv, pipe = [sys.executable, "-c", READY, tmux_socket], subprocess.PIPE
    with subprocess.Popen(argv, stdin=pipe, stdout=pipe, text=True) as owner:
        waits = int(owner.stdout.readline())
        assert lives(waits)
        owner.kill()
    until_ended(waits)


def test_no_server_is_an_error(tmux_socket):
    with pytest.raises(BackendError, match=r"no server running|error connecting"):
        Sender(("tmux", "-u", "-L", tmux_socket)).run([("display-message", "-p", "x")])


def test_no_tmux_is_an_error():
    with pytest.raises(BackendError, match="could not be run"):
        Sender(("/no/such/tmux",)).run([("display-message", "-p", "x")])


def test_many_lists_take_few_processes(sender):
    """What gathers while one client runs is sent with the next."""
    started, real = [], os.posix_spawnp
    os.posix_spawnp = lambda *args, **more: started.append(1) or real(*args, **more)
    try:
        heard = []
        for i in range(500):
            sender.ask([("display-message", "-p", str(i))], heard.append)
            sender.send()
        sender.wait()
    finally:
        os.posix_spawnp = real
    assert heard == [[str(i)] for i in range(500)]
    assert len(started) < 10
