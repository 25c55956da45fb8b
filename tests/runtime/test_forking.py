"""Whether and how a worker is forked, decided without Ray."""

import importlib
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from actors.runtime.ray import fork_launcher, fork_server, forking, preloading
from actors.runtime.ray.fork_launcher import PlainStartError

COMMAND = ["-s", "/ray/default_worker.py", "--raylet-name=/tmp/ray/session/sockets/raylet", "--worker-id=1"]


def test_launcher_and_server_speak_of_the_same_things() -> None:
    """The launcher imports nothing slow, so it repeats the constants that it shares with the others."""
    assert fork_launcher.STARTED == fork_server.STARTED
    assert fork_launcher.GIVEN_UP == fork_server.GIVEN_UP
    assert (fork_launcher.FOLDER, fork_launcher.LOG) == (forking.FOLDER, forking.LOG)
    assert Path(fork_launcher.SERVER) == Path(fork_server.__file__)
    assert Path(fork_launcher.__file__) == forking.LAUNCHER


def test_the_launcher_imports_nothing_slow() -> None:
    """Each worker's start pays for it: the launcher imports no site package and no large standard module."""
    code = "import sys; exec(open(sys.argv[1]).read(), {'__name__': '', '__file__': ''}); print(*sys.modules)"
    command = [sys.executable, "-IS", "-c", code, str(forking.LAUNCHER)]
    loaded = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()  # noqa: S603  (ours)
    assert not {"socket", "pathlib", "json", "subprocess", "contextlib", "typing", "re", "hashlib"} & set(loaded)


def test_workers_of_one_environment_share_a_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """The key leaves out a worker's own arguments and covers whatever a process reads only once."""
    one = fork_launcher.key(COMMAND[:2])
    assert fork_launcher.key(COMMAND[:2]) == one
    assert fork_launcher.key(["/ray/default_worker.py"]) != one
    monkeypatch.setenv("RAY_JOB_ID", "02000000")
    assert fork_launcher.key(COMMAND[:2]) != one


def test_workers_in_another_folder_have_another_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A job's working directory is where its workers start and what relative paths refer to."""
    here = fork_launcher.key(COMMAND[:2])
    monkeypatch.chdir(tmp_path)
    assert fork_launcher.key(COMMAND[:2]) != here


@pytest.mark.parametrize(
    "argv",
    [
        ["-u", "/ray/dashboard/agent.py", "--raylet-name=/s/raylet"],
        [*COMMAND, "--worker-type=SPILL_WORKER"],
        ["/ray/default_worker.py", "--worker-id=1"],
        ["-s"],
    ],
)
def test_what_is_no_ordinary_worker_is_started_plainly(argv: list[str]) -> None:
    """Ray also starts other programs, and workers that do its own input and output."""
    with pytest.raises(PlainStartError):
        fork_launcher.hand_over(argv)


def test_the_folder_of_the_sockets_is_private(tmp_path: Path) -> None:
    """It is created private and not used if others can enter it, since anybody may write beside it."""
    os.close(fork_launcher.private_folder(str(tmp_path)))
    folder = tmp_path / fork_launcher.FOLDER
    assert folder.stat().st_mode & 0o777 == 0o700
    folder.chmod(0o755)
    with pytest.raises(PlainStartError, match="open to others"):
        fork_launcher.private_folder(str(tmp_path))


def test_a_folder_that_is_a_link_is_not_used(tmp_path: Path) -> None:
    """Somebody else may have put the link there."""
    (tmp_path / "elsewhere").mkdir(mode=0o700)
    (tmp_path / fork_launcher.FOLDER).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OSError, match=r"[Ss]ymbolic|[Nn]ot a directory"):
        fork_launcher.private_folder(str(tmp_path))


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[int]:
    """An open folder for sockets whose path is too long for any socket's address."""
    deep = tmp_path / ("deep" * 30)
    deep.mkdir()
    opened = fork_launcher.private_folder(str(deep))
    yield opened
    os.close(opened)


def _listening(folder: int) -> Any:
    return socket.socket(fileno=fork_launcher.listening(folder, "key").detach())


def test_a_server_is_found_however_long_its_path_is(folder: int) -> None:
    """A socket's address holds only 107 bytes, but a session's folder may be anywhere."""
    assert fork_launcher.connected(folder, "key") is None
    with _listening(folder):
        connection = fork_launcher.connected(folder, "key")
        assert connection is not None
        connection.close()


def test_the_socket_of_a_dead_server_is_replaced(folder: int) -> None:
    """A killed server leaves its socket behind, and nothing answers on it."""
    _listening(folder).close()
    assert fork_launcher.connected(folder, "key") is None
    with _listening(folder):
        connection = fork_launcher.connected(folder, "key")
        assert connection is not None
        connection.close()


def test_a_server_that_gave_up_is_not_tried_again(folder: int) -> None:
    """Every further worker would wait for the same imports to fail."""
    os.close(os.open(f"key{fork_server.GIVEN_UP}", os.O_CREAT, 0o600, dir_fd=folder))
    with pytest.raises(PlainStartError, match="given up"):
        fork_launcher.listening(folder, "key")


