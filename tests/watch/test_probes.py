"""Probes against real sockets on this machine."""

from __future__ import annotations

import http.server
import socket
import threading
from collections.abc import Iterator

import pytest

from tmuxplan.watch.probes import answers, taken


class _Site(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/health?x=1" else 503)
        self.end_headers()

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def site() -> Iterator[int]:
    server = http.server.HTTPServer(("127.0.0.1", 0), _Site)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_port_that_listens_and_one_that_does_not() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = str(server.getsockname()[1])
        assert answers("port", port)
    assert not answers("port", port)


def test_a_url_is_up_when_its_status_says_so(site: int) -> None:
    assert answers("url", f"http://127.0.0.1:{site}/health?x=1")
    assert not answers("url", f"http://127.0.0.1:{site}/other")


@pytest.mark.parametrize(
    ("kind", "value"),
    [("url", "http://127.0.0.1:1/"), ("url", "http://[bad/"), ("url", "nonsense"), ("line", "x")],
)
def test_what_does_not_answer_is_not_up(kind: str, value: str) -> None:
    assert not answers(kind, value)


def test_a_port_that_takes_nobody_just_now_is_taken_and_not_up() -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as server:
        port = server.getsockname()[1]
        waiting = [socket.socket() for _ in range(4)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(("127.0.0.1", port))
        assert (taken("port", str(port)), answers("port", str(port))) == (True, False)
        for one in waiting:
            one.close()
    assert not taken("port", str(port))


def test_what_answers_is_taken(site: int) -> None:
    assert taken("port", str(site))
    assert taken("url", f"http://127.0.0.1:{site}/health?x=1")
    assert not taken("url", f"http://127.0.0.1:{site}/other")
    assert not taken("line", "x")
