"""Names on a class list never reach a language model that judges."""

import pytest

from contracts.phases import PhaseName
from drivers.cli.hidden_names import hiding


@pytest.mark.parametrize(
    ("judge", "told"),
    [
        ("features", "features"),
        ("llm", {"kind": "llm", "names": ["Anna Berg"]}),
        ({"kind": "llm", "names": ["Bo"]}, {"kind": "llm", "names": ["Bo", "Anna Berg"]}),
        (["people", "llm"], ["people", {"kind": "llm", "names": ["Anna Berg"]}]),
    ],
)
def test_a_judging_model_is_told_which_names_to_hide(judge: object, told: object) -> None:
    """Wherever the model stands in the panel; other judges are left unchanged."""
    options = hiding(["Anna Berg"], {"cj_assessment": {"judge": judge}})
    assert options[PhaseName.CJ_ASSESSMENT]["judge"] == told
