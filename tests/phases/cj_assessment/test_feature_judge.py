"""The offline judge: relative to its cohort, modest with few texts, and trainable."""

import json
from pathlib import Path

import numpy as np
import pytest

from actors.phases.cj_assessment.feature_judge import UNTRAINED, FeatureJudge, scores_of, slope_for
from actors.phases.cj_assessment.features import measure_of
from actors.phases.cj_assessment.judges import Question, Side
from actors.phases.cj_assessment.training import ScoredEssay, train
from contracts.phases import EssayStatus, PhaseName
from contracts.results.spellcheck import CorrectionKind, SpellcheckResultDataV1, SpellingCorrection
from drivers.lab.evaluate.cj_judges import calibration, judge_reports, read_essays
from drivers.lab.train_judge import read_scored
from tests.measuring import measuring_data
from tests.phases.cj_assessment.cohorts import ESSAYS, cohort_of, play, results_of


def simulated(count: int, prompts: int, noise: float = 0.5) -> list[ScoredEssay]:
    """Essays whose score is the sum of two features and noise; a third feature has no effect."""
    generator = np.random.default_rng(1)
    found = []
    for number in range(count):
        good, bad, none = generator.normal(size=3)
        score = good - bad + noise * generator.normal()
        found.append(ScoredEssay({"good": good, "bad": bad, "none": none}, score, f"prompt {number % prompts}"))
    return found


def test_equal_texts_are_equally_probable() -> None:
    """Two copies of a text have the same score, and P is one half."""
    first, second = (measure_of(task) for task in cohort_of({"a": ESSAYS["plain"], "b": ESSAYS["plain"]}))
    scores = scores_of(UNTRAINED, [first, second])
    assert FeatureJudge().decide(Side("", scores[0]), Side("", scores[1]), Question()).share == 0.5


def test_two_nearly_equal_texts_are_not_made_to_look_far_apart() -> None:
    """z-scores within two texts are always one apart; usual spreads of the features keep the judge modest."""
    texts = {"a": ESSAYS["plain"], "b": ESSAYS["plain"].replace("In conclusion, phones", "In conclusion, they")}
    one, other = scores_of(UNTRAINED, [measure_of(task) for task in cohort_of(texts)])
    assert abs(one - other) < 0.2


def test_the_slope_is_that_of_two_correlated_normals() -> None:
    """In a simulation, a judge of that validity is right as often as its probabilities say."""
    generator = np.random.default_rng(2)
    truth = generator.normal(size=400_000)
    judged = 0.55 * truth + np.sqrt(1 - 0.55**2) * generator.normal(size=400_000)
    differences = judged[::2] - judged[1::2]
    stated = 1 / (1 + np.exp(-slope_for(0.55) * np.abs(differences)))
    right = np.sign(differences) == np.sign(truth[::2] - truth[1::2])
    assert stated.mean() == pytest.approx(right.mean(), abs=0.01)


def test_corrections_of_an_earlier_spellcheck_count_as_misspellings() -> None:
    """What the spellcheck phase has corrected still counts against the text."""
    (task,) = cohort_of({"a": ESSAYS["plain"]})
    correction = SpellingCorrection(
        start=0,
        stop=1,
        original="i",
        replacement="I",
        candidates=("I",),
        kind=CorrectionKind.NON_WORD,
        confidence=1,
        explanation="",
        applied=True,
    )
    checked = SpellcheckResultDataV1(
        status=EssayStatus.SPELLCHECKED_SUCCESS,
        original_text_storage_id="before",
        text_storage_id=task.text_id,
        producer="test",
        producer_version="1",
        corrections=(correction,),
    )
    corrected = type(task)(task.essay_id, task.text_id, task.text, task.settings, {PhaseName.SPELLCHECK: checked})
    name = "unknown_words_per_100_words"
    assert measure_of(corrected)[name] > measure_of(task)[name]


def test_training_finds_what_scores_depend_on() -> None:
    """Weights have the simulation's signs and sizes, and held-out figures are good."""
    training = train(simulated(300, 6))
    weights = {feature.name: feature.weight for feature in training.weights.features}
    assert weights["good"] > 0.3
    assert weights["bad"] < -0.3
    assert abs(weights["none"]) < 0.1
    assert np.mean([figures.spearman for figures in training.held_out]) > 0.85


def test_training_on_noise_is_seen_to_be_worthless() -> None:
    """Figures are for held-out prompts, so learning nothing shows as nothing."""
    noise = [
        ScoredEssay(
            {f"f{k}": v for k, v in enumerate(np.random.default_rng(n).normal(size=40))}, float(n % 7), f"p{n % 5}"
        )
        for n in range(150)
    ]
    assert abs(np.mean([figures.spearman for figures in train(noise).held_out])) < 0.25


def test_training_needs_essays_that_differ() -> None:
    """Too few essays, or all with the same score, raise an error that says so."""
    with pytest.raises(ValueError, match="too few"):
        train(simulated(10, 2))
    with pytest.raises(ValueError, match="too alike"):
        train([ScoredEssay({"x": float(n)}, 1.0) for n in range(60)])


def test_a_trained_judge_is_used_by_its_content() -> None:
    """The trained weights go into the option ``judge``, and name the judge."""
    weights = UNTRAINED.model_copy(update={"slope": 2.0})
    content = json.loads(weights.model_dump_json())
    cohort = results_of(play(cohort_of(ESSAYS, judge=content)))["plain"].cohort
    assert cohort.judges[0].judge.startswith("features-")


def test_a_table_of_scored_essays_is_read_with_its_own_columns(tmp_path: Path) -> None:
    """Columns are found by name, and an error names the wrong row."""
    table = tmp_path / "scored.csv"
    table.write_text(f'essay,mark\n"{ESSAYS["plain"]}",3\n', encoding="utf-8")
    (essay,) = read_scored(table, ["essay", "mark"], "en")
    assert essay.score == 3
    with pytest.raises(ValueError, match="no column"):
        read_scored(table, ["text", "mark"], "en")
    table.write_text("essay,mark\nSome words here.,good\n", encoding="utf-8")
    with pytest.raises(ValueError, match="row 1"):
        read_scored(table, ["essay", "mark"], "en")


def test_a_calibration_counts_every_pair() -> None:
    """Also pairs of which a judge is so sure that the probability is rounded to 1."""
    bins = calibration(np.array([50.0, 0.1, -0.1, 3.0, -50.0]))
    assert sum(each.pairs for each in bins) == 5
    assert bins[-1].pairs == 3
    assert bins[-1].right == pytest.approx(2 / 3)


@pytest.mark.slow
def test_the_judges_keep_their_figures_on_learners_essays() -> None:
    """Mean Spearman over prompts: .55 untrained, .62 trained on the other prompts, both above length."""
    untrained, trained, length = judge_reports(read_essays(measuring_data("ellipse/essays.csv")))
    assert untrained.mean("spearman") >= 0.55
    assert trained.mean("spearman") >= 0.62
    assert length.mean("spearman") < 0.35
