"""The rules of registration: ids, counts and phases are checked before anything starts."""

from typing import Any

import pytest
from pydantic import ValidationError

from contracts import BatchRegistrationRequestV1, PhaseName


def request(**changes: Any) -> BatchRegistrationRequestV1:
    """A sound request with these changes, as received from outside."""
    return BatchRegistrationRequestV1.model_validate(
        {"expected_essay_count": 2, "essay_ids": ["a", "b"], "requested_pipelines": ["spellcheck"], **changes}
    )


@pytest.mark.parametrize(("ids", "expected"), [(["a"], 2), (["a", "b", "c"], 2), ([], 1)])
def test_the_wrong_number_of_ids_is_refused_with_both_numbers(ids: list[str], expected: int) -> None:
    """The wording of the message is part of the contract."""
    message = rf"Length of essay_ids \({len(ids)}\) must match expected_essay_count \({expected}\)"
    with pytest.raises(ValidationError, match=message):
        request(essay_ids=ids, expected_essay_count=expected)


@pytest.mark.parametrize("blank", ["", " ", "\t\n", "\u2003"])
def test_a_blank_id_is_refused_with_its_position(blank: str) -> None:
    """It would not be clear which essay is meant."""
    with pytest.raises(ValidationError, match=r"must not be blank \(positions \[1\]\)"):
        request(essay_ids=["a", blank])


def test_a_repeated_id_is_refused_by_name() -> None:
    """Two essays with one id could not be told apart."""
    with pytest.raises(ValidationError, match=r"must not repeat: \['a'\]"):
        request(essay_ids=["a", "a"])


@pytest.mark.parametrize("count", [0, -1])
def test_a_batch_without_essays_is_refused(count: int) -> None:
    """A batch has at least one essay."""
    with pytest.raises(ValidationError, match="expected_essay_count"):
        request(expected_essay_count=count, essay_ids=None)


@pytest.mark.parametrize("phases", [["telepathy"], ["spellcheck", "Grammar"], [None]])
def test_an_unknown_phase_is_refused(phases: list[str]) -> None:
    """The error names the field and lists the known phases."""
    with pytest.raises(ValidationError, match="requested_pipelines") as caught:
        request(requested_pipelines=phases)
    assert all(phase.value in str(caught.value) for phase in PhaseName)


def test_a_repeated_phase_is_refused_by_name() -> None:
    """A phase runs only once in a pipeline."""
    with pytest.raises(ValidationError, match=r"must not repeat a phase: \['nlp'\]"):
        request(requested_pipelines=["nlp", "spellcheck", "nlp"])


def test_a_pipeline_without_phases_is_refused() -> None:
    """A pipeline has at least one phase."""
    with pytest.raises(ValidationError, match="requested_pipelines"):
        request(requested_pipelines=[])


@pytest.mark.parametrize("count", [1, 30, 1000])
def test_absent_ids_are_made_unique_and_in_order(count: int) -> None:
    """There are as many as expected, and they sort by name as they do by number."""
    ids = request(expected_essay_count=count, essay_ids=None).essay_ids
    assert ids is not None
    assert len(set(ids)) == count
    assert ids == sorted(ids)
    assert ids[0] == f"essay-{'0' * (max(3, len(str(count))) - 1)}1"


def test_ids_that_are_given_are_kept_in_their_order() -> None:
    """The client chooses the order of a batch's essays."""
    assert request(essay_ids=["z", "å"]).essay_ids == ["z", "å"]


def test_the_order_of_the_phases_is_the_clients() -> None:
    """The client chooses the order of a pipeline's phases."""
    assert request(requested_pipelines=["nlp", "spellcheck"]).pipeline == [PhaseName.NLP, PhaseName.SPELLCHECK]


def test_enabling_comparative_judgement_adds_it_at_the_end_once() -> None:
    """Asked for by flag as well as by name, the phase runs once, where it was named."""
    assert request(enable_cj_assessment=True).pipeline == [PhaseName.SPELLCHECK, PhaseName.CJ_ASSESSMENT]
    by_name = request(enable_cj_assessment=True, requested_pipelines=["cj_assessment", "nlp"])
    assert by_name.pipeline == [PhaseName.CJ_ASSESSMENT, PhaseName.NLP]


@pytest.mark.parametrize("language", ["en", "en-GB", "sv", "auto"])
def test_a_language_is_an_iso_code_or_auto(language: str) -> None:
    """With `auto`, each phase detects the language."""
    assert request(language=language).language == language


@pytest.mark.parametrize("language", ["", "english", "EN", "en_GB", "en\n"])
def test_a_language_in_another_spelling_is_refused(language: str) -> None:
    """Refusing it at once is better than a phase that misunderstands it."""
    with pytest.raises(ValidationError, match="language"):
        request(language=language)


def test_a_registration_survives_json_with_the_ids_that_were_made() -> None:
    """When it is read again, the batch has the same essays."""
    made = request(essay_ids=None)
    assert BatchRegistrationRequestV1.model_validate_json(made.model_dump_json()) == made
