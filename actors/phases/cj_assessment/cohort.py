"""The cohort as the phase sees it: texts that take part (nodes), essays that cannot, judges, and keys of pieces."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from pydantic import ValidationError

from actors.phases.cj_assessment.feature_judge import FeatureJudge, JudgeWeights
from actors.phases.cj_assessment.judges import Judge, PanelMember, People, name_in_keys
from actors.phases.cj_assessment.settings import CJOptions, JudgeSpec
from actors.phases.llm.settings import Configuration
from actors.phases.service import EssayTask, PhaseWorkError
from contracts.failures import ErrorCode, ErrorDetail
from contracts.pieces import escaped_in_piece
from contracts.scans import is_scan
from contracts.texts import text_storage_id_of

if TYPE_CHECKING:
    from actors.phases.llm.client import LLMClient

JudgeFactory = Callable[[Mapping[str, Any]], PanelMember]
"""Makes a judge from its specification: a mapping with ``kind`` and the judge's own settings."""

EMPTY: Final = ErrorDetail(
    error_code=ErrorCode.EMPTY_CONTENT, message="There is no text to compare.", operation="cj_assessment"
)


UNMEASURED: Final = ErrorDetail(
    error_code=ErrorCode.SERVICE_ERROR,
    message="Measuring this text failed or ended the program, and was given up. Try it once more with: essays retry",
    operation="cj_assessment",
)


UNREAD: Final = ErrorDetail(
    error_code=ErrorCode.SCAN_WITHOUT_TEXT,
    message="This essay is a picture, which only people can judge: let them judge alone.",
    operation="cj_assessment",
)


@dataclass(frozen=True, slots=True)
class Node:
    """A text that takes part: an essay, or an anchor with its grade. ``key`` stands for it in a comparison's key."""

    key: str
    task: EssayTask
    grade: str | None = None


def nodes_of(cohort: Sequence[EssayTask], options: CJOptions) -> list[Node]:
    """The essays that have a text, in the order of the cohort, and then the anchors."""
    essays = [Node(escaped_in_piece(task.essay_id), task) for task in cohort if unfit(task, options) is None]
    return essays + [_anchor(number, options, cohort[0]) for number in range(len(options.anchors))]


def unfit(task: EssayTask, options: CJOptions) -> ErrorDetail | None:
    """Why an essay cannot take part; None if it can. Only people can judge pages of handwriting."""
    if is_scan(task.text):
        return None if options.kinds == {"people"} else UNREAD
    return None if task.text.strip() else EMPTY


def _anchor(number: int, options: CJOptions, example: EssayTask) -> Node:
    anchor = options.anchors[number]
    key = f"%anchor-{number + 1}"  # no escaped_in_piece essay id looks like this
    task = replace(example, essay_id=key, text_id=text_storage_id_of(anchor.text), text=anchor.text, earlier={})
    return Node(key, task, anchor.grade)


def measure_key(judge: PanelMember, node: Node) -> str:
    """The key for measuring one text."""
    return f"measure|{escaped_in_piece(name_in_keys(judge))}|{node.key}"


def comparison_key(judge: PanelMember, left: Node, right: Node) -> str:
    """The key of one comparison: the judge, then the two texts as they are shown."""
    return f"{escaped_in_piece(name_in_keys(judge))}|{left.key}|{right.key}"


def feature_judge(specification: Mapping[str, Any]) -> FeatureJudge:
    """The shipped judge, or one with the weights that ``drivers.lab.train_judge`` wrote.

    Raises:
        PhaseWorkError: the weights do not have that form (``INVALID_SETTINGS``).
    """
    if set(specification) <= {"kind"}:
        return FeatureJudge()
    try:
        weights = JudgeWeights.model_validate(dict(specification))
    except ValidationError as error:
        message = f"The judge's weights cannot be used: {error.errors()[0]['msg']} ({error.errors()[0]['loc']})"
        raise PhaseWorkError(ErrorCode.INVALID_SETTINGS, message) from error
    digest = hashlib.sha256(weights.model_dump_json().encode()).hexdigest()[:8]
    return FeatureJudge(weights, name=f"features-{digest}")


def people(specification: Mapping[str, Any]) -> People:
    """People as a judge, under the name given, or ``people``."""
    return People(name=str(specification.get("name", "people")))


def llm_judge(
    specification: Mapping[str, Any],
    configuration: Configuration | None = None,
    client: "LLMClient | None" = None,
) -> PanelMember:
    """A language model as a judge: the configured one, or the one behind ``client``.

    The configuration is read from the environment now if none is given.

    Raises:
        PhaseWorkError: an option is wrong, or no language model is configured (``INVALID_SETTINGS``).
    """
    from actors.phases.cj_assessment.llm_judge import LLMJudge, LLMJudgeOptions  # noqa: PLC0415  (loads dictionaries)

    try:
        options = LLMJudgeOptions.model_validate(dict(specification))
    except ValidationError as error:
        reasons = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise PhaseWorkError(ErrorCode.INVALID_SETTINGS, f"Settings of the judge llm: {reasons}") from error
    return LLMJudge(options, configuration or Configuration.read(), client)


JUDGES: Final[Mapping[str, JudgeFactory]] = {"features": feature_judge, "llm": llm_judge, "people": people}
"""The built-in judges, by kind."""


def panel_of(options: CJOptions, factories: Mapping[str, JudgeFactory]) -> list[PanelMember]:
    """The judges asked for.

    Raises:
        PhaseWorkError: a kind is unknown, or two judges have one name (``INVALID_SETTINGS``).
    """
    panel = [_judge(specification, factories) for specification in options.panel]
    if len({judge.name for judge in panel}) != len(panel):
        raise PhaseWorkError(ErrorCode.INVALID_SETTINGS, "Two judges of the panel have the same name.")
    return panel


def _judge(specification: JudgeSpec, factories: Mapping[str, JudgeFactory]) -> PanelMember:
    mapping = {"kind": specification} if isinstance(specification, str) else specification
    kind = mapping.get("kind")
    if not isinstance(kind, str) or kind not in factories:
        known = ", ".join(sorted(factories))
        raise PhaseWorkError(ErrorCode.INVALID_SETTINGS, f"There is no judge {kind!r} here; there are: {known}.")
    return factories[kind](mapping)


def measuring(panel: Sequence[PanelMember]) -> list[Judge]:
    """The judges that measure texts before they compare them."""
    return [judge for judge in panel if isinstance(judge, Judge) and judge.measures]
