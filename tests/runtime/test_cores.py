"""How many cores a process may use, whatever the machine has."""

import os
from pathlib import Path

import pytest

from actors.runtime.cores import usable_cores


@pytest.fixture(autouse=True)
def eight_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    """These tests' machine has eight cores."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(8)), raising=False)


def group(folder: Path, **files: str) -> None:
    """A control group that has these files."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name.replace("__", ".")).write_text(content)


def own(tmp_path: Path, content: str) -> Path:
    """The file that says which groups the process is in."""
    path = tmp_path / "cgroup"
    path.write_text(content)
    return path


def test_without_a_quota_the_affinity_counts(tmp_path: Path) -> None:
    """Affinity is what ``taskset`` sets."""
    group(tmp_path / "groups", cpu__max="max 100000")
    assert usable_cores(tmp_path / "groups", own(tmp_path, "0::/\n")) == 8
    assert usable_cores(tmp_path / "nothing", tmp_path / "nothing") == 8


@pytest.mark.parametrize(("quota", "cores"), [("200000 100000", 2), ("150000 100000", 2), ("10000 100000", 1)])
def test_a_quota_counts_rounded_up(tmp_path: Path, quota: str, cores: int) -> None:
    """A core and a half can keep two busy, and a tenth of a core counts as one."""
    group(tmp_path / "groups", cpu__max=quota)
    assert usable_cores(tmp_path / "groups", own(tmp_path, "0::/\n")) == cores


def test_the_smallest_quota_on_the_way_up_counts(tmp_path: Path) -> None:
    """A group gets no more than the groups above it."""
    group(tmp_path / "groups/school", cpu__max="300000 100000")
    group(tmp_path / "groups/school/job", cpu__max="500000 100000")
    assert usable_cores(tmp_path / "groups", own(tmp_path, "0::/school/job\n")) == 3


def test_quotas_of_the_first_version_count(tmp_path: Path) -> None:
    """A quota of minus one is none."""
    group(tmp_path / "groups/cpu/job", cpu__cfs_quota_us="400000\n", cpu__cfs_period_us="100000\n")
    group(tmp_path / "groups/cpu", cpu__cfs_quota_us="-1\n", cpu__cfs_period_us="100000\n")
    assert usable_cores(tmp_path / "groups", own(tmp_path, "3:cpuset:/\n1:cpu,cpuacct:/job\n0::/\n")) == 4
