"""How varied the words are. MTLD, HD-D and MATTR hardly depend on the length of the text; TTR does."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from actors.phases.nlp.document import Document
from actors.phases.nlp.metric import Family
from actors.phases.nlp.requirements import words

DIVERSITY: Final = Family("diversity", "Lexical diversity")

MTLD_THRESHOLD: Final = 0.72
MTLD_SHORTEST_FACTOR: Final = 10
HDD_SAMPLE: Final = 42
MATTR_WINDOW: Final = 50
KNOWN_ZIPF: Final = 2.0  # rarer entries of the list are mostly misspellings
FEWEST_KNOWN: Final = 40


def _known_lemmas(document: Document) -> list[str]:
    facts = document.facts
    return [facts[word].lemma for word in document.words if facts[word].zipf >= KNOWN_ZIPF]


def _has_known_words(document: Document) -> str | None:
    known = len(_known_lemmas(document))
    return None if known >= FEWEST_KNOWN else f"needs {FEWEST_KNOWN} words of the frequency list; the text has {known}"


@DIVERSITY.metric(words(1))
def ttr(document: Document) -> float:
    """Types divided by tokens: only comparable between texts of equal length.

    Unit: ratio 0 to 1. Source: Templin (1957).
    """
    return len(document.types) / len(document.words)


@DIVERSITY.metric(words(1))
def root_ttr(document: Document) -> float:
    """Types divided by the square root of tokens.

    Unit: ratio. Source: Guiraud (1954).
    """
    return len(document.types) / math.sqrt(len(document.words))


@DIVERSITY.metric(words(2))
def log_ttr(document: Document) -> float:
    """Logarithm of types divided by logarithm of tokens.

    Unit: ratio 0 to 1. Source: Herdan (1960).
    """
    return math.log(len(document.types)) / math.log(len(document.words))


@DIVERSITY.metric(words(2))
def maas(document: Document) -> float:
    """(log10 tokens - log10 types) / (log10 tokens)^2; lower is more diverse.

    With natural logarithms, which some programs use, the value is 2.303 times smaller.

    Unit: index, of logarithms to the base of 10. Source: Maas (1972).
    """
    log_tokens = math.log10(len(document.words))
    return (log_tokens - math.log10(len(document.types))) / log_tokens**2


@DIVERSITY.metric(words(50))
def mtld(document: Document) -> float:
    """Mean length of stretches of words that keep a type-token ratio of at least .72, averaged over both directions.

    Unit: words. Source: McCarthy and Jarvis (2010).
    """
    return mtld_of(document.words)


@DIVERSITY.metric(words(50), _has_known_words)
def mtld_lemmas(document: Document) -> float:
    """MTLD of the base forms of words in the frequency list, so that misspellings add no diversity.

    Unit: base forms. Source: McCarthy and Jarvis (2010); on base forms, Treffers-Daller (2013).
    """
    return mtld_of(_known_lemmas(document))


@DIVERSITY.metric(words(50))
def hdd(document: Document) -> float:
    """Expected type-token ratio of a random sample of 42 words.

    Unit: ratio 0 to 1. Source: McCarthy and Jarvis (2007).
    """
    return hdd_of(document.types)


@DIVERSITY.metric(words(MATTR_WINDOW))
def mattr_50(document: Document) -> float:
    """Mean type-token ratio of all windows of 50 words.

    Unit: ratio 0 to 1. Source: Covington and McFall (2010).
    """
    return mattr_of(document.words, MATTR_WINDOW)


@DIVERSITY.metric(words(50))
def yules_k(document: Document) -> float:
    """10,000 (sum of squared word frequencies - tokens) / tokens^2; lower is more diverse.

    Unit: index. Source: Yule (1944).
    """
    tokens = len(document.words)
    return 1e4 * (sum(times * times for times in document.types.values()) - tokens) / tokens**2


@DIVERSITY.metric(words(1))
def hapaxes_percent(document: Document) -> float:
    """Types that occur only once, out of all types.

    Unit: %. Source: Honoré (1979).
    """
    return 100 * sum(times == 1 for times in document.types.values()) / len(document.types)


@DIVERSITY.metric(words(50))
def ovix(document: Document) -> float:
    """Ordvariationsindex: ln(tokens) / ln(2 - ln(types) / ln(tokens)).

    Unit: index. Source: Hultman and Westman (1977).
    """
    return ovix_of(len(document.words), len(document.types))


def ovix_of(tokens: int, types: int) -> float:
    """OVIX from its counts; a text that repeats no word gets the value of one that repeats one."""
    log_tokens = math.log(tokens)
    return log_tokens / math.log(2 - math.log(min(types, tokens - 1)) / log_tokens)


def mtld_of(words: Sequence[str]) -> float:
    """MTLD of a sequence of words (both directions, factors of at least ten words); its length if no word recurs."""
    forward = len(words) / _factors(words)
    return (forward + len(words) / _factors(reversed(words))) / 2


def _factors(words: Iterable[str]) -> float:
    """The number of stretches that fell below the threshold, plus the fraction of the last one."""
    factors = 0
    seen: set[str] = set()
    tokens = 0
    for word in words:
        tokens += 1
        seen.add(word)
        if tokens >= MTLD_SHORTEST_FACTOR and len(seen) < MTLD_THRESHOLD * tokens:
            factors += 1
            tokens = 0
            seen.clear()
    rest = (1 - len(seen) / tokens) / (1 - MTLD_THRESHOLD) if tokens else 0.0
    return factors + rest or 1.0


def hdd_of(types: Mapping[str, float], sample: int = HDD_SAMPLE) -> float:
    """HD-D by the hypergeometric distribution, from how often each type occurs (fractions are allowed).

    Raises:
        ValueError: there are fewer tokens than ``sample``.
    """
    tokens = sum(types.values())
    if tokens < sample:
        raise ValueError(f"HD-D needs {sample} tokens, there are {tokens}")
    log_samples = _log_choose(tokens, sample)
    return sum(
        how_many * (1 - _absence(tokens, times, sample, log_samples))
        for times, how_many in Counter(types.values()).items()
    ) / sample  # fmt: skip


def _absence(tokens: float, times: float, sample: int, log_samples: float) -> float:
    """The probability that a type that occurs ``times`` times is not in the sample."""
    if tokens - times < sample:
        return 0.0
    return math.exp(_log_choose(tokens - times, sample) - log_samples)


def _log_choose(n: float, k: float) -> float:
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)


def mattr_of(words: Sequence[str], window: int) -> float:
    """The mean type-token ratio over all windows of ``window`` words, in one pass over the text."""
    inside = Counter(words[:window])
    total = distinct = len(inside)
    for leaving, entering in zip(words, words[window:], strict=False):
        inside[entering] += 1
        distinct += inside[entering] == 1
        inside[leaving] -= 1
        distinct -= inside[leaving] == 0
        total += distinct
    return total / window / (len(words) - window + 1)
