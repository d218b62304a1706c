"""Chat backend over a real socket: answers, repairs, the ladder of forms, the journal, accounting."""

from __future__ import annotations

import asyncio
import json
import sys
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest
from langchain_core.language_models.fake_chat_models import FakeListChatModel

from juried.backends import conformance_tasks as tasks
from juried.backends.base import Answer
from juried.backends.chat import ChatBackend
from juried.backends.chat_config import SEED
from juried.backends.wire_schema import wire_schema
from juried.journal import Journal
from juried.tasks import ClaimVotes, Task, TaskOutput
from tests.chat_helpers import QUICK, RENDERER, TASK, backend_on, vote, votes_json
from tests.openai_stub import JSON, OpenAIStub, Reply, completion, error, sensible

GOOD = votes_json()


def given(answer: Answer[TaskOutput]) -> list[str]:
    assert isinstance(answer.output, ClaimVotes), answer
    return [item.claim_id for item in answer.output.votes]


@pytest.mark.parametrize(
    "content",
    [
        GOOD,
        f"```json\n{GOOD}\n```",
        f"<think>The first one {{is}} hard.</think>\n{GOOD}",
        f"It starts nowhere {{}}</think>{GOOD}",
        f"Here is my answer:\n\n{GOOD}\n\nLet me know if {{more}} is needed.",
        f"{json.dumps({'votes': 'none'})} Wait, that is wrong. {GOOD}",
        GOOD.replace('"It says so."', '"It says\nso."'),
    ],
    ids=["bare", "fence", "think", "lone end of think", "prose", "second thoughts", "raw line break"],
)
async def test_wrapping_around_the_json_needs_no_second_call(content: str) -> None:
    with OpenAIStub([completion(content)]) as stub:
        answer = await backend_on(stub).answer(TASK)
    assert given(answer) == ["C-1", "C-2"]
    assert len(stub.requests) == 1


@pytest.mark.parametrize(
    ("bad", "told"),
    [
        ('{"votes": [', "no complete JSON object"),
        ("", "empty"),
        (json.dumps({"votes": [{"claim_id": "C-1", "label": "supports"}]}), "probability"),
        (votes_json(vote("C-1", label="probably"), vote("C-2")), "supports"),
        (votes_json({**vote("C-1"), "probability": 0.9}, vote("C-2")), "probability"),
        (votes_json(vote("C-1")), "no vote on C-2"),
        (votes_json(vote("C-1", evidence=("E9",)), vote("C-2")), "names no passage"),
    ],
    ids=["cut", "empty", "missing field", "label", "fraction", "missing vote", "invented passage"],
)
async def test_an_unusable_answer_is_repaired_once(bad: str, told: str) -> None:
    with OpenAIStub([completion(bad)]) as stub:
        answer = await backend_on(stub).answer(TASK)
    first, second = (request["messages"] for request in stub.requests)
    assert given(answer) == ["C-1", "C-2"]
    assert answer.usage.calls == 2
    assert second[: len(first)] == first, "the prompt stays the prefix"
    assert told in second[-1]["content"]


async def test_two_unusable_answers_are_malformed_and_cost_two_calls() -> None:
    with OpenAIStub(lambda _: completion("The claims look fine to me.")) as stub:
        answer = await backend_on(stub).answer(TASK)
    assert (answer.outcome, answer.output, len(stub.requests)) == ("malformed", None, 2)


async def test_fields_and_ids_that_nobody_asked_for_are_left_out() -> None:
    stray = votes_json(
        {**vote("C-1"), "mood": "good"}, vote("C-2", evidence=("E2", "E7", "E2")), vote("C-9"), vote("C-1")
    )
    with OpenAIStub([completion(stray)]) as stub:
        answer = await backend_on(stub).answer(TASK)
    assert given(answer) == ["C-1", "C-2"]
    assert isinstance(answer.output, ClaimVotes)
    assert answer.output.votes[1].evidence == ("E2",)
    assert len(stub.requests) == 1


async def test_what_is_still_missing_after_the_repair_is_named() -> None:
    with OpenAIStub(lambda _: completion(votes_json(vote("C-1")))) as stub:
        answer = await backend_on(stub).answer(TASK)
    assert given(answer) == ["C-1"]
    assert "no vote on C-2" in answer.detail


