"""Build the word lists of the spellchecker from SCOWL, wordfreq and hunspell-sv.

``python -m drivers.lab.build_spelling_words --scowl /usr/share/dict/scowl`` (Debian's package ``scowl``). A line of a
list is ``word<TAB>Zipf frequency x 100<TAB>flags``, the most frequent first. Flags: ``u`` American only, ``g``
British only, ``c`` right only as it is capitalised here, ``r`` right but never proposed, ``x`` seen in running text
but not known to be a word (its frequency is evidence when a word is judged).
"""

import gzip
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Final

import typer
import wordfreq

from actors.phases.spellcheck.candidates import NearbyWords
from actors.phases.spellcheck.lexicon import swedish_dictionary

DATA: Final = Path(__file__).parent.parent.parent / "actors" / "phases" / "spellcheck" / "data"
COARSE: Final = frozenset((Path(__file__).parent / "coarse_words.txt").read_text(encoding="utf-8").split())
"""Coarse words: accepted where a pupil writes them, but never proposed."""

_REGIONS: Final = {
    "english": {"american", "british"},
    "american": {"american"},
    "british": {"british"},
    "british_z": {"british"},
}
_VARIANTS: Final = ("variant_1", "british_variant_1")
_BRITISH_USE: Final = "british_variant_1"
_BRITISH_TOO: Final = frozenset(
    ("acknowledgment", "acknowledgments", "specialty", "specialties", "whiskey", "airplane")
)
_LARGEST: Final = {"words": 80, "contractions": 70, "proper-names": 70, "upper": 70, "abbreviations": 50}
_COMMON_SIZE: Final = 50
_SURE_SIZE: Final = 70
_COMMON_ZIPF: Final = 3.5
_USED_ZIPF: Final = 2.3
_SHORTEST_USED: Final = 5
_OVERSHADOWED_BY: Final = 2.0
_FUNCTION_ZIPF: Final = 5.5
_MODERN: Final = (
    *(
        "blog",
        "blogger",
        "blogging",
        "covid",
        "cybersecurity",
        "donuts",
        "don'ts",
        "ebook",
        "ebooks",
        "emoji",
        "emojis",
    ),
    *("esports", "facebook", "fiancé", "gameplay", "google", "hashtag", "influencer", "influencers", "instagram"),
    *("lifecycle", "lockdown", "netflix", "offseason", "podcast", "podcasts", "rainforest", "selfie", "selfies"),
    *("smartphone", "smartphones", "snapchat", "spotify", "tiktok", "twitter", "vlog", "vlogs", "webcam", "wellbeing"),
    *("whatsapp", "wifi", "youtube", "youtuber", "youtubers", "lol", "omg", "xbox", "ok", "okay", "n't"),
    *(
        "benefitted",
        "benefitting",
        "divorcee",
        "divorcees",
        "facebooking",
        "googled",
        "googling",
        "materiel",
        "repotted",
    ),
    *("skyping", "tornados", "vaping", "zeroes"),
)

_SEEN_FROM: Final = 2.0
_SWEDISH_SHORT: Final = frozenset(
    (
        *("adj", "adv", "ang", "anm", "apr", "aug", "avd", "bl", "ca", "dec", "dvs", "enl", "etc", "ev", "exkl", "feb"),
        *(
            "förh",
            "forts",
            "fr",
            "gbg",
            "ggr",
            "inkl",
            "intr",
            "jfr",
            "jmf",
            "kap",
            "kl",
            "konj",
            "moms",
            "motsv",
            "mvh",
        ),
        *("mån", "nr", "obs", "okt", "ordf", "osv", "pga", "prep", "ref", "resp", "sekr", "sept", "sid", "st", "sthlm"),
        *("subst", "tel", "tex", "tis", "tors", "uppg", "lör", "jan", "nov", "ons", "fre"),
    )
)
"""Abbreviations that pupils use, which are right but never proposed."""

_SWEDISH_FROM: Final = 1.5
_SHORTENED_IS: Final = frozenset(
    f"{word}'s"
    for word in (
        *("it", "he", "she", "that", "there", "here", "what", "who", "where", "how", "when", "let", "one", "everyone"),
        *("someone", "everybody", "somebody", "nobody", "anybody", "everything", "something", "nothing"),
    )
)
_WORD: Final = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*")
_NOTICE: Final = "# Sources and licences: SOURCES.md in this folder.\n"