def test_other_users_are_refused(folder: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both ends refuse them, whatever the folder's mode."""
    with _listening(folder) as listener:
        asking = fork_launcher.connected(folder, "key")
        assert asking is not None
        monkeypatch.setattr(os, "geteuid", lambda: 12345)
        with pytest.raises(PlainStartError, match="user"):
            fork_launcher.check_peer(asking)
        assert fork_server.requested(listener) is None
        assert asking.recv(1) == b""
        asking.close()


def _asked(folder: int, argv: list[str], answers: list[str]) -> threading.Thread:
    def ask() -> None:
        try:
            fork_launcher.ask(_connection(folder), argv)
            answers.append("started")
        except (PlainStartError, OSError) as reason:
            answers.append(str(reason))

    thread = threading.Thread(target=ask)
    thread.start()
    return thread


def _connection(folder: int) -> Any:
    connection = fork_launcher.connected(folder, "key")
    assert connection is not None
    return connection


def test_a_launcher_hands_over_arguments_and_streams(folder: int) -> None:
    """The server gets both unchanged; the launcher believes that a worker has started only when told so."""
    answers: list[str] = []
    with _listening(folder) as listener:
        thread = _asked(folder, ["worker.py", "--a=b c", "", "--é=\udce4"], answers)
        request = fork_server.requested(listener)
        assert request is not None
        assert request.launcher is not None
        assert request.argv == ["worker.py", "--a=b c", "", "--é=\udce4"]
        assert [os.fstat(stream).st_ino for stream in request.streams] == [os.fstat(fd).st_ino for fd in (0, 1, 2)]
        request.launcher.sendall(fork_server.STARTED)
        request.close()
        thread.join()
    assert answers == ["started"]


def test_a_launcher_that_hears_the_line_cut_starts_the_worker_itself(folder: int) -> None:
    """A closed connection is how a server reports any failure, including its own death."""
    answers: list[str] = []
    with _listening(folder) as listener:
        thread = _asked(folder, ["worker.py"], answers)
        request = fork_server.requested(listener)
        assert request is not None
        request.close()
        thread.join()
    assert answers == ["the fork server has not done it"]


def test_a_launcher_that_gave_up_gets_no_second_worker(folder: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """It has started the worker itself by then; a late fork cannot report its start, and ends."""
    monkeypatch.setattr(fork_launcher, "PATIENCE_SECONDS", 0.05)
    answers: list[str] = []
    with _listening(folder) as listener:
        _asked(folder, ["worker.py"], answers).join()
        request = fork_server.requested(listener)
        assert request is not None
        assert request.launcher is not None
        with pytest.raises(OSError, match=r"[Bb]roken pipe|[Cc]onnection"):
            request.launcher.sendall(fork_server.STARTED)
        request.close()
    assert answers == ["the fork server has not done it"]


def test_who_connects_and_says_nothing_keeps_nobody_waiting(folder: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server turns to the next connection after a while."""
    monkeypatch.setattr(fork_server, "PEER_SECONDS", 0.05)
    with _listening(folder) as listener:
        silent = _connection(folder)
        assert fork_server.requested(listener) is None
        silent.close()


@pytest.mark.parametrize("value", ["0", "no", "Off", "false"])
def test_one_setting_turns_it_off(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The setting is in the environment of whoever starts a node, and ``doctor`` names it."""
    monkeypatch.setenv(forking.SETTING, value)
    assert forking.SETTING in str(forking.obstacle())
    monkeypatch.setenv(forking.SETTING, "1")
    assert forking.obstacle() is None


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A preloaded package, from the first of two folders that have it."""
    finders = list(sys.meta_path)
    for version in ("one", "two"):
        (tmp_path / version / "preloadable").mkdir(parents=True)
        (tmp_path / version / "preloadable" / "__init__.py").write_text(f"version = {version!r}\nstarts = []\n")
        (tmp_path / version / "preloadable" / "inner.py").write_text(
            "from preloadable import starts\nstarts.append(1)\n"
        )
    monkeypatch.syspath_prepend(str(tmp_path / "one"))
    importlib.import_module("preloadable.inner")

    preloading.Preloaded(["preloadable"]).withdraw()
    yield tmp_path
    sys.meta_path[:] = finders
    for name in ("preloadable", "preloadable.inner"):
        sys.modules.pop(name, None)


def _imported() -> ModuleType:
    importlib.import_module("preloadable.inner")
    return sys.modules["preloadable"]


def test_what_was_preloaded_is_not_run_again(package: Path) -> None:
    """An import finds the loaded module, with the attributes of an ordinary one."""
    assert "preloadable" not in sys.modules
    module = _imported()
    assert module.starts == [1]
    assert module.__spec__ is not None
    assert module.__spec__.origin == str(package / "one" / "preloadable" / "__init__.py")
    assert module.inner.__spec__.loader is module.inner.__loader__


@pytest.mark.usefixtures("package")
def test_what_a_preloaded_module_has_from_another_one_is_known_by_its_name_as_well() -> None:
    """It is in ``sys.modules``, or else a function of it would be pickled with all that it refers to."""
    importlib.import_module("preloadable")
    assert "preloadable.inner" in sys.modules


def test_a_drivers_own_version_wins_over_what_was_preloaded(package: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ray puts the driver's path first when a worker connects."""
    monkeypatch.syspath_prepend(str(package / "two"))
    assert _imported().version == "two"


def test_code_that_has_changed_since_is_loaded_anew(package: Path) -> None:
    """One changed file reloads the whole package: half of each version would be neither."""
    inner = package / "one" / "preloadable" / "inner.py"
    inner.write_text("from preloadable import starts\nstarts.append('anew')\n")
    assert _imported().starts == ["anew"]


def test_something_is_done_after_an_import_and_not_after_a_look(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Asking whether a module could be imported does not import it."""
    from importlib.util import find_spec

    finders = list(sys.meta_path)
    (tmp_path / "awaited.py").write_text("value = 1\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    seen: list[bool] = []
    preloading.AfterImport("awaited", lambda: seen.append("awaited" in sys.modules))
    assert find_spec("awaited") is not None
    assert seen == []
    import awaited  # type: ignore[import-not-found]

    assert (awaited.value, seen) == (1, [True])
    sys.meta_path[:] = finders
    del sys.modules["awaited"]
