"""What a fork server imports for its workers, and how they get it: see ``fork_server.py``."""

import contextlib
import gc
import importlib
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any, Final

from typing_extensions import override

OURS: Final = ("contracts", "actors", "drivers")
OF_RAY: Final = (
    "ray._private.workers.default_worker",
    "ray._common.usage.usage_lib",
    "ray.util.metrics",
    "ray.util.serialization_addons",
)
"""What every worker imports to connect to Ray."""
OF_OTHERS: Final = ("ray._common.pydantic_compat", "pydantic.v1.fields", "starlette.datastructures")
"""What a worker imports, if installed, to tell Ray how to pickle it: half of a forked worker's start-up otherwise."""
OF_OURS: Final = "actors.runtime.ray.runtime"
"""A module that imports everything that the processes of a batch import."""


def preload() -> None:
    """Import the modules to be shared, without other effects on this process.

    Raises:
        ImportError: a module of Ray cannot be imported.
        RuntimeError: a thread is running, which a fork would lose.
    """
    with _environment_restored():
        for name in OF_RAY:
            importlib.import_module(name)
        for name in (*OF_OTHERS, OF_OURS):
            with contextlib.suppress(ImportError):  # a job's own virtual environment may have nothing but Ray
                importlib.import_module(name)
    Preloaded(OURS).withdraw()
    if (threads := len(os.listdir("/proc/self/task"))) > 1:  # noqa: PTH208
        raise RuntimeError(f"{threads} threads run after the imports")
    gc.collect()
    gc.freeze()  # the collector writes to objects that it scans, and memory that is written is no longer shared


@contextlib.contextmanager
def _environment_restored() -> Iterator[None]:
    environment = dict(os.environ)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(environment)


class Preloaded(MetaPathFinder, Loader):
    """Offers modules that were imported before the fork, if an import now would load exactly the same files.

    When a worker connects, Ray puts the path of the job's driver before all others: another version of the code found
    there must win over what the server has loaded. So must files that have changed since.
    """

    def __init__(self, packages: Sequence[str]) -> None:
        self._modules = {name: each for name, each in sys.modules.items() if name.partition(".")[0] in packages}
        self._origins = {name: self._modules[name].__file__ for name in packages if name in self._modules}
        self._stamps = {file: _stamp(file) for each in self._modules.values() if (file := each.__file__)}
        self._wanted: bool | None = None

    def withdraw(self) -> None:
        """Take the modules out of ``sys.modules``; from now on, they are offered."""
        for name in self._modules:
            del sys.modules[name]
        sys.meta_path.insert(0, self)

    @override
    def find_spec(self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None) -> Any:
        if fullname not in self._modules or not self._are_wanted():
            return None
        # All others come with it: what they refer to in each other is pickled by name only if those modules are known.
        modules, self._modules = self._modules, {}
        module = modules.pop(fullname)
        for name, each in modules.items():
            sys.modules.setdefault(name, each)
        return ModuleSpec(fullname, self, loader_state=(module, module.__spec__))

    def _are_wanted(self) -> bool:
        """Whether an import now would load the same files; for all modules or none, so as not to mix two versions."""
        if self._wanted is None:
            specs = {name: _spec_of_others(self, name, None) for name in self._origins}
            found = {name: spec and spec.origin for name, spec in specs.items()}
            self._wanted = found == self._origins and all(_stamp(file) == then for file, then in self._stamps.items())
        return self._wanted

    @override
    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        module: ModuleType = spec.loader_state[0]
        return module

    @override
    def exec_module(self, module: ModuleType) -> None:
        """Only restore the module's spec: it was executed when it was first loaded."""
        offered = module.__spec__
        module.__spec__ = offered.loader_state[1] if offered else None


def _stamp(file: str) -> tuple[int, int] | None:
    try:
        found = os.stat(file)  # noqa: PTH116  (hundreds of files, in each worker)
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


def _spec_of_others(finder: MetaPathFinder, name: str, path: Sequence[str] | None) -> ModuleSpec | None:
    """The spec that would be found without this finder."""
    found = (each.find_spec(name, path) for each in sys.meta_path if each is not finder)
    return next((spec for spec in found if spec is not None), None)


class AfterImport(MetaPathFinder):
    """Calls ``done`` once a module has been imported."""

    def __init__(self, name: str, done: Callable[[], None]) -> None:
        self._name = name
        self._done = done
        sys.meta_path.insert(0, self)

    @override
    def find_spec(self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None) -> Any:
        spec = _spec_of_others(self, fullname, path) if fullname == self._name else None
        if spec is not None and spec.loader is not None:
            spec.loader.exec_module = self._then_done(spec.loader.exec_module)  # type: ignore[assignment, method-assign]
        return spec

    def _then_done(self, execute: Callable[[ModuleType], None]) -> Callable[[ModuleType], None]:
        def executed(module: ModuleType) -> None:
            execute(module)
            self._done()

        return executed


def wait_for_arrow() -> None:
    """Make Ray register its serializers for Arrow's tables once Arrow is imported, instead of importing it for them.

    If Arrow is installed, importing it would be most of a forked worker's start-up time and memory. It cannot be
    imported before the fork, because it starts a thread.
    """
    from ray._private import arrow_serialization  # noqa: PLC0415

    register: Callable[[Any], None] = arrow_serialization._register_custom_datasets_serializers  # noqa: SLF001
    contexts: list[Any] = []

    def register_all() -> None:
        for context in contexts:
            register(context)

    def when_imported(context: Any) -> None:
        contexts.append(context)
        if "pyarrow" in sys.modules:
            register(context)

    arrow_serialization._register_custom_datasets_serializers = when_imported  # noqa: SLF001
    AfterImport("pyarrow", register_all)
