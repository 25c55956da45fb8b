"""The checker against human corrections; skipped if the measuring data is absent."""

from actors.phases.spellcheck.checker import Checker
from actors.phases.spellcheck.reading import WordList
from drivers.lab.evaluate.running_text import Sentence, dalaj_correct, jfleg, jfleg_references
from drivers.lab.evaluate.spelling import Tally
from tests.measuring import measuring_data

_SENTENCES = 250


def _tally(language: str, sentences: list[Sentence]) -> Tally:
    """What the checker changes in the first sentences of a set."""
    checker, tally = Checker(language), Tally()
    for sentence in sentences[:_SENTENCES]:
        applied = (each for each in checker.check(sentence.text, WordList()).corrections if each.applied)
        tally.add(sentence, [(each.start, each.stop, each.replacement) for each in applied])
    return tally


def test_what_is_changed_in_learners_sentences_people_changed_too() -> None:
    """At least 98 % of the changes lie in a human edit, and 85 % of these agree with a human."""
    tally = _tally("en", jfleg(measuring_data("jfleg/dev.src")))
    assert tally.in_edit >= 0.98 * tally.changed > 0
    assert tally.corrected >= 0.85 * tally.in_edit


def test_correct_english_is_harmed_less_than_once_in_a_thousand_words() -> None:
    """Doing no harm counts more than finding everything."""
    tally = _tally("en", jfleg_references(measuring_data("jfleg/dev.ref0")))
    assert tally.harmed <= tally.correct_words / 1000


def test_corrected_swedish_is_changed_less_than_twice_in_a_thousand_words() -> None:
    """Most of these changes are errors that the correctors have missed."""
    tally = _tally("sv", dalaj_correct(measuring_data("spelling/dalaj-sv-dev.jsonl")))
    assert tally.changed <= 2 * tally.correct_words / 1000
