"""Checks what other accounts of this machine can read or change: results, stores, Ray's token and sessions."""

from collections.abc import Iterator
from pathlib import Path

from actors.owner_only import is_open_to_others
from actors.runtime.runtime import RuntimeUnavailableError
from drivers.cli.finding import CheckResult, Finding
from drivers.cli.locating import DEFAULT_FOLDER
from drivers.client.errors import RequestError
from drivers.client.stores import file_of_store


def privacy(store: str | None) -> Iterator[Finding]:
    """Check the files of this program, and those of Ray."""
    yield from _files(store)
    yield from _token()
    yield from _sessions()


def _files(store: str | None) -> Iterator[Finding]:
    """Find files that others can read. New files are private; older ones keep their permissions."""
    file = _store_file(store)
    beside = [] if file is None else sorted(file.parent.glob(f"{file.name}*"))
    below = [DEFAULT_FOLDER, *sorted(DEFAULT_FOLDER.rglob("*"))] if DEFAULT_FOLDER.is_dir() else []
    exposed = [path for path in (*below, *beside) if _is_exposed(path)]
    if not exposed:
        yield Finding("files", CheckResult.GOOD, "no other account can read the results and stores here")
        return
    more = f" and {len(exposed) - 1} more" if len(exposed) > 1 else ""
    where = [str(DEFAULT_FOLDER)] if DEFAULT_FOLDER in exposed or set(exposed) & set(below) else []
    where += [f"{file}*"] if set(exposed) & set(beside) else []
    yield Finding(
        "files",
        CheckResult.EXPOSED,
        f"other accounts can read {exposed[0]}{more}",
        f"chmod -R go= {' '.join(where)}  (new files are private; these are older)",
    )


def _store_file(store: str | None) -> Path | None:
    try:
        return file_of_store(store) if store else None
    except RequestError:
        return None


def _is_exposed(path: Path) -> bool:
    try:
        return not path.is_symlink() and is_open_to_others(path.stat().st_mode)
    except OSError:
        return False


def _token() -> Iterator[Finding]:
    from actors.runtime.ray.private_session import AUTH_MODE, disobeyed_mode, exposed_token  # noqa: PLC0415

    if exposed := exposed_token():
        yield Finding(
            "Ray's token",
            CheckResult.EXPOSED,
            f"other accounts can read or change {exposed}: anyone who has the token can run code in your clusters",
            f"end your clusters and delete {exposed}: a new one, private to this account, will be created"
            if exposed.is_file()
            else f"chmod go= {exposed}",
        )
    else:
        yield Finding("Ray's token", CheckResult.GOOD, "no other account can read it")
    if (mode := disobeyed_mode()) is not None:
        yield Finding(
            "Ray's authentication",
            CheckResult.EXPOSED,
            f"{AUTH_MODE}={mode}: a cluster that you join may not require a token; your own clusters still do",
            f"unset {AUTH_MODE}",
        )


def _sessions() -> Iterator[Finding]:
    from actors.runtime.ray.private_session import TEMPORARY, session_parent  # noqa: PLC0415

    try:
        folder = session_parent()
    except RuntimeUnavailableError as error:
        yield Finding("Ray's sessions", CheckResult.OPTIONAL, str(error), f"set {TEMPORARY}, or use --runtime local")
        return
    yield Finding("Ray's sessions", CheckResult.GOOD, f"are in {folder}, which no other account can open")
