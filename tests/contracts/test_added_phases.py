"""A phase added by a script or a package behaves like the built-in ones."""

import pickle
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError

from contracts import (
    PHASE_TABLE,
    PHASE_TRIGGERS,
    BatchRegistrationRequestV1,
    BatchServicePhaseInitiateCommandDataV1,
    EssayStatus,
    InvalidPhase,
    NLPResultDataV1,
    PhaseDefinition,
    PhaseName,
    PhaseNotInstalled,
    PhaseResultData,
    PhaseScope,
    broken_phases,
    command_model_of,
    definition_of,
    known_phases,
    look_again,
    names_on_trust,
    register_phase,
    registered,
    result_model_of,
)


class UpperCasing(PhaseResultData):
    """A translated essay."""

    words: int = 0


UPPER_CASING = PhaseDefinition("upper_casing", UpperCasing, "essay_upper_casing:UpperCasingService", figures=("words",))


@pytest.fixture
def upper_casing() -> Iterator[PhaseName]:
    """The registered phase."""
    with registered(UPPER_CASING) as phase:
        yield phase


@pytest.mark.usefixtures("upper_casing")
def test_its_name_and_statuses_are_one_object_each() -> None:
    """Statuses are compared by identity, like the built-in ones."""
    assert PhaseName("upper_casing") is PhaseName("upper_casing")
    row = PHASE_TABLE[PhaseName("upper_casing")]
    assert [status.value for status in row.statuses] == [
        "awaiting_upper_casing",
        "upper_casing_in_progress",
        "upper_casing_success",
        "upper_casing_failed",
    ]
    assert all(EssayStatus(status.value) is status for status in row.statuses)
    assert (row.success.name, str(row.success), repr(row.success)) == (
        "UPPER_CASING_SUCCESS",
        "upper_casing_success",
        "<EssayStatus.UPPER_CASING_SUCCESS: 'upper_casing_success'>",
    )


def test_everything_that_goes_by_phase_follows(upper_casing: PhaseName) -> None:
    """Scope, triggers, command and result model follow from its definition and its name."""
    assert PHASE_TABLE[upper_casing].scope is PhaseScope.ESSAY
    assert PHASE_TRIGGERS[upper_casing].initiate == "CMD_INITIATE_UPPER_CASING"
    assert set(PHASE_TRIGGERS) == set(PHASE_TABLE)
    assert command_model_of(upper_casing) is BatchServicePhaseInitiateCommandDataV1
    assert result_model_of(upper_casing) is UpperCasing
    assert result_model_of(PhaseName.NLP) is NLPResultDataV1
    assert upper_casing in known_phases()


def test_it_goes_through_json_and_pickling_as_itself(upper_casing: PhaseName) -> None:
    """Even models defined before the phase was added accept it."""
    request = BatchRegistrationRequestV1(expected_essay_count=1, requested_pipelines=["nlp", "upper_casing"])
    again = BatchRegistrationRequestV1.model_validate_json(request.model_dump_json())
    assert again.requested_pipelines[1] is upper_casing
    for value in (upper_casing, *PHASE_TABLE[upper_casing].statuses):
        assert pickle.loads(pickle.dumps(value)) is value  # noqa: S301  (our own)
        assert TypeAdapter(type(value)).validate_json(f'"{value}"') is value


def test_a_name_that_nobody_has_added_is_refused() -> None:
    """A typing error is not a phase."""
    with pytest.raises(ValueError, match="'upper_caseing' is not a valid PhaseName"):
        PhaseName("upper_caseing")
    with pytest.raises(ValueError, match="'upper_caseing_success' is not a valid EssayStatus"):
        EssayStatus("upper_caseing_success")
    with pytest.raises(ValueError, match="'nlp_in_progress' is not a valid EssayStatus"):
        EssayStatus("nlp_in_progress")
    with pytest.raises(ValidationError):
        BatchRegistrationRequestV1(expected_essay_count=1, requested_pipelines=["upper_caseing"])


