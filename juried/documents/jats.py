"""JATS: the XML in which publishers and PubMed Central keep full texts. No entity and no address is followed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

from lxml import etree

from juried.documents.builder import DocumentBuilder
from juried.documents.jats_hidden import take_hidden
from juried.documents.latex_refs import find_identifiers
from juried.documents.markup import is_number_mark, raised, read_rows, tidy_marks
from juried.documents.mathml import local, read_math
from juried.documents.tables import RawTable
from juried.errors import DocumentError
from juried.records.document import BlockKind, Document
from juried.text.tex import readable_tex

_ENTITY = re.compile(rb"<!ENTITY", re.IGNORECASE)
_SUBSET = 20_000
_SKIPPED = frozenset(
    [
        ("fn"),
        "table-wrap",
        "fig",
        "fig-group",
        "table-wrap-group",
        "supplementary-material",
        "media",
        "graphic",
        "inline-graphic",
        "object-id",
        "list",
        "def-list",
        "boxed-text",
        "disp-quote",
        "inline-supplementary-material",
        "alt-text",
        "long-desc",
        "permissions",
        "attrib",
        "index-term",
        "verse-group",
        "statement",
        "array",
    ]
)
_BLOCKS = frozenset(
    [
        ("table-wrap"),
        "table-wrap-group",
        "fig",
        "fig-group",
        "list",
        "def-list",
        "boxed-text",
        "disp-quote",
        "statement",
    ]
)
_BACK = {"ack": "Acknowledgements", "notes": "", "app": "Appendix", "glossary": "", "bio": "", "sec": ""}
_MATH_BODY = re.compile(r"\\begin\{document\}(.*?)\\end\{document\}", re.DOTALL)


def parse_jats(data: bytes, name: str) -> Document:
    """Parse a JATS article.

    Raises:
        DocumentError: `unsafe` when it declares entities, `truncated` or `malformed` when it is not well
            formed, `unsupported_format` without an article, `empty` without text.
    """
    builder = DocumentBuilder(data, "jats", name)
    root = _parse_xml(data, name)
    article = root if local(root) == "article" else next(_descendants(root, "article"), None)
    if article is None:
        raise DocumentError("it holds no article.", reason="unsupported_format", concerns=name)
    take_hidden(builder, article)
    _Writer(builder).article(article)
    return builder.finish()


def _parse_xml(data: bytes, name: str) -> etree._Element:
    if _ENTITY.search(data[:_SUBSET]):
        raise DocumentError("it declares entities of its own.", reason="unsafe", concerns=name)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        at_end = (error.lineno or 0) >= data.count(b"\n") and b"</article>" not in data[-4000:]
        reason = "truncated" if at_end else "malformed"
        raise DocumentError(f"its XML is not well formed: {error.msg}.", reason=reason, concerns=name) from error


def _descendants(element: etree._Element, name: str) -> Iterator[etree._Element]:
    return (found for found in element.iter() if local(found) == name)


def _children(element: etree._Element, *names: str) -> list[etree._Element]:
    return [child for child in element if local(child) in names]


def _find(element: etree._Element, *path: str) -> etree._Element | None:
    """Return the first element under a path of names, None when there is none."""
    found: etree._Element | None = element
    for name in path:
        if found is None:
            return None
        found = next(iter(_children(found, name)), None)
    return found


def inline_text(element: etree._Element | None, skipped: frozenset[str] = _SKIPPED) -> str:
    """Return the running text of an element without citation numbers, notes, tables and figures."""
    if element is None:
        return ""
    out: list[str] = [element.text or ""]
    for child in element:
        out.append(_inline_child(child, "".join(out[-3:]), skipped))
        out.append(child.tail or "")
    return "".join(out)


def _inline_child(child: etree._Element, before: str, skipped: frozenset[str]) -> str:
    if isinstance(child, etree._Entity):
        return unescape(child.text or "")
    name = local(child)
    if name in skipped or name == "":
        return ""
    if name == "xref":
        return _cross_reference(child, skipped)
    if name in ("math", "tex-math", "inline-formula", "disp-formula", "alternatives"):
        return _formula(child, skipped)
    text = inline_text(child, skipped)
    if name == "sup":
        return raised(text, before)
    return f"{text} " if name in ("break", "title", "p", "label") else text


def _cross_reference(child: etree._Element, skipped: frozenset[str]) -> str:
    text = inline_text(child, skipped)
    kind = child.get("ref-type") or ""
    if kind in ("fn", "table-fn", "author-notes", "corresp", "aff"):
        return ""
    return "" if kind == "bibr" and is_number_mark(text.replace("^", "")) else text


def _formula(child: etree._Element, skipped: frozenset[str]) -> str:
    for found in child.iter():
        name = local(found)
        if name == "tex-math":
            source = "".join(found.itertext())
            body = _MATH_BODY.search(source)
            return f" {readable_tex(body[1] if body else source)} "
        if name == "math":
            return f" {read_math(found)} "
    return inline_text(child, skipped) if local(child) not in ("math", "tex-math") else ""


def _line(element: etree._Element | None) -> str:
    return tidy_marks(inline_text(element))


class _Writer:
    """Writes an article, part by part."""

    def __init__(self, builder: DocumentBuilder) -> None:
        self.builder = builder

    def article(self, article: etree._Element) -> None:
        meta = _find(article, "front", "article-meta")
        if meta is None:
            meta = _find(article, "front-stub")
        if meta is not None:
            self.builder.title(_line(_find(meta, "title-group", "article-title")))
            for abstract in _children(meta, "abstract"):
                self._abstract(abstract)
        body = _find(article, "body")
        if body is not None:
            self._parts(body, 1, "paragraph")
        for floats in _children(article, "floats-group", "floats-wrap"):
            self._floats(floats)
        self._back(_find(article, "back"))
        if _children(article, "sub-article", "response"):
            self.builder.note("Reviews and responses that are printed with the article were not read.")

    def _abstract(self, abstract: etree._Element) -> None:
        if (abstract.get("abstract-type") or "") in ("graphical", "toc", "teaser", "web-summary", "short"):
            return
        self.builder.heading(_line(_find(abstract, "title")) or "Abstract", 1)
        self._parts(abstract, 2, "abstract")

    def _parts(self, parent: etree._Element, level: int, kind: BlockKind) -> None:
        for child in parent:
            self._part(child, level, kind)

    def _part(self, child: etree._Element, level: int, kind: BlockKind) -> None:
        name = local(child)
        if name in ("sec", "app"):
            self._section(child, level, kind)
        elif name == "p":
            self._paragraph(child, level, kind)
        elif name == "disp-formula":
            self.builder.block(kind, _formula(child, _SKIPPED))
        elif name in _BLOCKS:
            self._block(child, name, level)
        elif name in ("disp-formula-group", "disp-quote", "alternatives"):
            self._parts(child, level, kind)

    def _section(self, section: etree._Element, level: int, kind: BlockKind) -> None:
        label, title = _line(_find(section, "label")), _line(_find(section, "title"))
        self.builder.heading(f"{label} {title}".strip(), level)
        self._parts(section, level + 1, kind)
        for notes in _children(section, "fn-group"):
            self._notes(notes)

    def _paragraph(self, paragraph: etree._Element, level: int, kind: BlockKind) -> None:
        self.builder.block(kind, _line(paragraph))
        for element in list(paragraph.iter()):
            name = local(element)
            if name in _BLOCKS and _nearest_block(element, paragraph):
                self._block(element, name, level)
            elif name == "fn":
                self.builder.block("footnote", _line(element))

    def _block(self, element: etree._Element, name: str, level: int) -> None:
        if name == "table-wrap":
            self._table(element)
        elif name in ("table-wrap-group", "fig-group"):
            for child in element:
                if local(child) in _BLOCKS:
                    self._block(child, local(child), level)
        elif name == "fig":
            self._figure(element)
        elif name in ("list", "def-list"):
            self._list(element)
        else:
            self._boxed(element, level)

    def _boxed(self, element: etree._Element, level: int) -> None:
        title = _line(_find(element, "caption", "title")) or _line(_find(element, "title"))
        if title:
            self.builder.block("caption", title)
        self._parts(element, level + 1, "paragraph")

    def _list(self, element: etree._Element) -> None:
        for item in _children(element, "list-item", "def-item"):
            for part in item:
                if local(part) in ("list", "def-list"):
                    self._list(part)
                elif local(part) not in ("label", ""):
                    self.builder.block("list_item", _line(part))

    def _figure(self, figure: etree._Element) -> None:
        label, caption = _line(_find(figure, "label")), _line(_find(figure, "caption"))
        if caption:
            self.builder.block("caption", f"{label.rstrip('.:')}: {caption}" if label else caption)

    def _table(self, wrap: etree._Element) -> None:
        label = _line(_find(wrap, "label")).rstrip(".:")
        caption = _line(_find(wrap, "caption"))
        notes = tuple(_line(part) for foot in _children(wrap, "table-wrap-foot") for part in _foot_parts(foot))
        tables = [found for found in wrap.iter() if local(found) == "table"]
        if not tables and caption:
            self.builder.block("caption", f"{label}: {caption}" if label else caption)
            self.builder.note("A table is given as a picture and was not read.")
        for index, table in enumerate(tables):
            rows, heads = read_rows(table, _line)
            last = index == len(tables) - 1
            self.builder.table(RawTable(rows, label, caption, notes if last else (), heads))

    def _floats(self, floats: etree._Element) -> None:
        for child in floats:
            if local(child) in _BLOCKS:
                self._block(child, local(child), 1)

    def _notes(self, group: etree._Element) -> None:
        for note in _children(group, "fn"):
            self.builder.block("footnote", _line(note))

    def _back(self, back: etree._Element | None) -> None:
        if back is None:
            return
        for part in back:
            name = local(part)
            if name == "ref-list":
                self._references(part)
            elif name == "fn-group":
                self.builder.heading(_line(_find(part, "title")), 1)
                self._notes(part)
            elif name == "app-group":
                self._parts(part, 1, "paragraph")
            elif name in _BACK:
                self.builder.heading(_line(_find(part, "title")) or _BACK[name], 1)
                self._parts(part, 2, "paragraph")

    def _references(self, group: etree._Element) -> None:
        for ref in group.iter():
            if local(ref) != "ref":
                continue
            citation = next((c for c in ref if "citation" in local(c)), None)
            text = tidy_marks(_citation_text(citation)) if citation is not None else ""
            doi, arxiv = find_identifiers(text)
            self.builder.reference(text, _line(_find(ref, "label")).rstrip("."), _doi(ref) or doi, arxiv)


def _foot_parts(foot: etree._Element) -> list[etree._Element]:
    notes = [found for found in foot.iter() if local(found) == "fn"]
    return notes or [found for found in foot.iter() if local(found) == "p"]


def _nearest_block(element: etree._Element, paragraph: etree._Element) -> bool:
    """Whether no other block stands between an element and its paragraph."""
    parent = element.getparent()
    while parent is not None and parent is not paragraph:
        if local(parent) in _BLOCKS:
            return False
        parent = parent.getparent()
    return True


def _doi(ref: etree._Element) -> str | None:
    for found in ref.iter():
        if local(found) == "pub-id" and found.get("pub-id-type") == "doi":
            return "".join(found.itertext()).strip().lower() or None
    return None


def _spaced_names(citation: etree._Element) -> Iterator[str]:
    """Yield the texts of a citation, with a blank between the parts of a name where the source has none."""
    yield citation.text or ""
    for child in citation:
        if local(child) in ("name", "string-name") and not any((part.tail or "").strip() for part in child):
            yield " ".join("".join(part.itertext()) for part in child)
        elif local(child):
            yield from _spaced_names(child)
        yield child.tail or ""


def _citation_text(citation: etree._Element) -> str:
    """Return the text of a citation; one made of bare elements gets blanks and full stops between them."""
    if (citation.text or "").strip() or any((child.tail or "").strip() for child in citation):
        return "".join(_spaced_names(citation))
    authors = []
    for found in citation.iter():
        if local(found) == "name":
            parts = (_find(found, "surname"), _find(found, "given-names"))
            authors.append(" ".join("".join(part.itertext()) for part in parts if part is not None))
    named = [", ".join(authors)] if authors else []
    skipped = ("person-group", "name", "pub-id", "etal")
    named += ["".join(child.itertext()).strip() for child in citation if local(child) not in skipped]
    return ". ".join(part.rstrip(".") for part in named if part)
