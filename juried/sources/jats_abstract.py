"""Abstracts that come as a piece of JATS (Crossref's), as running text."""

from __future__ import annotations

import re

from juried.documents.jats import inline_text
from juried.documents.markup import tidy_marks
from juried.documents.mathml import local
from juried.sources.payload import without_markup
from juried.sources.titles import title_key
from juried.sources.xml_payload import Element, read_xml

_NAMESPACES = 'xmlns:jats="jats" xmlns:mml="mml" xmlns:xlink="xlink" xmlns:xsi="xsi" xmlns:ali="ali"'
_SKIPPED = frozenset({"fn", "graphic", "table-wrap", "fig", "label", "object-id", "supplementary-material"})
_NO_HEADING = frozenset({"", "abstract", "summary", "abstracts"})
_PICTURE = re.compile(r"<jats:inline-graphic\b[^<>]*(?:/>|>\s*</jats:inline-graphic>)")
# Some publishers' snippets lose the blanks around inline elements; single letters ("<sc>r</sc>RNA") stay joined.
_INLINE = r"jats:(?:italic|bold|styled-content|ext-link|uri|monospace)"
_GLUED_BEFORE = re.compile(rf"(?:(?<=[^\W\d_])|(?<=[,;:)]))(?=<{_INLINE}\b[^<>]*>[^\W\d_]{{3}})")
_GLUED_AFTER = re.compile(rf"([^\W\d_]{{3}}</{_INLINE}>)(?=[^\W\d_]{{2}})")
_OPEN_BLANK = re.compile(r"([(\[])\s+")


def clean_abstract(snippet: str, title: str = "") -> str:
    """Return an abstract as one line of text: formulas written out, section headings as `Heading:`.

    A heading that says "Abstract" or repeats the work's title is left out; a formula that is only a picture
    becomes "[formula]". Tags within tags, escaped once more, are taken off too. A snippet that is not
    well formed loses its tags alone.
    """
    spaced = _GLUED_AFTER.sub(r"\1 ", _GLUED_BEFORE.sub(" ", _PICTURE.sub("[formula]", snippet)))
    root = read_xml(f"<abstract {_NAMESPACES}>{spaced}</abstract>".encode("utf-8", "replace"))
    if root is None:
        return without_markup(spaced.replace("<jats:", "<").replace("</jats:", "</"))
    for element in list(root.iter()):
        if local(element) == "title":
            _rewrite_heading(element, title)
    text = without_markup(inline_text(root, _SKIPPED))
    return _OPEN_BLANK.sub(r"\1", tidy_marks(text))


def _rewrite_heading(element: Element, title: str) -> None:
    """Give a heading its colon, or take its words away."""
    words = " ".join(inline_text(element, _SKIPPED).split()).rstrip(".: ")
    for inner in list(element):
        element.remove(inner)
    key = title_key(words)
    element.text = "" if key in _NO_HEADING or key == title_key(title) else f" {words}: "
