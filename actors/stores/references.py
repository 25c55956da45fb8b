"""Which batches use which texts, results and cohorts, and which results were made from which texts.

Forgetting a batch depends on this. *May go*: all ids that the batch has used, and everything made from them (even a
result that its essay was never told of). Of these, *stays*: what another batch uses, what was made from something that
stays, and the text that such a result led to.
"""

from collections.abc import Collection, Iterable
from typing import NamedTuple, Protocol

from actors.core.essay_state import EssayState
from actors.core.records import PieceRecord


class Made(NamedTuple):
    """A result, the text it was made from, and the text it led to."""

    key: str
    original_text_id: str
    text_id: str


class References(Protocol):
    """What a store knows about which ids are used where."""

    def used_by(self, batch_id: str) -> set[str]:
        """All ids that the batch has ever mentioned."""
        ...

    def used_by_others(self, batch_id: str, ids: Collection[str]) -> set[str]:
        """Those of ``ids`` that another batch has mentioned."""
        ...

    def cohorts_of(self, batch_id: str) -> set[str]:
        """The keys of the cohorts that have pieces made for the batch."""
        ...

    def users_of(self, used: str) -> set[str]:
        """The batches that have mentioned this id."""
        ...

    def made_from(self, ids: Collection[str]) -> set[Made]:
        """The results whose key, or whose original text, is among ``ids``."""
        ...

    def made_into(self, ids: Collection[str]) -> set[Made]:
        """The results that led to a text among ``ids``."""
        ...


def needed_by_no_other(references: References, batch_id: str) -> set[str]:
    """The ids of texts, results and cohorts that can be deleted with a batch."""
    ids, made = _may_go(references, references.used_by(batch_id))
    return ids - _stays(references, references.used_by_others(batch_id, ids), ids, made)


def needed_by_no_other_essay(
    references: References, batch_id: str, own: Collection[str], needed: Collection[str]
) -> set[str]:
    """The ids of texts and results that can be deleted with one essay.

    The essay mentions the ids ``own``, the rest of its batch ``needed``. Its own results are deleted even if another
    essay has the same text (a result in a cohort belongs to one essay only).
    """
    ids, made = _may_go(references, own)
    others = references.used_by_others(batch_id, ids) | (ids & set(needed))
    return ids - (_stays(references, others, ids, made) - (set(own) - others))


def _may_go(references: References, start: Collection[str]) -> tuple[set[str], set[Made]]:
    ids, made = set[str](), set[Made]()
    new = set(start)
    while new:
        ids |= new
        found = references.made_from(new)
        made |= found
        new = _names(found) - ids
    return ids, made


def _stays(references: References, others: Collection[str], ids: Collection[str], made: Collection[Made]) -> set[str]:
    kept = set[str]()
    new = {*others, *(one.text_id for one in references.made_into(ids) - set(made))}
    while new:
        kept |= new
        new = _names(one for one in made if one.key in new or one.original_text_id in new) - kept
    return kept


def _names(made: Iterable[Made]) -> set[str]:
    return {name for one in made for name in one if name}


def used_by_essay(essay: EssayState) -> tuple[str, ...]:
    """The ids of texts and results that an essay mentions; some may be empty, or the same."""
    return essay.text_id, essay.original_text_id, *[key for _, key in essay.results]


def uses_of(essays: Iterable[EssayState], pieces: Iterable[PieceRecord]) -> set[tuple[str, str]]:
    """All uses in these records, as (id, batch)."""
    by_essays = {(used, essay.batch_id) for essay in essays for used in used_by_essay(essay) if used}
    return by_essays | {(piece.cohort_key, piece.batch_id) for piece in pieces if piece.batch_id}
