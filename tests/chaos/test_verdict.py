"""The verdict of a chaos run reports every kind of damage, and none when there is none."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from actors.runtime.activation import Blueprint
from actors.runtime.local import LocalRuntime
from actors.stores.opening import open_store
from actors.stores.store import Store
from contracts.phases import PhaseName
from drivers.client.engine import Engine
from drivers.lab.chaos.__main__ import summary
from drivers.lab.chaos.campaign import Round
from drivers.lab.chaos.verdict import Ending, judge, undisturbed
from drivers.lab.chaos.work import Book, Call, services, submission_of

ESSAYS = 9
WANTED = undisturbed("b", ESSAYS)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the store and the book are."""
    return tmp_path_factory.mktemp("chaos")


@pytest.fixture(scope="module")
def book(folder: Path) -> Book:
    """The book of calls."""
    return Book(folder / "calls.jsonl", str(folder / "store.db"))


@pytest.fixture(scope="module")
def store(folder: Path, book: Book) -> Iterator[Store]:
    """A store with a finished batch, made by services that enter their calls."""
    with closing(open_store(str(folder / "store.db"))) as opened:
        engine = Engine(LocalRuntime(Blueprint(services(0.0, book)), opened))
        engine.submit(submission_of("b", ESSAYS)).until_ended()
        yield opened


def test_an_undisturbed_batch_has_a_clean_verdict(store: Store, book: Book) -> None:
    """No loss, no repeat, nothing wrong; one essay was refused in the second phase, as it shall be."""
    verdict = judge(store, "b", WANTED, book.read())
    assert (list(verdict.lost), verdict.repeated, verdict.redone, list(verdict.wrong)) == ([], 0, 0, [])
    assert [len(outcome["failed_essay_ids"]) for outcome in WANTED.outcomes] == [0, 1, 0]


def test_every_call_is_entered_once(store: Store, book: Book) -> None:
    """Nine essays, of which the third phase sees eight."""
    assert store.batch("b") is not None
    assert len(book.read()) == 9 + 9 + 8


def test_work_begun_though_its_result_is_stored_is_a_repeat(store: Store, folder: Path) -> None:
    """The services look into the store themselves when they begin."""
    again = Book(folder / "again.jsonl", str(folder / "store.db"))
    other = Engine(LocalRuntime(Blueprint(services(0.0, again)), open_store("memory://")))
    other.submit(submission_of("b", ESSAYS)).until_ended()  # the same, by actors that do not know of the store
    verdict = judge(store, "b", WANTED, again.read())
    assert verdict.repeated == 9 + 8 + 8  # but for the one that was refused: nothing is stored of it


def test_work_done_again_that_was_not_stored_is_no_repeat_but_counted(store: Store, book: Book) -> None:
    """What a killed worker had in its hands is done again: that is as it shall be."""
    twice = [*book.read(), Call(PhaseName.NLP, "b-0003", 1, was_stored=False)]
    verdict = judge(store, "b", WANTED, twice)
    assert (verdict.repeated, verdict.redone) == (0, 1)


def _other(ending: Ending) -> list[Ending]:
    changed_essay = {**ending.essays, "b-0000": ("nlp_failed", "another text", None, [])}
    return [
        replace(ending, essays=changed_essay),
        replace(ending, essays={**ending.essays, "b-9999": ending.essays["b-0000"]}),
        replace(ending, outcomes=ending.outcomes[:2]),
        replace(ending, status="cancelled"),
    ]


@pytest.mark.parametrize("wanted", _other(WANTED), ids=["fate", "essay missing", "outcomes", "status"])
def test_an_ending_other_than_the_undisturbed_one_is_seen(store: Store, wanted: Ending) -> None:
    """An essay's fate, an essay that is not there, an outcome too many, another status."""
    verdict = judge(store, "b", wanted, [])
    assert verdict.lost or verdict.wrong
    assert summary([Round([], verdict, 0.0)], 0)["passed"] is False


def test_a_batch_that_is_not_there_is_lost_as_a_whole(store: Store) -> None:
    """Every essay of it, and its history has no end."""
    verdict = judge(store, "other", undisturbed("other", 2), [])
    assert len(verdict.lost) == 2
    assert verdict.wrong
