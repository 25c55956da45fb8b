"""A language model as a judge: it reads two texts and says which one is better, and in a sentence why.

The texts are data: sentences that address a model or an assessor are not sent, names are hidden, and the rest stands
between markers that it cannot contain. The pairing alternates which text is shown left. With ``orders="both"``, each
pair is asked about in both orders and the answers are averaged, so that a preference for one side gives a tie (Zheng et
al. 2023, "Judging LLM-as-a-judge"). Stored decisions are found by a name that contains the
model's and the prompt's version, also where the judge has a name of its own.
"""

import re
from collections.abc import Iterator, Sequence
from enum import StrEnum
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, Literal

from pydantic import Field

from actors.phases.ai_feedback.passage import Passage
from actors.phases.cj_assessment.cleaning import gives_orders
from actors.phases.cj_assessment.decisions import PairVerdict, added
from actors.phases.cj_assessment.judges import Question, Side
from actors.phases.llm.privacy import Placeholders, names_in_file_name
from actors.phases.llm.settings import Configuration, ModelOptions
from actors.phases.llm.untrusted import ORDERING, fenced
from actors.phases.nlp.languages import likeliest_supported
from actors.phases.nlp.measuring import base_language
from actors.phases.service import EssayTask, PhaseWorkError
from contracts.failures import ErrorCode
from contracts.results.cj_assessment import JudgeKind

if TYPE_CHECKING:
    from actors.phases.llm.client import LLMClient

PROMPT: Final = "3"
"""The version of the prompt (``llm_question.py``) and of how names are hidden; a part of the judge's name."""
_LONGEST_SIDE: Final = 24_000  # characters: some 4,500 words of each text
_LONGEST_TASK: Final = 4_000
_LOOKED_AT: Final = 600
_ESSAY: Final = r"(?:(?:this|my|the (?:left|right|other)|den här|denna|min)\s+(?:essay|text|uppsats\w*|texten))"
_TO_A_JUDGE: Final = re.compile(
    rf"{ORDERING}(?:choose|pick|select|prefer|vote for|declare|pronounce|välj|föredra|rösta på)\b.{{0,60}}\b{_ESSAY}\b"
    r"|\b(?:answer|reply|respond|output|choose|pick|vote|svara|välj)\W{1,4}(?:left|right|vänster|höger)\W*\Z"
    rf"|\b{_ESSAY}\s+(?:must|should|ska|måste)\s+(?:\w+\s+)?(?:be|win|vara|vinna)\b.{{0,20}}"
    r"(?:better|best|winner|win|bättre|bäst|vinna)"
    rf"|\b{_ESSAY}\s+(?:is|är)\s+(?:\w+\s+)?(?:the|den)\s+(?:winner|vinnaren|(?:better|best|winning|bättre|bästa)\s+"
    r"(?:essay|text|one|of (?:the )?(?:two|both)|av de två))\b"
    r"|\bthe (?:other|left|right) (?:essay|text) (?:is|was) (?:\w+ )?(?:better|best|worse|worst)\b"
    r"|\b(?:winner|better|vinnare)\W{0,2}\s?[:=]\W{0,3}(?:left|right|tie|a|b)\b",
    re.IGNORECASE,
)
"""Narrow, so that an essay about what is right, or about a preferred text, loses nothing."""


class Orders(StrEnum):
    """How many orders a pair is shown in."""

    ONE = "one"
    BOTH = "both"


class LLMJudgeOptions(ModelOptions):
    """Options for the judge.

    ``model`` replaces the configured model, and ``name`` the judge's own name. ``names`` of a class list are hidden
    from the model. Spending is counted by ``account``, or by batch if none is named.
    """

    kind: Literal["llm"] = "llm"
    name: str | None = Field(default=None, min_length=1)
    orders: Orders = Orders.ONE


