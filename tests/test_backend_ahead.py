"""The first request: it is the one that the client library would send, and its answer is given once."""

from __future__ import annotations

import importlib
import json
import sys

import pytest

from juried.backends import conformance_tasks as tasks
from juried.backends.ahead import AskedAhead
from juried.backends.base import Answer
from juried.backends.chat import ChatBackend
from juried.backends.chat_config import ChatConfig
from juried.backends.mock import MockBackend
from juried.errors import BackendError
from juried.tasks import TaskOutput
from tests.chat_helpers import RENDERER
from tests.openai_stub import OpenAIStub, Reply, error, sensible

PAID = Reply(200, {"choices": [], "usage": {"prompt_tokens": 70, "completion_tokens": 5, "total_tokens": 75}})


def first_of_a_process(patch: pytest.MonkeyPatch) -> None:
    patch.delitem(sys.modules, "langchain_openai", raising=False)


async def ask(stub: OpenAIStub, model: str = "openai:stub") -> Answer[TaskOutput]:
    backend = ChatBackend(ChatConfig(model, stub.url, "sk-test", first_wait_s=0.0), renderer=RENDERER)
    try:
        return await backend.answer(tasks.plan_search())
    finally:
        await backend.aclose()


@pytest.mark.parametrize("model", ["openai:stub", "openai:gpt-5-mini", "openai:o1"])
async def test_the_first_request_is_to_the_letter_what_the_library_sends(
    model: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with OpenAIStub() as stub:
        importlib.import_module("langchain_openai")
        from_library = await ask(stub, model)
        with monkeypatch.context() as patch:
            first_of_a_process(patch)
            first = await ask(stub, model)
    library, plain = (json.dumps(body) for body in stub.requests)
    assert plain == library
    assert first == from_library
    assert [sent["authorization"] for sent in stub.headers] == ["Bearer sk-test"] * 2
    plainly = "x-stainless-lang" not in stub.headers[1]
    assert plainly == (model == "openai:stub")


@pytest.mark.parametrize("fault", [Reply(500, {}), Reply(200, "<html>"), Reply(200, {"choices": []}), PAID])
async def test_what_is_no_answer_is_left_to_the_library(fault: Reply, monkeypatch: pytest.MonkeyPatch) -> None:
    with OpenAIStub([fault]) as stub, monkeypatch.context() as patch:
        first_of_a_process(patch)
        answer = await ask(stub)
    assert answer.outcome == "answered"
    assert len(stub.requests) == 2
    assert answer.usage.prompt_tokens == stub.prompt_tokens


async def test_a_refused_key_is_named_as_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    with OpenAIStub(lambda body: error(401, "Incorrect API key provided")) as stub, monkeypatch.context() as patch:
        first_of_a_process(patch)
        with pytest.raises(BackendError, match="refuses the API key"):
            await ask(stub)


async def test_a_task_asked_ahead_is_asked_once_and_others_go_on() -> None:
    backend = MockBackend()
    ahead = AskedAhead(backend, tasks.plan_search())
    await ahead.sent()
    assert (await ahead.answer(tasks.judge_claims())).outcome == "answered"
    early = await ahead.answer(tasks.plan_search())
    assert sorted(task.name for task in backend.calls) == ["judge_claims", "plan_search"]
    assert early == await ahead.answer(tasks.plan_search())
    assert len(backend.calls) == 3
    await ahead.aclose()


async def test_what_was_raised_ahead_is_raised_when_the_task_comes() -> None:
    ahead = AskedAhead(MockBackend([BackendError("no model.")]), tasks.plan_search())
    with pytest.raises(BackendError, match="no model"):
        await ahead.answer(tasks.plan_search())
    unasked = AskedAhead(MockBackend([BackendError("no model.")]), tasks.plan_search())
    await unasked.aclose()


async def test_the_request_is_known_to_be_sent_before_it_is_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(body: dict[str, object]) -> Reply:
        reply = sensible(body)
        return Reply(reply.status, reply.body, reply.headers, delay_s=0.5)

    with OpenAIStub(slow) as stub, monkeypatch.context() as patch:
        first_of_a_process(patch)
        backend = ChatBackend(ChatConfig("openai:stub", stub.url, "k"), renderer=RENDERER)
        ahead = AskedAhead(backend, tasks.plan_search())
        await ahead.sent()
        assert "langchain_openai" not in sys.modules
        assert (await ahead.answer(tasks.plan_search())).outcome == "answered"
        await backend.aclose()
