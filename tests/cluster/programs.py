"""Programs that run beside the tests: started with our arguments, reached over loopback."""

import json
import os
import socket
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any

import pytest


def free_port() -> int:
    """A port of the loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@contextmanager
def running(*command: str, environment: Mapping[str, str] = os.environ) -> Iterator["subprocess.Popen[bytes]"]:
    """A program that runs until it is told to end."""
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, env=environment, stdout=quiet, stderr=quiet) as program:  # noqa: S603  (our own)
        try:
            yield program
        finally:
            program.terminate()


def output(*command: str, environment: Mapping[str, str], seconds: float = 120.0) -> str:
    """A program's standard output; if it exits with an error, the test fails with all that it printed."""
    done = subprocess.run(  # noqa: S603  (our own arguments)
        command,
        env=environment,
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2500:] + done.stderr[-2500:]
    return done.stdout


def status_of(url: str) -> int | None:
    """The status with which a web server answers; None if none answers."""
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310  (http on the loopback)
            status: int = answer.status
            return status
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return None


def found(prometheus: str, query: str) -> list[dict[str, Any]]:
    """What a Prometheus answers to a query; nothing while it is not up."""
    url = f"{prometheus}/api/v1/query?query={urllib.parse.quote(query)}"
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310  (http on the loopback)
            result: list[dict[str, Any]] = json.load(answer)["data"]["result"]
            return result
    except urllib.error.HTTPError as error:
        if error.code != HTTPStatus.SERVICE_UNAVAILABLE:
            pytest.fail(f"{query}: {error.read().decode()}")
        return []
    except OSError:
        return []


def soon(holds: Callable[[], bool], seconds: float = 30.0, said: Callable[[], object] = str) -> None:
    """Wait until the condition holds; if it does not in time, the test fails with what ``said`` gives."""
    late = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > late:
            pytest.fail(f"it does not hold after {seconds:g} seconds: {said()}")
        time.sleep(0.3)
