"""Scenarios: which batches there are, how their services behave, and what goes wrong meanwhile.

Each seed enables a random subset of the faults (swarm testing; Groce et al., *Swarm Testing*, ISSTA 2012): if all were
enabled at once, some would hide others, and with fewer of them stricter promises can be checked.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import product
from random import Random
from typing import Any
from uuid import UUID

from actors.core.retry import Policy
from contracts.failures import ErrorCode, ErrorDetail
from contracts.messages import EssayInput, RegisterBatch
from contracts.phases import PHASE_TABLE, PhaseName, PhaseScope
from contracts.registration import BatchRegistrationRequestV1
from contracts.texts import text_storage_id_of


class ServiceBehaviour(StrEnum):
    """How a service behaves towards one text."""

    FINE = "fine"
    REFUSES = "refuses"  # a permanent error
    BREAKS = "breaks"  # an exception of its own
    FALTERS = "falters"  # a retryable error, the first time
    UNWILLING = "unwilling"  # a retryable error, each time
    POISON = "poison"  # kills its worker, each time
    HANGS = "hangs"  # never comes back
    HANGS_ONCE = "hangs_once"


_TROUBLES = (
    ServiceBehaviour.REFUSES,
    ServiceBehaviour.BREAKS,
    ServiceBehaviour.FALTERS,
    ServiceBehaviour.FALTERS,
    ServiceBehaviour.UNWILLING,
)
_DEADLY = (ServiceBehaviour.POISON, ServiceBehaviour.HANGS, ServiceBehaviour.HANGS_ONCE)


KINDS = ("pause", "resume", "cancel", "retry", "run", "append", "drop")
AGAIN = ("cancel", "again")


@dataclass(frozen=True, slots=True)
class Faults:
    """What goes wrong while faults last: probabilities, unless another unit is named.

    ``delay`` is the mean travel time of mail in seconds, and a ``spike`` takes a hundred times as long; ``in_order``
    means that no mail to a process overtakes other mail to it. ``crashes`` and ``wipe_outs`` are numbers of events in
    all. ``dies_saving`` is the death of a process at a commit, before or after it is durable. ``zombie`` is the share
    of crashed orchestrators that go on beside their successor.
    """

    delay: float = 0.002
    in_order: bool = False
    spike: float = 0.0
    split: float = 0.0
    loss: float = 0.0
    duplication: float = 0.0
    crashes: int = 0
    wipe_outs: int = 0
    dies_saving: float = 0.0
    zombie: float = 0.0
    store_error: float = 0.0
    store_slow: float = 0.0


@dataclass(frozen=True, slots=True)
class BatchPlan:
    """One batch: each essay's original text (None: unreadable), the phases, and the option of all phases."""

    batch_id: str
    texts: Mapping[str, str | None]
    pipeline: tuple[PhaseName, ...]
    flavour: str

    @property
    def options(self) -> dict[str, dict[str, Any]]:
        """The same option for every phase."""
        return {phase: {"flavour": self.flavour} for phase in PHASE_TABLE}

    @property
    def registration(self) -> RegisterBatch:
        """The message that registers it."""
        request = BatchRegistrationRequestV1(
            expected_essay_count=len(self.texts),
            essay_ids=list(self.texts),
            requested_pipelines=list(self.pipeline),
            correlation_id=UUID(int=0xB2) if self.batch_id == "b2" else None,
        )
        essays = tuple(_input(essay_id, text) for essay_id, text in self.texts.items())
        return RegisterBatch(self.batch_id, request, essays, self.options, urgent=self.batch_id == "b2")


def _input(essay_id: str, text: str | None) -> EssayInput:
    if text is None:
        return EssayInput(essay_id, failure=ErrorDetail(error_code=ErrorCode.CORRUPT_FILE, message="It is damaged."))
    return EssayInput(essay_id, text_id=text_storage_id_of(text))


@dataclass(frozen=True, slots=True)
class Scenario:
    """Everything that a seed simulates.

    ``behaviours`` and ``seconds`` are by (original text or piece, phase). ``acts`` are the times at which people give
    a command, one of ``kinds``; ``healed_at`` is when faults stop. Times are in virtual seconds.
    """

    batches: tuple[BatchPlan, ...]
    faults: Faults
    behaviours: Mapping[tuple[str, PhaseName], ServiceBehaviour]
    seconds: Mapping[tuple[str, PhaseName], float]
    policy: Policy
    essay_processes: int
    acts: tuple[float, ...]
    healed_at: float
    kinds: tuple[str, ...] = KINDS
    awaits_people: bool = False
    workers: int = 2
    last_act: bool = False

    @property
    def is_gentle(self) -> bool:
        """Whether only the services themselves can cost an essay an attempt."""
        faults = self.faults
        # Slow work can be too late if its lease is overtaken by a later one, or if the store does not answer.
        too_late = self.seconds and (not faults.in_order or faults.store_slow or faults.store_error)
        lossy = faults.spike or faults.loss or faults.crashes or faults.wipe_outs or faults.dies_saving
        return not (too_late or lossy) and not set(self.behaviours.values()) & set(_DEADLY)

    @property
    def is_serene(self) -> bool:
        """Whether nothing goes wrong except services that fail, so that no piece of work is handed out twice."""
        return self.faults == Faults() and self.is_gentle and not (self.seconds or self.acts or self.awaits_people)


