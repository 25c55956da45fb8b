"""The CJ assessment phase: compares a cohort's essays in pairs, in rounds, until they can be placed."""

from collections.abc import Mapping, Sequence
from functools import partial
from importlib.metadata import version
from typing import Any, Final

from actors.phases.cj_assessment.assessment import products_of
from actors.phases.cj_assessment.cohort import EMPTY, JUDGES, JudgeFactory, Node, llm_judge, nodes_of, panel_of, unfit
from actors.phases.cj_assessment.decisions import decision_value
from actors.phases.cj_assessment.judges import Judge, Question, Side, name_in_keys
from actors.phases.cj_assessment.session import Finished, Session
from actors.phases.cj_assessment.settings import CJOptions, options_of
from actors.phases.llm.settings import Configuration
from actors.phases.nlp import parsing
from actors.phases.service import CohortItem, CohortProducts, EssayTask, PhaseWorkError, Product, Round
from contracts.failures import ErrorCode, ErrorDetail
from contracts.phases import PhaseName

_OWN_VERSION: Final = "7"
_SHAPED_BY: Final = ("wordfreq", "symspellpy", "py3langid")


class CJAssessmentService:
    """Comparative judgement as a ``CohortService``.

    ``judges`` adds kinds of judges to the built-in ones (``features``, ``llm``, ``people``), by name. The language
    model is the one that is configured when the service is made.
    """

    name: Final = "comparative-judgement"
    uses: Sequence[PhaseName] = (PhaseName.SPELLCHECK,)

    def __init__(self, judges: Mapping[str, JudgeFactory] | None = None) -> None:
        shaped_by = (f"{package}{version(package)}" for package in _SHAPED_BY)
        self.version = "-".join([_OWN_VERSION, *shaped_by, parsing.version()])
        by_model = partial(llm_judge, configuration=Configuration.read())
        self._factories: dict[str, JudgeFactory] = {**JUDGES, "llm": by_model, **(judges or {})}

    def plan(self, cohort: Sequence[EssayTask], done: Mapping[str, Any]) -> Round | CohortProducts:
        """Say what is to be measured or compared next, or how it ended.

        First every text is measured for the judges that want it (``measure|judge|text``); then pairs are compared in
        rounds (``judge|left|right``). A value that is no decision (a comparison given up) counts as made, undecided;
        an essay whose measuring was given up (None) fails.

        Raises:
            PhaseWorkError: an option is wrong (``INVALID_SETTINGS``).
        """
        if not cohort:
            return CohortProducts({})
        options = options_of(cohort[0].settings.options)
        session = Session(nodes_of(cohort, options), panel_of(options, self._factories), options, done)
        outcome = session.next()
        if isinstance(outcome, Round):
            return outcome
        answers = products_of(outcome, self.name, self.version)
        return CohortProducts({task.essay_id: self._answer(task, answers, outcome, options) for task in cohort})

    @staticmethod
    def _answer(
        task: EssayTask, products: Mapping[str, Product], outcome: Finished, options: CJOptions
    ) -> Product | ErrorDetail:
        found = products.get(task.essay_id) or outcome.failures.get(task.essay_id)
        return found or unfit(task, options) or EMPTY

    def perform(self, item: CohortItem, cohort: Sequence[EssayTask]) -> Any:
        """Measure a text or compare a pair.

        If a text cannot be measured, the value is ``{"error": ...}``: its essay fails, and the others go on.

        Raises:
            PhaseWorkError: a judge could not decide; retryable errors are tried again.
        """
        options = options_of(cohort[0].settings.options)
        judge = next((j for j in panel_of(options, self._factories) if name_in_keys(j) == item.payload["judge"]), None)
        if not isinstance(judge, Judge):
            raise PhaseWorkError(ErrorCode.INVALID_SETTINGS, f"No judge here decides {item.key}.")
        if "text" in item.payload:
            return _measured(judge, _node(item.payload["text"], cohort))
        left, right = (self._side(item, side, judge, cohort) for side in ("left", "right"))
        settings = cohort[0].settings
        asked_for = (settings.essay_instructions, settings.course_code, settings.language)
        question = Question(*asked_for, cohort[0].batch_id)
        return decision_value(judge.decide(left, right, question), judge.name)

    @staticmethod
    def _side(item: CohortItem, side: str, judge: Judge, cohort: Sequence[EssayTask]) -> Side:
        note = item.payload.get(f"{side}_note")
        if judge.measures:
            return Side("", note)
        task = _node(item.payload[side], cohort).task
        return Side(task.text, note, task.essay_id)


def _node(key: str, cohort: Sequence[EssayTask]) -> Node:
    nodes = nodes_of(cohort, options_of(cohort[0].settings.options))
    return next(node for node in nodes if node.key == key)


def _measured(judge: Judge, node: Node) -> Any:
    try:
        return judge.measure(node.task)
    except PhaseWorkError as error:
        if error.retryable:
            raise
        return {"error": error.as_detail("cj_assessment").model_dump(mode="json")}
