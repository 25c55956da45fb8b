"""What the patterns of lessons see, and what they leave alone."""

import pytest

from actors.phases.ai_feedback.passage import Passage
from actors.phases.ai_feedback.patterns import pattern_evidence

WRONG = [
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
    ("sv", "Mitt favorit kapitel är långt.", "split_compound", "favorit kapitel"),
    ("sv", "Ingen visste vart dem skulle gå.", "de_dem", "dem skulle"),
    ("sv", "Katten är väldig mjuk.", "adverb_form", "är väldig mjuk"),
]
RIGHT = [
    ("en", "We were born in May. He works like a machine. I paid for the meal, and he paid the bill."),
    ("en", "She looked him in the eye. We hope to see you. We went by bus to the house by the lake."),
    ("en", "The people who I met know what was said, and the girl asked what was wrong. My pyjama top is wet."),
    ("en", "The United States is big, and he lives in the United States. It was the first time we met."),
    ("en", "The door was broken by him. He is speaking in many schools. What does it mean? What means have we?"),
    ("en", "She is the better player. They were interested in it. I do not know either. We like our hangout."),
    ("sv", "Mina favoriter är fisk och glass. Vi såg dem, och de skulle gå. Det är väldigt mjukt."),
]


@pytest.mark.parametrize(("language", "text", "topic", "quoted"), WRONG)
def test_a_pattern_sees_its_slip_at_its_place(language: str, text: str, topic: str, quoted: str) -> None:
    """Fixed expressions, where no parser is needed."""
    assert (topic, quoted) in {(one.topic, one.quote) for one in pattern_evidence(Passage(text), language)}


@pytest.mark.parametrize(("language", "text"), RIGHT)
def test_patterns_leave_right_sentences_alone(language: str, text: str) -> None:
    """The same words in another order or with another neighbour."""
    assert not [(one.topic, one.quote) for one in pattern_evidence(Passage(text), language)]
