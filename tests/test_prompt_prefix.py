"""How much of their prompts the reviewers of one batch share, on batches made of the example library."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from agents.asking import Account
from agents.evidence import Library, gather
from agents.reviewers import PanelReviewer
from juried.backends.mock import MockBackend
from juried.documents.abstract import abstract_document
from juried.documents.jats import parse_jats
from juried.prompting import RenderedPrompt
from juried.records.base import sha256
from juried.records.claim import Claim, claim_id
from juried.records.document import Document, Span
from juried.records.verdict import MANDATES
from juried.records.work import Work
from juried.tasks import JudgeClaims
from juried.text.sentences import split_sentences
from juried.text.tokens import encode
from prompts.loader import PromptRenderer
from vectorstore.chunking import Chunk, chunk_document

EXAMPLES = Path(__file__).resolve().parents[1] / "examples" / "low-resource-nlp"
RENDERER = PromptRenderer()
SHARED = 0.95


@dataclass(frozen=True)
class Found:
    """A chunk that the search below brought."""

    chunk: Chunk


class WordSearch:
    """Finds chunks by the words that they share with the query; ties go to the earlier chunk."""

    def __init__(self, chunks: Sequence[Chunk]) -> None:
        self._words = [(set(chunk.text.lower().split()), chunk) for chunk in chunks]

    async def search(
        self, query: str, k: int, *, documents: frozenset[str] | None = None, excluding: frozenset[str] = frozenset()
    ) -> Sequence[Found]:
        words = set(query.lower().split())
        kept = [(len(words & held), chunk) for held, chunk in self._words if chunk.id not in excluding]
        return [Found(chunk) for _, chunk in sorted(kept, key=lambda pair: (-pair[0], pair[1].id))[:k]]


def abstracts(count: int) -> list[tuple[Work, Document]]:
    """The first works of the library on named entity recognition, with their abstracts as documents."""
    rows = map(json.loads, (EXAMPLES / "works.jsonl").read_text(encoding="utf-8").splitlines())
    on_topic = [row for row in rows if "entity recognition" in row["abstract"].lower() and len(row["abstract"]) > 500]
    works = [Work(id=f"W-{sha256(row['id'])[:12]}", title=row["title"], year=row["year"]) for row in on_topic[:count]]
    return [
        (work, abstract_document(row["title"], row["abstract"])) for work, row in zip(works, on_topic, strict=False)
    ]


def papers() -> list[tuple[Work, Document]]:
    """The papers of the library that are there as JATS, in full."""
    documents = [parse_jats(path.read_bytes(), path.name) for path in sorted((EXAMPLES / "papers").glob("*.nxml"))]
    return [(Work(id=f"W-{each.sha256[:12]}", title=each.title, year=2020), each) for each in documents]


def claims_of(work: Work, document: Document, most: int) -> list[Claim]:
    """Sentences of a document as claims that quote themselves."""
    found: list[Claim] = []
    for start, end in split_sentences(document.text):
        text = document.text[start:end]
        if 60 < len(text) < 300 and "\n" not in text and len(found) < most:
            span = Span(document=document.sha256, start=start, end=end, quote=text)
            ids = {"id": claim_id(work.id, text, text), "work_id": work.id, "document": document.sha256}
            told = {"kind": "finding", "text": text, "quote": text, "spans": (span,)}
            found.append(Claim.model_validate({**ids, **told}))
    return found


async def shares(holdings: list[tuple[Work, Document]], count: int, each: int) -> tuple[int, list[float]]:
    """Return the tokens of the longest prompt, and the share of its tokens that each reviewer's begins with."""
    chunks = {document.sha256: chunk_document(document) for _, document in holdings}
    claims = [claim for work, document in holdings for claim in claims_of(work, document, each)][:count]
    assert len(claims) == count
    library = Library(
        chunks=chunks.__getitem__,
        work_of={document.sha256: work.id for work, document in holdings},
        claims={claim.id: claim for claim in claims},
        quantities=(),
        search=WordSearch([chunk for found in chunks.values() for chunk in found]),
    )
    pool = await gather([claim.id for claim in claims], library, 3)
    backend = MockBackend(lambda task: "failed")
    for mandate in MANDATES:
        await PanelReviewer(mandate, backend).vote(
            pool, library.claims, {work.id: work for work, _ in holdings}, Account("review_claims")
        )
    assert all(isinstance(task, JudgeClaims) and len(task.claims) == count for task in backend.calls)
    return share_of_prefix([RENDERER.render(task) for task in backend.calls])


def share_of_prefix(prompts: Sequence[RenderedPrompt]) -> tuple[int, list[float]]:
    tokens = [encode(f"{prompt.system}\n{prompt.user}") for prompt in prompts]
    shared = next(n for n, column in enumerate(zip(*tokens, strict=False)) if len(set(column)) > 1)
    return max(map(len, tokens)), [shared / len(sequence) for sequence in tokens]


@pytest.mark.parametrize("kind", ["abstracts of 13 works", "full texts"])
async def test_reviewers_of_sixteen_claims_share_ninety_five_percent(kind: str) -> None:
    holdings = papers() if kind == "full texts" else abstracts(13)
    longest, found = await shares(holdings, 16, 3 if kind == "full texts" else 2)
    print(f"\n16 claims, {kind}: {longest} tokens, shared {', '.join(f'{share:.3f}' for share in found)}")
    assert min(found) >= SHARED


async def test_two_claims_share_less_but_still_most() -> None:
    longest, found = await shares(abstracts(13), 2, 1)
    print(f"\n2 claims: {longest} tokens, shared {', '.join(f'{share:.3f}' for share in found)}")
    assert min(found) >= 0.9
