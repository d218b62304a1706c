"""The chat backend: any LangChain chat model, asked for JSON by the firmest means that it takes.

The means are four rungs: a JSON schema, a tool call, a JSON object whose schema stands in the prompt,
and JSON in plain text. The rung that works is remembered. An answer that cannot be used is repaired
once. Calls go through the journal where one is given, and none begins that might pass the budget.
"""

from __future__ import annotations

import json
from collections.abc import Coroutine, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from math import ceil

from juried.backends.base import Answer, TokenUsage
from juried.backends.budget import Amount, Budget
from juried.backends.chat_answers import RawAnswer, Reading
from juried.backends.chat_client import ChatClient
from juried.backends.chat_config import IN_WORDS, RUNGS, SEED, ChatConfig, Messages, Rung, unusable
from juried.backends.chat_conversation import Conversation, better
from juried.backends.chat_errors import UNUSABLE_AT_FIRST, CallFailed, Failure, failure_of, to_leave_out
from juried.backends.chat_probe import Capability, probe
from juried.backends.chat_usage import listening, of_lost
from juried.backends.spending import KIND, priced, spent_by
from juried.backends.wire_schema import Schema
from juried.errors import BackendError
from juried.journal import Journal, JournalRow, canonical_request, journal_key
from juried.prompting import Renderer, asking
from juried.records.base import canonical_json, sha256
from juried.tasks import Task, TaskOutput
from juried.text.tokens import count_tokens

WIRE_VERSION = 2
_NOT_TAKEN = "juried:not-taken"
_BAD_OUTPUT = "juried:bad-output"
_TOKENS_PER_MESSAGE = 8


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
        self._journal = journal
        self._client = ChatClient(self.config)
        self._rung: Rung = RUNGS[0]
        self._without: frozenset[str] = frozenset()
        self._proven = False
        self._counted: set[str] = set()
        self._server_counts = 1.0
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
        model = await self._client.model(self._without)
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
        self._rung, self._without, self._proven = found.rung, found.without, True
        return found.capabilities

    async def answer(self, task: Task) -> Answer[TaskOutput]:
        """Answer one task. The first call goes alone, so that a model that cannot be used is asked once.

        Raises:
            BackendError: The model cannot be used at all, found at first use.
        """
        if self._proven:
            return await self._converse(task)
        async with self._client.session().gate:
            if not self._proven:
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
            self._rung = "text"
        return conversation.answer(second if better(conversation, second, first) else first)

    async def _ask(self, conversation: Conversation) -> Reading[TaskOutput]:
        """Make one exchange, going down the rungs that the model does not take."""
        while True:
            rung, without = conversation.rung or self._rung, self._without
            messages = conversation.messages(rung)
            try:
                raw = await self._exchange(conversation, messages, rung, without)
            except CallFailed as error:
                return _failed_reading(error.failure)
            if raw is None:
                return conversation.unaffordable(self._budget)
            if raw.finish == _BAD_OUTPUT:
                return conversation.without_form(raw.text)
            if raw.finish != _NOT_TAKEN:
                return conversation.read(raw)
            self._ask_otherwise(raw.text, rung)

    async def _exchange(
        self, conversation: Conversation, messages: Messages, rung: Rung, without: frozenset[str]
    ) -> RawAnswer | None:
        """Return the journal's answer or a new one; None when the call cannot be afforded."""
        request = self._request(messages, rung, conversation.schema, without)
        key = journal_key(KIND, request)
        prompt_tokens = _prompt_tokens(messages, conversation.schema, rung)
        if (row := self._kept(key, conversation, rung, without)) is not None:
            raw = RawAnswer.model_validate_json(row.response)
            self._compare_counts(row.usage, prompt_tokens)
            self._count_once(row.key, priced(row.usage, raw, self.config.price), conversation)
            return raw
        reserved = self._most(prompt_tokens)
        conversation.wanted = reserved
        if not await self._budget.reserve(reserved):
            return None
        call = self._call(messages, rung, conversation.schema, without)
        paid = self._paid(conversation, request, reserved, prompt_tokens, call)
        raw, usage = await self._client.see_through(paid)
        self._counted.add(key)
        conversation.spend(usage)
        return raw

    def _kept(self, key: str, conversation: Conversation, rung: Rung, without: frozenset[str]) -> JournalRow | None:
        """Return what the journal keeps of an exchange, under this rung or, if it was asked otherwise, another.

        A run that goes on reads its calls in another order, so that the rung may not be the one of the first time.
        """
        if self._journal is None:
            return None
        if (row := self._journal.get(key)) is not None:
            return row
        for other in RUNGS:
            request = self._request(conversation.messages(other), other, conversation.schema, without)
            row = self._journal.get(journal_key(KIND, request)) if other != rung else None
            if row is not None and RawAnswer.model_validate_json(row.response).finish not in (_NOT_TAKEN, _BAD_OUTPUT):
                return row
        return None

    def _most(self, prompt_tokens: int) -> Amount:
        """Return what a call may come to; a server that counts more tokens than we do is taken at its own rate."""
        prompt = ceil(prompt_tokens * self._server_counts)
        price = self.config.price
        cost = price.cost(prompt, self.config.answer_tokens) if price else 0
        return Amount(prompt + self.config.answer_tokens, cost)

    def _compare_counts(self, usage: TokenUsage, prompt_tokens: int) -> None:
        """Note by how much the server's count of a prompt exceeds ours; the budget is held by the greatest excess."""
        self._server_counts = max(self._server_counts, usage.prompt_tokens / prompt_tokens)

    async def _paid(
        self,
        conversation: Conversation,
        request: str,
        reserved: Amount,
        prompt_tokens: int,
        call: Coroutine[object, object, RawAnswer],
    ) -> tuple[RawAnswer, TokenUsage]:
        """Make a call that can be afforded, settle it, and write its answer to the journal."""
        usage, raw = TokenUsage(), RawAnswer()
        with listening() as heard, asking(conversation.prompt):
            try:
                raw = await call
                usage = _usage(raw, prompt_tokens)
                self._compare_counts(usage, prompt_tokens)
            except CallFailed:
                conversation.spend(priced(of_lost(heard, 0), raw, self.config.price))
                raise
            finally:
                usage = priced(usage + of_lost(heard, usage.calls), raw, self.config.price)
                self._budget.settle(reserved, spent_by(usage))
        if self._journal is None:
            return raw, usage
        row = self._journal.put(journal_key(KIND, request), KIND, request, canonical_json(raw), usage)
        raw = RawAnswer.model_validate_json(row.response)
        return raw, priced(row.usage, raw, self.config.price)

    def _count_once(self, key: str, usage: TokenUsage, conversation: Conversation) -> None:
        """Count what a call of the journal cost, unless it was counted when it was made or first read.

        The budget knows of it already: it begins with all that the journal holds.
        """
        if key not in self._counted:
            self._counted.add(key)
            conversation.spend(usage)

    async def _call(self, messages: Messages, rung: Rung, schema: Schema, without: frozenset[str]) -> RawAnswer:
        """Make one call; a rung or parameter that is not taken is an answer too, so that it is asked once."""
        if self._unusable is not None and not self._proven:
            raise self._unusable
        try:
            raw = await self._client.call(messages, rung, schema, without)
        except CallFailed as error:
            return self._after_failure(error, rung, without)
        self._proven = True
        return raw

    def _after_failure(self, error: CallFailed, rung: Rung, without: frozenset[str]) -> RawAnswer:
        failure = error.failure
        if not self._proven and failure.kind in UNUSABLE_AT_FIRST:
            raise self._unusable_for(failure) from error
        parameter = to_leave_out(failure.parameter, without)
        if parameter and parameter not in without:
            return RawAnswer(finish=_NOT_TAKEN, text=parameter)
        if failure.kind == "bad_output":
            self._proven = True
            return RawAnswer(finish=_BAD_OUTPUT, text=failure.detail)
        refused_form = failure.kind == "unsupported_form" or (failure.kind == "rejected" and not self._proven)
        if refused_form and rung != RUNGS[-1]:
            return RawAnswer(finish=_NOT_TAKEN)
        raise error

    def _ask_otherwise(self, parameter: str, rung: Rung) -> None:
        if parameter:
            self._without |= {parameter}
        elif self._rung == rung:
            self._rung = RUNGS[RUNGS.index(rung) + 1]

    def _request(self, messages: Messages, rung: Rung, schema: Schema, without: frozenset[str]) -> str:
        """Return the canonical request: all that shapes the answer, and nothing that does not (key, time, loop)."""
        described: Mapping[str, object] = {
            "model": self.name,
            "server": self.config.server,
            "messages": messages,
            "form": rung,
            "schema": schema,
            "answer_tokens": self.config.answer_tokens,
            "seed": SEED,
            "without": sorted(without),
        }
        return canonical_request(described)

    def _unusable_for(self, failure: Failure) -> BackendError:
        self._unusable = unusable(self.config, failure)
        return self._unusable


