"""The students' names, kept in ``students.json`` beside a batch's results.

Not in the store: what works on essays has no need of them.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from drivers.intake import kept_by_batch

FILE: Final = "students.json"


def keep(out: Path, batch_id: str, students: Mapping[str, str]) -> None:
    """Write the names of a batch's students into its output folder, beside those of other batches there.

    Raises:
        OSError: the folder cannot be written to.
    """
    kept_by_batch.keep(out / FILE, batch_id, dict(students))


def kept(out: Path, batch_id: str) -> Mapping[str, str]:
    """The students of a batch by essay id, as far as they were kept in this folder."""
    return kept_by_batch.kept(out / FILE, batch_id)
