"""Tries mutants in a process that has loaded and collected everything: each gets a fork of it, and runs its own tests.

Functions keep their identity: a mutant's code is put into the existing functions, so that all modules that imported one
have the mutant. Code that runs while a module is imported (constants, defaults) cannot be tried this way.
"""

import gc
import json
import os
import signal
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import StrEnum
from functools import _lru_cache_wrapper, partial
from pathlib import Path
from types import CodeType, FrameType, FunctionType
from typing import Any, NamedTuple

import pytest

from drivers.lab.mutation.mutants import Mutant


class Fate(StrEnum):
    """The result of trying a mutant."""

    KILLED = "killed"
    TIMED_OUT = "timed out"
    SURVIVED = "survived"
    EXPLAINED = "explained"


class Tests(NamedTuple):
    """The tests that call each function (by file and qualified name), and the seconds that each test takes."""

    callers: Mapping[str, Sequence[int]]
    seconds: Sequence[float]

    def of(self, mutant: Mutant) -> list[int]:
        """The numbers of the tests for a mutant, the fastest first."""
        return sorted(
            self.callers.get(_key(str(mutant.file), mutant.change.function), ()), key=self.seconds.__getitem__
        )


def _key(file: str, function: str) -> str:
    return f"{file}:{function}"


class Trial:
    """A pytest plugin that tries mutants instead of running the tests once.

    Args:
        mutants: the mutants to try.
        told: called with each mutant and its fate.
    """

    def __init__(self, mutants: Sequence[Mutant], told: Callable[[Mutant, Fate], None]) -> None:
        self._mutants = mutants
        self._told = told
        self._files = {str(mutant.file) for mutant in mutants}

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Learn which test calls what; then try each mutant."""
        caches = _caches_of(self._files)
        tests = self._learnt(session, caches)
        functions = _functions_of(self._files)
        _forget(caches)  # they were filled while the tests were collected
        for mutant in self._mutants:
            self._told(mutant, _tried(session, mutant, tests, functions))
        return True

    def _learnt(self, session: pytest.Session, caches: "_Caches") -> Tests:
        """Run the tests in a fork, so that mutants find no traces of them, and note which functions each calls."""
        with tempfile.NamedTemporaryFile("r") as notes:
            watch = partial(_watched, session, self._files, caches)
            if _forked(lambda: Path(notes.name).write_text(json.dumps(watch()))) != 0:
                raise pytest.UsageError("these tests fail without any mutant")
            return Tests(*json.load(notes))


def _forked(act: Callable[[], object]) -> int | None:
    """The exit code of a fork that calls ``act``, or None if it ran into its own time limit."""
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        try:
            signal.signal(signal.SIGALRM, signal.SIG_DFL)
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, 1)
            os.dup2(nowhere, 2)
            act()
            os._exit(0)
        except BaseException:  # noqa: BLE001  (a mutant may raise anything, and nothing may escape from the fork)
            os._exit(1)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return None if code == -signal.SIGALRM else code


_Caches = Sequence[Callable[[], None]]


def _caches_of(files: set[str]) -> _Caches:
    """What empties whatever is kept in mind: by ``lru_cache``, or in a dictionary of a module that is empty so far."""
    wrappers = [one for one in gc.get_objects() if type(one) is _lru_cache_wrapper]
    modules = [one for one in sys.modules.values() if getattr(one, "__file__", None) in files]
    of_functions = [
        one.cache_clear
        for one in wrappers
        if (code := getattr(one.__wrapped__, "__code__", None)) and code.co_filename in files
    ]
    return [
        *of_functions,
        *(kept.clear for one in modules for kept in vars(one).values() if type(kept) is dict and not kept),
    ]


def _forget(caches: _Caches) -> None:
    for clear in caches:
        clear()


def _watched(session: pytest.Session, files: set[str], caches: _Caches) -> tuple[dict[str, list[int]], list[float]]:
    """Run all tests, with empty caches; note which tests call each function, and how long each test takes."""
    callers, seconds = defaultdict[str, list[int]](list), []
    for number in range(len(session.items)):
        _forget(caches)
        called: set[CodeType] = set()

        def look(frame: FrameType, event: str, _: Any, called: set[CodeType] = called) -> None:
            if event == "call":
                called.add(frame.f_code)

        threading.setprofile(look)
        sys.setprofile(look)
        begun = time.perf_counter()
        _run(session, number)
        seconds.append(time.perf_counter() - begun)
        sys.setprofile(None)
        for code in called:
            if code.co_filename in files:
                callers[_key(code.co_filename, code.co_qualname.partition(".<locals>")[0])].append(number)
    return {function: sorted(set(numbers)) for function, numbers in callers.items()}, seconds


def _run(session: pytest.Session, number: int) -> None:
    item = session.items[number]
    item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)
    if session.testsfailed:
        raise AssertionError(item.nodeid)


def _tried(session: pytest.Session, mutant: Mutant, tests: Tests, functions: "_Functions") -> Fate:
    numbers = tests.of(mutant)

    def try_it() -> None:
        _plant(mutant, functions)
        for number in numbers:  # each test has its own time limit, so that a mutant that hangs is found soon
            signal.setitimer(signal.ITIMER_REAL, 5 + 10 * tests.seconds[number])
            _run(session, number)

    code = _forked(try_it)
    return Fate.TIMED_OUT if code is None else Fate.KILLED if code else Fate.SURVIVED


_Functions = Mapping[tuple[str, str, int], list[FunctionType]]


def _functions_of(files: set[str]) -> _Functions:
    """All existing functions of these files, by file, qualified name and first line."""
    found = defaultdict[tuple[str, str, int], list[FunctionType]](list)
    for one in gc.get_objects():
        if isinstance(one, FunctionType) and one.__code__.co_filename in files:
            code = one.__code__
            found[code.co_filename, code.co_qualname, code.co_firstlineno].append(one)
    return found


def _plant(mutant: Mutant, functions: _Functions) -> None:
    name, wanted = str(mutant.file), mutant.change.function
    old = [code for code in _codes(compile(mutant.file.read_text("utf-8"), name, "exec")) if code.co_qualname == wanted]
    new = [code for code in _codes(compile(mutant.source, name, "exec")) if code.co_qualname == wanted]
    for before, after in zip(old, new, strict=True):
        for function in functions.get((name, wanted, before.co_firstlineno), ()):
            function.__code__ = after


def _codes(code: CodeType) -> Iterator[CodeType]:
    """The code of a module's functions and methods."""
    for const in code.co_consts:
        if isinstance(const, CodeType):
            yield const
            yield from _codes(const)
