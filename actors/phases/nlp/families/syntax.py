"""Syntactic complexity and named entities, from dependency trees (the extra ``[parse]``; English)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from actors.phases.nlp.document import Document
from actors.phases.nlp.families.diversity import mtld_of
from actors.phases.nlp.metric import Family, Requirement
from actors.phases.nlp.requirements import words
from actors.phases.nlp.trees import TreeCounts

Amount = Callable[[TreeCounts], float]


def _parsed(document: Document) -> str | None:
    return None if document.parse.counts is not None else document.parse.lacking_because


SYNTAX: Final = Family("syntax", "Syntactic complexity", (words(1), _parsed))
PARSED_DIVERSITY: Final = Family("parsed_diversity", "Lexical diversity of parsed words", (words(1), _parsed))
ENTITIES: Final = Family("entities", "Named entities", (words(1), _parsed))

_LU: Final = "L2SCA (Lu 2010)"
_FEWEST_BASE_FORMS: Final = 40
_NOUN: Final = "noun phrase"

_WHOLES: Final[dict[str, Amount]] = {
    "sentence": lambda counts: counts.sentences,
    "clause": lambda counts: counts.clauses,
    "T-unit": lambda counts: counts.t_units,
    _NOUN: lambda counts: counts.noun_phrases,
    "word": lambda counts: counts.words,
}


def _counts(document: Document) -> TreeCounts:
    if document.parse.counts is None:
        raise ValueError(document.parse.lacking_because)
    return document.parse.counts


def _there_is_a(whole: str) -> Requirement:
    def requirement(document: Document) -> str | None:
        return _parsed(document) or (None if _WHOLES[whole](_counts(document)) else f"the parser found no {whole}")

    return requirement


@dataclass(frozen=True, slots=True)
class _Ratio:
    """A metric of syntax: a total (a field of ``TreeCounts``) per sentence, clause, T-unit, noun phrase or word."""

    name: str
    part: str
    whole: str
    definition: str
    unit: str
    source: str

    def of(self, document: Document) -> float:
        counts = _counts(document)
        part: int = getattr(counts, self.part)
        return part / _WHOLES[self.whole](counts)

    @property
    def documentation(self) -> str:
        return f"{self.definition}\n\nUnit: {self.unit}. Source: {self.source}."


_RATIOS: Final = (
    _Ratio(
        "words_per_t_unit",
        "words",
        "T-unit",
        "Mean length of a T-unit (a main clause with all that depends on it).",
        "words per T-unit",
        f"MLT of {_LU}; Hunt (1965)",
    ),
    _Ratio(
        "words_per_clause", "words", "clause", "Mean length of a finite clause.", "words per clause", f"MLC of {_LU}"
    ),
    _Ratio(
        "clauses_per_sentence",
        "clauses",
        "sentence",
        "Finite clauses per sentence.",
        "clauses per sentence",
        f"C/S of {_LU}",
    ),
    _Ratio(
        "clauses_per_t_unit", "clauses", "T-unit", "Finite clauses per T-unit.", "clauses per T-unit", f"C/T of {_LU}"
    ),
    _Ratio(
        "t_units_per_sentence",
        "t_units",
        "sentence",
        "T-units per sentence: main clauses put side by side.",
        "T-units per sentence",
        f"T/S of {_LU}",
    ),
    _Ratio(
        "dependent_clauses_per_clause",
        "dependent_clauses",
        "clause",
        "Dependent clauses, out of all finite clauses.",
        "ratio 0 to 1",
        f"DC/C of {_LU}",
    ),
    _Ratio(
        "dependent_clauses_per_t_unit",
        "dependent_clauses",
        "T-unit",
        "Dependent clauses per T-unit.",
        "clauses per T-unit",
        f"DC/T of {_LU}",
    ),
    _Ratio(
        "complex_t_units_per_t_unit",
        "complex_t_units",
        "T-unit",
        "T-units with a dependent clause, out of all T-units.",
        "ratio 0 to 1",
        f"CT/T of {_LU}",
    ),
    _Ratio(
        "relative_clauses_per_clause",
        "relative_clauses",
        "clause",
        "Relative clauses, out of all finite clauses.",
        "ratio 0 to 1",
        "Biber (1988)",
    ),
    _Ratio(
        "verb_phrases_per_t_unit",
        "verb_phrases",
        "T-unit",
        "Verbs other than auxiliaries, finite or not, per T-unit.",
        "verb phrases per T-unit",
        f"VP/T of {_LU}",
    ),
    _Ratio(
        "coordinate_phrases_per_clause",
        "coordinate_phrases",
        "clause",
        "Coordinated phrases (not clauses) per clause.",
        "phrases per clause",
        f"CP/C of {_LU}",
    ),
    _Ratio(
        "coordinate_phrases_per_t_unit",
        "coordinate_phrases",
        "T-unit",
        "Coordinated phrases (not clauses) per T-unit.",
        "phrases per T-unit",
        f"CP/T of {_LU}",
    ),
    _Ratio(
        "complex_nominals_per_clause",
        "complex_nominals",
        "clause",
        "Nouns with an adjective, possessive, prepositional phrase, apposition or clause, per clause.",
        "nominals per clause",
        f"CN/C of {_LU}",
    ),
    _Ratio(
        "complex_nominals_per_t_unit",
        "complex_nominals",
        "T-unit",
        "Nouns with an adjective, possessive, prepositional phrase, apposition or clause, per T-unit.",
        "nominals per T-unit",
        f"CN/T of {_LU}",
    ),
    _Ratio(
        "modifiers_per_noun",
        "noun_modifiers",
        _NOUN,
        "Mean number of modifiers of a noun.",
        "modifiers per noun",
        "Coh-Metrix SYNNP (McNamara et al. 2014)",
    ),
    _Ratio(
        "words_before_main_verb",
        "words_before_verb",
        "sentence",
        "Mean number of words before the main verb of a sentence.",
        "words per sentence",
        "Coh-Metrix SYNLE (McNamara et al. 2014)",
    ),
    _Ratio(
        "passives_per_clause",
        "passives",
        "clause",
        "Verbs in the passive per finite clause.",
        "passives per clause",
        "Biber (1988); Coh-Metrix DRPVAL (McNamara et al. 2014)",
    ),
    _Ratio(
        "dependency_distance", "distances", "word", "Mean distance between a word and its head.", "tokens", "Liu (2008)"
    ),
    _Ratio(
        "tree_depth",
        "depths",
        "sentence",
        "Mean number of steps from the root of a sentence to its deepest word.",
        "steps",
        "Yngve (1960), on dependency trees",
    ),
)

for _ratio in _RATIOS:
    SYNTAX.add(_ratio.name, _ratio.of, _ratio.documentation, _there_is_a(_ratio.whole))

_PARTS_OF_SPEECH: Final = {
    "nouns": ("Nouns and names", ("NOUN", "PROPN")),
    "verbs": ("Verbs other than auxiliaries", ("VERB",)),
    "adjectives": ("Adjectives", ("ADJ",)),
    "adverbs": ("Adverbs", ("ADV",)),
    "pronouns": ("Pronouns", ("PRON",)),
}
_ENTITY_KINDS: Final = {
    "people": ("Names of people", ("PERSON",)),
    "places": ("Names of places and buildings", ("GPE", "LOC", "FAC")),
    "organisations": ("Names of organisations and groups", ("ORG", "NORP")),
    "times": ("Dates and times", ("DATE", "TIME")),
    "quantities": ("Numbers and quantities", ("CARDINAL", "ORDINAL", "QUANTITY", "PERCENT", "MONEY")),
}


def _share_of(tags: tuple[str, ...]) -> Callable[[Document], float]:
    def share(document: Document) -> float:
        counts = _counts(document)
        return 100 * sum(counts.parts_of_speech[tag] for tag in tags) / counts.words

    return share


def _entities_of(labels: tuple[str, ...]) -> Callable[[Document], float]:
    def rate(document: Document) -> float:
        entities = _counts(document).entities
        return 100 * sum(entity.label in labels for entity in entities) / len(document.words)

    return rate


for _name, (_what, _tags) in _PARTS_OF_SPEECH.items():
    SYNTAX.add(
        f"{_name}_percent",
        _share_of(_tags),
        f"{_what}, out of all words.\n\nUnit: %. Source: Universal POS tags (Petrov et al. 2012).",
        _there_is_a("word"),
    )

for _name, (_what, _tags) in _ENTITY_KINDS.items():
    ENTITIES.add(
        f"{_name}_per_100_words",
        _entities_of(_tags),
        f"{_what} per 100 words.\n\nUnit: per 100 words. Source: OntoNotes 5 (Weischedel et al. 2013).",
    )


def _has_base_forms(document: Document) -> str | None:
    if (lacking := _parsed(document)) is not None:
        return lacking
    found = len(_counts(document).base_forms)
    return None if found >= _FEWEST_BASE_FORMS else f"needs {_FEWEST_BASE_FORMS} attested words; the text has {found}"


@PARSED_DIVERSITY.metric(words(50), _has_base_forms)
def mtld_base_forms(document: Document) -> float:
    """MTLD of the base forms of attested words other than names; verbs and adjectives are kept apart from nouns.

    Unit: base forms. Source: McCarthy and Jarvis (2010); words as in TAALED (Kyle et al. 2021).
    """
    return mtld_of(_counts(document).base_forms)


@ENTITIES.metric()
def entities_per_100_words(document: Document) -> float:
    """Named entities of all kinds per 100 words.

    Unit: per 100 words. Source: OntoNotes 5 (Weischedel et al. 2013).
    """
    return 100 * len(_counts(document).entities) / len(document.words)


@ENTITIES.metric()
def distinct_entities(document: Document) -> float:
    """Different named entities, ignoring capitals.

    Unit: names. Source: OntoNotes 5 (Weischedel et al. 2013).
    """
    return len({entity.text.lower() for entity in _counts(document).entities})
