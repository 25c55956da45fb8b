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
    ("Min pappa jobba på en fabrik.", "verb_form", "Min pappa jobba"),
    ("Sen hitta jag en krabba.", "verb_form", "hitta jag"),
    ("Alva blev rädd och tappa boken.", "verb_form", "tappa"),
    ("Det är många som diskutera om detta.", "verb_form", "många som diskutera"),
    ("Hon tog hennes väska och gick.", "sin_or_hans", "Hon tog hennes väska"),
    ("En familjer kan ha roligt där.", "plural_nouns", "En familjer"),
    ("Varje dagar tränar jag.", "plural_nouns", "Varje dagar"),
    ("Jag ser henne varje dagen.", "gender", "varje dagen"),
    ("Han kom in i en moskén.", "gender", "en moskén"),
    ("Jag tycker om min nya cykeln.", "gender", "min nya cykeln"),
    ("Jag läste den bok igår.", "gender", "den bok"),
    ("Jag tycker om dessa bok.", "plural_nouns", "dessa bok"),
    ("Jag tycker att det är orättvis.", "adjective_agreement", "det är orättvis"),
    ("Jag vill inte att gå dit.", "base_verb", "vill inte att gå"),
    ("I Sverige det är kallt på vintern.", "word_order", "det är"),
    ("I början allt var nytt.", "word_order", "allt var"),
    ("Ibland barnen gråter.", "word_order", "barnen gråter"),
    ("När jag var nio år gammal min familj flyttade hit.", "word_order", "min familj flyttade"),
    ("Men när folk pratar snabbt jag förstår ingenting.", "word_order", "jag förstår"),
    ("Jag har aldrig se havet.", "verb_form", "har aldrig se"),
    ("Jag försöker att lär mig svenska.", "base_verb", "försöker att lär mig"),
    ("Om alla har samma kläder man kan inte se skillnad.", "word_order", "man kan"),
    ("I Sverige många elever köper dyra kläder.", "word_order", "många elever köper"),
    ("De som har inte råd känner sig utanför.", "word_order", "som har inte"),
    ("Jag åker buss och sen jag går fem minuter.", "word_order", "jag går"),
    ("Hon är snälla.", "adjective_agreement", "Hon är snälla"),
    ("Alla är inte skyldig.", "adjective_agreement", "Alla är inte skyldig"),
    ("Det är bra att människor leva i fred.", "verb_form", "människor leva"),
    ("Jag ville inte men min kusin Melvin han åkte.", "double_subject", "min kusin Melvin han"),
    ("På flygplatsen min kusin väntade på mig.", "word_order", "min kusin väntade"),
    ("Jag hade inga kläder och jag frysa mycket.", "verb_form", "jag frysa"),
    ("Hon har en svart katten.", "gender", "en svart katten"),
    ("Filmen var spännande och roligt.", "adjective_agreement", "Filmen var spännande och roligt"),
    ("För två år sedan jag kom till Sverige.", "word_order", "jag kom"),
    ("Efter några timmar jag fick gå in.", "word_order", "jag fick"),
    ("Klockan fem jag går hem.", "word_order", "jag går"),
    ("Kan du säga mig var ligger stationen?", "word_order", "var ligger stationen"),
    ("Jag undrar hur mycket kostar den.", "word_order", "hur mycket kostar den"),
    ("Jag tycker det är inte bra.", "word_order", "tycker det är inte"),
    ("Hon frågade om jag ville inte komma.", "word_order", "om jag ville inte"),
    ("Jag gav han boken.", "pronoun_form", "gav han"),
    ("Låt mig att hjälpa dig.", "base_verb", "Låt mig att"),
    ("Hon såg glada ut.", "adjective_agreement", "Hon såg glada ut"),
    ("Regnar mycket i Sverige.", "missing_subject", "Regnar mycket"),
    ("Han är lika gammal än jag.", "double_comparison", "lika gammal än"),
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
    "Nu ska jag hitta den. Kan jag hitta den? Sen vill jag hitta en krabba, och det var roligt att hitta den.",
    "Jag kan hoppas på det. Vi hoppas att ni kommer, och nu hoppas jag att vi vinner.",
    "Han lovade att jobba mer och spela mindre. Vi hjälpte dem att städa och laga mat.",
    "Hon såg honom hoppa från bryggan och simma i land. Låt oss spela fotboll.",
    "Ska du och jag spela? Hon brukar dansa och sjunga. Barnen fick leka och hoppa.",
    "Anna ringde sin mamma. Hon sa att hennes väska var borta, och hon träffade hans mamma.",
    "Jag läste den bok som du gav mig, han gav den mat, och i den grad det går.",
    "Alla elever läser, varje dag och varje vecka, ett papper, en syster och en motor.",
    "Om man inte gör det blir hunden ledsen. När eleverna kommer går vi in, och om maten är god äter jag.",
    "Jag åkte hem, och sedan jag flyttade hit har jag bott ensam. Vi låter människor leva i fred.",
    "När läraren såg vi inte lyssnade blev han arg. Innan folk går hem städar de.",
    "Då gav han boken till mig. Om jag inte kommer får du gå. Jag undrar om han inte vill.",
    "En ung man och en gammal kvinna såg glada ut. Min syster, min doktor, sin dotter och vår semester.",
    "Maten var god och det var billigt. Filmen var spännande och rolig. Det var kul och roligt.",
    "För två år sedan kom jag hit. Klockan fem går jag hem. Jag undrar hur många kommer.",
    "Låt mig hjälpa dig. Han pratar för högt. En artig elev fick en färdig uppgift.",
    "Han är snäll mot sina fans. Det blå ljuset är farligt. Mitt favoritkapitel är långt.",
    "När jag såg min bror var han glad, och när vi kom hem var mina föräldrar borta.",
    "När jag var liten bodde min familj i Iran. Trots allt är det bra.",
    "Så länge alla är glada är jag nöjd. På bilden han målade ser man en båt.",
)


@pytest.mark.parametrize(("text", "topic", "quoted"), WRONG)
def test_slips_are_seen_at_their_places(text: str, topic: str, quoted: str) -> None:
    """Word order, form and gender."""
    assert (topic, quoted) in {(one.topic, text[one.start : one.end]) for one in slips_of(text) if not one.doubt}


@pytest.mark.parametrize("text", RIGHT)
def test_right_sentences_are_left_alone(text: str) -> None:
    """Inversion, clauses within clauses, and genders that are right."""
    assert not [text[one.start : one.end] for one in slips_of(text) if not one.doubt]


def test_a_capital_after_an_article_is_a_doubt() -> None:
    """En Volvo is right and En Familj is not: no example of good writing."""
    assert any(one.doubt and one.rule == "capital_within" for one in slips_of("Det var en Familj."))


def test_two_words_that_are_in_use_as_one_are_a_doubt() -> None:
    """A sentence with mobil förbud is no example of good writing."""
    assert any(
        one.doubt and one.suggestion == "mobilförbud" for one in slips_of("Därför borde skolan ha mobil förbud.")
    )
