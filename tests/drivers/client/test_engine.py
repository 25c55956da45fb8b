"""The public API: an engine over a store, batches controlled by a program, and a reader from anywhere."""

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from contracts.phases import BatchStatus, EssayStatus
from drivers import (
    BatchExistsError,
    BatchNotFoundError,
    BatchPausedError,
    BatchTimeoutError,
    CommandRefusedError,
    Engine,
    EssayNotFoundError,
    EssayPipelinesError,
    RequestError,
    SpellcheckResultDataV1,
    StoreError,
    StoreInUseError,
)
from drivers.testing import ProcessKilled, ScriptedService, VirtualEngine, open_virtual_engine, scripted

CLASS = {"anna": "A text.", "bo": "Another.", "cia": "A third one."}


class Held(ScriptedService):
    """A service that waits for its gate to open."""

    def __init__(self, phase: str) -> None:
        super().__init__(phase)
        self.gate = threading.Event()
        self.takes_time_from(lambda _: (self.gate.wait(30.0), None)[1])
        self.slow(*CLASS)


@pytest.fixture
def held() -> Iterator[Held]:
    """A service whose gate opens, at the latest, at the end of the test."""
    service = Held("spellcheck")
    yield service
    service.gate.set()


@pytest.fixture
def engine() -> Iterator[VirtualEngine]:
    """An engine in virtual time."""
    with open_virtual_engine() as made:
        yield made


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A file that does not exist yet."""
    return tmp_path / "school.db"


def opened(store: Path, *services: ScriptedService) -> Engine:
    """A local engine in real time, with these services."""
    return Engine.open(store, runtime="local", services={each.phase: each for each in services})


def test_a_local_engine_works_while_its_program_does_other_things(store: Path) -> None:
    """It needs no call to wait for it."""
    with opened(store, ScriptedService("nlp")) as engine:
        batch = engine.submit("8b", CLASS, pipeline="nlp")
        ended = threading.Event()
        threading.Thread(target=lambda: ended.set() if batch.result() else None, daemon=True).start()
        assert ended.wait(30.0)


def test_a_time_out_raises_and_leaves_the_batch_running(store: Path, held: Held) -> None:
    """The batch can be waited for again."""
    with opened(store, held) as engine:
        batch = engine.submit("8b", CLASS, pipeline="spellcheck")
        with pytest.raises(BatchTimeoutError, match="goes on"):
            batch.result(timeout=0.1)
        with pytest.raises(TimeoutError):
            batch.result(timeout=0.1)
        assert not batch.has_ended
        held.gate.set()
        assert batch.result(timeout=30).status is BatchStatus.COMPLETED_SUCCESSFULLY


def test_a_batch_that_is_submitted_is_stored_whatever_becomes_of_its_program(store: Path, held: Held) -> None:
    """Another program finds it, and continues it."""
    with opened(store, held) as engine:
        engine.submit("8b", CLASS, pipeline="spellcheck")
        held.gate.set()
    with opened(store, ScriptedService("spellcheck")) as engine:
        batches = engine.resume() or engine.batches()
        assert batches[0].result(timeout=30).status is BatchStatus.COMPLETED_SUCCESSFULLY


def test_results_are_typed_and_name_what_failed() -> None:
    """By essay and by phase, with the essay's current text."""
    engine = open_virtual_engine(services={"nlp": scripted("nlp").fails("bo", message="No verbs.")})
    result = engine.submit("8b", CLASS, pipeline=["spellcheck", "nlp"], assignment="Write.").result()
    assert [(phase.phase_name, phase.failed_essay_ids) for phase in result.phases] == [
        ("spellcheck", ()),
        ("nlp", ("bo",)),
    ]
    assert [(essay.essay_id, essay.failure and essay.failure.message) for essay in result.failed] == [
        ("bo", "No verbs.")
    ]
    anna = result.essay("anna")
    assert (anna.original_text, anna.text) == ("A text.", "A text. +spellcheck +nlp")
    assert anna.result(SpellcheckResultDataV1) is anna.results["spellcheck"]
    assert result.assignment == "Write."
    with pytest.raises(EssayNotFoundError, match="'dan'"):
        result.essay("dan")
    with pytest.raises(LookupError, match="SpellcheckResultDataV1"):
        open_virtual_engine().submit("x", CLASS, pipeline="nlp").result().essays[0].result(SpellcheckResultDataV1)


