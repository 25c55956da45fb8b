"""How fast a store is: ``python -m tests.stores.measure_speed [URL]`` (default: SQLite in a temporary folder).

Prints rows per second, written in commits of about a thousand rows (essays, results and events in equal parts) and
read back; and commits per second from one thread, and from fifty that share transactions.
"""

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

from actors.core.essay_state import EssayState
from actors.core.records import EventRecord, Record, ResultRecord
from actors.stores import open_store
from actors.stores.group_commit import GroupCommit
from actors.stores.store import Store
from contracts.phases import EssayStatus, PhaseName
from contracts.texts import text_storage_id_of
from tests.stores.examples import NOON, essay, event

ESSAYS = 10_000
ESSAYS_PER_COMMIT = 333
ROUNDS = 5
DOCUMENT = f'{{"original_text_storage_id":"{text_storage_id_of("a")}","found":"{"y" * 500}"}}'


def _one_essay(number: int, turn: int) -> list[Record]:
    essay_id, text_id = f"essay-{number:05d}", text_storage_id_of(str(number))
    key = text_storage_id_of(f"{number}/{turn}")
    done = EssayState(
        "b1",
        essay_id,
        EssayStatus.NLP_SUCCESS,
        text_id,
        text_id,
        f"{essay_id}.txt",
        number,
        phase=PhaseName.NLP,
        results=((PhaseName.NLP, key),),
    )
    logged = EventRecord(f"{key[7:43]}", "b1", essay_id, "huleedu.essay.nlp.completed.v1", NOON, DOCUMENT)
    return [done, ResultRecord(key, PhaseName.NLP, text_id, DOCUMENT), logged]


def _write(store: Store, turn: int) -> float:
    commits = [_one_essay(number, turn) for number in range(ESSAYS)]
    begun = perf_counter()
    for start in range(0, ESSAYS, ESSAYS_PER_COMMIT):
        store.commit_group(commits[start : start + ESSAYS_PER_COMMIT])
    return 3 * ESSAYS / (perf_counter() - begun)


def _commit(store: Store, threads: int, commits: int = 40) -> float:
    def write(thread: int) -> None:
        for run in range(commits):
            name = f"{threads}-{thread}"
            store.commit([essay(name, "b2", run=run), event(f"{name}-{run}", "b2", name)])

    begun = perf_counter()
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(write, range(threads)))
    return threads * commits / (perf_counter() - begun)


@contextmanager
def _timed(what: str, rows: int) -> Iterator[None]:
    begun = perf_counter()
    yield
    seconds = perf_counter() - begun
    print(f"{what}: {seconds:.2f} s, {rows / seconds:,.0f} a second")


def main(url: str) -> None:
    """Measure and print."""
    store = GroupCommit(open_store(url))
    speeds = [_write(store, turn) for turn in range(ROUNDS)]
    print(f"rows written a second: median {median(speeds):,.0f} of {', '.join(f'{one:,.0f}' for one in speeds)}")
    with _timed("essays read", ESSAYS):
        store.essays("b1")
    with _timed("events read", ESSAYS * ROUNDS):
        list(store.events("b1"))
    for threads in (1, 50):
        print(f"commits a second, {threads} threads: {_commit(store, threads):,.0f}")
    with _timed("forgotten", ESSAYS * ROUNDS):
        store.forget("b1")
    store.close()


if __name__ == "__main__":
    with TemporaryDirectory() as folder:
        main(sys.argv[1] if len(sys.argv) > 1 else str(Path(folder) / "essays.db"))
