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
    """The folder of the store and the book."""
    return tmp_path_factory.mktemp("chaos")


@pytest.fixture(scope="module")
def book(folder: Path) -> Book:
    """The book of calls."""
    return Book(folder / "calls.jsonl", str(folder / "store.db"))


@pytest.fixture(scope="module")
def store(folder: Path, book: Book) -> Iterator[Store]:
    """A store with a finished batch whose services enter their calls in the book."""
    with closing(open_store(str(folder / "store.db"))) as opened:
        engine = Engine(LocalRuntime(Blueprint(services(0.0, book)), opened))
        engine.submit(submission_of("b", ESSAYS)).until_ended()
        yield opened


def test_an_undisturbed_batch_has_a_clean_verdict(store: Store, book: Book) -> None:
    """Nothing is lost, repeated or wrong; the one essay refused in the second phase is expected."""
    verdict = judge(store, "b", WANTED, book.read())
    assert (list(verdict.lost), verdict.repeated, verdict.redone, list(verdict.wrong)) == ([], 0, 0, [])
    assert [len(outcome["failed_essay_ids"]) for outcome in WANTED.outcomes] == [0, 1, 0]


def test_every_call_is_entered_once(store: Store, book: Book) -> None:
    """There are nine essays, and the third phase sees eight of them."""
    assert store.batch("b") is not None
    assert len(book.read()) == 9 + 9 + 8


def test_work_begun_though_its_result_is_stored_is_a_repeat(store: Store, folder: Path) -> None:
    """When a service begins, it looks in the store itself for the result."""
    again = Book(folder / "again.jsonl", str(folder / "store.db"))
    other = Engine(LocalRuntime(Blueprint(services(0.0, again)), open_store("memory://")))
    other.submit(submission_of("b", ESSAYS)).until_ended()  # the same batch, by actors that do not know of the store
    verdict = judge(store, "b", WANTED, again.read())
    assert verdict.repeated == 9 + 8 + 8  # the refused essay has no stored result


def test_work_done_again_that_was_not_stored_is_no_repeat_but_counted(store: Store, book: Book) -> None:
    """A killed worker's work in hand has to be done again."""
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
    """An essay's fate, a missing essay, an extra outcome and another status are all seen."""
    verdict = judge(store, "b", wanted, [])
    assert verdict.lost or verdict.wrong
    assert summary([Round([], verdict, 0.0)], 0)["passed"] is False


def test_a_batch_that_is_not_there_is_lost_as_a_whole(store: Store) -> None:
    """Every essay of it is lost, and its history has no end."""
    verdict = judge(store, "other", undisturbed("other", 2), [])
    assert len(verdict.lost) == 2
    assert verdict.wrong
