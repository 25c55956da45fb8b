"""Classes of students with names of many kinds, and essays that use these names in every way."""

import csv
import random
import re
from collections.abc import Iterator
from pathlib import Path

FIRST = (
    "Anna", "Björn", "Åsa", "Zoë", "Mohammed", "Fatima", "Lovisa", "Zlatan", "Oliver", "Emma", "Will", "Grace", "Lars",
    "Nils", "Linnéa", "Xóchitl", "Aoife", "Siobhán", "Dwayne", "Priya", "Jamal", "Wei", "Hanna", "Ebba", "Maja",
    "Anna-Karin", "Jean-Luc", "Nguyen", "Tuva", "Hope", "Rose", "Mark", "Ali", "Bo", "Li",
)  # fmt: skip
LAST = (
    "Svensson", "Berg", "Östlund", "Al-Rashid", "O'Connor", "Haddad", "Lindqvist", "Baker", "Andersson", "Kowalczyk",
    "Nilsson", "Ek", "Dahlström", "Okonkwo", "Smith", "Wójcik", "Karlsson", "Papadopoulos", "Yılmaz", "Garcia",
)  # fmt: skip
ORDINARY = frozenset({"Will", "Grace", "Hope", "Rose", "Mark", "Berg", "Ek", "Baker", "Björn", "Bo", "Li", "Ali"})
"""Names that are words as well, or parts of others, so they are searched for with their capital letter."""

ENGLISH = (
    "My name is {me} and I think that {first} is right about school uniforms, because every body look the same.",
    "{first} told us that clothes are expensive. However, {first}'s brother do not agree with me or with {last}.",
    "In our class {small} and me often talk about this. {small}s mother says that uniforms helps a lot.",
    'Last year we asked {full} what {first} wanted. "{last} never listens", said the teacher to {upper}.',
    "{last} came late to the lesson. In conclusion it is more better for everyone, I think, also for {first}’s dog.",
)  # fmt: skip
SWEDISH = (
    "{first} tycker att skoluniformer är bra för alla. Jag heter {me} och jag håller inte med om det.",
    "{first}s mamma säger att kläder är dyra. Igår jag pratade med {small} och {small}s bror om en problem.",
    "{last} kom sent till lektionen. Men {full} har rätt när hon säger att det blir lugnare då.",
    "”{first} lyssnar aldrig”, sa läraren till {upper}. Det är mer bättre för alla, också för {last}s hund.",
)  # fmt: skip


def students(count: int, seed: int = 8) -> list[str]:
    """This many different names."""
    every = [f"{first} {last}" for first in FIRST for last in LAST]
    return random.Random(seed).sample(every, count)


def essay_about(me: str, friend: str, sentences: tuple[str, ...]) -> str:
    """An essay by one student about another."""
    first, last = friend.split()
    names = {"me": me, "first": first, "last": last, "full": friend, "small": first.lower(), "upper": first.upper()}
    return "\n\n".join(sentence.format_map(names) for sentence in sentences)


def write_class(folder: Path, count: int) -> list[str]:
    """Essays in files named after their writers, every third in Swedish, with the class list beside them."""
    names = students(count)
    (folder / "essays").mkdir()
    for number, me in enumerate(names):
        sentences = SWEDISH if number % 3 == 2 else ENGLISH
        text = essay_about(me, names[(number + 7) % count], sentences)
        (folder / "essays" / f"{me.replace(' ', '_')}.txt").write_text(text, encoding="utf-8")
    write_class_list(folder / "class.csv", names)
    return names


def write_class_list(path: Path, names: list[str]) -> None:
    """A class list as a school's program writes it."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["Name"], *([name] for name in names)])


def leaks(sent: str, names: list[str]) -> Iterator[str]:
    """Those of these names, or parts of them, that occur in what was sent, in whatever case or form."""
    for part in sorted({part for name in names for part in name.split()}):
        any_case = 0 if part in ORDINARY else re.IGNORECASE
        if match := re.search(rf"(?<!\w){re.escape(part)}(?:['’]?s)?(?!\w)", sent, any_case):
            yield f"{part}: ...{sent[max(0, match.start() - 40) : match.end() + 20]}"
