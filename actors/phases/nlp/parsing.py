"""What a parser says of a text, in the terms of the metrics (the parser itself is behind the extra ``[parse]``)."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NamedEntity:
    """A name in the text, and the kind of thing it names (OntoNotes' labels: PERSON, GPE, ORG, DATE...)."""

    text: str
    label: str


@dataclass(frozen=True, slots=True)
class Parse:
    """Counts over the dependency trees of a text's sentences, and its named entities."""

    sentences: int
    entities: Sequence[NamedEntity] = ()
