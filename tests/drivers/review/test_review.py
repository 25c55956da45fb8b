"""A teacher's review of corrections and feedback: what it changes, and that it is kept, undone and erased."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from actors.stores import open_store
from actors.stores.memory import MemoryStore
from contracts.phases import PhaseName
from contracts.results.ai_feedback import AIFeedbackResultDataV1
from contracts.results.spellcheck import SpellcheckResultDataV1
from drivers import Engine, EssayNotFoundError, RequestError
from drivers.client.batch import Batch
from drivers.review.kept import decisions_in
from drivers.testing import open_virtual_engine
from tests.drivers.report.pages import page
from tests.drivers.review.classes import BATCH, at, reviewed_class


@pytest.fixture
def batch() -> Batch:
    """A class that is ready for review."""
    return reviewed_class()


def corrections(batch: Batch, essay_id: str) -> list[tuple[str, bool]]:
    """The corrections in an essay's results, and whether they are applied."""
    result = batch.result().essay(essay_id).result(SpellcheckResultDataV1)
    return [(each.original, each.applied) for each in result.corrections]


def test_a_rejected_correction_is_not_made(batch: Batch) -> None:
    """It is neither in the results nor in the text."""
    batch.review().reject("anna", at("anna", "frend"))
    assert corrections(batch, "anna") == [("Hogwarts", True)]
    assert batch.essay("anna").text == "I have a frend at Hogs warts."


def test_an_accepted_suggestion_is_made(batch: Batch) -> None:
    """Like a correction that the phase was sure of."""
    batch.review().accept("bo", at("bo", "there"))
    assert ("there", True) in corrections(batch, "bo")
    assert "is their school" in (batch.essay("bo").text or "")


def test_a_rejected_word_is_right_in_the_whole_class(batch: Batch) -> None:
    """It is on the word list, and not corrected in other essays unless it is accepted there."""
    review = batch.review()
    review.reject("anna", at("anna", "Hogwarts"))
    assert review.word_list == ["Hogwarts"]
    assert corrections(batch, "bo") == [("there", False), ("frend", True)]
    assert [each.by_word_list for each in review.essay("bo").corrections] == [True, False, False]
    review.accept("bo", 0)
    assert ("Hogwarts", True) in corrections(batch, "bo")


def test_of_a_real_word_only_the_place_is_decided(batch: Batch) -> None:
    """*There* may be right here and wrong in the next essay."""
    batch.review().reject("bo", at("bo", "there"))
    assert batch.review().word_list == []
    assert "there" not in dict(corrections(batch, "bo"))


def test_every_decision_can_be_undone(batch: Batch) -> None:
    """The store keeps what the phases found."""
    review, before = batch.review(), batch.result()
    review.reject("anna", at("anna", "Hogwarts"))
    review.accept("bo", at("bo", "there"))
    review.write_feedback("anna", "Well done!")
    assert batch.result() != before
    review.undo("anna", at("anna", "Hogwarts"))
    review.undo("bo", at("bo", "there"))
    review.undo_feedback("anna")
    assert (batch.result(), review.word_list) == (before, [])


def test_edited_feedback_goes_to_the_student(batch: Batch) -> None:
    """It replaces the phase's feedback for this student only."""
    batch.review().write_feedback("anna", "Well done!")
    texts = [batch.result().essay(name).result(AIFeedbackResultDataV1).student_text for name in ("anna", "bo")]
    assert texts == ["Well done!", "Write friend, not frend."]


def test_feedback_that_speaks_of_a_rejected_correction_is_pointed_out(batch: Batch) -> None:
    """It is, until the feedback is edited."""
    review = batch.review()
    review.reject("anna", at("anna", "frend"))
    assert review.essay("anna").still_mentioned == ["frend"]
    review.write_feedback("anna", "Well done!")
    assert review.essay("anna").still_mentioned == []


def test_what_is_not_there_cannot_be_decided(batch: Batch) -> None:
    """A mistake is reported in a sentence, and nothing is stored."""
    review = batch.review()
    with pytest.raises(RequestError, match="no correction at character 999"):
        review.accept("anna", 999)
    with pytest.raises(EssayNotFoundError):
        review.reject("zoe", 0)
    with pytest.raises(RequestError, match="no feedback"):
        review.write_feedback("cy", "Hello.")
    with pytest.raises(RequestError, match="characters"):
        review.write_feedback("anna", "  ")
    assert review.decisions.essays == {}


