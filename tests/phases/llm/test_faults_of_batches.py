"""Whole runs of ``essays run`` against an endpoint that fails in every way: exit codes, reasons, and time."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

pytest.importorskip("pydantic_ai", reason="needs the extra [llm]")

from drivers.__main__ import app
from tests.phases.ai_feedback.essays import LEARNER
from tests.phases.llm.endpoints import Endpoint, Step, hang, huge, nonsense, says, serving, status

GOOD = says(json.dumps({"strengths": [], "work_points": []}))
RUN = ("run", "essays", "--pipeline", "ai_feedback", "--runtime", "local", "--out", "out", "--batch-id", "b")
BY_MODEL = ("--set", "ai_feedback.backend=llm")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with two essays."""
    (tmp_path / "essays").mkdir()
    for number in (1, 2):
        text = f"{LEARNER}\n\nThis was my text number {number}."
        (tmp_path / "essays" / f"essay-{number}.txt").write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ESSAY_LLM_SETTINGS", "llm.toml")
    return tmp_path


def configure(url: str, **changes: object) -> None:
    """Write the settings of an endpoint, on which the client gives up quickly."""
    settings = {"url": url, "model": "m", "timeout": 0.5, "attempts": 2, "repairs": 1, "longest_wait": 2.0} | changes
    lines = [f"{name} = {json.dumps(value)}\n" for name, value in settings.items()]
    Path("llm.toml").write_text("".join(lines), encoding="utf-8")


def run(*script: Step, more: tuple[str, ...] = ()) -> tuple[Result, Endpoint]:
    """A run to its end, and the endpoint."""
    with serving(*script) as (url, endpoint):
        configure(url)
        return CliRunner().invoke(app, [*RUN, *BY_MODEL, *more]), endpoint


def essays() -> list[dict[str, Any]]:
    """The essays in the results."""
    return json.loads(Path("out/results.json").read_text(encoding="utf-8"))["essays"]  # type: ignore[no-any-return]


def reasons() -> list[str | None]:
    """Why each essay failed."""
    return [essay["failure"] and essay["failure"]["error_code"] for essay in essays()]


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    ("trouble", "reason"),
    [
        pytest.param(hang(20), "service_unavailable", id="hangs"),
        pytest.param(status(429, Retry_After="3600"), "rate_limited", id="asks for an hour"),
        pytest.param(status(401), "invalid_settings", id="401"),
        pytest.param(says('{"strengths": "many"}'), "invalid_response", id="wrong shape"),
        # CI tests how the client takes these; the batch takes them as it takes the first
        pytest.param(status(500), "service_unavailable", id="500", marks=pytest.mark.slow),
        pytest.param(huge(500_000), "service_unavailable", id="huge", marks=pytest.mark.slow),
        pytest.param(nonsense(), "service_unavailable", id="no json", marks=pytest.mark.slow),
    ],
)
def test_an_endpoint_that_never_works_fails_the_batch_with_its_reason(trouble: Step, reason: str) -> None:
    """The exit code is 3, each essay has the reason, and the run ends within the time of its attempts."""
    started = time.monotonic()
    ran, endpoint = run(trouble)
    assert ran.exit_code == 3, ran.output
    assert reasons() == [reason, reason]
    assert len(endpoint.bodies) <= 2 * 3 * 2  # essays, the engine's attempts, the client's
    assert time.monotonic() - started < 120  # twelve silences of 20 s would be 240


@pytest.mark.usefixtures("here")
def test_an_endpoint_that_asks_for_a_moment_is_given_it() -> None:
    """After a 429 with Retry-After and an error, the batch succeeds."""
    ran, endpoint = run(status(429, Retry_After="1"), GOOD, status(500), GOOD)
    assert ran.exit_code == 0, ran.output
    assert reasons() == [None, None]
    assert endpoint.times[1] - endpoint.times[0] >= 1.0


@pytest.mark.usefixtures("here")
def test_one_essay_that_is_refused_does_not_take_the_other_with_it() -> None:
    """The exit code is 0, or 1 with --strict."""
    ran, _ = run(status(400), GOOD, more=("--strict",))
    assert ran.exit_code == 1, ran.output
    assert sorted(reasons(), key=str) == [None, "invalid_settings"]


@pytest.mark.usefixtures("here")
def test_who_asks_for_it_gets_offline_feedback_that_is_marked_so() -> None:
    """With a dead endpoint, the exit code is 0, and every result says why it is offline."""
    ran, _ = run(status(503), more=("--set", "ai_feedback.on_failure=degrade", "--strict"))
    assert ran.exit_code == 0, ran.output
    for essay in essays():
        assert essay["results"]["ai_feedback"]["backend"] == "offline"
        assert "503" in essay["results"]["ai_feedback"]["degraded_reason"]


@pytest.mark.usefixtures("here")
def test_a_run_is_not_paid_for_twice() -> None:
    """For the same essays in another batch, with a larger budget, stored results are used."""
    larger = ("--set", "ai_feedback.budget_calls=50", "--set", "ai_feedback.on_failure=degrade")
    with serving(GOOD) as (url, endpoint):
        configure(url)
        assert into_one_store("b", "--set", "ai_feedback.budget_calls=5").exit_code == 0
        assert into_one_store("again", *larger).exit_code == 0
    assert len(endpoint.bodies) == 2


@pytest.mark.usefixtures("here")
def test_another_model_is_asked_again() -> None:
    """One model's answers are not used for another."""
    with serving(GOOD) as (url, endpoint):
        for model in ("one", "two"):
            configure(url, model=model)
            assert into_one_store(model).exit_code == 0
    assert [body["model"] for body in endpoint.bodies] == ["one", "one", "two", "two"]


@pytest.mark.usefixtures("here")
def test_feedback_in_the_place_of_a_models_is_not_found_again() -> None:
    """If the endpoint was down for one batch, the next one asks it for the same essays."""
    with serving(*[status(503)] * 4, GOOD) as (url, _):
        configure(url)
        for batch_id, backend in (("down", "offline"), ("up", "llm")):
            assert into_one_store(batch_id, "--set", "ai_feedback.on_failure=degrade").exit_code == 0
            assert [essay["results"]["ai_feedback"]["backend"] for essay in essays()] == [backend] * 2


def into_one_store(batch_id: str, *more: str) -> Result:
    """A run of the same essays as another batch."""
    return CliRunner().invoke(app, [*RUN[:-1], batch_id, *BY_MODEL, "--store", "sqlite:///all.db", *more])


@pytest.mark.slow
def test_an_interruption_ends_at_once_and_the_batch_goes_on_later(here: Path) -> None:
    """After Ctrl-C during a silence, the exit code is 130 within seconds; resumed, all essays succeed."""
    with serving(hang(60), GOOD) as (url, endpoint):
        configure(url, timeout=100.0)
        program = [sys.executable, "-m", "drivers", *RUN, *BY_MODEL]
        root = Path(__file__).parents[3]
        process = subprocess.Popen(  # noqa: S603  (our own program)
            program, cwd=here, env={**os.environ, "PYTHONPATH": str(root)}, stdout=subprocess.DEVNULL
        )
        while not endpoint.bodies and process.poll() is None:
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=20) == 130
        resumed = CliRunner().invoke(app, ["resume", "b", "--out", "out", "--runtime", "local"])
    assert resumed.exit_code == 0, resumed.output
    assert reasons() == [None, None]
