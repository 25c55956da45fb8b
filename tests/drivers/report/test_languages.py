"""The report in its reader's language."""

import re
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from docx import Document

import drivers.judging
import drivers.report
from actors.phases.ai_feedback.traits import trait_bands
from actors.phases.cj_assessment.feature_judge import WITH_A_PARSER, WITHOUT_A_PARSER
from contracts.events import COMMAND_EVENTS
from contracts.failures import ErrorCode
from contracts.phases import BatchStatus, PipelineExecutionStatus
from contracts.results.ai_feedback import Trait
from contracts.results.cj_assessment import JudgeKind
from drivers.report import terms
from drivers.report.languages import LANGUAGES, words_of
from drivers.report.sentences import told
from drivers.report.writing import write_report
from tests.drivers.report.batches import small_class
from tests.drivers.report.pages import page

FOLDER = Path(drivers.report.__file__).parent
METHODS = [("**.py", "python"), ("**.html", "jinja2")]
KEYWORDS: dict[str, Any] = {
    "gettext": None,
    "_": None,
    "ngettext": (1, 2),
    "said": None,
    "counted": (1, 2),
    "for_translation": None,
}
OPTIONS = {"**.html": {"trimmed": "true", "newstyle_gettext": "true"}}
TRANSLATED = [language for language in LANGUAGES if language != "en"]


def extracted() -> set[Any]:
    """All translatable texts of the report, the judging page and their templates."""
    folders = (FOLDER, Path(drivers.judging.__file__).parent)
    found = [message for folder in folders for message in extract_from_dir(folder, METHODS, OPTIONS, KEYWORDS)]
    return {message for _, _, message, _, _ in found}


def catalogue(language: str) -> Catalog:
    """The catalogue of a language."""
    return read_po(BytesIO((FOLDER / "locale" / f"{language}.po").read_bytes()), locale=language)


@pytest.fixture
def swedish(tmp_path: Path) -> Path:
    """The report on a class whose language is Swedish."""
    results, texts = small_class()
    write_report({**results, "language": "sv"}, texts, tmp_path)
    return tmp_path


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_catalogue_has_all_that_is_said_and_nothing_else(language: str) -> None:
    """A new text needs a translation, and an old translation goes with its text."""
    kept = {message.id for message in catalogue(language) if message.id}
    assert kept == extracted()


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_keeps_what_is_filled_in(language: str) -> None:
    """With a lost or misspelt placeholder, the page could not be made."""
    slots = re.compile(r"%\(\w+\)s|\{\w+\}|%%|</?\w+>")
    for message in catalogue(language):
        pair = message.id, message.string or ""
        originals, translations = ([text] if isinstance(text, str) else text for text in pair)
        assert all(translations), message.id
        assert {slot for text in originals for slot in slots.findall(text)} == {
            slot for text in translations for slot in slots.findall(text)
        }, message.id


def test_every_closed_set_of_the_engine_has_its_words() -> None:
    """No teacher is shown a program's codes."""
    assert set(terms.REASONS) == {code.value for code in ErrorCode}
    assert set(terms.PHASES) == set(COMMAND_EVENTS)  # other phases are called by their name
    assert set(terms.OUTCOMES) >= {status.value for kind in (BatchStatus, PipelineExecutionStatus) for status in kind}
    assert set(terms.TRAITS) == {trait.value for trait in Trait}
    assert set(terms.JUDGES) == set(JudgeKind)
    assert {WITH_A_PARSER.measured_on, WITHOUT_A_PARSER.measured_on} <= set(terms.MEASURED_ON)


def test_what_the_engine_says_of_bands_is_known() -> None:
    """The engine's texts are English; the page's need not be."""
    said = {band.reason for words in (10.0, 100.0) for band in trait_bands({"words_count": words}, "sv")}
    assert [each for each in said if each and told(each, words_of("sv")).language] == []


def test_a_swedish_batch_has_a_swedish_report(swedish: Path) -> None:
    """Words, numbers and the page's language are Swedish without being asked for."""
    made = page(swedish / "report.html")
    assert made.attributes("lang")[0] == "sv"
    assert "Mått jämfört med klassen" in made.text
    assert "rangkorrelationen 0,62, och mellan 0,52 och 0,73" in made.text
    assert "Ord som klassen stavar fel" in made.text
    assert "Längd: 7 till 9, median 8 ord." in made.attributes("alt")


def test_a_handout_speaks_the_language_of_the_essay(tmp_path: Path) -> None:
    """A class that writes in English has English handouts, even if its teacher reads Swedish."""
    results, texts = small_class()
    write_report(results, texts, tmp_path, "sv")
    assert "Klassen" in page(tmp_path / "report.html").text
    assert "Your text" in page(tmp_path / "handouts" / "anna.html").text


def test_swedish_essays_have_swedish_handouts(tmp_path: Path) -> None:
    """On the page and in Word, which then checks in Swedish; also if the language was detected."""
    results, texts = small_class()
    anna = next(one for one in results["essays"] if one["essay_id"] == "anna")
    for result in anna["results"].values():
        result.update({"language": "sv"} if "language" in result else {})
    write_report({**results, "essays": [anna], "language": "auto"}, texts, tmp_path)
    made = page(tmp_path / "handouts" / "anna.html")
    assert made.attributes("lang")[0] == "sv"
    assert "Återkoppling till anna" in made.text
    document = Document(str(tmp_path / "handouts" / "anna.docx"))
    assert document.paragraphs[0].text == "Återkoppling till anna"
    assert document.core_properties.language == "sv-SE"
    assert "Klassen" in page(tmp_path / "report.html").text


def test_an_unknown_language_is_english() -> None:
    """A page in a known language is better than none."""
    assert words_of("fi").said("Your text") == "Your text"
    assert words_of("sv").figure(1234.5) == "1\xa0234"


def test_a_figure_that_rounds_to_nothing_has_no_sign() -> None:
    """Minus zero would confuse a reader."""
    assert words_of("en").fixed(-0.001, 2) == "0.00"
