"""Swedish: compounds written as two words, small words that sound alike, abbreviations."""

import pytest

from contracts.results.spellcheck import CorrectionKind
from tests.phases.spellcheck.conftest import Check


@pytest.mark.parametrize(
    "apart",
    [
        *(
            "jätte roligt",
            "data spel",
            "mat salen",
            "sommar lovet",
            "klass kamrater",
            "fotbolls match",
            "mobil telefon",
        ),
        *("tand läkare", "snö boll", "vardags rum", "kött bullar", "super bra", "buss hållplats", "favorit mat"),
    ],
)
def test_a_compound_that_is_written_apart_is_suggested_with_a_lesson(check: Check, apart: str) -> None:
    """It is suggested and not made; the explanation says how to hear it."""
    outcome = check(f"Vi hade {apart} igår.", "sv")
    found = [each for each in outcome.result.corrections if each.original == apart]
    assert [each.kind for each in found] == [CorrectionKind.SPLIT_JOIN]
    assert found[0].replacement == apart.replace(" ", "")
    assert "sammansatt ord" in found[0].explanation
    assert outcome.text == f"Vi hade {apart} igår."


@pytest.mark.parametrize(
    ("apart", "joined"),
    [
        *(("sjuk sköterska", "sjuksköterska"), ("röd vin", "rödvin"), ("snabb mat", "snabbmat")),
        *(("lärare utbildning", "lärarutbildning"), ("fotboll spelare", "fotbollsspelare")),
        *(("röd hårig", "rödhårig"), ("blå ögda", "blåögda"), ("sjuk skriven", "sjukskriven")),
        *(("skol buss", "skolbuss"), ("skol gård", "skolgård"), ("kyrk klocka", "kyrkklocka")),
        *(
            ("läkare sekreterare", "läkarsekreterare"),
            ("kök bord", "köksbord"),
        ),
        *(("brand man", "brandman"), ("tjänste man", "tjänsteman"), ("tv serie", "tv-serie"), ("cd skiva", "cd-skiva")),
    ],
)
def test_the_first_part_of_a_compound_may_have_a_form_of_its_own(check: Check, apart: str, joined: str) -> None:
    """It may be an adjective, a stem that is no word, an abbreviation, or need another letter at its end."""
    found = check(f"Hon såg {apart} igår.", "sv").result.corrections
    assert [(each.original, each.replacement) for each in found] == [(apart, joined)]


@pytest.mark.parametrize("joined", ["min musik|lektion", "ett musik|prov", "hennes gitarr|lektion"])
def test_behind_a_determiner_two_nouns_are_one_that_no_list_has(check: Check, joined: str) -> None:
    """Only measures may be apart there: *en timme matte*."""
    apart = joined.replace("|", " ")
    found = check(f"Det var {apart}.", "sv").result.corrections
    assert [each.replacement for each in found] == [joined.replace("|", "").split()[-1]]


@pytest.mark.parametrize(
    "text",
    [
        *("I fredags kväll gick vi på bio.", "På måndag morgon åker vi.", "Ur hem kommer många barn."),
        *("Vi har en timme matte.", "Det var en klass elever.", "Min engelska lärare är bra.", "Mina barn jätte."),
    ],
)
def test_words_that_belong_to_different_phrases_are_no_compound(check: Check, text: str) -> None:
    """Times of day, measures, origins, and adjectives that are nouns as well."""
    found = check(text, "sv").result.corrections
    assert [each for each in found if each.kind is CorrectionKind.SPLIT_JOIN] == []


@pytest.mark.parametrize(
    "text",
    [
        "En svensk lärare har en röd bil, och en stor stad en vit sjal.",
        "Alla får vara med. En dag man minns, och en tv som är ny.",
        "Ett lands framtid, världens starkaste och dåligt samvete.",
    ],
)
def test_words_that_only_stand_beside_each_other_are_no_compound(check: Check, text: str) -> None:
    """Most words that could be joined are right apart."""
    assert check(text, "sv").result.corrections == ()


