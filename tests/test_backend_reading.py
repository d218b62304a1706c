"""Reading what a model said: the answer is found in whatever surrounds it, in time that its length bounds.

The whole file takes about six seconds; were any of these texts read by the square of its length, it would take
hours. Nothing here is timed.
"""

from __future__ import annotations

import json
import sys
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from langchain_core.language_models.fake_chat_models import GenericFakeChatModel
from langchain_core.messages import AIMessage
from langchain_core.runnables import Runnable, RunnableLambda

from juried.backends.chat import ChatBackend
from juried.backends.chat_answers import RawAnswer, find_objects, read_answer, without_thinking
from juried.backends.chat_config import ChatConfig
from juried.tasks import ClaimVotes
from tests.chat_helpers import RENDERER, TASK, votes_json

GOOD = votes_json()
N = 500_000


@pytest.mark.parametrize(
    "text",
    [
        GOOD + " " * 400_000 + "x" * 100_000,
        "```json\n" * (N // 8) + GOOD,
        "<reasoning>" * (N // 11) + "</think>" + GOOD,
        "</think>" * (N // 8) + GOOD,
        r"Let $\mathbf{x} \in \mathbb{R}^{n}$. " * (N // 37) + GOOD,
        "{" * N + GOOD,
        "{}" * 1000 + GOOD,
    ],
    ids=["junk behind", "fences", "begins of thinking", "ends of thinking", "TeX", "braces", "objects"],
)
def test_an_answer_is_found_in_a_very_long_text(text: str) -> None:
    reading = read_answer(RawAnswer(text=text), ClaimVotes)
    assert reading.outcome == "answered", reading.detail
    assert reading.output == ClaimVotes.model_validate_json(GOOD)


@pytest.mark.parametrize(
    "text",
    [
        '{"a":' * (N // 5),
        '{"a":[' * (N // 6),
        '{"' * (N // 2),
        '{"\\"' * (N // 4),
        '\n{"a" 1}' * (N // 8),
        ('{"a":' * 900 + "x") * (N // 4500),
        '{"a":' * 900 + "[" + "1," * (N // 2),
        '{"votes":[' + '{"claim_id":"C-1"},' * (N // 20),
        "<think>" * (N // 7),
        "{" + " " * N,
    ],
    ids=["deep", "deep arrays", "keys", "escapes", "lines", "steps", "a long array", "cut", "thinking", "spaces"],
)
@pytest.mark.parametrize("field", ["text", "arguments"])
def test_a_very_long_text_without_an_answer_comes_to_an_end(text: str, field: str) -> None:
    reading = read_answer(RawAnswer.model_validate({field: text}), ClaimVotes)
    assert (reading.outcome, reading.output) == ("malformed", None)
    assert reading.detail


_PROSE = st.text(st.characters(exclude_characters="{}<>", exclude_categories=["Cs"]), max_size=40)
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(_PROSE, st.dictionaries(st.text("abc", max_size=3), _VALUES, max_size=3)), max_size=5), _PROSE
)
def test_every_object_is_found_once_and_in_order(parts: list[tuple[str, dict[str, Any]]], end: str) -> None:
    text = "".join(prose + json.dumps(value) for prose, value in parts) + end
    assert list(find_objects(text)) == [value for _, value in parts]


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("<think>a</think>b<THINK>c</THINK>d", "bd"),
        ("a</think>b", "b"),
        ("a<think>b", "a"),
        ("a</think>b<think>c</think>d<think>e", "bd"),
        ("<think>a<think>b</think>c", "c"),
        ("<think>a<reasoning>b</reasoning>c</think>d", "d"),
        ("<thinking>", ""),
    ],
)
def test_thinking_is_left_out(text: str, left: str) -> None:
    assert without_thinking(text) == left


class Elsewhere(GenericFakeChatModel):
    """A model whose provider makes its chain in a way of its own, and gives the message under "raw" when asked."""

    def with_structured_output(self, schema: Any, *, include_raw: bool = False, **kwargs: Any) -> Runnable[Any, Any]:
        """Return a chain without a model of its own in the first place."""
        return RunnableLambda(lambda messages: {"raw": self.invoke(messages)} if include_raw else None)


async def test_a_provider_with_a_chain_of_its_own_is_asked_for_the_raw_message(monkeypatch: pytest.MonkeyPatch) -> None:
    library = ModuleType("langchain.chat_models")
    model = Elsewhere(messages=iter([AIMessage(f"Well: {GOOD}")]))
    library.init_chat_model = lambda *_, **__: model  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "langchain", ModuleType("langchain"))
    monkeypatch.setitem(sys.modules, "langchain.chat_models", library)
    backend = ChatBackend(ChatConfig("another:model"), renderer=RENDERER)
    answer = await backend.answer(TASK)
    assert answer.output == ClaimVotes.model_validate_json(GOOD)
