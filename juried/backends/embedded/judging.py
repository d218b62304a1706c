"""Judging claims by method, one mandate at a time.

The confirmer asks whether the source's own passages state the claim; the challenger looks for a passage
that contradicts it, then for independent agreement; the integrator compares it with other works and
looks for overreach.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from juried.backends.embedded.findings import (
    SURE,
    Found,
    Line,
    agreement,
    assess_lines,
    comparison,
    judge_copy,
    judge_row,
    overreach_of,
    refutation,
    same_subject,
    sentences_of,
    strongest,
    word_assessment,
)
from juried.backends.embedded.reader import COSINE_DECIMALS
from juried.backends.embedded.verifier import Verifier
from juried.tasks import ClaimCard, ClaimVote, ClaimVotes, EvidenceCard, JudgeClaims

Embed = Callable[[Sequence[str]], NDArray[np.float32]]


class EmbeddedJudge:
    """Answers `JudgeClaims`; the vote on a claim depends on that claim, its passages and the mandate alone.

    Args:
        embed: Returns one unit row per text, whatever the texts beside it; it should keep what it computed.
        verifier: Who assesses reworded claims; the one that ships with juried when None.
    """

    def __init__(self, embed: Embed, verifier: Verifier | None = None) -> None:
        self._embed = embed
        self._verifier = verifier

    def judge(self, task: JudgeClaims) -> ClaimVotes:
        """Return one vote per claim, in the task's order."""
        cards = {card.label: card for card in task.evidence}
        votes = []
        for claim, own in zip(task.claims, task.own_evidence, strict=True):
            found = self._try(task, claim, own, cards)
            order = {label: place for place, label in enumerate(cards)}
            labels = tuple(sorted(set(found.labels), key=lambda label: order[label]))
            votes.append(
                ClaimVote(
                    claim_id=claim.id,
                    label=found.label,
                    probability=found.percent,
                    evidence=labels,
                    reason=found.reason,
                )
            )
        return ClaimVotes(votes=tuple(votes))

    def _try(self, task: JudgeClaims, claim: ClaimCard, own: Sequence[str], cards: Mapping[str, EvidenceCard]) -> Found:
        source = [cards[label] for label in dict.fromkeys(claim.source_labels) if label in cards]
        sought = [cards[label] for label in dict.fromkeys(own) if label in cards and label not in claim.source_labels]
        if task.reviewer == "confirmer":
            return self._confirm(claim, source, sought)
        if task.reviewer == "integrator":
            return self._integrate(claim, source, sought)
        return self._challenge(claim, sought)

    def _lines(self, claim: ClaimCard, cards: Sequence[EvidenceCard]) -> list[Line]:
        """Return the sentences of passages, by work and text, so that the pool's order and labels do not matter."""
        held = sorted(cards, key=lambda card: (card.work_id, card.section, card.text))
        texts = [(card, text) for card in held for text in sentences_of(card.text)]
        if not texts:
            return []
        rows = self._embed([claim.text, *(text for _, text in texts)])
        cosines = rows[1:] @ rows[0]
        return [
            Line(card, text, round(float(c), COSINE_DECIMALS)) for (card, text), c in zip(texts, cosines, strict=True)
        ]

    def _confirm(self, claim: ClaimCard, source: Sequence[EvidenceCard], sought: Sequence[EvidenceCard]) -> Found:
        """Say whether the passages that hold the quote state the claim."""
        held = source or [card for card in sought if card.work_id == claim.work_id]
        if claim.kind == "measurement" and (row := judge_row(claim, held)):
            return row
        lines = self._lines(claim, held)
        if not lines:
            return Found("not_enough_info", SURE, (), "No passage of the source was shown for this claim.")
        copied = judge_copy(claim, lines)
        if copied:
            return copied
        assessment = assess_lines(claim, lines, self._verifier)
        return word_assessment(claim, lines, assessment)

    def _challenge(self, claim: ClaimCard, sought: Sequence[EvidenceCard]) -> Found:
        """Look for the strongest contradiction, then for independent agreement."""
        lines = [line for line in self._lines(claim, sought) if same_subject(claim, line)]
        refuting = [found for line in lines if (found := refutation(claim, line, self._verifier))]
        if refuting:
            return strongest(refuting)
        others = [line for line in lines if line.card.work_id != claim.work_id]
        agreeing = [found for line in others if (found := agreement(claim, line, self._verifier))]
        if agreeing:
            return strongest(agreeing)
        reason = "No passage of this or another work that was found contradicts the claim."
        return Found("not_enough_info", 80, (), reason)

    def _integrate(self, claim: ClaimCard, source: Sequence[EvidenceCard], sought: Sequence[EvidenceCard]) -> Found:
        """Look for overreach beyond the quote, then compare with what others say of the same quantity."""
        overreach = None if claim.kind == "measurement" else overreach_of(claim)
        if overreach and source:
            return Found("refutes", 80, tuple(card.label for card in source), overreach)
        lines = [line for line in self._lines(claim, sought) if line.card.work_id != claim.work_id]
        compared = [found for line in lines if (found := comparison(claim, line))]
        if compared:
            return strongest(compared)
        reason = "The claim says no more than its quote, and no other passage found speaks of the same quantity."
        return Found("not_enough_info", 80, (), reason)
