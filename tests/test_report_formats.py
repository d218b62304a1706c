"""The report as HTML and PDF: whole, inert whatever a paper says, the same bytes each time, sealed with the rest."""

from __future__ import annotations

import json
import sys
from html.parser import HTMLParser
from pathlib import Path

import pypdfium2  # type: ignore[import-untyped]
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cli.main import main
from juried.records.base import sha256
from juried.records.report import Draft
from juried.records.run import RunRecord
from juried.reports.html import render_html
from juried.reports.numbering import number
from juried.reports.pdf import render_pdf
from tests.records import make_record
from tests.sealed import make_sealed_run

HOSTILE = (
    "<script>alert(1)</script>",
    "[x](javascript:alert(1))",
    "![x](https://example.org/pixel.png)",
    "<javascript:alert(1)>",
    "</main><iframe src=https://example.org>",
    '" onmouseover="alert(1)',
    "&lt;b&gt; &amp; &#106;",
    "# Not a heading",
    "#set page(fill: red) $x$ @c1 *bold* _it_ \\ `raw`",
    "| a | b |\n|---|---|",
    "[C1]: https://example.org",
    "<!-- hidden -->",
)


class Page(HTMLParser):
    """The elements, anchors, links and text of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes.update(name for name, _ in attrs)
        self.ids += [value or "" for name, value in attrs if name == "id"]
        self.links += [value or "" for name, value in attrs if name == "href"]

    def handle_data(self, data: str) -> None:
        self.text += data


def hostile_record(text: str) -> RunRecord:
    """A record in which a title, a claim, a quote, an author and a query say this."""
    record = make_record()
    draft = Draft.model_validate({**record.draft.model_dump(), "title": text, "answer_text": text})
    first, *claims = record.claims
    works = tuple(work.model_copy(update={"title": text, "authors": (text,), "venue": text}) for work in record.works)
    ledger = tuple(row.model_copy(update={"query": text}) for row in record.ledger)
    claim = first.model_copy(update={"text": text, "quote": text, "section": text})
    changed = {"draft": draft, "claims": (claim, *claims), "works": works, "ledger": ledger, "question": text}
    return record.model_copy(update=changed)


def pdf_text(data: bytes) -> str:
    document = pypdfium2.PdfDocument(data)
    text = "\n".join(document[at].get_textpage().get_text_range() for at in range(len(document)))
    return text.replace("\ufffe", "-")


PLAIN = Page(render_html(make_record()))


def check_inert(page: Page) -> None:
    assert page.tags <= PLAIN.tags | {"pre", "code", "hr", "em", "br", "blockquote"}
    assert page.attributes <= PLAIN.attributes | {"start"}
    assert [link for link in page.links if not link.startswith(("#", "https://", "http://"))] == []


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text_in_the_page(text: str) -> None:
    page = Page(render_html(hostile_record(text)))
    check_inert(page)
    assert " ".join(text.split()) in " ".join(page.text.split())
    assert [link for link in page.links if "example.org" in link] == []


@settings(max_examples=25, deadline=None)
@given(text=st.text(alphabet="<>[]()!:/\"'&#`*_|\\\n javascript=ax1", min_size=1, max_size=60).filter(str.strip))
def test_no_text_becomes_markup(text: str) -> None:
    check_inert(Page(render_html(hostile_record(text))))


def test_every_link_within_the_page_leads_somewhere_and_every_claim_and_reference_has_an_anchor() -> None:
    record = make_record()
    page = PLAIN
    assert len(page.ids) == len(set(page.ids))
    within = [link.removeprefix("#") for link in page.links if link.startswith("#")]
    assert set(within) <= set(page.ids)
    assert {"c1", "c7", "reference-1", "reference-4", "methodology", "report"} <= set(page.ids)
    for claim in number(record).claims:
        assert claim.text in " ".join(page.text.split())


def test_the_page_is_whole_loads_nothing_and_is_the_same_each_time() -> None:
    text = render_html(make_record())
    assert text == render_html(make_record())
    assert text.startswith('<!DOCTYPE html>\n<html lang="en">')
    assert PLAIN.tags.isdisjoint({"script", "img", "link", "iframe", "form", "object", "base"})
    assert "src" not in PLAIN.attributes
    assert "url(" not in text
    assert "@media print" in text
    for word in ("✓ verified", "contradicted", "not enough evidence", "not checked"):
        assert word in PLAIN.text


def test_the_pdf_holds_the_report_and_is_the_same_each_time() -> None:
    record = make_record()
    data = render_pdf(record)
    assert data.startswith(b"%PDF-")
    assert data == render_pdf(record)
    shown = " ".join(pdf_text(data).split())
    for text in (record.draft.title, "Methodology", "84.82 ± 1.00", "References", "✓ Verified"):
        assert text in shown
    assert pypdfium2.PdfDocument(data).get_metadata_dict()["Title"] == record.draft.title


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text_in_the_pdf(text: str) -> None:
    shown = "".join(pdf_text(render_pdf(hostile_record(text))).split())
    assert "".join(text.split()) in shown


def test_without_typst_the_install_line_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    make_sealed_run(tmp_path)
    monkeypatch.setitem(sys.modules, "typst", None)
    assert main(["show", "--format", "pdf", "--runs", str(tmp_path)]) == 5
    assert b"Run: pip install 'typst>=0.15,<1'" in capsysbinary.readouterr().err


@pytest.fixture
def sealed(tmp_path: Path) -> Path:
    return next(make_sealed_run(tmp_path).glob("*/record.json")).parent


def test_the_page_is_sealed_with_the_record(sealed: Path) -> None:
    manifest = json.loads((sealed / "manifest.json").read_text(encoding="utf-8"))
    hashes = {file["path"]: file["sha256"] for file in manifest["files"]}
    page = (sealed / "report.html").read_bytes()
    assert hashes["report.html"] == sha256(page)
    assert page.decode() == render_html(make_record())


def test_show_prints_each_format(sealed: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    printed = {}
    for name in ("md", "html", "pdf"):
        assert main(["show", "--format", name, "--runs", str(sealed.parent)]) == 0
        printed[name] = capsysbinary.readouterr().out
    assert printed["md"] == (sealed / "report.md").read_bytes()
    assert printed["html"] == (sealed / "report.html").read_bytes()
    assert printed["pdf"] == render_pdf(make_record())


def test_the_page_draws_the_flow_of_works_and_shows_no_markup_of_it() -> None:
    page = render_html(make_record())
    assert "<svg" in page
    assert "![PRISMA" not in page
    assert "prisma.csv" not in page
