"""A batch as an OpenTelemetry trace, built from its event log."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from uuid import UUID

import pytest
from opentelemetry.trace import StatusCode
from typer import Typer
from typer.testing import CliRunner, Result

from actors.core.effects import correlation_id_of
from actors.runtime.activation import Blueprint
from actors.runtime.local import LocalRuntime
from actors.stores.memory import MemoryStore
from actors.stores.opening import open_store
from actors.stores.store import Store
from drivers.cli.traces import main, spans_of
from drivers.cli.typer_commands import add
from drivers.client.errors import RequestError
from drivers.client.trace_spans import Span, Trace, batch_traces
from drivers.testing import open_virtual_engine, scripted
from tests.runtime.pipelines import CJ, NLP, SPELLCHECK, essays, run
from tests.services import services


def _run(store: Store) -> LocalRuntime:
    runtime = LocalRuntime(Blueprint(services()), store)
    run(runtime, essays("a", "b fail:nlp", "c flaky:nlp"), SPELLCHECK, NLP, CJ, batch_id="8b")
    return runtime


@pytest.fixture(scope="module")
def trace() -> Trace:
    """The trace of a batch of three, one of which fails in the second phase."""
    store = MemoryStore()
    _run(store)
    [trace] = batch_traces(store.events("8b"))
    return trace


@pytest.fixture(scope="module")
def root(trace: Trace) -> Span:
    """The batch's span."""
    return trace.root


def test_a_batch_has_a_span_for_each_phase_and_a_phase_one_for_each_of_its_essays(root: Span) -> None:
    """Phases are in the pipeline's order, and a failed essay takes no part in later ones."""
    assert [phase.name for phase in root.children] == ["spellcheck", "nlp", "cj_assessment"]
    assert [len(phase.children) for phase in root.children] == [3, 3, 2]
    assert root.attributes == {
        "batch.id": "8b",
        "batch.status": "completed_with_failures",
        "batch.total": 3,
        "batch.successful": 2,
        "batch.failed": 1,
    }


def test_a_span_lies_within_the_one_above_it(root: Span) -> None:
    """Phases follow one another."""
    for phase in root.children:
        assert root.start <= phase.start <= phase.end <= root.end
        assert all(phase.start <= essay.start <= essay.end <= phase.end for essay in phase.children)
    first, second, third = root.children
    assert first.end <= second.start <= second.end <= third.start


def test_a_failed_essay_says_why_and_a_tried_one_how_often(root: Span) -> None:
    """The reason is OpenTelemetry's ``error.type``, and the message is the span's status."""
    spans = {str(span.attributes["essay.id"]): span for span in root.children[1].children}
    assert spans["essay-02"].attributes["error.type"] == "invalid_response"
    assert spans["essay-02"].failure == "This text asks to fail."
    assert spans["essay-03"].attributes["essay.retries"] == 2
    assert spans["essay-03"].failure is None


def test_without_essays_no_id_of_an_essay_leaves_the_machine() -> None:
    """An essay's id may be a student's name."""
    store = MemoryStore()
    _run(store)
    [(_, root)] = batch_traces(store.events("8b"), essays=False)
    assert [phase.children for phase in root.children] == [[], [], []]
    assert "essay-0" not in repr(root)


def test_a_batch_sent_twice_is_the_same_trace(trace: Trace) -> None:
    """All ids are derived, and the trace's id is the batch's correlation id."""
    once, twice = spans_of(trace, "8b"), spans_of(trace, "8b")
    ids = [span.context.span_id for span in once]
    assert ids == [span.context.span_id for span in twice]
    assert len(set(ids)) == trace.root.count() == 12
    assert {span.context.trace_id for span in once} == {correlation_id_of("8b").int}


def test_a_batch_goes_on_with_the_trace_of_who_asked_for_it_and_each_run_is_a_request() -> None:
    """Its id is the one that was given; a retry is a trace of its own, unless it was given the same id."""
    callers, others = UUID("0af7651916cd43dd8448eb211c80319c"), UUID("4bf92f3577b34da6a3ce929d0e0e4736")
    engine = open_virtual_engine({"nlp": scripted("nlp").fails("bo")})
    batch = engine.submit("8b", {"anna": "A.", "bo": "B."}, pipeline="spellcheck,nlp", correlation_id=callers)
    batch.result()
    for given in (others, callers):
        batch.retry(correlation_id=given).result()
    first, second = batch_traces(engine.store.events("8b"))
    assert [first.correlation_id, second.correlation_id] == [callers, others]
    assert [[phase.name for phase in each.root.children] for each in (first, second)] == [
        ["spellcheck", "nlp", "nlp"],
        ["nlp"],
    ]
    spans = [span for each in (first, second) for span in spans_of(each, "8b")]
    assert len({span.context.span_id for span in spans}) == len(spans)
    assert {span.context.trace_id for span in spans} == {callers.int, others.int}


def test_spans_are_sent_with_their_parents_times_and_failures(trace: Trace) -> None:
    """What the log tells is what a collector receives."""
    root, spans = trace.root, {span.name: span for span in spans_of(trace, "8b")}
    batch, phase, failed = spans["batch 8b"], spans["nlp"], spans["nlp essay-02"]
    assert batch.parent is None
    assert phase.parent is not None
    assert failed.parent is not None
    assert phase.parent.span_id == batch.context.span_id
    assert failed.parent.span_id == phase.context.span_id
    assert failed.status.status_code is StatusCode.ERROR
    assert phase.start_time == round(root.children[1].start.timestamp() * 1e9)


def test_a_batch_to_which_nothing_has_happened_has_no_trace() -> None:
    """This is an error, and nothing is sent."""
    with pytest.raises(RequestError, match="has no events"):
        batch_traces([])


@pytest.fixture
def collector() -> Iterator[tuple[str, list[bytes]]]:
    """A collector on loopback: its address, and what it has received."""
    received: list[bytes] = []

    class Collector(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            received.append(self.path.encode() + b"\n" + self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Keep the log quiet."""

    server = HTTPServer(("127.0.0.1", 0), Collector)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", received
    server.shutdown()
    server.server_close()


def _traces(*options: str) -> Result:
    pytest.importorskip("opentelemetry.exporter.otlp.proto.http", reason="needs the extra: pip install '.[trace]'")
    app = Typer()
    add(app, "traces", main)
    return CliRunner().invoke(app, ["8b", *options])


def test_the_program_sends_a_stored_batch_to_a_collector(tmp_path: Path, collector: tuple[str, list[bytes]]) -> None:
    """It sends OTLP's protocol buffers over HTTP."""
    from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

    _run(open_store(f"sqlite:///{tmp_path}/store.db")).shutdown()
    address, received = collector
    answer = _traces("--endpoint", address, "--out", str(tmp_path))
    assert answer.exit_code == 0, answer.output
    path, _, body = received[0].partition(b"\n")
    assert path == b"/v1/traces"
    spans = ExportTraceServiceRequest.FromString(body).resource_spans[0].scope_spans[0].spans
    assert len(spans) == 12
    assert {span.trace_id for span in spans} == {correlation_id_of("8b").bytes}


def test_a_collector_that_takes_nothing_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command does not claim that the trace was sent."""
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_TIMEOUT", "1")
    _run(open_store(f"sqlite:///{tmp_path}/store.db")).shutdown()
    answer = _traces("--endpoint", "http://127.0.0.1:9", "--out", str(tmp_path))
    assert answer.exit_code == 4
    assert "Max retries" not in answer.output
    assert "did not accept the trace" in " ".join(answer.output.split())
