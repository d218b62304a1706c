"""The retriever: makes the protocol, runs its queries, and screens the works that they bring."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence

from agents.asking import Account
from agents.planning import make_plan, usable_queries
from juried.backends.base import Backend
from juried.errors import LibraryError, QuestionError, SourceError
from juried.records.base import Record
from juried.records.protocol import Protocol
from juried.records.work import Hit, LedgerRow, ScreeningDecision, Work
from juried.sources.base import SearchLimits, SearchResult, Source, takes_queries
from juried.sources.languages import in_other_language, language_note
from juried.sources.lexical import QUERY_LANGUAGE
from juried.tasks import (
    JudgeRelevance,
    PlanSearch,
    RelevanceJudgement,
    RelevanceJudgements,
    SearchPlan,
    SourceCard,
    WorkCard,
)

Rank = Callable[[str, Sequence[str]], Awaitable[tuple[int, ...]]]
BATCH = 40
JUDGED_PER_PLACE = 4
DEEPER = 5
_STANDING = 200
_FUSION = 60


class SourceHits(Record):
    """What one source brought for all its queries: ledger rows in query order, hits in rank order."""

    source: str
    rows: tuple[LedgerRow, ...]
    hits: tuple[Hit, ...]


def all_failed(searches: Sequence[SourceHits]) -> bool:
    """Whether there were queries and every one of them failed."""
    rows = [row for search in searches for row in search.rows]
    return bool(rows) and not any(row.status in ("answered", "empty") for row in rows)


def demand_answers(searches: Sequence[SourceHits]) -> None:
    """Raise when every query of every source failed, for an empty result would then say something about the works.

    Raises:
        LibraryError: The local library alone was searched, and cannot be used.
        SourceError: All sources failed; when the run goes on, they are asked again.
    """
    if not all_failed(searches):
        return
    rows = [row for search in searches for row in search.rows]
    if {row.source for row in rows} == {"library"}:
        raise LibraryError(rows[0].detail)
    raise SourceError(
        f"every source failed: {'; '.join(sorted({f'{row.source}: {row.detail}' for row in rows}))}.",
        advice="Run the same command again later, which asks them again, or name other sources with --sources.",
    )


class Screening(Record):
    """A decision for every work, by work id."""

    decisions: tuple[ScreeningDecision, ...]


def plan_task(question: str, sources: Sequence[Source]) -> PlanSearch:
    """Return what the planner is asked for a question, its white space made plain; of sources that take queries."""
    searchable = [source for source in sources if takes_queries(source)]
    cards = tuple(SourceCard(name=source.name, query_language=source.query_language) for source in searchable)
    return PlanSearch(question=" ".join(question.split()), sources=cards)


class Retriever:
    """Finds works that bear on a question.

    Args:
        planner: The backend that plans the search.
        screener: The backend that judges relevance.
    """

    def __init__(self, planner: Backend, screener: Backend) -> None:
        self._planner = planner
        self._screener = screener

    async def plan(
        self, question: str, sources: Sequence[Source], years: tuple[int | None, int | None], account: Account
    ) -> Protocol:
        """Return the protocol for a question.

        Raises:
            QuestionError: The question is empty or cannot be searched.
            BudgetError: What may be spent does not allow a plan.
            BackendError: No plan was made by method either.
        """
        question = " ".join(question.split())
        if not question:
            raise QuestionError("the question is empty.", advice='Give one: juried run "Does A improve B?"')
        task = plan_task(question, sources)
        plan = await make_plan(self._planner, task, account)
        return _protocol(question, plan, {card.name for card in task.sources}, years, account)

    async def search(self, source: Source, protocol: Protocol, hits: int) -> SourceHits:
        """Run the protocol's queries for one source, sharing `hits` places; a hit keeps its rank within its query.

        A local index is asked five times as deep, so that what several queries place well is not cut off before.
        """
        queries = [query for query in protocol.queries if query.source == source.name]
        limits = limits_of(protocol, hits * (DEEPER if source.query_language == QUERY_LANGUAGE else 1))
        results = [_noted(await source.search(query, limits), source, limits) for query in queries]
        return share_places(source.name, results, hits)

    async def screen(
        self,
        protocol: Protocol,
        works: Sequence[Work],
        limit: int,
        rank: Rank,
        account: Account,
        *,
        earlier: Screening | None = None,
        searches: Sequence[SourceHits] = (),
    ) -> Screening:
        """Judge the best-ranked works and include at most `limit`; every work gets a decision.

        Works are ranked by hybrid relevance to the question and by where the searches placed them (their
        standing counts up to a fifth of the scale); the first four for each place are judged
        by the backend, the others are excluded as ranked below, unjudged. Works in another language than
        those asked for are excluded first. What an `earlier` screening judged is not judged again.
        """
        foreign = [work for work in works if in_other_language(work.language, protocol.languages)]
        decisions = [_excluded(work, None, "other_language", f"Language: {work.language}.") for work in foreign]
        works = [work for work in works if work not in foreign]
        readable = [work for work in works if work.abstract or work.files]
        decisions += [_excluded(work, None, "no_text") for work in works if not (work.abstract or work.files)]
        standing = standings(searches)
        scores = await rank(search_text(protocol), [f"{work.title}. {work.abstract}" for work in readable])
        placed = [
            score + round(_STANDING * standing_of(work, standing)) for score, work in zip(scores, readable, strict=True)
        ]
        order = sorted(zip(placed, readable, strict=True), key=lambda pair: (-pair[0], pair[1].id))
        ranked = [work for _, work in order]
        judged = ranked[: limit * JUDGED_PER_PLACE]
        decisions += [_excluded(work, None, "ranked_below") for work in ranked[len(judged) :]]
        known = _judgements_of(earlier)
        cards = [_card(work, standing_of(work, standing)) for work in judged if work.id not in known]
        new = await self._judge(protocol, cards, account)
        decisions += _include(judged, {**known, **new}, limit)
        return Screening(decisions=tuple(sorted(decisions, key=lambda decision: decision.work_id)))

    async def _judge(
        self, protocol: Protocol, works: Sequence[WorkCard], account: Account
    ) -> dict[str, RelevanceJudgement]:
        judgements: dict[str, RelevanceJudgement] = {}
        for start in range(0, len(works), BATCH):
            task = JudgeRelevance(
                question=protocol.question,
                facets=protocol.facets,
                include=protocol.include,
                exclude=protocol.exclude,
                works=tuple(works[start : start + BATCH]),
            )
            output = await account.ask(self._screener, task, RelevanceJudgements)
            judgements.update({item.work_id: item for item in output.judgements} if output else {})
        return judgements


def limits_of(protocol: Protocol, hits: int) -> SearchLimits:
    """Return the protocol's limits of years and languages with a number of hits to take."""
    return SearchLimits(hits=hits, year_from=protocol.year_from, year_to=protocol.year_to, languages=protocol.languages)


