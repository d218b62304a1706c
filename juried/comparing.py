"""Comparing two runs: works and claims added, lost and changed, and what the runs were made with that differs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from juried.comparing_causes import Cause, Side, causes_of
from juried.records.base import Record
from juried.records.claim import Claim
from juried.records.run import RunRecord
from juried.records.verdict import Verdict, Vote
from juried.records.work import EXCLUSION_SENTENCES

WorkChangeKind = Literal["added", "lost", "text_changed"]
ClaimChangeKind = Literal["added", "lost", "flipped", "moved"]


class WorkChange(Record):
    """An included work that only one run has, or whose text differs; `because` says why, as far as the records do."""

    work_id: str
    title: str
    kind: WorkChangeKind
    because: str


class ClaimChange(Record):
    """A claim that only one run has, or whose verdict or confidence differs.

    `claim_id` is that of the second run, or of the first for a claim that was lost; outcomes are "" and
    confidences None where a run lacks the claim. `because` holds what differs nearest to the claim.
    """

    claim_id: str
    work_id: str
    text: str
    kind: ClaimChangeKind
    first_outcome: str = ""
    second_outcome: str = ""
    first_confidence: int | None = None
    second_confidence: int | None = None
    because: tuple[str, ...] = ()


class RunDiff(Record):
    """What differs between two runs; works and claims are sorted by kind, then id.

    `causes` are what the runs were made with that differs; `unknown` names what cannot be compared.
    """

    first: str
    second: str
    first_answer: str
    second_answer: str
    causes: tuple[Cause, ...]
    unknown: tuple[str, ...]
    works: tuple[WorkChange, ...]
    claims: tuple[ClaimChange, ...]
    claims_alike: int


def compare(first: Side, second: Side) -> RunDiff:
    """Return what differs between two sealed runs, and what may be why."""
    causes, unknown = causes_of(first, second)
    pairs = _paired(first.record, second.record)
    one, two = _Tried(first.record), _Tried(second.record)
    changes = [change for pair in pairs if (change := _claim_change(pair, one, two)) is not None]
    return RunDiff(
        first=first.record.run_id,
        second=second.record.run_id,
        first_answer=first.record.draft.answer or "none",
        second_answer=second.record.draft.answer or "none",
        causes=causes,
        unknown=unknown,
        works=_work_changes(first.record, second.record),
        claims=tuple(sorted(changes, key=lambda change: (change.kind, change.claim_id))),
        claims_alike=len(pairs) - len(changes),
    )


class _Tried:
    """One record, with its verdicts and votes by claim."""

    def __init__(self, record: RunRecord) -> None:
        self.documents = _documents(record)
        self.included = _included(record)
        self.verdicts = {verdict.claim_id: verdict for verdict in record.verdicts}
        self.merged = {other for claim in record.claims for other in claim.also}
        self._votes = record.votes

    def votes(self, claim_id: str) -> dict[str, Vote]:
        """Return the last vote of each reviewer for a claim."""
        found = [vote for vote in self._votes if vote.claim_id == claim_id]
        return {vote.reviewer: vote for vote in sorted(found, key=lambda vote: vote.round)}


@dataclass(frozen=True)
class _Pair:
    """One claim as each run has it."""

    first: Claim | None
    second: Claim | None


def _documents(record: RunRecord) -> dict[str, str]:
    return {note.work_id: note.document for note in record.documents}


def _included(record: RunRecord) -> set[str]:
    return {decision.work_id for decision in record.screening if decision.included}


def _paired(first: RunRecord, second: RunRecord) -> list[_Pair]:
    """Pair claims by id, and those left by work and sentence, for a quote may have changed under a claim."""
    left = {claim.id: claim for claim in first.claims}
    right = {claim.id: claim for claim in second.claims}
    pairs = [_Pair(left.pop(name), right.pop(name)) for name in sorted({*left} & {*right})]
    by_text = {(claim.work_id, claim.text): claim for _, claim in sorted(right.items(), reverse=True)}
    for claim in sorted(left.values(), key=lambda claim: claim.id):
        other = by_text.pop((claim.work_id, claim.text), None)
        pairs.append(_Pair(claim, right.pop(other.id) if other else None))
    return [*pairs, *(_Pair(None, claim) for _, claim in sorted(right.items()))]


def _claim_change(pair: _Pair, one: _Tried, two: _Tried) -> ClaimChange | None:
    claim = pair.second or pair.first
    assert claim is not None
    before = one.verdicts.get(pair.first.id) if pair.first else None
    after = two.verdicts.get(pair.second.id) if pair.second else None
    kind = _kind(before, after)
    if kind is None:
        return None
    because = _changed(pair, one, two) if pair.first and pair.second else _gone(claim, one, two, kind == "added")
    return ClaimChange(
        claim_id=claim.id,
        work_id=claim.work_id,
        text=claim.text,
        kind=kind,
        first_outcome=before.outcome if before else "",
        second_outcome=after.outcome if after else "",
        first_confidence=before.confidence if before else None,
        second_confidence=after.confidence if after else None,
        because=because,
    )


def _kind(before: Verdict | None, after: Verdict | None) -> ClaimChangeKind | None:
    if before is None or after is None:
        return "added" if after is not None else "lost"
    if before.outcome != after.outcome:
        return "flipped"
    return "moved" if before.confidence != after.confidence else None


def _gone(claim: Claim, one: _Tried, two: _Tried, added: bool) -> tuple[str, ...]:
    """Return why only one run has a claim, nearest reason first."""
    own, other = (two, one) if added else (one, two)
    where = "first" if added else "second"
    if claim.work_id in own.included - other.included:
        return (f"its work is not included in the {where} run",)
    if claim.id in other.merged:
        return (f"it was merged with a restatement in the {where} run",)
    if own.documents.get(claim.work_id) != other.documents.get(claim.work_id):
        return ("the text of its source differs",)
    return ("it was extracted from the same text in one run only",)


def _changed(pair: _Pair, one: _Tried, two: _Tried) -> tuple[str, ...]:
    """Return what differs around a claim that both runs have."""
    assert pair.first is not None
    assert pair.second is not None
    before, after = one.verdicts[pair.first.id], two.verdicts[pair.second.id]
    found = [f"reason {before.reason}, then {after.reason}"] if before.reason != after.reason else []
    if one.documents.get(pair.first.work_id) != two.documents.get(pair.second.work_id):
        found.append("the text of its source differs")
    found += _vote_changes(one.votes(pair.first.id), two.votes(pair.second.id))
    if before.calibrated != after.calibrated:
        found.append("confidence is calibrated in one run only")
    return tuple(found)


def _vote_changes(first: Mapping[str, Vote], second: Mapping[str, Vote]) -> list[str]:
    """Return one phrase for each reviewer whose last vote differs, by reviewer."""
    shown = {name: (_shown(first.get(name)), _shown(second.get(name))) for name in sorted({*first, *second})}
    return [f"{name}: {before}, then {after}" for name, (before, after) in shown.items() if before != after]


def _shown(vote: Vote | None) -> str:
    return f"{vote.label} ({vote.probability} %)" if vote is not None else "no vote"


def _work_changes(first: RunRecord, second: RunRecord) -> tuple[WorkChange, ...]:
    one, two = _included(first), _included(second)
    titles = {work.id: work.title for work in (*first.works, *second.works)}
    texts, other = _documents(first), _documents(second)
    changes = [
        *(WorkChange(work_id=w, title=titles[w], kind="added", because=_why_out(first, w)) for w in two - one),
        *(WorkChange(work_id=w, title=titles[w], kind="lost", because=_why_out(second, w)) for w in one - two),
        *(
            WorkChange(work_id=w, title=titles[w], kind="text_changed", because="another text was read")
            for w in one & two
            if texts.get(w) != other.get(w)
        ),
    ]
    return tuple(sorted(changes, key=lambda change: (change.kind, change.work_id)))


def _why_out(record: RunRecord, work_id: str) -> str:
    """Return why a work is not included in a record."""
    decision = next((decision for decision in record.screening if decision.work_id == work_id), None)
    if decision is None:
        return "the other run's search did not bring it"
    return f"the other run excluded it: {EXCLUSION_SENTENCES[decision.reason] if decision.reason else decision.detail}"
