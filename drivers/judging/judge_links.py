"""The links by which judges reach the page: one per judge, kept beside the batch's results until it is revoked."""

import secrets
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from drivers.client.errors import RequestError
from drivers.intake import kept_by_batch
from drivers.intake.ids import slug
from drivers.judging.judge_names import LONGEST_NAME, one_line
from drivers.web.tokens import is_same

FILE: Final = "judging.json"
ANYBODY: Final = ""
"""The name of the link for anybody, which asks visitors for their name. For one machine that several people use."""


class JudgeLinks:
    """The links of a batch's judges: who comes with which token. They are the same whenever the page is served again.

    The file is read again when it has changed: a link that is taken back leads nowhere from then on. With
    ``named_only``, the one for anybody leads nowhere either: who has it could speak in every name.
    """

    def __init__(self, folder: Path, batch_id: str, *, named_only: bool = False) -> None:
        self._named_only = named_only
        self._path = folder / FILE
        self._batch_id = batch_id
        self._read_at: object = None
        self._entry: dict[str, Any] = {}

    @property
    def tokens(self) -> Mapping[str, str]:
        """The tokens by judge."""
        return {name: token for name, token in self._all.items() if name != ANYBODY or not self._named_only}

    @property
    def _all(self) -> dict[str, str]:
        found = self._kept().get("tokens")
        return {str(name): str(token) for name, token in found.items()} if isinstance(found, dict) else {}

    @property
    def port(self) -> int:
        """The port at which the page was last served, so that links stay valid; 0 if it never was."""
        port = self._kept().get("port")
        return port if isinstance(port, int) and 0 <= port <= 65535 else 0

    def served_at(self, port: int) -> None:
        """Remember the port."""
        self._keep({**self._kept(), "port": port})

    def invite(self, names: Iterable[str]) -> None:
        """Make a link for each judge who has none.

        Raises:
            RequestError: a name cannot be a judge's.
        """
        tokens = self._all
        for name in names:
            tokens.setdefault(_checked(name), _token(name))
        if tokens != self._all:
            self._keep({**self._kept(), "tokens": tokens})

    def revoke(self, name: str) -> None:
        """Revoke a judge's link. The judge's decisions are kept.

        Raises:
            RequestError: nobody of this name has one.
        """
        tokens = self._all
        if tokens.pop(name, None) is None:
            there = ", ".join(each for each in tokens if each) or "nobody"
            raise RequestError(f"{name!r} has no link to this batch. These judges have one: {there}.")
        self._keep({**self._kept(), "tokens": tokens})

    def visitor_of(self, token: str) -> str | None:
        """The judge to whom this token belongs."""
        return next((name for name, known in self.tokens.items() if is_same(token, known)), None)

    def _kept(self) -> dict[str, Any]:
        changed = self._changed_at()
        if changed != self._read_at:
            self._entry, self._read_at = kept_by_batch.kept(self._path, self._batch_id), changed
        return self._entry

    def _changed_at(self) -> object:
        try:
            found = self._path.stat()
        except OSError:
            return ()
        return found.st_mtime_ns, found.st_size, found.st_ino

    def _keep(self, entry: Mapping[str, Any]) -> None:
        try:
            kept_by_batch.keep(self._path, self._batch_id, dict(entry))
        except OSError as error:
            raise RequestError(f"{self._path} cannot be written: {error.strerror}.") from None
        self._read_at = None


def forget(folder: Path, batch_id: str) -> None:
    """Delete all links of this batch."""
    kept_by_batch.keep(folder / FILE, batch_id, {})


def _checked(name: str) -> str:
    if name != one_line(name) or len(name) > LONGEST_NAME:
        raise RequestError(f"{name!r} cannot be a judge's name: give one line of at most {LONGEST_NAME} letters.")
    return name


def _token(name: str) -> str:
    """Nobody guesses it; its beginning tells whoever sends the links whose is whose."""
    return ".".join(filter(None, [slug(name) if name else "", secrets.token_urlsafe(24)]))