def test_essays_are_given_as_paths_as_texts_or_as_what_was_read_before(engine: VirtualEngine, tmp_path: Path) -> None:
    """A text that cannot be read is a failed essay, however it was given."""
    from drivers import read_essays

    (tmp_path / "anna.txt").write_text("A text.")
    (tmp_path / "bo.txt").write_text("")
    given: list[Any] = [tmp_path, str(tmp_path), [tmp_path / "anna.txt", tmp_path / "bo.txt"], read_essays([tmp_path])]
    for number, essays in enumerate(given):
        result = engine.submit(f"batch-{number}", essays, pipeline="nlp").result()
        assert [(essay.essay_id, essay.failure is None) for essay in result.essays] == [("anna", True), ("bo", False)]
    texts = engine.submit("texts", {"anna": "A text.", "bo": " \n"}, pipeline="nlp").result()
    assert texts.essay("bo").status is EssayStatus.CONTENT_INGESTION_FAILED


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"pipeline": "nlp,spelling"}, "no phase 'spelling'"),
        ({"pipeline": ["nlp", "nlp"]}, "must not repeat"),
        ({"pipeline": ""}, "at least one phase"),
        ({"language": "Swedish"}, "language"),
        ({"options": {"spellcheck": {"speed": 3}}}, "no such setting"),
        ({"essays": {}}, "no essays"),
        ({"essays": {"../anna": "A text."}}, "'../anna' cannot be the name of an essay"),
        ({"essays": "no/such/folder"}, "no/such/folder"),
        ({"batch_id": "8 b"}, "'8 b' cannot be the name of a batch"),
    ],
)
def test_a_mistake_in_a_request_is_named_and_nothing_is_stored(
    engine: VirtualEngine, wrong: dict[str, object], said: str
) -> None:
    """The error's class is the same for all, and its words do not speak of the command line."""
    request: dict[str, object] = {"batch_id": "8b", "essays": CLASS, "pipeline": "spellcheck", **wrong}
    with pytest.raises(RequestError, match=said) as caught:
        engine.submit(request.pop("batch_id"), request.pop("essays"), **request)  # type: ignore[call-overload]
    assert "--" not in str(caught.value)
    assert list(engine.batches()) == []


def test_the_same_batch_again_is_the_same_batch_and_another_of_its_name_is_refused(engine: VirtualEngine) -> None:
    """The correlation id may differ."""
    first = engine.submit("8b", CLASS, pipeline="nlp", correlation_id=uuid4()).result()
    assert engine.submit("8b", CLASS, pipeline="nlp", correlation_id=uuid4()).result() == first
    with pytest.raises(BatchExistsError, match="another name"):
        engine.submit("8b", CLASS, pipeline="spellcheck")


def test_what_failed_is_tried_again_and_a_finished_batch_is_extended() -> None:
    """A command has taken effect when it returns, and one can wait for its result in the same line."""
    nlp = scripted("nlp").flaky("bo", failures=3)
    engine = open_virtual_engine(services={"nlp": nlp})
    batch = engine.submit("8b", CLASS, pipeline="spellcheck,nlp")
    assert [essay.essay_id for essay in batch.result().failed] == ["bo"]
    assert batch.failed_essays("nlp") == ("bo",)
    assert batch.retry(phase="nlp").result().failed == ()
    assert nlp.calls["anna"] == 1
    assert batch.extend("cj_assessment").result().pass_number == 2
    assert batch.pipeline == ("spellcheck", "nlp", "cj_assessment")


def test_commands_that_make_no_sense_are_refused(engine: VirtualEngine) -> None:
    """Each error says why."""
    batch = engine.submit("8b", CLASS, pipeline="nlp")
    batch.result()
    for command in (batch.pause, batch.cancel, lambda: batch.append("spellcheck"), lambda: batch.drop("nlp")):
        with pytest.raises(CommandRefusedError, match="has ended"):
            command()
    with pytest.raises(CommandRefusedError, match="no essay that failed"):
        batch.retry()
    with pytest.raises(BatchNotFoundError, match="'8c'"):
        engine.batch("8c")


def test_a_running_batch_is_steered(engine: VirtualEngine) -> None:
    """In virtual time, nothing happens between two statements."""
    batch = engine.submit("8b", CLASS, pipeline="spellcheck,nlp").pause()
    assert batch.is_paused
    with pytest.raises(BatchPausedError, match="resume it"):
        batch.result()
    with pytest.raises(BatchPausedError):
        engine.submit("8b", CLASS, pipeline="spellcheck,nlp")
    batch.append("ai_feedback").drop("nlp").resume()
    assert [phase.phase_name for phase in batch.result().phases] == ["spellcheck", "ai_feedback"]
    cancelled = engine.submit("8c", CLASS, pipeline="spellcheck").cancel().result()
    assert cancelled.status is BatchStatus.CANCELLED


def test_an_essay_tells_its_history(engine: VirtualEngine) -> None:
    """The history is sentences from the log, about this essay only."""
    batch = engine.submit("8b", CLASS, pipeline="nlp")
    batch.result()
    texts = [event.text for event in batch.essay("anna").history()]
    assert any("nlp done" in text for text in texts)
    assert not any("bo" in str(event.data.get("essay_id", "")) for event in batch.essay("anna").history())
    assert batch.essay("anna").status is EssayStatus.ALL_PROCESSING_COMPLETED
    with pytest.raises(EssayNotFoundError):
        batch.essay("dan")


def test_a_forgotten_batch_is_gone_and_its_name_is_free(engine: VirtualEngine) -> None:
    """A single essay can be forgotten, too."""
    batch = engine.submit("8b", CLASS, pipeline="nlp")
    batch.result()
    batch.forget("anna")
    assert [essay.essay_id for essay in batch.essays] == ["bo", "cia"]
    batch.forget()
    with pytest.raises(BatchNotFoundError):
        batch.status  # noqa: B018
    assert engine.submit("8b", {"dan": "New."}, pipeline="nlp").result().status is BatchStatus.COMPLETED_SUCCESSFULLY


