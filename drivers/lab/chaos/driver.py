"""``python -m drivers.lab.chaos.driver``: the driver that is killed. It reads batch ids from its standard input.

A batch that is in the store is resumed, as by ``drivers.resume_batch``; any other is submitted. The driver waits for
each batch before it reads the next id. At the end of the input, it closes the engine.
"""

import os
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from tenacity import retry, retry_if_exception_type, stop_after_attempt

from actors.runtime.runtime import RuntimeGoneError, RuntimeUnavailableError
from drivers.cli.exit_codes import ExitCode
from drivers.client.bootstrap import RuntimeKind
from drivers.client.engine import Engine
from drivers.lab.chaos.work import Book, services, submission_of

WORKERS = 2


def main(
    store: Annotated[str, typer.Option(help="The store's URL.")],
    book: Annotated[Path, typer.Option(help="The file in which the services enter their calls.")],
    essays: Annotated[int, typer.Option(help="Essays in a batch.")],
    seconds: Annotated[float, typer.Option(help="How long a call of a service takes.")],
    essay_processes: Annotated[int, typer.Option(help="The most essays to get a process each.")],
    runtime: Annotated[RuntimeKind, typer.Option(help="On Ray, or in this process.")] = RuntimeKind.RAY,
) -> None:
    """Run batches until the input ends."""
    work = services(seconds, Book(book, store))
    with _started(
        store, services=work, workers=WORKERS, essay_processes=essay_processes, runtime=runtime.value
    ) as engine:
        for line in sys.stdin:
            batch_id = line.strip()
            try:
                if engine.store.summary(batch_id) is None:
                    batch = engine.submit(submission_of(batch_id, essays))
                else:
                    batch = engine.batch(batch_id).resume()
                batch.until_ended()
            except RuntimeGoneError:  # as `essays run` does: a dead Ray would delay the program's end for long
                os._exit(ExitCode.UNAVAILABLE)


@retry(retry=retry_if_exception_type(RuntimeUnavailableError), stop=stop_after_attempt(3), reraise=True)
def _started(store: str, **how: Any) -> Engine:
    """Open an engine; try again, as a person would, if a busy machine is too slow for Ray to start in time."""
    return Engine.open(store, **how)


if __name__ == "__main__":
    typer.run(main)
