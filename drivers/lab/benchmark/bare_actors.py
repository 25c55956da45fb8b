"""Measures what Ray alone takes to start empty actors, in processes that are started or forked.

This is the floor for a process per essay. It runs as a separate program, because only the runtime on Ray imports Ray.
"""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from typing import Final

_PROGRAM: Final = """
import json, logging, os, sys, time
from contextlib import nullcontext
import psutil, ray
from actors.runtime.ray.forking import workers_forked
count, forked = int(sys.argv[1]), sys.argv[2] == "forked"
with workers_forked() if forked else nullcontext():
    ray.init("local", log_to_driver=False, logging_level=logging.ERROR, include_dashboard=True)
class Empty:
    def here(self):
        return os.getpid()
begun = time.perf_counter()
actors = [ray.remote(Empty).options(num_cpus=0).remote() for _ in range(count)]
pids = ray.get([actor.here.remote() for actor in actors])
seconds = time.perf_counter() - begun
processes = [psutil.Process(pid) for pid in pids]
cpu = sum(sum(process.cpu_times()[:2]) for process in processes) / count
megabytes = sum(process.memory_full_info().pss for process in processes) / count / 1e6
ray.shutdown()
print("measured:", json.dumps({"seconds": seconds, "megabytes_each": megabytes, "cpu_seconds_each": cpu}))
"""


@dataclass(frozen=True, slots=True)
class Starts:
    """The start of many empty actors: seconds until all have answered, and what each process has used by then.

    Megabytes are PSS. CPU seconds are the processes' own, without those of launchers and fork servers.
    """

    seconds: float
    megabytes_each: float
    cpu_seconds_each: float


def starts(count: int, *, forked: bool = False) -> Starts:
    """Start ``count`` empty actors on a new cluster, whose own start is not counted."""
    environment = {**os.environ, "RAY_USAGE_STATS_ENABLED": "0"}
    command = [sys.executable, "-c", _PROGRAM, str(count), "forked" if forked else "plain"]
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)  # noqa: S603  (ours)
    line = next(line for line in done.stdout.splitlines() if line.startswith("measured:"))  # Ray prints there as well
    return Starts(**json.loads(line.removeprefix("measured:")))
