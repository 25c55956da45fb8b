"""Zip archives, opened with care: encrypted, broken and exploding ones are refused before they are unpacked."""

import zlib
from datetime import datetime
from io import BytesIO
from typing import Final
from zipfile import BadZipFile, LargeZipFile, ZipFile, ZipInfo

from contracts.failures import ErrorCode
from drivers.intake.encodings import names_decoded
from drivers.intake.model import UnreadableError

ZIP_MARK: Final = b"PK\x03\x04"
EMPTY_ZIP_MARK: Final = b"PK\x05\x06"
_ENCRYPTED_FLAG = 0x1
_UTF8_FLAG = 0x800
_ZIP_ERRORS: Final = (
    BadZipFile,
    LargeZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    OSError,
    RuntimeError,
    ValueError,
)
# Text packs some 3 to 20 times, a worksheet 50; deflate can reach 1,032, and only repetition comes near it.
_MAX_RATIO = 250
_SMALL = 1_000_000


def open_zip(data: bytes) -> ZipFile:
    """Open an archive.

    Raises:
        UnreadableError: it is damaged.
    """
    try:
        return ZipFile(BytesIO(data))
    except _ZIP_ERRORS as error:
        raise UnreadableError(
            ErrorCode.CORRUPT_FILE, "This file is damaged and cannot be opened: ask for it again."
        ) from error


def read_member(archive: ZipFile, member: str | ZipInfo, limit: int) -> bytes:
    """Unpack one member of at most ``limit`` bytes (its declared size, beyond which ``zipfile`` does not read).

    Raises:
        UnreadableError: it is encrypted, damaged, absent or too large.
    """
    try:
        info = archive.getinfo(member) if isinstance(member, str) else member
    except KeyError as error:
        raise UnreadableError(ErrorCode.CORRUPT_FILE, "A part of this file is missing: ask for it again.") from error
    if info.flag_bits & _ENCRYPTED_FLAG:
        raise UnreadableError(
            ErrorCode.ENCRYPTED_FILE, "This file is protected with a password: ask for it without one."
        )
    refuse_bomb(info, limit)
    try:
        return archive.read(info)
    except _ZIP_ERRORS as error:
        raise UnreadableError(
            ErrorCode.CORRUPT_FILE, "This file is damaged and cannot be unpacked: ask for it again."
        ) from error


def refuse_bomb(info: ZipInfo, limit: int) -> None:
    """Refuse a member that would be larger than ``limit``, or that is packed as tightly as only a trap is."""
    tight = info.file_size > _SMALL and info.file_size > _MAX_RATIO * max(info.compress_size, 1)
    if tight:
        raise UnreadableError(ErrorCode.ARCHIVE_BOMB, "This file would unpack to an absurd size, and was not opened.")
    if info.file_size > limit:
        raise UnreadableError(ErrorCode.FILE_TOO_LARGE, f"This file unpacks to more than {limit // 1_000_000} MB.")


def total_size(archive: ZipFile) -> int:
    """What all members take when unpacked, in bytes."""
    return sum(info.file_size for info in archive.infolist())


def member_names(archive: ZipFile) -> dict[ZipInfo, str]:
    """The members' names, in whatever encoding the program wrote them that made the archive.

    Only UTF-8 has a flag that says so, which macOS forgets; ``zipfile`` reads all others as code page 437. Some
    programs for Windows separate folders as Windows does.
    """
    infos = archive.infolist()
    old = [info for info in infos if not info.flag_bits & _UTF8_FLAG]
    decoded = names_decoded([info.filename.encode("cp437", "replace") for info in old])
    names = {info: info.filename for info in infos} | dict(zip(old, decoded, strict=True))
    return {info: name.replace("\\", "/") for info, name in names.items()}


def moment_of(info: ZipInfo) -> float:
    """When a member was changed, as far as its archive says it."""
    try:
        return datetime(*info.date_time).timestamp()  # noqa: DTZ001  (archives know no time zones)
    except (ValueError, OverflowError):
        return 0.0
