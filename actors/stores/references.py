"""What is used by what: texts, results and cohorts by batches, and results by the texts they are about.

Forgetting a batch hangs on it. *May go*: what the batch has used, and what was made from that (also a result of whose
making the essay never came to know). *Stays* of this: what another batch uses, what was made from something that
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
    """What a store knows of who uses what."""

    def used_by(self, batch_id: str) -> set[str]:
        """All ids that the batch has ever mentioned."""
        ...

    def used_by_others(self, batch_id: str, ids: Collection[str]) -> set[str]:
        """Those of ``ids`` that another batch has mentioned."""
        ...

    def cohorts_of(self, batch_id: str) -> set[str]:
        """The keys of cohorts of which pieces were made for the batch."""
        ...

    def users_of(self, used: str) -> set[str]:
        """The batches that have mentioned this id."""
        ...

    def made_from(self, ids: Collection[str]) -> set[Made]:
        """The results that have their key, or the text they were made from, among ``ids``."""
        ...

    def made_into(self, ids: Collection[str]) -> set[Made]:
        """The results that led to a text among ``ids``."""
        ...


def needed_by_no_other(references: References, batch_id: str) -> set[str]:
    """The ids of texts, results and cohorts that can go with a batch."""
    ids, made = _may_go(references, references.used_by(batch_id))
    return ids - _stays(references, references.used_by_others(batch_id, ids), ids, made)


def needed_by_no_other_essay(
    references: References, batch_id: str, own: Collection[str], needed: Collection[str]
) -> set[str]:
    """The ids of texts and results that can go with one essay: it mentions ``own``, the rest of its batch ``needed``.

    A result of its own goes also where another essay has the same text (its place in a cohort is nobody else's).
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
    """(id, batch) for all that these records say of who uses what."""
    by_essays = {(used, essay.batch_id) for essay in essays for used in used_by_essay(essay) if used}
    return by_essays | {(piece.cohort_key, piece.batch_id) for piece in pieces if piece.batch_id}
