"""What the rules see in Swedish, and what they leave alone."""

import pytest

from actors.phases.grammar.swedish import slips_of

WRONG = [
    ("När jag blir stor jag vill bli läkare.", "word_order", "jag vill"),
    ("Om man tränar mycket man blir stark.", "word_order", "man blir"),
    ("Jag läser mycket därför jag vill bli läkare.", "word_order", "därför jag vill"),
    ("Det är bra när jag bli stor.", "verb_form", "jag bli"),
    ("Vi har en problem i klassen.", "gender", "en problem"),
    ("Han bor i ett stad vid havet.", "gender", "ett stad"),
    ("De har en djur hemma.", "gender", "en djur"),
    ("Där står en huset vid sjön.", "gender", "en huset"),
    ("Huset är stor.", "adjective_agreement", "Huset är stor"),
    ("Bilen är rött.", "adjective_agreement", "Bilen är rött"),
    ("Det stor huset brann.", "adjective_agreement", "Det stor huset"),
    ("Vi har två bil och ett hus.", "plural_nouns", "två bil"),
    ("Han har sprang hem.", "verb_form", "har sprang"),
    ("Vi har aldrig gick dit.", "verb_form", "har aldrig gick"),
    ("Han vill att går hem.", "base_verb", "vill att går"),
    ("Igår jag gick till skolan.", "word_order", "jag gick"),
    ("I min familj vi har en hund.", "word_order", "vi har"),
    ("Förra veckan min syster fyllde år.", "word_order", "min syster fyllde"),
    ("När jag var liten jag bodde i Syrien.", "word_order", "jag bodde"),
    ("Hon sa att hon kommer inte.", "word_order", "att hon kommer inte"),
    ("Jag vet inte vad är det.", "word_order", "vad är det"),
    ("Varför du är ledsen?", "word_order", "Varför du är"),
    ("Är viktigt att läsa.", "missing_subject", "Är viktigt"),
    ("Det finns mycket människor här.", "much_many", "mycket människor"),
    ("Han kan spelar piano.", "base_verb", "kan spelar"),
    ("Jag gick dit för att köper mat.", "base_verb", "för att köper"),
    ("Jag kom hit för lära mig svenska.", "base_verb", "för lära"),
    ("Mitt mamma är snäll.", "gender", "Mitt mamma"),
    ("Hans huset är stort.", "gender", "Hans huset"),
    ("Den här bil är ny.", "gender", "Den här bil"),
    ("Hon har en nytt bord.", "adjective_agreement", "en nytt"),
    ("Flickorna är snäll.", "adjective_agreement", "Flickorna är snäll"),
    ("Det är rolig att åka skidor.", "adjective_agreement", "Det är rolig"),
    ("Han är mera snällare än hon.", "double_comparison", "mera snällare än"),
    ("Jag är längre som du.", "double_comparison", "längre som"),
    ("Jag gav hon en bok.", "pronoun_form", "gav hon"),
    ("Hon skriver fin.", "adverb_form", "skriver fin"),
    ("Jag ser inte ingenting.", "double_negative", "inte ingenting"),
    ("Min mamma hon jobbar mycket.", "double_subject", "Min mamma hon"),
]
RIGHT = (
    "När jag blir stor vill jag bli läkare.",
    "Om man tränar mycket blir man stark.",
    "När jag såg att han kom sprang jag hem.",
    "Därför vill jag bli läkare, därför att jag tycker om människor.",
    "Jag vet att jag vill bli läkare när jag blir stor.",
    "Vi har ett problem, en stad, ett djur och en bra plan.",
    "Ett par dagar senare kom en till.",
    "Det gamla huset är stort, den svarta katten är liten, och maten är gott.",
    "Många lärare är snälla, flera gånger vägde den tre ton, och två timmar är kort.",
    "En examen, ett vatten, ett öppet fönster, en orden, en ugn.",
    "Min kompis vill att jag ska komma, för vi har var sitt rum.",
    "På bilden jag tog ser man en hund. Sen jag flyttade hit har jag lärt mig mycket.",
    "I skolan vi går i finns en matsal, och efter skolan spelar jag fotboll.",
    "Jag vet att han inte kommer, och jag vet inte vad det är.",
    "Hur du gör det spelar ingen roll. Var bor du?",
    "Det man vill är att sova, och det vi har är bra.",
    "Det är för få lärare, men det är stor skillnad.",
    "Den här bilen är min, mina vänner är snälla, och de stora husen är fina.",
    "Det jag tycker är bra är skolan. Är det viktigt att läsa?",
    "Han springer snabbt, gav henne en bok och kom med oss.",
    "Har alla rätt att säga vad de vill, också i ett mycket litet land?",
    "Vad ska jag bli när jag är stor?",
)


@pytest.mark.parametrize(("text", "topic", "quoted"), WRONG)
def test_slips_are_seen_at_their_places(text: str, topic: str, quoted: str) -> None:
    """Word order, form and gender."""
    assert (topic, quoted) in {(one.topic, text[one.start : one.end]) for one in slips_of(text) if not one.doubt}


@pytest.mark.parametrize("text", RIGHT)
def test_right_sentences_are_left_alone(text: str) -> None:
    """Inversion, clauses within clauses, and genders that are right."""
    assert not [text[one.start : one.end] for one in slips_of(text) if not one.doubt]


def test_two_words_that_are_in_use_as_one_are_a_doubt() -> None:
    """A sentence with mobil förbud is no example of good writing."""
    assert any(
        one.doubt and one.suggestion == "mobilförbud" for one in slips_of("Därför borde skolan ha mobil förbud.")
    )
