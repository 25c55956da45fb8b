"""Handouts as a learning platform takes them up: one archive, in which each is named as its essay was."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from drivers.intake.platforms import feedback_name

_ENDINGS = (".docx", ".html")  # the first that there is


def write_archives(files: Mapping[str, str], handouts: Path, out: Path) -> list[Path]:
    """An archive of feedback files for each platform that essays came from; none where they came from no platform.

    ``files`` has the handout's name for each essay's file; the handouts lie in a folder.

    Raises:
        OSError: the folder cannot be written to.
    """
    members: dict[Path, list[tuple[str, Path]]] = {}
    for archive, member, handout in _members(files, handouts):
        members.setdefault(out / archive, []).append((member, handout))
    for archive_path, content in members.items():
        with ZipFile(archive_path, "w", ZIP_DEFLATED) as archive_file:
            for member, handout in content:
                archive_file.write(handout, member)
    return list(members)


def _members(files: Mapping[str, str], handouts: Path) -> Iterator[tuple[str, str, Path]]:
    for file, name in files.items():
        handout = next((path for ending in _ENDINGS if (path := handouts / f"{name}{ending}").is_file()), None)
        wanted = feedback_name(file, handout.suffix) if handout is not None else None
        if handout is not None and wanted is not None:
            yield f"feedback-{wanted[0].lower()}.zip", wanted[1], handout
