"""Plain text and Markdown: headings, paragraphs, list items and pipe tables."""

from __future__ import annotations

import re
from html import unescape

from juried.documents.builder import DocumentBuilder
from juried.documents.decode import decode
from juried.documents.hidden import speaks_to_a_machine
from juried.documents.tables import RawCell, RawTable
from juried.records.document import Document

_ATX = re.compile(r"(#{1,6})\s+(.+?)\s*#*\s*\Z")
_UNDERLINE = re.compile(r"(=+|-+)\s*\Z")
_ITEM = re.compile(r"\s*(?:[-*+•]|\d{1,3}[.)])\s+")
_COMMENT = re.compile(r"<!--(.*?)-->", re.DOTALL)
_LINK = re.compile(r"!?\[([^\]]*)\]\(<?[^()\s>]*(?:\([^()]*\)[^()\s>]*)*>?(?:\s+\"[^\"]*\")?\)")
_EMPHASIS = re.compile(r"(?<![\w*])(\*{1,3}|_{1,3})(?=\S)(.+?)(?<=\S)\1(?![\w*])")
_CODE = re.compile(r"`([^`]+)`")
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,200}>")
_PIPE_RULE = re.compile(r"\s*\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?\s*\Z")
_NUMBERED = re.compile(r"(\d{1,2}(?:\.\d{1,2}){0,3})\.?\s+[A-Z][^.!?]{2,80}\Z")


_SECTION = re.compile(
    r"(?:abstract|summary|introduction|background|(?:materials and )?methods?|methodology|results?(?: and discussion)?|"
    r"discussion|conclusions?|limitations|related work|acknowledge?ments?|references|bibliography)\s*:?\s*\Z",
    re.IGNORECASE,
)


def parse_text(data: bytes, name: str) -> Document:
    """Parse plain text or Markdown; raises DocumentError `empty` when it holds no text."""
    builder = DocumentBuilder(data, "text", name)
    source = decode(data).replace("\r\n", "\n").replace("\r", "\n")
    for comment in _COMMENT.findall(source):
        if speaks_to_a_machine(comment):
            builder.hide("comment", comment)
    for lines in _groups(_COMMENT.sub("", source)):
        _write_group(builder, lines)
    return builder.finish()


def plain(markdown: str) -> str:
    """Return Markdown without its marks: links become their text, emphasis and code lose their signs."""
    text = _LINK.sub(r"\1", markdown)
    text = _CODE.sub(r"\1", _EMPHASIS.sub(r"\2", _EMPHASIS.sub(r"\2", text)))
    return unescape(_TAG.sub("", text))


def _groups(source: str) -> list[list[str]]:
    """Split at blank lines, before headings and before list items."""
    groups: list[list[str]] = [[]]
    for line in source.split("\n"):
        if not line.strip():
            groups.append([])
            continue
        starts = bool(_ATX.match(line) or _ITEM.match(line))
        if starts or (groups[-1] and _ATX.match(groups[-1][-1])):
            groups.append([])
        groups[-1].append(line)
    return [group for group in groups if group]


def _write_group(builder: DocumentBuilder, lines: list[str]) -> None:
    atx = _ATX.match(lines[0])
    if atx:
        _write_heading(builder, atx[2], len(atx[1]))
    elif len(lines) == 2 and _UNDERLINE.match(lines[1]) and len(lines[1].strip()) > 2:
        _write_heading(builder, lines[0], 1 if lines[1].startswith("=") else 2)
    elif len(lines) > 2 and _PIPE_RULE.match(lines[1]) and "|" in lines[0]:
        builder.table(RawTable(tuple(_pipe_row(line) for line in (lines[0], *lines[2:])), header_rows=1))
    elif _SECTION.match(lines[0].strip()):
        _write_heading(builder, lines[0].strip().rstrip(":"), 2)
        if lines[1:]:
            _write_group(builder, lines[1:])
    elif len(lines) == 1 and (numbered := _NUMBERED.match(lines[0].strip())):
        _write_heading(builder, lines[0], numbered[1].count(".") + 1)
    elif _ITEM.match(lines[0]):
        builder.block("list_item", plain(_ITEM.sub("", " ".join(lines), count=1)))
    else:
        builder.block("paragraph", plain(" ".join(line.lstrip("> ") for line in lines)))


def _write_heading(builder: DocumentBuilder, text: str, level: int) -> None:
    """The first heading of the top level is the title when nothing stands before it."""
    if level == 1 and builder.is_blank:
        builder.title(plain(text))
    else:
        builder.heading(plain(text), level)


def _pipe_row(line: str) -> tuple[RawCell, ...]:
    return tuple(RawCell(plain(part).strip()) for part in line.strip().strip("|").split("|"))
