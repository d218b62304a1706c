"""What a run may spend and what it says it spent: limits in tokens and money at every stage, counts as the server's."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphs.runner import Ended, run_question
from juried.backends.budget import Budget
from juried.errors import BudgetError, ExitCode, UsageError
from juried.prices import Price, dollars, parse_prices, parse_usd
from juried.records.run import Usage
from juried.reports.lint import lint_record
from juried.reports.spending import NO_PRICE, cost_of, totals_line
from juried.settings import Settings
from tests.chat_helpers import QUICK, TASK, backend_on, votes_json
from tests.openai_stub import JSON, OpenAIStub, Reply, completion, error, sensible
from tests.small_library import QUESTION, settings_for

PRICES = ("openai:stub=0.25/2/0.025",)
PRICE = Price(250_000, 2_000_000, 25_000)


def settings(tmp_path: Path, stub: OpenAIStub, **given: object) -> Settings:
    chat = {"backend": "", "model": "openai:stub", "base_url": stub.url, "api_key": "test-key", "max_included": 4}
    return settings_for(tmp_path, **{**chat, **given})


async def run(chosen: Settings) -> Ended:
    return await run_question(QUESTION, chosen, lambda offer: True)


@dataclass
class Faulty:
    """Answers sensibly, with cached tokens; the seventh request gets a 429, the fifth a 500, a sixth is malformed."""

    asked: int = 0
    cached: int = 0
    cost_nanos: int = 0

    def __call__(self, body: JSON) -> Reply:
        self.asked += 1
        if self.asked == 7:
            return error(429, "slow down", headers={"retry-after": "0"})
        if self.asked == 5:
            return error(500, "out of order")
        reply = sensible(body)
        assert isinstance(reply.body, dict)
        usage = reply.body["usage"]
        usage["prompt_tokens_details"] = {"cached_tokens": usage["prompt_tokens"] // 3}
        self.cached += usage["prompt_tokens"] // 3
        self.cost_nanos += PRICE.cost(usage["prompt_tokens"], usage["completion_tokens"], usage["prompt_tokens"] // 3)
        if self.asked % 6 == 0:
            reply.body["choices"][0]["message"]["content"] = '{"instead": "of what was asked"}'
        return reply


async def test_tokens_and_cost_are_the_servers_own_after_faults_and_after_resuming(tmp_path: Path) -> None:
    faulty = Faulty()
    with OpenAIStub(faulty) as stub:
        chosen = settings(tmp_path, stub, prices=PRICES)
        ended = await run(chosen)
        usage = ended.record.usage
        assert sum(row.prompt_tokens for row in usage) == stub.prompt_tokens
        assert sum(row.completion_tokens for row in usage) == stub.completion_tokens
        assert sum(row.cached_tokens or 0 for row in usage) == faulty.cached
        assert sum(row.cost_nanos or 0 for row in usage) == faulty.cost_nanos > 0
        for path in (ended.folder.manifest, ended.folder.checkpoints):
            path.unlink()
        made = len(stub.requests)
        again = await run(chosen)
        assert (again.record.usage, len(stub.requests)) == (usage, made)
    assert {(row.stage, row.role) for row in usage} >= {("plan_search", "planner"), ("review_claims", "challenger")}
    share, verified = ended.record.per_verified_claim, sum(verdict.verified for verdict in ended.record.verdicts)
    assert share is not None
    assert abs(share.prompt_tokens * verified - stub.prompt_tokens) <= verified
    report = ended.folder.report.read_text(encoding="utf-8")
    assert totals_line(usage) in report
    assert f"cost: {dollars(faulty.cost_nanos)}" in report


async def test_answers_that_could_not_be_used_count_when_the_server_says_what_they_cost(tmp_path: Path) -> None:
    def broken(body: JSON) -> Reply:
        asked.append(body)
        reply = sensible(body)
        assert isinstance(reply.body, dict)
        if len(asked) in (2, 3, 6):
            reply.body["choices"] = None
        return reply

    asked: list[JSON] = []
    with OpenAIStub(broken) as stub:
        ended = await run(settings(tmp_path, stub, prices=PRICES))
        assert sum(row.prompt_tokens for row in ended.record.usage) == stub.prompt_tokens
        assert sum(row.completion_tokens for row in ended.record.usage) == stub.completion_tokens
        assert sum(row.calls for row in ended.record.usage) == len(asked)


async def test_a_call_that_fails_for_good_counts_too() -> None:
    def broken(body: JSON) -> Reply:
        return Reply(body={"choices": None, "usage": {"prompt_tokens": 50, "completion_tokens": 5}})

    with OpenAIStub([completion(votes_json())], otherwise=broken) as stub:
        budget = Budget(100_000)
        backend = backend_on(stub, budget=budget)
        await backend.answer(TASK)
        answer = await backend.answer(TASK)
        assert answer.outcome == "failed"
        assert budget.spent.tokens == stub.prompt_tokens + stub.completion_tokens
        assert answer.usage.prompt_tokens == 50 * QUICK.attempts


async def test_without_a_price_the_record_says_so_and_never_0(tmp_path: Path) -> None:
    with OpenAIStub() as stub:
        ended = await run(settings(tmp_path, stub))
    assert all(row.cost_nanos is None and row.cached_tokens is None for row in ended.record.usage)
    assert f"cost: {NO_PRICE}." in ended.folder.report.read_text(encoding="utf-8")
    assert ended.record.per_verified_claim is not None
    assert ended.record.per_verified_claim.cost_nanos is None
    assert not [f for f in lint_record(ended.record, lambda sha: None) if f.severity == "error" and "2" in f.rule[1:]]


STAGES = ("plan_search", "screen_works", "extract_claims", "review_claims", "write_report", "review_report")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Ended:
    with OpenAIStub() as stub:
        return asyncio.run(run(settings(tmp_path_factory.mktemp("whole"), stub, prices=PRICES)))


@pytest.mark.parametrize(
    ("limit", "last"),
    [
        ("max_tokens", "plan_search"),
        ("max_usd", "screen_works"),
        ("max_tokens", "extract_claims"),
        ("max_usd", "review_claims"),
        ("max_usd", "write_report"),
    ],
)
async def test_a_budget_that_ends_after_any_stage_gives_a_sealed_report_that_says_so(
    tmp_path: Path, whole: Ended, last: str, limit: str
) -> None:
    paid = [row for row in whole.record.usage if row.stage in STAGES[: STAGES.index(last) + 1]]
    tokens = sum(row.prompt_tokens + row.completion_tokens for row in paid) + 1200
    nanos = sum(row.cost_nanos or 0 for row in paid) + PRICE.cost(40, 1024)
    given = {"max_tokens": tokens} if limit == "max_tokens" else {"max_usd": f"{nanos / 10**9:.6f}"}
    with OpenAIStub() as stub:
        ended = await run(settings(tmp_path, stub, prices=PRICES, **given))
        cost = sum(row.cost_nanos or 0 for row in ended.record.usage)
        assert stub.prompt_tokens + stub.completion_tokens <= tokens or limit == "max_usd"
        assert cost <= parse_usd(str(given.get("max_usd", "0"))) or limit == "max_tokens"
    record = ended.record
    assert ended.exit_code == ExitCode.DEGRADED
    assert ended.folder.sealed
    said = [loss.detail for loss in record.losses if f"--{limit.replace('_', '-')}" in loss.detail]
    assert said, "the report says what ran out"
    assert all(verdict.reason == "budget_exhausted" for verdict in record.verdicts if verdict.claim_id in lost(ended))
    assert not any(verdict.verified for verdict in record.verdicts if verdict.claim_id in lost(ended))
    assert record.draft.answer in (None, "not_answered") or last in ("review_claims", "write_report")


def lost(ended: Ended) -> set[str]:
    """Claims a vote on which could not be afforded."""
    return {vote.claim_id for vote in ended.record.lost_votes if vote.code == "budget_exhausted"}


@pytest.mark.parametrize("given", [{"max_tokens": 900}, {"max_usd": "0.0001"}])
async def test_a_budget_below_the_search_plan_ends_with_3_and_one_sentence_and_no_call(
    tmp_path: Path, given: dict[str, object]
) -> None:
    with OpenAIStub() as stub:
        with pytest.raises(BudgetError, match="does not allow a search plan") as caught:
            await run(settings(tmp_path, stub, prices=PRICES, **given))
        assert stub.requests == []
    assert caught.value.exit_code == ExitCode.DEGRADED
    assert "--max-" in caught.value.advice


async def test_a_server_that_counts_more_tokens_than_we_do_does_not_pass_the_limit(tmp_path: Path) -> None:
    def generous(body: JSON) -> Reply:
        reply = sensible(body)
        assert isinstance(reply.body, dict)
        reply.body["usage"]["prompt_tokens"] *= 2
        return reply

    with OpenAIStub(generous) as stub:
        await run(settings(tmp_path, stub, max_tokens=30_000))
        assert 10_000 < stub.prompt_tokens + stub.completion_tokens <= 30_000


async def test_a_limit_in_money_without_a_price_names_the_option_to_add(tmp_path: Path) -> None:
    with OpenAIStub() as stub:
        chosen = settings(tmp_path, stub, max_usd="1", prices=PRICES, roles=("writer=openai:large",))
        with pytest.raises(UsageError) as caught:
            await run(chosen)
        assert stub.requests == []
    assert caught.value.advice.startswith("Add --prices 'openai:stub=0.25/2/0.025,openai:large=IN/OUT'")


@pytest.mark.parametrize(
    "text",
    ["", "stub", "stub=", "=1/2", "stub=1", "stub=1/2/3/4", "stub=a/b", "stub=-1/2", "stub=1/nan", "stub=1e-9/1"],
)
def test_a_price_of_another_form_is_refused_with_the_form(text: str) -> None:
    with pytest.raises(UsageError, match="--prices") as caught:
        parse_prices([text])
    assert "IN/OUT" in caught.value.advice


@pytest.mark.parametrize("text", ["free", "-1", "1,5", "inf", "nan", "1e-30", "१"])
def test_an_amount_of_another_form_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="--max-usd"):
        parse_usd(text)


def test_prices_and_amounts_are_read_exactly() -> None:
    found = parse_prices(["small=0.0375/0.15", "groq:llama-3.1:8b=1/2/0"])
    assert found == {
        "openai:small": Price(37_500, 150_000, 37_500),
        "groq:llama-3.1:8b": Price(1_000_000, 2_000_000, 0),
    }
    assert (parse_usd("2.50"), parse_usd(""), parse_usd("0")) == (2_500_000_000, 0, 0)
    assert found["openai:small"].cost(1_000_000, 0) == 37_500_000


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(0, 10**6))
def test_cached_tokens_never_cost_more(prompt: int, answer: int, cached: int) -> None:
    assert 0 <= PRICE.cost(prompt, answer, cached) <= PRICE.cost(prompt, answer)


def test_only_some_prices_are_a_third_thing() -> None:
    row = {"stage": "s", "calls": 1, "prompt_tokens": 1, "completion_tokens": 1}
    priced = Usage.model_validate({**row, "role": "writer", "cost_nanos": 0})
    unpriced = Usage.model_validate({**row, "role": "planner"})
    assert cost_of([priced]) == "0.0000 USD"
    assert cost_of([unpriced]) == NO_PRICE
    assert cost_of([priced, unpriced]) == f"0.0000 USD, and {NO_PRICE} for planner"
    assert json.loads(unpriced.model_dump_json())["cost_nanos"] is None
    assert dollars(1) == "under 0.000001 USD"
