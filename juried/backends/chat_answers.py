"""What a chat model's message means: an answer, or an outcome with a name; never an empty success."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Generic, TypeVar

from pydantic import ValidationError

from juried.backends.base import Outcome
from juried.records.base import Record
from juried.tasks import TaskOutput

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage

OutputT = TypeVar("OutputT", bound=TaskOutput)
CUT = frozenset({"length", "max_tokens", "model_length"})
_FILTERED = frozenset(
    {"content_filter", "content_filtered", "safety", "recitation", "blocklist", "prohibited_content", "spii"}
    | {"guardrail_intervened"}
)
_REFUSING = re.compile(
    r"(?:i['’]m|i am|we are|we['’]re)?\s*(?:very |really |truly )?(?:sorry|afraid)\b|"
    r"(?:unfortunately,? )?(?:i|we)(?: must| have to)?(?: cannot| can['’]?t| can not| won['’]?t| will not| am unable|"
    r"['’]m unable| am not able| am not allowed| decline| refuse)\b|as an ai\b",
    re.IGNORECASE,
)
_THINKING = re.compile(r"<(?:think|thinking|reasoning)>.*?</(?:think|thinking|reasoning)>", re.DOTALL | re.IGNORECASE)
_THOUGHT_END = re.compile(r"\A.*</(?:think|thinking|reasoning)>", re.DOTALL | re.IGNORECASE)
_THOUGHT_OPEN = re.compile(r"<(?:think|thinking|reasoning)>.*\Z", re.DOTALL | re.IGNORECASE)
_OBJECT_START = re.compile(r"\{(?=\s*[\"}])")
# A text is read some 30 times over at most. A start that fails costs the time of some hundred characters,
# and an eighth of all that stands before, since the error counts its lines.
_READINGS = 32
_COST_OF_START = 500
_COST_OF_DEPTH = 20_000


class RawAnswer(Record):
    """A model's message as the journal keeps it.

    `arguments` is the JSON text of the first tool call, `finish` the server's reason for stopping in
    lower case ("" when it gave none). Tokens are the server's own count, None where it gave none;
    cached tokens are among those of the prompt.
    """

    text: str = ""
    arguments: str = ""
    refusal: str = ""
    finish: str = ""
    model: str = ""
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    cached_tokens: int | None = None


class Reading(Record, Generic[OutputT]):
    """What a raw answer means; `held_json` says whether any JSON object was in it."""

    outcome: Outcome
    output: OutputT | None = None
    detail: str = ""
    held_json: bool = False


def raw_answer(message: BaseMessage) -> RawAnswer:
    """Return what matters of a LangChain message, whatever the provider calls it."""
    metadata = message.response_metadata
    finish = next((metadata[k] for k in ("finish_reason", "stop_reason", "done_reason") if metadata.get(k)), "")
    usage = getattr(message, "usage_metadata", None) or {}
    text, block_refusal = _text_of(message.content)
    return RawAnswer(
        text=text,
        arguments=_arguments_of(message),
        refusal=str(message.additional_kwargs.get("refusal") or block_refusal),
        finish=str(finish).lower(),
        model=str(metadata.get("model_name") or ""),
        prompt_tokens=usage.get("input_tokens"),
        completion_tokens=usage.get("output_tokens"),
        cached_tokens=(usage.get("input_token_details") or {}).get("cache_read"),
    )


def _text_of(content: str | list[str | dict[str, object]]) -> tuple[str, str]:
    """Return the text and the refusal of a message's content, without its reasoning blocks."""
    if isinstance(content, str):
        return content, ""
    blocks = [{"type": "text", "text": block} if isinstance(block, str) else block for block in content]
    text = "".join(str(block.get("text", "")) for block in blocks if block.get("type") == "text")
    return text, "".join(str(block.get("refusal", "")) for block in blocks if block.get("type") == "refusal")


def _arguments_of(message: BaseMessage) -> str:
    for call in getattr(message, "tool_calls", []):
        return json.dumps(call["args"], ensure_ascii=False)
    for call in getattr(message, "invalid_tool_calls", []):
        return str(call["args"] or "")
    legacy = message.additional_kwargs.get("function_call") or {}
    return str(legacy.get("arguments") or "")


def read_answer(raw: RawAnswer, kind: type[OutputT]) -> Reading[OutputT]:
    """Say what a raw answer means for a task whose output has this type.

    The order decides: a filter, then a refusal, then a cut, and only then the content. The last JSON
    object that fits is taken; fields that were not asked for are left out.
    """
    if raw.finish in _FILTERED:
        return Reading(outcome="filtered", detail=f"The server's content filter stopped the answer ({raw.finish}).")
    if raw.refusal or raw.finish == "refusal":
        return Reading(outcome="refused", detail=f"The model refused: {_start(raw.refusal or raw.text)}")
    if raw.finish in CUT:
        return Reading(outcome="truncated", detail=f"The answer was cut at its length limit ({raw.finish}).")
    return _read_content(raw, kind)


def _read_content(raw: RawAnswer, kind: type[OutputT]) -> Reading[OutputT]:
    text = without_thinking(raw.text)
    objects = [*find_objects(text), *find_objects(raw.arguments)]
    fault = ""
    for candidate in reversed(objects):
        try:
            return Reading(outcome="answered", output=kind.model_validate(candidate, extra="ignore"), held_json=True)
        except ValidationError as error:
            fault = fault or _first_fault(error)
    if objects:
        return Reading(outcome="malformed", detail=fault, held_json=True)
    if _REFUSING.match(text):
        return Reading(outcome="refused", detail=f"The model refused: {_start(text)}")
    empty = "The answer is empty." if not (text or raw.arguments) else "The answer holds no complete JSON object."
    return Reading(outcome="malformed", detail=empty)


def without_thinking(text: str) -> str:
    """Return a text without `<think>` blocks, also where a template lost the first or the last tag."""
    closed = _THOUGHT_END.match(text)
    # Where no end follows, each begin would be searched to the end of the text.
    until = closed.end() if closed else 0
    text = _THINKING.sub("", text[:until]) + text[until:]
    return _THOUGHT_OPEN.sub("", _THOUGHT_END.sub("", text)).strip()


def find_objects(text: str) -> Iterator[dict[str, object]]:
    """Yield the outermost JSON objects in a text, in order, whatever stands around them.

    The time is bounded by the length of the text: what is broken at ever new places is not read to its end.
    """
    decoder = json.JSONDecoder(strict=False)
    left = _READINGS * (len(text) + 1000 * _COST_OF_START)
    start = _OBJECT_START.search(text)
    while start is not None and left > 0:
        at = start.start()
        try:
            value, end = decoder.raw_decode(text, at)
        except json.JSONDecodeError as error:
            left -= _COST_OF_START + error.pos - at + error.pos // 8
            end = at + 1
        except RecursionError:
            left -= _COST_OF_DEPTH
            end = at + 1
        else:
            yield value
        start = _OBJECT_START.search(text, end)


def _first_fault(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    place = ".".join(str(part) for part in first["loc"]) or "the answer"
    more = f" ({error.error_count()} faults in all)" if error.error_count() > 1 else ""
    return f"{place}: {first['msg']}{more}."


def _start(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 200 else f"{line[:199]}…"
