"""Small classes whose essays people judge, run in this process."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from actors.activation import Blueprint
from actors.phases.cj_assessment.decisions import Winner
from actors.runtime.local import LocalRuntime
from actors.stores.memory import MemoryStore
from actors.stores.store import Store
from contracts import BatchStatus
from contracts.results.cj_assessment import CJAssessmentResultDataV1
from drivers.client.batches import Batches, Order
from drivers.client.bootstrap import SERVICES
from drivers.intake import Intake
from drivers.judging.desk import Desk
from drivers.judging.docket import DocketReader

BATCH = "class"


def essays(count: int) -> list[Intake]:
    """Texts whose number says how good they are."""
    return [Intake(f"Anna-{n:02}", f"Anna-{n:02}.txt", f"Anna says: quality {n:02}.") for n in range(count)]


def order(**options: Any) -> Order:
    """A batch that is only judged, by people unless said otherwise."""
    return Order(BATCH, ["cj_assessment"], "en", "Say it.", options={"cj_assessment": {"judge": "people", **options}})


def class_of(count: int, store: Store | None = None, **options: Any) -> Batches:
    """A class of so many essays that is registered in a runtime of its own, and no further."""
    return class_with(essays(count), store, **options)


def class_with(intakes: list[Intake], store: Store | None = None, **options: Any) -> Batches:
    """A class with these essays."""
    runtime = LocalRuntime(Blueprint(dict(SERVICES)), store or MemoryStore(), real_time=True)
    batches = Batches(runtime)
    batches.register(order(**options), intakes)
    runtime.run(lambda: runtime.store.batch(BATCH) is not None)
    return batches


def desk_of(batches: Batches, **more: Any) -> Desk:
    """The desk of a class."""
    reader = DocketReader(BATCH, batches.store, SERVICES)
    return Desk(BATCH, reader, batches.store, batches.runtime.tell, **more)


@contextmanager
def running(batches: Batches) -> Iterator[list[BatchStatus]]:
    """Let the batch run beside the test; at the end it holds the batch's status."""
    ended: list[BatchStatus] = []
    thread = threading.Thread(target=lambda: ended.append(batches.wait(BATCH)), daemon=True)
    thread.start()
    yield ended
    thread.join(20)


def until_asked(batches: Batches, desk: Desk) -> None:
    """Run the batch until people are awaited."""
    batches.runtime.run(lambda: desk.awaits_people)


def better(left: str, right: str) -> Winner:
    """What everybody who reads both texts says."""
    return Winner.LEFT if left > right else Winner.RIGHT


def judge_all(desk: Desk, *judges: str) -> int:
    """These people in turn decide all they are given, until there is nothing for any of them; how many decisions."""
    decided = 0
    while now := sum(_decides(desk, judge) for judge in judges):
        decided += now
    return decided


def _decides(desk: Desk, judge: str) -> bool:
    shown = desk.next_for(judge)
    return shown is not None and desk.decide(judge, shown.ticket, better(shown.left, shown.right))


def results(store: Store) -> dict[str, CJAssessmentResultDataV1]:
    """The class's results by essay."""
    keys = {essay.essay_id: essay.results[-1][1] for essay in store.essays(BATCH) if essay.results}
    stored = store.results(keys.values())
    return {name: CJAssessmentResultDataV1.model_validate_json(stored[key].document) for name, key in keys.items()}
