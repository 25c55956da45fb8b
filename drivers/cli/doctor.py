"""``essays doctor``: checks what works in this installation, and says how to fix the rest."""

import os
import platform
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Final

from pydantic import Field
from rich.markup import escape
from rich.table import Table

from actors.phases.registry import DefaultService, Services, services_of
from actors.runtime.cores import usable_cores
from actors.stores.opening import open_store
from actors.stores.store import StoreError
from contracts.phase_registry import broken_phases, known_phases, package_of
from contracts.phases import PhaseName
from contracts.results import PHASE_RESULTS
from drivers.cli.command_line import program
from drivers.cli.console import Console
from drivers.cli.exit_codes import ExitCode
from drivers.cli.finding import CheckResult, Finding
from drivers.cli.options import Store
from drivers.cli.phase_sample import tried
from drivers.cli.privacy_checks import privacy
from drivers.cli.settings import CommandSettings
from drivers.client.engine import Engine
from drivers.client.stores import shown

_OLDEST_PYTHON: Final = (3, 11)
_EXTRAS: Final = {
    "report": ("matplotlib", "plots, Parquet files and Word handouts"),
    "parse": ("spacy", "parsed sentences in the metrics, slips of grammar in the feedback"),
    "languagetool": ("lt_py", "LanguageTool's rules in the feedback"),
    "llm": ("pydantic_ai", "feedback by a language model"),
    "postgres": ("psycopg", "stores in PostgreSQL"),
    "trace": ("opentelemetry.exporter.otlp.proto.http", "traces to OpenTelemetry collectors"),
}
_LEAST_DISK_GB: Final = 1.0
_LEAST_MEMORY_GB: Final = 2.0
_GB: Final = 1e9


_STYLES: Final = {
    CheckResult.GOOD: "green",
    CheckResult.OPTIONAL: "yellow",
    CheckResult.EXPOSED: "red",
    CheckResult.BAD: "red",
}


class DoctorSettings(CommandSettings):
    """What to check."""

    ray: Annotated[bool, Field(description="Check that Ray starts, which takes some seconds.")] = True
    store: Store = None


def main(settings: DoctorSettings, console: Console) -> ExitCode:
    """Check Python, extras, disk, memory, file permissions, the phases, the store, and that Ray starts.

    The exit code is 4 if something required does not work. Optional parts, and files that other accounts of this
    machine can read, do not affect it.

    Examples: essays doctor; essays doctor --no-ray; essays doctor --store postgresql://user@db/essays
    """
    ray = [_ray] if settings.ray else []
    services = services_of(settings.services)
    about = [lambda: privacy(settings.store), lambda: _phases(services), lambda: _store(settings.store)]
    checks = [_python, _extras, _disk, _memory, *about, *ray]
    findings = [finding for check in checks for finding in _shown(check, console)]
    console.answer([finding._asdict() for finding in findings])
    bad = [finding for finding in findings if finding.verdict is CheckResult.BAD]
    console.print(f"[red]Problems to fix: {len(bad)}.[/red]" if bad else "[green]Everything required works.[/green]")
    return ExitCode.UNAVAILABLE if bad else ExitCode.DONE


def _shown(check: Callable[[], Iterator[Finding]], console: Console) -> Iterator[Finding]:
    """Show each finding as soon as it is made, because the last checks take seconds."""
    for finding in check():
        table = Table.grid(padding=(0, 2))
        table.add_column(width=24)
        table.add_column(width=8)
        to_do = f"\n-> {finding.to_do}" if finding.to_do else ""
        style = _STYLES[finding.verdict]
        table.add_row(escape(finding.what), f"[{style}]{finding.verdict}[/{style}]", escape(finding.found + to_do))
        console.show(table)
        yield finding


def _python() -> Iterator[Finding]:
    found = f"Python {platform.python_version()} on {platform.system()}"
    if sys.version_info >= _OLDEST_PYTHON:
        yield Finding("Python", CheckResult.GOOD, found)
    else:
        yield Finding("Python", CheckResult.BAD, found, "install Python 3.11 or later, and this program with it")


def _extras() -> Iterator[Finding]:
    for extra, (package, what) in _EXTRAS.items():
        if _is_installed(package):
            yield Finding(f"extra [{extra}]", CheckResult.GOOD, what)
        else:
            yield Finding(
                f"extra [{extra}]",
                CheckResult.OPTIONAL,
                f"no {what}",
                f"to add it: pip install 'essay-pipelines[{extra}]'",
            )


