"""What a teacher prints: a page for each student and two for the class."""

from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from contracts.failures import ErrorCode, ErrorDetail
from drivers.report.paper import on_paper
from drivers.report.view import EssayView
from drivers.report.writing import write_report
from tests.drivers.report.batches import batch, correction, essay, feedback, judged, metrics, spelling

SENTENCE = "Yesterday I went with my frend {n} to the old town, where we saw many things that I had never seen before. "
POINT = """
{n}. Verbs that agree with their subject
You wrote: “first reason is that not everybody have a place to”, “stop in the middle because somebody need the table”.
The rule: With he, she, it or one person, a verb in the present tense ends in -s (does, has, is).
Example: It has two doors, and they have three.
Next step: Underline every verb after he, she or it in your text, and check that it ends in -s.
"""
FEEDBACK = "What works well\n• You bring in what you know from life.\n\nWhat to work on\n" + "".join(
    POINT.format(n=n) for n in (1, 2, 3)
)


def text_of(words: int) -> str:
    """An essay of about this many words, in paragraphs."""
    sentences = [SENTENCE.format(n=n) + ("\n\n" if n % 5 == 4 else "") for n in range(max(1, words // 22))]
    return "".join(sentences)


def pupil(number: int, words: int, of: int) -> tuple[dict[str, Any], str]:
    """A student's results, and the essay."""
    text = text_of(words)
    made = essay(
        f"pupil-{number:02}",
        spellcheck=spelling(correction(text, "frend", "friend")),
        nlp=metrics(words_count=float(words)),
        cj_assessment=judged(number + 1, 1 - number / 10, of),
        ai_feedback=feedback(FEEDBACK, "Verbs that agree with their subject", text[:20]),
    )
    return made, text


@pytest.mark.parametrize(("pupils", "longest"), [(3, 120), (30, 6000), pytest.param(30, 1500, marks=pytest.mark.slow)])
def test_a_report_is_printed_on_a_page_for_each_pupil_and_two_for_the_class(
    browser: Any, tmp_path: Path, pupils: int, longest: int
) -> None:
    """However long the essays are; a class may be printed on that many pages, but not on 120."""
    made = [pupil(number, 100 + (longest - 100) * number // (pupils - 1), pupils) for number in range(pupils)]
    empty = ErrorDetail(error_code=ErrorCode.EMPTY_CONTENT, message="This file is empty: there is no text in it.")
    results = batch(*(one for one, _ in made), essay("zoe", failure=empty))
    write_report(results, {one["essay_id"]: (text, text) for one, text in made}, tmp_path)
    page = browser.new_page()
    page.goto((tmp_path / "report.html").as_uri())
    page.pdf(path=str(tmp_path / "report.pdf"), format="A4", prefer_css_page_size=True)
    pages = len(pypdfium2.PdfDocument(tmp_path / "report.pdf"))
    assert pages <= pupils + 1 + 2
    assert pages > pupils


def test_letters_are_as_large_as_the_page_allows() -> None:
    """Longer essays have smaller letters; one too long for any size is left to the handout."""
    sizes = [on_paper(EssayView("a", "a.txt", "", original=text_of(words))) for words in (100, 1000, 6000)]
    assert sizes[0].points == 10
    assert sizes[0].points > sizes[1].points > 5
    assert [size.without_text for size in sizes] == [False, False, True]
