"""``python -m tests.contracts.golden``: rewrite every message's golden file after an intended change of shape.

The only acceptable change is a new field with a default. Anything else is a new model (``...V2``) beside the old one,
whose file stays.
"""

from pathlib import Path
from typing import Final

from contracts.base import Contract
from tests.contracts.examples import EXAMPLES

FOLDER: Final = Path(__file__).with_name("golden")
COMMAND: Final = "python -m tests.contracts.golden"


def golden_file(name: str) -> Path:
    """The golden file of the model ``name``."""
    return FOLDER / f"{name}.json"


def golden_json(example: Contract) -> str:
    """An example as it goes over the wire, indented for people."""
    return example.model_dump_json(indent=2) + "\n"


def main() -> None:
    """Write all golden files."""
    for name, example in EXAMPLES.items():
        golden_file(name).write_text(golden_json(example), encoding="utf-8")


if __name__ == "__main__":
    main()
