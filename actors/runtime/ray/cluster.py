"""Processes on a Ray cluster: detached actors with a name. One that dies is started anew, unless it is ended."""

import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final, TypeAlias

import ray
from ray.exceptions import GetTimeoutError, RayActorError

from actors.runtime.ray import pulse

# Nobody waits for an answer without end; the longest that one takes is that of a store that is put in order.
ANSWER_SECONDS: Final = 300.0
_LOOK_SECONDS: Final = 0.5

Handle: TypeAlias = Any
"""Ray's to a process; its methods are not known to a type checker."""


class ProcessGoneError(Exception):
    """The process has died for good, or does not answer; what it was asked may or may not have been done."""


def named_process(kind: type, name: str, namespace: str, *arguments: Any, **options: Any) -> Handle:
    """The process of this name, which is started where it is not there. ``options`` are those of a Ray actor."""
    found_or_made = {"name": name, "namespace": namespace, "get_if_exists": True, "lifetime": "detached"}
    again = {"max_restarts": -1, "max_task_retries": -1, "num_cpus": 0}
    make: Callable[..., Handle] = ray.remote(kind).options(**found_or_made, **{**again, **options}).remote
    return pulse.guarded(lambda: make(*arguments))


def answer_to(call: Any, seconds: float = ANSWER_SECONDS) -> Any:
    """What a call has returned; waits for it.

    Raises:
        ProcessGoneError: nobody answers it any more, or not within so many seconds.
        RuntimeGoneError: the cluster has died.
    """
    late = time.monotonic() + seconds
    while time.monotonic() < late:
        pulse.demand()
        try:
            with suppress(GetTimeoutError):
                return ray.get(call, timeout=_LOOK_SECONDS)
        except RayActorError as error:
            raise ProcessGoneError(str(error)) from None
    raise ProcessGoneError(f"no answer within {seconds:.0f} seconds")


def when_done(call: Any, then: Callable[[BaseException | None], None]) -> None:
    """Have ``then`` told later, in some thread, how a call went; None: well."""
    call.future().add_done_callback(lambda future: then(_error_of(future)))


def _error_of(future: Any) -> BaseException | None:
    error = future.exception() if ray.is_initialized() else None
    return ProcessGoneError(str(error)) if isinstance(error, RayActorError) else error


def found(name: str, namespace: str) -> Handle:
    """The process of this name.

    Raises:
        LookupError: there is none.
    """
    try:
        return pulse.guarded(lambda: ray.get_actor(name, namespace))
    except ValueError:
        raise LookupError(f"there is no process {name!r}") from None


def kill(name: str, namespace: str, *, restart: bool) -> bool:
    """End a process, for good or to be started anew; False where there is none of this name."""
    try:
        handle = found(name, namespace)
    except LookupError:
        return False
    pulse.guarded(lambda: ray.kill(handle, no_restart=not restart))
    return True


def processes_in(namespace: str) -> list[str]:
    """The names of all processes that are there, or about to be."""
    found = pulse.guarded(lambda: ray.util.list_named_actors(all_namespaces=True))
    return [each["name"] for each in found if each["namespace"] == namespace]
