"""A batch seen as a class."""

import random
import time

import numpy as np
import pytest

from actors.phases.nlp import NLPService
from actors.phases.nlp.class_view import ClassView, Finding, FindingKind, view_class
from actors.phases.nlp.distributions import Distributions, robust_z
from actors.phases.nlp.duplicates import near_duplicates
from actors.phases.service import EssayTask, PhaseSettings
from contracts.results.nlp import NLPResultDataV1

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
    """An essay of sentences of seven words, different for each seed."""
    chance = random.Random(seed)
    return " ".join(
        f"My {chance.choice(NOUNS)} {chance.choice(VERBS)} the {chance.choice(NOUNS)} of every {chance.choice(NOUNS)}."
        for _ in range(sentences)
    )


def class_of(texts: dict[str, str]) -> ClassView:
    """The class view of essays measured as English."""
    service = NLPService()
    results: dict[str, NLPResultDataV1] = {}
    for essay, text in texts.items():
        settings = PhaseSettings(language="en", options={"parse": False})
        result = service.process(EssayTask(essay, "id", text, settings)).result
        assert isinstance(result, NLPResultDataV1)
        results[essay] = result
    return view_class(results, texts)


def class_with(**extra: str) -> ClassView:
    """A class of twelve like essays, and some more."""
    return class_of({f"essay-{seed:02}": essay_of(seed) for seed in range(12)} | extra)


def kinds(findings: list[Finding]) -> list[tuple[str, FindingKind]]:
    """Which essay is worth a look for what."""
    return [(finding.essay_id, finding.kind) for finding in findings]


def test_an_even_class_has_nothing_to_look_at() -> None:
    """Findings are exceptions."""
    assert list(class_with().worth_a_look) == []


def test_a_text_far_shorter_than_its_class_is_worth_a_look() -> None:
    """A quarter of the median is far shorter in every class."""
    assert kinds([*class_with(short=essay_of(99, 3)).worth_a_look]) == [("short", FindingKind.FAR_SHORTER)]


def test_a_text_far_longer_than_its_class_is_worth_a_look() -> None:
    """And so is four times the median."""
    assert ("long", FindingKind.FAR_LONGER) in kinds([*class_with(long=essay_of(99, 100)).worth_a_look])


def test_a_text_without_words_is_worth_a_look() -> None:
    """It is in no distribution of lengths, and not lost."""
    assert kinds([*class_with(empty="...").worth_a_look]) == [("empty", FindingKind.NO_WORDS)]


def test_an_essay_in_another_language_is_found_and_has_no_place_in_the_class() -> None:
    """Metrics of another language would shift the distributions."""
    view = class_with(swedish="Min skola ligger nära skogen och jag går dit varje dag med mina vänner. " * 10)
    assert ("swedish", FindingKind.OTHER_LANGUAGE) in kinds([*view.worth_a_look])
    assert "swedish" not in view.essays
    assert view.distributions["words_count"].essays == 12


def test_an_essay_nearly_the_same_as_another_names_it() -> None:
    """Both are told of each other; a word here and there makes no difference."""
    view = class_with(copy=essay_of(3).replace("every", "each", 4))
    found = {finding.essay_id: finding.other_essay_id for finding in view.worth_a_look}
    assert found == {"copy": "essay-03", "essay-03": "copy"}


def test_half_an_essay_is_found_in_the_whole() -> None:
    """What is copied from is larger than the copy: the share of the smaller one counts."""
    found = near_duplicates({"whole": essay_of(1, 40), "half": essay_of(1, 20)})
    assert found["half"].contained == 1.0


def test_essays_that_quote_the_prompt_are_not_copies_of_each_other() -> None:
    """What all were given says nothing of any."""
    prompt = essay_of(50, 20)
    texts = {"one": f"{prompt} {essay_of(1, 10)}", "two": f"{prompt} {essay_of(2, 10)}"}
    assert near_duplicates(texts)
    assert not near_duplicates(texts, prompt)


def test_a_thousand_copies_take_no_longer_than_a_thousand_essays() -> None:
    """Copies are compared with one of them and not with each other."""
    started = time.thread_time()
    found = near_duplicates({f"essay-{number}": essay_of(1) for number in range(1000)})
    assert len(found) == 1000
    assert time.thread_time() - started < 10


def test_short_texts_share_a_phrase_by_chance() -> None:
    """A few words alike are no copy."""
    assert not near_duplicates({"one": "I like my school very much.", "two": "I like my school very much."})


def test_a_place_is_the_share_of_the_class_below() -> None:
    """Mid-ranks: equal essays share their place, and the median of an odd class is at 50."""
    table = Distributions({name: {"m": value} for name, value in zip("abcde", [1.0, 2, 2, 3, 4], strict=True)})
    assert [table.places_of(essay)["m"].percentile for essay in "abcde"] == [10, 40, 40, 70, 90]


def test_a_distribution_leaves_out_what_could_not_be_measured() -> None:
    """A null is not zero."""
    table = Distributions({"a": {"m": 1.0, "n": None}, "b": {"m": 3.0, "n": None}, "c": {"m": None, "n": None}})
    assert (table.by_metric["m"].essays, table.by_metric["m"].median) == (2, 2.0)
    assert "n" not in table.by_metric
    assert table.places_of("c") == {}


def test_modified_z_scores_are_those_of_iglewicz_and_hoaglin() -> None:
    """0.6745 (x - median) / MAD: one far value does not hide itself."""
    z = robust_z(np.array([1.0, 2.0, 3.0, 4.0, 100.0]))
    assert z[-1] == pytest.approx(0.6745 * 97)
    assert np.isnan(robust_z(np.array([1.0, 2.0]))).all()
    assert np.isnan(robust_z(np.array([1.0, 1.0, 1.0, 1.0, 9.0]))).all()


def test_a_class_of_none_is_empty_and_no_error() -> None:
    """All essays may have failed."""
    view = view_class({}, {})
    assert (list(view.worth_a_look), dict(view.distributions)) == ([], {})
