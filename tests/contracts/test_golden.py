"""Golden files pin the shape of every message: what other systems have on disk must stay readable."""

from collections.abc import Iterator
from typing import Any

import pytest

from contracts.base import Contract
from tests.contracts.examples import EXAMPLES
from tests.contracts.golden import COMMAND, FOLDER, golden_file, golden_json


def _models(base: type[Contract]) -> Iterator[type[Contract]]:
    for model in base.__subclasses__():
        yield from (model, *_models(model))


def _empties(value: Any, path: str) -> Iterator[str]:
    if value is None or value in ("", [], {}):
        yield path
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in children:
        yield from _empties(child, f"{path}.{key}")


@pytest.mark.parametrize("name", EXAMPLES)
def test_what_was_written_once_can_be_read_for_ever(name: str) -> None:
    """If a golden file is refused, old messages are, too: add a V2 beside the model instead."""
    again = type(EXAMPLES[name]).model_validate_json(golden_file(name).read_text(encoding="utf-8"))
    assert isinstance(again, Contract)


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_message_has_the_shape_of_its_golden_file(name: str) -> None:
    """No change of shape goes unnoticed; an intended one updates the file."""
    assert golden_json(EXAMPLES[name]) == golden_file(name).read_text(encoding="utf-8"), (
        f"The shape of {name} has changed. Meant, and a field added with a default? Then run `{COMMAND}`. "
        "Anything else is a V2 beside it."
    )


def test_every_versioned_model_has_an_example() -> None:
    """A message without an example could change its shape unnoticed."""
    versioned = {model.__name__ for model in _models(Contract) if model.__name__[-2:] in {"V1", "V2"}}
    assert versioned <= set(EXAMPLES), "add it to tests/contracts/examples.py"


def test_no_golden_file_is_left_behind() -> None:
    """A file without a model pins nothing."""
    assert {file.stem for file in FOLDER.glob("*.json")} == set(EXAMPLES)


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_leaves_nothing_empty(name: str) -> None:
    """An empty list pins nothing of its items; a null is allowed only among free-form facts."""
    free = {"details.quota.of", "metrics.mtld"}
    empty = {path.removeprefix(".") for path in _empties(EXAMPLES[name].model_dump(mode="json"), "")}
    assert {path for path in empty if not path.endswith(tuple(free))} == set()
