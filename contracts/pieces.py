"""Names of the pieces of a cohort's work. Their parts are separated by ``|``, and an essay's id is a part of its own.

So when an essay is deleted, the pieces that are about it are found by its id.
"""

_STROKE = "|"


def escaped_in_piece(identifier: str) -> str:
    """Escape the separator in an identifier, so that it can be a part of a name."""
    return identifier.replace("%", "%25").replace(_STROKE, "%7C")


def piece_is_about(piece: str, essay_id: str) -> bool:
    """Whether a piece's name has the essay among its parts."""
    return escaped_in_piece(essay_id) in piece.split(_STROKE)
