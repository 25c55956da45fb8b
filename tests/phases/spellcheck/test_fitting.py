"""What must hold for the fitted weights, and how the sets they come from are read."""

from pathlib import Path

import pytest

from actors.phases.spellcheck.ranker import Weights
from drivers.lab.spelling_sets import mitton_list


@pytest.mark.parametrize("seen", [1, 3, 10])
def test_a_correction_that_is_known_by_heart_is_never_held_against_itself(seen: int) -> None:
    """However seldom a misspelling was seen with its correction, that counts for the correction."""
    weights = Weights.load("en").features
    assert weights.get("known pair", 0.0) + weights.get("known pair, often", 0.0) * seen / 10 > 0


def test_a_list_of_misspellings_is_one_text(tmp_path: Path) -> None:
    """If a misspelling is listed under two words, leaving out one pair must not leave the other as evidence."""
    listed = tmp_path / "list.dat"
    listed.write_text("$calendar\ncalender\n$colander\ncalender\n", encoding="utf-8")
    assert {pair.group for pair in mitton_list(listed)} == {"list"}
