"""Real papers and odd PDFs: every one ends as a document or a named reason, and tables read as printed."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from juried.documents.dispatch import parse
from juried.documents.reader import read_document
from juried.records.document import Document, Unreadable
from tests.test_documents_conformance import check_offsets, check_visible


async def _read_all(paths: list[Path]) -> list[tuple[Path, Document | Unreadable]]:
    gate = asyncio.Semaphore(2)

    async def one(path: Path) -> tuple[Path, Document | Unreadable]:
        async with gate:
            return path, await read_document(path.read_bytes(), path.name)

    return list(await asyncio.gather(*(one(path) for path in paths)))


@pytest.mark.parametrize("folder", ["hostile_pdfs", "papers"])
async def test_a_third_of_all_files_ends_as_document_or_reason(shared_data: Path, folder: str) -> None:
    # Every third file in the order of names, so that the suite stays quick; all of them pass when read.
    paths = sorted(path for path in (shared_data / folder).rglob("*") if path.is_file())[::3]
    for path, result in await _read_all(paths):
        said = result.reason if isinstance(result, Unreadable) else f"{result.format}, {len(result.text)} characters"
        print(f"{path.name[:60]:60} {said}")
        if isinstance(result, Document):
            check_offsets(result)
    assert paths


def test_the_tables_of_a_latex_paper_read_as_printed(shared_data: Path) -> None:
    folder = shared_data / "papers/docling/latex/sources/1706.03762"
    document = parse(
        (folder / "main.tex").read_bytes(), "main.tex", {p.name: p.read_bytes() for p in folder.glob("*.tex")}
    )
    check_offsets(document)
    check_visible(document)
    cells = {(c.row_path, c.column_path): c.text for t in document.tables if t.label == "Table 2" for c in t.cells}
    assert cells[("Transformer (big)",), ("BLEU", "EN-FR")] == "41.8"
    assert cells[("GNMT + RL",), ("Training Cost (FLOPs)", "EN-DE")] == "2.3·10^19"
    assert "establishing a new state-of-the-art BLEU score of 28.4." in document.text


def test_the_tables_of_a_jats_paper_read_as_printed(shared_data: Path) -> None:
    path = shared_data / "papers/docling/jats/sources/pntd.0008301.nxml"
    document = parse(path.read_bytes(), path.name)
    check_offsets(document)
    cells = {(c.row_path, c.column_path): c.text for c in document.tables[1].cells}
    assert cells[("Elevation < 350m",), ("Full Model",)] == "3.07 (1.95–4.83)"
    assert len(document.references) == 53


def test_a_two_column_pdf_reads_in_order(shared_data: Path) -> None:
    path = shared_data / "papers/s2orc_doc2json/pdf/2020.acl-main.207.pdf"
    document = parse(path.read_bytes(), path.name)
    check_offsets(document)
    titles = [section.title for section in document.sections]
    assert titles[:3] == ["Abstract", "1 Introduction", "2 Model"]
    assert "8 Conclusions and Future Work" in titles
    assert "any Transformer language model instead of SciBERT. Using the above method" in document.text
    assert "state-of-the-art" in document.text
    assert len(document.references) > 50