def test_after_a_test_it_is_unknown_again_and_added_once_more_it_is_the_same() -> None:
    """A status from before is identical to the new one."""
    with registered(UPPER_CASING) as phase:
        success = PHASE_TABLE[phase].success
    with pytest.raises(ValueError, match="upper_casing"):
        PhaseName("upper_casing")
    assert "upper_casing" not in PHASE_TABLE
    with registered(UPPER_CASING) as again:
        assert again is phase
        assert PHASE_TABLE[again].success is success


def test_the_same_definition_may_be_registered_again_another_one_not(upper_casing: PhaseName) -> None:
    """Two packages must not share a name unnoticed."""
    assert (
        register_phase(PhaseDefinition("upper_casing", UpperCasing, UPPER_CASING.service, figures=("words",)))
        is upper_casing
    )
    with pytest.raises(InvalidPhase, match="'upper_casing' is already registered"):
        register_phase(PhaseDefinition("upper_casing", UpperCasing, "another:Service"))


@pytest.mark.parametrize(
    "name",
    ["", "UpperCasing", "trans lation", "1st", "a,b", "a.b", "awaiting_it", "phases", "x" * 64, "nlp", "nlp_processing",
     "spellchecked", "content_ingestion", "übersetzung"],
)  # fmt: skip
def test_a_name_that_cannot_be_one_is_refused_by_name(name: str) -> None:
    """A name is refused if it is malformed, taken, or makes a status that exists; nothing changes."""
    before = dict(PHASE_TABLE), set(EssayStatus._value2member_map_)
    with pytest.raises(InvalidPhase) as caught:
        register_phase(PhaseDefinition(name, UpperCasing, "a:B"))
    assert repr(name) in str(caught.value)
    assert (dict(PHASE_TABLE), set(EssayStatus._value2member_map_)) == before


class _Settings(BaseModel):
    to: str


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"result": _Settings}, "PhaseResultData"),
        ({"result": UpperCasing(status=EssayStatus.NLP_SUCCESS, original_text_storage_id="t", text_storage_id="t",
                                producer="p", producer_version="1")}, "PhaseResultData"),
        ({"service": "no target"}, "package.module:Class"),
        ({"service": None}, "package.module:Class"),
        ({"scope": "batch"}, "essay, cohort"),
        ({"settings": dict}, "pydantic"),
        ({"settings": _Settings(to="sv")}, "pydantic"),
        ({"figures": ["words"]}, "a tuple of names or a function"),
        ({"figures": ("words", "pages")}, "pages, which UpperCasing does not have"),
    ],
)  # fmt: skip
def test_a_definition_that_contradicts_itself_is_refused(wrong: dict[str, object], said: str) -> None:
    """It is refused when it is defined, not when the first essay meets it."""
    with pytest.raises(InvalidPhase, match=f"'upper_casing'.*{said}"):
        PhaseDefinition(**{"name": "upper_casing", "result": UpperCasing, "service": "a:B", **wrong})  # type: ignore[arg-type]


def test_a_process_that_lacks_it_can_be_told_of_it_by_pickling() -> None:
    """An orchestrator needs only its name and scope; any other use says what to install."""
    with registered(PhaseDefinition("rivalry", UpperCasing, "a:B", PhaseScope.COHORT)) as phase:
        sent = pickle.dumps((PHASE_TABLE[phase].success, phase))
    status, again = pickle.loads(sent)  # noqa: S301  (our own)
    assert (status.value, PHASE_TABLE[again].scope) == ("rivalry_success", PhaseScope.COHORT)
    assert again not in known_phases()
    with pytest.raises(PhaseNotInstalled, match=r"'rivalry' is not installed .* pip install"):
        result_model_of(again)


def test_a_store_may_know_phases_that_are_not_installed() -> None:
    """Batches can still be read after a phase's package was uninstalled."""
    with names_on_trust():
        assert EssayStatus("upper_casing_failed") is PHASE_TABLE[PhaseName("upper_casing")].failed
        with pytest.raises(ValueError, match="not a phase"):
            PhaseName("not a phase")
    assert "upper_casing" not in known_phases()


