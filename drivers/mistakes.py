"""What a user did that a program cannot work with."""


class UserMistake(Exception):
    """A mistake of the user's, whose message says what to do instead; programs end with exit code 2."""
