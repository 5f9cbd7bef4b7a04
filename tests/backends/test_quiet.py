"""Silence on real terminals: who waits for input, who has stalled, and what is typed there."""

from __future__ import annotations

import subprocess
import sys
import time
from typing import Any, TypeVar

from tmuxplan.backends.reading import NOBODY, reading
from tmuxplan.events import Answered, Event, InputAwaited, Moving, Stalled
from tmuxplan.judge.prompts import reader
from tmuxplan.run.backend import Window

Rig = Any  # conftest's
E = TypeVar("E", bound=Event)


def seen(rig: Rig, kind: type[E], within_s: float = 20, count: int = 1) -> list[E]:
    """The events of one kind, once there are so many."""
    until = time.monotonic() + within_s
    while time.monotonic() < until:
        found = [event for event in rig.events if isinstance(event, kind)]
        if len(found) >= count:
            return found
        rig.events += rig.backend.poll(0.5, ())
    raise AssertionError(f"no {kind.__name__} within {within_s} s: {rig.events}")


PYTHON = sys.executable
ASKS = {
    "read -p": ('read -p "Go? " x', "Go?"),
    "read -s": ('read -s -p "Password: " x', "Password:"),
    "read -n1": ('read -n1 -p "Go? " x', "Go?"),
    "read -e": ('read -e -p "Go? " x', "Go?"),
    "read -t": ('read -t 60 -p "Go? " x', "Go?"),
    "a line, then read": ('echo "Go on (y/n)"; read x', "Go on (y/n)"),
    "read </dev/tty": ('exec </dev/null; read -p "Go? " x </dev/tty', "Go?"),
    "sh": ("sh -c 'printf \"Go? \"; read x'", "Go?"),
    "in a function, in a subshell": ('f() { (read -p "Go? " x); }; f', "Go?"),
    "in a pipeline": ('read -p "Go? " x 2>&1 | cat', "Go?"),
    "cat": ("cat", ""),
    "colour and overprinting": ("printf '1%%\\r2%%\\r\\033[1mGo? \\033[0m'; read x", "Go?"),
    "python": (f"{PYTHON} -c 'input(\"Go? \")'", "Go?"),
    "getpass": (f"{PYTHON} -c 'import getpass; getpass.getpass()'", "Password:"),
    "python -i": (f"{PYTHON} -i -q", ">>>"),
    "a second thread": (
        f'{PYTHON} -c \'import threading, time; threading.Thread(target=input, args=["Go? "])'
        ".start(); time.sleep(60)'",
        "Go?",
    ),
    "interactive shell": ("PS1='go$ ' bash --norc -i", "go$"),
}


def test_what_asks_waits_for_input(rig: Rig) -> None:
    """Side by side: each takes a second to be sure."""
    tasks = dict(zip(ASKS, (f"T{k:03}" for k in range(100)), strict=False))
    for name, (body, _) in ASKS.items():
        rig.start(body, tasks[name], ask=reader())
    found = {event.task: event.prompt for event in seen(rig, InputAwaited, count=len(ASKS))}
    assert {name: found.get(tasks[name]) for name in ASKS} == {
        name: prompt for name, (_, prompt) in ASKS.items()
    }


def test_who_is_stopped_as_it_reads_is_no_mere_silence(rig: Rig) -> None:
    """`timeout` puts what it runs in the background of the terminal."""
    body = "timeout 60 bash -c 'read -p \"Go? \" x'"
    rig.start(body, ask=reader((("Go", "y"),)), unattended=True)
    (asked,) = seen(rig, InputAwaited)
    assert "reads from the terminal in the background" in asked.prompt
    rig.start("timeout --foreground 60 bash -c 'read -p \"Go? \" x'", "T002", ask=reader())
    seen(rig, InputAwaited, count=2)
    last = rig.events[-1]
    assert isinstance(last, InputAwaited)
    assert last.prompt == "Go?"
    assert not [event for event in rig.events if isinstance(event, Answered)]


