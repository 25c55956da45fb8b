"""Values for shell completion. Imports happen inside the functions, because most calls complete nothing."""

from collections.abc import Iterable, Iterator
from contextlib import suppress


def known_batches(incomplete: str) -> Iterator[str]:
    """Batches in the default results folder whose names begin with ``incomplete``."""
    from actors.stores.store import StoreError  # noqa: PLC0415
    from drivers.cli.locating import all_batches  # noqa: PLC0415
    from drivers.client.errors import RequestError  # noqa: PLC0415

    with suppress(RequestError, StoreError):
        yield from (name for _, line in all_batches(None, None) if (name := line.batch_id).startswith(incomplete))


def known_phases(incomplete: str) -> Iterator[str]:
    """Phases; the last one of a comma-separated list is completed."""
    from contracts import phase_registry  # noqa: PLC0415

    before, comma, last = incomplete.rpartition(",")
    had = before.split(",")
    offered = (phase for phase in phase_registry.known_phases() if phase.startswith(last) and phase not in had)
    yield from (f"{before}{comma}{phase}" for phase in offered)


def known_pipelines(incomplete: str) -> Iterator[str]:
    """Named pipelines, and phases."""
    from drivers.client.pipelines import BUILT_IN  # noqa: PLC0415

    yield from _beginning(incomplete, [*BUILT_IN, *_own_pipelines()])
    yield from known_phases(incomplete)


def known_topics(incomplete: str) -> Iterator[str]:
    """The events that are published, by name and by topic."""
    from contracts.events import EVENTS  # noqa: PLC0415

    published = [(event, row) for event, row in EVENTS.items() if row.payload is not None]
    yield from _beginning(incomplete, [event.value for event, _ in published])
    yield from _beginning(incomplete, [row.topic for _, row in published])


def known_guides(incomplete: str) -> Iterator[str]:
    """The guides."""
    from drivers.cli.guide import guides  # noqa: PLC0415

    yield from _beginning(incomplete, guides())


def _own_pipelines() -> Iterable[str]:
    from drivers.cli.settings import read_settings  # noqa: PLC0415
    from drivers.cli.settings_file import file_in_use  # noqa: PLC0415
    from drivers.client.errors import RequestError  # noqa: PLC0415
    from drivers.client.pipelines import pipelines_in  # noqa: PLC0415

    with suppress(RequestError):
        file = file_in_use(None)
        return list(pipelines_in(read_settings(file).get("pipelines", {}))) if file else []
    return []


def _beginning(incomplete: str, names: Iterable[str]) -> Iterator[str]:
    return (name for name in names if name.startswith(incomplete))
