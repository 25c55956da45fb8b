"""``essays events``: the feed of a store, for people and for programs."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from contracts import EventEnvelope
from contracts.events import COMMAND_EVENTS
from drivers import Engine
from tests.drivers.conftest import Call, run_options

pytestmark = pytest.mark.usefixtures("small_services")
STORE = "results/8b/store.db"


@pytest.fixture
def ended(small_services: None, essays: Call, classroom: Path) -> None:  # noqa: ARG001  (the services must be there first)
    """A batch in which one essay has failed."""
    essays("run", classroom, *run_options("8b"))


def _stored() -> list[str]:
    with Engine.reader(STORE) as reader:
        return [event.model_dump_json() for event in reader.events()]


@pytest.mark.usefixtures("ended")
def test_events_in_json_are_envelopes_a_line_each(essays: Call) -> None:
    """Standard output has the store's events in order, and nothing else."""
    lines = essays("events", "--json").stdout.splitlines()
    assert lines == _stored()
    assert len({EventEnvelope.model_validate_json(line).event_id for line in lines}) == len(lines)


@pytest.mark.usefixtures("ended")
def test_events_for_people_say_whose_they_are_and_what_happened(essays: Call) -> None:
    """One line each, with the number from which to continue."""
    lines = essays("events", "--batch", "8b").stdout.splitlines()
    assert "8b: registered: 3 essays" in lines[0]
    assert any("8b/bo-ek: nlp failed" in line for line in lines)
    assert "the batch ended as completed with failures" in lines[-1]
    number = int(lines[-2].split()[0])
    assert essays("events", "--after", number).stdout.splitlines() == lines[-1:]


@pytest.mark.usefixtures("ended")
def test_events_are_narrowed_to_topics(essays: Call) -> None:
    """By topic or by event name; an unknown one is reported."""
    by_name = essays("events", "--json", "--topic", "els.batch.phase.outcome").stdout
    by_topic = essays("events", "--json", "--topic", "huleedu.els.batch_phase.outcome.v1").stdout
    assert by_name == by_topic
    assert [json.loads(line)["data"]["phase_name"] for line in by_name.splitlines()] == ["spellcheck", "nlp"]
    wrong = essays("events", "--topic", "els.batch.outcome")
    assert (wrong.exit_code, "els.batch.outcome" in wrong.output) == (2, True)


@pytest.mark.usefixtures("ended")
def test_a_cursor_goes_on_where_the_last_call_ended_and_can_be_put_back(essays: Call) -> None:
    """Each call prints only what the calls before have not."""
    everything = essays("events", "--json", "--cursor", "school").stdout.splitlines()
    assert everything == _stored()
    assert essays("events", "--json", "--cursor", "school").stdout == ""
    assert essays("events", "--json", "--cursor", "school", "--rewind").stdout.splitlines() == everything
    assert essays("events", "--json", "--cursor", "late", "--new").stdout == ""
    nothing = essays("events", "--rewind")
    assert (nothing.exit_code, "--cursor" in nothing.output) == (2, True)


def test_of_several_stores_one_must_be_named(essays: Call, classroom: Path) -> None:
    """Each store has a log of its own."""
    for name in ("first", "second"):
        essays("run", classroom, *run_options(name))
    several = essays("events")
    assert (several.exit_code, "2 stores" in several.output) == (2, True)
    assert "first: registered" in essays("events", "--out", "results/first").stdout
    assert "second: registered" in essays("events", "--batch", "second").stdout


def test_topics_are_offered_for_completion() -> None:
    """Published topics are offered, by topic and by event name."""
    from drivers.cli.completion import known_topics

    offered = list(known_topics(""))
    assert {event.value for event in COMMAND_EVENTS.values()} <= set(offered)
    assert "huleedu.batch.phase.skipped.v1" in list(known_topics("huleedu.batch.phase"))
    assert "essay.spellcheck.requested" not in offered


def test_following_goes_on_beside_the_program_that_runs_a_batch_until_it_is_interrupted(
    essays: Call, classroom: Path, here: Path
) -> None:
    """Later events are printed as they come; Ctrl-C ends it with exit code 130."""
    essays("run", classroom, *run_options("8b"))
    before = _stored()
    command = [sys.executable, "-m", "drivers", "events", "--follow", "--json", "--store", STORE]
    following = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=here)  # noqa: S603
    assert following.stdout is not None
    lines = [following.stdout.readline() for _ in before]
    essays("retry", "8b", "--runtime", "local")
    lines += [following.stdout.readline() for _ in _stored()[len(before) :]]
    os.kill(following.pid, signal.SIGINT)
    rest, words = following.communicate(timeout=30)
    assert ([line.strip() for line in lines], rest) == (_stored(), "")
    assert len(lines) > len(before)
    assert (following.returncode, "Stopped following" in words) == (130, True)
