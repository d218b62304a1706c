"""Trying the embedded confirmer on labelled pairs, outside a run: for fitting its calibration and measuring it."""

from __future__ import annotations

from juried.backends.embedded.judging import EmbeddedJudge
from juried.labelled import Pair
from juried.tasks import ClaimCard, ClaimVote, EvidenceCard, JudgeClaims


def confirm(judge: EmbeddedJudge, pair: Pair) -> ClaimVote:
    """Return the confirmer's vote on a pair whose source is one passage, each sentence a paragraph."""
    text = "\n\n".join(pair.sentences)
    card = EvidenceCard(label="E1", work_id=pair.source, work=pair.title, section="", text=text)
    claim = ClaimCard(
        id="C1", work_id=pair.source, kind="finding", text=pair.claim, quote=pair.claim, source_labels=("E1",)
    )
    task = JudgeClaims(evidence=(card,), reviewer="confirmer", claims=(claim,), own_evidence=(("E1",),))
    return judge.judge(task).votes[0]


def raw_percent(vote: ClaimVote) -> int:
    """Return the raw per cent supported as the panel computes it from the confirmer's vote alone."""
    return vote.probability if vote.label == "supports" else round((100 - vote.probability) / 2)
