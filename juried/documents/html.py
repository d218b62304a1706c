"""HTML of LaTeXML and of publishers: the article's text without the page around it."""

from __future__ import annotations

import re

from lxml import etree
from lxml import html as lxml_html

from juried.documents.builder import DocumentBuilder
from juried.documents.decode import decode
from juried.documents.html_hidden import hidden_channel, mark_hidden, report_spoken, shown_text
from juried.documents.latex_refs import find_identifiers
from juried.documents.markup import is_number_mark, raised, read_rows, split_caption, tidy_marks, word_set
from juried.documents.mathml import local, read_math
from juried.documents.tables import RawTable
from juried.errors import DocumentError
from juried.records.document import BlockKind, Document, HiddenChannel

_DROPPED = word_set(
    "script style nav footer aside form button svg noscript template iframe select option input textarea "
    "object embed audio video canvas link meta head dialog menu map area annotation"
)
_ROLES = word_set("navigation banner contentinfo search complementary dialog alert menu toolbar")
_CLASSES = word_set(
    "navbox mw-editsection noprint toc breadcrumb breadcrumbs sidebar sr-only visually-hidden ltx_page_footer "
    "ltx_page_header ltx_TOC ltx_rdf ltx_dates ltx_authors catlinks hatnote mw-jump-link ltx_role_newpage "
    "ltx_tag_note ltx_note_mark cookie-banner vector-page-toolbar vector-dropdown printfooter"
)
_BLOCKS = word_set(
    "p div section article main body blockquote pre dl dt dd figure figcaption center header address details "
    "summary h1 h2 h3 h4 h5 h6 ul ol li table hr fieldset tr td th tbody thead html"
)
_HEADING = re.compile(r"h([1-6])\Z")
_REFERENCE_HEADING = re.compile(
    r"(?:\d+\.?\s*)?(?:references|bibliography|literature cited|works cited)\Z", re.IGNORECASE
)
_BIB_TARGET = re.compile(r"#.*(?:bib|ref|cit|cr\d|b\d)", re.IGNORECASE)
_YEAR = re.compile(r"\b(?:18|19|20)\d\d\b")
_MAX_DEPTH = 250


def parse_html(data: bytes, name: str) -> Document:
    """Parse a web page; raises DocumentError `malformed` when it is no HTML and `empty` without text."""
    builder = DocumentBuilder(data, "html", name)
    root = _parse_page(data, name)
    mark_hidden(root)
    report_spoken(builder, root)
    builder.title(_title(root))
    _Writer(builder, root).run()
    return builder.finish()


def _parse_page(data: bytes, name: str) -> etree._Element:
    parser = lxml_html.HTMLParser(encoding="utf-8", huge_tree=False)
    try:
        return lxml_html.document_fromstring(_declared_text(data).encode(), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise DocumentError(f"it is no HTML: {error}.", reason="malformed", concerns=name) from error


def _declared_text(data: bytes) -> str:
    """Return the page's text by the character set that it declares, where it is a known one."""
    match = re.search(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w-]+)", data[:4096], re.IGNORECASE)
    if match is not None:
        try:
            return data.decode(match[1].decode("ascii"))
        except (LookupError, UnicodeDecodeError):
            return decode(data)
    return decode(data)


def _title(root: etree._Element) -> str:
    for element in root.iter("meta"):
        if (element.get("name") or "").lower() in ("citation_title", "dc.title"):
            return element.get("content") or ""
    for element in root.iter("h1"):
        text = inline_text(element)
        if text.strip():
            return tidy_marks(text)
    found = next(root.iter("title"), None)
    return "".join(found.itertext()) if found is not None else ""


def _classes(element: etree._Element) -> set[str]:
    return set((element.get("class") or "").split())


def _is_dropped(element: etree._Element) -> bool:
    name = local(element)
    if name == "" or name in _DROPPED or (element.get("role") or "") in _ROLES:
        return True
    return element.get("aria-hidden") == "true" or bool(_classes(element) & _CLASSES)


