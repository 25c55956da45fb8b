"""A teacher's decisions on a batch, and how they are applied to its results.

A decision on a correction holds for that place of that essay. A *rejected word* is more: where the correction was of a
word that no dictionary knows, the word is right in this class, so it goes to the class's word list, and is corrected
in no other essay either, unless the teacher accepts it there.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from pydantic import BaseModel, ConfigDict

from contracts.phases import PhaseName
from contracts.results.spellcheck import CorrectionKind, SpellingCorrection, apply_corrections

_SPELLCHECK: Final = PhaseName.SPELLCHECK.value
_FEEDBACK: Final = PhaseName.AI_FEEDBACK.value


class CorrectionDecision(BaseModel):
    """Whether the correction in this place, of ``original`` to ``replacement``, is right.

    ``listed``: it is rejected as a word that is right in this class.
    """

    model_config = ConfigDict(frozen=True)

    start: int
    stop: int
    original: str
    replacement: str
    accepted: bool
    listed: bool = False

    @classmethod
    def on(cls, correction: SpellingCorrection, *, accepted: bool) -> "CorrectionDecision":
        """The decision on a correction."""
        return cls(
            start=correction.start,
            stop=correction.stop,
            original=correction.original,
            replacement=correction.replacement,
            accepted=accepted,
            listed=not accepted and _is_of_a_word(correction),
        )

    def is_on(self, correction: SpellingCorrection) -> bool:
        """Whether it was made on this correction: another version of the phase may have found something else there."""
        place = (correction.start, correction.stop, correction.original, correction.replacement)
        return place == (self.start, self.stop, self.original, self.replacement)


def _is_of_a_word(correction: SpellingCorrection) -> bool:
    """Of a real word (*there* for *their*) only the place is decided: elsewhere the same word may be wrong."""
    return correction.kind is not CorrectionKind.REAL_WORD and not any(map(str.isspace, correction.original))


@dataclass(frozen=True, slots=True)
class EssayDecisions:
    """What was decided of one essay: on corrections, by where they start; ``feedback``: the text in its place."""

    corrections: Mapping[int, CorrectionDecision] = field(default_factory=dict)
    feedback: str | None = None

    def on(self, correction: SpellingCorrection) -> CorrectionDecision | None:
        """The decision on this correction, if there is one."""
        found = self.corrections.get(correction.start)
        return found if found is not None and found.is_on(correction) else None

    @property
    def document(self) -> dict[str, Any]:
        """As it stands in ``results.json`` under ``review``."""
        decided = [self.corrections[start].model_dump(mode="json") for start in sorted(self.corrections)]
        return {"corrections": decided, "feedback_edited": self.feedback is not None}


@dataclass(frozen=True)
class BatchDecisions:
    """What was decided of a batch, by essay."""

    essays: Mapping[str, EssayDecisions] = field(default_factory=dict)

    def of(self, essay_id: str) -> EssayDecisions:
        """What was decided of an essay."""
        return self.essays.get(essay_id, EssayDecisions())

    @property
    def word_list(self) -> list[str]:
        """The words that were rejected, each once, in alphabetical order."""
        return [self._listed[word] for word in sorted(self._listed)]

    @cached_property
    def _listed(self) -> Mapping[str, str]:
        """The words that were rejected, as they were written, by their small letters."""
        return {
            decision.original.casefold(): decision.original
            for essay in self.essays.values()
            for decision in essay.corrections.values()
            if decision.listed
        }

    def verdict(self, essay_id: str, correction: SpellingCorrection) -> bool | None:
        """Whether a correction is right; None: nobody has said so."""
        decided = self.of(essay_id).on(correction)
        if decided is not None:
            return decided.accepted
        is_listed = _is_of_a_word(correction) and correction.original.casefold() in self._listed
        return False if is_listed else None

    def reviewed(self, essay_id: str, results: Mapping[str, Any]) -> dict[str, Any]:
        """An essay's results (JSON, by phase) as the teacher wants them; a result of another form stays as it is."""
        found = dict(results)
        if self.essays and (spelling := _corrections_in(found)) is not None:
            kept = [each.model_dump(mode="json") for each in self._kept(essay_id, spelling)]
            found[_SPELLCHECK] = {**found[_SPELLCHECK], "corrections": kept}
        if (text := self.of(essay_id).feedback) is not None and _FEEDBACK in found:
            found[_FEEDBACK] = {**found[_FEEDBACK], "student_text": text}
        return found

    def corrected(self, essay_id: str, original: str, current: str, results: Mapping[str, Any]) -> str:
        """The text with the corrections that stand; as it is where another phase has changed it, too."""
        found = _corrections_in(results) if self.essays else None
        if found is None or apply_corrections(original, tuple(found)) != current:
            return current
        return apply_corrections(original, tuple(self._kept(essay_id, found)))

    def _kept(self, essay_id: str, corrections: Sequence[SpellingCorrection]) -> Iterator[SpellingCorrection]:
        for each in corrections:
            verdict = self.verdict(essay_id, each)
            if verdict is None:
                yield each
            elif verdict:
                yield each.model_copy(update={"applied": True})


def _corrections_in(results: Mapping[str, Any]) -> list[SpellingCorrection] | None:
    try:
        return [SpellingCorrection.model_validate(each) for each in results[_SPELLCHECK]["corrections"]]
    except (LookupError, TypeError, ValueError):
        return None
