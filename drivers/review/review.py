"""A teacher's review of a batch: decisions on corrections and feedback."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from actors.stores.store import Store
from contracts.phases import PhaseName
from contracts.results.ai_feedback import AIFeedbackResultDataV1
from contracts.results.spellcheck import SpellcheckResultDataV1, SpellingCorrection
from drivers.client.errors import EssayNotFoundError, RequestError, not_found
from drivers.client.results import EssayResult, found_by_phases
from drivers.review import kept
from drivers.review.decisions import BatchDecisions, CorrectionDecision

LONGEST_FEEDBACK: Final = 20_000  # characters


@dataclass(frozen=True, slots=True)
class ReviewedCorrection:
    """A correction as the phase made it, and the teacher's decision: ``accepted`` is None if there is none yet.

    ``by_word_list`` says that it counts as rejected because the same word was rejected elsewhere.
    """

    correction: SpellingCorrection
    accepted: bool | None
    by_word_list: bool = False


@dataclass(frozen=True, slots=True)
class ReviewedEssay:
    """One essay to review. ``feedback`` is the phase's text; ``edited`` the teacher's text in its place, if any."""

    essay_id: str
    language: str
    text: str
    corrections: Sequence[ReviewedCorrection]
    feedback: str
    edited: str | None

    @property
    def open(self) -> int:
        """How many corrections have no decision yet."""
        return sum(each.accepted is None for each in self.corrections)

    @property
    def still_mentioned(self) -> list[str]:
        """Words whose correction was rejected, but which the feedback still mentions."""
        said = (self.feedback if self.edited is None else self.edited).casefold()
        rejected = [each.correction.original for each in self.corrections if each.accepted is False]
        return [word for word in dict.fromkeys(rejected) if word.casefold() in said]


class Review:
    """A teacher's decisions on the corrections and feedback of a batch. Each is stored before the call returns.

    Results, tables, reports and handouts written afterwards include them. The phases' own results stay in the store, so
    that each decision can be undone.

    Example:
        >>> review = batch.review()
        >>> for item in review.essay("anna").corrections:
        ...     if item.correction.original == "Hogwarts":
        ...         review.reject("anna", item.correction.start)
        >>> review.word_list
        ['Hogwarts']
    """

    def __init__(self, batch_id: str, store: Store) -> None:
        self.batch_id = batch_id
        self._store = store

    @property
    def decisions(self) -> BatchDecisions:
        """All decisions so far."""
        return kept.decisions_in(self._store, self.batch_id)

    @property
    def word_list(self) -> list[str]:
        """The words whose correction was rejected, so that they count as correct in this class."""
        return self.decisions.word_list

    @property
    def essays(self) -> list[ReviewedEssay]:
        """The essays that have corrections or feedback to review, in order."""
        decisions = self.decisions
        found = (self._reviewed(state.essay_id, decisions) for state in self._store.essays(self.batch_id))
        return [each for each in found if each.corrections or each.feedback]

    def essay(self, essay_id: str) -> ReviewedEssay:
        """The essay with this id.

        Raises:
            EssayNotFoundError: the batch has no such essay.
        """
        return self._reviewed(essay_id, self.decisions)

    def accept(self, essay_id: str, start: int) -> None:
        """Accept the correction that starts at this character of the original text. A suggestion is then applied.

        Raises:
            RequestError: no correction starts there (``EssayNotFoundError``: there is no such essay).
        """
        self._decide(essay_id, start, accepted=True)

    def reject(self, essay_id: str, start: int) -> None:
        """Reject the correction that starts at this character. If its word is in no dictionary, it joins the word list.

        Raises:
            RequestError: as in ``accept``.
        """
        self._decide(essay_id, start, accepted=False)

    def undo(self, essay_id: str, start: int) -> None:
        """Undo the decision on the correction that starts at this character.

        Raises:
            RequestError: as in ``accept``.
        """
        self._decide(essay_id, start, accepted=None)

    def write_feedback(self, essay_id: str, text: str) -> None:
        """Replace the feedback that the phase wrote for the student by ``text``.

        Raises:
            RequestError: the essay has no feedback, or the text is empty or too long.
        """
        if not text.strip() or len(text) > LONGEST_FEEDBACK:
            raise RequestError(f"Feedback must have 1 to {LONGEST_FEEDBACK} characters.")
        self._check_feedback(essay_id)
        kept.keep_feedback(self._store, self.batch_id, essay_id, text)

    def undo_feedback(self, essay_id: str) -> None:
        """Restore the feedback that the phase wrote.

        Raises:
            RequestError: the essay has no feedback.
        """
        self._check_feedback(essay_id)
        kept.keep_feedback(self._store, self.batch_id, essay_id, None)

    def _check_feedback(self, essay_id: str) -> None:
        if not self.essay(essay_id).feedback:
            raise RequestError(f"Essay {essay_id!r} has no feedback to edit.")

    def _decide(self, essay_id: str, start: int, *, accepted: bool | None) -> None:
        found = [each.correction for each in self.essay(essay_id).corrections if each.correction.start == start]
        if not found:
            raise RequestError(f"Essay {essay_id!r} has no correction at character {start}.")
        if accepted is None:
            kept.undo_correction(self._store, self.batch_id, essay_id, start)
        else:
            decision = CorrectionDecision.on(found[0], accepted=accepted)
            kept.keep_correction(self._store, self.batch_id, essay_id, decision)

    def _reviewed(self, essay_id: str, decisions: BatchDecisions) -> ReviewedEssay:
        result = self._found(essay_id)
        spelling = _of(result, PhaseName.SPELLCHECK, SpellcheckResultDataV1)
        feedback = _of(result, PhaseName.AI_FEEDBACK, AIFeedbackResultDataV1)
        corrections = [
            ReviewedCorrection(each, verdict, by_word_list=verdict is False and decisions.of(essay_id).on(each) is None)
            for each in (spelling.corrections if spelling else ())
            for verdict in [decisions.verdict(essay_id, each)]
        ]
        written = feedback.student_text if feedback else ""
        language = (feedback.language if feedback else "") or (spelling.language if spelling else "")
        edited = decisions.of(essay_id).feedback if written else None
        return ReviewedEssay(essay_id, language, result.original_text or "", corrections, written, edited)

    def _found(self, essay_id: str) -> EssayResult:
        if self._store.summary(self.batch_id) is None:
            raise not_found(self.batch_id)
        result = found_by_phases(self._store, self.batch_id, essay_id)
        if result is None:
            raise EssayNotFoundError(f"Batch {self.batch_id!r} has no essay {essay_id!r}.")
        return result


def _of(result: EssayResult, phase: PhaseName, model: type[Any]) -> Any:
    found = result.results.get(phase.value)
    return found if isinstance(found, model) else None
