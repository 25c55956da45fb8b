"""Finding a batch's store, and where its results go."""

from pathlib import Path

import pytest

from drivers.cli.locating import BatchPlace, check_stays, store_urls
from drivers.client.errors import RequestError


def test_a_store_in_memory_cannot_be_looked_at_from_elsewhere() -> None:
    """Such a store is gone with its program."""
    with pytest.raises(RequestError, match="ends with the program"):
        store_urls("memory://", None)


def test_results_go_beside_the_store_unless_another_folder_is_named() -> None:
    """A batch that was run with --out is found by its store alone."""
    assert BatchPlace("b", found="sqlite:///elsewhere/store.db").folder == Path("elsewhere")
    assert BatchPlace("b", found="sqlite:///school.db").folder == Path("results/b")
    assert BatchPlace("b", out=Path("here"), found="sqlite:///elsewhere/store.db").folder == Path("here")


def test_results_are_not_written_to_a_folder_that_ray_deletes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A submitted job runs in Ray's copy of the user's folder, which is deleted when the job has ended."""
    copy = tmp_path / "session/runtime_resources/working_dir_files/_ray_pkg_1"
    copy.mkdir(parents=True)
    monkeypatch.chdir(copy)
    for out in (None, Path("results/8b")):
        with pytest.raises(RequestError, match=r"a copy of your folder, which Ray deletes .* --out"):
            check_stays(out)
    check_stays(tmp_path / "results")
