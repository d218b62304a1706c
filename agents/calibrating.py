"""Calibrating: a backend confirms labelled claims as it would in a run, and a calibration is fitted on what it said."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from agents.asking import Account
from agents.evidence import BATCH
from agents.panel import hear, raw_confidence
from agents.reviewers import PanelReviewer
from juried.backends.base import Backend
from juried.calibration import Calibration, fit_calibration
from juried.errors import BackendError, UsageError
from juried.labelled_claims import LabelledClaim, LabelledSet
from juried.records.base import sha256, short_id
from juried.records.claim import Claim
from juried.records.document import Span
from juried.records.verdict import Evidence, EvidencePool, LostVote, Sought, Vote
from juried.records.work import Work

FEWEST_CLAIMS = 100
FEWEST_OF_A_KIND = 20


@dataclass(frozen=True)
class Confirmed:
    """What the confirmer gave for labelled claims: the raw per cent of each, None where a vote was lost, and why."""

    claims: tuple[LabelledClaim, ...]
    raw: tuple[int | None, ...]
    lost: tuple[str, ...]


def demand_enough(labelled: LabelledSet) -> None:
    """Raise UsageError when a calibration on so few claims, or on claims of one kind, would mean nothing."""
    supported = sum(item.label == "supports" for item in labelled.claims)
    others = len(labelled.claims) - supported
    if len(labelled.claims) < FEWEST_CLAIMS or min(supported, others) < FEWEST_OF_A_KIND:
        raise UsageError(
            f"{len(labelled.claims)} labelled claims, {supported} of them supported, are too few to calibrate on.",
            concerns=labelled.name,
            advice=f"Give {FEWEST_CLAIMS} or more, with at least {FEWEST_OF_A_KIND} supported and as many not.",
        )


async def confirm_all(backend: Backend, claims: Sequence[LabelledClaim]) -> Confirmed:
    """Ask a backend to confirm labelled claims, in batches as in a run; a failed answer is a loss, never a guess.

    The confirmer alone is asked: where a claim can be verified nothing refutes it, and the panel's raw
    confidence is then the confirmer's probability.
    """
    gate = asyncio.Semaphore(max(1, backend.concurrency))
    starts = range(0, len(claims), BATCH)
    tried = await asyncio.gather(*(_confirm(backend, claims[start : start + BATCH], gate) for start in starts))
    return Confirmed(
        claims=tuple(claims),
        raw=tuple(value for part in tried for value in part.raw),
        lost=tuple(why for part in tried for why in part.lost),
    )


async def _confirm(backend: Backend, claims: Sequence[LabelledClaim], gate: asyncio.Semaphore) -> Confirmed:
    pool, asked, works = _bench(claims)
    account = Account("calibrate", pool.id)
    async with gate:
        ballot = await PanelReviewer("confirmer", backend).vote(pool, asked, works, account)
    raw = _raw(pool, asked, works, ballot.votes, ballot.lost)
    lost = tuple(f"{asked[item.claim_id].text} ({item.detail or item.code})" for item in ballot.lost)
    return Confirmed(tuple(claims), raw, lost)


def _bench(claims: Sequence[LabelledClaim]) -> tuple[EvidencePool, dict[str, Claim], dict[str, Work]]:
    """Return the pool that shows each source once, and the claims, each resting on the whole of its source."""
    texts = {(item.source, item.text): item.title for item in claims}
    labels = {key: f"E{number}" for number, key in enumerate(texts, start=1)}
    items = tuple(
        Evidence(label=labels[key], work_id=key[0], section="", span=_whole(key[1])) for key, _ in texts.items()
    )
    asked = {
        name: Claim(
            id=name,
            work_id=item.source,
            document=sha256(item.text),
            kind="finding",
            text=item.claim,
            quote="",
            spans=(_whole(item.text),),
        )
        for name, item in ((f"C-{number:04d}", item) for number, item in enumerate(claims, start=1))
    }
    sought = tuple(
        Sought(claim_id=name, reviewer="confirmer", labels=(labels[item.source, item.text],))
        for name, item in zip(asked, claims, strict=True)
    )
    works = {source: Work(id=source, title=title or source) for (source, _), title in texts.items()}
    pool_id = short_id("P", *(f"{item.source} {item.claim}" for item in claims))
    return EvidencePool(id=pool_id, claims=tuple(asked), items=items, sought=sought), asked, works


def _whole(text: str) -> Span:
    return Span(document=sha256(text), start=0, end=len(text), quote=text)


def _raw(
    pool: EvidencePool,
    asked: dict[str, Claim],
    works: dict[str, Work],
    votes: Sequence[Vote],
    lost: Sequence[LostVote],
) -> tuple[int | None, ...]:
    cases = hear(asked.values(), works, [pool], votes, lost)
    return tuple(raw_confidence(cases[name]) for name in asked)


def calibrate(backend: Backend, labelled: LabelledSet, confirmed: Confirmed) -> Calibration:
    """Fit the calibration on the claims that were confirmed; claims on one source share a fold.

    Raises:
        BackendError: So many answers failed that too few claims are left.
    """
    held = [(item, raw) for item, raw in zip(confirmed.claims, confirmed.raw, strict=True) if raw is not None]
    supported = [item.label == "supports" for item, _ in held]
    if len(held) < FEWEST_CLAIMS or not FEWEST_OF_A_KIND <= sum(supported) <= len(held) - FEWEST_OF_A_KIND:
        raise BackendError(
            f"{len(confirmed.lost)} of {len(confirmed.claims)} claims got no usable vote, and too few are left.",
            concerns=backend.name,
            advice=f"The first: {confirmed.lost[0] if confirmed.lost else 'none'}",
        )
    return fit_calibration(
        [raw for _, raw in held],
        supported,
        backend=backend.name,
        fingerprint=backend.fingerprint,
        data=labelled.name,
        sources=[item.source for item, _ in held],
        data_sha256=labelled.sha256,
        failed=len(confirmed.lost),
    )
