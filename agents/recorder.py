"""The recorder: puts everything that a run found into one record, and seals the run's folder."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from agents.asking import Outlay, share_of_each, usage_by_role
from agents.gates import gates_of
from agents.reader import Reading
from agents.retriever import Screening, SourceHits
from juried.agreement import vote_agreement
from juried.backends.base import Backend
from juried.calibration import Calibration
from juried.counting import prisma_of
from juried.files import write_atomically
from juried.quality import measure
from juried.quality_summary import summarise
from juried.records.base import readable_json, sha256
from juried.records.claim import Claim, Contradiction
from juried.records.document import Document
from juried.records.protocol import Protocol
from juried.records.report import Draft, Review
from juried.records.run import BackendNote, CalibrationNote, DocumentNote, Manifest, ManifestFile, RunRecord
from juried.records.verdict import EvidencePool, LostVote, Verdict, Vote
from juried.records.work import LedgerRow, Work
from juried.reports.html import render_html
from juried.reports.lint import EarlierReport, evidence_set
from juried.reports.prisma_csv import prisma_csv
from juried.reports.prisma_flow import flow_of
from juried.reports.prisma_svg import prisma_svg
from juried.runs import RunFolder


@dataclass(frozen=True)
class Findings:
    """All that a run found; sequences may be in any order."""

    run_id: str
    publisher: str
    date: str
    protocol: Protocol
    searches: Sequence[SourceHits]
    works: Mapping[str, Work]
    screening: Screening
    readings: Sequence[Reading]
    unshown: Mapping[str, int]
    claims: Mapping[str, Claim]
    pools: Sequence[EvidencePool]
    votes: Sequence[Vote]
    lost: Sequence[LostVote]
    verdicts: Sequence[Verdict]
    contradictions: Sequence[Contradiction]
    threshold: int
    draft: Draft
    reviews: Sequence[Review]
    backends: Sequence[BackendNote]
    outlays: Sequence[Outlay]
    document: Callable[[str], Document]
    earlier: Sequence[EarlierReport] = ()
    followed: Sequence[SourceHits] | None = None
    lookups: Sequence[SourceHits] = ()
    calibration: Calibration | None = None


def assemble(found: Findings) -> RunRecord:
    """Return the record of a run; the same findings in any order give the same record."""
    notes = _document_notes(found)
    hits = [hit for search in found.searches for hit in search.hits]
    followed = None if found.followed is None else [hit for search in found.followed for hit in search.hits]
    claims = tuple(claim for _, claim in sorted(found.claims.items()))
    verdicts = tuple(sorted(found.verdicts, key=lambda verdict: verdict.claim_id))
    votes = tuple(sorted(found.votes, key=lambda vote: (vote.claim_id, vote.round, vote.reviewer)))
    usage = usage_by_role(found.outlays)
    question = found.protocol.question
    computed = measure(found.draft, found.claims, verdicts, _text_of(found), works=found.works, question=question)
    return RunRecord(
        run_id=found.run_id,
        publisher=found.publisher,
        date=found.date,
        question=found.protocol.question,
        protocol=found.protocol,
        ledger=_ledger(found),
        prisma=prisma_of(hits, tuple(found.works.values()), found.screening.decisions, notes, followed),
        works=tuple(work for _, work in sorted(found.works.items())),
        screening=found.screening.decisions,
        documents=notes,
        claims=claims,
        pools=tuple(sorted(found.pools, key=lambda pool: pool.id)),
        votes=votes,
        lost_votes=tuple(sorted(found.lost, key=lambda lost: (lost.claim_id, lost.round, lost.reviewer))),
        verdicts=verdicts,
        threshold=found.threshold,
        contradictions=tuple(found.contradictions),
        draft=found.draft,
        reviews=tuple(sorted(found.reviews, key=lambda review: (review.reviewer, review.backend))),
        quality=summarise(found.reviews, computed),
        vote_agreement_hundredths=vote_agreement(votes),
        gates=gates_of(found.claims, verdicts, votes, _text_of(found)),
        backends=tuple(sorted(found.backends, key=lambda note: note.role)),
        calibration=_fitted_on(found.calibration),
        usage=usage,
        per_verified_claim=share_of_each(usage, sum(verdict.verified for verdict in verdicts)),
        losses=tuple(sorted({loss for outlay in found.outlays for loss in outlay.losses}, key=str)),
        same_evidence_as=_same_evidence(claims, found.earlier),
    )


def _ledger(found: Findings) -> tuple[LedgerRow, ...]:
    """Return all rows: of searches, of followed citations, of look-ups, each by source."""
    parts = (found.searches, found.followed or (), found.lookups)
    return tuple(row for part in parts for search in sorted(part, key=lambda s: s.source) for row in search.rows)


def _same_evidence(claims: Iterable[Claim], earlier: Iterable[EarlierReport]) -> tuple[str, ...]:
    own = evidence_set(claims)
    return tuple(sorted(other.run_id for other in earlier if own and own == other.evidence))


def _text_of(found: Findings) -> Callable[[str], str | None]:
    known = {reading.document for reading in found.readings}
    return lambda sha: found.document(sha).text if sha in known else None


def _document_notes(found: Findings) -> tuple[DocumentNote, ...]:
    notes = [_document_note(reading, found) for reading in found.readings]
    return tuple(sorted(notes, key=lambda note: note.work_id))


def _document_note(reading: Reading, found: Findings) -> DocumentNote:
    document = found.document(reading.document) if reading.document else None
    return DocumentNote(
        work_id=reading.work_id,
        document=reading.document or "",
        format=document.format if document else "",
        abstract_only=document is not None and document.format == "abstract",
        sections=len(document.sections) if document else 0,
        tables=len(document.tables) if document else 0,
        chunks=reading.chunks,
        claims=sum(claim.work_id == reading.work_id for claim in found.claims.values()),
        unshown=found.unshown.get(reading.work_id, 0),
        hidden=document.hidden if document else (),
        unreadable=reading.unreadable,
    )


def backend_note(role: str, backend: Backend, calibration: Calibration | None) -> BackendNote:
    """Return who holds a role; what confidence was fitted on is said of the confirmer, whose votes it is made from."""
    return BackendNote(
        role=role,
        name=backend.name,
        fingerprint=backend.fingerprint,
        language_model=backend.language_model,
        calibration=calibration_note(calibration) if role == "confirmer" else "",
    )


def calibration_note(calibration: Calibration | None) -> str:
    """Return one line on what the confidence was fitted on, or "uncalibrated"."""
    if calibration is None:
        return "uncalibrated"
    return f"{calibration.data}; n = {calibration.n}; ECE {calibration.ece:.3f}; Brier {calibration.brier:.3f}"


def _fitted_on(calibration: Calibration | None) -> CalibrationNote | None:
    if calibration is None:
        return None
    return CalibrationNote.model_validate(calibration.model_dump(include=set(CalibrationNote.model_fields)))


def seal(folder: RunFolder, record: RunRecord, report: str) -> Manifest:
    """Write record, report (Markdown, and HTML made from the record), PRISMA files and last the manifest: "sealed".

    Raises:
        StorageError: A file cannot be written; what was written is not taken for sealed.
    """
    write_atomically(folder.record, readable_json(record).encode())
    write_atomically(folder.report, report.encode())
    flow = flow_of(record)
    write_atomically(folder.page, render_html(record).encode())
    write_atomically(folder.prisma_csv, prisma_csv(flow).encode())
    write_atomically(folder.prisma_svg, prisma_svg(flow).encode())
    drawn = [folder.page, folder.prisma_csv, folder.prisma_svg]
    files = [folder.record, folder.report, *drawn, *sorted(folder.documents.glob("*.json"))]
    manifest = Manifest(run_id=record.run_id, files=tuple(_manifest_file(path, folder.path) for path in sorted(files)))
    write_atomically(folder.manifest, readable_json(manifest).encode())
    return manifest


def _manifest_file(path: Path, root: Path) -> ManifestFile:
    return ManifestFile(path=path.relative_to(root).as_posix(), sha256=sha256(path.read_bytes()))
