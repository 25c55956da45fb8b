"""Build the list of English words that are written where another word is meant.

``python -m drivers.lab.build_spelling_confusions`` builds it from the spellchecker's word list and the pronunciations
that pocketsphinx ships (CMUdict). A line is ``written<TAB>sounds alike<TAB>one letter away``. Writers confuse words
that sound alike; words one letter away are slips, listed only if the intended word is frequent and the written one is
not. The list has neither forms of one word (``walk`` and ``walks``), which are grammar, nor two spellings of one word.
"""

import gzip
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Final

import typer
from pocketsphinx import get_model_path

from actors.phases.spellcheck.candidates import NearbyWords
from actors.phases.spellcheck.lexicon import Lexicon, load_lexicon
from actors.phases.spellcheck.word_model import load_word_model

DATA: Final = Path(__file__).parent.parent.parent / "actors" / "phases" / "spellcheck" / "data"
_NOTICE: Final = "# Sources and licences: SOURCES.md in this folder.\n"
_USED_ZIPF: Final = 3.0
_FREQUENT_ZIPF: Final = 4.6
_RARE_ZIPF: Final = 4.6
_OFTENER: Final = 0.5
_WORD: Final = re.compile(r"[a-z]+(?:'[a-z]+)?")
_ENDINGS: Final = (
    *("s", "es", "d", "ed", "r", "er", "n", "en", "ly", "y", "'s", "ing", "st", "est", "ers", "ies", "ied", "ier", "e"),
    *("al", "t", "f", "fe", "ve", "ves", "an", "us", "is", "ent", "ant", "a", "i", "z", "ze", "se", "able", "ible"),
    *("ence", "ance", "ey", "ie", "or", "our", "re", "in'", "th", "'d", "'ll", "ion", "ive", "ism", "ist", ""),
)
_SAME_WORD: Final = frozenset(
    frozenset(pair.split("/"))
    for pair in (
        *(
            "ok/okay",
            "gray/grey",
            "ax/axe",
            "program/programme",
            "check/cheque",
            "practice/practise",
            "licence/license",
        ),
        *("enquiry/inquiry", "story/storey", "disk/disc", "whisky/whiskey", "mom/mum", "ah/aw", "oh/owe", "til/till"),
        *("pajamas/pyjamas", "catsup/ketchup", "yah/yeah", "donut/doughnut", "hi/high", "nite/night", "thru/through"),
        *("insure/ensure", "insured/ensured", "insures/ensures", "insuring/ensuring", "flier/flyer", "dryer/drier"),
        *("goodbye/goodby", "curb/kerb", "tire/tyre", "plow/plough", "doc/dock", "mic/mike", "draft/draught"),
    )
)
_KEPT: Final = frozenset(
    (
        *("cant", "wont", "not", "no", "never", "nor"),  # a negation is never a slip
        *("thy", "thee", "ye", "thou", "ere", "nay"),  # archaic, and right where they are used
        *(
            "ah",
            "aw",
            "awe",
            "oh",
            "ow",
            "owe",
            "uh",
            "um",
            "er",
            "err",
            "eh",
            "ha",
            "hah",
            "hm",
            "mm",
            "duh",
            "dah",
            "whoa",
        ),
        *("ho", "hey", "hay", "moo", "pooh", "poo", "tick", "tock", "fer", "a", "i", "or"),
    )
)
"""Words that are never taken for others, nor others for them."""


def are_forms_of_one_word(one: str, other: str) -> bool:
    """Whether the two differ only in a grammatical ending."""
    stem = min(len(one), len(other), 3)
    shared = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    ends = ((one[at:], other[at:]) for at in range(shared, max(stem, 2) - 1, -1))
    return any(a in _ENDINGS and b in _ENDINGS for a, b in ends if a or b)


def pronunciations(path: Path, words: Iterable[str]) -> dict[str, set[str]]:
    """The words with each pronunciation, from a file in CMUdict's format."""
    wanted = set(words)
    sounds: dict[str, set[str]] = defaultdict(set)
    for line in path.read_text(encoding="utf-8").splitlines():
        word, _, sound = line.partition(" ")
        plain = re.sub(r"\(\d+\)$", "", word)
        if plain in wanted:
            sounds[sound].add(plain)
    return sounds


def sounding_alike(sounds: Mapping[str, set[str]]) -> dict[str, set[str]]:
    """For each word, the others that share a pronunciation with it."""
    alike: dict[str, set[str]] = defaultdict(set)
    for words in sounds.values():
        for word in words:
            alike[word] |= {other for other in words if not _is_same(word, other)}
    return alike


def _is_same(word: str, other: str) -> bool:
    return word == other or frozenset((word, other)) in _SAME_WORD or are_forms_of_one_word(word, other)


def confusions(lexicon: Lexicon) -> Iterator[tuple[str, list[str], list[str]]]:
    """Each word that may be written for others, with those that sound alike and those one letter away."""
    model = load_word_model("en", lexicon.zipf)
    words = [
        word
        for word in lexicon.proposable()
        if _WORD.fullmatch(word) and model.knows(word) and (lexicon.form(word) == word or word.startswith("i'"))
    ]
    regions = [load_lexicon(region) for region in ("en-US", "en-GB")]
    used = [
        word
        for word in words
        if lexicon.zipf(word) >= _USED_ZIPF and not any(region.is_of_other_region(word) for region in regions)
    ]
    alike = sounding_alike(pronunciations(Path(get_model_path("en-us/cmudict-en-us.dict")), used))
    frequent = NearbyWords([word for word in used if lexicon.zipf(word) >= _FREQUENT_ZIPF])
    for word in sorted(set(used) - _KEPT):
        alike[word] -= _KEPT
        slips = [
            near
            for near, _ in (frequent.within(word, 1) if lexicon.zipf(word) < _RARE_ZIPF else ())
            if lexicon.zipf(near) >= lexicon.zipf(word) + _OFTENER
            and near not in alike[word] | _KEPT
            and not _is_same(word, near)
        ]
        if alike[word] or slips:
            yield word, sorted(alike[word]), sorted(slips)


def main(out: Annotated[Path, typer.Option(help="Where the list goes.")] = DATA) -> None:
    """Build the list."""
    lines = [f"{word}\t{' '.join(alike)}\t{' '.join(slips)}\n" for word, alike, slips in confusions(load_lexicon("en"))]
    with (out / "confusions-en.txt.gz").open("wb") as raw, gzip.GzipFile("", "wb", fileobj=raw, mtime=0) as packed:
        packed.write((_NOTICE + "".join(lines)).encode())
    typer.echo(f"{len(lines)} words")


if __name__ == "__main__":
    typer.run(main)
