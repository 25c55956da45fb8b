"""The floor: the same durable steps in a plain loop with sqlite3, without any orchestration."""

import sqlite3
import time
from pathlib import Path

from drivers.lab.benchmark.noop import EVERY, FAILS, FAILS_IN, PHASES


def loop_seconds(count: int, file: Path, *, commit_each_step: bool) -> float:
    """Seconds for ``count`` essays to go through the phases: one row per step, with a commit per step or per phase."""
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE steps (essay INTEGER, phase TEXT, status TEXT, PRIMARY KEY (essay, phase))")
    begun = time.perf_counter()
    remaining = list(range(count))
    for phase in PHASES:
        remaining = _phase(connection, phase, remaining, commit_each_step=commit_each_step)
    seconds = time.perf_counter() - begun
    connection.close()
    return seconds


def _phase(connection: sqlite3.Connection, phase: str, essays: list[int], *, commit_each_step: bool) -> list[int]:
    succeeded = []
    if not commit_each_step:
        connection.execute("BEGIN")
    for essay in essays:
        failed = phase == FAILS_IN and essay % EVERY == FAILS
        connection.execute("INSERT INTO steps VALUES (?, ?, ?)", (essay, phase, "failed" if failed else "success"))
        if not failed:
            succeeded.append(essay)
    if not commit_each_step:
        connection.execute("COMMIT")
    return succeeded
