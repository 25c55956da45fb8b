"""What Ray alone takes to start empty actors: the floor of a process per essay.

Run as a program of its own, because nothing but the runtime on Ray imports Ray.
"""

import os
import subprocess
import sys
from typing import Final

_PROGRAM: Final = """
import logging, sys, time
import ray
ray.init("local", log_to_driver=False, logging_level=logging.ERROR, include_dashboard=True)
class Empty:
    def here(self):
        return None
begun = time.perf_counter()
actors = [ray.remote(Empty).options(num_cpus=0).remote() for _ in range(int(sys.argv[1]))]
ray.get([actor.here.remote() for actor in actors])
seconds = time.perf_counter() - begun
ray.shutdown()
print("seconds:", seconds)
"""


def start_seconds(count: int) -> float:
    """Seconds until ``count`` empty actors have answered, Ray's own start apart."""
    environment = {**os.environ, "RAY_USAGE_STATS_ENABLED": "0"}
    command = [sys.executable, "-c", _PROGRAM, str(count)]
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)  # noqa: S603  (ours)
    line = next(line for line in done.stdout.splitlines() if line.startswith("seconds:"))  # Ray talks there as well
    return float(line.removeprefix("seconds:"))
