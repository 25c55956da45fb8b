"""``python -m drivers.traces BATCH``: a batch as an OpenTelemetry trace, told from its event log.

The log has everything with its time, so nothing is traced while a batch runs, and nothing is missing after a crash.
All ids are derived: a batch that is sent twice is the same trace, and its trace id is the batch's correlation id.
"""

from collections.abc import Mapping
from contextlib import closing
from hashlib import blake2b
from typing import Annotated, Final

import typer
from opentelemetry.context import Context
from opentelemetry.sdk.resources import SERVICE_NAME, Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.id_generator import IdGenerator
from opentelemetry.trace import Status, StatusCode, set_span_in_context

from actors.core.effects import correlation_id_of
from drivers.command_line import program
from drivers.finding import reading, store_of
from drivers.mistakes import UserMistake
from drivers.options import BatchId, Out, Store
from drivers.trace_spans import Span, batch_span
from drivers.voice import Voice

Endpoint = Annotated[
    str | None,
    typer.Option(help="URL for OTLP over HTTP. [default: OTEL_EXPORTER_OTLP_ENDPOINT, else port 4318 of this machine]"),
]
Essays = Annotated[bool, typer.Option("--essays/--no-essays", help="A span for each essay, which has its id.")]
_NANOSECONDS: Final = 1_000_000_000
_BUNDLE: Final = 512
"""Spans in a request. A processor drops what does not fit into its queue, so that one is made for all of them."""


def main(
    batch_id: BatchId, endpoint: Endpoint = None, essays: Essays = True, store: Store = None, out: Out = None
) -> None:
    """Send a batch as a trace to an OpenTelemetry collector, Jaeger or Tempo (extra: trace).

    A span for the batch, one for each phase of each run, and one for each essay in it, from the phase's beginning until
    the essay was settled.
    """
    voice = Voice()
    with voice.clear_errors(), closing(reading(store_of(batch_id, store, out))) as opened:
        root = batch_span(opened.events(batch_id), essays=essays)
        send(root, batch_id, _processor(endpoint, root.count()))
        voice.say(f"Sent trace {correlation_id_of(batch_id).hex}: {root.count()} spans.")


def _processor(endpoint: str | None, spans: int) -> SpanProcessor:
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415
    except ImportError:
        raise UserMistake("Sending traces needs an extra: pip install '.[trace]'") from None
    exporter = OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces" if endpoint else None)
    return BatchSpanProcessor(exporter, max_queue_size=max(_BUNDLE, spans), max_export_batch_size=_BUNDLE)


class _DerivedIds(IdGenerator):
    """Ids told from the batch's id and the spans' keys."""

    def __init__(self, batch_id: str) -> None:
        self._batch_id = batch_id
        self.key = ""

    def generate_trace_id(self) -> int:
        return correlation_id_of(self._batch_id).int

    def generate_span_id(self) -> int:
        digest = blake2b(f"{self._batch_id}\n{self.key}".encode(), digest_size=8).digest()
        return int.from_bytes(digest) or 1  # nought is no id


def send(root: Span, batch_id: str, processor: SpanProcessor) -> None:
    """Hand a span, with all that is below it, to a processor, and wait until it is through."""
    ids = _DerivedIds(batch_id)
    resource = Resource.create({SERVICE_NAME: "essay-pipelines"})
    provider = TracerProvider(resource=resource, id_generator=ids, shutdown_on_exit=False)
    provider.add_span_processor(processor)
    _emit(root, provider, ids, Context())
    provider.shutdown()


def _emit(span: Span, provider: TracerProvider, ids: _DerivedIds, within: Context) -> None:
    ids.key = span.key
    attributes: Mapping[str, str | int] = span.attributes
    start = round(span.start.timestamp() * _NANOSECONDS)
    made = provider.get_tracer("drivers.traces").start_span(span.name, within, attributes=attributes, start_time=start)
    if span.failure is not None:
        made.set_status(Status(StatusCode.ERROR, span.failure))
    for child in span.children:
        _emit(child, provider, ids, set_span_in_context(made, within))
    made.end(round(span.end.timestamp() * _NANOSECONDS))


if __name__ == "__main__":
    program("traces", main)
