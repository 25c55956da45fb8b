"""The teacher's page and the students' pages."""

import csv
import re
import sys
import time
from pathlib import Path

import pytest
from docx import Document

from contracts.failures import ErrorCode, ErrorDetail
from drivers.report.writing import write_report
from tests.drivers.report.batches import batch, correction, essay, feedback, judged, metrics, small_class, spelling
from tests.drivers.report.pages import Page, page

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'{{ 7*7 }}</title></style>"


@pytest.fixture
def report(tmp_path: Path) -> Page:
    """The page of a small class."""
    write_report(*small_class(), tmp_path)
    return page(tmp_path / "report.html")


def test_the_page_shows_every_essay_its_place_and_every_failure_with_its_reason(report: Page) -> None:
    """Nobody is missing: failed essays are named, with a reason that a teacher understands."""
    assert [name for name in ("anna", "bo", "cia") if name not in report.text] == []
    assert "The file is empty." in report.text
    assert "2 of 2 (1–2)" in report.text
    assert "Expected agreement with human judges: a rank correlation of 0.62" in report.text


def test_a_correction_stands_in_its_place(report: Page) -> None:
    """What the student wrote is struck through, the right word follows, and both are read aloud as such."""
    assert "I have a [written: frend, correct:  friend] who walk home." in report.text


def test_the_class_has_no_columns_of_phases_that_did_not_run(report: Page, tmp_path: Path) -> None:
    """An empty column would read as if nothing had been found."""
    ranked = batch(essay("anna", cj_assessment=judged(2, -1.0)), essay("bo", cj_assessment=judged(1, 1.0)))
    write_report(ranked, {"anna": ("One.", "One."), "bo": ("Two.", "Two.")}, tmp_path)
    of_phases = {"Words", "Words corrected", "To work on"}
    assert of_phases <= set(report.headings)
    assert not of_phases & set(page(tmp_path / "report.html").headings)


def test_every_link_leads_to_a_place_on_the_page_and_every_id_is_there_once(report: Page) -> None:
    """The page can be used with a keyboard alone."""
    ids = report.attributes("id")
    assert len(set(ids)) == len(ids)
    assert {link.removeprefix("#") for link in report.attributes("href")} <= set(ids)
    assert all(alt for _, attrs in report.elements if (alt := attrs.get("alt", "x")) is not None)


def test_the_page_is_self_contained(report: Page) -> None:
    """Students' texts must not leave the machine: nothing is fetched, and there are no scripts."""
    assert "script" not in [tag for tag, _ in report.elements]
    assert all(source.startswith("data:") for source in report.attributes("src"))
    (policy,) = [attrs["content"] for _, attrs in report.elements if "http-equiv" in attrs]
    assert policy is not None
    assert policy.startswith("default-src 'none'")


def test_whatever_a_student_writes_stays_text(tmp_path: Path) -> None:
    """Markup, template syntax and quotation marks in any field must not become part of the page."""
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
            assert HOSTILE in made.text or path.stem == "b"  # a failed essay shows a reason of ours


def test_control_characters_and_lone_surrogates_do_not_break_the_page(tmp_path: Path) -> None:
    """HTML cannot contain them; the words around them remain, also in right-to-left scripts."""
    text = "one\x00\x1b[31m two \ud800 שלום \u202e reversed"
    write_report(batch(essay("a\x00")), {"a\x00": (text, text)}, tmp_path)
    source = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f]", source)
    assert "two  שלום" in source
    assert 'class="text" dir="auto"' in source


def test_ten_megabytes_of_one_word_are_cut_on_the_page_and_whole_in_the_files(tmp_path: Path) -> None:
    """A page must open, and says what it leaves out."""
    text = "a" * 10_000_000
    started = time.thread_time()
    write_report(batch(essay("a", spellcheck=spelling())), {"a": (text, text)}, tmp_path)
    assert time.thread_time() - started < 30
    assert (tmp_path / "report.html").stat().st_size < 500_000
    assert "of 10,000,000 characters" in page(tmp_path / "report.html").text
    assert (tmp_path / "texts.csv").stat().st_size > 20_000_000


