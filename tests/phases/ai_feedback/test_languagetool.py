"""A finding of LanguageTool is shown only if it means what the lesson teaches."""

from importlib import import_module
from typing import Any

import pytest

from actors.phases.ai_feedback import languagetool
from actors.phases.ai_feedback.passage import Passage


@pytest.mark.parametrize(
    ("text", "problem", "rule", "suggestion", "lessons"),
    [
        ("I like without go there.", "go", "PREPOSITION_VERB", "going", ["ing_form"]),
        ("We make the extend the day.", "extend", "PREPOSITION_VERB", "extent", [None]),
        ("They are dong it.", "dong", "BEEN_PART_AGREEMENT", "donged", [None]),
        ("She come home.", "come", "NNP_AGREEMENT", "comes", ["verb_agreement"]),
        ("We need many energy.", "many energy", "MANY_NN", "many energies", [None]),
        ("The Beatles come home.", "come", "NNP_AGREEMENT", "comes", []),
    ],
)
def test_a_rule_is_told_where_its_suggestion_is_what_the_lesson_teaches(  # noqa: PLR0917 - a table
    monkeypatch: pytest.MonkeyPatch, text: str, problem: str, rule: str, suggestion: str, lessons: list[str | None]
) -> None:
    """Not with another suggestion, one that is no word, or for a name in the plural."""
    found = {"rule_id": rule, "offset": text.index(problem), "length": len(problem), "suggestions": [suggestion]}

    class Engine:
        def check(self, _text: str) -> list[dict[str, Any]]:
            return [found]

    monkeypatch.setattr(languagetool, "_engine", lambda _language: Engine())
    monkeypatch.setattr(languagetool, "is_installed", lambda _language: True)
    matches = languagetool.matches(Passage(text), "en")
    assert [match.lesson and match.lesson.key for match in matches] == lessons


@pytest.mark.skipif(not languagetool.is_installed("sv"), reason="the extra [languagetool] is not installed")
def test_swedish_rules_are_asked_without_a_dictionary() -> None:
    """Spelling is checked elsewhere, and suggestions for an unknown word take a fifth of a second."""
    lt_py = import_module("lt_py")
    with languagetool.swedish_without_spelling() as data:
        engine = lt_py.Engine("sv", data_dir=str(data))
    found = engine.check("Jag har skrivitt det och och responsibility.")
    assert [match["rule_id"] for match in found] == ["WORD_REPEAT_RULE"]
