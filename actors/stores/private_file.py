"""Small files beside a database, for its owner only."""

from pathlib import Path


def replace_file(file: Path, text: str) -> None:
    """Replace a file atomically: readers see either the old or the new content.

    It is not synced to disk, so it may not survive a power cut.

    Raises:
        OSError: it cannot be written.
    """
    draft = file.with_name(file.name + ".tmp")
    draft.touch(mode=0o600)
    draft.write_text(text, encoding="utf-8")
    draft.replace(file)
