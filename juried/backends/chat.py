"""The chat backend: any LangChain chat model, asked for JSON by the firmest means that it takes.

The means that work are remembered. An answer that cannot be used is repaired once. Calls go through the
journal where one is given, and none begins that might pass the budget.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from juried.backends.base import Answer
from juried.backends.budget import Budget
from juried.backends.chat_answers import RawAnswer, Reading
from juried.backends.chat_client import ChatClient
from juried.backends.chat_config import ChatConfig, unusable
from juried.backends.chat_conversation import Conversation, better
from juried.backends.chat_errors import UNUSABLE_AT_FIRST, CallFailed, Failure, failure_of
from juried.backends.chat_exchange import Exchanges
from juried.backends.chat_ladder import BAD_OUTPUT, NOT_TAKEN, Ladder, Way
from juried.backends.chat_probe import Capability, probe
from juried.errors import BackendError
from juried.journal import Journal, canonical_request
from juried.prompting import Renderer
from juried.records.base import sha256
from juried.tasks import Task, TaskOutput

WIRE_VERSION = 2


class ChatBackend:
    """A chat model as a backend; safe for many tasks at once and for several event loops in turn.

    Args:
        config: How the model is reached.
        renderer: Turns tasks into prompts.
        journal: Where calls are kept; without one every call is made.
        budget: What may be spent, in tokens and money; without one there is no limit.
    """

    def __init__(
        self,
        config: ChatConfig,
        *,
        renderer: Renderer,
        journal: Journal | None = None,
        budget: Budget | None = None,
    ) -> None:
        self._budget = budget or Budget()
        self.config = replace(config, answer_tokens=_answer_tokens(config, self._budget))
        self.name = config.model if ":" in config.model else f"openai:{config.model}"
        self.concurrency = config.concurrency
        self.language_model = True
        self._renderer = renderer
        self._client = ChatClient(self.config)
        self._exchanges = Exchanges(self.name, self.config, journal, self._budget)
        self._ladder = Ladder()
        self._unusable: BackendError | None = None
        shaping = {"model": self.name, "server": config.server, "answer_tokens": self.config.answer_tokens}
        wording = {"wire": WIRE_VERSION, "prompts": renderer.fingerprint}
        self.fingerprint = sha256(canonical_request(shaping | wording))

    async def check(self) -> None:
        """Find out, without a paid call, whether the model can be used.

        Raises:
            BackendError: No key, a key that is refused, no such model, nothing at the address, or a
                package that is not installed; the advice is the line that mends it.
        """
        model = await self._client.model(self._ladder.way.without)
        client = getattr(model, "root_async_client", None)
        if client is None:
            return
        try:
            await client.models.retrieve(self.config.model_name, timeout=min(20.0, self.config.timeout_s))
        except Exception as error:
            failure = failure_of(error, datetime.now(UTC), self.config.api_key)
            if failure.kind in ("no_model", "unreachable") or _is_bad_key(failure, error):
                raise self._unusable_for(failure) from error

    async def probe(self) -> tuple[Capability, ...]:
        """Ask with a few short questions what the model takes, and keep to what was found from then on.

        Raises:
            BackendError: The model cannot be used at all.
        """
        try:
            found = await probe(self.config)
        except CallFailed as error:
            raise self._unusable_for(error.failure) from error
        self._ladder.prove(Way(found.rung, found.without))
        return found.capabilities

    async def answer(self, task: Task) -> Answer[TaskOutput]:
        """Answer one task. The first call goes alone, so that a model that cannot be used is asked once.

        Raises:
            BackendError: The model cannot be used at all, found at first use.
        """
        if self._ladder.proven:
            return await self._converse(task)
        async with self._client.session().gate:
            if not self._ladder.proven:
                return await self._converse(task)
        return await self._converse(task)

    async def first_request_sent(self) -> None:
        """Wait until the first request is on its way; what is imported before then delays it."""
        await self._client.sent.wait()

    async def aclose(self) -> None:
        """Close the HTTP client of the running loop; calling it twice does no harm."""
        await self._client.aclose()

    async def _converse(self, task: Task) -> Answer[TaskOutput]:
        conversation = Conversation(self._renderer, task)
        first = await self._ask(conversation)
        if first.outcome == "answered" and not conversation.faults(first):
            return conversation.answer(first)
        if first.outcome not in ("answered", "malformed") or conversation.exchanged == 0:
            return conversation.answer(first)
        conversation.ask_for_repair(first)
        second = await self._ask(conversation)
        if second.outcome == "answered" and not first.held_json:
            self._ladder.ask_in_words()
        return conversation.answer(second if better(conversation, second, first) else first)

    async def _ask(self, conversation: Conversation) -> Reading[TaskOutput]:
        """Make one exchange, going down the rungs that the model does not take."""
        while True:
            way = replace(self._ladder.way, rung=conversation.rung or self._ladder.way.rung)
            raw = self._exchanges.kept(conversation, way)
            if raw is None and self._ladder.remember(self._exchanges.last_way):
                continue
            try:
                raw = raw or await self._make(conversation, way)
            except CallFailed as error:
                return _failed_reading(error.failure)
            if raw is None:
                return conversation.unaffordable(self._budget)
            if raw.finish == BAD_OUTPUT:
                return conversation.without_form(raw.text)
            if raw.finish != NOT_TAKEN:
                return conversation.read(raw)
            self._ladder.step_down(raw.text, way)

    async def _make(self, conversation: Conversation, way: Way) -> RawAnswer | None:
        """Return a new answer; None when it cannot be afforded."""
        made = self._exchanges.make(conversation, way, lambda: self._call(conversation, way))
        return await self._client.see_through(made)

    async def _call(self, conversation: Conversation, way: Way) -> RawAnswer:
        """Make one call; a rung or parameter that is not taken is an answer too, so that it is asked once."""
        if self._unusable is not None and not self._ladder.proven:
            raise self._unusable
        messages = conversation.messages(way.rung)
        try:
            raw = await self._client.call(messages, way.rung, conversation.schema, way.without)
        except CallFailed as error:
            if not self._ladder.proven and error.failure.kind in UNUSABLE_AT_FIRST:
                raise self._unusable_for(error.failure) from error
            instead = self._ladder.made_of(error.failure, way)
            if instead is None:
                raise
            return instead
        self._ladder.proven = True
        return raw

    def _unusable_for(self, failure: Failure) -> BackendError:
        self._unusable = unusable(self.config, failure)
        return self._unusable


def _answer_tokens(config: ChatConfig, budget: Budget) -> int:
    """Return the tokens that one answer may have: under a small budget an eighth of it, at least 1,024."""
    limits = [budget.limit.tokens] if budget.limit.tokens else []
    if budget.limit.nanos and config.price is not None and config.price.completion:
        limits.append(budget.limit.nanos * 1000 // config.price.completion)
    return min([config.answer_tokens, *(max(1024, limit // 8) for limit in limits)])


def _failed_reading(failure: Failure) -> Reading[TaskOutput]:
    if failure.kind == "filtered":
        return Reading(outcome="filtered", detail=failure.detail)
    return Reading(outcome="failed", detail=failure.detail)


def _is_bad_key(failure: Failure, error: Exception) -> bool:
    """Whether a key is refused altogether; some keys may chat but not list models (403)."""
    return failure.kind == "no_key" and getattr(error, "status_code", 0) == 401 and "scope" not in failure.detail