def _installed(folder: Path, package: str, code: str, *points: str) -> None:
    """A package in ``folder``, as pip would install it."""
    (folder / f"{package}.py").write_text(dedent(code))
    info = folder / f"{package}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package.replace('_', '-')}\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[essay_pipelines.phases]\n" + "\n".join(points))


_CODE = """
    from contracts import PhaseDefinition, PhaseResultData

    class Result(PhaseResultData):
        pass

    PHASE = PhaseDefinition("{name}", Result, "{package}:Service")
"""


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder for packages that are installed only during this test."""
    monkeypatch.syspath_prepend(str(tmp_path))
    look_again()
    yield tmp_path
    look_again()


def test_an_installed_phase_is_found_when_its_name_is_met(site: Path) -> None:
    """Its package's entry point has that name."""
    _installed(
        site,
        "pkg_paraphrase",
        _CODE.format(name="paraphrase", package="pkg_paraphrase"),
        "paraphrase = pkg_paraphrase:PHASE",
    )
    assert PhaseName("paraphrase") in known_phases()
    assert EssayStatus("paraphrase_success") is PHASE_TABLE[PhaseName("paraphrase")].success
    assert definition_of(PhaseName("paraphrase")).service == "pkg_paraphrase:Service"


def test_a_package_that_fails_to_load_is_named_and_stops_nobody_else(site: Path) -> None:
    """Neither built-in phases nor other packages' phases are affected."""
    _installed(site, "pkg_sound", _CODE.format(name="sound", package="pkg_sound"), "sound = pkg_sound:PHASE")
    _installed(site, "pkg_broken", "import no_such_module", "broken = pkg_broken:PHASE", "nlp = pkg_broken:PHASE")
    _installed(
        site, "pkg_misnamed", _CODE.format(name="other", package="pkg_misnamed"), "misnamed = pkg_misnamed:PHASE"
    )
    assert [str(phase) for phase in known_phases()][-1] == "sound"
    assert {name: why.split("cannot")[0] for name, why in broken_phases().items()}.keys() == {
        "broken",
        "nlp",
        "misnamed",
    }
    with pytest.raises(InvalidPhase, match=r"'broken' of the package pkg-broken cannot be loaded.*no_such_module"):
        PhaseName("broken")
    with pytest.raises(
        InvalidPhase, match=r"'misnamed' of the package pkg-misnamed must name a PhaseDefinition of that name"
    ):
        PhaseName("misnamed")


def test_two_packages_with_one_name_are_both_named(site: Path) -> None:
    """The engine cannot know which one was meant."""
    _installed(site, "pkg_one", _CODE.format(name="twin", package="pkg_one"), "twin = pkg_one:PHASE")
    _installed(site, "pkg_two", _CODE.format(name="twin", package="pkg_two"), "twin = pkg_two:PHASE")
    with pytest.raises(InvalidPhase, match="'twin' must be in only one installed package, but is in pkg-one, pkg-two"):
        PhaseName("twin")


def test_what_is_told_of_a_phase_is_corrected_by_its_definition(site: Path) -> None:
    """A process that knows only its name, from the store, learns its scope when it is registered."""
    with names_on_trust():
        phase = PhaseName("rivalry")
    status = PHASE_TABLE[phase].success
    register_phase(PhaseDefinition("rivalry", UpperCasing, "a:B", PhaseScope.COHORT))
    assert (PHASE_TABLE[phase].scope, PHASE_TABLE[phase].success) == (PhaseScope.COHORT, status)
    assert site.exists()


def test_only_an_unknown_name_has_entry_points_looked_up() -> None:
    """Start-up costs nothing extra if only built-in phases run."""
    program = """
        import sys
        import contracts
        assert contracts.PhaseName("nlp") and contracts.EssayStatus("nlp_success")
        from contracts.phase_registry import _installed
        print(_installed.cache_info().misses)
    """
    done = subprocess.run([sys.executable, "-c", dedent(program)], capture_output=True, text=True, check=True)  # noqa: S603
    assert done.stdout == "0\n"
