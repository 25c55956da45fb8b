"""Small files beside a database, for its owner only."""

from pathlib import Path


def replace_file(file: Path, text: str) -> None:
    """Write it in the place of the one that is there: whoever reads sees the old or the new.

    It need not outlive a power cut.

    Raises:
        OSError: it cannot be written.
    """
    draft = file.with_name(file.name + ".tmp")
    draft.touch(mode=0o600)
    draft.write_text(text, encoding="utf-8")
    draft.replace(file)
