"""Counts in dependency trees: clauses, T-units, phrases, distances, parts of speech, names.

Labels are those of spaCy's English models (ClearNLP dependencies, Penn Treebank tags, OntoNotes names). The units
are those of the L2 Syntactic Complexity Analyzer (Lu 2010), which finds them in constituency trees. Here, a *clause* is
a finite verb with a subject of its own, a *dependent clause* is one below another clause, and a *T-unit* is a clause
that is not dependent, with everything that depends on it (Hunt 1965).
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from actors.phases.nlp.lexicon import attested_words
from contracts.results.nlp import NamedEntity

if TYPE_CHECKING:
    from spacy.tokens import Doc, Span, Token

_SUBJECTS: Final = frozenset({"nsubj", "nsubjpass", "csubj", "csubjpass", "expl"})
_PASSIVE: Final = frozenset({"nsubjpass", "csubjpass", "auxpass"})
_FINITE: Final = frozenset({"VBD", "VBP", "VBZ", "MD"})
_DEPENDENT: Final = frozenset({"advcl", "ccomp", "acl", "relcl", "csubj", "csubjpass", "pcomp", "xcomp", "acomp"})
_NOUN_MODIFIERS: Final = frozenset({"amod", "poss", "prep", "relcl", "acl", "appos", "nmod", "compound", "nummod"})
_COMPLEX_NOUN_MODIFIERS: Final = _NOUN_MODIFIERS - {"nummod"}
_NOUNS: Final = frozenset({"NOUN", "PROPN"})
_TOLD_APART: Final = frozenset({"VERB", "ADJ"})
_PHRASE_HEADS: Final = frozenset({"NOUN", "PROPN", "ADJ", "ADV", "VERB"})


@dataclass(frozen=True, slots=True)
class TreeCounts:
    """Totals over all trees of a text (``words`` are tokens other than punctuation and space).

    ``base_forms`` are those of attested words other than names, in order; verbs and adjectives carry their part of
    speech, so that they differ from nouns.
    """

    words: int
    sentences: int
    clauses: int
    dependent_clauses: int
    relative_clauses: int
    complex_t_units: int
    verb_phrases: int
    passives: int
    complex_nominals: int
    coordinate_phrases: int
    noun_phrases: int
    noun_modifiers: int
    distances: int
    depths: int
    words_before_verb: int
    parts_of_speech: Counter[str]
    base_forms: Sequence[str]
    entities: tuple[NamedEntity, ...]

    @property
    def t_units(self) -> int:
        """The number of independent clauses; for a text without any (fragments), the number of sentences."""
        return self.clauses - self.dependent_clauses or self.sentences


def count_trees(doc: "Doc") -> TreeCounts:
    """Count everything in the trees of a parsed text."""
    sentences = [sentence for sentence in doc.sents if any(_is_word(token) for token in sentence)]
    words = [token for token in doc if _is_word(token)]
    clauses = [token for token in words if _heads_clause(token)]
    dependent = _dependent(doc, clauses)
    nouns = [token for token in words if token.pos_ in _NOUNS]
    return TreeCounts(
        words=len(words),
        sentences=len(sentences),
        clauses=len(clauses),
        dependent_clauses=len(dependent),
        relative_clauses=sum(clause.dep_ == "relcl" for clause in dependent),
        complex_t_units=_complex_t_units(doc, clauses, dependent),
        verb_phrases=sum(_heads_verb_phrase(token) for token in words),
        passives=sum(any(child.dep_ in _PASSIVE for child in token.children) for token in words),
        complex_nominals=sum(_is_complex(noun) for noun in nouns),
        coordinate_phrases=sum(_coordinates_phrase(token) for token in words),
        noun_phrases=len(nouns),
        noun_modifiers=sum(child.dep_ in _NOUN_MODIFIERS for noun in nouns for child in noun.children),
        distances=sum(abs(token.i - token.head.i) for token in words),
        depths=sum(map(_depth, sentences)),
        words_before_verb=sum(map(_words_before_verb, sentences)),
        parts_of_speech=Counter(token.pos_ for token in words),
        base_forms=[_base_form(token) for token in words if token.pos_ != "PROPN" and _is_attested(token)],
        entities=tuple(NamedEntity(text=entity.text, label=entity.label_) for entity in doc.ents if entity.text),
    )


def _is_word(token: "Token") -> bool:
    return not (token.is_punct or token.is_space)


def _is_attested(token: "Token") -> bool:
    return token.lower_ in attested_words()


def _base_form(token: "Token") -> str:
    base: str = token.lemma_.lower()
    return f"{base}/{token.pos_}" if token.pos_ in _TOLD_APART else base


def _heads_clause(token: "Token") -> bool:
    children = list(token.children)
    if not any(child.dep_ in _SUBJECTS for child in children):
        return False
    return token.tag_ in _FINITE or any(child.tag_ in _FINITE for child in children if child.dep_.startswith("aux"))


def _dependent(doc: "Doc", clauses: Sequence["Token"]) -> list["Token"]:
    """The clauses below another one, by their own label or as conjuncts of such a clause."""
    first_conjunct = _inherited([None if token.dep_ == "conj" else token.i for token in doc], doc)
    return [clause for clause in clauses if _label(doc, first_conjunct[clause.i]) in _DEPENDENT]


def _label(doc: "Doc", place: int | None) -> str:
    return "" if place is None else doc[place].dep_


def _complex_t_units(doc: "Doc", clauses: Sequence["Token"], dependent: Sequence["Token"]) -> int:
    """The number of T-units with a dependent clause somewhere below them."""
    main = {clause.i for clause in clauses} - {clause.i for clause in dependent}
    unit_of = _inherited([token.i if token.i in main else None for token in doc], doc)
    return len({unit_of[clause.i] for clause in dependent} - {None})


def _inherited(own: Sequence[int | None], doc: "Doc") -> list[int | None]:
    """Each token's own value, or that of the nearest ancestor that has one; no edge is followed twice."""
    values = list(own)
    settled = [value is not None for value in own]
    for start in range(len(values)):
        path, at = [], start
        while not settled[at]:
            settled[at] = True
            path.append(at)
            at = doc[at].head.i
        for place in path:
            values[place] = values[at]
    return values


def _heads_verb_phrase(token: "Token") -> bool:
    """True for a verb, finite or not, that is neither an auxiliary nor a modifier before a noun."""
    return token.tag_.startswith("VB") and not token.dep_.startswith("aux") and token.dep_ != "amod"


def _is_complex(noun: "Token") -> bool:
    return any(child.dep_ in _COMPLEX_NOUN_MODIFIERS for child in noun.children)


def _coordinates_phrase(token: "Token") -> bool:
    """True for a conjunct that is a phrase rather than a clause."""
    return token.dep_ == "conj" and token.pos_ in _PHRASE_HEADS and not _heads_clause(token)


def _depth(sentence: "Span") -> int:
    """The steps from the root to the deepest word, breadth first (a tree can be too deep for recursion)."""
    level, depth = [sentence.root], 0
    while level := [child for token in level for child in token.children]:
        depth += 1
    return depth


def _words_before_verb(sentence: "Span") -> int:
    """The number of words before the root, if it is a verb; else 0."""
    root = sentence.root
    return sum(_is_word(token) for token in sentence[: root.i - sentence.start]) if root.pos_ in {"VERB", "AUX"} else 0
