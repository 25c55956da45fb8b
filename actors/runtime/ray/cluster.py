"""Processes on a Ray cluster: detached actors with a name. One that dies is started anew, unless it is ended."""

from collections.abc import Callable
from typing import Any, TypeAlias

import ray
from ray.exceptions import RayActorError

Handle: TypeAlias = Any
"""Ray's to a process; its methods are not known to a type checker."""


class ProcessGoneError(Exception):
    """The process has died for good, or does not answer; what it was asked may or may not have been done."""


def named_process(kind: type, name: str, namespace: str, *arguments: Any, **options: Any) -> Handle:
    """The process of this name, which is started where it is not there. ``options`` are those of a Ray actor."""
    found_or_made = {"name": name, "namespace": namespace, "get_if_exists": True, "lifetime": "detached"}
    again = {"max_restarts": -1, "max_task_retries": -1, "num_cpus": 0}
    return ray.remote(kind).options(**found_or_made, **{**again, **options}).remote(*arguments)


def answer_to(call: Any) -> Any:
    """What a call has returned; waits for it.

    Raises:
        ProcessGoneError: nobody answers it any more.
    """
    try:
        return ray.get(call)
    except RayActorError as error:
        raise ProcessGoneError(str(error)) from None


def when_done(call: Any, then: Callable[[BaseException | None], None]) -> None:
    """Have ``then`` told later, in some thread, how a call went; None: well."""
    call.future().add_done_callback(lambda future: then(_error_of(future)))


def _error_of(future: Any) -> BaseException | None:
    error = future.exception() if ray.is_initialized() else None
    return ProcessGoneError(str(error)) if isinstance(error, RayActorError) else error


def kill(name: str, namespace: str, *, restart: bool) -> bool:
    """End a process, for good or to be started anew; False where there is none of this name."""
    try:
        ray.kill(ray.get_actor(name, namespace), no_restart=not restart)
    except ValueError:
        return False
    return True
