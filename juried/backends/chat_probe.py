"""What a chat model takes: forms of answer, the name of its token limit, log probabilities, a seed.

The probe asks about six short questions and is made by `juried models check`. A run makes none: there
the forms are tried from the firmest down when the first task is asked, and a form or parameter that is
refused is left out from then on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Literal

from juried.backends.chat_answers import CUT, RawAnswer, find_objects, without_thinking
from juried.backends.chat_client import ChatClient
from juried.backends.chat_config import IN_WORDS, RUNGS, SEED, ChatConfig, Messages, Rung
from juried.backends.chat_errors import UNUSABLE_AT_FIRST, CallFailed, failure_of, to_leave_out
from juried.backends.wire_schema import Schema
from juried.records.base import Record

_SCHEMA: Schema = {
    "title": "ProbeAnswer",
    "description": "The answer, a ProbeAnswer.",
    "type": "object",
    "properties": {"colour": {"type": "string", "enum": ["blue", "green"]}},
    "required": ["colour"],
    "additionalProperties": False,
}
_QUESTION = "What colour is a clear sky at noon?"
_IN_WORDS = 'Answer with one JSON object and nothing else: {"title":"ProbeAnswer","colour":"blue"}, or green.'
_LONG = "Write the numbers from 1 to 300 in digits, one a line."
_SHORT_LIMIT = 16
_NAMES: Mapping[Rung, str] = {
    "json_schema": "JSON schema",
    "tool": "tool call",
    "json_object": "JSON object",
    "text": "JSON in text",
}


class Capability(Record):
    """One thing that a model takes, ignores or refuses; `detail` says by what name, or what was seen."""

    name: str
    taken: Literal["yes", "ignored", "no", "not found out"]
    detail: str = ""


class Found(Record):
    """What a probe found: each capability, the firmest form that works, and the parameters to leave out."""

    capabilities: tuple[Capability, ...]
    rung: Rung
    without: frozenset[str]


async def probe(config: ChatConfig) -> Found:
    """Ask a model what it takes.

    Raises:
        CallFailed: The model cannot be used at all, as the failure says.
    """
    forms = _Forms(config)
    try:
        taken = {rung: await forms.ask(rung) for rung in RUNGS}
    finally:
        await forms.client.aclose()
    limits = _Limits(config, forms.without)
    try:
        others = (await limits.token_limit(), await limits.logprobs())
    finally:
        await limits.client.aclose()
    rung = next((rung for rung in RUNGS if taken[rung].taken == "yes"), RUNGS[-1])
    return Found(
        capabilities=(*taken.values(), *others, _seed(config, forms.without)),
        rung=rung,
        without=forms.without | limits.without,
    )


class _Forms:
    """Asks for one short answer by each form, leaving out parameters that are refused on the way."""

    def __init__(self, config: ChatConfig) -> None:
        self.client = ChatClient(replace(config, answer_tokens=min(config.answer_tokens, 2048)))
        self.without: frozenset[str] = frozenset()

    async def ask(self, rung: Rung) -> Capability:
        question = f"{_QUESTION} {_IN_WORDS}" if rung in IN_WORDS else _QUESTION
        messages: Messages = (("human", question),)
        while True:
            try:
                raw = await self.client.call(messages, rung, _SCHEMA, self.without)
            except CallFailed as error:
                if self._leaves_out(error.failure.parameter):
                    continue
                if error.failure.kind in UNUSABLE_AT_FIRST:
                    raise
                return Capability(name=_NAMES[rung], taken="no", detail=error.failure.detail)
            return _form_taken(rung, raw)

    def _leaves_out(self, parameter: str) -> bool:
        parameter = to_leave_out(parameter, self.without)
        new = bool(parameter) and parameter not in self.without
        self.without |= {parameter} if new else frozenset()
        return new


def _form_taken(rung: Rung, raw: RawAnswer) -> Capability:
    """Say whether an answer came by the form that was asked for."""
    source = raw.arguments if rung == "tool" else without_thinking(raw.text)
    if any(item.get("colour") in ("blue", "green") for item in find_objects(source)):
        return Capability(name=_NAMES[rung], taken="yes")
    seen = " ".join((raw.refusal or raw.text or raw.arguments).split())[:80]
    return Capability(name=_NAMES[rung], taken="ignored", detail=f"answered {seen!r} ({raw.finish or 'no reason'})")


class _Limits:
    """Asks for an answer far longer than its limit, to see by which name the limit is honoured."""

    def __init__(self, config: ChatConfig, without: frozenset[str]) -> None:
        self.client = ChatClient(replace(config, answer_tokens=_SHORT_LIMIT))
        self.without = without

    async def token_limit(self) -> Capability:
        name = "token limit"
        while "max_tokens" not in self.without:
            older = "max_completion_tokens" in self.without
            try:
                raw = await self.client.call((("human", _LONG),), "text", _SCHEMA, self.without)
            except CallFailed as error:
                return Capability(name=name, taken="not found out", detail=error.failure.detail)
            if raw.finish in CUT or (raw.completion_tokens or 2 * _SHORT_LIMIT) <= _SHORT_LIMIT:
                return Capability(name=name, taken="yes", detail="max_tokens" if older else "max_completion_tokens")
            if older or self.client.config.provider != "openai":
                return Capability(name=name, taken="ignored", detail="an answer was longer than its limit")
            self.without |= {"max_completion_tokens"}
        return Capability(name=name, taken="no", detail="neither max_completion_tokens nor max_tokens")

    async def logprobs(self) -> Capability:
        name, config = "log probabilities", self.client.config
        if config.provider != "openai":
            return Capability(name=name, taken="not found out", detail="asked of OpenAI-compatible servers only")
        model = await self.client.model(self.without)
        try:
            message = await model.bind(logprobs=True).ainvoke(_QUESTION)
        except Exception as error:
            failure = failure_of(error, datetime.now(UTC), config.api_key)
            return Capability(name=name, taken="no", detail=failure.detail)
        return Capability(name=name, taken="yes" if message.response_metadata.get("logprobs") else "ignored")


def _seed(config: ChatConfig, without: frozenset[str]) -> Capability:
    if config.provider != "openai":
        return Capability(name="seed", taken="no", detail="sent to OpenAI-compatible servers only")
    if "seed" in without:
        return Capability(name="seed", taken="no", detail="left out")
    return Capability(name="seed", taken="yes", detail=f"{SEED} is sent; whether answers repeat is the server's affair")
