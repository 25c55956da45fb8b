"""Where essays come from: files, folders with all that is in them, and archives."""

import os
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Final

from contracts.failures import ErrorCode
from drivers.client.errors import RequestError
from drivers.intake.intake_report import LeftOut, Why
from drivers.intake.kinds import TABLE_ENDINGS
from drivers.intake.model import Limits, UnreadableError
from drivers.intake.plain import label
from drivers.intake.zips import ZIP_MARK, member_names, moment_of, open_zip, read_member, total_size

_SYSTEMS_OWN: Final = frozenset({".DS_Store", ".directory", ".localized", ".Trashes", ".Spotlight-V100", ".fseventsd"})
_NOT_ESSAYS: Final = frozenset({"__macosx", "thumbs.db", "desktop.ini"})


@dataclass(frozen=True, slots=True)
class Source:
    """One file that may hold an essay. ``load`` gives its bytes or raises ``UnreadableError``."""

    file: str
    load: Callable[[], bytes]
    notes: tuple[str, ...] = ()
    modified: float = 0.0


def is_essay_name(path: str) -> bool:
    """Whether a relative path can be an essay: nothing hidden, no lock file, nothing that a system left behind."""
    parts = [part for part in PurePosixPath(path).parts if part != ".."]
    return not any(part.startswith((".", "~$")) or part.casefold() in _NOT_ESSAYS for part in parts)


@dataclass(frozen=True, slots=True)
class Found:
    """The files that may hold essays, and those that are left out, with the reason."""

    sources: tuple[Source, ...]
    left_out: tuple[LeftOut, ...] = ()


def sources_of(paths: Sequence[Path], limits: Limits, ignore: Collection[Path] = ()) -> Found:
    """Each file under ``paths`` once, although it may be reached in two ways (which its notes then say).

    A link that leads out of ``paths`` is not followed: what is there was not given.

    Raises:
        RequestError: a path does not exist, or a folder has no file that could be an essay.
    """
    ignored = {os.path.realpath(path) for path in ignore}
    roots = tuple(os.path.realpath(path) for path in paths)
    found: dict[str, Source] = {}
    left_out: list[LeftOut] = []
    for path in paths:
        base = path.name if len(paths) > 1 else ""
        files = _files_of(path, _Walk(roots))
        left_out += [LeftOut(label(_relative(file, path, base)), why, _REASONS[why]) for file, why in files.left_out]
        for file in sorted(files.found, key=Path.is_symlink):  # a file is called by its own name, if it has one here
            real, name = os.path.realpath(file), label(_relative(file, path, base))  # (Path.resolve raises in circles)
            if real in ignored:
                left_out.append(LeftOut(name, Why.IGNORED, _REASONS[Why.IGNORED]))
            elif real in found:
                found[real] = replace(found[real], notes=("found in two ways, read once",))
            else:
                found[real] = Source(name, partial(_load, file, limits), modified=_modified(file))
    return Found(tuple(found.values()), tuple(dict.fromkeys(left_out)))


_REASONS: Final = {
    Why.LINK_LEADS_OUT: "a link to somewhere outside of what was given",
    Why.HIDDEN: "hidden",
    Why.IGNORED: "named as no essay",
}


def _modified(file: Path) -> float:
    try:
        return file.stat().st_mtime
    except OSError:
        return 0.0


def _relative(file: Path, given: Path, base: str) -> str:
    return PurePosixPath(base, file.relative_to(given)).as_posix() if file != given else file.name


class _Walk:
    """A walk through given folders that does not leave them; each folder once, although links may lead in a circle."""

    def __init__(self, roots: Sequence[str]) -> None:
        self._roots = roots
        self._seen: set[str] = set()
        self.found: list[Path] = []
        self.left_out: list[tuple[Path, Why]] = []

    def through(self, folder: Path) -> None:
        self._seen.add(os.path.realpath(folder))
        for place, folders, names in os.walk(folder, onerror=self._closed, followlinks=True):
            folders[:] = [name for name in sorted(folders) if self._enters(Path(place, name))]
            for name in names:
                self._file(Path(place, name))

    def _closed(self, error: OSError) -> None:
        self.found.append(Path(error.filename))

    def _enters(self, folder: Path) -> bool:
        real = os.path.realpath(folder)
        if real in self._seen or not is_essay_name(folder.name):
            if folder.name.startswith(".") and folder.name not in _SYSTEMS_OWN:
                self.left_out.append((folder, Why.HIDDEN))
            return False
        if not self._is_inside(real):
            self.left_out.append((folder, Why.LINK_LEADS_OUT))
            return False
        self._seen.add(real)
        return True

    def _file(self, file: Path) -> None:
        if not is_essay_name(file.name):
            if file.name.startswith(".") and not file.name.startswith(("._", ".~")) and file.name not in _SYSTEMS_OWN:
                self.left_out.append((file, Why.HIDDEN))
        elif file.is_symlink() and file.exists() and not self._is_inside(os.path.realpath(file)):
            self.left_out.append((file, Why.LINK_LEADS_OUT))
        else:
            self.found.append(file)

    def _is_inside(self, real: str) -> bool:
        return any(real == root or real.startswith(root.rstrip(os.sep) + os.sep) for root in self._roots)


def _files_of(path: Path, walk: _Walk) -> _Walk:
    if not os.path.lexists(path):
        raise RequestError(f"There is no file or folder {path}: check the spelling of its name.")
    if not path.is_dir():
        walk.found.append(path)
        return walk
    walk.through(path)
    if not walk.found:
        out = " (it has links to other places, which are not followed)" if walk.left_out else ""
        raise RequestError(f"There are no essays in the folder {path}{out}: put the essays into it as files.")
    return walk


def _load(file: Path, limits: Limits) -> bytes:
    if not file.is_file():  # a pipe or a device would be waited for, perhaps for ever
        raise UnreadableError(
            ErrorCode.FILE_UNREADABLE, "This is not an ordinary file, or it is a folder that could not be opened."
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
    names = member_names(archive)
    infos = [info for info in archive.infolist() if not info.is_dir() and is_essay_name(names[info])]
    if len(infos) > limits.archive_members:
        raise UnreadableError(
            ErrorCode.ARCHIVE_BOMB,
            f"This archive has more than {limits.archive_members:,} files, and was not opened: split it up.",
        )
    if total_size(archive) > limits.archive_bytes:
        raise UnreadableError(
            ErrorCode.ARCHIVE_BOMB,
            f"This archive would unpack to more than {limits.archive_bytes // 1_000_000} MB, and was not opened: "
            "if you trust it, unpack it yourself and give the folder.",
        )
    for info in sorted(infos, key=lambda info: names[info]):
        name = f"{file}/{label(names[info])}"
        load = partial(read_member, archive, info, _most_bytes(name, limits))
        yield Source(name, load, modified=moment_of(info))