def _is_installed(package: str) -> bool:
    try:
        return find_spec(package) is not None
    except ModuleNotFoundError:  # its parent package is missing
        return False


def _disk() -> Iterator[Finding]:
    here = Path.cwd()
    free = shutil.disk_usage(here).free / _GB
    found = f"{free:.1f} GB free in {here}"
    if not os.access(here, os.W_OK):
        yield Finding("disk", CheckResult.BAD, f"{here} cannot be written to", "change to another folder, or use --out")
    elif free < _LEAST_DISK_GB:
        yield Finding("disk", CheckResult.BAD, found, f"free at least {_LEAST_DISK_GB:.0f} GB")
    else:
        yield Finding("disk", CheckResult.GOOD, found)


def _memory() -> Iterator[Finding]:
    available = _available_memory_gb()
    if available is None:
        yield Finding("memory", CheckResult.OPTIONAL, "this system does not report how much is free")
        return
    found = f"{available:.1f} GB free, {usable_cores()} cores"
    if available < _LEAST_MEMORY_GB:
        yield Finding("memory", CheckResult.BAD, found, "close other programs, or run with --runtime local --workers 1")
    else:
        yield Finding("memory", CheckResult.GOOD, found)


def _available_memory_gb() -> float | None:
    """Memory that programs may still use, in GB, according to Linux; None on other systems."""
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
    except OSError:
        return None
    facts = dict(line.split(":", 1) for line in lines if ":" in line)
    return int(facts["MemAvailable"].split()[0]) * 1024 / _GB if "MemAvailable" in facts else None


def _phases(services: Services) -> Iterator[Finding]:
    """Run each phase on a short text, which shows that its dictionaries and models are installed."""
    for phase in known_phases():
        problem = tried(phase, services.get(phase, DefaultService(phase)))
        if problem is None:
            yield Finding(f"phase {phase}", CheckResult.GOOD, "works on a short text")
        else:
            yield Finding(f"phase {phase}", CheckResult.BAD, problem, f"reinstall {_brings(phase)}")
    for name, problem in broken_phases().items():
        yield Finding(f"phase {name}", CheckResult.BAD, problem, "reinstall or remove its package")


def _brings(phase: PhaseName) -> str:
    return "this program" if phase in PHASE_RESULTS else package_of(phase) or "its package"


def _store(url: str | None) -> Iterator[Finding]:
    with TemporaryDirectory() as folder:
        chosen = url or str(Path(folder) / "store.db")
        what = f"store {shown(url)}" if url else "store in SQLite"
        try:
            with closing(open_store(chosen, read_only=url is not None)) as opened:
                count = len(opened.batches())
        except StoreError as error:
            yield Finding(what, CheckResult.BAD, str(error), "repair it, or choose another with --store")
            return
    yield Finding(what, CheckResult.GOOD, f"opens and answers, {count} batches" if url else "opens and answers")


def _ray() -> Iterator[Finding]:
    from actors.runtime.runtime import RuntimeUnavailableError  # noqa: PLC0415

    try:
        found = f"Ray {version('ray')}"
        with TemporaryDirectory() as folder, Engine.open(Path(folder) / "store.db", workers=1) as engine:
            described, plain = engine.describe(), _why_not_forked()
    except PackageNotFoundError:
        yield Finding(
            "Ray", CheckResult.BAD, "Ray is not installed", "reinstall this program with pip, or use --runtime local"
        )
        return
    except RuntimeUnavailableError as error:
        yield Finding(
            "Ray", CheckResult.BAD, str(error), "use --runtime local, or find out what stops Ray: ray start --head"
        )
        return
    yield Finding("Ray", CheckResult.GOOD, f"{found} starts, {described}")
    yield Finding(
        "Ray's workers",
        CheckResult.OPTIONAL if plain else CheckResult.GOOD,
        f"start one by one, about four times slower: {plain}" if plain else "are forked from a warm process",
        "see `essays guide operators`, forked workers" if plain else "",
    )
    dashboard = "dashboard:" in described
    yield Finding(
        "dashboard",
        CheckResult.GOOD if dashboard else CheckResult.OPTIONAL,
        "answers" if dashboard else "is not running",
        "" if dashboard else "if you want it: pip install 'ray[default]'",
    )


def _why_not_forked() -> str | None:
    from actors.runtime.ray.forking import why_not_forked  # noqa: PLC0415

    return why_not_forked()


if __name__ == "__main__":
    program("doctor", main)
