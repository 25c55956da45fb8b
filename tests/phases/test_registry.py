"""Which service does a phase's work."""

import pickle
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from actors.phases import registry
from actors.phases.nlp import NLPService
from actors.phases.registry import (
    BUILT_IN_SERVICES,
    DefaultService,
    InvalidService,
    LazyService,
    described,
    factory_of,
    services_of,
)
from contracts import PhaseDefinition, PhaseName, PhaseNotInstalled, PhaseResultData, registered

NLP = PhaseName.NLP


class OwnService:
    """A service of a program's own."""

    name, version, uses = "own", "1", (PhaseName.SPELLCHECK,)


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder for packages that are installed only during this test."""
    monkeypatch.syspath_prepend(str(tmp_path))
    registry.look_again()
    yield tmp_path
    registry.look_again()


def _installed(folder: Path, package: str, *points: str) -> None:
    (folder / f"{package}.py").write_text("class Service:\n    name, version, uses = 'theirs', '2', ()\n")
    info = folder / f"{package}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[essay_pipelines.services]\n" + "\n".join(points))


def test_each_built_in_phase_has_a_service_unless_told_otherwise() -> None:
    """A service is referred to by name, so nothing is imported before it is used."""
    assert services_of() == {phase: DefaultService(phase) for phase in BUILT_IN_SERVICES}
    assert described(services_of()[NLP]) is NLPService


def test_what_is_given_goes_before_settings_and_both_before_the_built_in() -> None:
    """It may be a class, or the name of one."""
    settings = {"nlp": "my_package:MyService", "spellcheck": "my_package:Speller"}
    chosen = services_of({"nlp": OwnService}, settings)
    assert described(chosen[NLP]) is OwnService
    assert chosen[PhaseName.SPELLCHECK] == LazyService("my_package:Speller")
    assert chosen[PhaseName.AI_FEEDBACK] == DefaultService(PhaseName.AI_FEEDBACK)


@pytest.mark.parametrize("wrong", ["MyService", "my package:Service", "", 7, None])
def test_what_can_be_no_service_is_refused(wrong: Any) -> None:
    """The error says what it may be."""
    with pytest.raises(InvalidService, match=r"service of nlp is its class or 'package\.module:Class'"):
        services_of({"nlp": wrong})
    with pytest.raises(InvalidService, match="'nlpp' is not a valid PhaseName"):
        services_of({"nlpp": OwnService})


def test_a_class_of_a_module_travels_by_its_name_and_what_has_none_as_it_is() -> None:
    """Only the process that uses the service imports its module; a class made in a function is sent itself."""
    assert factory_of(OwnService) == LazyService(f"{__name__}:OwnService")

    class Local(OwnService):
        """A class without an importable name."""

    assert factory_of(Local) is Local
    assert pickle.loads(pickle.dumps(services_of({"nlp": OwnService})))[NLP]().name == "own"  # noqa: S301  (our own)


def test_what_makes_a_service_is_described_by_making_it() -> None:
    """A function does not tell what its service uses."""
    assert described(partial(OwnService)).uses == OwnService.uses
    assert described(OwnService) is OwnService


def test_a_service_that_is_not_here_is_named_with_where_it_was_looked_for() -> None:
    """Whoever reads the error may be on another machine."""
    with pytest.raises(
        PhaseNotInstalled, match=r"service no_such_module:Service cannot be loaded .*ModuleNotFoundError"
    ):
        LazyService("no_such_module:Service")()
    with pytest.raises(PhaseNotInstalled, match=r"service os:Service cannot be loaded .*AttributeError"):
        LazyService("os:Service").load()


def test_an_installed_package_can_put_its_service_in_the_place_of_a_built_in_one(site: Path) -> None:
    """A service that is given to the engine replaces both."""
    _installed(site, "theirs", "nlp = theirs:Service")
    assert DefaultService(NLP)().name == "theirs"
    assert described(services_of()[NLP]).version == "2"
    assert described(services_of({"nlp": OwnService})[NLP]) is OwnService
    assert described(services_of()[PhaseName.SPELLCHECK]).name != "theirs"


def test_two_packages_for_one_phase_or_one_that_fails_are_named(site: Path) -> None:
    """Results would differ if the built-in service silently took its place."""
    _installed(site, "theirs", "nlp = theirs:Service", "spellcheck = theirs:NoService")
    _installed(site, "others", "nlp = others:Service")
    with pytest.raises(PhaseNotInstalled, match="several packages bring a service for the phase nlp: others, theirs"):
        DefaultService(NLP)()
    with pytest.raises(PhaseNotInstalled, match="service theirs:NoService cannot be loaded"):
        DefaultService(PhaseName.SPELLCHECK)()


def test_an_added_phase_brings_its_service() -> None:
    """The service is given by its name or as a class."""
    for service in (OwnService, f"{__name__}:OwnService"):
        with registered(PhaseDefinition("own_phase", PhaseResultData, service)) as phase:
            assert described(DefaultService(phase)) is OwnService
            assert DefaultService(phase)().name == "own"
