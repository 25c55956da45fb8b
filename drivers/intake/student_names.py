"""The students' names, kept in ``students.json`` beside a batch's results.

Not in the store: what works on essays has no need of them.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final

FILE: Final = "students.json"


def keep(out: Path, batch_id: str, students: Mapping[str, str]) -> None:
    """Write the names of a batch's students into its output folder, beside those of other batches there.

    Raises:
        OSError: the folder cannot be written to.
    """
    by_batch = {**_read(out), batch_id: dict(students)} if students else _without(out, batch_id)
    path = out / FILE
    if by_batch:
        path.write_text(json.dumps(by_batch, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    else:
        path.unlink(missing_ok=True)


def kept(out: Path, batch_id: str) -> Mapping[str, str]:
    """The students of a batch by essay id, as far as they were kept in this folder."""
    return _read(out).get(batch_id, {})


def _without(out: Path, batch_id: str) -> dict[str, dict[str, str]]:
    return {name: students for name, students in _read(out).items() if name != batch_id}


def _read(out: Path) -> dict[str, dict[str, str]]:
    try:
        found = json.loads((out / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    if not isinstance(found, dict):
        return {}
    return {str(name): each for name, each in found.items() if isinstance(each, dict)}