def is_tabular(element: etree._Element) -> bool:
    """Whether an element is a table of data: not one that lays out a page or an equation."""
    classes = _classes(element)
    if "ltx_tabular" in classes:
        return True
    laid_out = element.get("role") == "presentation" or any("eqn" in name or "equation" in name for name in classes)
    return local(element) == "table" and not laid_out and next(element.iterdescendants("table"), None) is None


def inline_text(element: etree._Element) -> str:
    """Return the running text of an element: no citation numbers, notes or hidden parts; formulas readable."""
    out: list[str] = [element.text or ""]
    for child in element:
        out.append(_inline_child(child, "".join(out[-3:])))
        out.append(child.tail or "")
    return "".join(out)


def _inline_child(child: etree._Element, before: str) -> str:
    name = local(child)
    if _is_dropped(child) or "ltx_note" in _classes(child) or hidden_channel(child) is not None:
        return ""
    if name == "math":
        return read_math(child)
    text = inline_text(child)
    if _is_citation_mark(child, text):
        return ""
    if name == "sup":
        return raised(text, before)
    return f" {text} " if name in _BLOCKS or name == "br" or "ltx_tag" in _classes(child) else text


def _is_citation_mark(child: etree._Element, text: str) -> bool:
    classes = _classes(child)
    if "ltx_citemacro_citep" in classes or "reference" in classes:
        return True
    points = local(child) == "a" and bool(_BIB_TARGET.search(child.get("href") or ""))
    return (points or "ltx_cite" in classes) and is_number_mark(text) and not _YEAR.search(text)


