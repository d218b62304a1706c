"""Counts of works and claims that reconcile: PRISMA numbers, claims by outcome, and the identities between them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from typing import get_args

from juried.errors import RecordError
from juried.records.base import Record
from juried.records.claim import Claim
from juried.records.run import DocumentNote, RunRecord
from juried.records.verdict import ReasonCode, Verdict
from juried.records.work import CitationFlow, ExclusionCount, ExclusionReason, Hit, Prisma, ScreeningDecision, Work
from juried.sources.grouping import hit_name

EXCLUSION_REASONS: tuple[ExclusionReason, ...] = get_args(ExclusionReason)
REASON_CODES: tuple[ReasonCode, ...] = get_args(ReasonCode)
_SET_ASIDE: frozenset[ReasonCode] = frozenset({"not_selected", "quote_not_found"})


class ReasonCount(Record):
    """How many claims were set aside for one reason."""

    reason: ReasonCode
    count: int


class ClaimCounts(Record):
    """Claims of a run: extracted = supported + contradicted + not_enough_evidence + not_checked = tried + set aside.

    `verified` is the part of `supported` that reached the threshold; `restated` counts sentences that
    were merged into a claim and are not counted as extracted.
    """

    extracted: int
    supported: int
    contradicted: int
    not_enough_evidence: int
    not_checked: int
    verified: int
    tried: int
    set_aside: tuple[ReasonCount, ...]
    restated: int

    @property
    def judged(self) -> int:
        """The sum over the four outcomes."""
        return self.supported + self.contradicted + self.not_enough_evidence + self.not_checked

    @property
    def not_tried(self) -> int:
        """The sum over the reasons for which claims were set aside."""
        return sum(item.count for item in self.set_aside)


def prisma_of(
    hits: Sequence[Hit],
    works: Sequence[Work],
    decisions: Iterable[ScreeningDecision],
    documents: Iterable[DocumentNote],
    followed: Sequence[Hit] | None = None,
) -> Prisma:
    """Count works from hits to inclusion; a work without a decision counts as excluded, `not_judged`.

    Args:
        hits: Every hit of every query to a database.
        works: What all hits, those of `followed` too, were merged into.
        decisions: Screening decisions, at most one per work.
        documents: What was read of included works.
        followed: Every hit of followed references and citations; None when none were followed.

    Returns:
        Numbers for which `prisma_gaps` finds nothing.

    Raises:
        RecordError: There are more works than hits, or a decision is double or names no work.
    """
    known = {work.id for work in works}
    by_work: dict[str, ScreeningDecision] = {}
    for decision in decisions:
        if decision.work_id in by_work or decision.work_id not in known:
            problem = "was decided twice" if decision.work_id in by_work else "is no work of this run"
            raise _uncountable(f"the screened work {problem}.", decision.work_id)
        by_work[decision.work_id] = decision
    identified = len(hits) + len(followed or ())
    if len(works) > identified:
        raise _uncountable(f"{len(works)} works cannot come from {identified} hits.", "works")
    included = {work_id for work_id, decision in by_work.items() if decision.included}
    read = [note for note in documents if note.work_id in included]
    return Prisma(
        identified=identified,
        duplicates=identified - len(works),
        screened=len(works),
        excluded=_exclusions(sorted(known - included), by_work),
        included=len(included),
        full_text=len({note.work_id for note in read if not note.abstract_only}),
        abstract_only=len(
            {note.work_id for note in read if note.abstract_only}
            - {note.work_id for note in read if not note.abstract_only}
        ),
        citation_searching=None if followed is None else _citation_flow(hits, followed, works, by_work),
    )


def _citation_flow(
    hits: Sequence[Hit], followed: Sequence[Hit], works: Sequence[Work], decisions: dict[str, ScreeningDecision]
) -> CitationFlow:
    """Count the works of which no database told before citations were followed."""
    searched = {hit_name(hit) for hit in hits}
    new = {work.id for work in works if searched.isdisjoint(work.hits)}
    included = {work_id for work_id in new if work_id in decisions and decisions[work_id].included}
    return CitationFlow(
        identified=len(followed),
        duplicates=len(followed) - len(new),
        excluded=_exclusions(sorted(new - included), decisions),
        included=len(included),
    )


def _uncountable(message: str, concerns: str) -> RecordError:
    return RecordError(message, concerns=concerns, advice="Run the question again with --fresh.")


def _exclusions(excluded: Iterable[str], decisions: dict[str, ScreeningDecision]) -> tuple[ExclusionCount, ...]:
    """Count excluded works by reason, in the order in which the reasons are declared."""
    reasons: Counter[ExclusionReason] = Counter()
    for work_id in excluded:
        decision = decisions.get(work_id)
        reasons[(decision.reason if decision else None) or "not_judged"] += 1
    return tuple(ExclusionCount(reason=r, count=reasons[r]) for r in EXCLUSION_REASONS if reasons[r])


def prisma_gaps(prisma: Prisma) -> tuple[str, ...]:
    """Return one sentence per identity that the numbers break; none when they add up."""
    excluded = sum(item.count for item in prisma.excluded)
    gaps = []
    if prisma.identified != prisma.duplicates + excluded + prisma.included:
        gaps.append(
            f"{prisma.identified} identified is not {prisma.duplicates} duplicates + {excluded} excluded "
            f"+ {prisma.included} included"
        )
    if prisma.screened != prisma.identified - prisma.duplicates:
        unique = prisma.identified - prisma.duplicates
        gaps.append(f"{prisma.screened} screened is not the {unique} that remain without duplicates")
    gaps += _flow_gaps(prisma, prisma.citation_searching) if prisma.citation_searching else []
    if prisma.full_text + prisma.abstract_only > prisma.included:
        gaps.append(
            f"{prisma.full_text} full texts + {prisma.abstract_only} abstracts are more than {prisma.included} included"
        )
    return tuple(gaps)


def _flow_gaps(prisma: Prisma, flow: CitationFlow) -> list[str]:
    """Return what does not add up in the part of citation searching, by itself and within the whole."""
    excluded = sum(item.count for item in flow.excluded)
    gaps = []
    if flow.identified != flow.duplicates + excluded + flow.included:
        gaps.append(
            f"{flow.identified} identified by citation searching is not {flow.duplicates} duplicates "
            f"+ {excluded} excluded + {flow.included} included"
        )
    wholes = {item.reason: item.count for item in prisma.excluded}
    pairs = [
        ("identified", flow.identified, prisma.identified),
        ("duplicates", flow.duplicates, prisma.duplicates),
        ("included", flow.included, prisma.included),
        *((f"excluded as {item.reason}", item.count, wholes.get(item.reason, 0)) for item in flow.excluded),
    ]
    return gaps + [f"{n} {name} by citation searching is more than {whole}" for name, n, whole in pairs if n > whole]


def tried_ids(claims: Iterable[Claim], verdicts: Iterable[Verdict], heard: Collection[str] = ()) -> frozenset[str]:
    """Return the ids of claims that went to the panel.

    Args:
        claims: All claims.
        verdicts: At most one per claim; a claim without one was not tried.
        heard: Ids of claims with a vote or a lost vote.

    Returns:
        Claims that were heard, and those whose verdict has another reason than being set aside.
    """
    reasons = {verdict.claim_id: verdict.reason for verdict in verdicts}
    ids = {claim.id for claim in claims}
    return frozenset(i for i in ids & reasons.keys() if i in heard or reasons[i] not in _SET_ASIDE)


def tried_claims(record: RunRecord) -> tuple[Claim, ...]:
    """Return the claims of a record that went to the panel, in the record's order."""
    ids = tried_ids(record.claims, record.verdicts, heard_ids(record))
    return tuple(claim for claim in record.claims if claim.id in ids)


