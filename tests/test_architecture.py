"""The architecture, checked: imports point down, one package knows Ray, and all fits on a screen."""

import ast
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
OURS = ("contracts", "actors", "drivers")
SOURCES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for folder in OURS
    for path in sorted((ROOT / folder).rglob("*.py"))
}

# What a part of the house may import of the house; the first part that a module is in counts. Imports point down.
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
    "actors": ["contracts", "actors"],  # who may know a runtime, see below
    "drivers": ["contracts", "actors", "drivers"],
}
# The core has no clock, no chance, no I/O: what it may import besides the house is written out.
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
IMPURE_CALLS = {"now", "utcnow", "today", "uuid1", "uuid4", "open", "print", "input", "id", "hash", "getenv"}
KNOWS_RAY = "actors.runtime.ray"


@cache
def _nodes(name: str) -> tuple[ast.AST, ...]:
    return tuple(ast.walk(ast.parse(SOURCES[name].read_text(encoding="utf-8"))))


def _imports(name: str) -> Iterator[str]:
    """Every module that a module imports, also inside its functions; ``from x import y`` as ``x.y``."""
    for node in _nodes(name):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{'.' * node.level}{node.module}.{alias.name}" for alias in node.names)


def _is_in(name: str, *packages: str) -> bool:
    return any(name == package or name.startswith(f"{package}.") for package in packages)


def _modules_of(package: str) -> list[str]:
    return [name for name in SOURCES if _is_in(name, package)]


def _foreign_roots(package: str) -> set[str]:
    """The top-level modules that a package imports from outside the house."""
    return {name.split(".")[0] for module in _modules_of(package) for name in _imports(module)} - set(OURS)


def _functions() -> Iterator[tuple[str, int]]:
    """Every function with its length in lines, its docstring included."""
    for name in SOURCES:
        for node in _nodes(name):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno is not None:
                yield f"{name}.{node.name}", node.end_lineno - node.lineno + 1


def test_imports_point_down() -> None:
    """Drivers see the actors, actors the core, and all the contracts; never the other way round."""
    for name in SOURCES:
        allowed = next(parts for package, parts in MAY_IMPORT.items() if _is_in(name, package))
        ours = [imported for imported in _imports(name) if _is_in(imported, *OURS)]
        assert [imported for imported in ours if not _is_in(imported, *allowed)] == [], f"in {name}"


# What a room of the drivers may not import: the command line is a client of all others, and nobody's library.
MAY_NOT_IMPORT = {
    "drivers.client": ["drivers.cli", "drivers.lab"],
    "drivers.intake": ["drivers.cli", "drivers.lab", "drivers.client.engine"],
    "drivers.report": ["drivers.cli", "drivers.lab"],
    "drivers.judging": ["drivers.cli", "drivers.lab"],
    "drivers.testing": ["drivers.cli", "drivers.lab"],
    "drivers.cli": ["drivers.lab"],
}


def test_nobody_imports_the_command_line_but_its_commands() -> None:
    """The programs of the lab are commands as well; that a command is one of theirs, its table says by name."""
    for room, others in MAY_NOT_IMPORT.items():
        for name in _modules_of(room):
            assert [each for each in _imports(name) if _is_in(each, *others)] == [], f"in {name}"


def test_the_client_is_there_without_pages_and_without_judging() -> None:
    """It imports them where they are asked for: templates and plots load slowly, and may not be installed."""
    for name in _modules_of("drivers.client"):
        tree = ast.parse(SOURCES[name].read_text(encoding="utf-8"))
        at_once = [f"{node.module}" for node in tree.body if isinstance(node, ast.ImportFrom)]
        assert [each for each in at_once if _is_in(each, "drivers.report", "drivers.judging")] == [], f"in {name}"


def test_actors_do_not_know_where_they_run() -> None:
    """Only drivers choose a runtime; the simulation is one."""
    others = [name for name in _modules_of("actors") if not _is_in(name, "actors.runtime", "actors.simulation")]
    assert {name for name in others for imported in _imports(name) if _is_in(imported, "actors.runtime")} == set()


def test_nothing_that_runs_in_earnest_imports_the_simulation() -> None:
    """It stands on the engine, not under it."""
    others = [name for name in _modules_of("actors") if not _is_in(name, "actors.simulation")]
    assert {name for name in others for imported in _imports(name) if _is_in(imported, "actors.simulation")} == set()


def test_every_import_is_written_out() -> None:
    """A relative one would slip past these tests."""
    assert {name for name in SOURCES for imported in _imports(name) if imported.startswith(".")} == set()


def test_the_contracts_import_the_standard_library_and_pydantic_only() -> None:
    """Whoever speaks to this system needs no more."""
    assert _foreign_roots("contracts") - sys.stdlib_module_names <= {"pydantic"}


def test_the_core_imports_only_what_is_pure() -> None:
    """Decisions are functions: they repeat exactly, and their tests need no mock."""
    assert _foreign_roots("actors.core") <= PURE


def test_the_core_asks_neither_clock_nor_chance_nor_the_world() -> None:
    """Nor through what it may import: ``datetime`` as a type is pure, ``datetime.now`` is not."""
    for name in _modules_of("actors.core"):
        called = [node.func for node in _nodes(name) if isinstance(node, ast.Call)]
        names = {call.attr for call in called if isinstance(call, ast.Attribute)}
        names |= {call.id for call in called if isinstance(call, ast.Name)}
        assert names & IMPURE_CALLS == set(), f"in {name}"


def test_only_the_runtime_on_ray_imports_ray() -> None:
    """Classes are plain Python: the same ones run in process, under simulation and on Ray."""
    knowing = {name for name in SOURCES for imported in _imports(name) if _is_in(imported, "ray")}
    assert knowing
    assert {name for name in knowing if not _is_in(name, KNOWS_RAY)} == set()


def test_a_file_has_at_most_300_lines() -> None:
    """It is read in one go."""
    lines = {name: len(path.read_text(encoding="utf-8").splitlines()) for name, path in SOURCES.items()}
    assert {name: count for name, count in lines.items() if count > 300} == {}


def test_a_function_has_at_most_40_lines() -> None:
    """It fits on a screen."""
    assert {name: length for name, length in _functions() if length > 40} == {}


def test_most_functions_have_less_than_ten_lines() -> None:
    """The median of all."""
    lengths = sorted(length for _, length in _functions())
    assert lengths[len(lengths) // 2] < 10