class _Writer:
    """Writes a page, block by block."""

    def __init__(self, builder: DocumentBuilder, root: etree._Element) -> None:
        self.builder = builder
        self.root = root
        self.in_references = False
        self.pieces: list[str] = []
        main = self._main()
        self.shift = 0 if sum(1 for _ in main.iter("h1")) > 1 else 1
        self.main = main

    def run(self) -> None:
        """Write the whole article."""
        self._walk(self.main, "paragraph", 0)
        self._flush("paragraph")

    def _main(self) -> etree._Element:
        """Return the article itself where the page marks it, else the body."""
        marked = [e for e in self.root.iter("article", "main", "div") if _marks_main(e) and not _is_dropped(e)]
        body = next(self.root.iter("body"), self.root)
        best = max(marked, key=lambda e: len("".join(e.itertext())), default=body)
        whole = len("".join(body.itertext()))
        return best if len("".join(best.itertext())) * 3 > whole else body

    def _report_hidden(self, element: etree._Element) -> None:
        for part in element.iterdescendants():
            channel = hidden_channel(part) if local(part) and not _is_dropped(part) else None
            if channel is not None:
                self._hide(part, channel)

    def _hide(self, element: etree._Element, channel: HiddenChannel) -> None:
        self.builder.hide(channel, shown_text(element))

    def _walk(self, element: etree._Element, kind: BlockKind, depth: int) -> None:
        if depth > _MAX_DEPTH:
            raise DocumentError("it is nested too deeply.", reason="unsafe", concerns=self.builder.name)
        self.pieces.append(element.text or "")
        for child in element:
            self._child(child, kind, depth + 1)
            self.pieces.append(child.tail or "")

    def _child(self, child: etree._Element, kind: BlockKind, depth: int) -> None:
        channel = hidden_channel(child) if local(child) else None
        if channel is not None:
            self._hide(child, channel)
            return
        if _is_dropped(child):
            return
        if self._special(child, kind):
            self._report_hidden(child)
            return
        if local(child) in _BLOCKS or _has_blocks(child):
            self._flush(kind)
            self._walk(child, _kind_of(child, kind), depth)
            self._flush(_kind_of(child, kind))
        else:
            self.pieces.append(_inline_child(child, "".join(self.pieces[-2:])) + (" " if local(child) == "br" else ""))
            self._take_notes(child)
            self._report_hidden(child)

    def _special(self, child: etree._Element, kind: BlockKind) -> bool:
        """Write what is no running text: headings, tables, captions, notes, references. Say whether it was one."""
        name, classes = local(child), _classes(child)
        heading = _HEADING.match(name)
        if heading:
            self._flush(kind)
            self._heading(tidy_marks(inline_text(child)), int(heading[1]))
        elif is_tabular(child):
            self._flush(kind)
            self._table(child)
        elif name == "figcaption" or "ltx_caption" in classes:
            self._flush(kind)
            self._caption(child)
        elif "ltx_note" in classes:
            self._note(child)
        elif "ltx_bibliography" in classes or "reflist" in classes or "references" in classes:
            self._flush(kind)
            self._references(child)
        elif self.in_references and name in ("ul", "ol"):
            self._references(child)
        else:
            return False
        return True

    def _heading(self, text: str, rank: int) -> None:
        if not text or (self.builder.has_title and self.builder.is_title(text)):
            return
        self.in_references = bool(_REFERENCE_HEADING.match(text))
        if not self.in_references:
            self.builder.heading(text, max(1, rank - self.shift))

    def _flush(self, kind: BlockKind) -> None:
        text = tidy_marks("".join(self.pieces))
        self.pieces = []
        if any(char.isalnum() for char in text) and not self.in_references:
            self.builder.block(kind, text)

    def _take_notes(self, element: etree._Element) -> None:
        for found in element.iterdescendants():
            if "ltx_note" in _classes(found):
                self._note(found)

    def _note(self, element: etree._Element) -> None:
        content = next((e for e in element.iter() if "ltx_note_content" in _classes(e)), element)
        text = tidy_marks(inline_text(content))
        self.pieces, waiting = [], self.pieces
        self.builder.block("footnote", text)
        self.pieces = waiting

    def _caption(self, element: etree._Element) -> None:
        figure = element.getparent()
        holds_table = figure is not None and any(is_tabular(e) for e in figure.iter() if local(e))
        if not holds_table:
            label, caption = split_caption(tidy_marks(inline_text(element)))
            self.builder.block("caption", f"{label}: {caption}" if label and caption else label or caption)

    def _table(self, element: etree._Element) -> None:
        rows, heads = read_rows(element, lambda cell: tidy_marks(inline_text(cell)))
        label, caption = split_caption(tidy_marks(_caption_of(element)))
        self.builder.table(RawTable(rows, label, caption, (), heads))

    def _references(self, element: etree._Element) -> None:
        for item in element.iter("li", "dd"):
            text = tidy_marks(inline_text(item))
            link = next((a.get("href") or "" for a in item.iter("a") if "doi.org/" in (a.get("href") or "")), "")
            doi, arxiv = find_identifiers(f"{text} {link}")
            self.builder.reference(text, "", doi, arxiv)


def _marks_main(element: etree._Element) -> bool:
    return (
        local(element) in ("article", "main")
        or element.get("role") == "main"
        or element.get("id") in ("content", "main-content", "mw-content-text")
        or "ltx_document" in _classes(element)
    )


def _has_blocks(element: etree._Element) -> bool:
    return any(local(found) in _BLOCKS or "ltx_tabular" in _classes(found) for found in element.iterdescendants())


def _kind_of(element: etree._Element, kind: BlockKind) -> BlockKind:
    names = _classes(element) | {element.get("id") or ""}
    if any(name.lower() in ("abstract", "ltx_abstract", "abstract-content", "articleabstract") for name in names):
        return "abstract"
    return "list_item" if local(element) in ("li", "dd") else kind


def _caption_of(table: etree._Element) -> str:
    own = next((child for child in table if local(child) == "caption"), None)
    if own is not None:
        return inline_text(own)
    parent = table.getparent()
    while parent is not None and local(parent) in ("div", "span", "figure", "center", "p"):
        for found in parent.iter():
            if local(found) == "figcaption" or "ltx_caption" in _classes(found):
                return inline_text(found)
        if local(parent) == "figure":
            return ""
        parent = parent.getparent()
    return ""