@pytest.mark.parametrize(
    "text",
    [
        "En svensk lärare drack en kopp kaffe och ett glas mjölk.",
        "Vi åt mat i en stor stad för ett par dagar sedan.",
        "I dag gick de hem till dem som bor här, en gång för alla.",
        "TV:ns ljud, USA:s president, ett SMS:et och vd:n på FN:s möte.",
        "Hon hade bl.a. en intr. av boken, t.ex. i förh. till filmen från papua.",
        "Du ska, och det var bra, försöka att gå och sätta dig.",
        "De ser dem, och vi gav dem det de ville ha av de fyra.",
        "Var är han? Han var där för två år sedan, och våra barn kan vara med.",
        "Hon sitter och läser, och han gick och lade sig.",
    ],
)
def test_right_swedish_is_not_changed(check: Check, text: str) -> None:
    """Two words may be right as two, and an abbreviation is no misspelling."""
    assert check(text, "sv").text == text


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("Dem är snälla.", "De är snälla."),
        ("Jag såg de igår.", "Jag såg dem igår."),
        ("Hon leker med de.", "Hon leker med dem."),
        ("Jag tänker och gå hem.", "Jag tänker att gå hem."),
        ("Va gör du?", "Vad gör du?"),
        ("Han gick å köpte mjölk å bröd.", "Han gick och köpte mjölk och bröd."),
        ("Det är kul å spela.", "Det är kul att spela."),
        ("De badar i en å, och å andra sidan är det kallt.", "De badar i en å, och å andra sidan är det kallt."),
        ("Han va snäll.", "Han var snäll."),
        ("Det ska var kul.", "Det ska vara kul."),
        ("Jag är äldre en du.", "Jag är äldre än du."),
        ("Jag gör det for dig.", "Jag gör det för dig."),
        ("Jag köpte nya klader.", "Jag köpte nya kläder."),
        ("Det är en bra ide.", "Det är en bra idé."),
    ],
)
def test_small_words_that_sound_alike_are_told_by_their_company(check: Check, wrong: str, right: str) -> None:
    """*De* and *dem*, *och* and *att*, *va* and *var*, and lost dots."""
    assert check(wrong, "sv").text == right


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        *(
            ("Jag tycker om och läsa.", "Jag tycker om att läsa."),
            ("Jag vet att de regnar.", "Jag vet att det regnar."),
        ),
        *(("Vart bor du?", "Var bor du?"), ("Jag vet inte vart han är.", "Jag vet inte var han är.")),
        *(("Han har vart sjuk.", "Han har varit sjuk."), ("Det är ända chansen.", "Det är enda chansen.")),
        *(("Jag har gott i skolan.", "Jag har gått i skolan."), ("Det smakade gått.", "Det smakade gott.")),
        *(
            ("Hon är längre en jag.", "Hon är längre än jag."),
            ("Jag vet inte hur dem mår.", "Jag vet inte hur de mår."),
        ),
        *(("Han kom inte fören klockan tre.", "Han kom inte förrän klockan tre."), ("Ja heter Bo.", "Jag heter Bo.")),
        *(("I bland är jag trött.", "Ibland är jag trött."), ("Vi gick i genom skogen.", "Vi gick igenom skogen.")),
    ],
)
def test_a_word_is_told_from_one_that_sounds_like_it(check: Check, wrong: str, right: str) -> None:
    """Its neighbours must leave no doubt."""
    assert check(wrong, "sv").text == right


@pytest.mark.parametrize(
    "text",
    [
        *("Svårt för dem är hon ändå. De är snälla.", "I bland annat skolan finns det.", "Ja, det är så. Vart ska du?"),
        *(
            "Vi gick ända fram. Den enda vägen gick vi.",
            "Det är gott om plats. Jag har gott om tid.",
            "Hon är en av dem.",
        ),
    ],
)
def test_a_word_that_sounds_like_another_is_left_where_it_is_right(check: Check, text: str) -> None:
    """Both of them are words."""
    assert check(text, "sv").text == text


@pytest.mark.parametrize("word", ["da", "intr", "förh", "papua", "omg"])
def test_what_may_be_an_abbreviation_is_not_changed(check: Check, word: str) -> None:
    """Such as a short word with which others begin, or a name without its capital."""
    text = f"Sedan kom {word} i texten."
    assert check(text, "sv").text == text


@pytest.mark.parametrize("word", ["intr", "förh", "papua"])
def test_no_other_word_is_suggested_for_an_abbreviation(check: Check, word: str) -> None:
    """It would only puzzle the reader."""
    assert check(f"Sedan kom {word} i texten.", "sv").result.corrections == ()


@pytest.mark.parametrize(("wrong", "right"), [("vill och gå", "vill gå"), ("måste och sova", "måste sova")])
def test_a_modal_verb_takes_the_infinitive_without_and(check: Check, wrong: str, right: str) -> None:
    """It is only suggested, because two verbs may also stand side by side."""
    found = check(f"Jag {wrong} nu.", "sv").result.corrections
    assert [f"Jag {wrong} nu.".replace(each.original, each.replacement) for each in found] == [f"Jag {right} nu."]


def test_a_misspelt_part_of_a_compound_is_corrected_though_no_list_holds_it(check: Check) -> None:
    """Swedish forms compounds freely, and writers misspell them, too."""
    found = check("Vi spelade med en vattenbol.", "sv").result.corrections
    assert "vattenboll" in found[0].candidates


@pytest.mark.parametrize("apart", ["min kompis skola", "en extra säng", "ville grilla korv", "det är kul men"])
def test_an_owner_a_verb_and_extra_are_no_part_of_a_compound(check: Check, apart: str) -> None:
    """Kompis has no ending of its own for the genitive, and grilla is a verb."""
    assert check(f"Vi såg att {apart} fanns där.", "sv").result.corrections == ()
