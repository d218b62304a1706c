"""The record of a whole run: what is published, and what the report is rendered from."""

from __future__ import annotations

from typing import Literal

from pydantic import SerializerFunctionWrapHandler, model_serializer

from juried.calibration import Bin, RiskPoint
from juried.records.base import Record
from juried.records.claim import Claim, Contradiction
from juried.records.document import HiddenText
from juried.records.protocol import Protocol
from juried.records.report import Draft, Gate, Quality, Review
from juried.records.verdict import EvidencePool, LostVote, Verdict, Vote
from juried.records.work import LedgerRow, Prisma, ScreeningDecision, Work


class DocumentNote(Record):
    """What was read for one included work; `unreadable` holds `name: detail (reason)` of each file that failed.

    `unshown` counts passages that the extractor's model was not shown, because others bear more on the question.
    """

    work_id: str
    document: str
    format: str
    abstract_only: bool
    sections: int
    tables: int
    chunks: int
    claims: int
    unshown: int = 0
    hidden: tuple[HiddenText, ...] = ()
    unreadable: tuple[str, ...] = ()


class BackendNote(Record):
    """Who held a role; `calibration` says of the confirmer on what the confidence was fitted, or "uncalibrated"."""

    role: str
    name: str
    fingerprint: str
    language_model: bool
    calibration: str


class CalibrationNote(Record):
    """On what the confidences were fitted and how well that holds on claims left out of the fit, as in its file."""

    data: str
    n: int
    ece: float
    brier: float
    base_rate: float
    threshold: int
    bins: tuple[Bin, ...]
    risk: tuple[RiskPoint, ...]


class Usage(Record):
    """Calls, tokens and cost of one role at one stage, as the servers counted them.

    `cached_tokens` are those prompt tokens that a server had in its cache, None where none said so;
    `cost_nanos` is in nano-dollars (10⁻⁹ US dollars), None where no price was given.
    """

    stage: str
    role: str
    calls: int
    prompt_tokens: int
    completion_tokens: int
    cached_tokens: int | None = None
    cost_nanos: int | None = None


class ClaimShare(Record):
    """What the whole run used for each verified claim: the totals divided by their number, rounded half up.

    `calls_hundredths` are calls times 100; `cost_nanos` is None where any call had no price.
    """

    calls_hundredths: int
    prompt_tokens: int
    completion_tokens: int
    cached_tokens: int | None
    cost_nanos: int | None


class Loss(Record):
    """One item that the run lost (a document, a batch, a vote): what, and why.

    `refused` tells what a rule refused (a sentence that is no claim) from what is missing for want of an answer.
    """

    stage: str
    concerns: str
    detail: str
    refused: bool = False


class Correction(Record):
    """An additive correction to a published record."""

    date: str
    text: str


class RunRecord(Record):
    """Everything published of a run; the report is a pure function of it.

    Tuples are sorted by id, except where an order carries meaning (ledger: source then query;
    themes: as written). `date` is ISO and comes from `--date`, or the day the run began.
    `per_verified_claim` is None when no claim is verified.
    `threshold` is the confidence in percent from which a supported claim counts as verified. `calibration` is
    None, and not written, where confidence is uncalibrated.
    """

    format: Literal["juried-record-1"] = "juried-record-1"
    run_id: str
    publisher: str
    date: str
    question: str
    protocol: Protocol
    ledger: tuple[LedgerRow, ...]
    prisma: Prisma
    works: tuple[Work, ...]
    screening: tuple[ScreeningDecision, ...]
    documents: tuple[DocumentNote, ...]
    claims: tuple[Claim, ...]
    pools: tuple[EvidencePool, ...]
    votes: tuple[Vote, ...]
    lost_votes: tuple[LostVote, ...]
    verdicts: tuple[Verdict, ...]
    threshold: int
    contradictions: tuple[Contradiction, ...]
    draft: Draft
    reviews: tuple[Review, ...]
    quality: Quality
    vote_agreement_hundredths: int | None
    gates: tuple[Gate, ...]
    backends: tuple[BackendNote, ...]
    calibration: CalibrationNote | None = None
    usage: tuple[Usage, ...]
    per_verified_claim: ClaimShare | None = None
    losses: tuple[Loss, ...]
    same_evidence_as: tuple[str, ...] = ()
    corrections: tuple[Correction, ...] = ()

    @model_serializer(mode="wrap")
    def _written(self, fields: SerializerFunctionWrapHandler) -> dict[str, object]:
        written: dict[str, object] = fields(self)
        return {name: value for name, value in written.items() if name != "calibration" or value is not None}


class ManifestFile(Record):
    """A sealed file: its path inside the run folder and its SHA-256."""

    path: str
    sha256: str


class Manifest(Record):
    """Hashes of the sealed files of a run, sorted by path."""

    format: Literal["juried-manifest-1"] = "juried-manifest-1"
    run_id: str
    files: tuple[ManifestFile, ...]
