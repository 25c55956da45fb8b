"""Who comes to life at an address, and from what."""

import re

import pytest

from actors.batch_orchestrator import BatchOrchestrator
from actors.cohort_coordinator import CohortCoordinator
from actors.core.addresses import QUEUE, batch_address, cohort_address, essay_address, worker_address
from actors.core.effects import Tell
from actors.core.retry import Policy
from actors.essay_actor import EssayActor
from actors.runtime.activation import Activator, Blueprint, Outside
from actors.runtime.passivation import is_outdated
from actors.stores.memory import MemoryStore
from actors.work_queue import WorkQueue
from contracts.messages import CancelBatch, PassivationDue, WakeUp, WorkFailed
from contracts.phases import EssayStatus
from tests.core.play import BROKEN, NLP, registration
from tests.stores.examples import essay

POLICY = Policy()
FALTERING = BROKEN.model_copy(update={"retryable": True})
KNOWN = [
    essay("x", "b1", text_id="t1", phase=NLP, position=0, status=EssayStatus.NLP_IN_PROGRESS, attempt=5),
    essay("y", "b1", text_id="t2"),
    essay("9b/x", "b2", text_id="t3"),
]


def activator_with(policy: Policy) -> Activator:
    """Over a store with essays of two batches."""
    store = MemoryStore()
    store.commit(KNOWN)
    return Activator(Blueprint({}, policy, workers=2), store, Outside(ticket=lambda: 40))


@pytest.fixture
def activator() -> Activator:
    """With the policy that nothing is said about."""
    return activator_with(POLICY)


def test_essays_come_to_life_as_they_are_stored_and_nobody_else_does(activator: Activator) -> None:
    """Of several batches at once; an essay that was forgotten is nobody."""
    asked = [("b1", "y"), ("b2", "9b/x"), ("b1", "x"), ("b1", "nobody"), ("b3", "x")]
    found = activator.activate(essay_address(*one) for one in asked)
    assert {address: actor.state for address, actor in found.items()} == {
        essay_address(state.batch_id, state.essay_id): state for state in KNOWN
    }
    assert all(isinstance(actor, EssayActor) for actor in found.values())


def test_who_is_no_essay_comes_to_life_beside_those(activator: Activator) -> None:
    """Each kind of address has its actor."""
    addresses = [batch_address("b1"), cohort_address("b1", 0, 0), QUEUE, essay_address("b1", "x")]
    found = activator.activate(addresses)
    assert [type(found[address]) for address in addresses] == [
        BatchOrchestrator,
        CohortCoordinator,
        WorkQueue,
        EssayActor,
    ]
    assert [found[address].address for address in addresses] == addresses


def test_nobody_comes_to_life_where_nobody_lives(activator: Activator) -> None:
    """A wrong address is named."""
    with pytest.raises(LookupError, match=r"^there is no kind of actor with the address 'printer/1'$"):
        activator.activate(["printer/1"])


def test_a_batch_is_claimed_by_who_comes_to_life_for_it(activator: Activator) -> None:
    """So that of two the later one writes."""
    epochs = [activator.activate([batch_address("b1")])[batch_address("b1")].state.header.epoch for _ in range(2)]
    assert epochs == [1, 2]


def test_the_queues_first_lease_is_beyond_those_of_any_queue_before(activator: Activator) -> None:
    """And it asks the workers of the blueprint who is there."""
    queue = activator.activate([QUEUE])[QUEUE]
    assert queue.state.next_lease == 40
    asked = {effect.address for effect in queue.resume(queue.state).effects if isinstance(effect, Tell)}
    assert asked == {worker_address(0), worker_address(1)}


@pytest.mark.parametrize(("policy", "gives_up"), [(Policy(max_attempts=7), False), (Policy(max_attempts=6), True)])
def test_actors_act_by_the_policy_of_the_blueprint(policy: Policy, gives_up: bool) -> None:
    """A failed attempt is followed by so many others as it says."""
    activator = activator_with(policy)
    (actor,) = activator.activate([essay_address("b1", "x")]).values()
    assert activator.policy is policy
    decided = actor.step(actor.state, WorkFailed(0, 0, 5, FALTERING)).state
    assert (decided.failure is not None) is gives_up


def test_the_actor_of_an_essay_just_founded_is_that_of_one_that_was_read(activator: Activator) -> None:
    """Its state need not be read back."""
    (read,) = activator.activate([essay_address("b1", "x")]).values()
    founded = activator.essay(KNOWN[0])
    assert (founded.address, founded.state) == (read.address, read.state)


def test_names_drawn_outside_never_repeat() -> None:
    """Of two lives of a worker each has its own."""
    outside = Outside()
    names = {outside.new_name() for _ in range(100)}
    assert len(names) == 100
    assert all(re.fullmatch("[0-9a-f]{32}", name) for name in names)


def test_an_idle_actor_is_outdated_when_a_driver_asks_it_for_something() -> None:
    """Its batch may have been changed in the store; what is at work knows better."""
    done, at_work = (
        EssayActor(essay(status=status), POLICY)
        for status in (EssayStatus.ALL_PROCESSING_COMPLETED, EssayStatus.AWAITING_NLP)
    )
    for message in (registration("x", [NLP]), WakeUp(), CancelBatch()):
        assert is_outdated(done, message)
        assert not is_outdated(at_work, message)
    assert not is_outdated(done, PassivationDue())
