"""Spans: the same from the file and over the wire, to a receiver that speaks real OTLP."""

from __future__ import annotations

import base64
import gzip
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from e2e import ROOT, Site, plan, task
from google.protobuf.json_format import Parse
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

from tmuxplan.integrations.answering import address_of

PLAN = plan(
    task(1, "echo one\nsleep 0.05\necho two", title="Build"),
    task(2, 'echo "FAIL: about page"\nfalse\necho after', title="Test", impact="High"),
    task(3, "echo never", title="Ship", needs="TASK 002", impact="High"),
)


class Receiver(HTTPServer):
    """What an OTLP collector hears; `answer` is the status that it answers with."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Ear)
        self.answer = 200
        self.heard: list[ExportTraceServiceRequest] = []
        self.headers: list[dict[str, str]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    @property
    def spans(self) -> list[Span]:
        return [span for request in self.heard for span in spans_of(request)]


class _Ear(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers.get("Content-Encoding") == "gzip":
            raw = gzip.decompress(raw)
        if self.path == "/v1/traces" and self.server.answer == 200:
            self.server.heard.append(ExportTraceServiceRequest.FromString(raw))
            self.server.headers.append(dict(self.headers))
        self.send_response(self.server.answer if self.path == "/v1/traces" else 404)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Nothing: the test's output is not the place."""


