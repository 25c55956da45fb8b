"""A store knows its batches' phases, whether or not their packages are installed where it is read."""

from actors.core.batch_state import PhaseDetail
from contracts.phase_definition import PhaseDefinition
from contracts.phase_registry import known_phases, registered
from contracts.phases import PHASE_TABLE, PhaseName
from contracts.results import PhaseResultData
from tests.stores.conftest import Opener
from tests.stores.examples import batch, essay, result, running_header, text

UPPER_CASING = PhaseDefinition("upper_casing", PhaseResultData, "no_such_module:Service")


def test_a_batch_of_a_phase_that_is_not_installed_here_can_be_read(reopen: Opener) -> None:
    """It is read as it was written; the phase's name is accepted unchecked."""
    with registered(UPPER_CASING) as phase:
        header = running_header()
        header = header._replace(
            pipeline=(*header.pipeline, phase), details=header.details.set(phase, PhaseDetail(total=7))
        )
        done = essay(
            "b", status=PHASE_TABLE[phase].success, phase=phase, results=((phase, "k"),), ordinal=0, position=0
        )
        failed = essay("å", status=PHASE_TABLE[phase].failed, ordinal=1)
        kept = result("k", text("t"))._replace(phase=phase)
        reopen().commit([batch(header), done, failed, kept])
    assert "upper_casing" not in PHASE_TABLE
    store = reopen()
    assert store.batch("b1") == header._replace(order=("b", "å"))
    assert store.pipeline_state("b1") == batch(header).pipeline_state
    assert store.essays("b1") == [done, failed]
    assert store.results(["k"])["k"] == kept
    assert PhaseName("upper_casing") is phase
    assert phase not in known_phases()


def test_an_essay_alone_is_enough_to_know_its_phase(reopen: Opener) -> None:
    """An essay's process reads nothing else when it starts."""
    with registered(UPPER_CASING) as phase:
        failed = essay("a", status=PHASE_TABLE[phase].failed, phase=PhaseName.NLP)
        reopen().commit([failed])
    assert reopen().essay("b1", "a") == failed