def scenario_of(chance: Random, essays: int = 6, phases: int = 3) -> Scenario:
    """A random scenario: a batch of so many essays and phases, sometimes with a smaller one beside it."""
    plans = [_batch(chance, "b1", essays, phases)]
    if chance.random() < 0.15:
        plans.append(_batch(chance, "b2", max(1, essays // 2), min(2, phases)))
    roots = [text for text in plans[0].texts.values() if text is not None]
    behaviours = _tempers(chance, roots)
    if chance.random() < 0.08:
        return _serene(plans, behaviours)
    scenario = Scenario(
        batches=tuple(plans),
        faults=_faults(chance),
        behaviours=behaviours,
        seconds={
            (root, phase): chance.uniform(0.5, 8) for root in roots for phase in PHASE_TABLE if chance.random() < 0.1
        },
        policy=_policy(chance),
        essay_processes=chance.choice((0, 60, 60)),
        acts=tuple(chance.uniform(0, 20) for _ in range(chance.choice((0, 0, 1, 3, 8)))),
        kinds=chance.choice((KINDS, KINDS, ("pause", "resume"), ("drop", "append"))),
        healed_at=chance.uniform(2, 25),
        awaits_people=chance.random() < 0.3,
        workers=chance.choice((1, 2, 2)),
        last_act=chance.random() < 0.3,
    )
    return _with_a_hard_cohort(scenario, chance) if chance.random() < 0.1 else scenario


def _with_a_hard_cohort(scenario: Scenario, chance: Random) -> Scenario:
    """Make a cohort hard: pieces fail or are slow, messages come late or twice, and people start it again meanwhile."""
    phase = chance.choice([phase for phase, row in PHASE_TABLE.items() if row.scope is PhaseScope.COHORT])
    pieces = [("piece 1", phase), ("piece 2", phase)]
    behaviours = {piece: chance.choice((*_TROUBLES, ServiceBehaviour.FINE)) for piece in pieces}
    plans = [
        replace(plan, pipeline=(*plan.pipeline[:1], phase))
        for plan in scenario.batches
        if phase not in plan.pipeline[:1]
    ]
    began = [chance.uniform(0, 15) for _ in range(chance.choice((0, 3, 5)))]
    return replace(
        scenario,
        batches=tuple(plans) or scenario.batches,
        faults=replace(scenario.faults, duplication=0.3, in_order=False),
        behaviours={**scenario.behaviours, **behaviours},
        seconds={**scenario.seconds, **{piece: chance.uniform(0.1, 6) for piece in pieces}},
        acts=tuple(sorted([*began, *(time + chance.uniform(0.2, 3) for time in began)])),
        kinds=AGAIN,
        workers=2,
    )


def _serene(plans: list[BatchPlan], behaviours: Mapping[tuple[str, PhaseName], ServiceBehaviour]) -> Scenario:
    """A scenario in which only services fail."""
    mild = {where: behaviour for where, behaviour in behaviours.items() if behaviour not in _DEADLY}
    policy = Policy(nudge_after=4.0)  # three attempts at the pieces of two rounds can be silent for three seconds
    return Scenario(tuple(plans), Faults(), mild, {}, policy, essay_processes=60, acts=(), healed_at=5.0)


def _batch(chance: Random, batch_id: str, essays: int, phases: int) -> BatchPlan:
    single = [phase for phase, row in PHASE_TABLE.items() if row.scope is PhaseScope.ESSAY]
    names = list(PHASE_TABLE) if chance.random() < 0.4 else single
    texts: dict[str, str | None] = {f"{batch_id}-e{number}": f"text {number}" for number in range(1, essays + 1)}
    for essay_id in texts:
        if chance.random() < 0.04:
            texts[essay_id] = None
    pipeline = tuple(chance.sample(names, min(phases, len(names))))
    return BatchPlan(batch_id, texts, pipeline, flavour=chance.choice("xy"))


def _tempers(chance: Random, roots: list[str]) -> dict[tuple[str, PhaseName], ServiceBehaviour]:
    rate = chance.choice((0.0, 0.05, 0.15, 0.5))
    deadly = chance.random() < 0.25
    behaviours = {
        (root, phase): chance.choice(_TROUBLES) for root in roots for phase in PHASE_TABLE if chance.random() < rate
    }
    cohort_phases = [phase for phase, row in PHASE_TABLE.items() if row.scope is PhaseScope.COHORT]
    for piece, phase in product(("piece 1", "piece 2"), cohort_phases):
        if chance.random() < rate:
            behaviours[piece, phase] = chance.choice((*_TROUBLES, *(_DEADLY if deadly else ())))
    if deadly and roots:
        behaviours[chance.choice(roots), chance.choice(list(PHASE_TABLE))] = chance.choice(_DEADLY)
    return behaviours


def _faults(chance: Random) -> Faults:
    if chance.random() < 0.1:
        return Faults(in_order=True)
    drawn: dict[str, Any] = {
        "spike": 0.03,
        "split": 0.5,
        "loss": chance.choice((0.01, 0.05, 0.2)),
        "duplication": chance.choice((0.05, 0.3)),
        "crashes": chance.randint(1, 6),
        "wipe_outs": 1,
        "dies_saving": chance.choice((0.01, 0.05)),
        "zombie": 0.7,
        "store_error": chance.choice((0.02, 0.2)),
        "store_slow": 0.05,
    }
    enabled = {name: rate for name, rate in drawn.items() if chance.random() < 0.45}
    network = Faults(delay=chance.choice((0.002, 0.05, 0.5)), in_order=chance.random() < 0.3)
    return replace(network, **enabled)


def _policy(chance: Random) -> Policy:
    return Policy(
        max_attempts=3,
        backoff=0.5,
        backoff_cap=4.0,
        work_timeout=10.0,
        cohort_timeout=15.0,
        phase_deadline=chance.choice((1e4, 1e4, 1e4, 12.0)),
        nudge_after=5.0,
        nudge_cap=20.0,
        announce_after=8.0,
        passivate_after=3.0,
        release_after=2.5,
    )
