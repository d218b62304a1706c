"""A run that goes on reads its calls from the journal, whichever way and in whatever order they were asked.

Each test asks some tasks of a server that has its ways, then asks them again of a new backend over the same journal:
in the same order, in another one, or the later tasks alone, as after a checkpoint.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from graphs.runner import run_question
from juried.backends import conformance_tasks as tasks
from juried.backends.base import Answer, TokenUsage
from juried.backends.budget import Amount
from juried.backends.spending import spent_before
from juried.errors import BackendError
from juried.journal import Journal
from juried.tasks import Task, TaskOutput
from tests.chat_helpers import QUICK, backend_on, vote, votes_json
from tests.openai_stub import JSON, OpenAIStub, Reply, completion, error, sensible
from tests.small_library import QUESTION, settings_for

ASKED = (tasks.plan_search(), *(tasks.judge_claims(f"C-{number}-") for number in range(5)), tasks.score_report())
Server = Callable[[JSON], Reply]


def in_words(body: JSON) -> JSON:
    """The request as a server takes it that does not look at the form."""
    return {key: value for key, value in body.items() if key not in ("response_format", "tools")}


def ignoring() -> Server:
    """A server that says nothing of the schema and does not keep to it, unless it stands in the prompt."""
    return lambda body: sensible(in_words(body)) if "JSON schema" in str(body) else completion("Both claims hold.")


def ignoring_now_and_then() -> Server:
    """A server that keeps to the schema in every second answer."""
    seen: list[int] = []

    def reply(body: JSON) -> Reply:
        seen.append(1)
        good = len(seen) % 2 or "JSON schema" in str(body)
        return replace(sensible(body) if good else completion("Both hold."), delay_s=0.02)

    return reply


def refusing(*fields: str) -> Server:
    """A server that does not know these fields."""

    def reply(body: JSON) -> Reply:
        found = next((field for field in fields if field in body), "")
        return error(400, f"Unknown field: {found}. This server does not support {found}.") if found else sensible(body)

    return reply


def rejecting_outputs() -> Server:
    """A server that cannot use every second of its own answers to a schema."""
    seen: list[int] = []

    def reply(body: JSON) -> Reply:
        seen.append(1)
        bad = len(seen) % 2 == 0 and "response_format" in body
        return (
            error(500, "The model produced output that does not match the expected peg-native format")
            if bad
            else (replace(sensible(body), delay_s=0.02))
        )

    return reply


SERVERS: dict[str, Callable[[], Server]] = {
    "plain": lambda: sensible,
    "ignores the schema": ignoring,
    "ignores it now and then": ignoring_now_and_then,
    "takes tools alone": lambda: refusing("response_format"),
    "takes text alone": lambda: refusing("response_format", "tools"),
    "takes no temperature": lambda: refusing("temperature"),
    "takes older names": lambda: refusing("max_completion_tokens", "seed", "temperature"),
    "rejects outputs": rejecting_outputs,
}


async def ask(stub: OpenAIStub, journal: Journal, asked: Sequence[Task], *, at_once: bool) -> list[Answer[TaskOutput]]:
    backend = backend_on(stub, config=replace(QUICK, concurrency=3), journal=journal)
    try:
        if at_once:
            return list(await asyncio.gather(*(backend.answer(task) for task in asked)))
        return [await backend.answer(task) for task in asked]
    finally:
        await backend.aclose()


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    with Journal(tmp_path / "run-1" / "journal.sqlite") as opened:
        yield opened


@pytest.mark.parametrize("server", SERVERS.values(), ids=list(SERVERS))
@pytest.mark.parametrize("at_once", [True, False], ids=["at once", "in turn"])
async def test_whoever_asks_the_same_again_gets_the_same_without_a_call(
    journal: Journal, server: Callable[[], Server], at_once: bool
) -> None:
    with OpenAIStub(server()) as stub:
        first = await ask(stub, journal, ASKED, at_once=at_once)
        made = len(stub.requests)
        for order in (ASKED, ASKED[::-1], ASKED[3:], ASKED[-1:]):
            again = await ask(stub, journal, order, at_once=not at_once)
            assert again == [first[ASKED.index(task)] for task in order]
            assert len(stub.requests) == made
    assert {answer.outcome for answer in first} == {"answered"}


@pytest.mark.parametrize("field", ["temperature", "response_format"])
async def test_what_a_server_does_not_take_is_not_asked_again_after_a_resume(journal: Journal, field: str) -> None:
    with OpenAIStub(refusing(field)) as stub:
        await ask(stub, journal, ASKED[:3], at_once=False)
        made = len(stub.requests)
        await ask(stub, journal, ASKED[4:], at_once=False)
    assert not [request for request in stub.requests[made:] if field in request]
    assert len(stub.requests) == made + len(ASKED[4:])


USELESS = Reply(200, {"choices": [], "usage": {"prompt_tokens": 70, "completion_tokens": 5, "total_tokens": 75}})


async def test_what_a_failed_call_cost_is_in_the_journal_and_counted_once(journal: Journal) -> None:
    useless = [USELESS] * QUICK.attempts
    script = [votes_on("X-1", "X-2"), *useless, votes_on("Y-1", "Y-2"), *useless]
    with OpenAIStub(script) as stub:
        for prefix in ("X-", "Y-"):
            _, failed = await ask(stub, journal, (tasks.judge_claims(prefix), ASKED[1]), at_once=False)
        assert (failed.outcome, failed.usage.calls) == ("failed", 2 * QUICK.attempts), "earlier tries are counted too"
        (found,) = await ask(stub, journal, ASKED[1:2], at_once=False)
        (again,) = await ask(stub, journal, ASKED[1:2], at_once=False)
    assert (found.outcome, found.usage.calls) == ("answered", 2 * QUICK.attempts + 1)
    assert again == found
    total = sum_of(row.usage for row in journal.rows())
    assert (total.prompt_tokens, total.completion_tokens) == (stub.prompt_tokens, stub.completion_tokens)
    assert spent_before(journal.rows(), {}) == Amount(total.prompt_tokens + total.completion_tokens)


async def test_what_a_model_that_cannot_be_used_cost_is_in_the_journal(journal: Journal) -> None:
    with OpenAIStub(lambda _: USELESS) as stub:
        with pytest.raises(BackendError):
            await ask(stub, journal, ASKED[:1], at_once=False)
        assert sum(row.usage.prompt_tokens for row in journal.rows()) == stub.prompt_tokens > 0


def votes_on(*claims: str) -> Reply:
    return completion(votes_json(*(vote(claim) for claim in claims)))


def sum_of(usages: Iterable[TokenUsage]) -> TokenUsage:
    total = TokenUsage()
    for usage in usages:
        total += usage
    return total


@pytest.mark.parametrize("name", ["ignores the schema", "ignores it now and then", "takes no temperature"])
async def test_a_run_without_its_checkpoints_makes_no_call_more(tmp_path: Path, name: str) -> None:
    with OpenAIStub(SERVERS[name]()) as stub:
        chosen = settings_for(
            tmp_path, backend="", model="openai:stub", base_url=stub.url, api_key="k", max_included=4, max_claims=8
        )
        first = await run_question(QUESTION, chosen, lambda offer: True)
        made = len(stub.requests)
        first.folder.manifest.unlink()
        first.folder.checkpoints.unlink()
        again = await run_question(QUESTION, chosen, lambda offer: True)
    assert len(stub.requests) == made
    assert again.folder.record.read_bytes() == first.folder.record.read_bytes()
