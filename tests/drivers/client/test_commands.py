"""Commands to a batch: built from its state, checked wherever its store is readable, carried out by an engine."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers import BatchNotFoundError, CommandRefusedError, Engine, EssayNotFoundError, RequestError
from drivers.client import commands
from drivers.client.bootstrap import SERVICES
from drivers.testing import VirtualEngine, open_virtual_engine, scripted

CLASS = {"anna": "A text.", "bo": "Another."}


@pytest.fixture
def engine() -> Iterator[VirtualEngine]:
    """An engine in virtual time, in which bo's essay fails in the second phase."""
    with open_virtual_engine({"nlp": scripted("nlp").fails("bo")}) as made:
        yield made


def test_what_makes_no_sense_is_found_from_the_store_alone(tmp_path: Path) -> None:
    """A program reports it before it starts an engine, which takes seconds on Ray."""
    with Engine.open(tmp_path / "a.db", runtime="local", services={"spellcheck": scripted("spellcheck")}) as engine:
        engine.submit("8b", CLASS, pipeline="spellcheck").until_ended()
    with Engine.reader(tmp_path / "a.db") as reader:
        batch = reader.batch("8b")
        for command in (commands.pause(batch), commands.retry(batch), commands.drop(batch, "nlp")):
            with pytest.raises(CommandRefusedError, match="Not done: batch '8b' has"):
                batch.check(command)
        batch.check(commands.extend(batch, "nlp"))
        with pytest.raises(RequestError, match="Did you mean nlp"):
            commands.extend(batch, "nlpp")


def test_a_command_that_was_built_before_is_carried_out_as_it_was_meant(engine: VirtualEngine) -> None:
    """A retry of the first pass is not one of the second: carried out twice, it takes effect once."""
    batch = engine.submit("8b", CLASS, pipeline="spellcheck,nlp")
    batch.until_ended()
    retry = commands.retry(batch, "nlp")
    assert batch.failed_essays("nlp") == ("bo",)
    batch.carry_out(retry).until_ended()
    events = len(list(batch.events()))
    batch.carry_out(retry).until_ended()
    assert len(list(batch.events())) == events


@pytest.mark.parametrize("unchecked", ["extend", "append"])
def test_new_phases_are_checked_as_those_of_a_new_batch(engine: VirtualEngine, unchecked: str) -> None:
    """An unknown setting would make every essay fail."""
    batch = engine.submit("8b", CLASS, pipeline="spellcheck")
    if unchecked == "append":
        with pytest.raises(RequestError, match="There is no phase"):
            batch.append("rubbish")
    batch.until_ended()
    with pytest.raises(RequestError, match="parsee: there is no such setting"):
        batch.extend("nlp", options={"nlp": {"parsee": True}})
    assert batch.has_ended


def test_a_hint_is_about_the_phases_that_a_command_adds(engine: VirtualEngine) -> None:
    """The order of earlier phases cannot be changed any more."""
    batch = engine.submit("8b", CLASS, pipeline="cj_assessment")
    batch.until_ended()
    further = commands.extend(batch, "ai_feedback,spellcheck")
    assert commands.hints(batch, further, SERVICES) == [
        "ai_feedback could use the results of spellcheck, which comes after it: put spellcheck first."
    ]
    assert commands.hints(batch, commands.cancel(batch), SERVICES) == []


def test_the_history_says_that_an_essay_was_forgotten_and_not_which(engine: VirtualEngine) -> None:
    """Forgetting an essay that does not exist is a mistake, and leaves no note."""
    batch = engine.submit("8b", CLASS, pipeline="spellcheck")
    batch.until_ended()
    with pytest.raises(EssayNotFoundError, match="no essay 'cia'"):
        batch.forget("cia")
    before = [event.text for event in batch.history()]
    batch.forget("anna")
    after = [event.text for event in batch.history()]
    assert "an operator said: forgot an essay" in after
    assert "an operator said: forgot an essay" not in before
    assert "anna" not in " ".join(after)
    batch.forget("bo")
    with pytest.raises(BatchNotFoundError):
        batch.summary  # noqa: B018
