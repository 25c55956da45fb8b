"""Feedback uses what earlier phases found, and works without them."""

import numpy as np
import pytest

from actors.phases.ai_feedback import AIFeedbackService
from actors.phases.ai_feedback.training import fit
from actors.phases.ai_feedback.traits import trait_bands
from actors.phases.nlp import NLPService
from actors.phases.service import EssayTask, PhaseSettings
from actors.phases.spellcheck.service import SpellcheckService
from contracts.phases import PhaseName
from contracts.results.ai_feedback import AIFeedbackResultDataV1, EvidenceSource, Trait
from contracts.texts import text_storage_id_of
from tests.phases.ai_feedback.essays import LEARNER, SWEDISH, task

SETTINGS = PhaseSettings(language="en")
MISSPELT = "I belive that freinds are importent becuase they help you. " + LEARNER


def test_corrections_of_the_spellcheck_phase_are_quoted_where_they_stand_now() -> None:
    """In a corrected text, the right word is quoted, together with the student's own spelling."""
    spelling = SpellcheckService().process(EssayTask("e", text_storage_id_of(MISSPELT), MISSPELT, SETTINGS))
    assert spelling.text is not None
    corrected = EssayTask(
        "e", spelling.result.text_storage_id, spelling.text, SETTINGS, {PhaseName.SPELLCHECK: spelling.result}
    )
    result = AIFeedbackService().process(corrected).result
    assert isinstance(result, AIFeedbackResultDataV1)
    items = [item for item in result.analysis.evidence if item.source is EvidenceSource.SPELLCHECK]
    assert ("friends", "freinds") in {(item.quote, item.as_written) for item in items}
    assert all(spelling.text[item.start : item.end] == item.quote for item in items)
    assert result.quoted_text_storage_id == spelling.result.text_storage_id


def test_metrics_of_the_nlp_phase_are_taken_over() -> None:
    """The teacher sees the NLP phase's figures."""
    alone = task(LEARNER, language="en")
    nlp = NLPService().process(alone).result
    after = EssayTask(alone.essay_id, alone.text_id, alone.text, alone.settings, {PhaseName.NLP: nlp})
    result = AIFeedbackService().process(after).result
    assert isinstance(result, AIFeedbackResultDataV1)
    assert result.analysis.figures["nlp.words_count"] == result.analysis.figures["words_count"]


def test_a_short_text_has_no_bands_but_a_reason() -> None:
    """Ten words say nothing about a writer."""
    result = AIFeedbackService().process(task("I like my school because it is near.", language="en")).result
    assert isinstance(result, AIFeedbackResultDataV1)
    assert all(band.band is None and "too short" in band.reason for band in result.analysis.traits)


def test_swedish_has_no_bands_without_a_model_of_ones_own() -> None:
    """No scale was validated for Swedish, and none is invented."""
    result = AIFeedbackService().process(task(SWEDISH)).result
    assert isinstance(result, AIFeedbackResultDataV1)
    assert all(band.band is None and band.reason for band in result.analysis.traits)


@pytest.mark.parametrize(
    ("trait", "worse"),
    [
        (Trait.LANGUAGE, {"misspellings_per_100_words": 6.0}),
        (Trait.LANGUAGE, {"slips_per_100_words": 6.0}),
        (Trait.GRAMMAR, {"grammar_slips_per_100_words": 4.0}),
    ],
)
def test_more_slips_lower_a_band(trait: Trait, worse: dict[str, float]) -> None:
    """All else equal, misspellings lower the overall band, and slips of grammar the grammar band."""
    measures = {"words_count": 300.0, "misspellings_per_100_words": 0.0, "slips_per_100_words": 1.0}
    measures |= {"grammar_slips_per_100_words": 0.5}
    place = list(Trait).index(trait)
    low, high = (trait_bands(one, "en")[place].estimate for one in (measures | worse, measures))
    assert low is not None
    assert high is not None
    assert low < high


def test_traits_that_are_not_told_apart_have_no_number_of_their_own() -> None:
    """The same number is not given six times: traits that only follow the overall band have none."""
    given = {band.trait for band in trait_bands({"words_count": 300.0, "slips_per_100_words": 1.0}, "en") if band.band}
    assert given == {Trait.GRAMMAR, Trait.LANGUAGE}


def test_a_model_of_ones_own_finds_what_scores_follow() -> None:
    """Scores that depend on one measure of twenty are predicted for unseen essays."""
    chance = np.random.default_rng(7)
    table = [{f"m{n}": float(chance.normal()) for n in range(20)} | {"words_count": 300.0} for _ in range(200)]
    scores = [{Trait.SYNTAX: float(np.clip(3 + one["m3"], 1, 5))} for one in table]
    model = fit(table[:150], scores[:150], "sv")
    told = [trait_bands(one, "sv", model)[list(Trait).index(Trait.SYNTAX)].estimate for one in table[150:]]
    assert np.corrcoef([t or 0 for t in told], [one[Trait.SYNTAX] for one in scores[150:]])[0, 1] > 0.8


def test_a_fit_needs_enough_essays() -> None:
    """Five essays are not enough to train on."""
    with pytest.raises(ValueError, match="at least 30"):
        fit([{"m": 1.0}] * 5, [{Trait.SYNTAX: 3.0}] * 5, "en")
