"""Rules that tie an answer to its task: what was asked for must be there, and nothing that was not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from juried.tasks import (
    ClaimVotes,
    ExtractClaims,
    ExtractedClaims,
    JudgeClaims,
    JudgeRelevance,
    PlanSearch,
    RelevanceJudgements,
    ReportScores,
    ScoreReport,
    SearchPlan,
    Task,
    TaskOutput,
    WriteReport,
    WrittenReport,
)


def gaps(task: Task, output: TaskOutput) -> tuple[str, ...]:
    """Return one sentence for each thing that the task asked for and the output lacks; () when it is whole."""
    if isinstance(task, PlanSearch) and isinstance(output, SearchPlan):
        return _plan_gaps(task, output)
    if isinstance(task, JudgeRelevance) and isinstance(output, RelevanceJudgements):
        return _absent("judgement of", [work.id for work in task.works], [item.work_id for item in output.judgements])
    if isinstance(task, JudgeClaims) and isinstance(output, ClaimVotes):
        return _vote_gaps(task, output)
    if isinstance(task, WriteReport) and isinstance(output, WrittenReport):
        return _report_gaps(task, output)
    if isinstance(task, ScoreReport) and isinstance(output, ReportScores):
        return _review_gaps(task, output)
    return ()


def without_strays(task: Task, output: TaskOutput) -> TaskOutput:
    """Return the output less what the task did not ask for: unknown ids and labels, second answers for one id.

    Sentences of a report are left as they are; what an unknown claim supports is for the writer to decide.
    """
    if isinstance(task, PlanSearch) and isinstance(output, SearchPlan):
        known = {card.name for card in task.sources}
        return _with(output, queries=tuple(query for query in output.queries if query.source in known))
    if isinstance(task, JudgeRelevance) and isinstance(output, RelevanceJudgements):
        return _with(output, judgements=_wanted(output.judgements, "work_id", (work.id for work in task.works)))
    if isinstance(task, ExtractClaims) and isinstance(output, ExtractedClaims):
        shown = {passage.id for passage in task.passages}
        return _with(output, claims=tuple(claim for claim in output.claims if claim.passage in shown))
    if isinstance(task, JudgeClaims) and isinstance(output, ClaimVotes):
        return _votes_without_strays(task, output)
    if isinstance(task, ScoreReport) and isinstance(output, ReportScores):
        return _reviews_without_strays(task, output)
    return output


def _with(output: TaskOutput, **items: tuple[object, ...]) -> TaskOutput:
    return output.model_copy(update=items)


def _wanted(items: Sequence[object], name: str, wanted: Iterable[str]) -> tuple[object, ...]:
    """Return the first item of each wanted id, in the output's own order."""
    open_ids = set(wanted)
    kept = []
    for item in items:
        item_id = getattr(item, name)
        if item_id in open_ids:
            open_ids.remove(item_id)
            kept.append(item)
    return tuple(kept)


def _votes_without_strays(task: JudgeClaims, output: ClaimVotes) -> TaskOutput:
    labels = {card.label for card in task.evidence}
    cleaned = [
        vote.model_copy(update={"evidence": tuple(label for label in dict.fromkeys(vote.evidence) if label in labels)})
        for vote in output.votes
    ]
    return _with(output, votes=_wanted(cleaned, "claim_id", (claim.id for claim in task.claims)))


def _reviews_without_strays(task: ScoreReport, output: ReportScores) -> TaskOutput:
    cleaned = [
        review.model_copy(update={"scores": _wanted(review.scores, "dimension", task.dimensions)})
        for review in output.reviews
    ]
    return _with(output, reviews=_wanted(cleaned, "reviewer", task.reviewers))


def _absent(what: str, wanted: Sequence[str], given: Sequence[str]) -> tuple[str, ...]:
    return tuple(f"There is no {what} {item}." for item in dict.fromkeys(wanted) if item not in given)


def _plan_gaps(task: PlanSearch, plan: SearchPlan) -> tuple[str, ...]:
    if not plan.searchable:
        return () if plan.refusal.strip() else ("`refusal` does not say why no search can be made.",)
    asked = [query.source for query in plan.queries if query.text.strip()]
    return _absent("query for the source", [card.name for card in task.sources], asked)


def _vote_gaps(task: JudgeClaims, output: ClaimVotes) -> tuple[str, ...]:
    labels = {card.label for card in task.evidence}
    known = {claim.id for claim in task.claims}
    bare = (
        f"The vote on {vote.claim_id} is {vote.label} but names no passage of the pool."
        for vote in output.votes
        if vote.claim_id in known and vote.label != "not_enough_info" and not labels & set(vote.evidence)
    )
    return (*_absent("vote on", [claim.id for claim in task.claims], [v.claim_id for v in output.votes]), *bare)


def _review_gaps(task: ScoreReport, output: ReportScores) -> tuple[str, ...]:
    given = {review.reviewer: [score.dimension for score in review.scores] for review in reversed(output.reviews)}
    lacking = (
        gap
        for name in task.reviewers
        if name in given
        for gap in _absent(f"score by the {name} for", task.dimensions, given[name])
    )
    return (*_absent("review by the", task.reviewers, list(given)), *lacking)


def _report_gaps(task: WriteReport, report: WrittenReport) -> tuple[str, ...]:
    known = {claim.id for claim in task.claims}
    sentences = [*report.abstract, *(sentence for theme in report.themes for sentence in theme.sentences)]
    named = [*report.answer_claims, *(claim for sentence in sentences for claim in sentence.claims)]
    found = [
        f"There is no claim {claim}; name only claims of the list."
        for claim in dict.fromkeys(named)
        if claim not in known
    ]
    if not report.title.strip() or not report.answer_text.strip() or not report.abstract:
        found.append("Title, answer_text and abstract must not be empty.")
    if known and not any(theme.sentences for theme in report.themes):
        found.append("The themes hold no sentence.")
    if report.answer != "not_answered" and not known & set(report.answer_claims):
        found.append(f"The answer {report.answer} names no claim of the list.")
    return tuple(found)
