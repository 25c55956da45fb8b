"""Asks a language model behind any OpenAI-compatible endpoint for an answer of a given shape.

The prompt describes the JSON to answer with (``PromptedOutput``), which works on every server, with or without support
for schemas. Pydantic validates the answer; one that does not fit is sent back for repair. Needs the extra ``[llm]``.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar
from urllib.parse import unquote

import httpx2
from anyio.from_thread import start_blocking_portal
from openai import AsyncOpenAI
from pydantic import BaseModel
from pydantic_ai import Agent, ModelRetry, PromptedOutput, RunContext
from pydantic_ai.exceptions import ContentFilterError, UnexpectedModelBehavior
from pydantic_ai.models import Model
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.providers.openai import OpenAIProvider
from pydantic_ai.settings import ModelSettings

from actors.phases.llm.call_budget import shared_limiter
from actors.phases.llm.limiter import Budget, Limiter
from actors.phases.llm.metered import MeteredModel
from actors.phases.llm.settings import LLMSettings
from actors.phases.llm.transport import LeftOut, ServerTransport
from actors.phases.service import PhaseWorkError
from contracts.failures import ErrorCode
from contracts.results.ai_feedback import ModelUsage

T = TypeVar("T", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Question(Generic[T]):
    """A question: the rules, the material, the shape of the answer, and a check of the answer.

    ``check`` is given the answer and whether it may still be sent back. It returns the answer, changed if need be, or
    raises ``Unfit`` with a message that tells the model what is wrong.
    """

    rules: str
    material: str
    shape: type[T]
    check: Callable[[T, bool], T]


@dataclass(frozen=True, slots=True)
class Answer(Generic[T]):
    """An answer that fits, and what it cost."""

    value: T
    usage: ModelUsage


class Unfit(Exception):
    """Raised for an answer of the right shape with content that is not allowed; the message goes back to the model."""


class LLMClient:
    """A client of one endpoint. ``model`` takes the endpoint's place if it is given (in tests).

    If ``limiter`` is None, the client uses the limiter that the whole process, or the whole cluster, shares.
    """

    def __init__(self, settings: LLMSettings, limiter: Limiter | None = None, model: Model | None = None) -> None:
        self._settings = settings
        self._limiter = limiter or shared_limiter(settings.limits)
        self._model = model
        self._left_out: LeftOut = {}

    def ask(self, question: Question[T], batch: str, budget: Budget) -> Answer[T]:
        """Ask, and wait for the answer. Works inside a running event loop too, since it has a thread of its own.

        An interrupt (Ctrl-C) cancels the call at once.

        Raises:
            PhaseWorkError: the budget is spent, the endpoint failed, or its answers did not fit.
        """
        with start_blocking_portal() as portal:
            answer: Answer[T] = portal.start_task_soon(self._patiently, question, batch, budget).result()
            return answer

    async def _patiently(self, question: Question[T], batch: str, budget: Budget) -> Answer[T]:
        try:
            async with asyncio.timeout(self._settings.patience):
                return await self._ask(question, batch, budget)
        except TimeoutError:
            message = (
                f"The language model gave no answer within {self._settings.patience:g} s, turns and repairs included."
            )
            raise PhaseWorkError(ErrorCode.SERVICE_UNAVAILABLE, message, retryable=True) from None

    async def _ask(self, question: Question[T], batch: str, budget: Budget) -> Answer[T]:
        if self._model is not None:
            return await self._ask_model(self._model, question, batch, budget)
        url = self._settings.url
        transport = ServerTransport(self._settings.largest_answer, self._left_out, url.query)
        login = (unquote(url.username), unquote(url.password or "")) if url.username else None
        async with httpx2.AsyncClient(transport=transport, timeout=self._settings.timeout, auth=login) as http:
            client = AsyncOpenAI(
                base_url=self._settings.address,
                api_key=self._settings.api_key.get_secret_value(),
                http_client=http,
                max_retries=0,
            )
            model = OpenAIChatModel(self._settings.model, provider=OpenAIProvider(openai_client=client))
            return await self._ask_model(model, question, batch, budget)

    async def _ask_model(self, model: Model, question: Question[T], batch: str, budget: Budget) -> Answer[T]:
        metered = MeteredModel(model, self._settings, self._limiter, batch, budget)
        try:
            result = await self._agent(metered, question).run(question.material)
        except ContentFilterError:
            message = "The language model refused to answer. It is not asked again: the same text would be refused."
            raise PhaseWorkError(ErrorCode.INVALID_RESPONSE, message, refused=True) from None
        except UnexpectedModelBehavior as error:
            message = f"The language model's answers did not fit, {metered.used.calls} time(s)."
            if "token limit" in str(error):
                message = (
                    f"The answer was cut off at {self._settings.max_output_tokens} tokens: raise max_output_tokens."
                )
            raise PhaseWorkError(
                ErrorCode.INVALID_RESPONSE, message, retryable=True, reason=type(error).__name__
            ) from None
        return Answer(result.output, metered.used)

    def _agent(self, model: Model, question: Question[T]) -> Agent[None, T]:
        agent: Agent[None, T] = Agent(
            model,
            output_type=PromptedOutput(question.shape),
            instructions=question.rules,
            deps_type=type(None),
            retries=self._settings.repairs,
            model_settings=ModelSettings(
                temperature=self._settings.temperature, max_tokens=self._settings.max_output_tokens
            ),
        )

        @agent.output_validator
        def checked(context: RunContext[None], answer: T) -> T:
            try:
                return question.check(answer, context.retry < self._settings.repairs)
            except Unfit as error:
                raise ModelRetry(str(error)) from None

        return agent
