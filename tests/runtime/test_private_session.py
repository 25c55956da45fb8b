"""The session of a run's own cluster is closed to other accounts, and so is its token."""

import os
import shutil
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from actors.owner_only import is_open_to_others
from actors.runtime.ray.private_session import disobeyed_mode, exposed_token, session_parent, tighten_token
from actors.runtime.runtime import RuntimeUnavailableError


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A temporary folder like ``/tmp``: world-writable, with the sticky bit, and with a short path."""
    folder = Path("/tmp") / f"e{os.getpid()}"  # noqa: S108  (what is tested is how it is made safe)
    folder.mkdir()
    folder.chmod(0o1777)
    monkeypatch.setenv("RAY_TMPDIR", str(folder))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("RAY_AUTH_TOKEN_PATH", raising=False)
    yield folder
    shutil.rmtree(folder)


def test_nobody_else_can_enter_the_folder_above_rays(place: Path) -> None:
    """Ray opens its own folder to all, so the one above it is closed."""
    folder = session_parent()
    folder.chmod(0o777)  # as Ray does
    assert session_parent() == folder
    assert stat.S_IMODE(folder.parent.stat().st_mode) == 0o700
    assert folder.parent.parent == place


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can try it as another account")
def test_another_account_can_neither_list_nor_plant() -> None:
    """It can neither list Ray's folder nor put a symbolic link there."""
    folder = session_parent()
    folder.chmod(0o777)
    nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
    for command in (["ls", str(folder)], ["ln", "-s", "/etc/passwd", str(folder / "planted")]):
        tried = subprocess.run([*nobody, *command], capture_output=True, check=False)  # noqa: S603
        assert b"Permission denied" in tried.stderr


def test_a_folder_that_somebody_has_opened_is_closed_again() -> None:
    """The account owns it, so it needs no permission to close it."""
    session_parent().parent.chmod(0o777)
    assert not is_open_to_others(session_parent().parent.stat().st_mode)


def test_a_link_in_its_place_is_refused(place: Path, tmp_path: Path) -> None:
    """Whoever planted it would choose where Ray writes."""
    (place / f"essays-{os.geteuid()}").symlink_to(tmp_path)
    with pytest.raises(RuntimeUnavailableError, match="not a folder of this account"):
        session_parent()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a folder another account's")
def test_a_folder_of_another_account_is_refused(place: Path) -> None:
    """Somebody faster on the same machine could make it, and look inside."""
    taken = place / f"essays-{os.geteuid()}"
    taken.mkdir()
    os.chown(taken, 65534, 65534)
    with pytest.raises(RuntimeUnavailableError, match="set RAY_TMPDIR to a folder of yours"):
        session_parent()


def test_a_folder_whose_entries_others_can_rename_is_refused(place: Path) -> None:
    """Without the sticky bit, anybody could replace our folder."""
    place.chmod(0o777)
    with pytest.raises(RuntimeUnavailableError, match="can rename"):
        session_parent()


def test_a_path_too_long_for_a_socket_is_said_with_what_to_set(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ray's own error would be about AF_UNIX. A path of just the length that is named still fits."""
    monkeypatch.setenv("RAY_TMPDIR", str(place / ("d" * 60)))
    with pytest.raises(RuntimeUnavailableError, match=r"set RAY_TMPDIR to one of at most \d+ characters") as refused:
        session_parent()
    most = int(str(refused.value).split("at most ")[1].split()[0])
    fits = place / ("d" * (most - len(str(place)) - 1))
    fits.mkdir()
    monkeypatch.setenv("RAY_TMPDIR", str(fits))
    longest = session_parent() / "session_2026-11-28_20-30-00_123456_1234567" / "sockets" / "dash_MetricsHead"
    assert len(str(longest)) == 107


def test_the_token_and_its_folder_are_closed_before_ray_reads_them(tmp_path: Path) -> None:
    """The folder is made if it is missing, because Ray would make it readable to all."""
    tighten_token()
    folder = tmp_path / ".ray"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    token = folder / "auth_token"
    token.write_text("0" * 64, encoding="ascii")
    token.chmod(0o644)
    folder.chmod(0o755)
    assert exposed_token() == token
    tighten_token()
    assert exposed_token() is None
    assert stat.S_IMODE(token.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_token_named_by_a_variable_is_closed_and_its_folder_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That folder may be anybody's."""
    token = tmp_path / "token"
    token.write_text("0" * 64, encoding="ascii")
    token.chmod(0o644)
    tmp_path.chmod(0o755)
    monkeypatch.setenv("RAY_AUTH_TOKEN_PATH", str(token))
    tighten_token()
    assert stat.S_IMODE(token.stat().st_mode) == 0o600
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o755


@pytest.mark.parametrize(("said", "disobeyed"), [("disabled", "disabled"), ("token", None), ("TOKEN", None), ("", "")])
def test_any_mode_but_a_token_is_not_obeyed(monkeypatch: pytest.MonkeyPatch, said: str, disobeyed: str | None) -> None:
    """``describe`` and ``doctor`` name the mode that was ignored."""
    monkeypatch.setenv("RAY_AUTH_MODE", said)
    assert disobeyed_mode() == disobeyed
