"""The judging commands as a teacher calls them: invite, serve, export and import."""

import csv
import io
import json
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from actors.stores.opening import open_store
from drivers.cli.judge import app
from drivers.judging.judge_links import JudgeLinks
from tests.drivers.judging.classes import BATCH, class_of, dispenser_of, until_asked


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An output folder with a class of four that waits for people; no engine runs it."""
    store = open_store(f"sqlite:///{tmp_path / 'store.db'}")
    engine = class_of(4, store, budget=2)
    until_asked(engine, dispenser_of(engine))
    engine.runtime.shutdown()
    return tmp_path


def called(*arguments: str) -> Any:
    """Call the program with these arguments."""
    return CliRunner().invoke(app, list(arguments))


def decided(folder: Path, name: str) -> Path:
    """A table of decisions on all awaited pairs, in which the higher number wins."""
    pairs = folder / "pairs.csv"
    assert called("export", BATCH, str(pairs), "--out", str(folder)).exit_code == 0
    rows = list(csv.DictReader(io.StringIO(pairs.read_text(encoding="utf-8"))))
    lines = [f"{row['key']},{max(row['left'], row['right'])},eva" for row in rows]
    table = folder / name
    table.write_text("\n".join(["key,winner,judge", *lines]), encoding="utf-8")
    return table


def test_pairs_go_out_and_decisions_come_in_round_by_round_to_the_end(folder: Path) -> None:
    """After each import the next round is awaited; after the last, the batch ends and its results are written."""
    first = called("import", BATCH, str(decided(folder, "one.csv")), "--out", str(folder))
    assert first.exit_code == 0
    assert "Imported 2 decisions" in first.output
    last = called("import", BATCH, str(decided(folder, "two.csv")), "--out", str(folder))
    assert last.exit_code == 0
    document = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    assert document["status"] == "completed_successfully"
    assert "no" not in called("export", BATCH, str(folder / "rest.csv"), "--out", str(folder)).output.split()


def test_a_wrong_table_changes_nothing(folder: Path) -> None:
    """A mistake in one line is reported, and no line is imported."""
    table = decided(folder, "one.csv")
    table.write_text(table.read_text(encoding="utf-8") + "\nwho|is|this,left,eva", encoding="utf-8")
    answer = called("import", BATCH, str(table), "--out", str(folder))
    assert answer.exit_code == 2
    assert "no such pair" in answer.output
    assert "with 2 pairs" in called("export", BATCH, str(folder / "again.csv"), "--out", str(folder)).output


@pytest.mark.parametrize("content", [b"", b"key,winner\n", b"\xff\xfe\x00", b"name\nanna\n"])
def test_a_table_without_decisions_is_a_mistake_with_a_word(folder: Path, content: bytes) -> None:
    """The file is empty, no text, or another table."""
    table = folder / "wrong.csv"
    table.write_bytes(content)
    answer = called("import", BATCH, str(table), "--out", str(folder))
    assert answer.exit_code == 2
    assert "Traceback" not in answer.output


def test_killed_while_two_judge_the_page_comes_back_and_the_rest_is_judged(folder: Path) -> None:
    """After a kill, ``judge BATCH`` is called again: under the same link, it asks for the rest and ends the batch."""
    with _page(folder) as (first, url):
        _decide(url, "eva")
        first.kill()
        first.wait()
    with _page(folder) as (second, again):
        assert again == url  # a link that was sent stays valid
        assert _asked(f"{url}pair?judge=ali")["decided"] == 1
        assert [_decide(url, judge) for judge in ("ali", "eva", "ali")] == ["pair", "wait", "over"]
        assert second.wait(60) == 0
    document = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    assert document["status"] == "completed_successfully"


@contextmanager
def _page(folder: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The program in a process of its own, and the address that it prints."""
    command = [sys.executable, "-m", "drivers.cli.judge", BATCH, "--out", str(folder)]
    pipe, same = subprocess.PIPE, subprocess.STDOUT
    with subprocess.Popen(command, stdout=pipe, stderr=same, text=True) as process:  # noqa: S603  (our own program)
        try:
            assert process.stdout is not None
            found = next(line.strip() for line in process.stdout if "http://127" in line)
            threading.Thread(target=process.stdout.read, daemon=True).start()
            yield process, found
        finally:
            process.kill()


def _asked(url: str, body: bytes | None = None) -> Any:
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"})  # noqa: S310  (loopback)
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
        return json.load(answer)


def _decide(url: str, judge: str) -> str:
    """Decide one pair by comparing the texts; return what comes next."""
    shown = _asked(f"{url}pair?judge={judge}")
    winner = "left" if shown["left"] > shown["right"] else "right"
    decision = {"judge": judge, "ticket": shown["ticket"], "winner": winner}
    return str(_asked(f"{url}decision", json.dumps(decision).encode())["state"])


def test_a_batch_that_is_judged_says_so(folder: Path) -> None:
    """When it is opened again, there is nothing to do."""
    for name in ("one.csv", "two.csv"):
        called("import", BATCH, str(decided(folder, name)), "--out", str(folder))
    answer = called(BATCH, "--out", str(folder))
    assert answer.exit_code == 0
    assert "All comparisons" in answer.output


def test_an_unknown_batch_is_a_mistake_with_a_word(folder: Path) -> None:
    """The exit code is 2."""
    assert called("other", "--out", str(folder)).exit_code == 2


def test_a_network_needs_https_and_a_link_for_each_judge(folder: Path, tmp_path: Path) -> None:
    """Otherwise nothing is served, and the message says what is missing."""
    plain = called(BATCH, "--out", str(folder), "--host", "192.0.2.1", "--name", "Eva")
    assert (plain.exit_code, "give a certificate" in plain.output) == (2, True)
    unnamed = called(BATCH, "--out", str(folder), "--address", "https://judge.example")
    assert (unnamed.exit_code, "name every judge with --name" in unnamed.output) == (2, True)
    absent = called(BATCH, "--out", str(folder), "--certificate", str(tmp_path / "no.pem"), "--name", "Eva")
    assert (absent.exit_code, "no.pem cannot be used" in absent.output) == (2, True)


def test_a_link_is_taken_back(folder: Path) -> None:
    """It is named by its judge; for a judge without a link, the message lists those who have one."""
    links = JudgeLinks(folder, BATCH)
    links.invite(["Eva Lind", "Ali"])
    assert called("revoke", BATCH, "Eva Lind", "--out", str(folder)).exit_code == 0
    assert set(links.tokens) == {"Ali"}
    again = called("revoke", BATCH, "Eva Lind", "--out", str(folder))
    assert (again.exit_code, "These judges have one: Ali" in again.output) == (2, True)
