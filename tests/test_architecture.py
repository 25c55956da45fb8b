"""The architecture, checked: imports point down, one package knows Ray, and everything fits on a screen."""

import ast
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
OURS = ("contracts", "actors", "drivers")
SOURCES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for folder in OURS
    for path in sorted((ROOT / folder).rglob("*.py"))
}

# What each package may import of the project; a module belongs to the first one that contains it. Imports point down.
MAY_IMPORT = {
    "contracts": ["contracts"],
    "actors.core": ["contracts", "actors.core"],
    "actors.phases": ["contracts", "actors.phases"],
    "actors.stores": ["contracts", "actors.core", "actors.stores"],
    "actors.execution": [
        "contracts",
        "actors.actor",
        "actors.core",
        "actors.phases",
        "actors.stores",
        "actors.execution",
    ],
    "actors.verification": ["contracts", "actors.core", "actors.verification"],
    "actors.observability": ["contracts", "actors.core", "actors.stores", "actors.observability"],
    "actors": ["contracts", "actors"],  # another test forbids most of them the runtime
    "drivers": ["contracts", "actors", "drivers"],
}
# The core has no clock, no randomness and no I/O, so whatever it may import besides the project is listed.
STDLIB_OF_THE_CORE = {
    "bisect",
    "collections",
    "dataclasses",
    "datetime",
    "enum",
    "functools",
    "hashlib",
    "itertools",
    "json",
    "math",
    "operator",
    "types",
    "typing",
    "uuid",
    "zlib",
}
PURE = STDLIB_OF_THE_CORE | {"immutables", "transitions"}
# Impure as members of anything, or imported under any name; and built-in functions that are impure.
IMPURE_MEMBERS = {"now", "utcnow", "today", "uuid1", "uuid4", "getenv", "environ"}
IMPURE_BUILTINS = {"open", "print", "input", "id", "hash", "eval", "exec"}
IMPORTING_CALLS = {"import_module", "__import__"}
KNOWS_RAY = "actors.runtime.ray"


@cache
def _nodes(name: str) -> tuple[ast.AST, ...]:
    return tuple(ast.walk(ast.parse(SOURCES[name].read_text(encoding="utf-8"))))


def _imports(name: str) -> Iterator[str]:
    """Every module that a module imports."""
    return _imports_in(_nodes(name))


def _imports_in(nodes: Iterable[ast.AST]) -> Iterator[str]:
    """Every imported module, also inside functions and by name; ``from x import y`` as ``x.y``."""
    for node in nodes:
        match node:
            case ast.Import():
                yield from (alias.name for alias in node.names)
            case ast.ImportFrom():
                yield from (f"{'.' * node.level}{node.module or ''}.{alias.name}" for alias in node.names)
            case ast.Call(args=[ast.Constant(value=str(imported)), *_]) if _called(node) in IMPORTING_CALLS:
                yield imported


def _called(call: ast.Call) -> str:
    """The last part of the called name."""
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def _not_allowed(name: str, imports: Iterable[str]) -> list[str]:
    """The imports that a module of this name may not have."""
    allowed = next(parts for package, parts in MAY_IMPORT.items() if _is_in(name, package))
    forbidden = [each for room, others in MAY_NOT_IMPORT.items() if _is_in(name, room) for each in others]
    knows_ray = _is_in(name, KNOWS_RAY)
    return [
        each
        for each in imports
        if (_is_in(each, *OURS) and (not _is_in(each, *allowed) or _is_in(each, *forbidden)))
        or (_is_in(each, "ray") and not knows_ray)
    ]


def _impure_in(nodes: Iterable[ast.AST]) -> set[str]:
    """Names that ask clock, randomness or the outside world, called or not, and however they are imported."""
    found: set[str] = set()
    for node in nodes:
        match node:
            case ast.Attribute(attr=name) if name in IMPURE_MEMBERS:
                found.add(name)
            case ast.Name(id=name) if name in IMPURE_BUILTINS and isinstance(node.ctx, ast.Load):
                found.add(name)
            case ast.ImportFrom():
                found |= {alias.name for alias in node.names} & IMPURE_MEMBERS
    return found


