"""Real phases: our wall time compared with the same services in a plain ``multiprocessing.Pool``, in the same run."""

import multiprocessing
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from actors.phases.service import EssayTask, PhaseSettings
from actors.runtime.cores import usable_cores
from contracts.phases import PhaseName
from contracts.texts import text_storage_id_of
from drivers.client.bootstrap import SERVICES
from drivers.client.engine import Engine
from drivers.intake import Intake, read_essays, sample_paths
from drivers.lab.benchmark.workloads import fresh, prepare, run

PHASES = (PhaseName.SPELLCHECK, PhaseName.NLP)
_loaded: dict[PhaseName, Any] = {}


def essays(count: int, paths: Sequence[Path]) -> list[Intake]:
    """This many essays: those in ``paths`` (or the sample's) repeated, each with a different last word."""
    found = [essay for essay in read_essays(paths or sample_paths()) if essay.text]
    return [
        Intake(f"essay-{number:05}", f"essay-{number:05}.txt", f"{found[number % len(found)].text}\n{number}")
        for number in range(count)
    ]


def _load() -> None:
    for phase in PHASES:
        _loaded[phase] = SERVICES[phase]()
        _work(phase, "A text to be warm with.")


def _work(phase: PhaseName, text: str) -> str:
    task = EssayTask("e", text_storage_id_of(text), text, PhaseSettings(language="en"))
    product = _loaded[phase].process(task)
    return product.text if product.text is not None else text


def pool_seconds(batch: Sequence[Intake]) -> float:
    """Seconds for the phases one after the other in a warm pool of a process per core, without storing results."""
    context = multiprocessing.get_context("spawn")
    cores = usable_cores()
    with context.Pool(cores, initializer=_load) as pool:
        pool.map(_ready, range(cores * 4), chunksize=1)
        begun = time.perf_counter()
        texts = [essay.text or "" for essay in batch]
        for phase in PHASES:
            texts = pool.map(partial(_work, phase), texts, chunksize=max(1, min(8, len(texts) // (cores * 4))))
        return time.perf_counter() - begun


def _ready(_: int) -> None:
    time.sleep(0.2)  # long enough for every process of the pool to take part, and so to have loaded


def ours_seconds(batch: Sequence[Intake]) -> float:
    """Seconds for the same on Ray with our engine, without Ray's start and the loading of services."""
    with fresh(_opened) as engine:
        run(engine, "warm-up", [Intake("w", "w.txt", "A text to be warm with."), *batch[:3]], PHASES)
        prepare(engine, "timed")
        begun = time.perf_counter()
        run(engine, "timed", [_other(essay) for essay in batch], PHASES)
        return time.perf_counter() - begun


def _other(essay: Intake) -> Intake:
    """The same essay with a different hash, so that no result from the warm-up fits."""
    return Intake(essay.essay_id, essay.file, f"{essay.text} .")


def _opened(store: Path) -> Engine:
    return Engine.open(store, essay_processes=0, warm=PHASES)


def ratio(count: int, paths: Sequence[Path]) -> dict[str, Any]:
    """Measure both in turn, several times as a machine's speed varies; the median of our time over the pool's."""
    batch = essays(count, paths)
    rounds = [(pool_seconds(batch), ours_seconds(batch)) for _ in range(max(2, min(5, 900 // count)))]
    ratios = [ours / pool for pool, ours in rounds]
    pool, ours = (median(seconds) for seconds in zip(*rounds, strict=True))
    return {"essays": count, "pool_seconds": pool, "our_seconds": ours, "ratio": median(ratios), "ratios": ratios}
