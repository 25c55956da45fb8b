"""What Ray alone takes to start empty actors, each in a process that is started, or in one that is forked.

The floor of a process per essay. Run as a program of its own, because nothing but the runtime on Ray imports Ray.
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
    """The start of many empty actors: seconds until all have answered, and what each process has taken by then.

    Megabytes are PSS. The seconds of CPU are the processes' own: those of a launcher or of a fork server are not in it.
    """

    seconds: float
    megabytes_each: float
    cpu_seconds_each: float


def starts(count: int, *, forked: bool = False) -> Starts:
    """Start ``count`` empty actors on a cluster of their own, whose own start does not count."""
    environment = {**os.environ, "RAY_USAGE_STATS_ENABLED": "0"}
    command = [sys.executable, "-c", _PROGRAM, str(count), "forked" if forked else "plain"]
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)  # noqa: S603  (ours)
    line = next(line for line in done.stdout.splitlines() if line.startswith("measured:"))  # Ray talks there as well
    return Starts(**json.loads(line.removeprefix("measured:")))
