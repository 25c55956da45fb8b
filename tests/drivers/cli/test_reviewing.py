"""``essays review``: what a teacher decides on the page appears in later output and in later batches."""

import json
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from actors.stores import open_store
from drivers import Engine
from drivers.cli.console import Console
from drivers.cli.review import ReviewSettings, main
from tests.drivers.conftest import Call, everything_below, folder_of, run_options
from tests.drivers.review.classes import BATCH, at, reviewed_class


@pytest.fixture
def reviewed(here: Path) -> Path:
    """The folder of a class whose teacher has rejected a correction, and written to Anna."""
    folder = here / "results" / BATCH
    folder.mkdir(parents=True)
    store = open_store(str(folder / "store.db"))
    reviewed_class(store)
    store.close()
    main(ReviewSettings(batch_id=BATCH), _Teacher())
    return folder


class _Teacher(Console):
    """Visits the printed address, and decides there."""

    def print(self, markup: str) -> None:
        super().print(markup)
        if (url := markup.strip()).startswith("http://"):
            _send(f"{url}correction", {"essay": "anna", "start": at("anna", "Hogwarts"), "verdict": "rejected"})
            _send(f"{url}feedback", {"essay": "anna", "text": "Zlatanova, well done!"})
            _send(f"{url}finish", {})


def _send(url: str, body: Any) -> None:
    headers = {"Content-Type": "application/json"}
    urllib.request.urlopen(urllib.request.Request(url, json.dumps(body).encode(), headers), timeout=10).close()  # noqa: S310  (loopback)


def test_the_handouts_are_written_once_the_teacher_says_so(reviewed: Path) -> None:
    """The handouts, report and texts have the teacher's decisions."""
    assert "Zlatanova" in (reviewed / "report/handouts/anna.html").read_text(encoding="utf-8")
    assert "Hogs warts" not in (reviewed / "report.html").read_text(encoding="utf-8")
    assert (reviewed / "texts/anna.txt").read_text(encoding="utf-8") == "I have a friend at Hogwarts."


@pytest.mark.usefixtures("reviewed", "small_services")
def test_the_next_batch_of_the_class_knows_its_words(here: Path, essays: Call) -> None:
    """They are printed. The same call again means the same batch, even if more words were added meanwhile."""
    call = ("run", folder_of(here / "next", {"dan": "A text."}), *run_options("b", "spellcheck"), "--class", "8B")
    told = essays(*call)
    assert "According to the word list of class 8B, 1 word counts as correct: Hogwarts." in told.output
    with Engine.open(str(here / f"results/{BATCH}/store.db"), runtime="local") as engine:
        engine.batch(BATCH).review().reject("anna", at("anna", "frend"))
    assert essays(*call).exit_code == 0
    with Engine.reader(str(here / "results/b/store.db")) as reader:
        assert reader.batch("b").header.options["spellcheck"]["word_list"] == ["Hogwarts"]
    assert "frend, Hogwarts" in essays(*call[:-4], "--class", "8b", "--batch-id", "c").output


def test_forgetting_a_student_forgets_what_was_decided_on_the_essay(reviewed: Path, essays: Call) -> None:
    """Both from the store and from every file that was written."""
    assert essays("forget", "--student", "anna", "--yes").exit_code == 0
    left = everything_below(reviewed)
    assert [word for word in (b"Zlatanova", b"anna") if word in left] == []


@pytest.mark.usefixtures("here")
def test_an_unknown_batch_is_a_mistake_with_a_word(essays: Call) -> None:
    """Nothing is served."""
    refused = essays("review", "9z")
    assert refused.exit_code == 2
    assert "There is no store in results" in refused.output
