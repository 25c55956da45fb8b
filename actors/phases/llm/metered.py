"""A model that gets a permit for each request, retries where that can help, and settles the cost afterwards.

Retries are done here rather than in the HTTP client, so that each request to the endpoint counts against the budget and
waits for its turn.
"""

import asyncio
from dataclasses import replace
from typing import Final

import httpx2
from pydantic_ai.exceptions import ModelAPIError, ModelHTTPError
from pydantic_ai.messages import ModelMessage, ModelMessagesTypeAdapter, ModelResponse
from pydantic_ai.models import Model, ModelRequestParameters
from pydantic_ai.models.wrapper import WrapperModel
from pydantic_ai.settings import ModelSettings

from actors.phases.llm.failures import failure_of, may_pass
from actors.phases.llm.limiter import Ask, Budget, Limiter, Permit, Refusal, Spent, Wait, new_call
from actors.phases.llm.settings import LLMSettings
from actors.phases.service import PhaseWorkError
from contracts.failures import ErrorCode
from contracts.results.ai_feedback import ModelUsage

_FIRST_DELAY: Final = 0.5
_CHARACTERS_PER_TOKEN: Final = 4
_OVERHEAD: Final = 200
"""Tokens that the endpoint's own template may add to a request."""
_REFUSED_BEFORE_WORK: Final = frozenset({400, 401, 402, 403, 404, 405, 407, 410, 411, 413, 414, 415, 422, 429, 431})
"""Statuses of requests that no model has read. Not 408 or 499, which may come from a gateway, after the work."""


class MeteredModel(WrapperModel):
    """Makes requests for one batch, within its budget and the endpoint's limits, and counts what they use."""

    def __init__(self, wrapped: Model, settings: LLMSettings, limiter: Limiter, batch: str, budget: Budget) -> None:
        super().__init__(wrapped)
        self._settings_of_endpoint = settings
        self._limiter = limiter
        self._batch = batch
        self._budget = budget
        self.used = ModelUsage(model=settings.model)

    async def request(
        self,
        messages: list[ModelMessage],
        model_settings: ModelSettings | None,
        model_request_parameters: ModelRequestParameters,
    ) -> ModelResponse:
        """One answer from the endpoint.

        Raises:
            PhaseWorkError: the budget is spent, or the endpoint failed for good or for too long.
        """
        ask = self._ask(messages)
        for attempt in range(1, self._settings_of_endpoint.attempts + 1):
            asked = replace(ask, call=new_call())
            answer = await self._attempt(asked, messages, model_settings, model_request_parameters)
            if isinstance(answer, ModelResponse):
                return answer
            await self._wait_or_give_up(answer, attempt)
        raise AssertionError("the last attempt returns or raises")

    async def _attempt(
        self,
        ask: Ask,
        messages: list[ModelMessage],
        model_settings: ModelSettings | None,
        model_request_parameters: ModelRequestParameters,
    ) -> ModelResponse | ModelAPIError | TimeoutError:
        """Make one call. However it ends, it is settled: at its cost if known, else at the most it can have cost."""
        permit, spent = await self._permit(ask), ask.at_most
        try:
            async with asyncio.timeout(self._settings_of_endpoint.timeout):
                response = await super().request(messages, model_settings, model_request_parameters)
        except (ModelAPIError, TimeoutError) as error:
            spent = Spent(calls=1) if _is_free(error) else spent
            return error
        else:
            spent = self._cost(response, ask)
            self._count(response)
            return response
        finally:
            await self._settle(permit, spent)

    def _ask(self, messages: list[ModelMessage]) -> Ask:
        """The ask for a call. A token is at least one byte, so that the bytes sent are a bound for the tokens read."""
        endpoint = self._settings_of_endpoint
        sent = len(ModelMessagesTypeAdapter.dump_json(messages)) + _OVERHEAD
        most = Spent(1, sent + endpoint.max_output_tokens, self._price(sent, endpoint.max_output_tokens))
        likely = sent // _CHARACTERS_PER_TOKEN + endpoint.max_output_tokens
        lease = endpoint.timeout + 30
        return Ask(self._batch, likely, most, self._budget, lease)

    def _price(self, read: int, written: int) -> float:
        endpoint = self._settings_of_endpoint
        return (read * endpoint.input_price + written * endpoint.output_price) / 1_000_000

    async def _permit(self, ask: Ask) -> Permit:
        while True:
            match await self._limiter.ask(ask):
                case Wait(seconds):
                    await asyncio.sleep(seconds)
                case Refusal(lacking, spent):
                    raise PhaseWorkError(
                        ErrorCode.BUDGET_EXCEEDED,
                        f"The batch's budget has too few {lacking} left for another call.",
                        lacking=lacking, calls=spent.calls, tokens=spent.tokens, money=round(spent.money, 6),
                    )  # fmt: skip
                case Permit() as permit:
                    return permit

    def _cost(self, response: ModelResponse, ask: Ask) -> Spent:
        """The cost by the usage that the endpoint reports; without one, the likely tokens and the most money."""
        read, written = response.usage.input_tokens or 0, response.usage.output_tokens or 0
        tokens = read + written or ask.tokens
        return Spent(1, tokens, self._price(read, written) if read + written else ask.at_most.money)

    def _count(self, response: ModelResponse) -> None:
        read, written = response.usage.input_tokens or 0, response.usage.output_tokens or 0
        tokens = {"input_tokens": self.used.input_tokens + read, "output_tokens": self.used.output_tokens + written}
        self.used = self.used.model_copy(update=tokens)

    async def _settle(self, permit: Permit, spent: Spent) -> None:
        await self._limiter.settle(permit, spent)
        sums = {"calls": self.used.calls + spent.calls, "cost": self.used.cost + spent.money}
        self.used = self.used.model_copy(update=sums)

    async def _wait_or_give_up(self, error: ModelAPIError | TimeoutError, attempt: int) -> None:
        """Wait as long as the endpoint asks, else twice as long each time; raise if waiting cannot help."""
        asked_for = error.retry_after if isinstance(error, ModelAPIError) else None
        delay = asked_for if asked_for is not None else _FIRST_DELAY * 2 ** (attempt - 1)
        endpoint = self._settings_of_endpoint
        if not may_pass(error) or attempt >= endpoint.attempts or delay > endpoint.longest_wait:
            raise failure_of(error, attempt) from None
        await asyncio.sleep(delay)


def _is_free(error: ModelAPIError | TimeoutError) -> bool:
    """True if the call surely cost nothing: refused before any work, or never connected.

    An answer cut off or too late may cost, and so may a server's error: a gateway gives up on a model that works on.
    """
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, httpx2.ConnectError | httpx2.ConnectTimeout):
            return True
        if isinstance(cause, ModelHTTPError):
            return cause.status_code in _REFUSED_BEFORE_WORK
        cause = cause.__cause__
    return False
