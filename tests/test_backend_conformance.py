"""The conformance suite on every built-in backend, and on backends that break the protocol."""

from __future__ import annotations

import pytest

from juried.backends import conformance_tasks as tasks
from juried.backends.base import Answer, Outcome, TokenUsage
from juried.backends.conformance import CheckResult, check_backend
from juried.backends.mock import MockBackend, Reply
from juried.backends.plain_answers import plain_answer
from juried.backends.registry import open_backends
from juried.errors import BackendError
from juried.settings import Settings
from juried.tasks import ClaimVotes, ExtractedClaims, SearchPlan, Task, TaskOutput
from juried.text.tokens import count_tokens
from tests.chat_helpers import RENDERER, backend_on
from tests.openai_stub import OpenAIStub


def failed(results: tuple[CheckResult, ...]) -> dict[str, str]:
    return {result.name: result.detail for result in results if result.outcome == "failed"}


async def test_the_mock_conforms() -> None:
    results = await check_backend(MockBackend(renderer=RENDERER))
    assert failed(results) == {}
    assert len({result.name for result in results}) >= 12


async def test_the_chat_backend_conforms() -> None:
    with OpenAIStub() as stub:
        results = await check_backend(backend_on(stub))
    assert failed(results) == {}
    assert [result.name for result in results if result.outcome == "skipped"] == ["same task, same answer"]


async def test_the_embedded_backend_conforms() -> None:
    backends = open_backends(Settings(backend="embedded"), renderer=RENDERER, journal=None)
    assert failed(await check_backend(backends["planner"])) == {}


class Changing(MockBackend):
    """Gives another answer each time."""

    async def answer(self, task: Task) -> Answer[TaskOutput]:
        answer = await super().answer(task)
        return answer.model_copy(update={"usage": TokenUsage(calls=len(self.calls))})


class Hollow(MockBackend):
    """Says that it answered, and gives nothing."""

    async def answer(self, task: Task) -> Answer[TaskOutput]:
        return Answer[TaskOutput](output=None, outcome="answered")


class Raising(MockBackend):
    """Falls over long input, and cannot be closed twice."""

    async def answer(self, task: Task) -> Answer[TaskOutput]:
        if len(str(task)) > 50_000:
            raise MemoryError("too long")
        return await super().answer(task)

    async def aclose(self) -> None:
        if self.fingerprint == "closed":
            raise RuntimeError("closed already")
        self.fingerprint = "closed"


def invents(task: Task) -> Reply:
    reply = plain_answer(task)
    if isinstance(reply, ClaimVotes):
        votes = tuple(vote.model_copy(update={"label": "supports", "evidence": ("E9",)}) for vote in reply.votes)
        return ClaimVotes(votes=votes)
    if isinstance(reply, ExtractedClaims):
        return ExtractedClaims(claims=tuple(c.model_copy(update={"quote": "Never written."}) for c in reply.claims))
    return reply


def lazy(task: Task) -> Reply:
    reply = plain_answer(task)
    return ClaimVotes(votes=reply.votes[:1]) if isinstance(reply, ClaimVotes) else reply


@pytest.mark.parametrize(
    ("backend", "caught"),
    [
        (Changing(), {"same task, same answer"}),
        (Hollow(), {"plans a search", "any script", "very long input", "empty lists"}),
        (Raising(), {"very long input", "closes twice"}),
        (MockBackend(invents), {"quotes words of the passage", "judges claims"}),
        (
            MockBackend(lazy),
            {"judges claims", "votes name evidence", "eight at once", "order of claims does not mix votes"},
        ),
        (MockBackend(name=" "), {"says what it is"}),
        (MockBackend(lambda _: "refused"), {"plans a search", "judges relevance", "extracts claims", "eight at once"}),
    ],
)
async def test_a_backend_that_breaks_the_protocol_is_caught(backend: MockBackend, caught: set[str]) -> None:
    assert caught <= set(failed(await check_backend(backend)))


async def test_a_script_is_followed_and_its_calls_are_kept() -> None:
    plan = SearchPlan(searchable=False, refusal="No.")
    backend = MockBackend([plan, "refused", BackendError("no credit"), plan])
    asked = [tasks.plan_search("One?"), tasks.plan_search("Two?"), tasks.plan_search("Three?"), tasks.judge_claims()]
    first, second = await backend.answer(asked[0]), await backend.answer(asked[1])
    with pytest.raises(BackendError, match="no credit"):
        await backend.answer(asked[2])
    wrong, after = await backend.answer(asked[3]), await backend.answer(asked[0])
    assert first.output == plan
    outcomes: list[Outcome] = [answer.outcome for answer in (first, second, wrong, after)]
    assert outcomes == ["answered", "refused", "malformed", "failed"]
    assert "SearchPlan for judge_claims" in wrong.detail
    assert backend.calls == [*asked, asked[0]]


async def test_tokens_of_a_script_are_those_of_the_prompt_and_the_answer() -> None:
    task = tasks.judge_claims()
    prompt = RENDERER.render(task)
    usage = (await MockBackend(renderer=RENDERER).answer(task)).usage
    assert usage.prompt_tokens == count_tokens(f"{prompt.system}\n{prompt.user}")
    assert usage.completion_tokens > 10
    assert (await MockBackend(["failed"]).answer(task)).usage.completion_tokens == 0


async def test_a_wrong_word_in_a_script_is_not_taken_for_an_outcome() -> None:
    with pytest.raises(BackendError, match="'refusd'"):
        await MockBackend(["refusd"]).answer(tasks.judge_claims())  # type: ignore[list-item]