def test_what_goes_out_has_the_decisions(batch: Batch, tmp_path: Path) -> None:
    """Results, tables, the report and all forms of the handout."""
    review = batch.review()
    review.reject("anna", at("anna", "Hogwarts"))
    review.write_feedback("anna", "Your friend Hermione would like it.")
    batch.export(tmp_path, ["results", "page", "report-folder"])
    anna = json.loads((tmp_path / "results.json").read_text(encoding="utf-8"))["essays"][0]
    assert anna["review"]["feedback_edited"]
    assert [each["accepted"] for each in anna["review"]["corrections"]] == [False]
    for name in ("report.html", "handouts.html", "handouts/anna.html"):
        text = page(tmp_path / name).text
        assert "Hermione" in text
        assert "Hogs warts" not in text
    assert (tmp_path / "texts/anna.txt").read_text(encoding="utf-8") == "I have a friend at Hogwarts."
    with (tmp_path / "corrections.csv").open(encoding="utf-8-sig") as file:
        assert "Hogwarts" not in {row["original"] for row in csv.DictReader(file)}
    book = load_workbook(tmp_path / "tables.xlsx", read_only=True)
    cells = {cell for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row}
    assert "Hogs warts" not in cells
    assert "0 accepted, 1 rejected; feedback edited" in page(tmp_path / "report.html").text


def test_decisions_outlive_the_program(tmp_path: Path) -> None:
    """They are in the store's file."""
    store = open_store(str(tmp_path / "s.db"))
    reviewed_class(store).review().reject("anna", at("anna", "Hogwarts"))
    store.close()
    with Engine.open(str(tmp_path / "s.db"), runtime="local") as engine:
        assert engine.batch(BATCH).review().word_list == ["Hogwarts"]


def test_a_class_has_one_word_list_over_its_batches() -> None:
    """Another class has a list of its own."""
    store = MemoryStore()
    reviewed_class(store, "autumn", "8B").review().reject("anna", at("anna", "Hogwarts"))
    reviewed_class(store, "spring", " 8b").review().reject("bo", at("bo", "frend"))
    reviewed_class(store, "other", "9a").review().reject("anna", at("anna", "frend"))
    engine = reviewed_class(store, "last", "8b")._runtime
    reader = Engine(engine)
    assert reader.class_words("8b") == ["frend", "Hogwarts"]
    assert reader.class_words("7c") == reader.class_words("") == []


@pytest.mark.parametrize("whole", [False, True])
def test_decisions_are_forgotten_with_what_they_are_about(tmp_path: Path, *, whole: bool) -> None:
    """When an essay or its batch is forgotten, the store's file keeps no byte of its decisions, and only of its own."""
    file = tmp_path / "s.db"
    store = open_store(str(file))
    batch = reviewed_class(store)
    batch.review().write_feedback("anna", "Zlatanova, this is for you.")
    batch.review().reject("anna", at("anna", "Hogwarts"))
    batch.review().write_feedback("bo", "Keep going, Bartholomew.")
    batch.forget("anna")
    assert set(decisions_in(store, BATCH).essays) == {"bo"}
    assert batch.review().word_list == []
    if whole:
        batch.forget()
        assert decisions_in(store, BATCH).essays == {}
    store.close()
    left = b"".join(each.read_bytes() for each in tmp_path.iterdir() if each.is_file())
    assert b"Zlatanova" not in left
    assert (b"Bartholomew" in left) is not whole


def test_a_forgotten_students_name_is_taken_off_the_word_list_of_a_batch() -> None:
    """The word came from another batch; other words stay."""
    engine = open_virtual_engine()
    options = {"spellcheck": {"word_list": ["Zlatanova", "Hogwarts"]}}
    batch = engine.submit("b", {"anna": "A text.", "bo": "Another."}, pipeline="spellcheck", options=options)
    batch.result()
    batch.forget("anna", names=["Anna Zlatanova"])
    assert list(batch.header.options[PhaseName.SPELLCHECK]["word_list"]) == ["Hogwarts"]


def test_an_essay_called_as_a_decision_is_forgotten_alone() -> None:
    """The key of a decision is no part of an essay's id."""
    store = MemoryStore()
    batch = reviewed_class(store)
    batch.review().write_feedback("anna", "Well done!")
    for name in ("feedback", "%feedback", "|", "at0"):
        store.forget(BATCH, name)
    assert set(decisions_in(store, BATCH).essays) == {"anna"}


def test_a_decision_on_another_versions_correction_is_not_applied(batch: Batch) -> None:
    """Another replacement in the same place is another correction."""
    batch.review().reject("anna", at("anna", "frend"))
    decided = batch.review().decisions.of("anna")
    found: Any = batch.review().essay("anna").corrections[0].correction
    assert decided.on(found) is not None
    assert decided.on(found.model_copy(update={"replacement": "fiend"})) is None