def test_a_correction_that_does_not_fit_the_text_marks_nothing(tmp_path: Path) -> None:
    """A correction of another text would mark right words as wrong."""
    stale = correction("xx frend", "frend", "friend")
    write_report(batch(essay("a", spellcheck=spelling(stale))), {"a": ("frend here", "")}, tmp_path)
    assert "[written:" not in page(tmp_path / "report.html").text


def test_a_result_of_another_version_is_named_and_not_shown(tmp_path: Path) -> None:
    """A report shows what it can read, and does not guess the rest."""
    write_report(batch(essay("a", spellcheck={"shape": "unknown"}, plagiarism={"x": 1})), {}, tmp_path)
    text = page(tmp_path / "report.html").text
    assert "“Spelling” that this version cannot show" in text
    assert "“plagiarism” that this version cannot show" in text


def test_a_phase_that_was_skipped_says_so(tmp_path: Path) -> None:
    """A phase that has done nothing and failed nothing was not successful."""
    phase = {"phase_name": "nlp", "phase_status": None, "execution_status": "skipped_due_to_dependency_failure"}
    write_report({"batch_id": "x", "status": "failed_critically", "phases": [phase], "essays": []}, {}, tmp_path)
    assert "skipped: no essay came through the phase before" in page(tmp_path / "report.html").text


def test_a_batch_without_any_essay_has_a_report(tmp_path: Path) -> None:
    """An empty batch is no error."""
    write_report({"batch_id": "x", "status": "failed_critically", "phases": [], "essays": []}, {}, tmp_path)
    assert "failed: no essay came through" in page(tmp_path / "report.html").text


@pytest.mark.parametrize(("package", "ending"), [("matplotlib", ""), ("docx", ".docx"), ("pyarrow", ".parquet")])
def test_without_an_extra_package_the_rest_is_written_and_the_page_says_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, package: str, ending: str
) -> None:
    """A teacher without the extras still gets a report, and learns how to get the rest."""
    monkeypatch.setitem(sys.modules, package, None)  # as if it were not installed
    written = write_report(*small_class(), tmp_path)
    assert "pip install 'essay-pipelines[report]'" in page(tmp_path / "report.html").text
    assert not [path for path in written if ending and path.suffix == ending]


def test_a_students_page_says_nothing_about_the_others(tmp_path: Path) -> None:
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


def test_a_class_is_seen_at_a_glance_and_each_picture_is_told_in_words(report: Page) -> None:
    """Scores and ranks with their intervals, errors, measures, topics: each figure's alt text has its numbers."""
    told = [alt for tag, attrs in report.elements if tag == "img" and (alt := attrs["alt"])]
    assert [alt.partition(":")[0] for alt in told] == [
        "Score, and where it may lie",
        "Rank, and where it may lie",
        "Spelling",
        "Length",
        "What the feedback asks for",
    ]
    assert "Length: 7 to 9, median 8 words." in told


def test_failures_stand_by_file_each_reason_once(tmp_path: Path) -> None:
    """In words for a teacher: what a service told the program is not shown."""
    photo = "This is a photo or a scan: ask for the text, as a file from a program."
    scan = ErrorDetail(error_code=ErrorCode.SCAN_WITHOUT_TEXT, message=photo)
    busy = ErrorDetail(error_code=ErrorCode.RATE_LIMITED, message="HTTP 429 from api")
    essays = [essay("a", "a.png", scan), essay("b", "b.jpg", scan), essay("c", "c.txt", busy)]
    write_report(batch(*essays), {}, tmp_path)
    section = page(tmp_path / "report.html").text.partition("Not everything could be done")[2].partition("The class")[0]
    assert (section.count(photo), section.count("A service was asked too often.")) == (1, 1)
    assert [name for name in ("a.png", "b.jpg", "c.txt") if name not in section] == []
    assert "429" not in page(tmp_path / "report.html").text


def test_a_student_is_called_by_name_where_it_is_known(tmp_path: Path) -> None:
    """The name is that of the class list; the file's name is shown beside it."""
    results, texts = small_class()
    named = [{**one, "student": "Anna Ek"} if one["essay_id"] == "anna" else one for one in results["essays"]]
    write_report({**results, "essays": named}, texts, tmp_path)
    assert "Feedback for Anna Ek" in page(tmp_path / "handouts" / "anna.html").text
    assert "anna.txt" in page(tmp_path / "report.html").text