SERVER = "import socket; s = socket.socket(); s.bind(('127.0.0.1', 0)); s.listen(); "
ASKS_NOTHING = {
    "sleep": "sleep 60",
    "a question and work": "printf 'Really? '; sleep 60",
    "a pipeline": "sleep 60 | cat",
    "wait": "sleep 60 & wait",
    "a server": f'{PYTHON} -c "{SERVER}s.accept()"',
    "select on others": f"{PYTHON} -c \"{SERVER}import select; print('45%', end='', flush=True);"
    ' select.select([s], [], [])"',
    "reading a socket": f'{PYTHON} -c "import socket; a, b = socket.socketpair(); a.recv(1)"',
    "a thread that listens for keys": f'{PYTHON} -c "import threading, time;'
    " threading.Thread(target=input).start(); print('up'); time.sleep(60)\"",
    "waiting in the background": f'set -m; {PYTHON} -c "{SERVER}import select;'
    " select.select([s], [], [])\" & printf 'Really? '; wait",
    "no terminal": "read x </dev/zero; sleep 60",
    "working": "while :; do :; done",
}


def test_what_is_only_silent_stalls(rig: Rig) -> None:
    """After several looks, so that none of them took it for a question."""
    for k, body in enumerate(ASKS_NOTHING.values()):
        rig.start(body, f"T{k:03}", ask=reader(), stalled_s=3.0)
    stalled = seen(rig, Stalled, count=len(ASKS_NOTHING))
    assert len({event.task for event in stalled}) == len(ASKS_NOTHING)
    assert all(3.0 <= event.silent_s < 10.0 for event in stalled)
    asked = {event.task for event in rig.events if isinstance(event, InputAwaited)}
    assert not [name for k, name in enumerate(ASKS_NOTHING) if f"T{k:03}" in asked]


def test_what_stalled_moves_when_it_prints(rig: Rig) -> None:
    rig.start(
        'read -t 2 x </dev/zero; until [ -e go ]; do sleep 0.02; done; echo "on"; sleep 60',
        ask=reader(),
        stalled_s=1.0,
    )
    seen(rig, Stalled)
    (rig.base / "go").touch()
    seen(rig, Moving)
    seen(rig, Stalled, count=2)
    kinds = [type(e) for e in rig.events if isinstance(e, (Stalled, Moving))]
    assert kinds == [Stalled, Moving, Stalled]


def test_without_a_limit_nothing_stalls_and_questions_do_not_stall(rig: Rig) -> None:
    rig.start('read -t 2 -p "Go? " x', ask=reader(), stalled_s=1.0)
    rig.ended()
    assert not [event for event in rig.events if isinstance(event, Stalled)]


def test_what_gives_up_waiting_moves_without_a_word(rig: Rig) -> None:
    rig.start('read -t 2 -p "Go? " x; until [ -e go ]; do sleep 0.02; done', ask=reader())
    seen(rig, InputAwaited)
    seen(rig, Moving)
    (rig.base / "go").touch()
    rig.ended()


def answered(rig: Rig, body: str, *rules: tuple[str, str], **more: object) -> list[Answered]:
    rig.start(body, ask=reader(rules), **more)
    rig.ended()
    return [event for event in rig.events if isinstance(event, Answered)]


def test_a_rule_answers_in_the_terminal(rig: Rig) -> None:
    (one,) = answered(rig, 'read -p "Deploy? [y/N] " x; echo "got <$x>"', (r"Deploy\?", "y"))
    assert (one.prompt, one.rule) == ("Deploy? [y/N]", r"Deploy\?")
    assert b"got <y>" in rig.log()


ANSWERED = {
    "getpass": f'{PYTHON} -c \'import getpass; print("got", getpass.getpass("Go? "))\'',
    "readline": 'read -e -p "Go? " x; echo "got $x"',
    "quotes, blanks, signs": 'read -r -p "Go? " x; echo "got $x"',
}


def test_an_answer_is_typed_as_it_is_written(rig: Rig) -> None:
    answer = "a 'b' \"c\" $d ; #e {f} ~ é"
    for k, body in enumerate(ANSWERED.values()):
        rig.start(body, f"T{k:03}", ask=reader((("Go", answer),)))
    for k in range(len(ANSWERED)):
        rig.ended(f"T{k:03}")
        assert f"got {answer}".encode() in rig.log(f"T{k:03}")


def test_an_empty_answer_is_enter(rig: Rig) -> None:
    assert answered(rig, 'read -p "Press Enter " x; echo "got <$x>"', ("Enter", ""))
    assert b"got <>" in rig.log()


def test_each_time_a_prompt_comes_it_is_answered_once(rig: Rig) -> None:
    body = 'for i in 1 2; do read -p "Sure? " x; echo "$i $x"; done'
    assert len(answered(rig, body, ("Sure", "y"))) == 2
    assert rig.log().count(b"Sure? y") == 2


