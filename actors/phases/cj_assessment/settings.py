"""The options of the CJ phase, and their validation."""

import hashlib
from collections.abc import Mapping
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from actors.phases.service import PhaseWorkError
from contracts.failures import ErrorCode

SCALES: Final[Mapping[str, tuple[str, ...]]] = {
    "swedish": ("F", "E", "D", "C", "B", "A"),
    "cefr": ("A1", "A2", "B1", "B2", "C1", "C2"),
    "us-letter": ("F", "D", "C", "B", "A"),
    "uk-gcse": ("U", "1", "2", "3", "4", "5", "6", "7", "8", "9"),
    "ib": ("1", "2", "3", "4", "5", "6", "7"),
    "one-to-five": ("1.0", "1.5", "2.0", "2.5", "3.0", "3.5", "4.0", "4.5", "5.0"),
}
"""Built-in scales, from the lowest band to the highest."""

DEFAULT_SCALE: Final = "swedish"

JudgeSpec = str | dict[str, Any]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Anchor(_Strict):
    """A graded reference text."""

    text: str = Field(min_length=1)
    grade: str

    @field_validator("grade", mode="before")
    @classmethod
    def _as_text(cls, grade: Any) -> Any:
        return str(grade) if isinstance(grade, int | float) and not isinstance(grade, bool) else grade


class CJOptions(_Strict):
    """The phase's options."""

    judge: JudgeSpec | list[JudgeSpec] = Field(
        default="features",
        description="Who compares: features, people, llm, the content of a trained judge, or a list of them: a panel, "
        "which shares the pairs out.",
    )
    shown: Literal["latest", "original"] = Field(
        default="latest",
        description="What people are shown: the texts as the phases before have left them (corrected, say), or as they "
        "were handed in.",
    )
    budget: int = Field(default=10, ge=1, le=1000, description="Comparisons per text, at most.")
    reliability: float | None = Field(
        default=None, gt=0, lt=1, description="Stop as soon as the scale is as reliable as this."
    )
    adaptive: bool = Field(default=True, description="Compare texts that lie close to each other; else by chance.")
    rounds_at_once: int | None = Field(
        default=None, ge=1, le=1000, description="Rounds that are planned together; else as suits the judge."
    )
    seed: int | None = Field(default=None, description="Of the chance in pairing; else it follows from the texts.")
    anchors: tuple[Anchor, ...] = Field(
        default=(),
        description="Graded reference texts, each with its text and its grade: with them, essays get grades.",
    )
    scale: str | tuple[str, ...] = Field(
        default=DEFAULT_SCALE,
        description=f"Of the grades: {', '.join(SCALES)}, or a list of its bands, the lowest first.",
    )

    @property
    def bands(self) -> tuple[str, ...]:
        """The scale's bands, lowest first."""
        return SCALES[self.scale] if isinstance(self.scale, str) else self.scale

    @property
    def panel(self) -> list[JudgeSpec]:
        """The judges asked for; at least one."""
        return self.judge if isinstance(self.judge, list) else [self.judge]

    @property
    def kinds(self) -> set[Any]:
        """The kinds of the judges."""
        return {one if isinstance(one, str) else one.get("kind") for one in self.panel}

    @model_validator(mode="after")
    def _check(self) -> "CJOptions":
        if isinstance(self.scale, str) and self.scale not in SCALES:
            raise ValueError(f"unknown scale {self.scale!r}; known: {', '.join(SCALES)}, or a list of bands")
        if len(set(self.bands)) != len(self.bands) or len(self.bands) < 2:
            raise ValueError("a scale has at least two bands and none twice")
        if unknown := sorted({anchor.grade for anchor in self.anchors} - set(self.bands)):
            raise ValueError(f"anchors graded {', '.join(unknown)}, which the scale ({', '.join(self.bands)}) lacks")
        if not self.panel:
            raise ValueError("a panel has at least one judge")
        return self


def options_of(options: Mapping[str, Any]) -> CJOptions:
    """Check a batch's options.

    Raises:
        PhaseWorkError: an option is unknown or wrong (``INVALID_SETTINGS``).
    """
    try:
        return CJOptions.model_validate(dict(options))
    except ValidationError as error:
        reasons = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'options'}: {e['msg']}" for e in error.errors())
        raise PhaseWorkError(ErrorCode.INVALID_SETTINGS, f"CJ options: {reasons}") from error


def seed_of(options: CJOptions, text_ids: list[str]) -> int:
    """The seed asked for, or one derived from the cohort's texts; from 0 to 2^64 - 1."""
    source = "\n".join(text_ids) if options.seed is None else f"seed {options.seed}"
    return int.from_bytes(hashlib.sha256(source.encode("utf-8", "surrogatepass")).digest()[:8], "big")
