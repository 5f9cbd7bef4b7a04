"""The control socket: real sockets, a supervisor's end and an asker's."""

from __future__ import annotations

import select
import socket
import stat
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tmuxplan.errors import ControlError, UnheardError
from tmuxplan.run.control import Control, Reply, Request, Sign, StopRun, answer, ask


@pytest.fixture
def control(tmp_path: Path) -> Iterator[Control]:
    made = Control(tmp_path / "c.sock")
    yield made
    made.close()


def serve(control: Control, reply: Reply, heard: list[Request]) -> threading.Thread:
    """Answer one request as a supervisor would, when the socket becomes readable."""

    def work() -> None:
        while not heard:
            for request, peer in control.requests():
                heard.append(request)
                answer(peer, reply)

    thread = threading.Thread(target=work)
    thread.start()
    return thread


def test_what_is_asked_arrives_and_is_answered(control: Control, tmp_path: Path) -> None:
    heard: list[Request] = []
    thread = serve(control, Reply(), heard)
    ask(tmp_path / "c.sock", StopRun("ann", "wrong branch"))
    thread.join()
    assert heard == [StopRun("ann", "wrong branch")]


def test_a_refusal_reaches_the_asker_with_its_remedy(control: Control, tmp_path: Path) -> None:
    thread = serve(control, Reply("T001 has ended", "see status"), [])
    with pytest.raises(ControlError, match="T001 has ended; see status"):
        ask(tmp_path / "c.sock", Sign("T001", "ann"))
    thread.join()


def test_nobody_listens(tmp_path: Path) -> None:
    with pytest.raises(ControlError, match="not there any more"):
        ask(tmp_path / "none.sock", StopRun("ann", "x"))


def test_a_socket_of_a_dead_supervisor_is_taken_over(tmp_path: Path) -> None:
    path = tmp_path / "c.sock"
    dead = socket.socket(socket.AF_UNIX)
    dead.bind(str(path))
    dead.close()
    with pytest.raises(ControlError, match="not there any more"):
        ask(path, StopRun("ann", "x"))
    Control(path).close()
    assert not path.exists()


def closes(control: Control, says: bytes | None) -> threading.Thread:
    """A supervisor that ends before its answer is whole; None: before it reads what is asked."""

    def work() -> None:
        select.select([control], [], [])
        if says is not None:
            ((_, peer),) = control.requests()
            peer.sendall(says)
            peer.close()
        control.close()

    thread = threading.Thread(target=work)
    thread.start()
    return thread


def test_who_ended_before_it_read_has_done_nothing(control: Control, tmp_path: Path) -> None:
    thread = closes(control, None)
    with pytest.raises(UnheardError, match="not there any more"):
        ask(tmp_path / "c.sock", Sign("T001", "ann"))
    thread.join()


@pytest.mark.parametrize("says", [b"", b'{"refu'])
def test_who_ended_before_its_answer_may_have_done_it(
    control: Control, tmp_path: Path, says: bytes
) -> None:
    thread = closes(control, says)
    with pytest.raises(ControlError, match="may have done this or not") as raised:
        ask(tmp_path / "c.sock", Sign("T001", "ann"))
    assert not isinstance(raised.value, UnheardError)
    thread.join()


def test_only_the_user_may_ask(control: Control, tmp_path: Path) -> None:
    assert stat.S_IMODE((tmp_path / "c.sock").stat().st_mode) == 0o600
    assert control.fileno() >= 0


@pytest.mark.parametrize("noise", [b"\n", b"not json\n", b'{"ask":"dance"}\n', b"x" * 100])
def test_noise_is_no_request(control: Control, tmp_path: Path, noise: bytes) -> None:
    with socket.socket(socket.AF_UNIX) as peer:
        peer.connect(str(tmp_path / "c.sock"))
        peer.sendall(noise)
        peer.shutdown(socket.SHUT_WR)
        assert control.requests() == []
        assert b"not understood" in peer.recv(4096)
