"""PDF: text in reading order with its pages; tables are left out, since their cells cannot be read surely."""

from __future__ import annotations

import re
from collections import Counter

import pypdfium2 as pdfium  # type: ignore[import-untyped]
import pypdfium2.raw as pdfium_c  # type: ignore[import-untyped]

from juried.documents.builder import DocumentBuilder
from juried.documents.hidden import speaks_to_a_machine
from juried.documents.latex_refs import find_identifiers
from juried.documents.pdf_layout import PageSize, Run, body_size, drop_furniture, line_text, make_runs, page_columns
from juried.documents.pdf_prose import (
    REFERENCES,
    classify,
    heading_level,
    join_lines,
    list_text,
    vocabulary,
)
from juried.documents.pdf_words import Line, Word, has_image, join_words, read_words
from juried.errors import DocumentError
from juried.records.document import BlockKind, Document, HiddenChannel

MAX_PAGES = 2000
_SENTENCE_END = re.compile(r"[.!?:]['\"”’)\]]*\Z")
_NO_TITLE = re.compile(r"\Auntitled|\.(?:docx?|tex|dvi|pdf|indd|qxd)\b|\AMicrosoft Word|\AarXiv|\A\S*\Z", re.IGNORECASE)
_ENTRY = re.compile(r"\[[\w+]{1,12}\]\s|\d{1,3}\.\s")
_RUN_IN_ABSTRACT = re.compile(r"abstract\s*[—–.:-]\s*", re.IGNORECASE)
_AFTER_REFERENCES = re.compile(
    r"(?:appendi|supplement|acknowledg|[A-Z](?:\.\d+)*\.?\s+[A-Z]|ethic|limitation|checklist)", re.IGNORECASE
)


def parse_pdf(data: bytes, name: str) -> Document:
    """Parse a PDF.

    Raises:
        DocumentError: `encrypted`, `scanned` (pictures and no text), `truncated`, `malformed`, `empty`, or
            `too_large` beyond 2,000 pages.
    """
    builder = DocumentBuilder(data, "pdf", name)
    pdf = _open(data, name)
    try:
        if len(pdf) > MAX_PAGES:
            raise DocumentError(f"it has over {MAX_PAGES} pages.", reason="too_large", concerns=name)
        pages, sizes = _read_pages(pdf, builder)
        metadata = _metadata_title(pdf, builder)
        if not any(pages):
            raise _without_text(pdf, data, name, bool(builder.hidden_count))
    finally:
        pdf.close()
    _Writer(builder, drop_furniture(pages, sizes), sizes, metadata).run()
    if not _is_complete(data):
        builder.note("The file ends early; pages may be missing.")
    builder.note("Tables of a PDF are not read into cells.")
    return builder.finish()


def _metadata_title(pdf: pdfium.PdfDocument, builder: DocumentBuilder) -> str:
    """Return the title that the file's properties give; properties that speak to a machine are reported."""
    properties: dict[str, str] = pdf.get_metadata_dict()
    for value in filter(speaks_to_a_machine, properties.values()):
        builder.hide("metadata", value)
    title = properties.get("Title", "")
    return "" if speaks_to_a_machine(title) else title


def _is_complete(data: bytes) -> bool:
    return b"%%EOF" in data[-2048:]


def _open(data: bytes, name: str) -> pdfium.PdfDocument:
    try:
        pdf = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        code = pdfium_c.FPDF_GetLastError()
        if code == pdfium_c.FPDF_ERR_PASSWORD or "password" in str(error).lower():
            raise DocumentError("it is encrypted and needs a password.", reason="encrypted", concerns=name) from error
        if "security" in str(error).lower():
            raise DocumentError("its encryption is not known.", reason="encrypted", concerns=name) from error
        reason = "malformed" if _is_complete(data) else "truncated"
        raise DocumentError(f"PDFium cannot open it: {error}.", reason=reason, concerns=name) from error
    if len(pdf) == 0:
        reason = "malformed" if _is_complete(data) else "truncated"
        raise DocumentError("it has no pages.", reason=reason, concerns=name)
    return pdf


def _without_text(pdf: pdfium.PdfDocument, data: bytes, name: str, hidden: bool) -> DocumentError:
    if hidden:
        return DocumentError("all its text is hidden from a reader.", reason="empty", concerns=name)
    for page in pdf:
        if has_image(page):
            advice = "Recognise its text (OCR) first."
            return DocumentError("its pages are pictures.", reason="scanned", concerns=name, advice=advice)
    if not _is_complete(data):
        return DocumentError("it ends before any text.", reason="truncated", concerns=name)
    return DocumentError("its pages hold no text.", reason="empty", concerns=name)


