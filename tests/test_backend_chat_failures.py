"""Chat backend when things go wrong: named outcomes, waiting as asked, and one line of advice."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from importlib.util import find_spec

import pytest

from juried.backends import conformance_tasks as tasks
from juried.backends.budget import Amount, Budget
from juried.backends.chat import ChatBackend
from juried.backends.chat_config import ChatConfig
from juried.backends.chat_errors import retry_after
from juried.errors import BackendError, MissingPackage
from tests.chat_helpers import QUICK, RENDERER, TASK, backend_on, votes_json
from tests.openai_stub import JSON, OpenAIStub, Reply, completion, error, sensible

FILTERED = (
    "The response was filtered due to the prompt triggering Azure OpenAI's content management policy. "
    "Please modify your prompt and retry."
)


@pytest.mark.parametrize(
    ("reply", "outcome"),
    [
        (completion(votes_json()[:40], finish="length"), "truncated"),
        (completion(None, refusal="I can't help with that."), "refused"),
        (completion("I'm sorry, but I cannot judge these claims."), "refused"),
        (completion("", finish="content_filter"), "filtered"),
        (error(400, FILTERED, code="content_filter"), "filtered"),
        (Reply(200, {"error": {"message": FILTERED, "code": "content_filter"}}), "filtered"),
        (error(400, "This model's maximum context length is 8192 tokens.", code="context_length_exceeded"), "failed"),
        (error(413, "Request too large"), "failed"),
    ],
    ids=["length", "refusal", "refusal in words", "filter", "filter by 400", "filter by 200", "context", "413"],
)
async def test_each_outcome_has_its_name_and_is_not_repaired(reply: Reply, outcome: str) -> None:
    with OpenAIStub([sensible_votes(), reply]) as stub:
        backend = backend_on(stub)
        await backend.answer(TASK)
        answer = await backend.answer(tasks.judge_claims("C-again-"))
    assert (answer.outcome, answer.output) == (outcome, None)
    assert answer.detail
    assert len(stub.requests) == 2


def sensible_votes() -> Reply:
    return completion(votes_json())


async def test_a_cut_or_filtered_answer_is_paid_for_and_counted() -> None:
    with OpenAIStub([completion("", finish="length", usage=(70, 16)), completion("", finish="content_filter")]) as stub:
        backend = backend_on(stub)
        answers = [await backend.answer(TASK), await backend.answer(TASK)]
    assert sum(answer.usage.prompt_tokens for answer in answers) == stub.prompt_tokens == 170


@pytest.mark.parametrize("status", [500, 502, 503, 529, 408])
async def test_failures_in_passing_are_tried_again(status: int) -> None:
    with OpenAIStub([error(status, "Upstream is restarting"), error(status, "Upstream is restarting")]) as stub:
        answer = await backend_on(stub).answer(TASK)
    assert answer.outcome == "answered"
    assert len(stub.requests) == 3


async def test_an_error_that_comes_as_a_success_is_read_as_what_it_says() -> None:
    hidden = Reply(200, {"error": {"message": "Rate limit exceeded", "code": 429}}, {"retry-after": "0.01"})
    with OpenAIStub([hidden]) as stub:
        answer = await backend_on(stub).answer(TASK)
    assert answer.outcome == "answered"
    assert len(stub.requests) == 2


async def test_a_404_about_tools_is_about_the_form_and_not_the_model() -> None:
    def no_tools(body: JSON) -> Reply:
        if "response_format" in body:
            return error(400, "response_format is not supported")
        return error(404, "No endpoints found that support tool use.") if "tools" in body else sensible(body)

    with OpenAIStub(no_tools) as stub:
        answer = await backend_on(stub).answer(TASK)
    assert answer.outcome == "answered"


async def test_tries_are_counted_and_the_item_is_lost_not_the_run() -> None:
    with OpenAIStub(lambda _: error(500, "Down")) as stub:
        answer = await backend_on(stub).answer(TASK)
    assert answer.outcome == "failed"
    assert "Down" in answer.detail
    assert len(stub.requests) == QUICK.attempts


async def test_a_call_that_brings_nothing_is_given_up_and_tried_again() -> None:
    slow = replace(completion(votes_json()), delay_s=0.5)
    with OpenAIStub([slow]) as stub:
        answer = await backend_on(stub, config=replace(QUICK, timeout_s=0.15)).answer(TASK)
    assert answer.outcome == "answered"
    assert len(stub.requests) == 2


async def test_all_workers_share_the_pause_that_a_server_asks_for() -> None:
    limited = error(429, "Rate limit reached", headers={"retry-after": "0.1"})
    with OpenAIStub([sensible_votes(), limited, limited]) as stub:
        backend = backend_on(stub, config=replace(QUICK, concurrency=2))
        await backend.answer(TASK)
        answers = await asyncio.gather(*(backend.answer(tasks.judge_claims(f"C-{n}-")) for n in range(5)))
    assert {answer.outcome for answer in answers} == {"answered"}
    refused_at = max(stub.times[1:3])
    assert min(stub.times[3:]) >= refused_at + 0.09
    assert len(stub.requests) == 1 + 2 + 5


async def test_many_refusals_for_speed_lose_nothing() -> None:
    seen: list[int] = []

    def two_of_three_limited(body: JSON) -> Reply:
        seen.append(1)
        return sensible(body) if len(seen) % 3 == 0 else error(429, "Slow down", headers={"retry-after": "0.01"})

    with OpenAIStub(two_of_three_limited) as stub:
        backend = backend_on(stub)
        answers = await asyncio.gather(*(backend.answer(tasks.judge_claims(f"C-{n}-")) for n in range(8)))
    assert {answer.outcome for answer in answers} == {"answered"}


async def test_a_wait_beyond_all_patience_loses_the_item_with_the_reason() -> None:
    with OpenAIStub([sensible_votes(), error(429, "Daily limit", headers={"retry-after": "86400"})]) as stub:
        backend = backend_on(stub)
        await backend.answer(TASK)
        answer = await backend.answer(TASK)
    assert answer.outcome == "failed"
    assert "Daily limit" in answer.detail


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "2"}, 2.0),
        ({"retry-after": "0.5"}, 0.5),
        ({"retry-after-ms": "250", "retry-after": "1"}, 0.25),
        ({"retry-after": "Fri, 20 Nov 2026 10:00:30 GMT"}, 30.0),
        ({"retry-after": "Fri, 20 Nov 2026 09:00:00 GMT"}, 0.0),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "-5"}, None),
        ({}, None),
    ],
)
def test_retry_after_is_seconds_milliseconds_or_a_date(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after(headers, datetime(2026, 11, 20, 10, 0, tzinfo=UTC)) == seconds


@pytest.mark.parametrize(
    ("reply", "message", "advice"),
    [
        (error(401, "Incorrect API key provided", code="invalid_api_key"), "refuses the API key", "OPENAI_API_KEY"),
        (error(404, "The model `stub` does not exist", code="model_not_found"), "no model 'stub'", "--model"),
        (Reply(404, {"detail": "Not Found"}), "no chat model answers", "--base-url"),
        (Reply(200, "<html>Welcome to nginx</html>"), "no chat model answers", "--base-url"),
        (error(429, "You exceeded your current quota", code="insufficient_quota"), "no credit", "Add credit"),
    ],
    ids=["key", "model", "address", "web page", "credit"],
)
async def test_a_model_that_cannot_be_used_is_asked_by_one_task_only(reply: Reply, message: str, advice: str) -> None:
    with OpenAIStub(lambda _: reply) as stub:
        backend = backend_on(stub)
        results = await asyncio.gather(*(backend.answer(TASK) for _ in range(8)), return_exceptions=True)
    errors = [result for result in results if isinstance(result, BackendError)]
    assert len(errors) == 8
    assert message in errors[0].message
    assert advice in errors[0].advice
    assert QUICK.api_key not in str(errors[0])
    assert len(stub.requests) <= QUICK.attempts


async def test_nothing_listening_is_one_sentence_about_the_address() -> None:
    with OpenAIStub() as stub:
        url = stub.url
    backend = ChatBackend(replace(QUICK, base_url=url), renderer=RENDERER)
    with pytest.raises(BackendError, match="no chat model answers") as caught:
        await backend.answer(TASK)
    assert "--base-url" in caught.value.advice
    with pytest.raises(BackendError, match="no chat model answers"):
        await backend.check()


async def test_a_key_that_fails_later_loses_the_item_and_not_the_run() -> None:
    with OpenAIStub([sensible_votes(), error(401, "Key revoked")]) as stub:
        backend = backend_on(stub)
        await backend.answer(TASK)
        answer = await backend.answer(TASK)
    assert answer.outcome == "failed"


async def test_without_a_key_nothing_is_sent_to_openai() -> None:
    backend = ChatBackend(ChatConfig("openai:gpt-5-mini"), renderer=RENDERER)
    for ask in (backend.check(), backend.answer(TASK)):
        with pytest.raises(BackendError, match="no API key") as caught:
            await ask
        assert "export OPENAI_API_KEY=" in caught.value.advice


async def test_check_finds_a_missing_model_without_a_paid_call() -> None:
    with OpenAIStub(models=("other",)) as stub:
        with pytest.raises(BackendError, match="no model 'stub'"):
            await backend_on(stub).check()
        await backend_on(stub, config=replace(QUICK, model="openai:other")).check()
        assert stub.requests == []


async def test_check_passes_where_a_server_does_not_list_models() -> None:
    with OpenAIStub() as stub:
        await backend_on(stub).check()


@pytest.mark.skipif(find_spec("langchain") is not None, reason="langchain is installed")
async def test_a_missing_package_is_named_with_its_install_line() -> None:
    backend = ChatBackend(ChatConfig("google_genai:gemini"), renderer=RENDERER)
    with pytest.raises(MissingPackage) as caught:
        await backend.check()
    assert caught.value.advice == "Run: pip install langchain langchain-google-genai"


async def test_the_budget_is_never_passed_and_what_is_left_over_is_named() -> None:
    def costly(body: JSON) -> Reply:
        return completion(votes_json(), usage=(1500, 200))

    budget = Budget(6000)
    with OpenAIStub(costly) as stub:
        backend = backend_on(stub, budget=budget)
        answers = await asyncio.gather(*(backend.answer(TASK) for _ in range(12)))
    outcomes = [answer.outcome for answer in answers]
    assert budget.spent.tokens == stub.prompt_tokens + stub.completion_tokens <= 6000
    assert {"answered", "unaffordable"} == set(outcomes)
    assert all(request["max_completion_tokens"] == 1024 for request in stub.requests)
    lost = next(answer for answer in answers if answer.outcome == "unaffordable")
    assert "--max-tokens 6000" in lost.detail


async def test_a_budget_too_small_for_one_call_makes_none() -> None:
    with OpenAIStub() as stub:
        answer = await backend_on(stub, budget=Budget(500)).answer(TASK)
    assert (answer.outcome, stub.requests) == ("unaffordable", [])


async def test_calls_in_flight_are_waited_for_before_one_is_refused() -> None:
    budget = Budget(100)
    assert await budget.reserve(Amount(80))
    waiting = asyncio.create_task(budget.reserve(Amount(60)))
    await asyncio.sleep(0)
    assert not waiting.done()
    budget.settle(Amount(80), Amount(30))
    assert await waiting
    assert not await budget.reserve(Amount(71)), "what is spent for good can no longer be had"
