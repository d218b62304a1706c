"""The extractor agent: spans resolve, quotes that are not there stay visible, and failures are losses."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from agents.extractor import Extraction, Extractor
from juried.backends.base import Answer, Outcome
from juried.backends.embedded.extraction import EmbeddedExtractor
from juried.documents.builder import DocumentBuilder
from juried.documents.tables import RawCell, RawTable
from juried.records.document import Document
from juried.records.work import Work
from juried.tasks import ExtractClaims, ExtractedClaim, ExtractedClaims, Task, TaskOutput
from vectorstore.chunking import chunk_document

WORK = Work(id="W-1", title="Transfer")
FIRST = "Vocabulary augmentation improves parsing of Maltese."
SECOND = "We show that adapters outperform full fine-tuning on Maltese."


class Scripted:
    """Answers with what a function makes of the task, and keeps the tasks."""

    name, fingerprint, concurrency, language_model = "scripted", "1", 1, True

    def __init__(self, reply: Callable[[ExtractClaims], ExtractedClaims], outcome: Outcome = "answered") -> None:
        self.reply, self.outcome = reply, outcome
        self.tasks: list[ExtractClaims] = []

    async def answer(self, task: Task) -> Answer[TaskOutput]:
        assert isinstance(task, ExtractClaims)
        self.tasks.append(task)
        output = self.reply(task) if self.outcome == "answered" else None
        return Answer[TaskOutput](output=output, outcome=self.outcome, detail="why")

    async def aclose(self) -> None:
        return None


def paper() -> Document:
    builder = DocumentBuilder(b"paper", "html")
    builder.heading("Results", 1)
    builder.block("paragraph", f"{FIRST} {SECOND}")
    rows = (("Model", "F1"), ("mBERT", "87.3"))
    builder.table(
        RawTable(
            rows=tuple(tuple(RawCell(text) for text in row) for row in rows),
            label="Table 1",
            caption="Results on the CoNLL-2003 test set.",
            header_rows=1,
        )
    )
    return builder.finish()


def given(*claims: tuple[str, str]) -> Callable[[ExtractClaims], ExtractedClaims]:
    items = tuple(ExtractedClaim(text=text, kind="finding", passage="P1", quote=quote) for text, quote in claims)
    return lambda task: ExtractedClaims(claims=items)


async def run(backend: Scripted, document: Document | None = None, batch_tokens: int = 6_000) -> Extraction:
    document = document or paper()
    return await Extractor(backend, batch_tokens).extract("Why?", WORK, document, chunk_document(document))


async def test_claims_come_in_the_order_of_the_text_with_spans_that_resolve() -> None:
    document = paper()
    backend = Scripted(EmbeddedExtractor().extract)
    found = await run(backend, document)
    assert [claim.text for claim in found.claims] == [
        FIRST,
        "Adapters outperform full fine-tuning on Maltese.",
        "The F1 of mBERT on CoNLL-2003 (test) is 87.3.",
    ]
    assert found.losses == ()
    for claim in found.claims:
        assert claim.work_id == "W-1"
        assert claim.section == "Results"
        for span in claim.spans:
            assert document.text[span.start : span.end] == span.quote
    assert found.claims[2].measurement is not None


async def test_a_quote_that_is_not_there_stays_without_a_span() -> None:
    found = await run(Scripted(given((FIRST, "Vocabulary augmentation ruins parsing of Maltese."))))
    claim = next(claim for claim in found.claims if claim.kind == "finding")
    assert claim.spans == ()
    assert claim.quote == "Vocabulary augmentation ruins parsing of Maltese."
    assert found.claims[-1] == claim


async def test_a_sentence_that_cannot_stand_alone_is_a_loss_with_its_reason() -> None:
    found = await run(Scripted(given(("Our method improves this on Maltese texts.", FIRST))))
    assert [claim.kind for claim in found.claims] == ["measurement"]
    assert len(found.losses) == 1
    assert "first_person" in found.losses[0].detail


@pytest.mark.parametrize("outcome", ["refused", "truncated", "filtered", "malformed", "failed", "unaffordable"])
async def test_every_failed_answer_is_a_loss_and_tables_are_read_all_the_same(outcome: Outcome) -> None:
    found = await run(Scripted(given((FIRST, FIRST)), outcome))
    assert [claim.kind for claim in found.claims] == ["measurement"]
    assert outcome in found.losses[0].detail


async def test_exact_duplicates_are_one_claim_and_ids_are_stable() -> None:
    once = await run(Scripted(given((FIRST, FIRST))))
    twice = await run(Scripted(given((FIRST, FIRST), (FIRST, FIRST))))
    assert once == twice


async def test_long_documents_go_in_batches_and_a_wrong_passage_label_does_no_harm() -> None:
    builder = DocumentBuilder(b"long", "text")
    for n in range(6):
        builder.heading(f"Part {n}", 1)
        builder.block("paragraph", f"Maltese number {n} improves parsing of related languages. " * 30)
    backend = Scripted(EmbeddedExtractor().extract)
    found = await run(backend, builder.finish(), batch_tokens=400)
    assert len(backend.tasks) > 1
    assert len(found.claims) == 6
    stray = ExtractedClaim(text=FIRST, kind="finding", passage="P99", quote=FIRST)
    lost = await run(Scripted(lambda task: ExtractedClaims(claims=(stray,))))
    assert lost.claims[0].spans


async def test_an_empty_document_has_no_claims_and_asks_nothing() -> None:
    backend = Scripted(given((FIRST, FIRST)))
    found = await Extractor(backend).extract("Why?", WORK, paper().model_copy(update={"tables": ()}), ())
    assert (found.claims, found.losses, backend.tasks) == ((), (), [])
