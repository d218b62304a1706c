"""Chunks: every sentence of every block once, in order, inside one section, at exact offsets."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from juried.records.base import sha256
from juried.records.document import Block, BlockKind, Document, Section
from juried.text.sentences import split_sentences
from juried.text.tokens import count_tokens
from vectorstore.chunking import Chunk, chunk_document, is_bibliography

Piece = tuple[BlockKind, str, int | None]
Part = tuple[str, list[Piece]]


def document_of(parts: list[Part]) -> Document:
    """Build a document from sections of (kind, text, page) blocks, as a parser would."""
    text = ""
    sections: list[Section] = []
    blocks: list[Block] = []
    for title, pieces in parts:
        begun = len(text)
        text += f"{title}\n\n"
        for kind, body, page in pieces:
            blocks.append(
                Block(kind=kind, start=len(text), end=len(text) + len(body), section=len(sections), page=page)
            )
            text += f"{body}\n\n"
        sections.append(Section(title=title, level=1, start=begun, end=len(text)))
    return Document(
        sha256=sha256(text), format="text", title="", text=text, sections=tuple(sections), blocks=tuple(blocks)
    )


def covered(document: Document, chunks: tuple[Chunk, ...]) -> list[tuple[int, int]]:
    """Return the offsets of the sentences (rows of tables) of all chunks, in the order of the chunks."""
    spans: list[tuple[int, int]] = []
    for chunk in chunks:
        inside = [block for block in document.blocks if block.start < chunk.end and chunk.start < block.end]
        for block in inside:
            spans += [span for span in units(document, block) if chunk.start <= span[0] and span[1] <= chunk.end]
    return spans


def units(document: Document, block: Block) -> list[tuple[int, int]]:
    body = document.text[block.start : block.end]
    if block.kind != "table":
        return [(block.start + start, block.start + end) for start, end in split_sentences(body)]
    at, rows = block.start, []
    for row in body.split("\n"):
        if row.strip():
            rows.append((at + len(row) - len(row.lstrip()), at + len(row.rstrip())))
        at += len(row) + 1
    return rows


words = st.text(st.sampled_from("abcdeXYZé 0123.,;!?()\n|"), min_size=0, max_size=160)
kinds: st.SearchStrategy[BlockKind] = st.sampled_from(
    ["paragraph", "abstract", "caption", "footnote", "table", "list_item"]
)
pieces = st.tuples(kinds, words, st.sampled_from([None, 1, 2]))
titles = st.sampled_from(["Results", "1 Introduction", "Methods", "References"])
parts = st.lists(st.tuples(titles, st.lists(pieces, max_size=5)), max_size=4)


@settings(max_examples=150, deadline=None)
@given(parts, st.sampled_from([1, 8, 30, 200]))
def test_chunks_cover_every_sentence_once_in_order(made: list[Part], limit: int) -> None:
    document = document_of(made)
    chunks = chunk_document(document, limit)
    wanted = [
        span
        for block in document.blocks
        if document.sections[block.section or 0].title != "References"
        for span in units(document, block)
    ]
    assert covered(document, chunks) == wanted
    assert all(one.end <= two.start for one, two in pairwise(chunks))
    assert len({chunk.id for chunk in chunks}) == len(chunks)


@settings(max_examples=150, deadline=None)
@given(parts, st.sampled_from([1, 8, 30, 200]))
def test_a_chunk_is_an_exact_piece_of_one_section(made: list[Part], limit: int) -> None:
    document = document_of(made)
    for chunk in chunk_document(document, limit):
        assert chunk.text == document.text[chunk.start : chunk.end]
        inside = [block for block in document.blocks if block.start < chunk.end and chunk.start < block.end]
        assert {(document.sections[b.section or 0].title, b.page, b.kind) for b in inside} == {
            (chunk.section, chunk.page, chunk.kind)
        }
        sentences = sum(len([u for u in units(document, b) if chunk.start <= u[0] < chunk.end]) for b in inside)
        assert count_tokens(chunk.text) <= limit or sentences == 1


SENTENCE = "Cross-lingual transfer helps languages with few labels."


def test_paragraphs_of_a_section_run_together_up_to_the_limit() -> None:
    document = document_of([("Results", [("paragraph", SENTENCE, 1)] * 4)])
    assert [chunk.text.count("Cross") for chunk in chunk_document(document)] == [4]
    assert [chunk.text.count("Cross") for chunk in chunk_document(document, 2 * count_tokens(SENTENCE) + 1)] == [2, 2]


def test_a_caption_between_paragraphs_is_its_own_chunk() -> None:
    made: list[Piece] = [("paragraph", SENTENCE, 1), ("caption", "Table 1: Scores.", 1), ("paragraph", SENTENCE, 1)]
    chunks = chunk_document(document_of([("Results", made)]))
    assert [chunk.kind for chunk in chunks] == ["paragraph", "caption", "paragraph"]


def test_text_between_blocks_that_is_no_block_never_enters_a_chunk() -> None:
    text = f"{SENTENCE} HIDDEN {SENTENCE}"
    second = len(text) - len(SENTENCE)
    blocks = (Block(kind="paragraph", start=0, end=len(SENTENCE)), Block(kind="paragraph", start=second, end=len(text)))
    document = Document(sha256=sha256(text), format="text", title="", text=text, blocks=blocks)
    assert [chunk.text for chunk in chunk_document(document)] == [SENTENCE, SENTENCE]


def test_a_long_sentence_stays_whole() -> None:
    long = "The system " + "very " * 400 + "often wins."
    chunks = chunk_document(document_of([("Results", [("paragraph", f"{SENTENCE} {long} {SENTENCE}", 1)])]))
    assert [chunk.text for chunk in chunks] == [SENTENCE, long, SENTENCE]


def test_a_table_is_cut_between_rows() -> None:
    rows = "\n".join(f"system {number} | {number}.5 | 80.1" for number in range(60))
    chunks = chunk_document(document_of([("Results", [("table", rows, 3)])]))
    assert len(chunks) > 1
    assert "\n".join(chunk.text for chunk in chunks) == rows
    assert {(chunk.kind, chunk.page) for chunk in chunks} == {("table", 3)}


def test_ids_depend_on_document_place_and_text_alone() -> None:
    document = document_of([("Results", [("paragraph", SENTENCE, 1)])])
    again = document_of([("Results", [("paragraph", SENTENCE, 1)])])
    other = document_of([("Results!", [("paragraph", SENTENCE, 1)])])
    assert chunk_document(document) == chunk_document(again)
    assert chunk_document(document)[0].id != chunk_document(other)[0].id


def test_a_document_without_text_has_no_chunks() -> None:
    assert chunk_document(Document(sha256="0" * 64, format="text", title="", text="")) == ()
    assert chunk_document(document_of([("Results", [("paragraph", " \n ", 1), ("table", "", 1)])])) == ()


def test_what_is_a_bibliography() -> None:
    named = [
        "References",
        "REFERENCES",
        "6 References",
        "VII. References",
        "A. References",
        "Bibliography",
        "Works cited",
    ]
    assert all(is_bibliography(title) for title in named)
    assert not any(is_bibliography(title) for title in ["", "Reference implementation", "Cross-references in text"])
