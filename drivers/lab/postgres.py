"""A private PostgreSQL server, to stop and start: it listens on loopback only, and keeps its data in a given folder."""

import os
import shutil
import socket
import subprocess
from collections.abc import Sequence
from pathlib import Path

_PLACES = ("/usr/lib/postgresql", "/usr/local/pgsql", "/opt/homebrew/opt")


def find_binaries() -> Path | None:
    """The folder of ``initdb`` and ``pg_ctl``: the newest of Debian's, or whatever is on PATH."""
    found = [path for place in _PLACES for path in Path(place).glob("*/bin/pg_ctl")]
    if found:
        return max(found, key=lambda path: (len(path.parts[-3]), path.parts[-3])).parent
    on_path = shutil.which("pg_ctl")
    return Path(on_path).resolve().parent if on_path else None


class PostgresServer:
    """A private server. PostgreSQL refuses to run as root, so root runs it as ``postgres``."""

    def __init__(self, binaries: Path, folder: Path) -> None:
        self._binaries = binaries
        self._folder = folder
        self._data = folder / "data"
        self._port = _free_port()
        self.url = f"postgresql://postgres@127.0.0.1:{self._port}/postgres"

    def create(self) -> None:
        """Create the data folder and start; a guard stops the server when this process ends, even if it is killed."""
        if os.geteuid() == 0:
            shutil.chown(self._folder, "postgres")
        self._run("initdb", "-D", self._data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "-N")
        self.start()
        stop_at_end_of_input = 'cat; exec "$0" -D "$1" -w -m immediate stop'
        guard = ("sh", "-c", stop_at_end_of_input, self._binaries / "pg_ctl", self._data)
        self._guard = subprocess.Popen(  # noqa: S603  (a fixed program, our own arguments)
            [*self._as_postgres(), *guard],
            cwd=self._folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )

    def close(self) -> None:
        """Stop for good."""
        self._guard.communicate()

    def start(self) -> None:
        """Start, and wait until it answers."""
        options = f"-h 127.0.0.1 -p {self._port} -k {self._folder}"
        self._run("pg_ctl", "-D", self._data, "-w", "-o", options, "-l", self._folder / "log", "start")

    def stop(self) -> None:
        """Stop at once, as a crash would (``immediate``: no shutdown, recovery at the next start)."""
        self._run("pg_ctl", "-D", self._data, "-w", "-m", "immediate", "stop")

    def _run(self, program: str, *arguments: str | Path) -> None:
        command: Sequence[str | Path] = (self._binaries / program, *arguments)
        done = subprocess.run(  # noqa: S603  (fixed programs, our own arguments)
            [*self._as_postgres(), *command],
            cwd=self._folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"{program} failed: {done.stderr.decode(errors='replace')}")

    @staticmethod
    def _as_postgres() -> Sequence[str]:
        return ("runuser", "-u", "postgres", "--") if os.geteuid() == 0 else ()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