def _read_pages(pdf: pdfium.PdfDocument, builder: DocumentBuilder) -> tuple[list[list[Line]], list[PageSize]]:
    pages: list[list[Line]] = []
    sizes: list[PageSize] = []
    for number in range(len(pdf)):
        try:
            page = pdf[number]
        except pdfium.PdfiumError:
            builder.note(f"Page {number + 1} cannot be opened and was left out.")
            continue
        words = read_words(page)
        _report_hidden(builder, words, number + 1)
        lines = join_words([word for word in words if word.hidden is None], number + 1)
        pages.append(lines)
        sizes.append(_page_size(page, lines))
        page.close()
    return pages, sizes


def _page_size(page: pdfium.PdfPage, lines: list[Line]) -> PageSize:
    """Return the edges in the direction of the text; a turned page is measured by its own text."""
    left, bottom, right, top = page.get_cropbox()
    inside = all(bottom - 2 <= line.main.base <= top + 2 for line in lines)
    if inside or not lines:
        return PageSize(bottom, top, (left + right) / 2)
    bases = [line.main.base for line in lines]
    middle = (min(line.x0 for line in lines) + max(line.x1 for line in lines)) / 2
    return PageSize(min(bases) - 72, max(bases) + 72, middle)


def _report_hidden(builder: DocumentBuilder, words: list[Word], page: int) -> None:
    """Note hidden words, those that follow one another as one piece."""
    pieces: list[tuple[HiddenChannel, list[str]]] = []
    previous: HiddenChannel | None = None
    for word in words:
        if word.hidden is not None and word.hidden == previous:
            pieces[-1][1].append(word.text)
        elif word.hidden is not None:
            pieces.append((word.hidden, [word.text]))
        previous = word.hidden
    for channel, texts in pieces:
        if any(char.isalnum() for text in texts for char in text):
            builder.hide(channel, " ".join(texts), page)


