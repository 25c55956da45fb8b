"""Names of the pieces of a cohort's work: parts with a stroke between them, an essay being a part by itself.

So the pieces that are about an essay are found by its id when it is forgotten.
"""

_STROKE = "|"


def escaped_in_piece(identifier: str) -> str:
    """An identifier without the separator of names."""
    return identifier.replace("%", "%25").replace(_STROKE, "%7C")


def piece_is_about(piece: str, essay_id: str) -> bool:
    """Whether a piece's name has the essay among its parts."""
    return escaped_in_piece(essay_id) in piece.split(_STROKE)
