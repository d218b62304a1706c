"""What format bytes are in: their content decides, then their name."""

from __future__ import annotations

import posixpath
import re

from juried.documents.archive import GZIP_MAGIC, gunzip, is_tar
from juried.documents.decode import decode, looks_binary
from juried.errors import DocumentError
from juried.records.document import DocumentFormat

_BY_SUFFIX: dict[str, DocumentFormat] = {
    ".tex": "latex",
    ".ltx": "latex",
    ".latex": "latex",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".nxml": "jats",
    ".txt": "text",
    ".text": "text",
    ".md": "text",
    ".markdown": "text",
    "": "text",
}
_PROLOGUE = re.compile(r"\s*(?:<\?xml.*?\?>|<!--.*?-->|<\?.*?\?>)", re.DOTALL)
_DOCTYPE = re.compile(r"\s*<!DOCTYPE\s+([\w:.-]+)", re.IGNORECASE)
_ROOT = re.compile(r"\s*<([\w:.-]+)")
_HTML_TAG = re.compile(r"<(?:html|head|body)[\s>]", re.IGNORECASE)
_LATEX = re.compile(r"^[^%\n]*\\(?:documentclass|documentstyle|begin\s*\{document\})", re.MULTILINE)
_JATS_ROOTS = frozenset({"article", "pmc-articleset", "oai:record", "record"})
_JATS_PART = re.compile(r"<(?:front|article-meta|journal-meta|front-stub)[\s>]")


def suffix_of(name: str) -> str:
    """Return the lower-case suffix of a name, without `.gz`; "" when it has none."""
    base = posixpath.basename(name.replace("\\", "/")).lower()
    return posixpath.splitext(base.removesuffix(".gz"))[1]


def detect_format(data: bytes, name: str) -> DocumentFormat:
    """Return the format of a document's bytes.

    Args:
        data: The whole content.
        name: The file's name, which decides only where the content does not.

    Raises:
        DocumentError: `empty` without bytes, `unsupported_format` for a format that nobody reads here,
            `not_what_it_claims` when the name promises a format that the content is not, or a reason
            of the archive when a gzip file is damaged.
    """
    if not data.strip():
        raise DocumentError("the file is empty.", reason="empty", concerns=name)
    if data.startswith(GZIP_MAGIC):
        return detect_format(gunzip(data, name), name.removesuffix(".gz").removesuffix(".tgz"))
    if is_tar(data):
        return "latex"
    if b"%PDF-" in data[:1024]:
        return "pdf"
    if looks_binary(data):
        raise _refusal(name)
    return _detect_text(decode(data), name)


def _detect_text(text: str, name: str) -> DocumentFormat:
    markup = _markup(text, name)
    if markup is not None:
        return markup
    suffix = suffix_of(name)
    if _LATEX.search(text) and suffix not in (".md", ".markdown", ".html", ".htm"):
        return "latex"
    by_name = _BY_SUFFIX.get(suffix)
    if by_name == "jats" or (by_name == "html" and "<" not in text):
        raise DocumentError("its content is not the markup that its name promises.", reason="not_what_it_claims")
    if by_name is None:
        raise _refusal(name)
    return by_name


def _markup(text: str, name: str) -> DocumentFormat | None:
    """Return html or jats by the root element; None when the text does not begin with markup."""
    at = text.startswith("\ufeff")
    position = int(at)
    while match := _PROLOGUE.match(text, position):
        position = match.end()
    doctype = _DOCTYPE.match(text, position)
    if doctype and doctype[1].lower() == "html":
        return "html"
    if doctype is None and not _ROOT.match(text, position):
        return None
    root = doctype[1] if doctype else _root_name(text, position)
    if root.lower() in ("html", "head", "body"):
        return "html"
    if root in _JATS_ROOTS and _JATS_PART.search(text):
        return "jats"
    if _HTML_TAG.search(text[:4096]) or suffix_of(name) in (".html", ".htm", ".xhtml"):
        return "html"
    if suffix_of(name) in (".md", ".markdown", ".txt", ".text", ".tex"):
        return None
    raise DocumentError(f"no parser reads XML with the root <{root}>.", reason="unsupported_format", concerns=name)


def _root_name(text: str, position: int) -> str:
    match = _ROOT.match(text, position)
    return match[1] if match else ""


def _refusal(name: str) -> DocumentError:
    """The error for content of no known format: the name may promise one that is read here."""
    if suffix_of(name) == ".pdf" or (suffix_of(name) and suffix_of(name) in _BY_SUFFIX):
        return DocumentError(
            f"its content is not the {suffix_of(name)[1:]} that its name promises.",
            reason="not_what_it_claims",
            concerns=name,
            advice="Fetch the file again, or give it its true name.",
        )
    return DocumentError(
        "no parser reads this format.",
        reason="unsupported_format",
        concerns=name,
        advice="Give PDF, LaTeX, HTML, JATS, Markdown or plain text.",
    )
