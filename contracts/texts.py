"""Texts are content-addressed: the id of a text is the hash of its UTF-8 bytes."""

import hashlib


def text_storage_id_of(text: str) -> str:
    """The id under which ``text`` is stored: ``sha256-`` and 64 hexadecimal digits.

    Lone surrogates (which no UTF-8 file can hold) are kept apart rather than refused.
    """
    return "sha256-" + hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
