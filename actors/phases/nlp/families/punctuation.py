"""Punctuation, capitals and spacing: conventions of written text that its characters show."""

import re
from collections.abc import Callable
from typing import Final

from actors.phases.nlp.document import Document
from actors.phases.nlp.metric import Family
from actors.phases.nlp.requirements import language, words

PUNCTUATION: Final = Family("punctuation", "Punctuation and conventions", (words(1),))

_TERMINATED: Final = re.compile(r"[.!?…][\"')\]”’»]*\Z")
_MISSING_SPACE: Final = re.compile(r"[,;:!?](?=[^\W\d_])|(?<=[a-zà-ÿ]{2})\.(?=[A-ZÀ-Þ][a-zà-ÿ])")
_SPACE_BEFORE: Final = re.compile(r"(?<=\w)[ \t]+[,.;:!?](?![.\w])")
_REPEATED_MARK: Final = re.compile(r"(?<![!?])[!?]{2,}")
_CAPITALISED: Final = re.compile(r"(?<=[a-zà-ÿ,] )[A-ZÀ-Þ][a-zà-ÿ]+")
_SHOUTED: Final = re.compile(r"\b[A-ZÀ-Þ]{3,}\b")
_LONE_I: Final = re.compile(r"(?<![\w.'-])i(?=\s|'|,)(?!\.)")
_NUMBER: Final = re.compile(r"\b\d+")

_MARKS: Final = {
    "commas": ("Commas", ","),
    "full_stops": ("Full stops", "."),
    "question_marks": ("Question marks", "?"),
    "exclamation_marks": ("Exclamation marks", "!"),
    "semicolons": ("Semicolons", ";"),
    "colons": ("Colons", ":"),
    "dashes": ("Dashes (en and em)", "–—"),
    "hyphens": ("Hyphens", "-"),
    "apostrophes": ("Apostrophes and single quotation marks", "'"),
    "quotation_marks": ("Double quotation marks", '"“”„«»'),
    "parentheses": ("Opening parentheses and brackets", "(["),
}


def _rate_of(marks: str) -> Callable[[Document], float]:
    return lambda document: 100 * sum(document.characters[mark] for mark in marks) / len(document.words)


for _name, (_title, _characters) in _MARKS.items():
    PUNCTUATION.add(
        f"{_name}_per_100_words",
        _rate_of(_characters),
        f"{_title} per 100 words.\n\nUnit: per 100 words. Source: Page (1966), Project Essay Grade.",
    )


@PUNCTUATION.metric()
def marks_per_100_words(document: Document) -> float:
    """All of the punctuation marks above, per 100 words.

    Unit: per 100 words. Source: Page (1966), Project Essay Grade.
    """
    marks = "".join(characters for _, characters in _MARKS.values())
    return _rate_of(marks)(document)


@PUNCTUATION.metric()
def capitalised_sentences_percent(document: Document) -> float:
    """Sentences whose first letter is a capital, out of all sentences.

    Unit: %. Source: own definition, after conventions in rubrics.
    """
    capitalised = sum(_begins_with_capital(sentence.text) for sentence in document.sentences)
    return 100 * capitalised / len(document.sentences)


@PUNCTUATION.metric()
def terminated_sentences_percent(document: Document) -> float:
    """Sentences that end with a terminal mark, out of all sentences.

    Unit: %. Source: own definition, after conventions in rubrics.
    """
    terminated = sum(_TERMINATED.search(sentence.text[-8:]) is not None for sentence in document.sentences)
    return 100 * terminated / len(document.sentences)


@PUNCTUATION.metric()
def questions_percent(document: Document) -> float:
    """Sentences that end with a question mark, out of all sentences.

    Unit: %. Source: Hyland (2005), engagement.
    """
    questions = sum("?" in sentence.text[-3:] for sentence in document.sentences)
    return 100 * questions / len(document.sentences)


@PUNCTUATION.metric()
def contractions_per_100_words(document: Document) -> float:
    """Words with an apostrophe inside, other than those in 's, per 100 words.

    Unit: per 100 words. Source: Biber (1988).
    """
    contracted = sum(times for word, times in document.types.items() if "'" in word and not word.endswith("'s"))
    return 100 * contracted / len(document.words)


@PUNCTUATION.metric(language("en", "the pronoun I is English"))
def lower_case_i_per_100_words(document: Document) -> float:
    """The pronoun I in lower case, per 100 words.

    Unit: per 100 words. Source: own definition, after conventions in rubrics.
    """
    return _per_100_words(_LONE_I, document)


def _begins_with_capital(sentence: str) -> bool:
    first = next((character for character in sentence if character.isalnum()), "")
    return not first.islower()


def _per_100_words(pattern: re.Pattern[str], document: Document) -> float:
    return 100 * len(pattern.findall(document.text)) / len(document.words)


_PATTERNS: Final = {
    "missing_spaces": ("Marks that lack the space after them", _MISSING_SPACE),
    "spaces_before_marks": ("Marks with a space before them", _SPACE_BEFORE),
    "repeated_marks": ("Runs of two and more exclamation and question marks", _REPEATED_MARK),
    "capitalised_inside": ("Capitalised words inside a sentence (names, mostly)", _CAPITALISED),
    "shouted_words": ("Words of three and more capitals", _SHOUTED),
    "numbers": ("Numbers in digits", _NUMBER),
}


def _rate_of_pattern(pattern: re.Pattern[str]) -> Callable[[Document], float]:
    return lambda document: _per_100_words(pattern, document)


for _name, (_title, _pattern) in _PATTERNS.items():
    PUNCTUATION.add(
        f"{_name}_per_100_words",
        _rate_of_pattern(_pattern),
        f"{_title} per 100 words.\n\nUnit: per 100 words. Source: own definition, after conventions in rubrics.",
    )
