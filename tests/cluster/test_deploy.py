"""The deployment files fit the program and each other."""

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from actors.observability.instruments import INSTRUMENTS, Kind
from actors.observability.logs import FORMAT_VARIABLE
from actors.runtime.ray.loopback import is_loopback_only
from actors.stores.opening import shown_url
from drivers.cli.command_line import loaded
from drivers.cli.settings import PREFIX

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "drivers" / "deploy"


def _read(name: str) -> str:
    return (DEPLOY / name).read_text(encoding="utf-8")


def _job() -> dict[str, Any]:
    spec: dict[str, Any] = yaml.safe_load(_read("rayjob.yaml"))["spec"]
    return spec


def test_the_dashboard_shows_every_metric_and_no_other_of_ours() -> None:
    """Its queries use the names under which Ray exports the metrics."""
    panels = json.loads(_read("grafana-dashboard.json"))["panels"]
    asked = " ".join(target["expr"] for panel in panels for target in panel["targets"])
    endings = {Kind.COUNTER: "_total", Kind.GAUGE: "", Kind.HISTOGRAM: "_bucket"}
    exported = {f"ray_{metric}{endings[instrument.kind]}" for metric, instrument in INSTRUMENTS.items()}
    assert set(re.findall(r"ray_essays_\w+", asked)) == exported


def test_the_kubernetes_job_calls_the_program_with_options_that_it_has() -> None:
    """Its entrypoint is a command line of ours."""
    options = {option for param in loaded("run").params for option in param.opts}
    words = _job()["entrypoint"].split()
    assert words[:3] == ["python", "-m", "drivers.run_batch"]
    assert {word for word in words if word.startswith("--")} <= options


def test_the_kubernetes_job_has_the_ray_of_the_package() -> None:
    """A cluster refuses a driver of another version of Ray."""
    needed = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    version = _job()["rayClusterSpec"]["rayVersion"]
    assert f"ray[default]>={version.rpartition('.')[0]}," in " ".join(needed)


def test_the_kubernetes_job_keeps_the_token_and_takes_the_password_from_a_secret() -> None:
    """No password stands in the file or on a command line, and no node runs as root."""
    cluster = _job()["rayClusterSpec"]
    assert cluster["authOptions"] == {"mode": "token"}
    for group in (cluster["headGroupSpec"], *cluster["workerGroupSpecs"]):
        pod = group["template"]["spec"]
        assert pod["securityContext"]["runAsNonRoot"]
        environment = {each["name"]: each for each in pod["containers"][0]["env"]}
        assert set(environment) == {f"{PREFIX}STORE", FORMAT_VARIABLE}
        assert "secretKeyRef" in environment[f"{PREFIX}STORE"]["valueFrom"]


def test_the_image_is_made_of_files_that_are_there() -> None:
    """The build ignores everything else."""
    copied = [
        name for line in re.findall(r"^COPY (.+)$", _read("Dockerfile"), re.MULTILINE) for name in line.split()[:-1]
    ]
    allowed = re.findall(r"^!(\S+)$", _read("Dockerfile.dockerignore"), re.MULTILINE)
    assert sorted(copied) == sorted(allowed)
    assert [name for name in copied if not (ROOT / name).exists()] == []


def test_prometheus_is_pointed_at_the_list_that_ray_keeps() -> None:
    """Ray lists there which nodes are to be scraped."""
    (job,) = yaml.safe_load(_read("prometheus.yml"))["scrape_configs"]
    assert job["file_sd_configs"][0]["files"] == ["/tmp/ray/prom_metrics_service_discovery.json"]  # noqa: S108


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://essays:secret@db:5432/essays", "postgresql://essays:***@db:5432/essays"),
        ("postgresql://db/essays?user=essays&password=secret", "postgresql://db/essays"),
        ("sqlite:////data/store.db", "sqlite:////data/store.db"),
        ("memory://", "memory://"),
        ("secret@@@", "a URL that cannot be read"),
    ],
)
def test_no_password_is_in_a_url_that_is_shown(url: str, shown: str) -> None:
    """The store's URL appears on Ray's dashboard and in error messages."""
    assert shown_url(url) == shown


@pytest.mark.parametrize("address", [None, "127.0.0.1:9", "localhost:9"])
def test_a_cluster_of_ones_own_is_for_this_machine_only(address: str | None) -> None:
    """So is one at a loopback address, unless it also answers at the machine's own address."""
    assert is_loopback_only(address)


@pytest.mark.parametrize("address", ["198.51.100.7:6379", "head:6379", "auto", "ray://127.0.0.1:10001", "127.0.0.1"])
def test_a_cluster_with_an_address_of_its_own_may_have_several_machines(address: str) -> None:
    """The address alone says so; the cluster is not asked."""
    assert not is_loopback_only(address)