async def test_a_repair_that_is_worse_does_not_replace_the_first_answer() -> None:
    with OpenAIStub([completion(votes_json(vote("C-1"))), completion("Sorry, no.")]) as stub:
        answer = await backend_on(stub).answer(TASK)
    assert given(answer) == ["C-1"]


def refuses(field: str, status: int = 400) -> Reply:
    return error(status, f"Unknown field: {field}. This server does not support {field}.")


@pytest.mark.parametrize("status", [400, 422, 500])
async def test_the_form_that_a_server_takes_is_found_and_remembered(status: int) -> None:
    def only_tools(body: JSON) -> Reply:
        return refuses("response_format", status) if "response_format" in body else sensible(body)

    with OpenAIStub(only_tools) as stub:
        backend = backend_on(stub)
        answers = [await backend.answer(task) for task in tasks.all_tasks()]
    assert {answer.outcome for answer in answers} == {"answered"}
    assert ["response_format" in request for request in stub.requests] == [True] + [False] * 6
    assert all("tools" in request for request in stub.requests[1:])


async def test_a_json_object_is_asked_for_with_its_schema_in_the_prompt() -> None:
    def only_objects(body: JSON) -> Reply:
        wanted = body.get("response_format", {}).get("type")
        if wanted == "json_schema":
            return error(400, "This response_format type is unavailable now")
        return refuses("tools") if "tools" in body else sensible(body)

    with OpenAIStub(only_objects) as stub:
        backend = backend_on(stub)
        answers = [await backend.answer(task) for task in tasks.all_tasks()]
    assert {answer.outcome for answer in answers} == {"answered"}
    assert len(stub.requests) == 2 + 6
    assert all(request["response_format"] == {"type": "json_object"} for request in stub.requests[2:])
    assert '"additionalProperties":false' in stub.requests[-1]["messages"][-1]["content"]


async def test_plain_text_is_the_last_form_and_holds_the_schema() -> None:
    def only_text(body: JSON) -> Reply:
        forms = [name for name in ("response_format", "tools") if name in body]
        return refuses(forms[0]) if forms else sensible(body)

    with OpenAIStub(only_text) as stub:
        backend = backend_on(stub)
        answers = [await backend.answer(task) for task in tasks.all_tasks()]
    assert {answer.outcome for answer in answers} == {"answered"}
    assert len(stub.requests) == 9
    assert '"additionalProperties":false' in stub.requests[-1]["messages"][-1]["content"]


async def test_a_server_that_ignores_the_form_is_told_it_in_text_from_then_on() -> None:
    def ignores(body: JSON) -> Reply:
        text = body["messages"][-1]["content"]
        plain = {key: value for key, value in body.items() if key != "response_format"}
        return sensible(plain) if "JSON schema" in text else completion("Both claims hold.")

    with OpenAIStub(ignores) as stub:
        backend = backend_on(stub)
        first, second = await backend.answer(TASK), await backend.answer(tasks.score_report())
    assert (first.outcome, second.outcome) == ("answered", "answered")
    assert len(stub.requests) == 3


@pytest.mark.parametrize(
    ("message", "field"),
    [
        ("Unsupported value: 'temperature' does not support 0 with this model.", "temperature"),
        (
            "max_tokens is too large: 16384. This model supports at most 4096 completion tokens.",
            "max_completion_tokens",
        ),
    ],
)
async def test_a_parameter_that_a_model_does_not_take_is_left_out_from_then_on(message: str, field: str) -> None:
    with OpenAIStub(lambda body: error(400, message) if field in body else sensible(body)) as stub:
        backend = backend_on(stub)
        answers = [await backend.answer(TASK), await backend.answer(tasks.score_report())]
    assert [answer.outcome for answer in answers] == ["answered", "answered"]
    assert [field in request for request in stub.requests] == [True, False, False]


