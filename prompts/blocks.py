"""The variables of each prompt: pure functions of the typed task, in a stable order."""

from __future__ import annotations

from collections.abc import Iterable

from juried.records.protocol import Facet
from juried.tasks import (
    ClaimCard,
    EvidenceCard,
    ExtractClaims,
    JudgeClaims,
    JudgeRelevance,
    PlanSearch,
    ScoreReport,
    Task,
    VerifiedClaim,
    WorkCard,
    WorkLine,
    WriteReport,
)
from prompts.fence import fenced, one_line, quoted_lines

NONE_GIVEN = "(none)"
FIRST_VOTE = "This is the first vote on these claims."
LATER_VOTE = (
    "The reviewers disagreed on these claims, and more passages were sought; vote afresh on what the passages say."
)


def variables_of(task: Task) -> dict[str, str]:
    """Return the text of each variable that the task's prompt uses, the mandate apart; {} for an unknown task."""
    if isinstance(task, PlanSearch):
        return _plan_search(task)
    if isinstance(task, JudgeRelevance):
        return _judge_relevance(task)
    if isinstance(task, ExtractClaims):
        return _extract_claims(task)
    if isinstance(task, JudgeClaims):
        return _judge_claims(task)
    if isinstance(task, WriteReport):
        return _write_report(task)
    return _score_report(task) if isinstance(task, ScoreReport) else {}


def _lines(lines: Iterable[str]) -> str:
    return "\n".join(lines) or NONE_GIVEN


def _bullets(texts: Iterable[str]) -> str:
    return _lines(f"- {one_line(text)}" for text in texts)


def _facets(facets: tuple[Facet, ...]) -> str:
    return _bullets(f"{facet.name}: {', '.join(facet.terms)}" for facet in facets)


def _plan_search(task: PlanSearch) -> dict[str, str]:
    return {
        "question": fenced(quoted_lines(task.question)),
        "sources": _bullets(f"{card.name}: {card.query_language}" for card in task.sources),
    }


def _judge_relevance(task: JudgeRelevance) -> dict[str, str]:
    return {
        "question": fenced(quoted_lines(task.question)),
        "facets": _facets(task.facets),
        "include": _bullets(task.include),
        "exclude": _bullets(task.exclude),
        "works": fenced(_lines(_work_card(card) for card in task.works)),
        "count": str(len(task.works)),
    }


def _work_card(card: WorkCard) -> str:
    venue = f", {one_line(card.venue)}" if card.venue.strip() else ""
    head = f"{card.id} ({card.year or 'year unknown'}{venue}): {one_line(card.title)}"
    return f"{head}\n{quoted_lines(one_line(card.abstract) or '(no abstract)')}"


def _extract_claims(task: ExtractClaims) -> dict[str, str]:
    passages = (f"{p.id}{_in_section(p.section)}\n{quoted_lines(p.text)}" for p in task.passages)
    return {
        "question": fenced(quoted_lines(task.question)),
        "document": fenced(_lines((f"Title: {one_line(task.title)}", *passages))),
    }


def _judge_claims(task: JudgeClaims) -> dict[str, str]:
    numbers = _work_numbers(task)
    titles = {card.work_id: card.work for card in task.evidence}
    works = (f"{numbers[work]} = {one_line(titles.get(work, '(no passage shown)'))}" for work in numbers)
    return {
        "works": fenced(_lines(works)),
        "evidence": fenced(_lines(_evidence_line(card, numbers) for card in task.evidence)),
        "claims": fenced(_lines(_claim_lines(n, card, numbers) for n, card in enumerate(_by_id(task), start=1))),
        "occasion": FIRST_VOTE if task.round == 1 else LATER_VOTE,
        "order": _own_order(task),
    }


def _by_id(task: JudgeClaims) -> list[ClaimCard]:
    """Return the claims in the order in which all reviewers of a batch see them."""
    return sorted(task.claims, key=lambda card: card.id)


def _work_numbers(task: JudgeClaims) -> dict[str, str]:
    """Return W1, W2 ... for the works in the order in which the evidence, then the claims by id, name them."""
    named = [card.work_id for card in task.evidence]
    named += [card.work_id for card in _by_id(task)]
    return {work: f"W{number}" for number, work in enumerate(dict.fromkeys(named), start=1)}


def _in_section(section: str) -> str:
    return f" [{one_line(section) or 'untitled'}]"


def _evidence_line(card: EvidenceCard, numbers: dict[str, str]) -> str:
    section = f", {one_line(card.section)}" if card.section.strip() else ""
    above = f"{one_line(card.columns)} Rows: " if card.columns.strip() else ""
    return f"{card.label} [{numbers[card.work_id]}{section}] {above}{one_line(card.text)}"


def _claim_lines(number: int, card: ClaimCard, numbers: dict[str, str]) -> str:
    own = " ".join(card.source_labels) or "no passage of its own is shown"
    head = f"Claim {number}:\n{card.id} [{card.kind}, from {numbers[card.work_id]}, its own passages: {own}]"
    return f"{head}\n{quoted_lines(one_line(card.text))}\n| quote: {one_line(card.quote) or NONE_GIVEN}"


def _own_order(task: JudgeClaims) -> str:
    """Return one line a claim, in the task's order: its number, and what the mandate retrieved besides its passages.

    All that is not said here is said before the mandate, so that the reviewers of a batch share the longest prefix.
    """
    numbers = {card.id: number for number, card in enumerate(_by_id(task), start=1)}
    sought = [*task.own_evidence, *((),) * len(task.claims)]
    pairs = zip(task.claims, sought, strict=False)
    return _lines(
        f"{numbers[card.id]}: {' '.join(label for label in labels if label not in card.source_labels)}".rstrip()
        for card, labels in pairs
    )


def _write_report(task: WriteReport) -> dict[str, str]:
    return {
        "question": fenced(quoted_lines(task.question)),
        "facets": _facets(task.facets),
        "works": fenced(_lines(_work_line(work) for work in task.works)),
        "claims": fenced(_lines(_verified_lines(claim) for claim in task.claims)),
        "unverified": str(task.unverified),
        "contradicted": str(task.contradicted),
        "faults": _bullets(task.faults),
    }


def _work_line(work: WorkLine) -> str:
    status = f" [{one_line(work.status)}]" if work.status.strip() else ""
    return f"{work.id}: {one_line(work.short_name)}, {one_line(work.title)}{status}"


def _verified_lines(claim: VerifiedClaim) -> str:
    elsewhere = f"{claim.supporting_works} other works agree, {claim.contradicting_works} disagree"
    facts = (
        f"{claim.kind}, from {claim.work_id}, relevance {claim.relevance}, confidence {claim.confidence}, {elsewhere}"
    )
    return f"{claim.id} [{facts}]\n{quoted_lines(one_line(claim.text))}\n| source's words: {one_line(claim.quote)}"


def _score_report(task: ScoreReport) -> dict[str, str]:
    return {"report": fenced(quoted_lines(task.report)), "dimensions": _bullets(task.dimensions)}