class LLMJudge:
    """A ``Judge`` that asks a language model.

    Args:
        configuration: the endpoint.
        client: asked instead of the endpoint, if given.

    Raises:
        PhaseWorkError: no endpoint is configured (``INVALID_SETTINGS``).
    """

    kind: Final = JudgeKind.LLM
    measures: Final = False

    def __init__(
        self, options: LLMJudgeOptions, configuration: Configuration, client: "LLMClient | None" = None
    ) -> None:
        self._options = options
        self._client = client
        self._endpoint = configuration.endpoint(options.model) if client is None else None
        mark = self._endpoint.mark if self._endpoint else "given"
        orders = "" if options.orders is Orders.ONE else "-both"
        self.name = options.name or f"llm-{mark}-{PROMPT}{orders}"
        self.name_in_keys = f"{options.name}-{mark}-{PROMPT}{orders}" if options.name else self.name

    @property
    def deterministic(self) -> bool:
        """True if both orders are asked: then nothing is left to ask about a pair."""
        return self._options.orders is Orders.BOTH

    def measure(self, task: EssayTask) -> Any:  # noqa: ARG002  (the protocol's)
        """Return None: the judge needs no measures."""
        return None

    def notes(self, measures: Sequence[Any]) -> Sequence[Any]:
        """Return None for every text: the judge needs no notes."""
        return [None] * len(measures)

    def decide(self, left: Side, right: Side, question: Question) -> PairVerdict:
        """Ask the model about a pair, in one order or both.

        Raises:
            PhaseWorkError: the extra [llm] is missing, the budget is spent, the endpoint failed, or its answers did not
                fit.
        """
        verdict = self._asked(left, right, question)
        if self._options.orders is Orders.ONE:
            return verdict
        other = self._asked(right, left, question)
        return PairVerdict((verdict.share + 1 - other.share) / 2, verdict.reason, added(verdict.usage, other.usage))

    def _asked(self, left: Side, right: Side, question: Question) -> PairVerdict:
        asking = _with_extra("actors.phases.cj_assessment.llm_question")
        client: LLMClient = self._client or _with_extra("actors.phases.llm.client").LLMClient(self._endpoint)
        material = material_of(left, right, question, self._options.names, strict=self._options.strict_names)
        account = self._options.account or question.batch_id
        answer = client.ask(asking.question_about(material), account, self._options.budget)
        verdict: PairVerdict = asking.verdict_of(answer.value, answer.usage)
        return verdict


def material_of(left: Side, right: Side, question: Question, names: Sequence[str], *, strict: bool = True) -> str:
    """The prompt's material: the task and both texts, without names and sentences that address a judge.

    Names are collected from the whole texts, including the parts that are not sent.
    """
    texts = [_sendable(side.text[:_LONGEST_SIDE]) for side in (left, right)]
    task = _sendable(question.essay_instructions[:_LONGEST_TASK])
    suspected = [name for side in (left, right) for name in names_in_file_name(side.essay_id)]
    everything = "\n\n".join([*(_sendable(side.text) for side in (left, right)), task])
    language = _language(everything, question.language)
    placeholders = Placeholders(everything, language, names, suspected, strict=strict)
    parts = [fenced("TASK", placeholders.hide(task).text)]
    for name, text in zip(("LEFT", "RIGHT"), texts, strict=True):
        parts.append(fenced(name, placeholders.hide(text, [*orders_in(text)]).text))
    return "\n\n".join(parts)


def _sendable(text: str) -> str:
    """Replace lone surrogates, which UTF-8 cannot encode."""
    return text.encode("utf-8", "replace").decode("utf-8")


def orders_in(text: str) -> Iterator[tuple[int, int]]:
    """The spans of sentences that address a model, an assessor or a judge."""
    passage = Passage(text)
    for sentence in passage.sentences:
        words = passage.plain[sentence.start : sentence.end]
        if gives_orders(words) or _speaks_to_a_judge(words):
            yield sentence.start, sentence.end


def _speaks_to_a_judge(sentence: str) -> bool:
    ends = (sentence[:_LOOKED_AT], sentence[-_LOOKED_AT:])
    return any(_TO_A_JUDGE.search(part) is not None for part in ends)


def _language(text: str, asked_for: str) -> str:
    """The language to look for names in. A text in any language can be judged, but names are known in two."""
    if asked_for != "auto":
        try:
            return base_language(asked_for.replace("_", "-").lower())
        except ValueError:
            pass
    return likeliest_supported(text)


def _with_extra(module: str) -> Any:
    try:
        return import_module(module)
    except ImportError as error:
        message = "Judging by a language model needs the extra [llm], which is not installed."
        raise PhaseWorkError(ErrorCode.INVALID_SETTINGS, message, missing=error.name) from error
