"""One exchange with a chat model: what the journal holds of it, else a call that the budget allows, written down."""

from __future__ import annotations

import json
from collections.abc import Callable, Coroutine, Iterator, Mapping
from math import ceil

from juried.backends.base import TokenUsage
from juried.backends.budget import Amount, Budget
from juried.backends.chat_answers import RawAnswer
from juried.backends.chat_config import IN_WORDS, RUNGS, ChatConfig, Messages, Rung
from juried.backends.chat_conversation import Conversation
from juried.backends.chat_errors import CallFailed
from juried.backends.chat_ladder import BAD_OUTPUT, NOT_TAKEN, Way, is_not_taken, ways_of
from juried.backends.chat_usage import listening, of_lost
from juried.backends.spending import FAILED, KIND, priced, spent_by
from juried.backends.wire_schema import Schema
from juried.errors import BackendError
from juried.journal import Journal, JournalRow, canonical_request, journal_key
from juried.prompting import asking
from juried.records.base import canonical_json
from juried.text.tokens import count_tokens

_TOKENS_PER_MESSAGE = 8
Call = Callable[[], Coroutine[object, object, RawAnswer]]


class Exchanges:
    """The exchanges of one backend.

    Args:
        name: The model, with its provider.
        config: How it is reached, its limits and price.
        journal: Where calls are kept; without one every call is made.
        budget: What may be spent.
    """

    def __init__(self, name: str, config: ChatConfig, journal: Journal | None, budget: Budget) -> None:
        self._name = name
        self._config = config
        self._journal = journal
        self._budget = budget
        self._counted: set[str] = set()
        self._server_counts = 1.0
        self._earlier: tuple[Way, ...] | None = None

    @property
    def last_way(self) -> Way | None:
        """The way in which an earlier process got its last answer; None without one."""
        return (self._ways() or (None,))[-1]

    def kept(self, conversation: Conversation, way: Way) -> RawAnswer | None:
        """Return what the journal keeps of an exchange, asked in this way or another; None when it is to be made.

        A run that goes on reads its calls in another order, so that the way may not be the one of the first time.
        """
        row = self._row(conversation, way)
        if row is None:
            return None
        raw = RawAnswer.model_validate_json(row.response)
        self._compare_counts(row.usage, _prompt_tokens(conversation.messages(way.rung), conversation.schema, way.rung))
        self._count_failures(row.request, conversation)
        self._count_once(row, conversation)
        return raw

    async def make(self, conversation: Conversation, way: Way, call: Call) -> RawAnswer | None:
        """Make a call, settle it and write its answer to the journal; None when it cannot be afforded.

        Raises:
            CallFailed: The call failed for good; what it cost all the same is counted and kept.
            BackendError: The model cannot be used at all.
        """
        request = self._request(conversation, way)
        prompt_tokens = _prompt_tokens(conversation.messages(way.rung), conversation.schema, way.rung)
        self._count_failures(request, conversation)
        conversation.wanted = reserved = self._most(prompt_tokens)
        if not await self._budget.reserve(reserved):
            return None
        usage, raw = TokenUsage(), RawAnswer()
        with listening() as heard, asking(conversation.prompt):
            try:
                raw = await call()
                usage = _usage(raw, prompt_tokens)
                self._compare_counts(usage, prompt_tokens)
            except (CallFailed, BackendError):
                self._keep_failure(request, of_lost(heard, 0), conversation)
                raise
            finally:
                usage = priced(usage + of_lost(heard, usage.calls), raw, self._config.price)
                self._budget.settle(reserved, spent_by(usage))
        return self._keep(request, raw, usage, conversation)

    def _row(self, conversation: Conversation, way: Way) -> JournalRow | None:
        if self._journal is None:
            return None
        if (row := self._journal.get(journal_key(KIND, self._request(conversation, way)))) is not None:
            return row
        others = dict.fromkeys([*(Way(rung, way.without) for rung in RUNGS), *self._ways()])
        for other in others:
            row = self._journal.get(journal_key(KIND, self._request(conversation, other)))
            if row is not None and not is_not_taken(row):
                return row
        return None

    def _ways(self) -> tuple[Way, ...]:
        """Return the ways in which earlier processes were answered, read once."""
        if self._earlier is None:
            rows = self._journal.rows(KIND) if self._journal is not None else ()
            self._earlier = ways_of(rows, self._name, self._config.server)
        return self._earlier

    def _keep(self, request: str, raw: RawAnswer, usage: TokenUsage, conversation: Conversation) -> RawAnswer:
        """Write an answer to the journal and count it; the journal's own stands where an equal call came first."""
        key = journal_key(KIND, request)
        self._counted.add(key)
        if self._journal is not None:
            row = self._journal.put(key, KIND, request, canonical_json(raw), usage)
            raw = RawAnswer.model_validate_json(row.response)
            usage = priced(row.usage, raw, self._config.price)
        conversation.spend(usage)
        return raw

    def _keep_failure(self, request: str, usage: TokenUsage, conversation: Conversation) -> None:
        """Count what a failed call cost, and write it to the journal so that a run that goes on knows of it."""
        usage = priced(usage, RawAnswer(), self._config.price)
        conversation.spend(usage)
        if self._journal is None or not usage.calls:
            return
        numbered = _numbered(request, sum(1 for _ in self._failures(request)))
        key = journal_key(FAILED, numbered)
        self._journal.put(key, FAILED, numbered, canonical_json(RawAnswer()), usage)
        self._counted.add(key)

    def _count_failures(self, request: str, conversation: Conversation) -> None:
        for row in self._failures(request):
            self._count_once(row, conversation)

    def _failures(self, request: str) -> Iterator[JournalRow]:
        """Yield the journal's rows of failed tries of a request, in the order in which they were made."""
        number = 0
        while self._journal is not None:
            row = self._journal.get(journal_key(FAILED, _numbered(request, number)))
            if row is None:
                return
            yield row
            number += 1

    def _count_once(self, row: JournalRow, conversation: Conversation) -> None:
        """Count what a call of the journal cost, unless it was counted when it was made or first read.

        The budget knows of it already: it begins with all that the journal holds.
        """
        if row.key not in self._counted:
            self._counted.add(row.key)
            conversation.spend(priced(row.usage, RawAnswer.model_validate_json(row.response), self._config.price))

    def _most(self, prompt_tokens: int) -> Amount:
        """Return what a call may come to; a server that counts more tokens than we do is taken at its own rate."""
        prompt = ceil(prompt_tokens * self._server_counts)
        price = self._config.price
        cost = price.cost(prompt, self._config.answer_tokens) if price else 0
        return Amount(prompt + self._config.answer_tokens, cost)

    def _compare_counts(self, usage: TokenUsage, prompt_tokens: int) -> None:
        """Note by how much the server's count of a prompt exceeds ours; the budget is held by the greatest excess."""
        self._server_counts = max(self._server_counts, usage.prompt_tokens / prompt_tokens)

    def _request(self, conversation: Conversation, way: Way) -> str:
        """Return the canonical request: all that shapes the answer, and nothing that does not (key, time, loop)."""
        described: Mapping[str, object] = {
            "model": self._name,
            "server": self._config.server,
            "messages": conversation.messages(way.rung),
            "form": way.rung,
            "schema": conversation.schema,
            "answer_tokens": self._config.answer_tokens,
            "without": sorted(way.without),
        }
        return canonical_request(described)


def _numbered(request: str, number: int) -> str:
    return canonical_request({**json.loads(request), "failed_before": number})


def _prompt_tokens(messages: Messages, schema: Schema, rung: Rung) -> int:
    texts = [text for _, text in messages] + ([] if rung in IN_WORDS else [json.dumps(schema, ensure_ascii=False)])
    return sum(count_tokens(text) + _TOKENS_PER_MESSAGE for text in texts)


def _usage(raw: RawAnswer, prompt_tokens: int) -> TokenUsage:
    """Return the server's own count; where it gives none, ours with o200k_base."""
    if raw.finish in (NOT_TAKEN, BAD_OUTPUT):
        return TokenUsage()
    completion = count_tokens(raw.text + raw.arguments) if raw.completion_tokens is None else raw.completion_tokens
    prompt = prompt_tokens if raw.prompt_tokens is None else raw.prompt_tokens
    return TokenUsage(calls=1, prompt_tokens=prompt, completion_tokens=completion)
