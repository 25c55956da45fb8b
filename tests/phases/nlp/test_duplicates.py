"""Texts that share much of their content."""

import random
import time

import pytest

from actors.phases.nlp.duplicates import near_duplicates

NOUNS = [
    "school",
    "teacher",
    "summer",
    "friend",
    "book",
    "music",
    "football",
    "family",
    "city",
    "forest",
    "phone",
    "game",
]
VERBS = ["likes", "finds", "needs", "makes", "wants", "sees", "takes", "gives", "helps", "follows", "opens", "keeps"]


def essay_of(seed: int, sentences: int = 20) -> str:
    """An essay of seven-word sentences, different for each seed."""
    chance = random.Random(seed)
    return " ".join(
        f"My {chance.choice(NOUNS)} {chance.choice(VERBS)} the {chance.choice(NOUNS)} of every {chance.choice(NOUNS)}."
        for _ in range(sentences)
    )


def prose_of(seed: int, words: int) -> str:
    """A text of so many words, different for each seed, in which few phrases occur twice."""
    chance = random.Random(seed)
    return " ".join(
        chance.choice("bdfgklmnprst") + chance.choice("aeiou") + chance.choice("bdfgklmnprst") for _ in range(words)
    )


def test_an_essay_nearly_the_same_as_another_names_it() -> None:
    """Each names the other; a few different words make no difference."""
    texts = {f"essay-{seed:02}": essay_of(seed) for seed in range(12)}
    found = near_duplicates(texts | {"copy": essay_of(3).replace("every", "each", 4)})
    assert {essay: likeness.other for essay, likeness in found.items()} == {"copy": "essay-03", "essay-03": "copy"}


def test_half_an_essay_is_found_in_the_whole() -> None:
    """The copied essay may be larger than the copy, so the share of the smaller one counts."""
    found = near_duplicates({"whole": essay_of(1, 40), "half": essay_of(1, 20)})
    assert found["half"].contained == 1.0


@pytest.mark.parametrize("others", [0, 400], ids=["a class", "an exam"])
def test_a_short_essay_taken_whole_from_a_much_longer_one_is_found(others: int) -> None:
    """The share of the shorter essay counts, whatever the ratio of the lengths and the size of the batch."""
    whole = prose_of(1, 900)
    texts = {"whole": whole, "part": " ".join(whole.split()[300:350])}
    found = near_duplicates(texts | {f"essay-{seed}": prose_of(seed, 300) for seed in range(2, others + 2)})
    assert {essay: likeness.other for essay, likeness in found.items()} == {"whole": "part", "part": "whole"}
    assert found["part"].contained == 1.0


def test_a_short_essay_half_of_which_is_taken_from_a_much_longer_one_is_found() -> None:
    """The other half is the student's own."""
    whole = prose_of(1, 900)
    found = near_duplicates({"whole": whole, "half": f"{' '.join(whole.split()[300:362])} {prose_of(2, 60)}"})
    assert found["half"].other == "whole"


def test_a_short_essay_of_the_words_that_a_whole_class_uses_is_no_copy() -> None:
    """The assignment's own words, and phrases of everybody, are no sign of copying, even if nobody gave them."""
    question = prose_of(0, 40)
    texts = {f"essay-{seed}": f"{question} {prose_of(seed, 600)}" for seed in range(1, 13)}
    assert not near_duplicates(texts | {"short": f"{question} {prose_of(13, 20)}"})


def test_essays_that_quote_the_prompt_are_not_copies_of_each_other() -> None:
    """What all were given does not count."""
    prompt = essay_of(50, 20)
    texts = {"one": f"{prompt} {essay_of(1, 10)}", "two": f"{prompt} {essay_of(2, 10)}"}
    assert near_duplicates(texts)
    assert not near_duplicates(texts, prompt)


def test_a_thousand_copies_take_no_longer_than_a_thousand_essays() -> None:
    """Copies are compared with one of them, and not with each other."""
    started = time.thread_time()
    found = near_duplicates({f"essay-{number}": essay_of(1) for number in range(1000)})
    assert len(found) == 1000
    assert time.thread_time() - started < 10


def test_short_texts_share_a_phrase_by_chance() -> None:
    """A few equal words are no copy."""
    assert not near_duplicates({"one": "I like my school very much.", "two": "I like my school very much."})
