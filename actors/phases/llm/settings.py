"""The settings of the language model, from the environment or from a settings file that it names.

Either ``ESSAY_LLM_URL``, ``ESSAY_LLM_MODEL`` and ``ESSAY_LLM_API_KEY``; or ``ESSAY_LLM_SETTINGS`` with the path of a
TOML file that has these fields (``url = "..."``) and any of the others. The environment takes precedence over the
file. The key is a secret: it is never shown, logged, or stored with a result.
"""

import hashlib
import json
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, Field, HttpUrl, SecretStr, ValidationError

from actors.phases.llm.limiter import Budget, Limits
from actors.phases.service import PhaseWorkError
from contracts.failures import ErrorCode

_FIELDS: Final = {"url": "ESSAY_LLM_URL", "model": "ESSAY_LLM_MODEL", "api_key": "ESSAY_LLM_API_KEY"}
_FILE: Final = "ESSAY_LLM_SETTINGS"


class LLMSettings(BaseModel):
    """An OpenAI-compatible endpoint. Prices are in any one currency."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: HttpUrl = Field(description="Its address, as http://localhost:8080/v1.")
    model: str = Field(min_length=1, description="The model's name there.")
    api_key: SecretStr = Field(default=SecretStr("none"), description="Its key: neither stored nor logged.")
    temperature: float = Field(default=0.0, ge=0, le=2, description="How freely it writes.")
    timeout: float = Field(default=120.0, gt=0, description="Seconds for one request.")
    patience: float = Field(
        default=240.0,
        gt=0,
        description="Seconds for one question with its turns, retries and repairs; below the 300 after which a worker "
        "counts as hung.",
    )
    attempts: int = Field(default=4, ge=1, le=20, description="Requests for one answer, where the endpoint fails.")
    repairs: int = Field(
        default=2, ge=0, le=5, description="Questions more where an answer has not the form asked for."
    )
    longest_wait: float = Field(
        default=60.0, ge=0, description="The longest wait, in seconds, before a request is made again."
    )
    max_output_tokens: int = Field(default=2_000, gt=0, description="Tokens of an answer, at most.")
    largest_answer: int = Field(default=200_000, gt=0, description="Bytes of an answer, at most.")
    input_price: float = Field(default=0.0, ge=0, description="Of a million tokens read.")
    output_price: float = Field(default=0.0, ge=0, description="Of a million tokens written.")
    concurrent: int = Field(default=4, gt=0, description="Requests at a time, of the whole cluster.")
    calls_per_minute: float | None = Field(default=None, gt=0, description="Requests a minute, of the whole cluster.")
    tokens_per_minute: float | None = Field(default=None, gt=0, description="Tokens a minute, of the whole cluster.")

    @property
    def address(self) -> str:
        """The URL without its parts that may be secret: the login and the query."""
        return f"{self.url.scheme}://{self.url.host}:{self.url.port}{self.url.path}"

    @property
    def mark(self) -> str:
        """A short text for what shapes the answers: the model's name, and a hash of the other settings that do so.

        Stored results are looked up by it. Neither the key nor the secret parts of the URL are in it.
        """
        shaping = [self.address, self.temperature, self.max_output_tokens, self.repairs]
        return f"{self.model}@{hashlib.sha256(json.dumps(shaping).encode()).hexdigest()[:12]}"

    @property
    def limits(self) -> Limits:
        """What the endpoint can take."""
        return Limits(self.concurrent, self.calls_per_minute, self.tokens_per_minute)


class ModelOptions(BaseModel):
    """Options of every phase that asks a model: which model, which names to hide from it, how much to spend."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    model: str | None = Field(default=None, min_length=1, description="The language model, if not the configured one.")
    names: tuple[str, ...] = Field(
        default=(), description="Names to hide from the model, beside those of the class list and the file names."
    )
    strict_names: bool = Field(
        default=True,
        description="Hide a listed name also where it is written as an ordinary word (hope, will); false hides the "
        "most common of such words only with a capital letter.",
    )
    account: str | None = Field(
        default=None,
        min_length=1,
        description="By which what is spent is counted: the batch, if none is named. Batches that name the same one "
        "share it, and should name the same budget.",
    )
    budget_calls: int | None = Field(default=None, ge=0, description="Calls of the model that the account may make.")
    budget_tokens: int | None = Field(default=None, ge=0, description="Tokens that the account may use.")
    budget_money: float | None = Field(
        default=None, ge=0, description="What the account may spend, in the currency of the endpoint's prices."
    )

    @property
    def budget(self) -> Budget:
        """The budget of the account."""
        return Budget(self.budget_calls, self.budget_tokens, self.budget_money)


@dataclass(frozen=True, slots=True)
class Configuration:
    """The endpoint as configured when a service was made, or the error to raise if there is none.

    It is read once, so that the version of a service names the model that it really asks. A change of configuration
    takes a new process.
    """

    settings: LLMSettings | None = None
    problem: PhaseWorkError | None = None

    @classmethod
    def read(cls, environment: Mapping[str, str] = os.environ) -> "Configuration":
        """Read the environment as it is now."""
        try:
            return cls(settings_from(environment))
        except PhaseWorkError as error:
            return cls(problem=error)

    @property
    def mark(self) -> str:
        """The endpoint's mark, for a service's version; empty without an endpoint."""
        return self.settings.mark if self.settings else ""

    def endpoint(self, model: str | None = None) -> LLMSettings:
        """The endpoint, with ``model`` in place of the configured one if a batch asks for it.

        Raises:
            PhaseWorkError: no endpoint is configured (``INVALID_SETTINGS``).
        """
        if self.settings is None:
            raise self.problem or PhaseWorkError(ErrorCode.INVALID_SETTINGS, "The language model is not configured.")
        return self.settings.model_copy(update={"model": model}) if model else self.settings


def settings_from(environment: Mapping[str, str] = os.environ) -> LLMSettings:
    """The configured endpoint.

    Raises:
        PhaseWorkError: none is configured, or a field has a wrong value (``INVALID_SETTINGS``). The message names
            fields, never their values.
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
