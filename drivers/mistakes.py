"""What a user did that a program cannot work with."""


class UserMistake(Exception):  # noqa: N818 - nothing in the program is in error
    """A mistake of the user's, whose message says what to do instead; programs end with exit code 2."""
