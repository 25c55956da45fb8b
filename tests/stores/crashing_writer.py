"""Writes to a store until it is killed: ``python -m tests.stores.crashing_writer URL``.

Each of eight threads increments an essay's counter. A number is printed once its commit has returned: it is promised.
"""

import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import count

from actors.stores import open_store
from actors.stores.group_commit import GroupCommit
from tests.stores.examples import essay, event

THREADS = 8


def main(url: str) -> None:
    """Write for ever."""
    store = GroupCommit(open_store(url))

    def write(thread: int) -> None:
        for run in count(1):
            store.commit([event(f"{thread}-{run}", essay_id=str(thread)), essay(str(thread), run=run)])
            sys.stdout.write(f"{thread} {run}\n")
            sys.stdout.flush()

    with ThreadPoolExecutor(THREADS) as threads:
        for one in [threads.submit(write, thread) for thread in range(THREADS)]:
            one.result()


if __name__ == "__main__":
    main(sys.argv[1])
