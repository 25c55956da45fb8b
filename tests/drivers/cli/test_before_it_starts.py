"""What is wrong is said from the store alone, before a runtime starts: on Ray that takes seconds."""

from pathlib import Path

import pytest

from drivers.client import engine
from drivers.client.bootstrap import Settings
from tests.drivers.conftest import Call, folder_of, run_options

pytestmark = pytest.mark.usefixtures("small_services")


@pytest.fixture
def ended(small_services: None, essays: Call, classroom: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ARG001
    """A batch that has ended; from now on no runtime can be started."""
    essays("run", classroom, *run_options(pipeline="spellcheck"))

    def refuse(_settings: Settings) -> None:
        raise AssertionError("a runtime was started")

    monkeypatch.setattr(engine, "start_runtime", refuse)


@pytest.mark.usefixtures("ended")
@pytest.mark.parametrize(
    ("call", "said"),
    [
        (["pause", "b"], "has ended"),
        (["cancel", "b"], "has ended"),
        (["retry", "b"], "there is nothing to try again"),
        (["drop", "b", "nlp"], "has ended"),
        (["append", "b", "nlp"], "Run a further pipeline on it with: essays further b"),
        (["further", "b", "nlpp"], "Did you mean nlp?"),
    ],
)
def test_an_order_that_makes_no_sense_is_refused_at_once(essays: Call, call: list[str], said: str) -> None:
    """With exit code 2, and with what to do instead where there is something."""
    refused = essays(*call)
    assert refused.exit_code == 2, refused.output
    assert said in refused.output


@pytest.mark.usefixtures("ended")
def test_a_name_that_is_taken_is_refused_at_once(here: Path, essays: Call) -> None:
    """The other batch keeps its results."""
    other = folder_of(here / "other", {"dora": "Another text."})
    refused = essays("run", other, *run_options(pipeline="spellcheck"))
    assert refused.exit_code == 2
    assert "choose another --batch-id" in refused.output