def _answer_tokens(config: ChatConfig, budget: Budget) -> int:
    """Return the tokens that one answer may have: under a small budget an eighth of it, at least 1,024."""
    limits = [budget.limit.tokens] if budget.limit.tokens else []
    if budget.limit.nanos and config.price is not None and config.price.completion:
        limits.append(budget.limit.nanos * 1000 // config.price.completion)
    return min([config.answer_tokens, *(max(1024, limit // 8) for limit in limits)])


def _prompt_tokens(messages: Messages, schema: Schema, rung: Rung) -> int:
    texts = [text for _, text in messages] + ([] if rung in IN_WORDS else [json.dumps(schema, ensure_ascii=False)])
    return sum(count_tokens(text) + _TOKENS_PER_MESSAGE for text in texts)


def _usage(raw: RawAnswer, prompt_tokens: int) -> TokenUsage:
    """Return the server's own count; where it gives none, ours with o200k_base."""
    if raw.finish in (_NOT_TAKEN, _BAD_OUTPUT):
        return TokenUsage()
    completion = count_tokens(raw.text + raw.arguments) if raw.completion_tokens is None else raw.completion_tokens
    prompt = prompt_tokens if raw.prompt_tokens is None else raw.prompt_tokens
    return TokenUsage(calls=1, prompt_tokens=prompt, completion_tokens=completion)


def _failed_reading(failure: Failure) -> Reading[TaskOutput]:
    if failure.kind == "filtered":
        return Reading(outcome="filtered", detail=failure.detail)
    return Reading(outcome="failed", detail=failure.detail)


def _is_bad_key(failure: Failure, error: Exception) -> bool:
    """Whether a key is refused altogether; some keys may chat but not list models (403)."""
    return failure.kind == "no_key" and getattr(error, "status_code", 0) == 401 and "scope" not in failure.detail
