"""Names of a class list reach no language model that judges."""

import pytest

from contracts.phases import PhaseName
from drivers.cli.run_request import ClassFacts, Wishes
from drivers.client.pipelines import NamedPipeline


@pytest.mark.parametrize(
    ("judge", "hiding"),
    [
        ("features", "features"),
        ("llm", {"kind": "llm", "names": ["Anna Berg"]}),
        ({"kind": "llm", "names": ["Bo"]}, {"kind": "llm", "names": ["Bo", "Anna Berg"]}),
        (["people", "llm"], ["people", {"kind": "llm", "names": ["Anna Berg"]}]),
    ],
)
def test_a_judging_model_is_told_which_names_to_hide(judge: object, hiding: object) -> None:
    """Wherever it stands in the panel; other judges stay as they are."""
    chosen = NamedPipeline(("cj_assessment",), {"cj_assessment": {"judge": judge}})
    facts, wishes = ClassFacts("en", "", "", ""), Wishes((), True, (), "", None)
    order = facts.order("8b", wishes, chosen, ["Anna Berg"])
    assert order.options[PhaseName.CJ_ASSESSMENT]["judge"] == hiding
