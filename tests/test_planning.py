"""What becomes of a run whose planner gives no plan: the search is planned by method, and the record says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from agents.asking import Account
from agents.planning import make_plan
from agents.retriever import plan_task
from graphs.runner import run_question
from juried.backends.mock import MockBackend, Reply
from juried.errors import BackendError, BudgetError, ExitCode, QuestionError
from juried.records.protocol import SourceQuery
from juried.settings import Settings
from juried.sources.registry import open_sources
from juried.tasks import ClaimVotes, PlanSearch, SearchPlan, SourceCard
from tests.openai_stub import JSON, OpenAIStub, completion, sensible
from tests.openai_stub import Reply as HttpReply
from tests.small_library import QUESTION, settings_for

ASKED = PlanSearch(question=QUESTION, sources=(SourceCard(name="library", query_language="words"),))


def plan_with(source: str, text: str) -> SearchPlan:
    return SearchPlan(searchable=True, queries=(SourceQuery(source=source, text=text),))


async def plan(reply: Reply, task: PlanSearch = ASKED) -> tuple[SearchPlan, Account]:
    account = Account("plan_search")
    return await make_plan(MockBackend([reply], name="some:model"), task, account), account


UNUSABLE = {
    "refused": "refused",
    "truncated": "truncated",
    "malformed": "malformed",
    "filtered": "filtered",
    "failed": "failed",
    "another task's answer": ClaimVotes(votes=()),
    "no query": SearchPlan(searchable=True),
    "another source": plan_with("nowhere", "low-resource languages"),
    "blank query": plan_with("library", "  \n"),
    "no reason": SearchPlan(searchable=False, refusal=" "),
}


@pytest.mark.parametrize("reply", UNUSABLE.values(), ids=list(UNUSABLE))
async def test_a_plan_that_cannot_be_used_is_made_by_method_and_noted(reply: Reply) -> None:
    made, account = await plan(reply)
    assert made.searchable
    assert {query.source for query in made.queries} == {"library"}
    assert made == (await plan("failed"))[0]
    (loss,) = account.outlay().losses
    assert (loss.stage, loss.concerns) == ("plan_search", "plan_search")
    assert loss.detail.startswith("some:model: ")
    assert loss.detail.endswith("The search was planned by method, without a language model.")


async def test_a_plan_that_can_be_used_is_taken_as_it_is() -> None:
    given = plan_with("library", "low-resource languages")
    made, account = await plan(given)
    assert made == given
    assert account.outlay().losses == ()


async def test_a_question_is_refused_for_a_reason_alone() -> None:
    with pytest.raises(QuestionError, match="asks for an opinion"):
        await plan(SearchPlan(searchable=False, refusal="It asks for an opinion."))
    with pytest.raises(QuestionError, match="names no subject"):
        await plan("malformed", PlanSearch(question="Is it so?", sources=ASKED.sources))


async def test_what_is_not_the_plans_fault_is_raised_as_ever() -> None:
    with pytest.raises(BudgetError, match="does not allow a search plan"):
        await plan("unaffordable")
    with pytest.raises(BackendError, match="no such model"):
        await plan(BackendError("no such model."))


def test_sources_that_only_look_works_up_are_no_part_of_the_question_to_the_planner() -> None:
    opened = open_sources(Settings(sources=("crossref", "unpaywall"), contact="someone@example.org"))
    assert [card.name for card in plan_task(QUESTION, opened).sources] == ["crossref"]


@pytest.mark.parametrize("said", ["I am sorry, but I cannot plan this.", "Well.", '{"searchable": true}'])
async def test_a_run_goes_on_and_ends_degraded_with_the_loss_in_its_report(tmp_path: Path, said: str) -> None:
    def no_planner(body: JSON) -> HttpReply:
        return completion(said) if "SearchPlan" in str(body.get("response_format")) else sensible(body)

    with OpenAIStub(no_planner) as stub:
        chosen = settings_for(tmp_path, backend="", model="openai:stub", base_url=stub.url, api_key="k")
        ended = await run_question(QUESTION, chosen, lambda offer: True)
    assert ended.exit_code == ExitCode.DEGRADED
    assert ended.record.claims
    (loss,) = [loss for loss in ended.record.losses if loss.stage == "plan_search"]
    assert loss.detail.startswith("openai:stub: ")
    assert "The search was planned by method" in ended.folder.report.read_text(encoding="utf-8")