def _too_long(nodes: Iterable[ast.AST]) -> dict[str, int]:
    """Functions of more than 40 lines, with their lengths."""
    functions = (node for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    lengths = {node.name: (node.end_lineno or node.lineno) - node.lineno + 1 for node in functions}
    return {name: length for name, length in lengths.items() if length > 40}


def _is_in(name: str, *packages: str) -> bool:
    return any(name == package or name.startswith(f"{package}.") for package in packages)


def _modules_of(package: str) -> list[str]:
    return [name for name in SOURCES if _is_in(name, package)]


def _foreign_roots(package: str) -> set[str]:
    """The top-level modules that a package imports from outside the project."""
    return {name.split(".")[0] for module in _modules_of(package) for name in _imports(module)} - set(OURS)


def _functions() -> Iterator[tuple[str, int]]:
    """Every function with its length in lines, including its docstring."""
    for name in SOURCES:
        for node in _nodes(name):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno is not None:
                yield f"{name}.{node.name}", node.end_lineno - node.lineno + 1


def test_imports_point_down() -> None:
    """Drivers import actors, actors the core, and all of them the contracts; never the reverse."""
    assert len(SOURCES) > 300
    for name in SOURCES:
        assert _not_allowed(name, _imports(name)) == [], f"in {name}"


# What packages of the drivers may not import: the command line is a client of the others, and nobody's library.
MAY_NOT_IMPORT = {
    "drivers.client": ["drivers.cli", "drivers.lab"],
    "drivers.intake": ["drivers.cli", "drivers.lab", "drivers.client.engine"],
    "drivers.report": ["drivers.cli", "drivers.lab"],
    "drivers.judging": ["drivers.cli", "drivers.lab"],
    "drivers.review": ["drivers.cli", "drivers.lab", "drivers.judging"],
    "drivers.web": [
        "drivers.cli",
        "drivers.lab",
        "drivers.judging",
        "drivers.review",
        "drivers.report",
        "drivers.client.engine",
    ],
    "drivers.testing": ["drivers.cli", "drivers.lab"],
    "drivers.cli": ["drivers.lab"],
}


def test_the_client_is_there_without_pages_and_without_judging() -> None:
    """It imports both only on demand: templates and plots load slowly, and may not be installed."""
    for name in _modules_of("drivers.client"):
        tree = ast.parse(SOURCES[name].read_text(encoding="utf-8"))
        at_once = [f"{node.module}" for node in tree.body if isinstance(node, ast.ImportFrom)]
        assert [each for each in at_once if _is_in(each, "drivers.report", "drivers.judging")] == [], f"in {name}"


def test_actors_do_not_know_where_they_run() -> None:
    """Only drivers choose a runtime; the simulation is one."""
    others = [name for name in _modules_of("actors") if not _is_in(name, "actors.runtime", "actors.simulation")]
    assert {name for name in others for imported in _imports(name) if _is_in(imported, "actors.runtime")} == set()


def test_nothing_that_runs_in_earnest_imports_the_simulation() -> None:
    """The simulation is built on the engine, not the reverse."""
    others = [name for name in _modules_of("actors") if not _is_in(name, "actors.simulation")]
    assert {name for name in others for imported in _imports(name) if _is_in(imported, "actors.simulation")} == set()


def test_every_import_is_written_out() -> None:
    """These tests could not follow a relative import."""
    assert {name for name in SOURCES for imported in _imports(name) if imported.startswith(".")} == set()


def test_the_contracts_import_the_standard_library_and_pydantic_only() -> None:
    """Whoever talks to this system needs nothing else."""
    assert _foreign_roots("contracts") - sys.stdlib_module_names <= {"pydantic"}


def test_the_core_imports_only_what_is_pure() -> None:
    """Decisions are pure functions: they repeat exactly, and their tests need no mocks."""
    assert _foreign_roots("actors.core") <= PURE


def test_the_core_asks_neither_clock_nor_chance_nor_the_world() -> None:
    """A pure import may still be used to ask: ``datetime`` as a type is pure, ``datetime.now`` is not."""
    assert _modules_of("actors.core")
    for name in _modules_of("actors.core"):
        assert _impure_in(_nodes(name)) == set(), f"in {name}"


def test_only_the_runtime_on_ray_imports_ray() -> None:
    """Actors are plain Python: the same classes run locally, under simulation and on Ray."""
    knowing = {name for name in SOURCES for imported in _imports(name) if _is_in(imported, "ray")}
    assert knowing
    assert {name for name in knowing if not _is_in(name, KNOWS_RAY)} == set()


def test_a_file_has_at_most_300_lines() -> None:
    """It can be read in one go."""
    lines = {name: len(path.read_text(encoding="utf-8").splitlines()) for name, path in SOURCES.items()}
    assert {name: count for name, count in lines.items() if count > 300} == {}


def test_a_function_has_at_most_40_lines() -> None:
    """It fits on a screen."""
    assert {name: found for name in SOURCES if (found := _too_long(_nodes(name)))} == {}


def test_most_functions_have_less_than_ten_lines() -> None:
    """The median function has fewer than ten."""
    lengths = sorted(length for _, length in _functions())
    assert lengths[len(lengths) // 2] < 10


# ------------------------------------------------------------ the rules above see what breaks them


def _parsed(source: str) -> list[ast.AST]:
    return list(ast.walk(ast.parse(source)))


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("drivers.client.results", "from drivers.cli.console import Console"),
        ("drivers.client.results", "import drivers.cli.console as words"),
        ("drivers.intake.reader", "def f():\n    from drivers.client.engine import Engine"),
        ("drivers.cli.status", "from drivers.lab.chaos import plan"),
        ("actors.core.essay", "from actors.stores.store import Store"),
        ("actors.phases.nlp.service", "from actors.core.essay import step"),
        ("actors.stores.sql", "from actors.runtime.host import Host"),
        ("contracts.phases", "import actors.core.effects"),
        ("actors.runtime.host", "import ray"),
        ("actors.runtime.host", "from ray.util import state"),
        ("drivers.client.engine", "from importlib import import_module\nimport_module('ray')"),
        ("drivers.client.engine", "import importlib as loader\nloader.import_module('ray.util')"),
        ("drivers.client.engine", "__import__('drivers.cli.console')"),
    ],
)
def test_an_import_that_points_up_is_seen(name: str, source: str) -> None:
    """Under another name, within a function, or as a string."""
    assert _not_allowed(name, _imports_in(_parsed(source)))


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("drivers.cli.status", "from drivers.client.results import BatchResult"),
        ("actors.runtime.ray.runtime", "import ray"),
        ("actors.core.essay", "from contracts.phases import PhaseName"),
        ("actors.runtime.host", "from rays import ray"),
    ],
)
def test_an_import_that_points_down_is_none_of_these(name: str, source: str) -> None:
    """Allowed imports are not reported."""
    assert _not_allowed(name, _imports_in(_parsed(source))) == []


