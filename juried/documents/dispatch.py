"""The one door to all parsers: detect the format, import its parser alone, and let only DocumentError out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import cast

from juried.documents.archive import GZIP_MAGIC, gunzip, is_tar
from juried.documents.detect import detect_format, suffix_of
from juried.errors import DocumentError
from juried.records.base import sha256
from juried.records.document import Document, DocumentFormat

Parser = Callable[[bytes, str], Document]
PARSERS: dict[DocumentFormat, tuple[str, str]] = {
    "pdf": ("juried.documents.pdf", "parse_pdf"),
    "latex": ("juried.documents.latex", "parse_latex"),
    "html": ("juried.documents.html", "parse_html"),
    "jats": ("juried.documents.jats", "parse_jats"),
    "text": ("juried.documents.text", "parse_text"),
}
# Below this many characters of prose, a web page named .pdf is an error page or a log-in form.
_ARTICLE_CHARS = 3000


def parse(data: bytes, name: str, siblings: Mapping[str, bytes] | None = None) -> Document:
    """Parse the bytes of one document in this process.

    Args:
        data: The whole file; may be gzip, or a tar of LaTeX sources.
        name: The file's name.
        siblings: Other files of its folder by name, for the `\\input` of a lone LaTeX file.

    Returns:
        The document; its SHA-256 is that of `data` as given.

    Raises:
        DocumentError: The document cannot be read; `reason` says why. Nothing else is raised.
    """
    try:
        document = _parse(data, name, siblings or {})
    except DocumentError:
        raise
    except MemoryError as error:
        raise DocumentError("memory ran out.", reason="out_of_memory", concerns=name) from error
    except RecursionError as error:
        raise DocumentError("it is nested too deeply.", reason="unsafe", concerns=name) from error
    except Exception as error:
        detail = f"its parser stopped at {type(error).__name__}: {error}."
        raise DocumentError(detail, reason="malformed", concerns=name) from error
    return document.model_copy(update={"sha256": sha256(data)})


def _parse(data: bytes, name: str, siblings: Mapping[str, bytes]) -> Document:
    kind = detect_format(data, name)
    content = gunzip(data, name) if data.startswith(GZIP_MAGIC) else data
    if kind == "latex":
        return _parse_latex(content, name, siblings)
    document = _load(kind)(content, name)
    if kind == "html" and suffix_of(name) == ".pdf":
        return _check_article(document, name)
    return document


def _parse_latex(content: bytes, name: str, siblings: Mapping[str, bytes]) -> Document:
    from juried.documents.archive import read_tar
    from juried.documents.latex import parse_latex

    return parse_latex(content, name, read_tar(content, name) if is_tar(content) else siblings)


def _load(kind: DocumentFormat) -> Parser:
    module, function = PARSERS[kind]
    return cast(Parser, getattr(import_module(module), function))


def _check_article(document: Document, name: str) -> Document:
    prose = sum(block.end - block.start for block in document.blocks if block.kind in ("paragraph", "abstract"))
    if prose < _ARTICLE_CHARS:
        raise DocumentError(
            "it is named .pdf but is a web page without an article.",
            reason="not_what_it_claims",
            concerns=name,
            advice="Fetch the PDF again; the server may have sent a log-in or error page.",
        )
    note = "The file is named .pdf but is a web page; it was read as one."
    return document.model_copy(update={"notes": (*document.notes, note)})
