"""What a probe says of servers that take much, little, or say one thing and do another."""

from __future__ import annotations

from dataclasses import replace

import pytest

from juried.backends.conformance import check_backend
from juried.errors import BackendError
from tests.chat_helpers import QUICK, TASK, backend_on
from tests.openai_stub import JSON, OpenAIStub, Reply, Script, completion, error, sensible


def refusing(*fields: str) -> Script:
    """A server that rejects requests with these fields or forms."""

    def answer(body: JSON) -> Reply:
        form = body.get("response_format", {}).get("type", "")
        found = next((field for field in fields if field in body or field == form), "")
        return error(400, f"Unknown field: {found}.") if found else sensible(body)

    return answer


def ignoring(field: str) -> Script:
    """A server that does as if this field were not there."""
    return lambda body: sensible({key: value for key, value in body.items() if key != field})


async def found(script: Script) -> dict[str, str]:
    with OpenAIStub(script) as stub:
        capabilities = await backend_on(stub).probe()
        assert len(stub.requests) <= 9
    return {item.name: f"{item.taken} {item.detail}".strip() for item in capabilities}


async def test_a_server_that_takes_all_is_asked_six_times() -> None:
    with OpenAIStub() as stub:
        capabilities = await backend_on(stub).probe()
        assert len(stub.requests) == 6
    taken = {item.name: item.taken for item in capabilities}
    forms = dict.fromkeys(["JSON schema", "tool call", "JSON object", "JSON in text", "token limit", "seed"], "yes")
    assert taken == {**forms, "log probabilities": "ignored"}


async def test_forms_that_are_refused_or_ignored_are_told_apart() -> None:
    refused = await found(refusing("json_schema", "tools"))
    assert refused["JSON schema"].startswith("no ")
    assert "Unknown field: tools" in refused["tool call"]
    assert refused["JSON object"] == refused["JSON in text"] == "yes"
    ignored = await found(ignoring("response_format"))
    assert ignored["JSON schema"].startswith("ignored answered")
    assert ignored["tool call"] == "yes"


@pytest.mark.parametrize(
    ("script", "said"),
    [
        (refusing(), "yes max_completion_tokens"),
        (refusing("max_completion_tokens"), "yes max_tokens"),
        (ignoring("max_completion_tokens"), "yes max_tokens"),
        (refusing("max_completion_tokens", "max_tokens"), "no neither"),
    ],
)
async def test_the_name_of_the_token_limit_is_found(script: Script, said: str) -> None:
    assert (await found(script))["token limit"].startswith(said)


async def test_seed_and_log_probabilities_are_noted() -> None:
    none = await found(refusing("seed", "logprobs"))
    assert none["seed"].startswith("no")
    assert none["log probabilities"].startswith("no")

    def with_logprobs(body: JSON) -> Reply:
        reply = sensible(body)
        assert isinstance(reply.body, dict)
        reply.body["choices"][0]["logprobs"] = {"content": [{"token": "a", "logprob": -0.1, "top_logprobs": []}]}
        return reply

    assert (await found(with_logprobs))["log probabilities"] == "yes"


async def test_what_was_found_is_kept_and_used_at_once() -> None:
    with OpenAIStub(refusing("json_schema", "tools", "seed")) as stub:
        backend = backend_on(stub)
        await backend.probe()
        asked = len(stub.requests)
        answer = await backend.answer(TASK)
        (request,) = stub.requests[asked:]
    assert answer.outcome == "answered"
    assert request["response_format"] == {"type": "json_object"}
    assert "seed" not in request


async def test_a_model_that_cannot_be_used_is_asked_once() -> None:
    with OpenAIStub(lambda _: error(401, "Incorrect API key")) as stub:
        with pytest.raises(BackendError, match="refuses the API key"):
            await backend_on(stub).probe()
        assert len(stub.requests) == 1


async def test_the_suite_says_first_what_the_model_takes() -> None:
    with OpenAIStub(lambda body: completion("No.") if "tools" in body else sensible(body)) as stub:
        results = await check_backend(backend_on(stub, config=replace(QUICK, concurrency=4)))
    noted = [result for result in results if result.outcome == "noted"]
    assert results[: len(noted)] == tuple(noted)
    assert "takes tool call: ignored. answered 'No.' (stop)" in [f"{item.name}: {item.detail}" for item in noted]
    assert [result.name for result in results if result.outcome == "failed"] == []
    assert len(results) - len(noted) >= 20