async def test_the_token_limit_is_given_by_the_name_that_a_server_knows() -> None:
    def older(body: JSON) -> Reply:
        unknown = "max_completion_tokens" in body
        return error(422, "Extra inputs are not permitted: max_completion_tokens") if unknown else sensible(body)

    with OpenAIStub(older) as stub:
        answers = [await (backend := backend_on(stub)).answer(TASK), await backend.answer(tasks.score_report())]
    assert [answer.outcome for answer in answers] == ["answered", "answered"]
    assert [request.get("max_tokens") for request in stub.requests] == [None, 16_384, 16_384]


async def test_no_token_limit_is_given_where_neither_name_is_known() -> None:
    def neither(body: JSON) -> Reply:
        name = next((name for name in ("max_completion_tokens", "max_tokens") if name in body), "")
        return refuses(name) if name else sensible(body)

    with OpenAIStub(neither) as stub:
        assert (await backend_on(stub).answer(TASK)).outcome == "answered"
    assert len(stub.requests) == 3


async def test_a_fixed_seed_is_sent_where_it_is_taken() -> None:
    with OpenAIStub(lambda body: refuses("seed") if "seed" in body else sensible(body)) as stub:
        answers = [await (backend := backend_on(stub)).answer(TASK), await backend.answer(tasks.score_report())]
    assert [answer.outcome for answer in answers] == ["answered", "answered"]
    assert [request.get("seed") for request in stub.requests] == [SEED, None, None]


async def test_an_output_that_the_server_itself_rejects_is_repaired_in_words() -> None:
    peg = error(500, "The model produced output that does not match the expected peg-native format")
    with OpenAIStub([completion(GOOD), peg]) as stub:
        backend = backend_on(stub)
        answers = [await backend.answer(task) for task in (TASK, TASK, tasks.score_report())]
    assert [answer.outcome for answer in answers] == ["answered"] * 3
    assert ["response_format" in request for request in stub.requests] == [True, True, False, True]
    assert [answer.usage.calls for answer in answers] == [1, 1, 1]


async def test_the_wire_is_plain_chat_completions_with_a_strict_schema() -> None:
    with OpenAIStub() as stub:
        await backend_on(stub, config=replace(QUICK, model="openai:gpt-5-pro")).answer(TASK)
    request = stub.requests[0]
    assert request["model"] == "gpt-5-pro"
    assert request["response_format"]["json_schema"]["strict"] is True
    assert [message["role"] for message in request["messages"]] == ["system", "user"]
    assert stub.headers[0]["authorization"] == f"Bearer {QUICK.api_key}"


def closed(node: object) -> bool:
    """Whether every object in a schema is closed and whole, every integer bounded, and nothing refers elsewhere."""
    if isinstance(node, list):
        return all(closed(item) for item in node)
    if not isinstance(node, dict):
        return True
    if node.get("type") == "object" and set(node["required"]) != set(node["properties"]):
        return False
    open_object = node.get("type") == "object" and node.get("additionalProperties") is not False
    unbounded = node.get("type") == "integer" and not {"minimum", "maximum"} <= set(node)
    return not open_object and not unbounded and "$ref" not in node and all(closed(item) for item in node.values())


@pytest.mark.parametrize("task", tasks.all_tasks(), ids=lambda task: task.name)
def test_schemas_are_such_as_strict_servers_take(task: Task) -> None:
    schema = wire_schema(task.output)
    assert schema["title"] == task.output.__name__
    assert closed(schema)
    assert "default" not in json.dumps(schema)


async def test_usage_is_the_servers_own_count_to_the_token() -> None:
    script = [
        error(429, "Slow down", headers={"retry-after": "0.01"}),
        completion("nonsense", usage=(1111, 7)),
        error(500, "Oops"),
    ]
    with OpenAIStub(script) as stub:
        backend = backend_on(stub)
        answers = [await backend.answer(task) for task in tasks.all_tasks()]
    assert sum(answer.usage.prompt_tokens for answer in answers) == stub.prompt_tokens
    assert sum(answer.usage.completion_tokens for answer in answers) == stub.completion_tokens
    assert sum(answer.usage.calls for answer in answers) == len(stub.requests) - 2


async def test_a_server_that_counts_nothing_is_counted_by_us() -> None:
    with OpenAIStub([completion(GOOD, usage=None)]) as stub:
        answer = await backend_on(stub).answer(TASK)
    assert answer.usage.calls == 1
    assert answer.usage.prompt_tokens > 1000
    assert answer.usage.completion_tokens > 20


