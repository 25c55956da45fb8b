"""``essays stop``: stops the engine on a Ray cluster; the cluster itself keeps running."""

import os
from typing import Annotated

from pydantic import Field
from rich.markup import escape

from actors.runtime.runtime import DEFAULT_NAMESPACE
from actors.stores.opening import url_of_file
from drivers.cli.asking import confirmed
from drivers.cli.command_line import program
from drivers.cli.console import Console
from drivers.cli.exit_codes import ExitCode
from drivers.cli.locating import default_stores, store_urls
from drivers.cli.options import Namespace, StoreSettings
from drivers.client.bootstrap import engine_on_cluster
from drivers.client.errors import BatchBusyError, RequestError
from drivers.client.stores import HoldingCluster, join_cluster_of


class StopSettings(StoreSettings):
    """Which engine to stop."""

    namespace: Namespace = DEFAULT_NAMESPACE
    yes: Annotated[bool, Field(description="Do not ask for confirmation, even if batches are running.")] = False


def main(settings: StopSettings, console: Console) -> ExitCode:
    """Stop the engine on a Ray cluster: its processes end, and the store is free for others.

    The cluster is the one that has the store open (--store, --out, or those in results/), else that of RAY_ADDRESS.
    You are asked before running batches are interrupted. Nothing is lost: essays resume continues them.

    Examples: essays stop; essays stop --store postgresql://school@db/essays --namespace exam
    """
    namespace = _joined(settings)
    with engine_on_cluster(namespace) as engine:
        where = f"on the cluster at {os.environ['RAY_ADDRESS']}, namespace {namespace}"
        if not engine.is_there:
            console.print(f"No engine is running {escape(where)}.")
            console.answer({"stopped": False, "interrupted": []})
            return ExitCode.DONE
        running = engine.running
        if running and not settings.yes:
            console.print(f"This would interrupt: {escape(', '.join(running))}.")
            if not confirmed("Stop the engine?"):
                raise RequestError("Nothing was stopped. To stop it without being asked, add --yes.")
        engine.stop()
    console.print(f"Stopped the engine {escape(where)}.")
    if running:
        console.print(f"Interrupted: {escape(', '.join(running))}. Continue with: essays resume")
    console.answer({"stopped": True, "interrupted": running})
    return ExitCode.DONE


def _joined(settings: StopSettings) -> str:
    """The namespace of the engine to stop. Sets ``RAY_ADDRESS`` to its cluster."""
    held = next(filter(None, map(_holding, _urls(settings))), None)
    if held is not None:
        return held.namespace
    if os.environ.get("RAY_ADDRESS"):
        return settings.namespace
    raise RequestError("No Ray cluster with an engine was found: give its store with --store, or set RAY_ADDRESS.")


def _urls(settings: StopSettings) -> list[str]:
    if settings.store is not None:
        return [settings.store]
    if os.environ.get("RAY_ADDRESS") and settings.out is None:
        return []
    return (
        store_urls(None, settings.out) if settings.out is not None else [url_of_file(each) for each in default_stores()]
    )


def _holding(url: str) -> HoldingCluster | None:
    try:
        return join_cluster_of(url, "")
    except BatchBusyError:  # held by a program without a cluster, which is not ours to stop
        return None


if __name__ == "__main__":
    program("stop", main)
