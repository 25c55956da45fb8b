"""The teacher's page and the pupils' pages."""

import re
import sys
import time
from pathlib import Path

import pytest

from contracts.failures import ErrorCode, ErrorDetail
from drivers.report import write_report
from tests.drivers.report.batches import batch, correction, essay, feedback, judged, metrics, small_class, spelling
from tests.drivers.report.pages import Page, page

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'{{ 7*7 }}</title></style>"


@pytest.fixture
def report(tmp_path: Path) -> Page:
    """The page of a small class."""
    write_report(*small_class(), tmp_path)
    return page(tmp_path / "report.html")


def test_the_page_shows_every_essay_its_place_and_every_failure_with_its_reason(report: Page) -> None:
    """Nobody is missing: who failed is named, with a reason that a teacher understands."""
    assert [name for name in ("anna", "bo", "cia") if name not in report.text] == []
    assert "This file is empty." in report.text
    assert "2 of 2 (1–2)" in report.text
    assert "Reliability 0.62" in report.text
    assert "do not say how far people agree" in report.text


def test_a_correction_stands_in_its_place(report: Page) -> None:
    """What was written is struck through, what is correct follows, and both are read aloud as such."""
    assert "I have a [written: frend, correct:  friend] who walk home." in report.text


def test_every_link_leads_to_a_place_on_the_page_and_every_id_is_there_once(report: Page) -> None:
    """The page works with a keyboard alone."""
    ids = report.attributes("id")
    assert len(set(ids)) == len(ids)
    assert {link.removeprefix("#") for link in report.attributes("href")} <= set(ids)
    assert all(alt for _, attrs in report.elements if (alt := attrs.get("alt", "x")) is not None)


def test_the_page_is_self_contained(report: Page) -> None:
    """Pupils' texts must not leave the machine: nothing is fetched, and no script could do it."""
    assert "script" not in [tag for tag, _ in report.elements]
    assert all(source.startswith("data:") for source in report.attributes("src"))
    (policy,) = [attrs["content"] for _, attrs in report.elements if "http-equiv" in attrs]
    assert policy is not None
    assert policy.startswith("default-src 'none'")


def test_whatever_a_pupil_writes_stays_text(tmp_path: Path) -> None:
    """Mark-up, template syntax and quotation marks in any field must not become part of the page."""
    text = f"Hello {HOSTILE} wrld"
    failure = ErrorDetail(error_code=ErrorCode.SERVICE_ERROR, message=HOSTILE)
    hostile = essay(
        f"a{HOSTILE}",
        file=HOSTILE,
        spellcheck=spelling(correction(text, "wrld", HOSTILE), correction(text, "Hello", HOSTILE, applied=False)),
        nlp=metrics(words_count=3),
        cj_assessment=judged(1, 0.1),
        ai_feedback=feedback(HOSTILE, HOSTILE, HOSTILE),
    )
    other = essay("b", cj_assessment=judged(2, -0.1), nlp=metrics(words_count=4), failure=failure)
    written = write_report(batch(hostile, other), {hostile["essay_id"]: (text, text)}, tmp_path)
    for path in written:
        if path.suffix == ".html":
            made = page(path)
            assert {tag for tag, _ in made.elements}.isdisjoint({"script", "iframe", "object"})
            assert made.attributes("onerror") == []
            assert HOSTILE in made.text


def test_control_characters_and_lone_surrogates_do_not_break_the_page(tmp_path: Path) -> None:
    """HTML cannot hold them; the words around them are still there, in right-to-left scripts too."""
    text = "one\x00\x1b[31m two \ud800 שלום \u202e reversed"
    write_report(batch(essay("a\x00")), {"a\x00": (text, text)}, tmp_path)
    source = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f]", source)
    assert "two  שלום" in source
    assert 'class="text" dir="auto"' in source


def test_ten_megabytes_of_one_word_are_cut_on_the_page_and_whole_in_the_files(tmp_path: Path) -> None:
    """A page must open; what it leaves out, it says."""
    text = "a" * 10_000_000
    started = time.process_time()
    write_report(batch(essay("a", spellcheck=spelling())), {"a": (text, text)}, tmp_path)
    assert time.process_time() - started < 30
    assert (tmp_path / "report.html").stat().st_size < 500_000
    assert "of 10,000,000 characters" in page(tmp_path / "report.html").text
    assert (tmp_path / "texts.csv").stat().st_size > 20_000_000


def test_a_correction_that_does_not_fit_the_text_marks_nothing(tmp_path: Path) -> None:
    """Made on another text, it would mark right words as wrong."""
    stale = correction("xx frend", "frend", "friend")
    write_report(batch(essay("a", spellcheck=spelling(stale))), {"a": ("frend here", "")}, tmp_path)
    assert "[written:" not in page(tmp_path / "report.html").text


def test_a_result_of_another_version_is_named_and_not_shown(tmp_path: Path) -> None:
    """A report shows what is there; what it cannot read it does not guess."""
    write_report(batch(essay("a", spellcheck={"shape": "unknown"}, plagiarism={"x": 1})), {}, tmp_path)
    text = page(tmp_path / "report.html").text
    assert "“spellcheck” that this version cannot show" in text
    assert "“plagiarism” that this version cannot show" in text


def test_a_phase_that_was_skipped_says_so(tmp_path: Path) -> None:
    """Nothing done and nothing failed is not a success."""
    phase = {"phase_name": "nlp", "phase_status": None, "execution_status": "skipped_due_to_dependency_failure"}
    write_report({"batch_id": "x", "status": "failed_critically", "phases": [phase], "essays": []}, {}, tmp_path)
    assert "skipped due to dependency failure" in page(tmp_path / "report.html").text


def test_a_batch_without_any_essay_has_a_report(tmp_path: Path) -> None:
    """The empty case is a page, not a crash."""
    write_report({"batch_id": "x", "status": "failed_critically", "phases": [], "essays": []}, {}, tmp_path)
    assert "failed critically" in page(tmp_path / "report.html").text


@pytest.mark.parametrize(("package", "ending"), [("matplotlib", ""), ("docx", ".docx"), ("pyarrow", ".parquet")])
def test_without_an_extra_package_the_rest_is_written_and_the_page_says_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, package: str, ending: str
) -> None:
    """A teacher without the extras still gets a report, and knows how to get the rest."""
    monkeypatch.setitem(sys.modules, package, None)  # as if it were not installed
    written = write_report(*small_class(), tmp_path)
    assert "install “essay-pipelines[report]”" in page(tmp_path / "report.html").text
    assert not [path for path in written if ending and path.suffix == ending]


def test_a_pupils_page_says_nothing_about_the_others(tmp_path: Path) -> None:
    """Ranks and comparisons are for the teacher."""
    write_report(*small_class(), tmp_path)
    text = page(tmp_path / "handouts" / "anna.html").text
    assert "Now practise." in text
    assert "bo" not in re.findall(r"\w+", text)
    assert "rank" not in text.casefold()


def test_metrics_made_for_one_language_are_not_shown_for_another(tmp_path: Path) -> None:
    """LIX is read against Swedish texts; these are English."""
    write_report(*small_class(), tmp_path)
    assert "LIX" not in page(tmp_path / "report.html").text
