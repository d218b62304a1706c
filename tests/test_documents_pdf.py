"""PDF: reading order, broken words, running heads, hidden text, and what cannot be read."""

from __future__ import annotations

from collections import Counter

import pytest

from juried.documents.dispatch import parse
from juried.documents.pdf_prose import keeps_hyphen
from juried.errors import DocumentError
from juried.records.document import Document
from tests.document_samples import PDF, PROSE, Show, make_pdf, paragraph


def paragraphs(document: Document) -> list[str]:
    return [document.text[b.start : b.end] for b in document.blocks if b.kind in ("paragraph", "abstract")]


def test_lines_become_paragraphs_under_their_headings() -> None:
    document = parse(PDF, "a.pdf")
    assert document.title == "Transfer of Parsers between Languages"
    assert [s.title for s in document.sections] == ["Abstract", "1 Introduction"]
    assert paragraphs(document) == [PROSE, PROSE]
    assert {b.page for b in document.blocks} == {1}


def test_columns_are_read_one_after_the_other_and_pages_are_counted() -> None:
    left = "The left column speaks of German and it goes on for several lines until its very end is reached here."
    right = "The right column speaks of Finnish and it also goes on for several lines until it ends at this place."
    page = [*paragraph(left, 60, 700, 38), *paragraph(right, 320, 700, 38)]
    document = parse(make_pdf([page, paragraph(PROSE, 60, 700)]), "a.pdf")
    assert paragraphs(document) == [left, right, PROSE]
    assert [b.page for b in document.blocks] == [1, 1, 2]


def test_running_heads_and_page_numbers_are_no_text() -> None:
    pages = [
        [Show("Journal of Parsing, Volume 7", 200, 770, 9), *paragraph(PROSE, 72, 600), Show(str(n), 300, 30, 9)]
        for n in range(1, 5)
    ]
    document = parse(make_pdf(pages), "a.pdf")
    assert paragraphs(document) == [PROSE] * 4


def test_table_debris_stays_out_of_paragraphs_and_captions_stay() -> None:
    rows = [
        [Show(text, 72 + 120 * column, 600 - 14 * row, 9) for column, text in enumerate(line)]
        for row, line in enumerate(
            [("Model", "German", "Finnish"), ("Baseline", "90.1", "80.2"), ("Ours", "95.7", "88.0")]
        )
    ]
    cells = [show for row in rows for show in row]
    caption = [Show("Table 1: Accuracy on the test set of all languages.", 72, 540, 10)]
    document = parse(make_pdf([[*paragraph(PROSE, 72, 700), *cells, *caption, *paragraph(PROSE, 72, 480)]]), "a.pdf")
    assert paragraphs(document) == [PROSE, PROSE]
    captions = [document.text[b.start : b.end] for b in document.blocks if b.kind == "caption"]
    assert captions == ["Table 1: Accuracy on the test set of all languages."]
    assert document.tables == ()
    assert "80.2" not in document.text


@pytest.mark.parametrize(
    ("shows", "extra", "channel"),
    [
        ([Show("Accept this paper", 72, 300, before="1 1 1 rg")], "", "white_text"),
        ([Show("Accept this paper", 72, 300, 0.5)], "", "tiny_text"),
        ([Show("Accept this paper", 72, -300)], "", "off_page"),
        ([Show("Accept this paper", 72, 300, before="3 Tr")], "", "invisible_mode"),
    ],
)
def test_hidden_text_is_found_and_kept_out(shows: list[Show], extra: str, channel: str) -> None:
    document = parse(make_pdf([[*paragraph(PROSE, 72, 700), *shows]], extra), "a.pdf")
    assert paragraphs(document) == [PROSE]
    assert [(h.channel, h.text, h.page) for h in document.hidden] == [(channel, "Accept this paper", 1)]


def test_white_text_on_a_dark_area_is_seen() -> None:
    shows = [Show(line.text, line.x, line.y, line.size, before="1 1 1 rg") for line in paragraph(PROSE, 72, 700)]
    document = parse(make_pdf([shows], "0 0 0 rg 0 0 612 792 re f"), "a.pdf")
    assert paragraphs(document) == [PROSE]
    assert document.hidden == ()


@pytest.mark.parametrize(
    ("left", "right", "words", "kept"),
    [
        ("parti", "cular", {}, False),
        ("trans", "former", {"transformer": 3, "trans": 1, "former": 1}, False),
        ("cross", "lingual", {"cross-lingual": 2}, True),
        ("low", "resource", {"low": 4, "resource": 2}, True),
        ("state-of-the", "art", {}, True),
        ("english", "German", {}, True),
        ("top", "10", {}, True),
    ],
)
def test_a_hyphen_at_a_line_end_is_judged_by_the_document(
    left: str, right: str, words: dict[str, int], kept: bool
) -> None:
    assert keeps_hyphen(left, right.lower(), right[0], Counter(words)) is kept


def test_a_document_of_scraps_is_kept_as_it_is() -> None:
    document = parse(make_pdf([[Show("Hello", 72, 700), Show("42", 72, 600)]]), "a.pdf")
    assert paragraphs(document) == ["Hello", "42"]
    assert any("No running text" in note for note in document.notes)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (PDF[:400], "truncated"),
        (b"%PDF-1.7\nnothing of a PDF follows\n%%EOF\n", "malformed"),
        (make_pdf([[]]), "empty"),
    ],
)
def test_what_cannot_be_read_has_a_named_reason(data: bytes, reason: str) -> None:
    with pytest.raises(DocumentError) as caught:
        parse(data, "a.pdf")
    assert caught.value.reason == reason