def spans_of(request: ExportTraceServiceRequest) -> list[Span]:
    return [s for of in request.resource_spans for scope in of.scope_spans for s in scope.spans]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as one:
        thread = Thread(target=one.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield one
        one.shutdown()
        thread.join()


def from_file(text: str) -> list[Span]:
    """OTLP's JSON has ids in hex, protobuf's in base64."""

    def in_base64(found: re.Match[str]) -> str:
        return f'"{found[1]}":"{base64.b64encode(bytes.fromhex(found[2])).decode()}"'

    found = []
    for line in text.splitlines():
        proto = re.sub(r'"(traceId|spanId|parentSpanId)":"([0-9a-f]*)"', in_base64, line)
        found += spans_of(Parse(proto, ExportTraceServiceRequest()))
    return found


def values(span: Span | Any) -> dict[str, Any]:
    return {
        pair.key: getattr(pair.value, pair.value.WhichOneof("value")) for pair in span.attributes
    }


def test_spans_are_the_same_in_a_file_and_over_the_wire(site: Site, receiver: Receiver) -> None:
    site.go(PLAN, "--yes", code=1)
    assert site.run("collect", "-f", "otel", "-o", "spans.jsonl").code == 1
    written = from_file((site.folder / "spans.jsonl").read_text())
    site.env["OTEL_EXPORTER_OTLP_ENDPOINT"] = receiver.url
    site.env["OTEL_EXPORTER_OTLP_HEADERS"] = "x-team=shop"
    ran = site.run("collect", "-f", "otel", "--send")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == f"{len(written)} spans sent to {receiver.url}\n"
    sent = receiver.spans
    for span in sent:
        span.flags = 0  # only the wire has them
    assert sent == written
    assert receiver.headers[0]["x-team"] == "shop"
    who = values(receiver.heard[0].resource_spans[0].resource)
    assert (who["service.name"], "deployment.environment.name" in who) == ("tmuxplan", False)
    site.env["OTEL_RESOURCE_ATTRIBUTES"] = "deployment.environment.name=ci"
    assert site.run("collect", "-f", "otel", "--send").code == 1
    who = values(receiver.heard[-1].resource_spans[0].resource)
    assert (who["service.name"], who["deployment.environment.name"]) == ("tmuxplan", "ci")
    again = [span.span_id for span in receiver.spans[len(sent) :]]
    assert again == [span.span_id for span in sent]


def test_a_span_for_the_run_each_task_attempt_and_step(site: Site) -> None:
    report = site.go(PLAN, "--yes", "--retries", "1", "--retry-delay", "0", code=1)
    text = site.run("collect", "-f", "otel").out
    spans = from_file(text)
    assert len({span.span_id for span in spans}) == len(spans)
    assert {len(span.trace_id) for span in spans} == {16}
    assert len({span.trace_id for span in spans}) == 1
    by_id = {span.span_id: span for span in spans}
    roots = [span for span in spans if not span.parent_span_id]
    assert [span.name for span in roots] == ["Made for a test"]
    for span in spans:
        assert span.start_time_unix_nano <= span.end_time_unix_nano
        if span.parent_span_id:
            parent = by_id[span.parent_span_id]
            assert parent.start_time_unix_nano <= span.start_time_unix_nano
            assert span.end_time_unix_nano <= parent.end_time_unix_nano
    expected = 1 + sum(
        1 + len(one["attempts"]) + sum(len(attempt["steps"]) for attempt in one["attempts"])
        for one in report["tasks"]
    )
    assert len(spans) == expected
    codes = {span.name: span.status.code for span in spans}
    assert codes["Made for a test"] == Status.STATUS_CODE_ERROR
    assert codes["T001 Build"] == codes["echo two"] == Status.STATUS_CODE_OK
    assert codes["T002 attempt 1"] == codes["false"] == Status.STATUS_CODE_ERROR
    assert codes["T003 Ship"] == Status.STATUS_CODE_ERROR
    false = next(span for span in spans if span.name == "false")
    assert values(false)["process.exit.code"] == 1
    assert (
        values(false)["code.line.number"] == report["tasks"][1]["attempts"][0]["steps"][1]["line"]
    )
    assert [event.name for event in false.events] == ["evidence"]
    assert values(false.events[0])["tmuxplan.evidence.text"] == "exit status 1: false"
    ship = next(span for span in spans if span.name == "T003 Ship")
    assert values(ship)["tmuxplan.task.blocked_by"] == "T002"
    assert values(ship)["tmuxplan.task.started"] is False
    assert values(roots[0])["tmuxplan.run.verdict"] == "NO GO"


def test_what_goes_wrong_is_said(site: Site, receiver: Receiver) -> None:
    site.go(plan(task(1, "true")), "--yes", code=0)
    said = site.run("collect", "-f", "otel", "--send")
    assert said.code == 2
    assert "set OTEL_EXPORTER_OTLP_ENDPOINT" in said.err
    site.env["OTEL_EXPORTER_OTLP_ENDPOINT"] = receiver.url
    receiver.answer = 400
    said = site.run("collect", "-f", "otel", "--send")
    assert (said.code, said.out) == (3, "")
    assert "the spans were not taken" in said.err
    assert "400" in said.err
    receiver.answer = 200
    for more, words in (
        (["--send"], "use it with -f otel"),
        (["-f", "otel", "--send", "-o", "x"], "without -o"),
    ):
        said = site.run("collect", *more)
        assert said.code == 2
        assert words in said.err
    said = site.run(
        "collect", "-f", "otel", "--send", env={"OTEL_EXPORTER_OTLP_PROTOCOL": "pigeon"}
    )
    assert said.code == 2
    assert "http/protobuf, grpc" in said.err
    assert receiver.heard == []


DEAD = "http://127.0.0.1:1"


def test_where_nobody_answers_nothing_is_tried_again_and_again(site: Site) -> None:
    """The exporter would, for ten seconds, and not say why."""
    site.go(plan(task(1, "true")), "--yes", code=0)
    env = {"OTEL_EXPORTER_OTLP_ENDPOINT": DEAD, "no_proxy": "*"}
    said = site.run("collect", "-f", "otel", "--send", env=env)
    assert (said.code, said.out) == (3, "")
    assert said.err == (
        f"tmuxplan: {DEAD}: nobody answers at 127.0.0.1:1: Connection refused; is the collector up,"
        " and OTEL_EXPORTER_OTLP_ENDPOINT right? or write the spans to a file: -o FILE\n"
    )


def test_a_proxy_is_asked_in_its_place(site: Site, receiver: Receiver) -> None:
    site.go(plan(task(1, "true")), "--yes", code=0)
    env = {
        "OTEL_EXPORTER_OTLP_ENDPOINT": DEAD,
        "http_proxy": receiver.url,
        "no_proxy": "",
        "NO_PROXY": "",
    }
    said = site.run("collect", "-f", "otel", "--send", env=env)
    assert said.code == 3
    assert "404" in said.err  # what our receiver says where it is asked as a proxy


@pytest.mark.parametrize(
    ("endpoint", "address"),
    [
        ("http://collector:4318/v1/traces", ("collector", 4318)),
        ("http://collector", ("collector", 80)),
        ("https://collector/x", ("collector", 443)),
        ("collector:4317", ("collector", 4317)),
        ("http://[::1]:4318", ("::1", 4318)),
        ("http://collector:many", None),
        ("unix:///run/otel.sock", None),
        ("", None),
    ],
)
def test_the_address_of_an_endpoint(endpoint: str, address: tuple[str, int] | None) -> None:
    assert address_of(endpoint) == address


def test_a_run_that_goes_on_is_not_sent(site: Site, receiver: Receiver) -> None:
    site.write(plan(task(1, "until test -e go; do sleep 0.02; done")))
    assert site.launch("plan.md", "--yes").code == 0
    site.env["OTEL_EXPORTER_OTLP_ENDPOINT"] = receiver.url
    said = site.run("collect", "-f", "otel", "--send")
    assert said.code == 2
    assert "send them when it has ended" in said.err
    assert from_file(site.run("collect", "-f", "otel").out)
    assert receiver.heard == []


def test_without_the_extra_a_file_is_written_and_sending_says_what_to_install(
    site: Site, tmp_path: Path
) -> None:
    site.go(plan(task(1, "true")), "--yes", code=0)
    (tmp_path / "opentelemetry").mkdir()
    (tmp_path / "opentelemetry" / "__init__.py").write_text("")
    env = {**site.env, "PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}"}
    env["OTEL_EXPORTER_OTLP_ENDPOINT"] = "http://127.0.0.1:1"

    def collect(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "tmuxplan", "collect", "-f", "otel", *words]
        return subprocess.run(
            command, cwd=site.folder, env=env, capture_output=True, text=True, check=False
        )

    written = collect()
    assert (written.returncode, written.stderr) == (0, "")
    assert json.loads(written.stdout)["resourceSpans"]
    sent = collect("--send")
    assert sent.returncode == 2
    assert "pip install 'tmuxplan[otel]'" in sent.stderr