def test_the_history_says_when_each_step_was_taken_and_at_which_attempt(tmp_path: Path) -> None:
    """It includes failures that were retried."""
    failure = ErrorDetail(error_code=ErrorCode.RATE_LIMITED, message="slow down").model_dump(mode="json")
    steps = [
        {"timestamp": "2026-11-25T12:00:00+00:00", "phase_name": None, "attempt": 0, "failure": None},
        {"timestamp": "2026-11-25T12:00:01+00:00", "phase_name": "nlp", "attempt": 0, "failure": failure},
        {"timestamp": "2026-11-25T12:00:02+00:00", "phase_name": "nlp", "attempt": 1, "failure": None},
    ]
    write_report(batch({**essay("a", nlp=metrics(words_count=7)), "history": steps}), {}, tmp_path)
    text = page(tmp_path / "report.html").text
    assert re.search(r"Reading\s*done", text)
    assert re.search(r"Measures\s*A service was asked too often", text)
    assert "done, attempt 2" in text


def test_all_handouts_are_in_one_file_to_print(tmp_path: Path) -> None:
    """Nobody wants to open thirty files one by one."""
    write_report(*small_class(), tmp_path)
    headings = [line for line in page(tmp_path / "handouts.html").text.splitlines() if line.startswith("Feedback for ")]
    assert headings[1:] == ["Feedback for anna", "Feedback for bo"]
    document = Document(str(tmp_path / "handouts.docx"))
    titles = [each for each in document.paragraphs if each.text.startswith("Feedback for ")]
    assert [(each.text, each.paragraph_format.page_break_before) for each in titles] == [
        ("Feedback for anna", False),
        ("Feedback for bo", True),
    ]


def test_a_file_that_could_not_be_read_has_no_handout(tmp_path: Path) -> None:
    """There is nothing to tell its student; an essay that failed later keeps the results it has."""
    results, texts = small_class()
    late = ErrorDetail(error_code=ErrorCode.SERVICE_ERROR, message="no")
    results["essays"].append(essay("dan", failure=late, spellcheck=spelling(correction("A frend.", "frend", "friend"))))
    write_report(results, {**texts, "dan": ("A frend.", "A friend.")}, tmp_path)
    names = {path.stem for path in (tmp_path / "handouts").iterdir()}
    assert names == {"anna", "bo", "dan"}


def test_a_batch_of_files_that_could_not_be_read_has_a_report_and_no_handouts(tmp_path: Path) -> None:
    """The teacher's page says why."""
    empty = ErrorDetail(error_code=ErrorCode.EMPTY_CONTENT, message="This file is empty: there is no text in it.")
    write_report(batch(essay("a", failure=empty)), {}, tmp_path)
    assert "This file is empty" in page(tmp_path / "report.html").text
    assert not (tmp_path / "handouts.html").exists()


def test_the_page_says_whose_class_it_is_and_what_was_asked_for(tmp_path: Path) -> None:
    """They tell printed pages apart."""
    results, texts = small_class()
    facts = {"teacher": "Eva Lind", "class": "8B", "course": "ENG6", "assignment": "Write about your town."}
    write_report({**results, **facts}, texts, tmp_path)
    head = page(tmp_path / "report.html").text.partition("The class")[0]
    assert [fact for fact in facts.values() if fact not in head] == []


def test_misspelt_words_are_counted_in_one_way_everywhere(tmp_path: Path) -> None:
    """Corrected words count as misspelt; suggestions are counted separately."""
    text = "A frend at beton."
    found = spelling(correction(text, "frend", "friend"), correction(text, "beton", "concrete", applied=False))
    write_report(batch(essay("a", spellcheck=found), essay("b", spellcheck=spelling())), {"a": (text, text)}, tmp_path)
    made = page(tmp_path / "report.html").text
    assert "1 of 9; 1 to look at" in made
    assert "1 word corrected; 1 to look at" in page(tmp_path / "handouts/a.html").text
    row = next(csv.DictReader((tmp_path / "essays.csv").open(encoding="utf-8-sig")))
    assert (row["corrected"], row["suggested"]) == ("1", "1")


def test_a_doubt_that_is_the_same_for_all_scores_is_said_once(report: Page) -> None:
    """In every row it would look like a finding. Also, negative scores have a true minus sign."""
    assert report.text.count("0.98") == 1
    assert "±" not in report.text
    assert "−1.00" in report.text
