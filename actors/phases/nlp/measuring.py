"""All metrics of a text: the list of families, and the function that computes them."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from actors.phases.nlp.document import Document
from actors.phases.nlp.families.accuracy import ACCURACY
from actors.phases.nlp.families.cohesion import COHESION
from actors.phases.nlp.families.counts import COUNTS
from actors.phases.nlp.families.diversity import DIVERSITY
from actors.phases.nlp.families.punctuation import PUNCTUATION
from actors.phases.nlp.families.readability import READABILITY
from actors.phases.nlp.families.sophistication import SOPHISTICATION
from actors.phases.nlp.families.structure import STRUCTURE
from actors.phases.nlp.families.syntax import ENTITIES, PARSED_DIVERSITY, SYNTAX
from actors.phases.nlp.lexicon import LANGUAGES
from actors.phases.nlp.metric import Family, Metric, Unmeasured

MODEL_FREE: Final[tuple[Family, ...]] = (
    COUNTS, READABILITY, DIVERSITY, SOPHISTICATION, STRUCTURE, COHESION, PUNCTUATION,
)  # fmt: skip
FAMILIES: Final[tuple[Family, ...]] = (*MODEL_FREE, ACCURACY, SYNTAX, PARSED_DIVERSITY, ENTITIES)

METRICS: Final[Mapping[str, Metric]] = MappingProxyType(
    {metric.name: metric for family in FAMILIES for metric in family}
)


def measure(text: str, language: str) -> dict[str, float | Unmeasured]:
    """Every model-free metric of ``text`` by name, in a fixed order: its value, or the reason why it has none.

    ``language`` is ``en`` or ``sv`` (the region in ``en-GB`` makes no difference). The same text always gives the
    same values, all of them finite. About 100,000 words are measured in a second.

    Raises:
        ValueError: the language is neither English nor Swedish.
    """
    return measure_document(Document(text, base_language(language)), MODEL_FREE)


def measure_document(document: Document, families: Sequence[Family] = FAMILIES) -> dict[str, float | Unmeasured]:
    """The metrics of ``families`` (all by default) for a document, by name."""
    return {metric.name: metric.of(document) for family in families for metric in family}


def measured(measures: Mapping[str, float | Unmeasured]) -> dict[str, float]:
    """Only the metrics that have a value."""
    return {name: value for name, value in measures.items() if not isinstance(value, Unmeasured)}


def base_language(language: str) -> str:
    """The language without its region: ``en`` for ``en-GB``.

    Raises:
        ValueError: there are no metrics for the language.
    """
    base = language.partition("-")[0]
    if base not in LANGUAGES:
        raise ValueError(f"there are no metrics for the language {language!r}, only for {', '.join(LANGUAGES)}")
    return base
