"""Small classes whose essays people judge, run in this process."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from actors.phases.cj_assessment.decisions import Winner
from actors.runtime.activation import Blueprint
from actors.runtime.local import LocalRuntime
from actors.stores.memory import MemoryStore
from actors.stores.store import Store
from contracts import BatchStatus
from contracts.results.cj_assessment import CJAssessmentResultDataV1
from drivers.client.bootstrap import SERVICES
from drivers.client.engine import Engine
from drivers.intake import Intake
from drivers.judging.pair_dispenser import PairDispenser

BATCH = "class"


def essays(count: int) -> list[Intake]:
    """Texts whose number is their quality."""
    return [Intake(f"Anna-{n:02}", f"Anna-{n:02}.txt", f"Anna says: quality {n:02}.") for n in range(count)]


def class_of(count: int, store: Store | None = None, *, language: str = "en", **options: Any) -> Engine:
    """An engine with a class of this size that has been submitted, and no more."""
    return class_with(essays(count), store, language=language, **options)


def class_with(intakes: list[Intake], store: Store | None = None, *, language: str = "en", **options: Any) -> Engine:
    """An engine with a class of these essays; its only phase is judging, by people unless the options say otherwise."""
    engine = Engine(LocalRuntime(Blueprint(dict(SERVICES)), store or MemoryStore(), real_time=True))
    asked = {"cj_assessment": {"judge": "people", **options}}
    engine.submit(BATCH, intakes, pipeline="cj_assessment", language=language, assignment="Say it.", options=asked)
    return engine


def dispenser_of(engine: Engine, **more: Any) -> PairDispenser:
    """The dispenser of a class's pairs."""
    return engine.batch(BATCH).judging().dispenser(**more)


@contextmanager
def running(engine: Engine) -> Iterator[list[BatchStatus]]:
    """Let the batch run beside the test; yields a list that gets the batch's status at its end."""
    ended: list[BatchStatus] = []
    batch = engine.batch(BATCH)
    thread = threading.Thread(target=lambda: ended.append(batch.until_ended()), daemon=True)
    thread.start()
    yield ended
    thread.join(20)


def until_asked(engine: Engine, dispenser: PairDispenser) -> None:
    """Run the batch until people are awaited."""
    engine.runtime.run_until(lambda: dispenser.awaits_people)


def better(left: str, right: str) -> Winner:
    """What everybody who reads both texts decides."""
    return Winner.LEFT if left > right else Winner.RIGHT


def judge_all(dispenser: PairDispenser, *judges: str) -> int:
    """Let these people in turn decide all pairs that they are given; returns the number of decisions."""
    decided = 0
    while now := sum(_decides(dispenser, judge) for judge in judges):
        decided += now
    return decided


def _decides(dispenser: PairDispenser, judge: str) -> bool:
    shown = dispenser.next_for(judge)
    return shown is not None and dispenser.decide(judge, shown.ticket, better(shown.left, shown.right))


def results(store: Store) -> dict[str, CJAssessmentResultDataV1]:
    """The class's results by essay."""
    keys = {essay.essay_id: essay.results[-1][1] for essay in store.essays(BATCH) if essay.results}
    stored = store.results(keys.values())
    return {name: CJAssessmentResultDataV1.model_validate_json(stored[key].document) for name, key in keys.items()}