async def test_a_finished_call_is_never_made_again(tmp_path: Path) -> None:
    def picky(body: JSON) -> Reply:
        return refuses("response_format") if "response_format" in body else sensible(body)

    path = tmp_path / "run-1" / "journal.sqlite"
    with OpenAIStub(picky) as stub:
        with Journal(path) as journal:
            first = [await backend_on(stub, journal=journal).answer(task) for task in tasks.all_tasks()]
        asked = len(stub.requests)
        with Journal(path) as journal:
            again = [await backend_on(stub, journal=journal).answer(task) for task in tasks.all_tasks()]
            backend = backend_on(stub, journal=journal)
            twice = [await backend.answer(TASK), await backend.answer(TASK)]
        assert len(stub.requests) == asked
    assert again == first
    assert [answer.usage.calls for answer in twice] == [1, 0], "a call is counted once in a run"
    assert QUICK.api_key.encode() not in path.read_bytes()


async def test_an_unusable_answer_is_in_the_journal_before_it_is_read(tmp_path: Path) -> None:
    with Journal(tmp_path / "journal.sqlite") as journal:
        with OpenAIStub(lambda _: completion("<<<no JSON>>>")) as stub:
            await backend_on(stub, journal=journal).answer(TASK)
        assert ["<<<no JSON>>>" in row.response for row in journal.rows()] == [True, True]
        assert all(row.usage.prompt_tokens == 100 for row in journal.rows())


async def test_eight_at_once_stay_within_the_concurrency_and_get_their_own_answers() -> None:
    def slow(body: JSON) -> Reply:
        return replace(sensible(body), delay_s=0.05)

    asked = [tasks.judge_claims(f"C-{number}-") for number in range(8)]
    with OpenAIStub(slow) as stub:
        backend = backend_on(stub, config=replace(QUICK, concurrency=3))
        answers = await asyncio.gather(*(backend.answer(task) for task in asked))
    assert [given(answer) for answer in answers] == [[claim.id for claim in task.claims] for task in asked]
    assert 1 < stub.most_at_once <= 3


def test_one_backend_serves_two_event_loops_in_turn() -> None:
    async def ask(backend: ChatBackend) -> str:
        answers = await asyncio.gather(*(backend.answer(tasks.judge_claims(f"C-{n}-")) for n in range(4)))
        await backend.aclose()
        return {answer.outcome for answer in answers}.pop()

    with OpenAIStub() as stub:
        backend, other = backend_on(stub), backend_on(stub)
        outcomes = [asyncio.run(ask(backend)), asyncio.run(ask(backend)), asyncio.run(ask(other))]
    assert outcomes == ["answered"] * 3
    assert len(stub.requests) == 12


async def test_fingerprints_tell_models_and_servers_apart() -> None:
    configs = [QUICK, replace(QUICK, model="openai:other"), replace(QUICK, base_url="http://127.0.0.1:1/v1")]
    prints = [ChatBackend(config, renderer=RENDERER).fingerprint for config in configs]
    same = ChatBackend(replace(QUICK, api_key="another", concurrency=1), renderer=RENDERER).fingerprint
    assert len(set(prints)) == 3
    assert same == prints[0]


async def test_any_langchain_model_answers_even_without_structured_output(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[dict[str, object]] = []

    def init_chat_model(name: str, **values: object) -> FakeListChatModel:
        asked.append({"name": name, **values})
        return FakeListChatModel(responses=[f"Well: {GOOD}"])

    library = ModuleType("langchain.chat_models")
    library.init_chat_model = init_chat_model  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "langchain", ModuleType("langchain"))
    monkeypatch.setitem(sys.modules, "langchain.chat_models", library)
    backend = ChatBackend(replace(QUICK, model="anthropic:claude:x"), renderer=RENDERER)
    answer = await backend.answer(TASK)
    assert given(answer) == ["C-1", "C-2"]
    assert asked[0]["name"] == "claude:x"
    assert asked[0]["model_provider"] == "anthropic"
    assert "api_key" not in asked[0], "a key for one provider is not sent to another"
