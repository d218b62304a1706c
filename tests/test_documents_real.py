"""Real papers and odd PDFs: every one ends as a document or a named reason, and tables read as printed."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from benchmarks.documents import files_of, outcome_table
from benchmarks.reading import Read, read_all
from juried.documents.dispatch import parse
from juried.documents.reader import read_document
from juried.records.document import DocumentFormat, DocumentReason, Unreadable
from tests.test_documents_conformance import check_offsets, check_visible


@pytest.fixture(scope="module")
def reads() -> list[Read]:
    data = Path(__file__).resolve().parents[1].parent / "shared" / "data"
    folders = [data / name for name in ("hostile_pdfs", "papers")]
    if not all(folder.is_dir() for folder in folders):
        pytest.skip(f"there is no {data}")
    return read_all(files_of(*folders))


def test_every_file_ends_as_a_sound_document_or_a_named_reason(reads: list[Read], shared_data: Path) -> None:
    print(outcome_table(reads, shared_data))
    assert [read.path for read in reads] == files_of(shared_data / "hostile_pdfs", shared_data / "papers")
    assert len(reads) > 200
    assert {read.outcome for read in reads} <= {*get_args(DocumentFormat), *get_args(DocumentReason)}
    assert [read.path.name for read in reads if not read.sound] == []


async def test_what_one_process_reads_from_many_files_a_process_of_its_own_reads_too(shared_data: Path) -> None:
    paths = files_of(shared_data / "hostile_pdfs", shared_data / "papers")[::60]
    for read in read_all(paths):
        result = await read_document(read.path.read_bytes(), read.path.name)
        assert read.outcome == (result.reason if isinstance(result, Unreadable) else result.format)


def test_no_ordinary_paper_in_markup_has_hidden_text(reads: list[Read]) -> None:
    papers = [read for read in reads if read.outcome in ("jats", "latex") and "papers" in read.path.parts]
    assert len(papers) > 30
    assert [read.path.name for read in papers if read.hidden] == []


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
