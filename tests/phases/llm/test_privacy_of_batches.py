"""A whole class through ``essays run`` and a language model: what reaches the endpoint, byte by byte."""

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

pytest.importorskip("pydantic_ai", reason="needs the extra [llm]")

from drivers.__main__ import app
from tests.measuring import measuring_data
from tests.phases.llm.classes import leaks, students, write_class, write_class_list
from tests.phases.llm.endpoints import Endpoint, says, serving

EMPTY = json.dumps({"strengths": [], "work_points": []})


def run(folder: Path, monkeypatch: pytest.MonkeyPatch, *more: str) -> tuple[Result, Endpoint]:
    """The run's result, and the endpoint that was asked about each of its essays."""
    with serving(says(EMPTY)) as (url, endpoint):
        monkeypatch.setenv("ESSAY_LLM_URL", url)
        monkeypatch.setenv("ESSAY_LLM_MODEL", "m")
        monkeypatch.chdir(folder)
        command = ["run", "essays", "--pipeline", "ai_feedback", "--runtime", "local", "--out", "out", "--strict"]
        ran = CliRunner().invoke(app, [*command, "--set", "ai_feedback.backend=llm", *more])
    return ran, endpoint


def said(endpoint: Endpoint) -> str:
    """What the model was told about the essays, without the rules, which are always the same."""
    contents = [message["content"] for body in endpoint.bodies for message in body["messages"]]
    return "\n".join(content for content in contents if "<<<ESSAY" in content)


@pytest.mark.parametrize("count", [9, pytest.param(100, marks=pytest.mark.slow)])
def test_no_name_of_a_class_reaches_the_endpoint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    """First and last names in any case, in the genitive, opening a sentence, in file names and in the assignment."""
    names = write_class(tmp_path, count)
    task = f"Write to {names[0]} and {names[1].upper()}. What does {names[2].split()[0].lower()}s school say?"
    ran, endpoint = run(tmp_path, monkeypatch, "--class-list", "class.csv", "--assignment", task)
    assert ran.exit_code == 0, ran.output
    assert len(endpoint.bodies) == count
    assert list(leaks(said(endpoint), names)) == []
    assert not any(name in str(endpoint.headers) for name in names)


@pytest.mark.slow
def test_no_name_reaches_the_endpoint_from_real_essays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a real class, essays are signed and mention a classmate."""
    names = students(30, seed=30)
    (tmp_path / "essays").mkdir()
    for number, (path, name) in enumerate(zip(sorted(measuring_data("class_of_30").glob("*.txt")), names, strict=True)):
        friend = names[number - 1].split()[0]
        end = f"{friend} said so. Ask {friend.lower()}, or {friend}s father.\n{name}"
        text = f"{path.read_text(encoding='utf-8')}\n\n{end}"
        (tmp_path / "essays" / f"{name}.txt").write_text(text, encoding="utf-8")
    write_class_list(tmp_path / "class.csv", names)
    ran, endpoint = run(tmp_path, monkeypatch, "--class-list", "class.csv")
    assert ran.exit_code == 0, ran.output
    assert list(leaks(said(endpoint), names)) == []
    words = len(re.findall(r"\w+", said(endpoint)))
    assert len(re.findall(r"\[NAME\d+\]", said(endpoint))) < words / 25  # hiding must leave something to read


def test_the_key_is_in_no_file_that_a_run_leaves_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The endpoint is sent the key, and nothing stores it."""
    write_class(tmp_path, 3)
    monkeypatch.setenv("ESSAY_LLM_API_KEY", "sk-very-secret")
    ran, endpoint = run(tmp_path, monkeypatch)
    assert ran.exit_code == 0, ran.output
    assert "sk-very-secret" in str(endpoint.headers)
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and b"sk-very-secret" in path.read_bytes()]
