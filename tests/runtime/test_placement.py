"""Where actors live, as far as their addresses tell."""

import pytest

from actors.core.addresses import QUEUE, batch_address, cohort_address, essay_address, worker_address
from actors.runtime.placement import (
    BATCH,
    ESSAY,
    FORKED,
    WORKER,
    BatchPlacement,
    Placement,
    ProcessSpec,
    batch_in,
    process_of,
)

GIGABYTE = 1024.0**3
APART = BatchPlacement(2, packed=False)


def test_a_cohort_lives_with_its_batch_however_that_is_placed() -> None:
    """Its process has the batch's name, whatever phase and run it is of."""
    cohort = cohort_address("klass 9b", 1, 2)
    for placed in (APART, BatchPlacement(31)):
        assert process_of(cohort, placed) == process_of(batch_address("klass 9b"), placed)


def test_a_title_says_how_many_essays_live_there_whoever_is_asked_for() -> None:
    """A cohort's process is the batch's in the words of the dashboard, too."""
    for address in (batch_address("b"), cohort_address("b", 0, 0), essay_address("b", "x")):
        assert process_of(address, BatchPlacement(31)).title == "batch b and its 31 essays"
        assert process_of(address, BatchPlacement(0)).title == "batch b"


def test_each_worker_and_the_queue_have_a_process_of_their_own() -> None:
    """So a worker can be killed for one piece of work."""
    worker = worker_address(3)
    assert process_of(worker) == ProcessSpec("worker 3", WORKER, (worker,))
    assert process_of(QUEUE) == ProcessSpec("work queue", "WorkQueue", (QUEUE,))


def test_an_essay_may_have_strokes_in_its_name() -> None:
    """What comes behind the batch is all of it."""
    address = essay_address("b", "9b/anna")
    assert process_of(address, APART) == ProcessSpec("essay b/9b/anna", ESSAY, (address,))
    assert process_of(address, BatchPlacement(2)) == ProcessSpec("batch b", BATCH, (batch_address("b"),))


def test_nobody_lives_where_no_actor_can() -> None:
    """A wrong address is said, not taken for somebody else's."""
    with pytest.raises(LookupError, match=r"^there is no kind of actor with the address 'printer/1'$"):
        process_of("printer/1")


def test_the_batch_of_a_process_is_read_off_its_name() -> None:
    """Other processes have none."""
    assert batch_in(process_of(batch_address("batch of 9b")).name) == "batch of 9b"
    for address in (worker_address(3), QUEUE):
        assert batch_in(process_of(address).name) is None


def test_who_reads_how_a_batch_is_placed_reads_where_its_essays_are() -> None:
    """Packed or apart, with their number."""
    assert APART.describe() == "one process per essay (2)"
    assert BatchPlacement(31).describe() == "31 essays packed into their batch's process"


def test_there_are_never_more_processes_of_essays_than_people_look_at_one_by_one() -> None:
    """A large cluster could bear thousands."""
    assert Placement.fitting(640, 10_000 * GIGABYTE, FORKED) == Placement(essay_processes=300, starting=640)


def test_a_small_machine_starts_one_process_at_a_time_at_least() -> None:
    """Half a core is what a container may have."""
    assert Placement.fitting(0.5, GIGABYTE, FORKED).starting == 1
    assert Placement.fitting(0.5, 0.0, FORKED).essay_processes == 0
    assert Placement.fitting(0.5, GIGABYTE, FORKED, limit=-1).essay_processes == 0
    assert Placement.fitting(3, GIGABYTE, FORKED).starting == 3


def test_processes_of_essays_take_a_quarter_of_the_memory_and_not_a_byte_more() -> None:
    """The rest is for services and for the machine."""
    for_eight = 4 * 8 * FORKED.megabytes * 1024.0**2
    assert Placement.fitting(64, for_eight, FORKED).essay_processes == 8
    assert Placement.fitting(64, for_eight - 1, FORKED).essay_processes == 7
