"""Sending a run's spans to an OpenTelemetry collector: an extra, by its own exporter.

The exporter reads the usual variables: OTEL_EXPORTER_OTLP_ENDPOINT, _HEADERS, _CERTIFICATE,
_TIMEOUT, _COMPRESSION, _PROTOCOL, and those for traces alone.
"""

from __future__ import annotations

import importlib
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any

from opentelemetry.sdk.resources import OTELResourceDetector, Resource
from opentelemetry.sdk.trace import Event, ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult
from opentelemetry.sdk.util.instrumentation import InstrumentationScope
from opentelemetry.trace import SpanContext, Status, StatusCode, TraceFlags

from tmuxplan.errors import JournalError, UsageError
from tmuxplan.integrations.answering import refuse_silent
from tmuxplan.report.facts import RunFacts
from tmuxplan.report.spans import Span, resource, spans
from tmuxplan.version import VERSION

BATCH = 512
_ENDPOINTS = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
_EXPORTERS = {
    "http/protobuf": "opentelemetry.exporter.otlp.proto.http.trace_exporter",
    "grpc": "opentelemetry.exporter.otlp.proto.grpc.trace_exporter",
}
_PACKAGES = {
    "http/protobuf": "'tmuxplan[otel]'",
    "grpc": "'tmuxplan[otel]' opentelemetry-exporter-otlp-proto-grpc",
}


def send(run: RunFacts) -> tuple[int, str]:
    """How many spans were sent, and where to.

    UsageError: nobody says where to, or it is not installed. JournalError: it was not taken.
    """
    setting = next((name for name in _ENDPOINTS if os.environ.get(name)), "")
    if not setting:
        raise UsageError(
            "nobody says where spans go",
            "set OTEL_EXPORTER_OTLP_ENDPOINT, as http://localhost:4318, or write them: -o FILE",
        )
    endpoint, exporter = os.environ[setting], _exporter()
    refuse_silent(endpoint, setting)
    count, found = 0, spans(run)
    try:
        with _heard() as said:
            while batch := list(islice(found, BATCH)):
                _export(exporter, run, batch, endpoint, said)
                count += len(batch)
    finally:
        exporter.shutdown()
    return count, endpoint


def _exporter() -> SpanExporter:
    protocol = (
        os.environ.get("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL")
        or os.environ.get("OTEL_EXPORTER_OTLP_PROTOCOL")
        or "http/protobuf"
    )
    if protocol not in _EXPORTERS:
        raise UsageError(
            f"OTEL_EXPORTER_OTLP_PROTOCOL {protocol!r} is not supported",
            f"there are {', '.join(_EXPORTERS)}",
        )
    try:
        module: Any = importlib.import_module(_EXPORTERS[protocol])
    except ModuleNotFoundError as error:
        raise UsageError(
            f"OpenTelemetry's exporter is not installed: {error.name} is missing",
            f"pip install {_PACKAGES[protocol]}",
        ) from None
    exporter: SpanExporter = module.OTLPSpanExporter()
    return exporter


def _export(
    exporter: SpanExporter, run: RunFacts, batch: list[Span], endpoint: str, said: list[str]
) -> None:
    done = exporter.export([_readable(run, span) for span in batch])
    if done is not SpanExportResult.SUCCESS:
        why = f": {said[-1]}" if said else ""
        raise JournalError(
            f"the spans were not taken{why}", "is that an OTLP endpoint, and is it up?", endpoint
        )


@contextmanager
def _heard() -> Iterator[list[str]]:
    """What the exporter has to say: it logs why, and returns only that it failed."""
    found: list[str] = []

    class Ear(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            found.append(" ".join(record.getMessage().split())[:300])

    logger, ear = logging.getLogger("opentelemetry"), Ear()
    propagates = logger.propagate
    logger.addHandler(ear)
    logger.propagate = False
    try:
        yield found
    finally:
        logger.propagate = propagates
        logger.removeHandler(ear)


def _readable(run: RunFacts, span: Span) -> ReadableSpan:
    """As the exporter wants it: a span with identifiers of ours."""

    def context(span_id: str) -> SpanContext:
        flags = TraceFlags(TraceFlags.SAMPLED)
        return SpanContext(int(span.trace, 16), int(span_id, 16), False, flags)

    return ReadableSpan(
        name=span.name,
        context=context(span.id),
        parent=context(span.parent) if span.parent else None,
        # What people say of themselves (OTEL_SERVICE_NAME, OTEL_RESOURCE_ATTRIBUTES) is stronger.
        resource=Resource(dict(resource(run))).merge(OTELResourceDetector().detect()),
        attributes=dict(span.attributes),
        events=[Event(one.name, dict(one.attributes), one.at) for one in span.happenings],
        status=Status(StatusCode[span.code.upper()], span.said or None),
        start_time=span.start,
        end_time=span.end,
        instrumentation_scope=InstrumentationScope("tmuxplan", VERSION),
    )
