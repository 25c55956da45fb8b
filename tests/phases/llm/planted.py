"""Essays with planted names, numbers and handles, and which of these must not be sent to a model."""

from typing import NamedTuple

CLASS = ("Hope Larsson", "Mark Webb", "Will Baker", "Liv Ek", "Vilja Holm", "Grace Okafor", "Storm Lind", "Rose Ng")


class Planted(NamedTuple):
    """A sentence of an essay, the words in it that could identify somebody, and its language."""

    text: str
    secrets: tuple[str, ...]
    language: str = "en"


NUMBERS = (
    "08.555.44.02",
    "08.123.45.67",
    "(08) 555 44 02",
    "070-123 45 67",
    "070/123 45 67",
    "+46 70 123 45 67",
    "+46 (0)70-123 45 67",
    "0046701234567",
    "08\u2013555 44 02",
    "08\u00a0555\u00a044\u00a002",
    "08\u00b7555\u00b744\u00b702",
    "555-0142-77",
    "20090512-1234",
)
HANDLES = ("emma_09", "xX_birdie07_Xx", "liv2009", "emma.k.09", "bo99", "the_real_hawk", "@nisse.b", "k1llerqueen")
LISTED = ("hope", "mark", "will", "liv", "vilja", "grace", "storm", "rose", "ng", "webb")
ESSAYS = (
    *(Planted(f"You can call me on {number} in the evening.", (number,)) for number in NUMBERS),
    *(Planted(f"I play every day and there I am {handle} to all.", (handle,)) for handle in HANDLES),
    *(Planted(f"yesterday {name} came to us and we played.", (f" {name} ",)) for name in LISTED),
    Planted("we met hopes sister and marks dog.", ("hope", "mark")),
    Planted("vi har liv och vilja i klassen, och livs bok.", ("liv", "vilja"), "sv"),
    Planted("My friend joy is kind. joy sings.", ("joy",)),
    Planted("my brother drew is seven, and drew has a dog.", ("drew",)),
    Planted("Dawn is my best friend. I like Dawn.", ("Dawn",)),
    Planted("Frank and I went home.", ("Frank",)),
    Planted("ruby and i went home.", ("ruby",)),
    Planted("min kompis sten spelar fotboll.", ("sten",), "sv"),
    Planted("jag heter alva och min bror björn är fem.", ("alva", "björn"), "sv"),
    Planted("my name is summer, and summer is twelve.", ()),
    Planted('We call him "the hawk" because he sees all.', ("hawk",)),
    Planted('Our coach, Erik "Bagarn" Berg, shouted.', ("Erik", "Bagarn", "Berg")),
    Planted('I sat with my friend "birdie" and ate.', ("birdie",)),
    Planted("De kallar honom ”Nisse” i skolan.", ("Nisse",), "sv"),
    Planted("Her nickname was 'Sparky' for years.", ("Sparky",)),
)
