"""Making the search plan: by the planner, and by method where the planner gives none that can be used."""

from __future__ import annotations

from collections.abc import Collection

from agents.asking import Account
from juried.backends.base import Backend
from juried.errors import BackendError, BudgetError, QuestionError
from juried.records.protocol import SourceQuery
from juried.tasks import PlanSearch, SearchPlan

_ADVICE = "Name what is studied and what is asked of it, for example: Does X improve Y for Z?"
_INSTEAD = "The search was planned by method, without a language model."


async def make_plan(planner: Backend, task: PlanSearch, account: Account) -> SearchPlan:
    """Return a search plan with at least one query for a source of the task.

    A plan that is refused, malformed or empty is the planner's failure and not the question's: it is noted as a
    loss, and the search is planned by method.

    Raises:
        QuestionError: The question cannot be searched, for the reason that the plan gives.
        BudgetError: What may be spent does not allow a plan.
        BackendError: No plan was made by method either.
    """
    plan = await account.ask(planner, task, SearchPlan, instead=_INSTEAD)
    if account.last is not None and account.last.outcome == "unaffordable":
        advice = f"{account.last.detail} Raise it, then run the same question again."
        raise BudgetError("the budget does not allow a search plan.", concerns=task.question, advice=advice)
    if plan is None:
        return await _plan_by_method(task, account)
    if fault := _fault(plan, task):
        account.lose(task.name, f"{planner.name}: {fault} {_INSTEAD}")
        return await _plan_by_method(task, account)
    return _searchable(plan, task)


def usable_queries(plan: SearchPlan, sources: Collection[str]) -> tuple[SourceQuery, ...]:
    """Return the queries of a plan that have words and go to one of these sources, in the plan's order."""
    return tuple(query for query in plan.queries if query.source in sources and query.text.strip())


def _fault(plan: SearchPlan, task: PlanSearch) -> str:
    """Return why a plan cannot be used, "" when it can be or says with a reason that none can be made."""
    if not plan.searchable:
        return "" if plan.refusal.strip() else "The search plan calls the question unsearchable and does not say why."
    return "" if usable_queries(plan, _names(task)) else "The search plan holds no query for any source."


def _searchable(plan: SearchPlan, task: PlanSearch) -> SearchPlan:
    if plan.searchable:
        return plan
    raise QuestionError(plan.refusal.strip(), concerns=task.question, advice=_ADVICE)


async def _plan_by_method(task: PlanSearch, account: Account) -> SearchPlan:
    from juried.backends.embedded.backend import EmbeddedBackend

    plan = await account.ask(EmbeddedBackend(), task, SearchPlan)
    if plan is None or (plan.searchable and not usable_queries(plan, _names(task))):
        why = account.last.detail if account.last is not None else ""
        raise BackendError("no search plan was made.", concerns=task.question, advice=why)
    return _searchable(plan, task)


def _names(task: PlanSearch) -> frozenset[str]:
    return frozenset(card.name for card in task.sources)
