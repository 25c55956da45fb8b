"""What a program cannot work with, and has a user to tell."""


class UserMistake(Exception):
    """A mistake of the user's, whose message says what to do instead; programs end with exit code 2."""


class ServiceUnavailableError(Exception):
    """What a user has named does not answer; programs say so, and end with exit code 4."""
