"""Reads from a batch's store what people still have to compare. Nothing is kept elsewhere, so nothing is lost."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from actors.core.addresses import cohort_address
from actors.core.batch_state import BatchHeader, BatchStage
from actors.core.records import PieceRecord
from actors.execution.cohort_executor import Cohort, CohortExecutor, NotCommandedError
from actors.execution.service_registry import ServiceRegistry
from actors.phases.cj_assessment.cohort import JUDGES, Node, nodes_of, panel_of
from actors.phases.cj_assessment.decisions import judge_in
from actors.phases.cj_assessment.judges import PanelMember, People
from actors.phases.cj_assessment.session import affordable, useful
from actors.phases.cj_assessment.settings import options_of
from actors.phases.nlp.languages import likeliest_supported
from actors.phases.registry import Services
from actors.phases.service import CohortItem, PhaseWorkError, Round
from actors.stores.store import Store
from contracts.phases import PhaseName
from contracts.scans import is_scan
from drivers.client.errors import BatchNotFoundError, RequestError
from drivers.judging.judge_names import LONGEST_NAME, one_line

_PHASE: Final = PhaseName.CJ_ASSESSMENT
_ENOUGH_TEXTS: Final = 9
_ENOUGH_TEXT: Final = 2_000


class NotAJudge(RequestError):
    """Nobody can judge under this name; the message says why."""


class Situation(StrEnum):
    """The state of a batch from the point of view of its judges."""

    NOT_YET = "not_yet"  # earlier phases are at work, or the batch is paused
    JUDGING = "judging"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class PendingPairs:
    """The comparisons that wait for people now, and what is needed to make them.

    ``pairs`` are awaited; ``texts`` and ``ids`` (the essay's id; empty for an anchor) are by the pair's sides. The
    texts are as they were handed in, unless they are ``corrected``; they are in ``language``. ``decided`` counts the
    decisions of each person, ``most`` is how many people will have to make at most. ``machines`` are
    the names that no person may take.
    """

    situation: Situation
    address: str = ""
    cohort_key: str = ""
    pairs: Sequence[CohortItem] = ()
    texts: Mapping[str, str] = field(default_factory=dict)
    ids: Mapping[str, str] = field(default_factory=dict)
    instructions: str = ""
    decided: Mapping[str, int] = field(default_factory=dict)
    most: int = 0
    people: Sequence[str] = ()
    machines: frozenset[str] = frozenset()
    corrected: bool = False
    language: str = "en"

    def may_judge(self, judge: str, pair: CohortItem) -> bool:
        """Of a panel with several people each has pairs of their own; otherwise everybody may judge."""
        return len(self.people) < 2 or pair.payload["judge"] == judge

    def check_judge(self, judge: str) -> None:
        """Check that somebody can judge under this name.

        Raises:
            NotAJudge: the name is empty or too long, a machine's, or not on the batch's panel.
        """
        if not judge.strip() or len(judge) > LONGEST_NAME:
            raise NotAJudge(f"Give a name of 1 to {LONGEST_NAME} letters.")
        if one_line(judge) != judge.strip():
            raise NotAJudge("A judge's name must be one line, without invisible characters.")
        if judge in self.machines:
            raise NotAJudge(f"{judge} is the name of a machine that also judges this batch: choose another name.")
        if len(self.people) > 1 and judge not in self.people:
            raise NotAJudge(f"Only these people judge this batch: {', '.join(self.people)}. Give one of these names.")


class PendingPairsReader:
    """Reads which pairs of a batch are pending.

    Args:
        store: where the batch is; it is only read.
        services: those that the batch runs with, since planning belongs to the service.
    """

    def __init__(self, batch_id: str, store: Store, services: Services) -> None:
        self._batch_id = batch_id
        self._registry = ServiceRegistry(services, store)
        self._bench = CohortExecutor(self._registry)
        self._languages: dict[str, str] = {}

    def read(self) -> PendingPairs:
        """Read the pairs that are pending now.

        Raises:
            RequestError: there is no such batch, it asks no people, or its settings are wrong.
        """
        header = self._registry.store.batch(self._batch_id)
        if header is None:
            raise BatchNotFoundError(f"There is no batch {self._batch_id!r} in this store.")
        try:
            panel = panel_asked_for(header)
            situation = _situation(header)
            if situation is not Situation.JUDGING:
                return PendingPairs(situation)
            cohort = self._bench.cohort(self._batch_id, _PHASE, header.run, header.position)
            return self._pending(header, cohort, panel)
        except NotCommandedError:  # it has moved on since its header was read: the next look says where it is
            return PendingPairs(Situation.NOT_YET)
        except PhaseWorkError as error:
            raise RequestError(error.message) from None

    def _pending(self, header: BatchHeader, cohort: Cohort, panel: Sequence[PanelMember]) -> PendingPairs:
        done = self._bench.done(cohort, header.run, header.position)
        planned = self._registry.cohort_service(_PHASE).plan(cohort.tasks, done) if cohort.tasks else None
        options = options_of(header.options.get(_PHASE, {}))
        nodes = nodes_of(cohort.tasks, options) if cohort.tasks else []
        people = [member.name for member in panel if isinstance(member, People)]
        texts, corrected = self._texts(nodes, as_handed_in=options.shown == "original")
        instructions = header.request.essay_instructions if header.request else ""
        most = min(affordable(len(nodes), options), useful(len(nodes), panel)) * len(people) // len(panel)
        return PendingPairs(
            Situation.JUDGING if isinstance(planned, Round) else Situation.OVER,  # the rest is the machine's
            cohort_address(self._batch_id, header.run, header.position),
            cohort.key,
            planned.awaited if isinstance(planned, Round) else (),
            texts,
            {node.key: node.task.essay_id if node.grade is None else "" for node in nodes},
            instructions,
            _decided(done, people),
            most,
            people,
            frozenset(member.name for member in panel) - set(people),
            corrected,
            self._language(cohort, header.request.language if header.request else "auto"),
        )

    def _texts(self, nodes: Sequence[Node], *, as_handed_in: bool) -> tuple[dict[str, str], bool]:
        """What is shown of each, and whether earlier phases have changed it."""
        latest = {node.key: node.task.text for node in nodes}
        first = {essay.essay_id: essay.original_text_id for essay in self._registry.store.essays(self._batch_id)}
        changed = {
            node.key: first[node.task.essay_id]
            for node in nodes
            if first.get(node.task.essay_id, node.task.text_id) != node.task.text_id
        }
        if not as_handed_in or not changed:
            return latest, bool(changed)
        originals = self._registry.store.texts(set(changed.values()))
        return {**latest, **{key: originals[text_id] for key, text_id in changed.items()}}, False

    def _language(self, cohort: Cohort, asked_for: str) -> str:
        """The language of the class: as asked for, or that of most of its first texts."""
        if asked_for != "auto":
            return asked_for
        if cohort.key not in self._languages:
            texts = [task.text for task in cohort.tasks if not is_scan(task.text)][:_ENOUGH_TEXTS]
            texts = texts or [task.settings.essay_instructions for task in cohort.tasks[:1]]
            found = Counter(likeliest_supported(text[:_ENOUGH_TEXT]) for text in texts)
            self._languages[cohort.key] = max(found, key=lambda language: found[language], default="en")
        return self._languages[cohort.key]


def panel_asked_for(header: BatchHeader) -> list[PanelMember]:
    """The judges of a batch, at least one of them people.

    Raises:
        RequestError: there are no people among them, or the batch has no comparative judgement.
        PhaseWorkError: the phase's settings are wrong.
    """
    if _PHASE not in header.pipeline:
        raise RequestError(f"Batch {header.batch_id!r} has no phase {_PHASE}, so there is nothing to judge.")
    panel = panel_of(options_of(header.options.get(_PHASE, {})), JUDGES)
    if not any(isinstance(member, People) for member in panel):
        names = ", ".join(member.name for member in panel)
        raise RequestError(
            f"Batch {header.batch_id!r} is judged by {names}. To have people judge a batch, run it with --set "
            f"{_PHASE}.judge=people."
        )
    return panel


def asks_people(options: Mapping[str, Mapping[str, Any]]) -> bool:
    """Whether a batch with these options waits for people to judge.

    Raises:
        RequestError: the options of the phase are wrong.
    """
    try:
        return "people" in options_of(options.get(_PHASE, {})).kinds
    except PhaseWorkError as error:
        raise RequestError(error.message) from None


def record_of(pending: PendingPairs, batch_id: str, pair: str, value: str) -> PieceRecord:
    """A decision (JSON) on a pair, as it is stored."""
    return PieceRecord(pending.cohort_key, pair, value, batch_id)


def _situation(header: BatchHeader) -> Situation:
    if header.stage is BatchStage.RUNNING and header.phase is _PHASE:
        return Situation.NOT_YET if header.paused else Situation.JUDGING
    is_over = header.stage in {BatchStage.COMPLETING, BatchStage.ENDED} or header.position > header.pipeline.index(
        _PHASE
    )
    return Situation.OVER if is_over else Situation.NOT_YET


def _decided(done: Mapping[str, Any], people: Sequence[str]) -> dict[str, int]:
    prefixes = tuple(f"{name}|" for name in people)
    return dict(Counter(judge_in(value, "") for key, value in done.items() if key.startswith(prefixes)))
