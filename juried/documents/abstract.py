"""A document made of a work's title and abstract, for works whose full text is not at hand."""

from __future__ import annotations

from juried.documents.builder import DocumentBuilder
from juried.errors import DocumentError
from juried.records.base import sha256
from juried.records.document import Document


def abstract_document(title: str, abstract: str) -> Document:
    """Return the document whose text is the title, a blank line and the abstract.

    Its SHA-256 is that of this very text in UTF-8. Without a title the text is the abstract alone.

    Raises:
        DocumentError: `empty` when the abstract holds no text.
    """
    builder = DocumentBuilder(b"", "abstract", title)
    builder.title(title)
    for paragraph in abstract.replace("\r\n", "\n").split("\n\n"):
        builder.block("abstract", paragraph)
    if not builder.prose_length:
        raise DocumentError("the abstract is empty.", reason="empty", concerns=title)
    document = builder.finish()
    return document.model_copy(update={"sha256": sha256(document.text)})
