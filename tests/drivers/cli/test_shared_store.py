"""A store on a server that several programs share: who runs which batch, as each of them sees it."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from actors.stores import advisory_lock
from actors.stores.lock_note import note_of
from actors.stores.opening import open_store
from actors.stores.store import Store
from drivers.client.engine import Engine
from drivers.client.errors import BatchBusyError
from drivers.client.stores import join_cluster_of
from drivers.intake import Intake
from tests.drivers.conftest import Call, answer, folder_of, run_options

pytestmark = pytest.mark.usefixtures("small_services")


@pytest.fixture
def interrupted(here: object, postgres_url: str) -> str:  # noqa: ARG001  (it is run there)
    """The URL of a store with a batch whose program ended midway."""
    with Engine.open(postgres_url, runtime="local") as engine:
        batch = engine.submit("b", [_essay("anna"), _essay("bo")], pipeline="spellcheck,nlp", language="en")
        engine.runtime.run_until(lambda: any(essay.results for essay in batch.essay_states))
    return postgres_url


def _essay(name: str) -> Intake:
    return Intake(name, f"{name}.txt", f"A text of {name}.")


@pytest.fixture
def held(interrupted: str) -> Iterator[Store]:
    """The store, opened by a program that runs the batch by itself."""
    store = open_store(interrupted)
    store.claim("b")
    yield store
    store.close()


def test_a_batch_that_nobody_runs_is_said_to_be_interrupted(essays: Call, interrupted: str) -> None:
    """It is resumed like any other."""
    (line,) = answer(essays("status", "--store", interrupted, "--json"))
    assert line["now"] == "interrupted"
    assert "essays resume b" in essays("status", "b", "--store", interrupted).output
    assert essays("resume", "--store", interrupted, "--runtime", "local").exit_code == 0
    assert answer(essays("status", "b", "--store", interrupted, "--json"))["now"] == "ended"


@pytest.mark.usefixtures("held")
def test_a_batch_that_runs_is_said_to_be_running_and_where(essays: Call, interrupted: str) -> None:
    """In the list, in the batch's status, and in watch."""
    (line,) = answer(essays("status", "--store", interrupted, "--json"))
    assert line["now"].startswith("running (process ")
    assert answer(essays("status", "b", "--store", interrupted, "--json"))["now"] == line["now"]
    assert line["now"] in essays("watch", "b", "--once", "--store", interrupted).output


@pytest.mark.usefixtures("held")
def test_a_batch_that_runs_elsewhere_is_not_taken_up_a_second_time(essays: Call, interrupted: str) -> None:
    """By name it is refused, with the process that runs it; resuming all batches leaves it alone."""
    named = essays("resume", "b", "--store", interrupted, "--runtime", "local")
    assert named.exit_code == 2
    assert "runs its batch without Ray" in named.output
    every = essays("resume", "--store", interrupted, "--runtime", "local")
    assert every.exit_code == 0
    assert "Skipped batch" in every.output


@pytest.mark.usefixtures("held")
def test_the_name_of_a_batch_that_runs_elsewhere_is_refused_before_anything_starts(
    here: Path, essays: Call, interrupted: str
) -> None:
    """If a batch is handed in twice, the message says who runs it, and what to do."""
    folder = folder_of(here / "again", {"anna": "A text of anna.", "bo": "A text of bo."})
    refused = essays("run", folder, *run_options(), "--language", "en", "--store", interrupted)
    assert refused.exit_code == 2
    assert "Batch 'b' is being run by process " in refused.output
    assert "choose another --batch-id" in refused.output


@pytest.mark.usefixtures("held")
def test_an_order_for_a_batch_that_runs_elsewhere_says_who_runs_it(essays: Call, interrupted: str) -> None:
    """A command cannot reach a program without a cluster; the store's password is not shown."""
    refused = essays("cancel", "b", "--store", interrupted, "--runtime", "local")
    assert refused.exit_code == 2
    assert "Batch b is in use by process " in refused.output
    assert interrupted not in refused.output


def test_a_cluster_that_cannot_be_reached_from_here_is_named_with_its_machine(
    interrupted: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run's own cluster listens on its machine's loopback only, so its address is not tried from here."""

    def on_another_machine(owner: Mapping[str, Any]) -> dict[str, Any]:
        return {**note_of(owner), "host": "staffroom"}

    monkeypatch.setattr(advisory_lock, "note_of", on_another_machine)
    store = open_store(interrupted, owner={"ray_address": "127.0.0.1:6379"})
    store.claim("b")
    with pytest.raises(BatchBusyError, match="in a Ray cluster of its own on staffroom"):
        join_cluster_of(interrupted, "b")
    store.close()
