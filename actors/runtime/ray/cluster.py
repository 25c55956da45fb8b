"""Processes on a Ray cluster: named, detached actors. One that dies is started anew, unless it was ended on purpose."""

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

# Nobody waits for an answer for ever; the slowest answer is that of a store that is being migrated.
ANSWER_SECONDS: Final = 300.0
_LOOK_SECONDS: Final = 0.5

Handle: TypeAlias = Any
"""Ray's handle of a process; a type checker does not know its methods."""


class ProcessGoneError(Exception):
    """The process has died for good, or does not answer; the call may or may not have been carried out."""


def named_process(kind: type, name: str, namespace: str, *arguments: Any, **options: Any) -> Handle:
    """The process of this name; it is started if there is none. ``options`` are options of a Ray actor.

    By default, its calls are not shown on the dashboard: a job's page shows the calls of all processes that the job's
    driver has started, whichever batch they are for, and calls under way when the driver ends count as failed.
    """
    with suppress(LookupError):
        return found(name, namespace)
    defaults = {"max_restarts": -1, "max_task_retries": -1, "num_cpus": 0, "enable_task_events": False}
    called = {"name": name, "namespace": namespace, "get_if_exists": True, "lifetime": "detached"}
    make: Callable[..., Handle] = _actor_class(kind).options(**called, **{**defaults, **options}).remote
    return pulse.guarded(lambda: make(*arguments))


@cache
def _actor_class(kind: type) -> Any:
    """Ray's actor class; made once, and only to start a process, as it is slow and each one is sent to the cluster."""
    groups = getattr(kind, "CONCURRENCY_GROUPS", None)  # these cannot be given as options
    made: Any = ray.remote(concurrency_groups=dict(groups)) if groups else ray.remote  # type: ignore[call-overload]
    return made(kind)


def answer_to(call: Any, seconds: float = ANSWER_SECONDS) -> Any:
    """Wait for a call, and return what it returned.

    Raises:
        ProcessGoneError: the process has died, or has not answered within ``seconds``.
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
    """Call ``then`` in some thread once a call is done, with its error, or None if it went well."""
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
    """Kill a process, for good or to be started anew; False if there is none of this name."""
    try:
        handle = found(name, namespace)
    except LookupError:
        return False
    pulse.guarded(lambda: ray.kill(handle, no_restart=not restart))
    return True


def note_stop(namespace: str) -> None:
    """Note for all drivers of this engine that it was stopped on purpose, so that they do not start it again."""
    pulse.guarded(lambda: internal_kv._internal_kv_put(_stop_key(namespace), repr(time.time())))  # noqa: SLF001


def stopped_at(namespace: str) -> float:
    """When this engine was last stopped on purpose, in Unix time; 0 if never."""
    noted = pulse.guarded(lambda: internal_kv._internal_kv_get(_stop_key(namespace)))  # noqa: SLF001
    return float(noted) if noted else 0.0


def _stop_key(namespace: str) -> str:
    return f"engine of {namespace} was stopped"


def end(name: str, namespace: str) -> None:
    """Have a process end for good once it has handled its earlier calls; it says why itself (``exit_for``)."""
    with suppress(LookupError):
        found(name, namespace).end.options(num_returns=0, max_task_retries=0).remote()


def exit_for(reason: str) -> NoReturn:
    """End this process for good, from one of its calls: like ``ray.actor.exit_actor``, but the dashboard says why."""
    ending: Any = SystemExit(0)
    ending.is_ray_terminate = True
    ending.ray_terminate_msg = reason
    raise ending


def is_of_this_job(process: Handle) -> bool:
    """Was the process started by this driver, or by a process that this driver started?"""
    return bool(process._actor_id.job_id.hex() == ray.get_runtime_context().get_job_id())  # noqa: SLF001


def started(names: Iterable[str]) -> tuple[int, int]:
    """How many of the processes with these names are up, and how many names there are."""
    wanted = set(names)
    states = pulse.guarded(lambda: state.actors(actor_state_name="ALIVE"))
    return len(wanted & {each["Name"] for each in states.values()}), len(wanted)


def processes_in(namespace: str) -> list[str]:
    """The names of all processes of this namespace that are up or about to be."""
    found = pulse.guarded(lambda: ray.util.list_named_actors(all_namespaces=True))
    return [each["name"] for each in found if each["namespace"] == namespace]
