"""What the package says about licences is true of its contents and of its dependencies."""

import re
import tomllib
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = [extra for extra in PROJECT["optional-dependencies"] if extra != "dev"]
OF_EXTRAS = [each for extra in EXTRAS for each in PROJECT["optional-dependencies"][extra]]
REQUIRED = [*PROJECT["dependencies"], *(each for each in OF_EXTRAS if not each.startswith(PROJECT["name"]))]
LICENCES = (ROOT / "LICENCES.md").read_text(encoding="utf-8")


def test_the_data_files_licences_stand_beside_that_of_the_code() -> None:
    """The files that give credit are in the package."""
    assert set(PROJECT["license"].split(" AND ")) == {"Apache-2.0", "CC-BY-4.0", "CC-BY-SA-4.0"}
    assert all((ROOT / file).is_file() for file in PROJECT["license-files"])
    sources = (ROOT / "actors/phases/spellcheck/data/SOURCES.md").read_text(encoding="utf-8")
    named = {f"CC-{kind.replace(' ', '-')}" for kind in re.findall(r"CC (BY(?:-SA)? 4\.0)", sources)}
    assert named == {"CC-BY-4.0", "CC-BY-SA-4.0"}


@pytest.mark.parametrize("requirement", REQUIRED)
def test_a_new_major_version_of_a_dependency_is_not_taken_unseen(requirement: str) -> None:
    """Each dependency has an upper bound."""
    assert "<" in requirement


@pytest.mark.parametrize("requirement", REQUIRED)
def test_a_dependency_with_a_duty_to_share_is_named(requirement: str) -> None:
    """Anyone who passes the program on has to know about it."""
    name = re.split(r"[\[<>=]", requirement)[0]
    try:
        found = metadata(name)
    except PackageNotFoundError:
        pytest.skip(f"{name} is not installed")
    kinds = [*found.get_all("License-Expression", []), *found.get_all("License", [])]
    said = " ".join(kind[:60] for kind in kinds)
    said += " ".join(each for each in found.get_all("Classifier", []) if each.startswith("License"))
    if re.search(r"GPL|Mozilla|\bMPL", said):
        assert name in LICENCES
