"""Correctly spelt words that are wrong in their place."""

import pytest

from actors.phases.spellcheck.articles import article_for
from contracts.results.spellcheck import CorrectionKind
from tests.phases.spellcheck.conftest import Check


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("Their are many people.", "There are many people."),
        ("They do it for there parents.", "They do it for their parents."),
        ("It is better then the other one.", "It is better than the other one."),
        ("We ate. Than we went home.", "We ate. Then we went home."),
        ("I think its a good idea.", "I think it's a good idea."),
        ("It has it's own door.", "It has its own door."),
        ("If your not careful.", "If you're not careful."),
        ("She is to young.", "She is too young."),
        ("I want too go home.", "I want to go home."),
        ("You should of gone.", "You should have gone."),
        ("I have a apple and an car.", "I have an apple and a car."),
        ("They wont come.", "They won't come."),
        ("He did it him self.", "He did it himself."),
        ("I train everyday.", "I train every day."),
    ],
)
def test_a_confusion_is_corrected_where_its_company_is_strong_evidence(check: Check, wrong: str, right: str) -> None:
    """Its neighbours tell which of the two words was meant."""
    outcome = check(wrong)
    assert outcome.text == right
    assert {each.kind for each in outcome.result.corrections} <= {CorrectionKind.REAL_WORD, CorrectionKind.SPLIT_JOIN}


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        *(("We ate fish and ships.", "We ate fish and chips."), ("He has being ill.", "He has been ill.")),
        *(
            ("I would like to now the price.", "I would like to know the price."),
            ("Do you now why?", "Do you know why?"),
        ),
        *(("You should were a coat.", "You should wear a coat."), ("We won to much money.", "We won too much money.")),
        *(("Thank you for you letter.", "Thank you for your letter."), ("I love me family.", "I love my family.")),
        *(("Please write to my soon.", "Please write to me soon."), ("We we're late.", "We were late.")),
        *(("He loosed the match.", "He lost the match."), ("I sore a film.", "I saw a film.")),
        *(
            ("The sun raises at six.", "The sun rises at six."),
            ("She felt down the stairs.", "She fell down the stairs."),
        ),
        *(("If I where you, I would go.", "If I were you, I would go."), ("The are many.", "There are many.")),
        *(("We had a lot of fan.", "We had a lot of fun."), ("I will do my beast.", "I will do my best.")),
        *(("He has bee ill.", "He has been ill."), ("It is very expansive.", "It is very expensive.")),
        *(("The teem won.", "The team won."), ("She told the true.", "She told the truth.")),
        *(("I learned many new thinks.", "I learned many new things."), ("I have good new.", "I have good news.")),
        *(("The women was nice.", "The woman was nice."), ("We saw two man.", "We saw two men.")),
        *(
            ("We want to life in London.", "We want to live in London."),
            ("It is older that me.", "It is older than me."),
        ),
        *(("He was borne in 1999.", "He was born in 1999."), ("I want to thanks you.", "I want to thank you.")),
        *(("It was a bed idea.", "It was a bad idea."), ("We have a bed day.", "We have a bad day.")),
        *(("A man how was ill came.", "A man who was ill came."), ("I know who to swim.", "I know how to swim.")),
        *(("I swim in the see.", "I swim in the sea."), ("I will come bake soon.", "I will come back soon.")),
        *(("Take a sit.", "Take a seat."), ("The swimming pull is warm.", "The swimming pool is warm.")),
        *(("I felt my keys at home.", "I left my keys at home."), ("Where you there?", "Were you there?")),
        *(("I now that he is right.", "I know that he is right."), ("He brook his leg.", "He broke his leg.")),
        *(("He felt asleep.", "He fell asleep."), ("She felt off her bike.", "She fell off her bike.")),
        *(("My teacher taught me. He thought me how to swim.", "My teacher taught me. He taught me how to swim."),),
        *(("I feel week.", "I feel weak."), ("I have a week heart.", "I have a weak heart.")),
        *(("Are school is big.", "Our school is big."), ("My feat hurt.", "My feet hurt.")),
        *(("I had the day of.", "I had the day off."), ("He want's to go.", "He wants to go.")),
        *(("It effected me.", "It affected me."), ("She has to sisters.", "She has two sisters.")),
        *(("My mum makes the diner.", "My mum makes the dinner."), ("The leafs fell.", "The leaves fell.")),
        *(("Its raining.", "It's raining."), ("I stay because its snowing.", "I stay because it's snowing.")),
        *(
            ("Its cold today.", "It's cold today."),
            ("Your late.", "You're late."),
            ("If your sad, cry.", "If you're sad, cry."),
        ),
        *(("There going home.", "They're going home."), ("I think their tired.", "I think they're tired.")),
        *(("There house is big.", "Their house is big."), ("There mother was ill.", "Their mother was ill.")),
        *(("I here music.", "I hear music."), ("I can't here you.", "I can't hear you.")),
        *(("Who's book is it?", "Whose book is it?"), ("Who's idea was this?", "Whose idea was this?")),
        *(("He lead the team yesterday.", "He led the team yesterday."), ("It has lead to war.", "It has led to war.")),
        *(("I am board.", "I am bored."), ("We get board of it.", "We get bored of it.")),
        *(("Turn of the light.", "Turn off the light."), ("He took of his coat.", "He took off his coat.")),
        *(("I don't no.", "I don't know."), ("We have to except it.", "We have to accept it.")),
        *(("Everyone accept me left.", "Everyone except me left."), ("I except the offer.", "I accept the offer.")),
        *(
            ("I went to by some milk.", "I went to buy some milk."),
            ("In the passed few years.", "In the past few years."),
        ),
        *(
            ("We had it for desert.", "We had it for dessert."),
            ("He died on a dessert island.", "He died on a desert island."),
        ),
        *(("They could of probably won.", "They could have probably won."), ("I need a brake.", "I need a break.")),
    ],
)
def test_a_word_is_told_from_its_like_by_the_part_it_plays_in_the_sentence(
    check: Check, wrong: str, right: str
) -> None:
    """The context allows only one of the two: a verb after *I*, a noun after *whose*."""
    assert check(wrong).text == right