class _Writer:
    """Writes runs as blocks, in order; a paragraph stays open until it is sure that it has ended."""

    def __init__(self, builder: DocumentBuilder, pages: list[list[Line]], sizes: list[PageSize], metadata: str) -> None:
        self.builder = builder
        self.lines = [line for lines in pages for line in lines]
        self.body = body_size(self.lines)
        self.bodies = {lines[0].page: _page_body(lines, self.body) for lines in pages if lines}
        self.words = vocabulary(self.lines)
        self.metadata = metadata
        self.runs = [
            run for lines, size in zip(pages, sizes, strict=True) for run in make_runs(lines, page_columns(lines, size))
        ]
        self.open: list[str] = []
        self.open_kind: BlockKind = "paragraph"
        self.open_page = 1
        self.waiting: list[tuple[BlockKind, str, int]] = []
        # Runs in another size than the body: dropped when a caption stands beside them.
        self.doubtful: list[tuple[Run, str, BlockKind]] = []
        self.beside_caption = False
        self.kind: BlockKind = "paragraph"
        self.in_references = False
        self.reference_lines: list[Run] = []

    def run(self) -> None:
        """Write the whole document."""
        start = self._title()
        for run in self.runs[start:]:
            self._write(run)
        self._settle()
        self._close()
        if not self.builder.has_blocks:
            self._write_plainly()
        for entry in _entries(self.reference_lines, self.words):
            doi, arxiv = find_identifiers(entry)
            self.builder.reference(entry, "", doi, arxiv)

    def _write_plainly(self) -> None:
        """Write every run as a paragraph: the document holds text, but no sentences."""
        self.builder.note("No running text was recognised; every line is kept.")
        for run in self.runs:
            self.builder.block("paragraph", self._text(run), run.page)

    def _title(self) -> int:
        """Write the title; return the index of the first run behind the title and the authors."""
        first = [run for run in self.runs if run.page == 1][:12]
        largest = max(first, key=lambda run: (run.size, -self.runs.index(run)), default=None)
        if largest is not None and largest.size > self.body + 1.5 and _looks_like_title(self._text(largest)):
            at = self.runs.index(largest)
            parts = [run for run in self.runs[at : at + 3] if abs(run.size - largest.size) < 0.3 and run.page == 1]
            self.builder.title(" ".join(self._text(run) for run in parts))
            return self._behind_authors(at + len(parts))
        if self.metadata and not _NO_TITLE.search(self.metadata):
            self.builder.title(self.metadata)
        return 0

    def _behind_authors(self, start: int) -> int:
        """Return the index of the abstract's heading when there is one on the first page, else the start."""
        for index, run in enumerate(self.runs[start : start + 40], start=start):
            text = self._text(run).strip().lower().rstrip(".:")
            if run.page == 1 and (text == "abstract" or _RUN_IN_ABSTRACT.match(self._text(run))):
                return index
        return start

    def _text(self, run: Run) -> str:
        return join_lines([line_text(line) for line in run.lines], self.words)

    def _write(self, run: Run) -> None:
        text = self._text(run)
        body = self.bodies[run.page]
        kind = classify(run, body, text)
        if kind == "caption" and self._inside_sentence(run, text):
            self.open.append(text)
        elif kind == "heading" and self._accepts_heading(text):
            self._heading(run, text)
        elif self.in_references:
            self.reference_lines.append(run)
        elif kind == "caption":
            self._caption(run, text)
        elif kind == "footnote":
            self.waiting.append(("footnote", re.sub(r"\A[\d*∗†‡§¶]{1,2}\s*", "", text), run.page))
        elif kind in ("prose", "list_item"):
            self._prose(run, text, "list_item" if kind == "list_item" else self.kind, body)
        elif run.soft is False and self._belongs(run, text):
            self._paragraph(run, text, self.open_kind)

    def _inside_sentence(self, run: Run, text: str) -> bool:
        """Whether what looks like a caption goes on with a sentence ("... as shown in / Figure 1. We ...")."""
        unfinished = bool(self.open) and not _SENTENCE_END.search(self.open[-1])
        return unfinished and ":" not in text[:20] and abs(run.size - self.bodies[run.page]) < 0.3

    def _caption(self, run: Run, text: str) -> None:
        self.waiting.append(("caption", text, run.page))
        self.doubtful = [item for item in self.doubtful if item[0].page != run.page]
        self.beside_caption = True

    def _prose(self, run: Run, text: str, kind: BlockKind, body: float) -> None:
        if abs(run.size - body) > 0.4 and kind != "abstract" and not _RUN_IN_ABSTRACT.match(text):
            if not self.beside_caption:
                self.doubtful.append((run, text, kind))
            return
        self._settle()
        self._paragraph(run, text, kind)

    def _settle(self) -> None:
        """Write what was in doubt: no caption stands beside it."""
        doubtful, self.doubtful, self.beside_caption = self.doubtful, [], False
        for run, text, kind in doubtful:
            self._paragraph(run, text, kind)

    def _accepts_heading(self, text: str) -> bool:
        return not self.in_references or bool(_AFTER_REFERENCES.match(text))

    def _belongs(self, run: Run, text: str) -> bool:
        """Whether a short run is the last line of the open paragraph."""
        unfinished = bool(self.open) and not _SENTENCE_END.search(self.open[-1])
        ends = len(text.split()) <= 8 and bool(_SENTENCE_END.search(text)) and abs(run.size - self.body) < 0.3
        return unfinished and ends and any(char.isalpha() for char in text)

    def _heading(self, run: Run, text: str) -> None:
        self._settle()
        self._close()
        self.in_references = bool(REFERENCES.match(text))
        self.kind = "abstract" if text.strip().lower().rstrip(".:") == "abstract" else "paragraph"
        if not self.in_references:
            self.builder.heading(text, heading_level(text, run.size, self.body))

    def _paragraph(self, run: Run, text: str, kind: BlockKind) -> None:
        lead = _RUN_IN_ABSTRACT.match(text)
        if lead and run.page == 1:
            kind, text = "abstract", text[lead.end() :]
        if self.open and kind == self.open_kind and self._goes_on(text):
            self.open.append(text)
            return
        self._close()
        self.open, self.open_kind, self.open_page = [text], kind, run.page

    def _goes_on(self, text: str) -> bool:
        before = self.open[-1]
        if before.endswith(("-", "\u00ad")):
            return True
        return not _SENTENCE_END.search(before) and (text[:1].islower() or before[-1:] in ",;(" or text[:1].isdigit())

    def _close(self) -> None:
        """Write the open paragraph, then the captions and footnotes that interrupted it."""
        if self.open:
            text = join_lines(self.open, self.words)
            self.builder.block(
                self.open_kind, list_text(text) if self.open_kind == "list_item" else text, self.open_page
            )
        for kind, text, page in self.waiting:
            self.builder.block(kind, text, page)
        self.open, self.waiting = [], []


def _page_body(lines: list[Line], body: float) -> float:
    """Return the size of body text on one page: the document's, unless the page hardly uses it."""
    total = sum(len(word.text) for line in lines for word in line.words)
    usual = sum(len(word.text) for line in lines for word in line.words if abs(word.size - body) < 0.3)
    return body if usual * 4 > total else body_size(lines)


def _looks_like_title(text: str) -> bool:
    return 8 <= len(text) <= 300 and sum(char.isalpha() for char in text) > 0.6 * len(text.replace(" ", ""))


def _entries(runs: list[Run], words: Counter[str]) -> list[str]:
    """Split the lines of a bibliography into entries: at marks like [3], else at lines that are not indented."""
    lines = [(line, run.column[0]) for run in runs for line in run.lines]
    marked = sum(bool(_ENTRY.match(line_text(line))) for line, _ in lines) * 8 > len(lines)
    hanging = sum(line.x0 - left > 0.4 * line.main.size for line, left in lines) * 4 > len(lines)
    starts = {id(run.lines[0]) for run in runs if not run.soft}
    entries: list[list[str]] = []
    for line, left in lines:
        text = line_text(line)
        if marked:
            begins = bool(_ENTRY.match(text))
        elif hanging:
            begins = line.x0 - left <= 0.4 * line.main.size
        else:
            begins = id(line) in starts
        if begins or not entries:
            entries.append([])
        entries[-1].append(text)
    return [join_lines(entry, words) for entry in entries]
