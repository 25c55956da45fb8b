"""Tokens: what somebody comes with who was given a link."""

import secrets


def is_same(given: str, token: str) -> bool:
    """Whether two tokens are the same; how long it takes says nothing of where they differ."""
    return secrets.compare_digest(given.encode("utf-8", "surrogatepass"), token.encode())