@pytest.mark.parametrize(
    "text",
    [
        "Its meaning is clear, its being here is odd, and its cold climate is known.",
        "Your right hand hurts. Your late father was kind.",
        "There are children here. There is hope, and there lies a house.",
        "We here in Sweden ski, and I am here the whole day. What are we here for?",
        "Who's there? Who's the man it is about? A man who's mad.",
        "Did he lead the team? Let it lead to peace. She must lead us.",
        "He is on board. The board was full. She was board member.",
        "A list of the best. The price of a house. Of course it could, of course.",
        "Come by the house. It has to, by the way, be new. He was hit by a car.",
        "Nobody except the teacher knows. We accept that.",
    ],
)
def test_the_part_a_right_word_plays_is_seen_too(check: Check, text: str) -> None:
    """The other word of the pair is no more likely here."""
    assert check(text).text == text


@pytest.mark.parametrize(
    "text",
    [
        "Their own house is there, and there they stay.",
        "She is older than I am, and then we left.",
        "Its door is open, and it's its only one.",
        "To whom it may concern: your parents are here too.",
        "He was the last one off the bus. The fall of the Roman Empire.",
        "An hour in a university is an honour, a one-off and a European thing.",
        "Everyday life is hard. Vitamin a is good, and plan A is better.",
        "Give peace a chance, for a peace of mind.",
        "I know where they were, and whether the weather was good.",
        "We go to many places, and that leads to much more.",
        "How are you now that it is over? I felt off today. I felt over the moon.",
        "What parents are to children. He thought me a fool.",
        "The whole in itself is good. A week later we met. Are schools big? It is a matter of the day of rest.",
        "I see the see-saw. They know how other thinks. He sits on the bed for hours. I left the tank empty.",
        "Come bake bread with us. It is a plan for the coast. She is the man of the hour. Two man-made lakes.",
        "The cost of living rose. I see now where you stand. The write-up is good. He felt the house shake.",
        "We have to tell many of them. The hole he dug is deep. I did it for you and your friends.",
        "He is being ill-treated. I like to now and then sleep. My feet are sore and I rest. It fits me and my family.",
        "The waste is small. Boats and ships were drawn. What they said was true. It was said that he left.",
        "The lessons get boring. I have a fan at home. I know where he is. The house where I live is old.",
        "Is the true meaning known? They sail to the island. We had two late guests. She made a replay of it.",
    ],
)
def test_a_right_word_is_left_alone(check: Check, text: str) -> None:
    """Changing a right word is the worst error."""
    assert check(text).text == text


@pytest.mark.parametrize(
    ("word", "article"),
    [
        *(("apple", "an"), ("university", "a"), ("uninteresting", "an"), ("hour", "an"), ("house", "a"), ("one", "a")),
        *(("european", "a"), ("umbrella", "an"), ("useful", "a"), ("usher", "an"), ("unicorn", "a"), ("uniform", "a")),
        *(("historic", None), ("unimportant", "an"), ("urgent", "an"), ("utopia", "a"), ("unit", "a"), ("union", "a")),
    ],
)
def test_the_article_goes_by_sound_and_not_by_letter(word: str, article: str | None) -> None:
    """``an`` precedes a vowel that is heard; if usage is divided, nothing is reported."""
    assert article_for(word) == article