def test_two_batches_run_at_once_and_are_waited_for_under_asyncio(store: Path) -> None:
    """Neither blocks the loop or the other."""

    async def both(engine: Engine) -> list[BatchStatus]:
        batches = [engine.submit(name, CLASS, pipeline="nlp") for name in ("8a", "8b")]
        return [result.status for result in await asyncio.gather(*(batch.wait(timeout=30) for batch in batches))]

    with opened(store, ScriptedService("nlp")) as engine:
        assert asyncio.run(both(engine)) == [BatchStatus.COMPLETED_SUCCESSFULLY] * 2


def test_waiting_under_asyncio_can_be_given_up(store: Path, held: Held) -> None:
    """By a time-out of asyncio, or by the engine's own."""

    async def impatient(engine: Engine) -> None:
        batch = engine.submit("8b", CLASS, pipeline="spellcheck")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(batch.wait(), 0.2)
        with pytest.raises(BatchTimeoutError):
            await batch.wait(timeout=0.1)

    with opened(store, held) as engine:
        asyncio.run(impatient(engine))
        held.gate.set()


def test_a_reader_sees_a_batch_from_another_program_and_changes_nothing(store: Path, held: Held) -> None:
    """It sees it while it runs and afterwards. Reading adds nothing to the store, which refuses to write."""
    with opened(store, held) as engine:
        batch = engine.submit("8b", CLASS, pipeline="spellcheck")
        with Engine.reader(store) as reader:
            seen = reader.batch("8b")
            assert seen.status is BatchStatus.PROCESSING_PIPELINES
            held.gate.set()
            assert seen.result(timeout=30) == batch.result()
            known = [*batch.events()]
            assert [line.batch_id for line in reader.summaries()] == ["8b"]
            with pytest.raises(BatchNotFoundError):
                reader.batch("8c")
            for write in (reader.store.claim, reader.store.forget):
                with pytest.raises(StoreError, match="read only"):
                    write("8b")
            assert len([*seen.history()]) == len([*reader.events()]) == len(known)
            assert [*batch.events()] == known


def test_a_store_that_another_engine_has_open_is_said_to_be_in_use(store: Path) -> None:
    """The error is of the project's own family."""
    with opened(store), pytest.raises(StoreInUseError) as caught:
        opened(store)
    assert isinstance(caught.value, EssayPipelinesError)


@pytest.mark.parametrize("name", ["a?b.db", "a#b.db", "50%.db", "å ä ö.db"])
def test_a_path_is_a_path_whatever_is_in_it(tmp_path: Path, name: str) -> None:
    """No character of it is read as part of a URL, so two batches never share a file by mistake."""
    with opened(tmp_path / name, ScriptedService("nlp")) as engine:
        engine.submit("8b", CLASS, pipeline="nlp").result(timeout=30)
    assert (tmp_path / name).is_file()
    with Engine.reader(str(tmp_path / name)) as reader:
        assert reader.batch("8b").has_ended


def test_a_batch_is_exported_in_the_forms_that_are_wanted(engine: VirtualEngine, tmp_path: Path) -> None:
    """An unknown format is named, and nothing is written."""
    batch = engine.submit("8b", CLASS, pipeline="nlp")
    batch.result()
    written = batch.export(tmp_path / "out", students={"anna": "Anna Berg"})
    assert {path.name for path in written} == {"results.json", "results.csv", "texts", "report.html"}
    assert "Anna Berg" in (tmp_path / "out" / "results.csv").read_text(encoding="utf-8-sig")
    with pytest.raises(RequestError, match="no format docx"):
        batch.export(tmp_path / "other", ["docx"])
    assert not (tmp_path / "other").exists()


def test_a_batch_that_a_dead_program_left_goes_on_when_it_is_waited_for_or_followed() -> None:
    """No other program works on it, so merely waiting would take for ever."""
    for wait in (lambda batch: batch.result(), lambda batch: list(batch.events(follow=True))):
        engine = open_virtual_engine(services={"nlp": scripted("nlp").poison("bo")})
        with pytest.raises(ProcessKilled):
            engine.submit("8b", CLASS, pipeline="nlp").result()
        batch = engine.restart().batch("8b")
        assert not batch.has_ended
        wait(batch)
        assert batch.status is BatchStatus.COMPLETED_SUCCESSFULLY


def test_a_command_that_comes_too_late_is_refused_and_not_waited_for(
    engine: VirtualEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A batch may end between the check whether a command makes sense and the command itself."""
    batch = engine.submit("8b", CLASS, pipeline="nlp")
    batch.result()
    monkeypatch.setattr(batch, "check", lambda _: None)
    for command in (batch.pause, batch.cancel, lambda: batch.append("spellcheck")):
        with pytest.raises(CommandRefusedError, match="has ended"):
            command()