def _noted(result: SearchResult, source: Source, limits: SearchLimits) -> tuple[LedgerRow, tuple[Hit, ...]]:
    """Return a result whose row says where the limit of language is applied."""
    detail = " ".join(part for part in (result.row.detail, language_note(source, limits.languages)) if part)
    return result.row.model_copy(update={"detail": detail}), result.hits


def _judgements_of(screening: Screening | None) -> dict[str, RelevanceJudgement]:
    """Return the judgements that decisions of an earlier screening rest on, by work id."""
    return {
        decision.work_id: RelevanceJudgement(
            work_id=decision.work_id,
            relevance=decision.relevance,
            bears_on_question=decision.reason != "beside_the_question",
            reason=decision.detail,
        )
        for decision in (screening.decisions if screening else ())
        if decision.relevance is not None
    }


def search_text(protocol: Protocol) -> str:
    """Return the question followed by every facet term that it does not contain, for ranking."""
    known = protocol.question.lower()
    terms = [term for facet in protocol.facets for term in facet.terms if term.lower() not in known]
    return " ".join([protocol.question, *dict.fromkeys(terms)])


def _protocol(
    question: str, plan: SearchPlan, sources: set[str], years: tuple[int | None, int | None], account: Account
) -> Protocol:
    queries = usable_queries(plan, sources)
    for name in sorted(sources - {query.source for query in queries}):
        account.lose(name, "The search plan holds no query for this source.")
    return Protocol(
        question=question,
        facets=plan.facets,
        queries=tuple(sorted(queries, key=lambda query: query.source)),
        include=plan.include,
        exclude=plan.exclude,
        year_from=years[0],
        year_to=years[1],
    )


