"""What an article in JATS holds for no reader: styled away, left to machines, or spoken in comments."""

from __future__ import annotations

from lxml import etree

from juried.documents.builder import DocumentBuilder
from juried.documents.hidden import speaks_to_a_machine
from juried.documents.mathml import local
from juried.documents.styles import style_channel
from juried.records.document import HiddenChannel

_UNSEEN_VALUES = frozenset({"hidden", "invisible", "display-none", "not-displayed", "no-display", "hide"})
_UNREAD = frozenset({"alt-text", "long-desc", "custom-meta", "meta-value", "kwd", "subject", "private-char"})


def take_hidden(builder: DocumentBuilder, article: etree._Element) -> None:
    """Take elements that are not shown out of an article, and report them and what speaks to machines."""
    for note in list(article.iter(etree.Comment, etree.PI)):
        if speaks_to_a_machine(note.text or ""):
            builder.hide("comment", note.text or "")
    for element in list(article.iter(etree.Element)):
        channel = _channel(element)
        text = " ".join("".join(element.itertext()).split()) if channel or local(element) in _UNREAD else ""
        if channel is not None:
            builder.hide(channel, text)
            _remove(element)
        elif text and speaks_to_a_machine(text):
            builder.hide("metadata", text)


def _channel(element: etree._Element) -> HiddenChannel | None:
    values = (element.get("specific-use") or "", element.get("content-type") or "", element.get("style-type") or "")
    if any(value.lower() in _UNSEEN_VALUES for value in values):
        return "display_none"
    return style_channel(element.get("style") or "")


def _remove(element: etree._Element) -> None:
    """Take an element out of the tree; the text behind it stays."""
    parent, tail = element.getparent(), element.tail or ""
    if parent is None:
        return
    before = element.getprevious()
    if before is not None:
        before.tail = (before.tail or "") + tail
    else:
        parent.text = (parent.text or "") + tail
    parent.remove(element)
