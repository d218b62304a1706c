"""Reading XML answers that are not to be trusted: no entities, no network, and an answer for every look-up."""

from __future__ import annotations

import re

from lxml import etree

from juried.documents.mathml import local, read_math

Element = etree._Element
_ENTITY = re.compile(rb"<!ENTITY", re.IGNORECASE)


def read_xml(content: bytes) -> Element | None:
    """Return the root of an XML text; None when it is not well formed or declares entities of its own."""
    if _ENTITY.search(content[:65536]):
        return None
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None


def children(element: Element | None, *path: str) -> list[Element]:
    """Return all elements under a path of names, in document order; names are without namespace."""
    found = [] if element is None else [element]
    for name in path:
        found = [child for parent in found for child in parent if child.tag == name]
    return found


def child(element: Element | None, *path: str) -> Element | None:
    """Return the first element under a path of names, or None."""
    return next(iter(children(element, *path)), None)


def flat_text(element: Element | None, *path: str) -> str:
    """Return the text within the first element under a path, with single blanks; formulas are written out."""
    found = child(element, *path)
    return "" if found is None else " ".join("".join(_pieces(found)).replace("\0", " ").split())


def _pieces(element: Element) -> list[str]:
    pieces = [element.text or ""]
    for inner in element:
        if not isinstance(inner.tag, str):
            pieces.append(inner.tail or "")
            continue
        pieces += [read_math(inner)] if local(inner) == "math" else _pieces(inner)
        pieces.append(inner.tail or "")
    return pieces
