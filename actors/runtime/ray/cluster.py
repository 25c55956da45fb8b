"""Processes on a Ray cluster: detached actors with a name. One that dies is started anew, unless it is ended."""

import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import cache
from typing import Any, Final, NoReturn, TypeAlias

import ray
from ray._private import state
from ray.exceptions import GetTimeoutError, RayActorError
from ray.experimental import internal_kv

from actors.runtime.ray import pulse

# Nobody waits for an answer without end; the longest that one takes is that of a store that is put in order.
ANSWER_SECONDS: Final = 300.0
_LOOK_SECONDS: Final = 0.5

Handle: TypeAlias = Any
"""Ray's to a process; its methods are not known to a type checker."""


class ProcessGoneError(Exception):
    """The process has died for good, or does not answer; what it was asked may or may not have been done."""


def named_process(kind: type, name: str, namespace: str, *arguments: Any, **options: Any) -> Handle:
    """The process of this name, which is started where it is not there. ``options`` are those of a Ray actor.

    Its calls are on no page of the dashboard unless they are to be: a job's page has those of every process that the
    job's driver has started, whichever batch they are for, and those in hand when the driver ends count as failed.
    """
    with suppress(LookupError):
        return found(name, namespace)
    defaults = {"max_restarts": -1, "max_task_retries": -1, "num_cpus": 0, "enable_task_events": False}
    called = {"name": name, "namespace": namespace, "get_if_exists": True, "lifetime": "detached"}
    make: Callable[..., Handle] = _actor_class(kind).options(**called, **{**defaults, **options}).remote
    return pulse.guarded(lambda: make(*arguments))


@cache
def _actor_class(kind: type) -> Any:
    """Made once, and only where a process is started: it takes long, and each that is made is sent to the cluster."""
    groups = getattr(kind, "CONCURRENCY_GROUPS", None)  # these are none of the options
    made: Any = ray.remote(concurrency_groups=dict(groups)) if groups else ray.remote  # type: ignore[call-overload]
    return made(kind)


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


def note_stop(namespace: str) -> None:
    """Tell the drivers of this engine that it was stopped on purpose: they are not to start it again."""
    pulse.guarded(lambda: internal_kv._internal_kv_put(_stop_key(namespace), repr(time.time())))  # noqa: SLF001


def stopped_at(namespace: str) -> float:
    """When this engine was last stopped on purpose, in seconds of the epoch; 0: never."""
    noted = pulse.guarded(lambda: internal_kv._internal_kv_get(_stop_key(namespace)))  # noqa: SLF001
    return float(noted) if noted else 0.0


def _stop_key(namespace: str) -> str:
    return f"engine of {namespace} was stopped"


def end(name: str, namespace: str) -> None:
    """Have a process end for good, once it has handled what it was sent before. It gives its reason (``exit_for``)."""
    with suppress(LookupError):
        found(name, namespace).end.options(num_returns=0, max_task_retries=0).remote()


def exit_for(reason: str) -> NoReturn:
    """End this process for good, in one of its calls: as ``ray.actor.exit_actor``, but the dashboard says why."""
    ending: Any = SystemExit(0)
    ending.is_ray_terminate = True
    ending.ray_terminate_msg = reason
    raise ending


def is_of_this_job(process: Handle) -> bool:
    """Was it started by this driver, or by a process that was?"""
    return bool(process._actor_id.job_id.hex() == ray.get_runtime_context().get_job_id())  # noqa: SLF001


def started(names: Iterable[str]) -> tuple[int, int]:
    """How many of the processes with these names are up, and how many there are to be."""
    wanted = set(names)
    states = pulse.guarded(lambda: state.actors(actor_state_name="ALIVE"))
    return len(wanted & {each["Name"] for each in states.values()}), len(wanted)


def processes_in(namespace: str) -> list[str]:
    """The names of all processes that are there, or about to be."""
    found = pulse.guarded(lambda: ray.util.list_named_actors(all_namespaces=True))
    return [each["name"] for each in found if each["namespace"] == namespace]