@dataclass(slots=True)
class Entry:
    """One spelling: where it is preferred (nowhere, for a variant), and the smallest SCOWL size that has it.

    A spelling ``in_british_use`` is also written by the British, though they prefer another (``judgment``).
    """

    size: int
    regions: set[str] = field(default_factory=set)
    in_british_use: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a list."""

    word: str
    zipf: float
    flags: str

    def __str__(self) -> str:
        return f"{self.word}\t{round(self.zipf * 100)}\t{self.flags}\n"


def _scowl_files(folder: Path) -> Iterator[tuple[str, str, int, Path]]:
    for path in sorted(folder.iterdir()):
        matched = re.fullmatch(r"([a-z_1-3]+)-([a-z-]+)\.(\d+)", path.name)
        if matched and matched[2] in _LARGEST and int(matched[3]) <= _LARGEST[matched[2]]:
            yield matched[1], matched[2], int(matched[3]), path


def _scowl_entries(folder: Path) -> dict[str, Entry]:
    entries: dict[str, Entry] = {}
    for dialect, _, size, path in _scowl_files(folder):
        if dialect not in _REGIONS and dialect not in _VARIANTS:
            continue
        for word in path.read_text(encoding="iso-8859-1").split():
            if (
                (word.endswith("'s") and word not in _SHORTENED_IS)
                or not _WORD.fullmatch(word)
                or (len(word) == 1 and word not in {"a", "I"})
            ):
                continue
            entry = entries.setdefault(word, Entry(size))
            entry.size = min(entry.size, size)
            entry.regions |= _REGIONS.get(dialect, set())
            entry.in_british_use |= dialect == _BRITISH_USE or word in _BRITISH_TOO
    return entries


def _english_flags(word: str, entry: Entry, zipf: float) -> str:
    regions = entry.regions | ({"british"} if entry.in_british_use and entry.regions else set())
    flags = {"american": "u", "british": "g"}[min(regions)] if len(regions) == 1 else ""
    if word != word.lower() and zipf < _COMMON_ZIPF and (entry.size > _COMMON_SIZE or len(word) < 4):
        flags += "c"
    return flags + ("r" if zipf == 0 or word.lower() in COARSE else "")


def _seen(frequencies: dict[str, float], known: Iterable[str]) -> Iterator[Row]:
    taken = {word.lower() for word in known}
    for word, zipf in frequencies.items():
        if zipf >= _SEEN_FROM and word not in taken and _WORD.fullmatch(word) and not word.endswith("'s"):
            yield Row(word, zipf, "x")


def _frequencies(language: str) -> dict[str, float]:
    """Every word that wordfreq knows in ``language``, with its Zipf frequency (log10 per billion words)."""
    buckets = wordfreq.get_frequency_list(language, "large")
    return {word: 9 - place / 100 for place, bucket in enumerate(buckets) for word in bucket}


def english_rows(scowl: Path) -> list[Row]:
    """SCOWL up to size 70 in American and British spelling, words in use of size 80, and other words seen in texts."""
    frequencies = _frequencies("en")
    entries = _scowl_entries(scowl) | {word: Entry(_SURE_SIZE, {"american", "british"}) for word in _MODERN}
    sure = {word.lower(): frequencies.get(word.lower(), 0.0) for word, at in entries.items() if at.size <= _SURE_SIZE}
    doubts = {word for word, entry in entries.items() if entry.size > _SURE_SIZE}
    dubious = doubts - _used(doubts, frequencies, sure)
    rows = []
    for word, entry in entries.items():
        if word not in dubious:
            zipf = frequencies.get(word.lower(), 0.0) or _contraction_zipf(word)
            rows.append(Row(word, zipf, _english_flags(word, entry, zipf)))
    return rows + list(_seen(frequencies, (row.word for row in rows)))


def _used(words: Iterable[str], frequencies: dict[str, float], sure: dict[str, float]) -> set[str]:
    """Those of SCOWL's rare words that are really used, and not just as misspellings of much more frequent words.

    ``rainforest`` is such a word; ``wich``, ``informations`` and ``aswell`` are in SCOWL as well, and are left out.
    """
    long_enough = (word for word in words if len(word) >= _SHORTEST_USED and word.lower() not in sure)
    often = [word for word in long_enough if frequencies.get(word, 0.0) >= _USED_ZIPF and not _is_run_on(word, sure)]
    nearby = NearbyWords([word for word, zipf in sure.items() if zipf >= _USED_ZIPF + _OVERSHADOWED_BY])
    return {
        word
        for word in often
        if all(sure[near] < frequencies[word] + _OVERSHADOWED_BY for near, _ in nearby.within(word, 1))
    }


def _is_run_on(word: str, frequencies: dict[str, float]) -> bool:
    parts = ((word[:at], word[at:]) for at in range(1, len(word)))
    return any(min(frequencies.get(one, 0), frequencies.get(other, 0)) >= _FUNCTION_ZIPF for one, other in parts)


def _contraction_zipf(word: str) -> float:
    return wordfreq.zipf_frequency(word, "en") if "'" in word else 0.0


def swedish_rows() -> list[Row]:
    """Wordfreq's Swedish words that hunspell-sv knows, and other words seen in running text.

    The rarest are left out, because the checker also asks the dictionary itself, which accepts them.
    """
    frequencies = _frequencies("sv")
    dictionary = swedish_dictionary()
    rows = []
    for word, zipf in frequencies.items():
        if zipf < _SWEDISH_FROM or not _WORD.fullmatch(word):
            continue
        if word in _SWEDISH_SHORT or (len(word) > 1 and dictionary.spell(word)):
            rows.append(Row(word, zipf, "r" if word in COARSE | _SWEDISH_SHORT else ""))
        elif dictionary.spell(word.capitalize()):
            rows.append(Row(word.capitalize(), zipf, "" if zipf > 3.5 and len(word) > 3 else "c"))
    return rows + list(_seen(frequencies, (row.word for row in rows)))


def write(rows: list[Row], path: Path) -> None:
    """Write a list, the most frequent words first; the same rows always give the same bytes."""
    rows.sort(key=lambda row: (-round(row.zipf * 100), row.word))
    with path.open("wb") as raw, gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0) as packed:
        packed.write((_NOTICE + "".join(map(str, rows))).encode())


def main(
    scowl: Annotated[Path, typer.Option(help="The folder with SCOWL's lists.")] = Path("/usr/share/dict/scowl"),
    out: Annotated[Path, typer.Option(help="Where the lists go.")] = DATA,
) -> None:
    """Build both lists."""
    for language, rows in (("en", english_rows(scowl)), ("sv", swedish_rows())):
        write(rows, out / f"words-{language}.txt.gz")
        typer.echo(f"{language}: {sum('x' not in row.flags for row in rows)} words, {len(rows)} lines")


if __name__ == "__main__":
    typer.run(main)
