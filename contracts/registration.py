"""The request that registers a batch."""

from collections import Counter
from collections.abc import Sequence
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, ValidationInfo, field_validator, model_validator

from contracts.base import Contract
from contracts.phases import PhaseName
from contracts.refs import NAMES_ESSAYS

LANGUAGE_PATTERN = r"^(auto|[a-z]{2}(-[A-Z]{2})?)$"


def _made_ids(count: int) -> list[str]:
    width = max(3, len(str(count)))
    return [f"essay-{number:0{width}d}" for number in range(1, count + 1)]


class BatchRegistrationRequestV1(Contract):
    """A batch to register: the number of its essays, its phases in order, and what the class was asked to write.

    ``essay_ids`` are generated if absent. ``language`` is an ISO code (``en``, ``en-GB``, ``sv``), or ``auto`` to let
    each phase detect it. ``enable_cj_assessment`` adds the CJ phase at the end if it is not requested by name.
    ``correlation_id`` is the caller's; everything published about the batch until it ends carries it.
    """

    expected_essay_count: int = Field(gt=0)
    essay_ids: Annotated[list[str] | None, NAMES_ESSAYS] = Field(default=None, validate_default=True)
    requested_pipelines: list[PhaseName] = Field(min_length=1)
    course_code: str = ""
    class_designation: str = ""
    teacher_name: str = ""
    essay_instructions: str = ""
    enable_cj_assessment: bool = False
    language: str = Field(default="en", pattern=LANGUAGE_PATTERN)
    correlation_id: UUID | None = None

    @field_validator("essay_ids", mode="before")
    @classmethod
    def _make_absent_ids(cls, ids: object, info: ValidationInfo) -> object:
        expected = info.data.get("expected_essay_count")
        return _made_ids(expected) if ids is None and expected else ids

    @model_validator(mode="after")
    def _ids_are_sound(self) -> Self:
        ids = self.essay_ids or []
        if len(ids) != self.expected_essay_count:
            raise ValueError(
                f"Length of essay_ids ({len(ids)}) must match expected_essay_count ({self.expected_essay_count})"
            )
        if blank := [position for position, essay_id in enumerate(ids) if not essay_id.strip()]:
            raise ValueError(f"essay_ids must not be blank (positions {blank})")
        if repeated := _repeated(ids):
            raise ValueError(f"essay_ids must not repeat: {repeated}")
        return self

    @field_validator("requested_pipelines")
    @classmethod
    def _phases_do_not_repeat(cls, phases: list[PhaseName]) -> list[PhaseName]:
        if repeated := _repeated(phases):
            raise ValueError(f"requested_pipelines must not repeat a phase: {repeated}")
        return phases

    @property
    def pipeline(self) -> list[PhaseName]:
        """The phases to run, in order, with CJ at the end if only its flag asks for it."""
        cj = PhaseName.CJ_ASSESSMENT
        extra = [cj] if self.enable_cj_assessment and cj not in self.requested_pipelines else []
        return [*self.requested_pipelines, *extra]


def _repeated(names: Sequence[str]) -> list[str]:
    return sorted(str(name) for name, times in Counter(names).items() if times > 1)
