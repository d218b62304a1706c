"""The extractor: claims of one document with spans that resolve, from a backend's sentences and from tables by rule."""

from __future__ import annotations

from collections.abc import Sequence

from agents.asking import Account
from agents.passages import PlacedPassage, Rank, nearest_passages, whole_abstracts
from juried.backends.base import Backend
from juried.measurement_prose import measurement_in
from juried.measurements import BoundMeasurement, measurements_of
from juried.records.base import Record
from juried.records.claim import Claim, ClaimKind, claim_id
from juried.records.document import Document, Span
from juried.records.run import Loss
from juried.records.work import Work
from juried.reports.lint import open_references, unbound_numbers
from juried.tasks import ExtractClaims, ExtractedClaim, ExtractedClaims, Passage
from juried.text.normalise import find_quote
from juried.text.sentence_faults import fault, fault_of_writing
from juried.text.standalone import stand_alone
from juried.text.tokens import count_tokens

STAGE = "extract_claims"
BATCH_TOKENS = 6_000
_READ_KINDS = frozenset(["paragraph", "abstract", "list_item"])


class Extraction(Record):
    """The claims of one document, sorted by their first span, then id; and what was lost on the way.

    Claims whose quote was not found have no spans and come last. `unshown` counts passages that the backend
    was not shown because others bear more on the question.
    """

    work_id: str = ""
    claims: tuple[Claim, ...]
    losses: tuple[Loss, ...] = ()
    unshown: int = 0


class Extractor:
    """Extracts the claims of documents.

    Args:
        backend: Who reads the passages.
        batch_tokens: The most o200k_base tokens of passages in one task, at least 1; a longer passage goes alone.
        most_tokens: The most tokens of one document that a language model reads, 0 for all; a method reads all.
        rank: Gives texts their relevance to the question; without it all are read.
    """

    def __init__(
        self, backend: Backend, batch_tokens: int = BATCH_TOKENS, most_tokens: int = 0, rank: Rank | None = None
    ) -> None:
        self._backend = backend
        self._batch_tokens = max(1, batch_tokens)
        self._most_tokens = most_tokens if backend.language_model else 0
        self._rank = rank

    async def extract(
        self,
        question: str,
        work: Work,
        document: Document,
        chunks: Sequence[PlacedPassage],
        account: Account | None = None,
    ) -> Extraction:
        """Return the claims of a document; what fails is a loss, and nothing is raised.

        Args:
            question: The research question.
            work: The work that the document is a version of.
            document: The document; quotes are looked up in its text.
            chunks: Its chunks in reading order; tables, captions and footnotes are not shown to the backend.
            account: Where usage and losses are kept; the extraction lists the losses too.
        """
        book = account or Account(STAGE, work.id)
        before = len(book.outlay().losses)
        running = [chunk for chunk in chunks if chunk.kind in _READ_KINDS and chunk.text.strip()]
        prose = whole_abstracts(running, document.text)
        shown = await self._shown(prose)
        claims: list[Claim] = []
        for batch in _batches(shown, self._batch_tokens):
            passages = tuple(_shown_as(f"P{n}", piece) for n, piece in enumerate(batch, start=1))
            task = ExtractClaims(question=question, title=work.title, passages=passages)
            output = await book.ask(self._backend, task, ExtractedClaims)
            for item in output.claims if output else ():
                claim = self._claim(item, work, document, dict(zip((p.id for p in passages), batch, strict=True)), book)
                claims.extend([claim] if claim else [])
        claims.extend(_from_table(found, work, document) for found in measurements_of(document))
        return Extraction(
            work_id=work.id,
            claims=_in_order(claims),
            losses=book.outlay().losses[before:],
            unshown=len(prose) - len(shown),
        )

    def _problem(self, text: str | None, item: ExtractedClaim) -> str:
        """Return why a sentence is no claim, "" when it is one; a model's own wording is held to plain faults alone."""
        if text is None:
            return _why(item.text)
        written = fault_of_writing(text) if self._backend.language_model else None
        return written or _breach(text, item.quote)

    async def _shown(self, prose: list[PlacedPassage]) -> list[PlacedPassage]:
        if self._rank is None:
            return prose
        return await nearest_passages(prose, self._most_tokens, self._rank)

    def _claim(
        self, item: ExtractedClaim, work: Work, document: Document, chunks: dict[str, PlacedPassage], account: Account
    ) -> Claim | None:
        """Return the claim of one item, or None with a loss noted when its sentence does not stand alone."""
        text = " ".join(item.text.split()) if self._backend.language_model else _stated(item.text)
        problem = self._problem(text, item)
        if text is None or problem:
            account.refuse(work.id, f"A sentence that is no claim ({problem}): {item.text}")
            return None
        measurement = measurement_in(text)
        kind: ClaimKind = item.kind
        if (kind == "measurement") != (measurement is not None):
            kind = "measurement" if measurement else "finding"
        chunk = chunks.get(item.passage)
        return Claim(
            id=claim_id(work.id, text, item.quote),
            work_id=work.id,
            document=document.sha256,
            kind=kind,
            text=text,
            quote=item.quote,
            section=chunk.section if chunk else "",
            spans=_spans(item.quote, chunk, document),
            measurement=measurement,
        )