@pytest.mark.parametrize(
    "source",
    [
        "from datetime import datetime\ndatetime.now()",
        "from datetime import datetime as Moment\nMoment.now()",
        "from datetime import datetime\nclock = datetime.now",
        "import datetime as d\nlist(map(d.date.today, ()))",
        "from uuid import uuid4 as drawn\ndrawn()",
        "import uuid\nuuid.uuid1()",
        "print('x')",
        "sorted([], key=id)",
        "with open('x') as file: pass",
    ],
)
def test_clock_chance_and_the_world_are_seen_in_whatever_way_they_are_asked(source: str) -> None:
    """Under another name, passed on, or not even called."""
    assert _impure_in(_parsed(source))


def test_a_type_of_time_is_pure() -> None:
    """So is a time that is passed in."""
    assert not _impure_in(_parsed("from datetime import datetime\ndef f(now: datetime): return now.year"))
    assert not _impure_in(_parsed("from datetime import datetime\nx: datetime"))


def test_a_function_that_is_too_long_is_seen() -> None:
    """A single line too many is enough."""
    longest = "def f():\n" + "    pass\n" * 39
    assert _too_long(_parsed(longest)) == {}
    assert _too_long(_parsed(longest + "    pass\n")) == {"f": 41}


def test_a_relative_import_is_seen() -> None:
    """Its name begins with a dot, by which it is recognised."""
    assert [*_imports_in(_parsed("from . import x\nfrom ..y import z"))] == ["..x", "..y.z"]
