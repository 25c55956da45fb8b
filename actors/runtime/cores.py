"""How many cores this process may use, which is not the machine's number of cores if that is limited."""

import math
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

_GROUPS: Final = Path("/sys/fs/cgroup")
_OWN: Final = Path("/proc/self/cgroup")


def usable_cores(groups: Path = _GROUPS, own: Path = _OWN) -> int:
    """The number of cores that the process may use, by its affinity and its control groups; at least one.

    Args:
        groups: where control groups (version 2 or 1) are mounted.
        own: the file that says which groups the process is in.
    """
    return max(1, min([_affine_cores(), *map(math.ceil, _quotas(groups, own))]))


def _affine_cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _quotas(groups: Path, own: Path) -> list[float]:
    """The quotas, in cores, of the process's control groups and of all groups above them."""
    with suppress(OSError):
        return [quota for folder in _folders(groups, own.read_text()) for quota in _quota(folder)]
    return []


def _folders(groups: Path, listed: str) -> Iterator[Path]:
    for line in listed.splitlines():
        _, controllers, path = line.split(":", 2)
        if controllers and "cpu" not in controllers.split(","):
            continue
        mounted = groups / "cpu" if controllers else groups
        folder = mounted / path.lstrip("/")
        # In a container, the process's own group is mounted at the top, whatever its path outside.
        yield from (each for each in (folder, *folder.parents) if each.is_relative_to(mounted))


def _quota(folder: Path) -> Iterator[float]:
    with suppress(OSError, ValueError):
        allowed, period = (folder / "cpu.max").read_text().split()
        yield int(allowed) / int(period)  # int("max") raises: there is no quota
    with suppress(OSError, ValueError):
        allowed, period = ((folder / f"cpu.cfs_{name}_us").read_text() for name in ("quota", "period"))
        if int(allowed) > 0:
            yield int(allowed) / int(period)
