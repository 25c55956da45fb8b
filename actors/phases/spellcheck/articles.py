"""The indefinite article: the sound of the next word decides between *a* and *an*."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from actors.phases.spellcheck.lexicon import Lexicon
from actors.phases.spellcheck.realword import Mistaken
from actors.phases.spellcheck.tokens import Word

_CONFIDENCE: Final = 0.9
_ANOTHER: Final = "“{original}” is written as one word: “{replacement}”."
_CONSONANT_SOUND: Final = re.compile(
    r"eu|ewe|ewer|once|one(?!r|i)|ouija|ubi|ufo|ug[ar]|uk|ulys|una[nm]i|une(?=s)|uni(?!m|n(?!g)|de?n|d(?=ea))"
    r"|ur(?=[aeiou])|us(?=[aeu]|in)|ut(?=[aeio])"
)
_SILENT_H: Final = re.compile(r"h(?:our|onest|ono(?!l)|eir)")
_EITHER: Final = re.compile(r"h(?:istor|otel|abitu|yster|orrif|erb|allucin|ilar|umble|omage)|u(?:h|mm)|url$|sql$")
_VOWEL: Final = frozenset("aeiouy")
_LETTERS_WITH_VOWEL: Final = frozenset("aefhilmnorsx")
"""The letters whose own names begin with a vowel: *an FBI agent*, *an sms*."""

_SPELT_OUT: Final = frozenset(
    (
        *(
            "abc",
            "aol",
            "api",
            "apr",
            "asmr",
            "atm",
            "bbc",
            "cia",
            "cnn",
            "eu",
            "faq",
            "fbi",
            "fda",
            "gps",
            "hbo",
            "hiv",
        ),
        *(
            "iq",
            "it",
            "mba",
            "mit",
            "mri",
            "msn",
            "nba",
            "nhl",
            "nfl",
            "npr",
            "rna",
            "sos",
            "suv",
            "uae",
            "ufo",
            "uk",
            "un",
        ),
        *("us", "usa", "usb", "ussr", "uv", "vip", "lcd", "rsvp", "mph", "ngo", "nhs", "raf", "eta", "ceo", "ai"),
    )
)
_ABBREVIATED: Final = frozenset(
    {"mr", "mrs", "ms", "dr", "st", "sr", "jr", "ltd", "hmm", "mm", "shh", "psst", "vs", "lb"}
)


def article_for(word: str) -> str | None:
    """``a`` or ``an``, by the sound of ``word``; None where usage is divided or the spelling does not tell."""
    if not word.isascii() or not word.isalpha() or word in _ABBREVIATED or _EITHER.match(word):
        return None
    if is_spelt_out(word):
        return "an" if word[0] in _LETTERS_WITH_VOWEL else "a"
    if len(word) < 3:
        return None
    if word[0] in "aeiou":
        return "a" if _CONSONANT_SOUND.match(word) else "an"
    return "an" if _SILENT_H.match(word) else "a"


def is_spelt_out(word: str) -> bool:
    """True for a word that is read letter by letter, such as ``sms`` or ``fbi``."""
    return word in _SPELT_OUT or (1 < len(word) <= 5 and not _VOWEL & set(word))


def wrong_articles(words: Sequence[Word], left_alone: frozenset[int], lexicon: Lexicon) -> Iterator[Mistaken]:
    """Yield each ``a`` that should be ``an``, and the other way round, before an ordinary word.

    Very frequent words are not ordinary here, since they seldom follow an article: before them ``a`` may be a letter
    (*plan a is*), and ``an`` a typing error for *and*.
    """
    for place, word in enumerate(words[:-1]):
        after = words[place + 1]
        if (place in left_alone and len(word.base) > 1) or not _is_article(words, place) or not after.follows_closely:
            continue
        if after.base == "other":
            yield Mistaken(place, place + 1, "another", _ANOTHER, _CONFIDENCE)
            continue
        right = article_for(after.base) if _opens_noun_phrase(after, lexicon) else None
        if right and right != word.base:
            sound = "vowel" if right == "an" else "consonant"
            why = f"“{after.text}” begins with a {sound} sound: “{right} {after.text}”."
            yield Mistaken(place, place, right, why, _CONFIDENCE)


def _is_article(words: Sequence[Word], place: int) -> bool:
    word = words[place]
    if word.base not in {"a", "an"} or word.is_hyphenated or word.is_protected or word.is_upper:
        return False
    if word.is_capitalised and not word.opens_sentence:
        return False
    return place == 0 or not word.follows_closely or words[place - 1].base not in _LETTERED


def _opens_noun_phrase(word: Word, lexicon: Lexicon) -> bool:
    if word.is_protected or word.has_inner_capital:
        return False
    if word.is_upper:
        return is_spelt_out(word.base)
    if not word.text.islower() and lexicon.form(word.base) != word.text:
        return False
    is_ordinary = is_spelt_out(word.base) or _ORDINARY[0] <= lexicon.zipf(word.base) <= _ORDINARY[1]
    return is_ordinary and word.base not in _NO_NOUN_PHRASE


_ORDINARY: Final = (3.0, 6.35)
_LETTERED: Final = frozenset(("vitamin", "plan", "type", "grade", "class", "group", "part", "section", "option"))
_NO_NOUN_PHRASE: Final = frozenset(
    (
        *("about", "after", "again", "all", "also", "although", "always", "am", "among", "and", "any", "are", "as"),
        *("at", "be", "because", "been", "before", "being", "but", "by", "could", "did", "does", "even", "ever"),
        *("every", "for", "from", "had", "has", "have", "her", "here", "him", "his", "how", "if", "in", "into", "is"),
        *("its", "many", "may", "me", "might", "most", "much", "must", "never", "no", "not", "of", "often", "on"),
        *("only", "or", "our", "over", "should", "some", "such", "than", "that", "the", "their", "them", "then"),
        *("there", "these", "they", "this", "those", "though", "to", "under", "unless", "until", "upon", "us", "was"),
        *("were", "what", "when", "where", "whether", "which", "while", "who", "whose", "why", "with", "without"),
    )
)
