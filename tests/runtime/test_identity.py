"""What the drivers of one engine must have in common."""

from pathlib import Path

import pytest

import drivers
from actors.phases.registry import DefaultService, services_of
from actors.runtime.ray.identity import EngineIdentity, code_fingerprint, identity_of
from contracts.phase_definition import PhaseDefinition
from contracts.phases import PhaseName
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


def test_another_version_of_the_module_of_an_installed_service_is_another_service(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A package may provide the service of a phase for which the driver brings none."""
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr("actors.runtime.ray.identity.installed_service", lambda _: "an_installed_service:Service")
    module = tmp_path / "an_installed_service.py"
    module.write_text("class Service: version = '1'\n")
    before = identity_of((), {PhaseName.NLP: DefaultService(PhaseName.NLP)})
    module.write_text("class Service: version = '2'\n")
    after = identity_of((), {PhaseName.NLP: DefaultService(PhaseName.NLP)})
    assert after.differences(before) == ["the service of nlp"]


def test_a_service_among_the_drivers_counts_by_its_content_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The fingerprint of the code covers only contracts and actors."""
    monkeypatch.setattr(drivers, "__path__", [*drivers.__path__, str(tmp_path)])
    module = tmp_path / "a_service_of_ours.py"
    module.write_text("class Service: version = '1'\n")
    before = identity(nlp="drivers.a_service_of_ours:Service")
    module.write_text("class Service: version = '2'\n")
    assert identity(nlp="drivers.a_service_of_ours:Service").differences(before) == ["the service of nlp"]


def test_the_code_has_one_fingerprint() -> None:
    """It is the same whoever computes it."""
    assert code_fingerprint() == identity().code
