"""The run's spans as OTLP in JSON lines, which OpenTelemetry's collector reads. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

import msgspec

from tmuxplan.report.documents import Json
from tmuxplan.report.sheet import Sheet
from tmuxplan.report.spans import Attributes, Span, Value, resource, spans
from tmuxplan.version import VERSION

BATCH = 1000
"""Spans in one line: readers take a line at a time."""

_CODES = {"unset": 0, "ok": 1, "error": 2}
_INTERNAL = 1


def render(sheet: Sheet) -> str:
    """`collect -f otel`."""
    found = spans(sheet.run)
    lines = []
    while batch := list(islice(found, BATCH)):
        lines.append(msgspec.json.encode(_request(resource(sheet.run), batch)).decode())
    return "".join(f"{line}\n" for line in lines)


def _request(who: Attributes, batch: Iterable[Span]) -> Json:
    scope = {"name": "tmuxplan", "version": VERSION}
    of_scope = {"scope": scope, "spans": [_span(span) for span in batch]}
    return {"resourceSpans": [{"resource": {"attributes": _pairs(who)}, "scopeSpans": [of_scope]}]}


def _span(span: Span) -> Json:
    return {
        "traceId": span.trace,
        "spanId": span.id,
        "parentSpanId": span.parent,
        "name": span.name,
        "kind": _INTERNAL,
        "startTimeUnixNano": str(span.start),
        "endTimeUnixNano": str(span.end),
        "attributes": _pairs(span.attributes),
        "events": [
            {"timeUnixNano": str(one.at), "name": one.name, "attributes": _pairs(one.attributes)}
            for one in span.happenings
        ],
        "status": {"code": _CODES[span.code], "message": span.said},
    }


def _pairs(attributes: Attributes) -> list[Json]:
    return [{"key": key, "value": _value(value)} for key, value in attributes.items()]


def _value(value: Value) -> Json:
    if isinstance(value, bool):
        return {"boolValue": value}
    # JSON's numbers end at 2 to the 53rd: OTLP writes whole ones as text.
    return {"intValue": str(value)} if isinstance(value, int) else {"stringValue": value}
