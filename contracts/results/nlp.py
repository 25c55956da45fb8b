"""The result of the NLP phase."""

from typing import Self

from pydantic import Field, FiniteFloat, model_validator

from contracts.base import Contract
from contracts.results.base import PhaseResultData


class NamedEntity(Contract):
    """A name in the text and what it names, by OntoNotes' labels (``PERSON``, ``GPE``, ``ORG``, ``DATE``)."""

    text: str = Field(min_length=1)
    label: str = Field(min_length=1)


class DetectedLanguage(Contract):
    """The language that a text looks like: an ISO 639-1 code, and the detector's probability for it (0 to 1)."""

    language: str = Field(min_length=2)
    probability: float = Field(ge=0, le=1)


class NLPResultDataV1(PhaseResultData):
    """Metrics of one essay.

    ``metrics`` has every metric by name, always all of them; one that cannot be had is null, and ``reasons`` says why.
    Their definitions, units and sources are printed by ``python -m actors.phases.nlp.reference``. ``language`` is the
    language the text was measured in, ``detected`` what it looks like (null where it is too short to tell).
    ``entities`` are the names in the text, in order (none without a parser).
    """

    language: str = "en"
    detected: DetectedLanguage | None = None
    metrics: dict[str, FiniteFloat | None] = Field(default_factory=dict)
    reasons: dict[str, str] = Field(default_factory=dict)
    entities: tuple[NamedEntity, ...] = ()

    @model_validator(mode="after")
    def _every_null_has_its_reason(self) -> Self:
        nulls = {name for name, value in self.metrics.items() if value is None}
        if nulls != set(self.reasons):
            raise ValueError(f"nulls and reasons do not match: {sorted(nulls ^ set(self.reasons))}")
        return self
