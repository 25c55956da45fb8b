"""``python -m drivers.lab.chaos.driver``: the driver that is killed. It takes batch ids from its standard input.

A batch that the store knows is woken up, as ``drivers.resume_batch`` does it; any other is registered. Each is
waited for, and then the next one read. At the end of the input the runtime is shut down.
"""

import sys
from pathlib import Path
from typing import Annotated

import typer
from tenacity import retry, retry_if_exception_type, stop_after_attempt

from actors.runtime.runtime import Runtime, RuntimeUnavailableError
from drivers.client.batches import Batches
from drivers.client.bootstrap import Settings, start_runtime
from drivers.client.stores import join_cluster_of
from drivers.lab.chaos.work import Book, essays_of, order_of, services

WORKERS = 2


def main(
    database: Annotated[Path, typer.Option(help="The store's file.")],
    book: Annotated[Path, typer.Option(help="The file in which the services enter their calls.")],
    essays: Annotated[int, typer.Option(help="Essays in a batch.")],
    seconds: Annotated[float, typer.Option(help="How long a call of a service takes.")],
    essay_processes: Annotated[int, typer.Option(help="The most essays to get a process each.")],
) -> None:
    """Run batches on Ray until the input ends."""
    url = f"sqlite:///{database}"
    join_cluster_of(url, "")  # a file has one writer, whatever the batch
    work = services(seconds, Book(book, database))
    runtime = _started(Settings(url, workers=WORKERS, essay_processes=essay_processes, services=work))
    batches = Batches(runtime)
    for line in sys.stdin:
        batch_id = line.strip()
        if batches.store.batch(batch_id) is None:
            batches.register(order_of(batch_id), essays_of(batch_id, essays))
        else:
            batches.wake_up(batch_id)
        batches.wait(batch_id)
    runtime.shutdown()


@retry(retry=retry_if_exception_type(RuntimeUnavailableError), stop=stop_after_attempt(3), reraise=True)
def _started(settings: Settings) -> Runtime:
    """On a busy machine Ray may need more time to start than it allows itself: a person would try again."""
    return start_runtime(settings)


if __name__ == "__main__":
    typer.run(main)
