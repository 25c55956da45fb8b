"""Turns an error of the endpoint into a failure that says what to do about it.

The endpoint's own words are left out, since they may repeat what was sent, or the key.
"""

import json
import re
from typing import Final

from openai import APIStatusError
from pydantic_ai.exceptions import ModelAPIError, ModelHTTPError

from actors.phases.llm.answers import NOT_JSON, NOTHING_SAID, TOO_LONG, WEB_PAGE, is_about_money, names_no_model
from actors.phases.service import PhaseWorkError
from contracts.failures import ErrorCode

_PASSING: Final = frozenset({408, 409, 420, 425, 429, 498, 499})
_STAYING: Final = frozenset({501, 505})
_SERVER_ERRORS: Final = range(500, 600)
_MOVED: Final = frozenset({300, 301, 302, 303, 307, 308})
_KEY: Final = "It does not accept the key: see to the API key."
_UNPAID: Final = "It wants to be paid first: see to the account."
_OTHER_URL: Final = "It has no chat completions at this URL (many end in /v1): see to the URL."
_ELSEWHERE: Final = "It sends on to another address, which is not followed with the text: see to the URL."
_LONG: Final = "The text is longer than it takes, or max_output_tokens is."
_NO_MODEL: Final = "There is no such model there: see to the model's name."
_NEITHER: Final = "There is no such model there, or the URL is another: see to both."
_SHAPE: Final = "It does not take requests of this form: see to the URL and the settings."
_LOG_IN: Final = "The network wants somebody to log in first."
_WHAT_TO_DO: Final = {
    401: _KEY, 402: _UNPAID, 403: _KEY, 404: _NEITHER, 405: _OTHER_URL, 407: "A proxy wants a log-in.",
    410: _NEITHER, 511: _LOG_IN,
}  # fmt: skip
_NO_ANSWER: Final = {
    WEB_PAGE: ("sent a web page", "see to the URL, and whether the network wants somebody to log in first"),
    NOT_JSON: ("sent what is no answer of a language model", "see to the URL"),
    NOTHING_SAID: (
        "sent an answer without a word",
        "see to the model, and to max_output_tokens if it thinks at length",
    ),
}
_PARAMETER: Final = re.compile(r"[a-z][a-z_.]{1,40}")
_ABOUT_MODELS: Final = frozenset({400, 404, 410, 422})
_WITH_A_TEXT: Final = frozenset({400, 413, 422, 500})


def may_pass(error: ModelAPIError | TimeoutError) -> bool:
    """True if the same request may succeed later."""
    status = _status_of(error)
    if status is None:
        return True
    if is_about_money(_body_of(error)):
        return False
    return status in _PASSING or (status in _SERVER_ERRORS and status not in _STAYING and not _is_too_long(error))


def failure_of(error: ModelAPIError | TimeoutError, attempts: int) -> PhaseWorkError:
    """The failure to report after ``attempts`` attempts."""
    status, passing = _status_of(error), may_pass(error)
    if status is None:
        what = "did not answer in time" if isinstance(error, TimeoutError) else "could not be reached or broke off"
        message = f"The language model's endpoint {what}, {attempts} time(s)."
        return PhaseWorkError(ErrorCode.SERVICE_UNAVAILABLE, message, retryable=True, attempts=attempts)
    code = str(_field_of(error, "code"))
    if code in _NO_ANSWER:
        what, help_ = _NO_ANSWER[code]
        message = f"The language model's endpoint {what}, {attempts} time(s): {help_}."
        return PhaseWorkError(ErrorCode.SERVICE_UNAVAILABLE, message, retryable=True, reason=code, attempts=attempts)
    message = f"The language model's endpoint answered {status}, {attempts} time(s). {_what_to_do(error, status)}"
    return PhaseWorkError(_code(error, status), message.strip(), retryable=passing, status=status, attempts=attempts)


def _status_of(error: ModelAPIError | TimeoutError) -> int | None:
    """The status code of the answer; None if there was no answer."""
    if isinstance(error, ModelHTTPError):
        return error.status_code
    cause = error.__cause__
    return cause.status_code if isinstance(cause, APIStatusError) else None


def _code(error: ModelAPIError | TimeoutError, status: int) -> ErrorCode:
    if _is_too_long(error):
        return ErrorCode.TEXT_TOO_LONG
    if not may_pass(error):
        return ErrorCode.INVALID_SETTINGS
    return ErrorCode.RATE_LIMITED if status == 429 else ErrorCode.SERVICE_UNAVAILABLE


def _what_to_do(error: ModelAPIError | TimeoutError, status: int) -> str:
    if _is_too_long(error):
        return _LONG
    if is_about_money(_body_of(error)):
        return _UNPAID
    named = _field_of(error, "param")
    if isinstance(named, str) and _PARAMETER.fullmatch(named):
        return f"It is about the parameter {named}."
    if status in _ABOUT_MODELS and names_no_model(_body_of(error)):
        return _NO_MODEL
    if status == 404 and not _is_an_error_of_its_own(error):
        return _OTHER_URL
    if status in _MOVED:
        return _ELSEWHERE
    return _WHAT_TO_DO.get(status, "" if may_pass(error) else _SHAPE)


def _is_too_long(error: ModelAPIError | TimeoutError) -> bool:
    status = _status_of(error)
    return status == 413 or (status in _WITH_A_TEXT and TOO_LONG.search(_body_of(error)) is not None)


def _is_an_error_of_its_own(error: ModelAPIError | TimeoutError) -> bool:
    """True if the API itself reports the error, rather than a web server that does not have the page."""
    body = _body(error)
    return isinstance(body, dict) and (not body or bool({"error", "message"} & set(body)))


def _field_of(error: ModelAPIError | TimeoutError, name: str) -> object:
    """One field of the error that is meant for programs; nothing else of the error is used."""
    body = _body(error)
    found = body.get("error", body) if isinstance(body, dict) else None
    return found.get(name) if isinstance(found, dict) else None


def _body(error: ModelAPIError | TimeoutError) -> object:
    return error.body if isinstance(error, ModelAPIError) else None


def _body_of(error: ModelAPIError | TimeoutError) -> str:
    body = _body(error)
    return body if isinstance(body, str) else json.dumps(body, default=str)
