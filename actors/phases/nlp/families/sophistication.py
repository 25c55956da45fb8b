"""How rare and how advanced the words are, by frequency lists and CEFR levels."""

from itertools import pairwise
from typing import Final

from actors.phases.nlp.document import Document
from actors.phases.nlp.lexicon import WordFacts
from actors.phases.nlp.metric import Family, Requirement
from actors.phases.nlp.requirements import language, words

SOPHISTICATION: Final = Family("sophistication", "Lexical sophistication")

CEFR_LEVELS: Final = ("A1", "A2", "B1", "B2", "C1", "C2")


def _known(document: Document) -> str | None:
    return None if _known_tokens(document) else "no word of the text is in the frequency list"


def _known_content(document: Document) -> str | None:
    known = any(facts.zipf and facts.is_content for facts in document.facts.values())
    return None if known else "no content word of the text is in the frequency list"


def _levelled(document: Document) -> str | None:
    return (
        None if any(_has_level(facts) for facts in document.facts.values()) else "no word of the text has a CEFR level"
    )


_CEFR: Final[tuple[Requirement, ...]] = (
    language("en", "there is no freely usable list of CEFR levels"),
    words(1),
    _levelled,
)


@SOPHISTICATION.metric(_known)
def zipf_mean(document: Document) -> float:
    """Mean Zipf frequency of the words (tokens) that the frequency list knows; lower is rarer.

    Unit: Zipf (log10 per billion words). Source: van Heuven et al. (2014); TAALES (Kyle and Crossley 2015).
    """
    return document.total(lambda facts: facts.zipf) / _known_tokens(document)


@SOPHISTICATION.metric(_known)
def zipf_types_mean(document: Document) -> float:
    """Mean Zipf frequency of the distinct words that the frequency list knows.

    Unit: Zipf (log10 per billion words). Source: van Heuven et al. (2014); TAALES (Kyle and Crossley 2015).
    """
    known = [facts.zipf for facts in document.facts.values() if facts.zipf]
    return sum(known) / len(known)


@SOPHISTICATION.metric(_known_content)
def zipf_content_mean(document: Document) -> float:
    """Mean Zipf frequency of the distinct content words that the frequency list knows.

    Unit: Zipf (log10 per billion words). Source: van Heuven et al. (2014); TAALES (Kyle and Crossley 2015).
    """
    known = [facts.zipf for facts in document.facts.values() if facts.zipf and facts.is_content]
    return sum(known) / len(known)


@SOPHISTICATION.metric(words(1))
def below_zipf_3_percent(document: Document) -> float:
    """Known words rarer than once in a million, out of all words.

    Unit: %. Source: van Heuven et al. (2014).
    """
    return 100 * document.total(lambda facts: 0 < facts.zipf < 3) / len(document.words)


@SOPHISTICATION.metric(words(1))
def below_zipf_4_percent(document: Document) -> float:
    """Known words rarer than ten times in a million, out of all words.

    Unit: %. Source: van Heuven et al. (2014).
    """
    return 100 * document.total(lambda facts: 0 < facts.zipf < 4) / len(document.words)


@SOPHISTICATION.metric(words(1))
def types_below_zipf_4_percent(document: Document) -> float:
    """Known distinct words rarer than ten times in a million, out of all distinct words.

    Unit: %. Source: van Heuven et al. (2014); Lexical Frequency Profile (Laufer and Nation 1995).
    """
    return 100 * sum(0 < facts.zipf < 4 for facts in document.facts.values()) / len(document.facts)


@SOPHISTICATION.metric(words(1))
def below_zipf_5_percent(document: Document) -> float:
    """Known words rarer than a hundred times in a million, out of all words.

    Unit: %. Source: van Heuven et al. (2014).
    """
    return 100 * document.total(lambda facts: 0 < facts.zipf < 5) / len(document.words)


@SOPHISTICATION.metric(words(1))
def unlisted_percent(document: Document) -> float:
    """Words in no frequency list (mostly misspellings and names), out of all words.

    Unit: %. Source: wordfreq (Speer 2022).
    """
    return 100 * document.total(lambda facts: facts.zipf == 0) / len(document.words)


@SOPHISTICATION.metric(words(1))
def lexical_density_percent(document: Document) -> float:
    """Content words (all words but the listed function words), out of all words.

    Unit: %. Source: Ure (1971).
    """
    return 100 * document.total(lambda facts: facts.is_content) / len(document.words)


@SOPHISTICATION.metric(language("en", "nominal endings are listed for English only"), words(1))
def nominalisations_per_100_words(document: Document) -> float:
    """Words of six or more letters in -tion, -sion, -ment, -ness, -ity, -ance or -ence, per 100 words.

    Unit: per 100 words. Source: Biber (1988).
    """
    return 100 * sum(times for word, times in document.types.items() if _is_nominal(word)) / len(document.words)


@SOPHISTICATION.metric(words(2))
def repeated_pairs_percent(document: Document) -> float:
    """Pairs of neighbouring words that have occurred earlier in the text, out of all pairs.

    Unit: %. Source: TAALES (Kyle and Crossley 2015), bigram types.
    """
    pairs = list(pairwise(document.words))
    return 100 * (1 - len(set(pairs)) / len(pairs))


@SOPHISTICATION.metric(*_CEFR)
def cefr_mean(document: Document) -> float:
    """Mean CEFR level of the distinct content words whose base form has one, A1 = 1 to C2 = 6.

    Unit: level 1 to 6. Source: CEFR-J wordlist (Tono 2020), extended by cefrpy.
    """
    levels = [facts.cefr for facts in document.facts.values() if facts.cefr is not None and facts.is_content]
    return sum(levels) / len(levels)


def _has_level(facts: WordFacts) -> bool:
    return facts.cefr is not None and facts.is_content


def _add_cefr_band(band: str, number: int) -> None:
    def share(document: Document) -> float:
        levelled = document.total(_has_level)
        return 100 * document.total(lambda facts: _has_level(facts) and round(facts.cefr or 0) == number) / levelled

    SOPHISTICATION.add(
        f"cefr_{band.lower()}_percent",
        share,
        f"""Content words whose base form is of level {band}, out of those that have a level.

        Unit: %. Source: CEFR-J wordlist (Tono 2020), extended by cefrpy.""",
        *_CEFR,
    )


for _number, _band in enumerate(CEFR_LEVELS, start=1):
    _add_cefr_band(_band, _number)


def _known_tokens(document: Document) -> float:
    return document.total(lambda facts: facts.zipf > 0)


def _is_nominal(word: str) -> bool:
    singular = word.removesuffix("s")
    return len(singular) >= 6 and singular.endswith(("tion", "sion", "ment", "ness", "ity", "ance", "ence", "nes"))
