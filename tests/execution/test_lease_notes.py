"""A process notes what it is working on, so that work that kills its process is not started for ever."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from actors.execution.lease_notes import MOST_DEATHS, LeaseNotes
from contracts import ErrorCode, PhaseName
from contracts.messages import WorkFailed
from contracts.work import CohortWork, CohortWorkFailed, EssayWork, WorkRequested

NLP, CJ = PhaseName.NLP, PhaseName.CJ_ASSESSMENT


def _request(essay_id: str, text_id: str = "t") -> WorkRequested:
    work = EssayWork("b", essay_id, NLP, run=1, position=0, attempt=0, text_id=text_id)
    return WorkRequested(work, f"essay/b/{essay_id}")


class Killed(Exception):
    """Stands for the death of a process."""


def _lived(file: Path, requests: Sequence[WorkRequested], killer: str = "") -> list[list[str]]:
    """Each group that a process begins until it dies or finishes; in the latter case, also the answers."""
    notes, begun = LeaseNotes(file), []

    def work(some: Sequence[WorkRequested]) -> Any:
        begun.append([request.reply_to[-1] for request in some])
        for request in some:
            if request.reply_to.endswith(killer or "nobody"):
                raise Killed
            yield request.reply_to[-1]

    try:
        answers = [answer if isinstance(answer, str) else "failed" for answer in notes.do(requests, work)]
    except Killed:
        return begun
    notes.close()
    return [*begun, answers]


def test_what_was_in_hand_is_done_alone_and_in_its_order(tmp_path: Path) -> None:
    """The order matters because answers are counted by their place in the lease."""
    file, requests = tmp_path / "note", [_request(name) for name in "abcd"]
    assert _lived(file, requests[:3], "b") == [["a", "b", "c"]]
    assert _lived(file, requests, "b") == [["a"], ["b"]]
    assert _lived(file, requests) == [["a"], ["c"], ["d"], ["a", "failed", "c", "d"]]
    assert not file.exists()


def test_a_death_over_other_work_suspects_nobody_else(tmp_path: Path) -> None:
    """Work that was done, or not yet begun, is not suspect."""
    file = tmp_path / "note"
    _lived(file, [_request("a")], "a")
    assert _lived(file, [_request("b"), _request("c"), _request("a")], "a") == [["b", "c"], ["a"]]
    assert _lived(file, [_request("b"), _request("a", "another text")]) == [["b", "a"], ["b", "a"]]


def test_an_end_by_choice_is_no_death(tmp_path: Path) -> None:
    """However often it ends with Ctrl-C, nothing is suspect."""
    file = tmp_path / "note"
    for _ in range(3):
        notes = LeaseNotes(file)
        next(notes.do([_request("a"), _request("b")], iter))  # type: ignore[arg-type]
        notes.close()
    assert _lived(file, [_request("a"), _request("b")]) == [["a", "b"], ["a", "b"]]


@pytest.mark.parametrize("note", ["", "{", "[]", '{"deaths": 3, "in_hand": []}', '{"in_hand": ["a"]}'])
def test_a_note_that_cannot_be_read_suspects_nobody(tmp_path: Path, note: str) -> None:
    """The death may have cut it off."""
    (tmp_path / "note").write_text(note)
    assert _lived(tmp_path / "note", [_request("a")]) == [["a"], ["a"]]


def test_the_note_says_nothing_of_whose_essays_these_are(tmp_path: Path) -> None:
    """It may outlive its batch."""
    _lived(tmp_path / "note", [_request("anna-berg")], "g")
    assert "anna" not in json.dumps((tmp_path / "note").read_text())


def test_a_folder_that_cannot_be_written_stops_no_work(tmp_path: Path) -> None:
    """Nothing depends on the notes."""
    assert _lived(tmp_path / "missing" / "note", [_request("a")]) == [["a"], ["a"]]


def test_the_pieces_of_a_cohort_are_noted_each_as_itself(tmp_path: Path) -> None:
    """So are a cohort's plans, which have no piece."""
    pieces = [CohortWork("b", CJ, 1, 0, 0, piece, {}, 1) for piece in ("x", "y", None)]
    requests = [WorkRequested(work, f"cohort/{work.piece}") for work in pieces]
    _lived(tmp_path / "note", requests[:1], "x")
    assert _lived(tmp_path / "note", requests, "x") == [["x"]]
    assert _lived(tmp_path / "note", requests) == [["y", "e"], ["failed", "y", "e"]]


@pytest.mark.parametrize("request_of", ["an essay", "a piece", "a plan"])
def test_what_is_not_begun_again_is_answered_with_how_often_and_what_to_do(tmp_path: Path, request_of: str) -> None:
    """It goes to whoever asked, and is final, since another attempt would end the same way."""
    piece = "x" if request_of == "a piece" else None
    request = _request("a") if request_of == "an essay" else WorkRequested(CohortWork("b", CJ, 1, 0, 0, piece), "c/a")
    for _ in range(MOST_DEATHS):
        _lived(tmp_path / "note", [request], "a")
    (answer,) = LeaseNotes(tmp_path / "note").do([request], lambda _: iter(()))
    assert answer.to == request.reply_to
    assert isinstance(answer.message, WorkFailed if request_of == "an essay" else CohortWorkFailed)
    error = answer.message.error
    assert (error.error_code, error.retryable, error.operation) == (ErrorCode.WORKER_DIED, False, "work")
    assert error.message == (
        "The program died 2 times while it was at work on this, so it was not begun again. Try it once more with: "
        "essays retry"
    )


def test_what_was_answered_is_suspected_no_more(tmp_path: Path) -> None:
    """It is noted like any other work, and is not blamed for a later death."""
    file = tmp_path / "note"
    for _ in range(MOST_DEATHS):
        _lived(file, [_request("a")], "a")
    notes = LeaseNotes(file)
    assert len([*notes.do([_request("a")], lambda _: iter(()))]) == 1
    assert json.loads(file.read_text())["in_hand"] == []
    begun: list[int] = []
    assert [*notes.do([_request("a"), _request("b")], lambda some: iter(begun.append(len(some)) or ()))] == []  # type: ignore[func-returns-value]
    assert begun == [2]
    assert json.loads(file.read_text())["deaths"] == {}


def test_a_failure_to_note_is_said_once_for_each_lease(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """The log has the reason; closing notes that were never written is no failure."""
    notes = LeaseNotes(tmp_path / "missing" / "note")
    assert [*notes.do([_request("a")], lambda _: iter(()))] == []
    (line,) = caplog.messages
    assert line.startswith("what is in hand is not noted: ")
    assert "missing" in line
    notes.close()
    notes.close()


def test_a_name_that_is_no_unicode_can_be_noted(tmp_path: Path) -> None:
    """A file's name may be like that."""
    assert _lived(tmp_path / "note", [_request("\udcff")]) == [["\udcff"], ["\udcff"]]


def test_two_pieces_of_work_are_told_apart_by_all_that_makes_them_different(tmp_path: Path) -> None:
    """One's deaths do not count for the other."""
    file, work = tmp_path / "note", CohortWork("b", CJ, 1, 2, 0, "x", {}, 4)
    _lived(file, [WorkRequested(work, "c/a")], "a")
    others = [work._replace(run=2), work._replace(position=3), work._replace(attempt=1), work._replace(piece="y")]
    requests = [WorkRequested(other, "c/a") for other in (*others, work._replace(step=5), work)]
    assert _lived(file, requests) == [["a"] * 5, ["a"], ["a"] * 6]
