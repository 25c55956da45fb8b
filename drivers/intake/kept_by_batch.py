"""A JSON file beside a batch's results, with an entry for each batch that writes into that folder."""

import json
from pathlib import Path
from typing import Any


def keep(path: Path, batch_id: str, entry: Any) -> None:
    """Write a batch's entry, or take it away where it is empty; a file without entries is deleted.

    Raises:
        OSError: the folder cannot be written to.
    """
    others = {name: each for name, each in _read(path).items() if name != batch_id}
    by_batch = {**others, batch_id: entry} if entry else others
    if by_batch:
        path.write_text(json.dumps(by_batch, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    else:
        path.unlink(missing_ok=True)


def kept(path: Path, batch_id: str) -> dict[str, Any]:
    """The entry of a batch, empty where there is none."""
    return _read(path).get(batch_id, {})


def _read(path: Path) -> dict[str, dict[str, Any]]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    if not isinstance(found, dict):
        return {}
    return {str(name): each for name, each in found.items() if isinstance(each, dict)}
