"""A writer is killed in the middle of its commits."""

import subprocess
import sys
from pathlib import Path

import pytest

from actors.stores import open_store
from actors.stores.store import Store
from tests.stores.crashing_writer import THREADS
from tests.stores.examples import event_ids


def _killed_after(url: str, commits: int) -> dict[int, int]:
    """The last promised commit of each thread, from a writer that was killed after this many commits."""
    program = [sys.executable, "-m", "tests.stores.crashing_writer", url]
    with subprocess.Popen(program, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603  (our own program)
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(commits)]
        process.kill()
        lines += [line for line in process.stdout if line.endswith("\n")]
    promised = dict.fromkeys(range(THREADS), 0)
    for line in lines:
        thread, run = line.split()
        promised[int(thread)] = int(run)
    return promised


def _check(store: Store, promised: dict[int, int]) -> None:
    runs = {int(essay.essay_id): essay.run for essay in store.essays("b1")}
    for thread, run in promised.items():
        assert runs.get(thread, 0) >= run
        written = [f"{thread}-{number}" for number in range(1, runs.get(thread, 0) + 1)]
        assert event_ids(store, essay_id=str(thread)) == written


@pytest.mark.parametrize("commits", [1, 300])
def test_what_was_promised_before_a_kill_is_there_and_no_commit_by_half(tmp_path: Path, commits: int) -> None:
    """Each essay's state agrees with its events, and the store can be written again at once."""
    path = str(tmp_path / "essays.db")
    for _ in range(2):
        promised = _killed_after(path, commits)
        reader = open_store(path, read_only=True)
        _check(reader, promised)
        reader.close()
        store = open_store(path)  # the dead process held the lock
        _check(store, promised)
        store.forget("b1")
        store.close()


def test_a_killed_writer_of_postgresql_leaves_whole_commits(postgres_url: str) -> None:
    """The same holds on a server."""
    promised = _killed_after(postgres_url, 200)
    store = open_store(postgres_url)
    store.claim("b1")  # waits for whatever the server may still be doing
    _check(store, promised)
    store.close()
