"""What the patterns of lessons match, and what they leave alone."""

import pytest

from actors.phases.ai_feedback.passage import Passage
from actors.phases.ai_feedback.patterns import pattern_evidence

WRONG = [
    ("en", "They play with they friends.", "there_their", "they friends"),
    ("en", "We need many energy for it.", "much_many", "many energy"),
    ("en", "He can provide us more time.", "preposition", "provide us more"),
    ("en", "When comes to school, I am careful.", "missing_subject", "When comes to"),
    ("en", "You will never accomplish in life.", "missing_object", "accomplish in life"),
    ("en", "Ask me if you have any question.", "plural_nouns", "have any question"),
    ("en", "There are different type of parks.", "plural_nouns", "different type of"),
    ("en", "Show how good you work.", "adverb_form", "how good you work"),
    ("en", "I learned from other peoples experience.", "owner_apostrophe", "other peoples experience"),
    ("en", "Learning from others mistakes is wise.", "owner_apostrophe", "from others mistakes"),
    ("en", "She moved to Canada before three years.", "preposition", "before three years"),
    ("en", "We live in the third floor.", "preposition", "in the third floor"),
    ("en", "I talk with people from others countries.", "plural_nouns", "others countries"),
    ("en", "Don't afraid of it.", "be_and_verb", "Don't afraid"),
    ("en", "I listen to american music.", "proper_capital", "american"),
    ("en", "He cooks on friday.", "proper_capital", "friday"),
    ("sv", "Det är farligt, tillexempel för fåglar.", "split_compound", "tillexempel"),
    ("sv", "Vi slängde maten för dom hinner inte äta.", "de_dem", "dom hinner"),
    ("en", "The film was very interested.", "ed_ing", "film was very interested"),
    ("en", "It is the better film I have seen.", "double_comparison", "is the better film I have"),
    ("en", "I was born the 5 May.", "preposition", "born the 5 May"),
    ("en", "I work like a teacher.", "preposition", "work like a teacher"),
    ("en", "I paid the meal in cash.", "preposition", "paid the meal"),
    ("en", "He looked me and smiled.", "preposition", "looked me"),
    ("en", "I hope you to come.", "preposition", "hope you to come"),
    ("en", "I go to school by the bus.", "preposition", "go to school by the bus"),
    ("en", "It is located in the north coast of Spain.", "preposition", "in the north coast"),
    ("en", "The book who I read was good.", "who_which", "book who I"),
    ("en", "I saw a man what was old.", "who_which", "man what was"),
    ("en", "I cannot find my trouser.", "plural_nouns", "my trouser"),
    ("en", "United States is a big country.", "article", "United States"),
    ("en", "It was first time I saw the sea.", "article", "was first time"),
    ("en", "She is having hard time with it.", "article", "having hard time"),
    ("en", "The window was break by him.", "be_and_verb", "was break"),
    ("en", "English is speaking in many countries.", "be_and_verb", "English is speaking"),
    ("en", "What means this word?", "question_order", "What means this"),
    ("en", "I don't know neither.", "double_negative", "don't know neither"),
    ("en", "I want to hangout with friends.", "one_word_or_two", "to hangout"),
    ("en", "My brother study at the university.", "verb_agreement", "My brother study"),
    ("en", "A lot of people thinks so.", "verb_agreement", "A lot of people thinks"),
    ("en", "I would like to visiting London.", "base_verb", "would like to visiting"),
    ("en", "I am interested to learn English.", "preposition", "interested to learn"),
    ("en", "We arrived in the airport late.", "preposition", "arrived in the airport"),
    ("en", "I spend all my money for clothes.", "preposition", "spend all my money for"),
    ("en", "I agree to you.", "preposition", "agree to you"),
    ("en", "The people in the Italy are nice.", "article", "in the Italy"),
    ("en", "She has long hairs.", "mass_nouns", "long hairs"),
    ("en", "This is the most cheap shop.", "double_comparison", "the most cheap"),
    ("en", "He speaks English fluent.", "adverb_form", "speaks English fluent"),
    ("en", "I wish I can fly.", "time_clause", "wish I can"),
    ("en", "The accident was happened last night.", "be_and_verb", "was happened"),
    ("en", "It's depend on you.", "be_and_verb", "It's depend on"),
    ("en", "It is difficult for understand.", "ing_form", "difficult for understand"),
    ("en", "I went out for buy milk.", "ing_form", "went out for buy"),
    ("en", "The man who he lives there is old.", "double_subject", "man who he lives"),
    ("en", "The film that I saw it was good.", "double_subject", "film that I saw it"),
    ("en", "My house it is big.", "double_subject", "My house it is"),
    ("en", "My friends and me went out.", "pronoun_form", "My friends and me"),
    ("en", "It stays between you and I.", "pronoun_form", "between you and I"),
    ("sv", "Mitt favorit kapitel är långt.", "split_compound", "favorit kapitel"),
    ("sv", "Ingen visste vart dem skulle gå.", "de_dem", "dem skulle"),
    ("sv", "Katten är väldig mjuk.", "adverb_form", "är väldig mjuk"),
]
RIGHT = [
    ("en", "We help when they work, and they dream of it. They provide us with many energy drinks."),
    ("en", "It is a different kind of park, and a very different way to play. He did not have any question of hers."),
    ("sv", "Hon blev rädd av ljudet. – Vänta! ropade någon."),
    ("en", "We were born in May. He works like a machine. I paid for the meal, and he paid the bill."),
    ("en", "She looked him in the eye. We hope to see you. We went by bus to the house by the lake."),
    ("en", "The people who I met know what was said, and the girl asked what was wrong. My pyjama top is wet."),
    ("en", "The United States is big, and he lives in the United States. It was the first time we met."),
    ("en", "The door was broken by him. He is speaking in many schools. What does it mean? What means have we?"),
    ("en", "She is the better player. They were interested in it. I do not know either. We like our hangout."),
    ("en", "The opinion of many people is clear. Let my brother go. I would like to bring a friend and to sing."),
    ("en", "We arrived in the morning. I spent money on clothes for her. We went to Italy."),
    ("en", "The book that she read it in was old. The day it is over, we go. My guess is that it was late."),
    ("en", "She came with my brother and I was happy. Between you and me, he and I are friends."),
    ("en", "I wish I could fly. He went out for dinner and came for help. It is hard for me to learn."),
    ("sv", "Mina favoriter är fisk och glass. Vi såg dem, och de skulle gå. Det är väldigt mjukt."),
]


@pytest.mark.parametrize(("language", "text", "topic", "quoted"), WRONG)
def test_a_pattern_sees_its_slip_at_its_place(language: str, text: str, topic: str, quoted: str) -> None:
    """Patterns are for fixed expressions, which need no parser."""
    assert (topic, quoted) in {(one.topic, one.quote) for one in pattern_evidence(Passage(text), language)}


@pytest.mark.parametrize(("language", "text"), RIGHT)
def test_patterns_leave_right_sentences_alone(language: str, text: str) -> None:
    """The same words may be right in another order, or with other neighbours."""
    assert not [(one.topic, one.quote) for one in pattern_evidence(Passage(text), language)]
