"""One suite that every document parser meets, whatever the format."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from juried.documents.abstract import abstract_document
from juried.documents.detect import detect_format
from juried.documents.dispatch import PARSERS, parse
from juried.errors import DocumentError
from juried.records.base import canonical_json, sha256
from juried.records.document import Document, DocumentReason
from juried.text.normalise import is_invisible
from tests.document_samples import SAMPLES

REASONS = get_args(DocumentReason)
FORMATS = [*SAMPLES, "abstract"]


def read(kind: str) -> Document:
    if kind == "abstract":
        return abstract_document("Transfer of Parsers", "We study transfer.\n\nIt works.")
    name, data = SAMPLES[kind]
    return parse(data, name)


def check_offsets(document: Document) -> None:
    """Every offset is in range and in order, and cuts out what it should."""
    text = document.text
    at = 0
    for block in document.blocks:
        assert at <= block.start < block.end <= len(text)
        assert text[block.start : block.end] == text[block.start : block.end].strip("\n")
        assert block.section is None or 0 <= block.section < len(document.sections)
        at = block.end
    at = 0
    for section in document.sections:
        assert at <= section.start < section.end <= len(text)
        assert text.startswith(section.title, section.start)
        at = section.end
    for block in document.blocks:
        if block.section is not None:
            home = document.sections[block.section]
            assert home.start <= block.start < block.end <= home.end
    for table in document.tables:
        assert 0 <= table.start < table.end <= len(text)
        for cell in table.cells:
            assert table.start <= cell.start < cell.end <= table.end
            assert text[cell.start : cell.end] == cell.text


def check_visible(document: Document) -> None:
    assert not any(is_invisible(char) for char in document.text)
    assert not any(mark in document.text for mark in ("&amp;", "&nbsp;", "\\textbf", "\\pm", "$"))


def check_outcome(data: bytes, name: str) -> None:
    """A document with sound offsets, or a DocumentError with a known reason; nothing else may come out."""
    reason = ""
    try:
        check_offsets(parse(data, name))
    except DocumentError as error:
        reason = error.reason
    assert reason in ("", *REASONS)


@pytest.mark.parametrize("kind", FORMATS)
def test_offsets_cut_out_what_they_name(kind: str) -> None:
    check_offsets(read(kind))


@pytest.mark.parametrize("kind", FORMATS)
def test_text_is_what_a_reader_sees(kind: str) -> None:
    check_visible(read(kind))


@pytest.mark.parametrize("kind", FORMATS)
def test_the_title_is_found_and_stands_in_the_text(kind: str) -> None:
    document = read(kind)
    assert document.title.startswith("Transfer of Parsers")
    assert document.text.startswith(document.title)


@pytest.mark.parametrize("kind", FORMATS)
def test_reading_twice_gives_the_same_bytes(kind: str) -> None:
    assert canonical_json(read(kind)) == canonical_json(read(kind))


@pytest.mark.parametrize("kind", SAMPLES)
def test_the_hash_is_that_of_the_bytes(kind: str) -> None:
    assert read(kind).sha256 == sha256(SAMPLES[kind][1])
    assert read(kind).format == kind


def test_every_parser_has_a_sample() -> None:
    assert set(PARSERS) == set(SAMPLES)


@pytest.mark.parametrize("kind", SAMPLES)
@pytest.mark.parametrize("data", [b"", b" \n\t "])
def test_nothing_to_read_is_called_empty(kind: str, data: bytes) -> None:
    with pytest.raises(DocumentError) as caught:
        parse(data, SAMPLES[kind][0])
    assert caught.value.reason == "empty"


@pytest.mark.parametrize("kind", SAMPLES)
def test_a_document_without_text_is_called_empty(kind: str) -> None:
    bare = {
        "latex": b"\\documentclass{article}\\begin{document}\\maketitle\\end{document}",
        "html": b"<html><body><nav>Home</nav></body></html>",
        "jats": b"<article><front><article-meta></article-meta></front><body/></article>",
        "text": b"#\n\n---\n",
        "pdf": SAMPLES["pdf"][1].replace(b"Tj", b"  "),
    }
    with pytest.raises(DocumentError) as caught:
        parse(bare[kind], SAMPLES[kind][0])
    assert caught.value.reason == "empty"


@pytest.mark.parametrize("kind", SAMPLES)
@pytest.mark.parametrize("share", [0.1, 0.35, 0.6, 0.9, 0.98])
def test_a_cut_document_is_read_or_named(kind: str, share: float) -> None:
    name, data = SAMPLES[kind]
    check_outcome(data[: int(len(data) * share)], name)


@pytest.mark.parametrize("kind", SAMPLES)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(noise=st.binary(min_size=1, max_size=300), at=st.integers(0, 400))
def test_noise_in_a_document_is_read_or_named(kind: str, noise: bytes, at: int) -> None:
    name, data = SAMPLES[kind]
    check_outcome(data[:at] + noise + data[at + len(noise) :], name)


@settings(max_examples=60, deadline=None)
@given(
    data=st.binary(max_size=400), name=st.sampled_from(["a.pdf", "a.tex", "a.html", "a.nxml", "a.md", "a", "a.tar.gz"])
)
def test_garbage_gets_a_named_reason(data: bytes, name: str) -> None:
    check_outcome(data, name)


@pytest.mark.parametrize("kind", SAMPLES)
def test_content_decides_the_format_before_the_name(kind: str) -> None:
    assert detect_format(SAMPLES[kind][1], "download") == kind