def share_places(name: str, results: list[tuple[LedgerRow, tuple[Hit, ...]]], places: int) -> SourceHits:
    """Give the places to the hits that the queries together rank best; each is counted where it ranks first.

    Ranks are fused as in Cormack et al. (2009): a hit's score is the sum of 1 / (60 + rank) over the queries.
    """
    best: dict[str, tuple[int, int, Hit]] = {}
    scores: dict[str, float] = {}
    for index, (_, hits) in enumerate(results):
        for depth, hit in enumerate(hits, start=1):
            scores[hit.source_id] = scores.get(hit.source_id, 0.0) + 1 / (_FUSION + depth)
            best[hit.source_id] = min(best.get(hit.source_id, (depth, index, hit)), (depth, index, hit), key=_place)
    taken = sorted(scores, key=lambda key: (-round(scores[key], 12), best[key][:2], key))[:places]
    counts = Counter(best[key][1] for key in taken)
    rows = tuple(row.model_copy(update={"taken": counts[at]}) for at, (row, _) in enumerate(results))
    return SourceHits(source=name, rows=rows, hits=tuple(best[key][2] for key in taken))


def _place(found: tuple[int, int, Hit]) -> tuple[int, int]:
    return found[:2]


def standings(searches: Sequence[SourceHits]) -> dict[str, float]:
    """Return how high a search placed each hit, by `source:source_id`: 1 for the first, half of it at place 62."""
    return {
        f"{found.source}:{hit.source_id}": round((_FUSION + 1) / (_FUSION + place), 4)
        for found in searches
        for place, hit in enumerate(found.hits, start=1)
    }


def standing_of(work: Work, places: Mapping[str, float]) -> float:
    """Return the best standing of a work's hits; 0 when no search found it."""
    return max((places.get(name, 0.0) for name in work.hits), default=0.0)


def _card(work: Work, standing: float) -> WorkCard:
    return WorkCard(
        id=work.id, title=work.title, year=work.year, venue=work.venue, abstract=work.abstract, standing=standing
    )


def _excluded(work: Work, relevance: int | None, reason: str, detail: str = "") -> ScreeningDecision:
    values = {"work_id": work.id, "included": False, "relevance": relevance, "reason": reason, "detail": detail}
    return ScreeningDecision.model_validate(values)


def _include(works: Sequence[Work], judgements: dict[str, RelevanceJudgement], limit: int) -> list[ScreeningDecision]:
    unjudged = [_excluded(work, None, "not_judged") for work in works if work.id not in judgements]
    judged = sorted(
        ((judgements[work.id], work) for work in works if work.id in judgements),
        key=lambda pair: (-pair[0].relevance, pair[1].id),
    )
    beside = [
        _excluded(work, item.relevance, "beside_the_question", item.reason)
        for item, work in judged
        if not item.bears_on_question
    ]
    bearing = [(item, work) for item, work in judged if item.bears_on_question]
    included = [
        ScreeningDecision(work_id=work.id, included=True, relevance=item.relevance, detail=item.reason)
        for item, work in bearing[:limit]
    ]
    crowded = [_excluded(work, item.relevance, "below_the_cut", item.reason) for item, work in bearing[limit:]]
    return unjudged + beside + included + crowded