def test_a_password_and_its_repetition_are_two_prompts_on_one_line(rig: Rig) -> None:
    body = 'read -s -p "Password: " a; read -s -p "Again: " b; test "$a$b" = xxyy && echo "both"'
    asked = answered(rig, body, ("Password", "xx"), ("Again", "yy"))
    assert [one.prompt for one in asked] == ["Password:", "Again:"]
    assert b"both" in rig.log()
    assert b"xx" not in rig.log()


def test_the_echo_of_an_answer_is_no_prompt(rig: Rig) -> None:
    """The second read asks nothing: no rule may answer it."""
    body = 'read -p "Sure? " a; read b; echo "b <$b>"'
    assert len(answered(rig, body, (".*", "y"), unattended=True)) == 1
    assert b"b <>" in rig.log()


def test_the_second_of_two_prompts_on_one_line_is_another_though_the_first_had_no_rule(
    rig: Rig,
) -> None:
    body = 'read -s -p "Password: " a; read -s -p "Again: " b; test "$b" = yy && echo "both"'
    assert len(answered(rig, body, ("Again", "yy"), unattended=True)) == 1
    assert b"both" in rig.log()


def test_a_line_of_the_command_itself_is_no_prompt(rig: Rig) -> None:
    """The echo of a command, before the record that its output begins."""
    script = "printf '\\033]133;A;aid=%s;step=1\\007$ ask Sure?\\n\\033]133;C;aid=%s;step=1\\007' "
    nonce = '"${TMUXPLAN_ATTEMPT##*/}"'
    body = f'{script} {nonce} {nonce}; read x; echo "<$x>"'
    assert answered(rig, body, ("Sure", "y"), unattended=True) == []
    assert b"<>" in rig.log()


def test_nobody_answers_what_no_rule_knows(rig: Rig) -> None:
    assert answered(rig, 'read -t 2 -p "Delete all? " x; echo "<$x>"', ("Deploy", "y")) == []
    assert b"<>" in rig.log()


def test_without_anybody_there_an_unknown_question_gets_the_end_of_input(rig: Rig) -> None:
    body = 'read -p "Known? " x; echo "<$x>"; read -p "Unknown? " y || echo "end <$y>"'
    assert len(answered(rig, body, ("^Known", "y"), unattended=True)) == 1
    assert b"<y>" in rig.log()
    assert b"end <>" in rig.log()


def test_an_answer_arrives_while_a_person_reads_back(tmux_rig: Rig, tmux_socket: str) -> None:
    """Keys that are sent to a pane in copy mode would be taken for commands."""
    tmux_rig.open(Window("T001", "First", ""))
    body = (
        'seq 200; touch there; until [ -e go ]; do sleep 0.02; done; read -p "Go? " x; echo "<$x>"'
    )
    tmux_rig.start(body, ask=reader((("Go", "yes"),)))
    while not (tmux_rig.base / "there").exists():
        tmux_rig.events += tmux_rig.backend.poll(0.05, ())
    window = tmux_rig.events[0].window
    subprocess.run(["tmux", "-L", tmux_socket, "copy-mode", "-t", window], check=True)
    (tmux_rig.base / "go").touch()
    tmux_rig.ended()
    assert b"<yes>" in tmux_rig.log()
    buffers = ["tmux", "-L", tmux_socket, "list-buffers"]
    assert subprocess.run(buffers, check=True, capture_output=True).stdout == b""


def test_an_answer_is_left_nowhere(rig: Rig) -> None:
    answered(rig, 'read -s -p "Password: " x; echo', ("Password", "hunter22"))
    left = [path for path in rig.base.rglob("*") if path.is_file()]
    assert left
    assert not [path for path in left if b"hunter22" in path.read_bytes()]


def test_silent_tasks_cost_nothing(rig: Rig) -> None:
    """Ten of them, under one percent of a core; half of them wait for input."""
    for k in range(10):
        rig.start('read -p "Go? " x' if k % 2 else "sleep 60", f"T{k:03}", ask=reader())
    seen(rig, InputAwaited, count=5)
    began, spent = time.monotonic(), time.process_time()
    while time.monotonic() < began + 3:
        rig.backend.poll(1.0, ())
    assert time.process_time() - spent < 0.01 * (time.monotonic() - began)


def test_nobody_reads_what_is_no_terminal() -> None:
    assert reading(2**22 + 1) == NOBODY
