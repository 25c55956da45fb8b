"""Where essays come from: files, folders with all that is in them, and archives."""

import os
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Final

from contracts.failures import ErrorCode
from drivers.client.errors import RequestError
from drivers.intake.kinds import TABLE_ENDINGS
from drivers.intake.model import Limits, UnreadableError
from drivers.intake.plain import label
from drivers.intake.zips import ZIP_MARK, member_name, open_zip, read_member, total_size

_NOT_ESSAYS: Final = frozenset({"__macosx", "thumbs.db", "desktop.ini"})


@dataclass(frozen=True, slots=True)
class Source:
    """One file that may hold an essay. ``load`` gives its bytes or raises ``UnreadableError``."""

    file: str
    load: Callable[[], bytes]
    notes: tuple[str, ...] = ()


def is_essay_name(path: str) -> bool:
    """Whether a relative path can be an essay: nothing hidden, no lock file, nothing that a system left behind."""
    parts = [part for part in PurePosixPath(path).parts if part != ".."]
    return not any(part.startswith((".", "~$")) or part.casefold() in _NOT_ESSAYS for part in parts)


def sources_of(paths: Sequence[Path], limits: Limits, ignore: Collection[Path] = ()) -> list[Source]:
    """Each file under ``paths`` once, although it may be reached in two ways (which its notes then say).

    Raises:
        RequestError: a path does not exist, or a folder has no file that could be an essay.
    """
    ignored = {os.path.realpath(path) for path in ignore}
    found: dict[str, Source] = {}
    for path in paths:
        base = path.name if len(paths) > 1 else ""
        for file in sorted(
            _files_of(path), key=Path.is_symlink
        ):  # a file is called by its own name, if it has one here
            real = os.path.realpath(file)  # (Path.resolve raises where links lead in a circle)
            if real in found:
                found[real] = replace(found[real], notes=("found in two ways, read once",))
            elif real not in ignored:
                found[real] = Source(label(_relative(file, path, base)), partial(_load, file, limits))
    return list(found.values())


def _relative(file: Path, given: Path, base: str) -> str:
    return PurePosixPath(base, file.relative_to(given)).as_posix() if file != given else file.name


def _files_of(path: Path) -> list[Path]:
    if not os.path.lexists(path):
        raise RequestError(f"There is no file or folder {path}: check the spelling of its name.")
    if not path.is_dir():
        return [path]
    files = _files_under(path)
    if not files:
        raise RequestError(f"There is no essay in the folder {path}: put the essays into it as files.")
    return files


def _files_under(folder: Path) -> list[Path]:
    closed: list[OSError] = []
    found = [Path(place, name) for place, names in _walk(folder, closed.append) for name in names]
    found += [Path(error.filename) for error in closed]
    return [file for file in found if is_essay_name(file.relative_to(folder).as_posix())]


def _walk(folder: Path, on_error: Callable[[OSError], None]) -> Iterator[tuple[str, list[str]]]:
    """Each folder below, also behind links, and the files in it; once, although links may lead in a circle."""
    seen = {os.path.realpath(folder)}
    for place, folders, names in os.walk(folder, onerror=on_error, followlinks=True):
        yield place, names
        real = {name: os.path.realpath(Path(place, name)) for name in sorted(folders)}
        folders[:] = [name for name, target in real.items() if target not in seen]
        seen.update(real.values())


def _load(file: Path, limits: Limits) -> bytes:
    if not file.is_file():  # a pipe or a device would be waited for, perhaps for ever
        raise UnreadableError(
            ErrorCode.FILE_UNREADABLE, "This is no ordinary file, or a folder that could not be opened."
        )
    try:
        return _bounded(file, limits)
    except OSError as error:
        raise UnreadableError(
            ErrorCode.FILE_UNREADABLE, f"This file could not be opened ({error.strerror})."
        ) from error


def _bounded(file: Path, limits: Limits) -> bytes:
    with file.open("rb") as stream:
        limit = limits.archive_bytes if stream.read(len(ZIP_MARK)) == ZIP_MARK else _most_bytes(file.name, limits)
        stream.seek(0)
        data = stream.read(limit + 1)
    if len(data) > limit:
        raise UnreadableError(
            ErrorCode.FILE_TOO_LARGE, f"This file is larger than {limit // 1_000_000} MB, which no essay is."
        )
    return data


def _most_bytes(name: str, limits: Limits) -> int:
    """A table may hold a whole school."""
    return limits.table_bytes if PurePosixPath(name).suffix.casefold() in TABLE_ENDINGS else limits.file_bytes


def members_of(file: str, data: bytes, limits: Limits) -> Iterator[Source]:
    """The files in an archive that may be essays.

    Raises:
        UnreadableError: the archive is damaged, or larger than any class is.
    """
    archive = open_zip(data)
    infos = [info for info in archive.infolist() if not info.is_dir() and is_essay_name(member_name(info))]
    if len(infos) > limits.archive_members:
        raise UnreadableError(
            ErrorCode.ARCHIVE_BOMB,
            f"This archive holds more than {limits.archive_members:,} files, and was not opened: divide it.",
        )
    if total_size(archive) > limits.archive_bytes:
        raise UnreadableError(
            ErrorCode.ARCHIVE_BOMB,
            f"This archive would unpack to more than {limits.archive_bytes // 1_000_000} MB, and was not opened: "
            "unpack it yourself, if you trust it, and give its folder.",
        )
    for info in sorted(infos, key=member_name):
        name = f"{file}/{label(member_name(info))}"
        yield Source(name, partial(read_member, archive, info, _most_bytes(name, limits)))
