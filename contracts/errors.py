"""The base of every exception that this project raises on purpose."""


class EssayPipelinesError(Exception):
    """Base of all foreseen errors; the message says what is wrong and what to do about it.

    Example:
        >>> try:
        ...     engine.submit("8b", "essays/", pipeline="spellcheck")
        ... except EssayPipelinesError as error:
        ...     print(error)
    """
