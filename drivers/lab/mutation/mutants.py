"""The mutants of a module: what ``mutmut`` would change in its functions, one change at a time.

Its operators are used as they are, with two exceptions: a string has one mutant instead of three, and the bodies of
decorated functions are mutated too, because here functions are not replaced by other functions.
"""

import difflib
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, Final, NamedTuple

import libcst as cst
from libcst.metadata import MetadataWrapper
from mutmut.mutation.file_mutation import Mutation, MutationVisitor, deep_replace
from mutmut.mutation.mutators import mutation_operators, operator_string
from mutmut.mutation.pragma_handling import IgnoredCode
from typing_extensions import override


class Change(NamedTuple):
    """A mutant's identity, which stays the same if the code moves: the lines it removes, and those it adds."""

    file: str
    function: str
    before: str
    after: str


class Mutant(NamedTuple):
    """A module's source with one change, in the function with this qualified name."""

    file: Path
    source: str
    change: Change
    diff: str


class _Visitor(MutationVisitor):
    @override
    def _skip_node_and_children(self, node: cst.CSTNode) -> bool:
        if isinstance(node, cst.FunctionDef):
            return False
        # Defaults and decorators are evaluated before a function is called, so they are not mutated here.
        return isinstance(node, cst.Decorator | cst.Parameters) or super()._skip_node_and_children(node)


def _one_string(node: cst.BaseString) -> Iterable[cst.BaseString]:
    return islice(operator_string(node), 1)


_OPERATORS: Final = [(kind, _one_string if kind is cst.BaseString else make) for kind, make in mutation_operators]


def mutants_of(file: Path, root: Path) -> Iterator[Callable[[], Mutant]]:
    """Functions that make the mutants of a module, in the order of its source (a sample need not make them all)."""
    source, name = file.read_text(encoding="utf-8"), str(file.relative_to(root))
    visitor = _Visitor(_OPERATORS, IgnoredCode(set(), set(), set()))
    module = MetadataWrapper(cst.parse_module(source)).visit(visitor)
    functions = dict(_functions(module.body, ""))
    for mutation in visitor.mutations:
        function = functions.get(mutation.contained_by_top_level_function)
        if function is not None:
            yield partial(_mutant, file, name, source, function, module, mutation)


def _functions(body: Sequence[cst.CSTNode], prefix: str) -> Iterator[tuple[Any, str]]:
    for node in body:
        if isinstance(node, cst.FunctionDef):
            yield node, prefix + node.name.value
        elif isinstance(node, cst.ClassDef) and not prefix:
            yield from _functions(node.body.body, f"{node.name.value}.")


def _mutated(module: cst.Module, mutation: Mutation) -> str:
    changed = deep_replace(module, mutation.original_node, mutation.mutated_node)
    assert isinstance(changed, cst.Module)  # noqa: S101  (a module stays one)
    code: str = changed.code
    return code


def _mutant(file: Path, name: str, before: str, function: str, module: cst.Module, mutation: Mutation) -> Mutant:
    after = _mutated(module, mutation)
    lines = [*difflib.unified_diff(before.splitlines(), after.splitlines(), name, name, n=2, lineterm="")]
    gone, come = ([line[1:].strip() for line in lines[2:] if line.startswith(sign)] for sign in "-+")
    return Mutant(file, after, Change(name, function, " ".join(gone), " ".join(come)), "\n".join(lines[2:]))
