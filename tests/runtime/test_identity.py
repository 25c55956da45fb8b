"""What the drivers of one engine must have in common."""

from pathlib import Path

import pytest

from actors.phases.registry import services_of
from actors.runtime.ray.identity import EngineIdentity, code_fingerprint, identity_of
from contracts.phase_definition import PhaseDefinition
from contracts.results.base import PhaseResultData


class Counted(PhaseResultData):
    """What one version of a package reports."""

    words: int


class CountedTwice(PhaseResultData):
    """What its next version reports."""

    words: int
    sentences: int


class Mine:
    """A service."""


class Other:
    """Another service."""


def phase(result: type[PhaseResultData] = Counted, service: str = "my_package:Service") -> PhaseDefinition:
    """A user's own phase."""
    return PhaseDefinition("word_count", result, service)


def identity(*phases: PhaseDefinition, brings_services: bool = True, **services: object) -> EngineIdentity:
    """The identity of a driver with these phases and services."""
    return identity_of(phases, services_of(dict(services)), brings_services=brings_services)  # type: ignore[arg-type]


def test_a_driver_with_the_same_things_has_no_differences() -> None:
    """Things that are made anew, as in another process, count as the same."""
    assert identity(phase(), nlp=Mine).differences(identity(phase(), nlp=Mine)) == []


@pytest.mark.parametrize(
    ("mine", "theirs", "told"),
    [
        (identity(phase()), identity(), "the phase word_count"),
        (identity(), identity(phase()), "the phase word_count"),
        (identity(phase()), identity(phase(CountedTwice)), "the phase word_count"),
        (identity(phase()), identity(phase(service="other:Service")), "the phase word_count"),
        (identity(nlp=Mine), identity(), "the service of nlp"),
        (identity(nlp=Mine), identity(nlp=Other), "the service of nlp"),
        (identity(nlp="a:B"), identity(nlp="a:C"), "the service of nlp"),
        (identity(), identity()._replace(code="older"), "this program's own code"),
    ],
)
def test_what_differs_is_named(mine: EngineIdentity, theirs: EngineIdentity, told: str) -> None:
    """The name tells the user what to bring or leave out."""
    assert mine.differences(theirs) == [told]


def test_who_brings_no_services_takes_what_is_there() -> None:
    """Pausing a batch does not take knowing which services do its work."""
    assert identity(brings_services=False).differences(identity(nlp=Mine)) == []


def test_another_version_of_the_module_of_a_service_is_another_service(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The module's content counts, not only its name."""
    monkeypatch.syspath_prepend(tmp_path)
    module = tmp_path / "a_service_of_mine.py"
    module.write_text("class Service: version = '1'\n")
    before = identity(nlp="a_service_of_mine:Service")
    module.write_text("class Service: version = '2'\n")
    assert identity(nlp="a_service_of_mine:Service").differences(before) == ["the service of nlp"]


def test_the_code_has_one_fingerprint() -> None:
    """It is the same whoever computes it."""
    assert code_fingerprint() == identity().code
