"""Judges' links: one each, the same after a restart, and dead once revoked."""

import json
from pathlib import Path

import pytest

from drivers.client.errors import RequestError
from drivers.judging import judge_links
from drivers.judging.judge_links import ANYBODY, FILE, JudgeLinks


def test_a_link_says_whose_it_is_and_is_the_same_after_a_restart(tmp_path: Path) -> None:
    """Its token begins with the judge's name, and the rest cannot be guessed."""
    links = JudgeLinks(tmp_path, "8b")
    links.invite(["Eva Lind", "Ali"])
    links.served_at(8765)
    again = JudgeLinks(tmp_path, "8b")
    again.invite(["Ali", "Bo"])
    assert again.port == 8765
    assert again.tokens["Ali"] == links.tokens["Ali"]
    assert again.tokens["Eva Lind"].startswith("eva-lind.")
    assert len(again.tokens["Bo"]) > 32
    assert [again.visitor_of(again.tokens[name]) for name in ("Eva Lind", "Ali", "Bo")] == ["Eva Lind", "Ali", "Bo"]
    assert again.visitor_of(again.tokens["Ali"][:-1]) is None
    assert again.visitor_of("Ali") is None
    assert again.visitor_of("") is None


def test_a_link_that_is_taken_back_leads_nowhere_where_the_page_is_served_already(tmp_path: Path) -> None:
    """Even if another process revokes it; a new link has another token."""
    served, elsewhere = JudgeLinks(tmp_path, "8b"), JudgeLinks(tmp_path, "8b")
    served.invite(["Eva", "Ali"])
    token, other = served.tokens["Eva"], served.tokens["Ali"]
    elsewhere.revoke("Eva")
    assert served.visitor_of(token) is None
    assert served.visitor_of(other) == "Ali"
    elsewhere.invite(["Eva"])
    assert served.visitor_of(token) is None
    with pytest.raises(RequestError, match="These judges have one: Ali, Eva"):
        elsewhere.revoke("Bo")


def test_on_a_network_nobody_comes_by_the_link_for_anybody(tmp_path: Path) -> None:
    """Whoever has that link could judge under any name."""
    here = JudgeLinks(tmp_path, "8b")
    here.invite([ANYBODY, "Eva"])
    network = JudgeLinks(tmp_path, "8b", named_only=True)
    assert set(network.tokens) == {"Eva"}
    assert network.visitor_of(here.tokens[ANYBODY]) is None
    network.invite(["Ali"])
    assert set(JudgeLinks(tmp_path, "8b").tokens) == {ANYBODY, "Eva", "Ali"}


@pytest.mark.parametrize("name", ["Eva\nLind", " Eva", "\u202eEva", "x" * 61])
def test_a_name_is_one_harmless_line(tmp_path: Path, name: str) -> None:
    """Names are shown on pages and terminals."""
    with pytest.raises(RequestError, match="cannot be a judge's name"):
        JudgeLinks(tmp_path, "8b").invite([name])


@pytest.mark.parametrize("content", ["", "[]", "{", '{"8b": []}', '{"8b": {"tokens": ["x"], "port": "no"}}'])
def test_a_file_that_was_spoilt_lets_nobody_in(tmp_path: Path, content: str) -> None:
    """New links can still be made."""
    (tmp_path / FILE).write_text(content, encoding="utf-8")
    links = JudgeLinks(tmp_path, "8b")
    assert (dict(links.tokens), links.port, links.visitor_of("x")) == ({}, 0, None)
    links.invite(["Eva"])
    assert set(links.tokens) == {"Eva"}


def test_batches_in_one_folder_have_links_of_their_own_until_they_are_forgotten(tmp_path: Path) -> None:
    """The file is deleted with the last of them."""
    for batch_id in ("8b", "9a"):
        JudgeLinks(tmp_path, batch_id).invite(["Eva"])
    judge_links.forget(tmp_path, "8b")
    assert list(json.loads((tmp_path / FILE).read_text(encoding="utf-8"))) == ["9a"]
    judge_links.forget(tmp_path, "9a")
    assert list(tmp_path.iterdir()) == []