def _shown_as(name: str, piece: PlacedPassage) -> Passage:
    return Passage(id=name, section=piece.section or ("abstract" if piece.kind == "abstract" else ""), text=piece.text)


def _stated(text: str) -> str | None:
    """Return a sentence as it may be published, its lead-in taken off if need be; None when it cannot stand alone."""
    if fault(text) is None:
        return text
    alone = stand_alone(text)
    return alone.text if alone.refusal is None else None


def _why(text: str) -> str:
    return stand_alone(text).refusal or "refused"


def _breach(text: str, quote: str) -> str:
    """Return which of the report's rules for claims a sentence breaks: R2 or R4; "" when it keeps them."""
    numbers = unbound_numbers(text, quote)
    if numbers:
        return f"{', '.join(numbers)} without metric or dataset"
    return ", ".join(f"points at {found}" for found in open_references(text))


def _batches(chunks: Sequence[PlacedPassage], limit: int) -> list[list[PlacedPassage]]:
    """Split chunks, in order, into runs of at most `limit` tokens; no chunks give no batches."""
    batches: list[list[PlacedPassage]] = []
    used = 0
    for chunk in chunks:
        size = count_tokens(chunk.text)
        if not batches or used + size > limit:
            batches.append([])
            used = 0
        batches[-1].append(chunk)
        used += size
    return batches


def _spans(quote: str, chunk: PlacedPassage | None, document: Document) -> tuple[Span, ...]:
    """Find a quote in its passage, else in the whole document; an empty tuple when it is in neither."""
    found = find_quote(document.text[chunk.start : chunk.end], quote) if chunk else None
    if found and chunk:
        start, end = chunk.start + found[0], chunk.start + found[1]
    else:
        elsewhere = find_quote(document.text, quote)
        if elsewhere is None:
            return ()
        start, end = elsewhere
    page = next((b.page for b in document.blocks if b.start <= start < b.end), None)
    return (Span(document=document.sha256, start=start, end=end, quote=document.text[start:end], page=page),)


def _from_table(found: BoundMeasurement, work: Work, document: Document) -> Claim:
    start = found.spans[0].start
    inside = [section for section in document.sections if section.start <= start < section.end]
    return Claim(
        id=claim_id(work.id, found.text, found.quote),
        work_id=work.id,
        document=document.sha256,
        kind="measurement",
        text=found.text,
        quote=found.quote,
        section=max(inside, key=lambda part: part.start).title if inside else "",
        spans=found.spans,
        measurement=found.measurement,
    )


def _in_order(claims: Sequence[Claim]) -> tuple[Claim, ...]:
    """Sort claims by place and id, each sentence once: the first place with a span wins."""
    ordered = sorted(claims, key=lambda c: (not c.spans, c.spans[0].start if c.spans else 0, c.id))
    kept: dict[str, Claim] = {}
    for claim in ordered:
        kept.setdefault(claim.text, claim)
    return tuple(kept.values())
