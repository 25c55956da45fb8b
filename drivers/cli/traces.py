"""``essays traces BATCH``: sends a batch as an OpenTelemetry trace, made from its event log.

The log has the time of every event, so nothing is traced while a batch runs, and nothing is missing after a crash.
A trace's id is the correlation id of the request, given with the registration or with a further run. If the caller
gave the id of its own trace (32 hexadecimal digits are a UUID), the spans join that trace. Span ids are derived from
the events, so that sending a trace twice gives the same trace.
"""

import logging
from collections.abc import Mapping, Sequence
from hashlib import blake2b
from typing import Annotated, Final
from uuid import UUID

from opentelemetry.context import Context
from opentelemetry.sdk.resources import SERVICE_NAME, Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.sdk.trace.id_generator import IdGenerator
from opentelemetry.trace import Status, StatusCode, set_span_in_context
from pydantic import Field

from drivers.cli.command_line import program
from drivers.cli.console import Console
from drivers.cli.options import BatchSettings
from drivers.client.engine import Engine
from drivers.client.errors import RequestError, ServiceUnavailableError
from drivers.client.trace_spans import Span, Trace, batch_traces

_NANOSECONDS: Final = 1_000_000_000
_BUNDLE: Final = 512
"""How many spans are sent in one request."""


class TracesSettings(BatchSettings):
    """Where to send the trace, and with which spans."""

    endpoint: Annotated[
        str | None,
        Field(
            description="URL for OTLP over HTTP. (default: OTEL_EXPORTER_OTLP_ENDPOINT, else port 4318 of this machine)"
        ),
    ] = None
    essays: Annotated[bool, Field(description="Add a span for each essay, named by the essay's id.")] = True


def main(settings: TracesSettings, console: Console) -> None:
    """Send a batch as a trace to an OpenTelemetry collector, Jaeger or Tempo (extra: trace).

    The trace has a span for the batch, one for each phase, and one for each essay in it, from the beginning of the
    phase until the essay succeeded or failed. A retry or a further pipeline is a trace of its own.

    Example: essays traces 8b --endpoint http://127.0.0.1:4318
    """
    with Engine.reader(settings.place.url) as reader:
        traces = batch_traces(reader.store.events(settings.batch_id), essays=settings.essays)
    send([span for trace in traces for span in spans_of(trace, settings.batch_id)], _exporter(settings.endpoint))
    for trace in traces:
        console.print(f"Sent trace {trace.correlation_id.hex}: {trace.root.count()} spans.")
    ids, spans = [trace.correlation_id.hex for trace in traces], sum(trace.root.count() for trace in traces)
    console.answer({"trace_id": ids[0], "trace_ids": ids, "spans": spans})


def _exporter(endpoint: str | None) -> SpanExporter:
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415
    except ImportError:
        raise RequestError("Sending traces needs an extra: pip install 'essay-pipelines[trace]'") from None
    return OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces" if endpoint else None)


def send(spans: Sequence[ReadableSpan], exporter: SpanExporter) -> None:
    """Send spans in bundles.

    Raises:
        ServiceUnavailableError: the collector did not accept them.
    """
    logging.getLogger("opentelemetry").setLevel(logging.CRITICAL)  # we report errors ourselves, once
    for begin in range(0, len(spans), _BUNDLE):
        if exporter.export(spans[begin : begin + _BUNDLE]) is not SpanExportResult.SUCCESS:
            raise ServiceUnavailableError(
                "The collector did not accept the trace: give the URL of a running one with --endpoint."
            )
    exporter.shutdown()


class _DerivedIds(IdGenerator):
    """Ids derived from the request's id, the batch's name and the spans' keys."""

    def __init__(self, correlation_id: UUID, batch_id: str) -> None:
        self._correlation_id = correlation_id
        self._batch_id = batch_id
        self.key = ""

    def generate_trace_id(self) -> int:
        return self._correlation_id.int

    def generate_span_id(self) -> int:
        digest = blake2b(f"{self._batch_id}\n{self.key}".encode(), digest_size=8).digest()
        return int.from_bytes(digest) or 1  # 0 is not a valid id


def spans_of(trace: Trace, batch_id: str) -> Sequence[ReadableSpan]:
    """A trace's spans, as OpenTelemetry has them."""
    ids, kept = _DerivedIds(trace.correlation_id, batch_id), InMemorySpanExporter()
    resource = Resource.create({SERVICE_NAME: "essay-pipelines"})
    provider = TracerProvider(resource=resource, id_generator=ids, shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(kept))
    _emit(trace.root, provider, ids, Context())
    return kept.get_finished_spans()


def _emit(span: Span, provider: TracerProvider, ids: _DerivedIds, within: Context) -> None:
    ids.key = span.key
    attributes: Mapping[str, str | int] = span.attributes
    start = round(span.start.timestamp() * _NANOSECONDS)
    made = provider.get_tracer("drivers.cli.traces").start_span(
        span.name, within, attributes=attributes, start_time=start
    )
    if span.failure is not None:
        made.set_status(Status(StatusCode.ERROR, span.failure))
    for child in span.children:
        _emit(child, provider, ids, set_span_in_context(made, within))
    made.end(round(span.end.timestamp() * _NANOSECONDS))


if __name__ == "__main__":
    program("traces", main)
