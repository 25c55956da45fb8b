"""Feedback by a model on a Ray of a test's own."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from actors.core.retry import Policy
from actors.runtime.activation import Blueprint
from actors.runtime.placement import Placement
from actors.runtime.runtime import Runtime
from drivers.client.bootstrap import SERVICES
from tests.runtime.pipelines import FEEDBACK


@contextmanager
def feedback_on_ray(folder: Path, workers: int) -> Iterator[Runtime]:
    """So many workers, on whatever cores there are, over a store in this folder; essays are packed."""
    from actors.runtime.ray.runtime import RayRuntime

    blueprint = Blueprint(dict(SERVICES), Policy(), workers=workers, warm=(FEEDBACK,))
    url = f"sqlite:///{folder / 'store.db'}"
    ray_runtime = RayRuntime(blueprint, url, placement=Placement(essay_processes=0, starting=1))
    yield ray_runtime
    ray_runtime.shutdown()