def heard_ids(record: RunRecord) -> frozenset[str]:
    """Return the ids of claims for which the record holds a vote or a lost vote."""
    return frozenset({vote.claim_id for vote in record.votes} | {lost.claim_id for lost in record.lost_votes})


def claim_counts(claims: Sequence[Claim], verdicts: Iterable[Verdict], heard: Collection[str] = ()) -> ClaimCounts:
    """Count claims by outcome; a claim without a verdict shows as a gap (see `claim_gaps`), it is not made up for.

    Args:
        claims: All claims that were extracted, restatements merged.
        verdicts: At most one per claim; those of unknown claims are counted too, and so show as a gap.
        heard: Ids of claims with a vote or a lost vote.
    """
    listed = list(verdicts)
    outcomes = Counter(verdict.outcome for verdict in listed)
    tried = tried_ids(claims, listed, heard)
    aside = Counter(verdict.reason for verdict in listed if verdict.claim_id not in tried)
    ids = {claim.id for claim in claims}
    return ClaimCounts(
        extracted=len(claims),
        supported=outcomes["supported"],
        contradicted=outcomes["contradicted"],
        not_enough_evidence=outcomes["not_enough_evidence"],
        not_checked=outcomes["not_checked"],
        verified=sum(verdict.verified for verdict in listed),
        tried=len(tried),
        set_aside=tuple(ReasonCount(reason=r, count=aside[r]) for r in REASON_CODES if aside[r]),
        restated=len({other for claim in claims for other in claim.also} - ids),
    )


def counts_of(record: RunRecord) -> ClaimCounts:
    """Return the claim counts of a record."""
    return claim_counts(record.claims, record.verdicts, heard_ids(record))


def claim_gaps(counts: ClaimCounts) -> tuple[str, ...]:
    """Return one sentence per identity that the counts break; none when they add up."""
    gaps = []
    if counts.extracted != counts.judged:
        gaps.append(
            f"{counts.extracted} extracted is not {counts.supported} supported + {counts.contradicted} contradicted "
            f"+ {counts.not_enough_evidence} not enough evidence + {counts.not_checked} not checked"
        )
    if counts.extracted != counts.tried + counts.not_tried:
        gaps.append(f"{counts.extracted} extracted is not {counts.tried} tried + {counts.not_tried} set aside")
    if counts.verified > counts.supported:
        gaps.append(f"{counts.verified} verified is more than {counts.supported} supported")
    return tuple(gaps)
