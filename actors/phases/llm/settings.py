"""Where the model is, and what it may do: from the environment, or from a settings file that it names.

``ESSAY_LLM_URL``, ``ESSAY_LLM_MODEL`` and ``ESSAY_LLM_API_KEY``; or ``ESSAY_LLM_SETTINGS`` with the path of a TOML
file that has these fields (``url = "..."``) and any of the others. The environment goes before the file. The key is a
secret: it is neither shown, nor logged, nor stored with a result.
"""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, Field, HttpUrl, SecretStr, ValidationError

from actors.phases.llm.limiter import Limits
from actors.phases.service import PhaseWorkError
from contracts.failures import ErrorCode

_FIELDS: Final = {"url": "ESSAY_LLM_URL", "model": "ESSAY_LLM_MODEL", "api_key": "ESSAY_LLM_API_KEY"}
_FILE: Final = "ESSAY_LLM_SETTINGS"


class LLMSettings(BaseModel):
    """An OpenAI-compatible endpoint. Times are in seconds, prices per million tokens in any one currency."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: HttpUrl
    model: str = Field(min_length=1)
    api_key: SecretStr = SecretStr("none")
    timeout: float = Field(default=120.0, gt=0)
    attempts: int = Field(default=4, ge=1, le=20)
    repairs: int = Field(default=2, ge=0, le=5)
    longest_wait: float = Field(default=60.0, ge=0)
    max_output_tokens: int = Field(default=2_000, gt=0)
    largest_answer: int = Field(default=200_000, gt=0, description="bytes")
    input_price: float = Field(default=0.0, ge=0)
    output_price: float = Field(default=0.0, ge=0)
    concurrent: int = Field(default=4, gt=0)
    calls_per_minute: float | None = Field(default=None, gt=0)
    tokens_per_minute: float | None = Field(default=None, gt=0)

    @property
    def limits(self) -> Limits:
        """What the endpoint bears."""
        return Limits(self.concurrent, self.calls_per_minute, self.tokens_per_minute)


def configured_model(environment: Mapping[str, str] = os.environ) -> str:
    """The configured model's name, or an empty string where no model is configured."""
    return str(_values(environment).get("model", ""))


def settings_from(environment: Mapping[str, str] = os.environ) -> LLMSettings:
    """The configured endpoint.

    Raises:
        PhaseWorkError: none is configured, or a field has a value that it cannot have (``INVALID_SETTINGS``). The
            message names fields and never their values.
    """
    try:
        return LLMSettings.model_validate(_values(environment))
    except ValidationError as error:
        fields = ", ".join(f"{'.'.join(map(str, one['loc']))} ({one['type']})" for one in error.errors())
        message = f"The language model is not configured: {fields}. Set {', '.join(_FIELDS.values())} or {_FILE}."
    raise PhaseWorkError(ErrorCode.INVALID_SETTINGS, message)


def _values(environment: Mapping[str, str]) -> dict[str, object]:
    from_file = _file(environment[_FILE]) if environment.get(_FILE) else {}
    return from_file | {field: environment[name] for field, name in _FIELDS.items() if environment.get(name)}


def _file(path: str) -> dict[str, object]:
    try:
        return tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        message = f"The settings file that {_FILE} names cannot be read: {type(error).__name__}."
    raise PhaseWorkError(ErrorCode.INVALID_SETTINGS, message)
