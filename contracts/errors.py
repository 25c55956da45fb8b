"""The base of every exception that this project raises on purpose."""


class EssayPipelinesError(Exception):
    """Something went wrong in a way that was foreseen; the message says what to do about it.

    Example:
        >>> try:
        ...     engine.submit("8b", "essays/", pipeline="spellcheck")
        ... except EssayPipelinesError as error:
        ...     print(error)
    """
