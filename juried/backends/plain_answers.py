"""The plainest whole answer to each task: asserts nothing, leaves out nothing; the script of an unscripted mock."""

from __future__ import annotations

from juried.records.protocol import Facet, SourceQuery
from juried.records.report import Sentence, Theme
from juried.tasks import (
    ClaimVote,
    ClaimVotes,
    DimensionScore,
    ExtractClaims,
    ExtractedClaim,
    ExtractedClaims,
    JudgeClaims,
    JudgeRelevance,
    MandateReview,
    Passage,
    PlanSearch,
    RelevanceJudgement,
    RelevanceJudgements,
    ReportScores,
    ScoreReport,
    SearchPlan,
    Task,
    TaskOutput,
    WriteReport,
    WrittenReport,
)
from juried.text.sentences import split_sentences

_UNREAD = "No model read this."


def plain_answer(task: Task) -> TaskOutput:
    """Return the plainest whole output for a task; raises TypeError for a task that is none of the six."""
    if isinstance(task, PlanSearch):
        return _plan(task)
    if isinstance(task, JudgeRelevance):
        return _judgements(task)
    if isinstance(task, ExtractClaims):
        return ExtractedClaims(claims=tuple(claim for p in task.passages for claim in _first_sentence(p)))
    if isinstance(task, JudgeClaims):
        return _votes(task)
    if isinstance(task, WriteReport):
        return _report(task)
    if isinstance(task, ScoreReport):
        scores = tuple(DimensionScore(dimension=d, value=None, basis=_UNREAD) for d in task.dimensions)
        return ReportScores(reviews=tuple(MandateReview(reviewer=name, scores=scores) for name in task.reviewers))
    raise TypeError(f"{type(task).__name__} is no task of juried")


def _plan(task: PlanSearch) -> SearchPlan:
    question = " ".join(task.question.split())
    if not question:
        return SearchPlan(searchable=False, refusal="The question is empty.")
    queries = tuple(SourceQuery(source=card.name, text=question, rationale=_UNREAD) for card in task.sources)
    return SearchPlan(searchable=True, facets=(Facet(name=question, terms=(question,)),), queries=queries)


def _judgements(task: JudgeRelevance) -> RelevanceJudgements:
    return RelevanceJudgements(
        judgements=tuple(
            RelevanceJudgement(work_id=work.id, relevance=50, bears_on_question=True, reason=_UNREAD)
            for work in task.works
        )
    )


def _first_sentence(passage: Passage) -> tuple[ExtractedClaim, ...]:
    spans = split_sentences(passage.text)
    if not spans:
        return ()
    sentence = passage.text[slice(*spans[0])]
    return (ExtractedClaim(text=" ".join(sentence.split()), kind="finding", passage=passage.id, quote=sentence),)


def _votes(task: JudgeClaims) -> ClaimVotes:
    return ClaimVotes(
        votes=tuple(
            ClaimVote(claim_id=claim.id, label="not_enough_info", probability=50, evidence=(), reason=_UNREAD)
            for claim in task.claims
        )
    )


def _report(task: WriteReport) -> WrittenReport:
    """List each claim under one heading, in its own words within quotation marks."""
    names = {work.id: work.short_name for work in task.works}
    sentences = tuple(
        Sentence(text=f'{names.get(claim.work_id, "A work")} states: "{claim.text}"', claims=(claim.id,))
        for claim in task.claims
    )
    return WrittenReport(
        title="Claims on the Question",
        answer="not_answered",
        answer_text="No model weighed the claims, so they are listed and the question is left open.",
        answer_claims=(),
        abstract=(Sentence(text=f"The panel verified {len(task.claims)} claims.", claims=()),),
        themes=(Theme(heading="Verified claims", sentences=sentences),) if sentences else (),
        limitations=(_UNREAD,),
    )
