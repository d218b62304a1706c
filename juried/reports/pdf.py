"""The report as PDF, set by Typst from the same Markdown; its text goes there as data, never as markup."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path

from markdown_it.tree import SyntaxTreeNode

from juried.errors import MissingPackage
from juried.records.run import RunRecord
from juried.reports.calibration_svg import calibration_svg
from juried.reports.html import marked_tokens
from juried.reports.methodology import FLOW, calibrated

INSTALL = "pip install 'typst>=0.15,<1'"
_TEMPLATE = Path(__file__).with_name("print.typ")
_LONG_WORD = re.compile(r"\w{25,}")
_NAMES = {
    "blockquote": "quote",
    "bullet_list": "bullets",
    "ordered_list": "numbered",
    "list_item": "item",
    "code_inline": "code",
    "code_block": "code",
    "fence": "code",
}


def render_pdf(record: RunRecord) -> bytes:
    """Return the report as PDF; the same record gives the same bytes with the same version of Typst.

    Fonts are those that Typst brings, on every machine; they hold Latin, Greek and Cyrillic letters, and
    others are shown as boxes.

    Raises:
        MissingPackage: Typst is not installed; the advice is the install line.
    """
    try:
        import typst
    except ImportError as error:
        raise MissingPackage("a PDF needs the package typst.", concerns="typst", advice=f"Run: {INSTALL}") from error
    tree = SyntaxTreeNode(marked_tokens(record)[0])
    places = {str(node.attrs["id"]) for node in tree.walk() if not node.is_root and node.attrs.get("id")}
    year, month, day = (int(part) for part in record.date.split("-"))
    report = {
        "title": record.draft.title,
        "publisher": record.publisher,
        "date": [year, month, day],
        "body": [
            drawn
            for child in tree.children
            if not _is_of_files_beside(child)
            for drawn in [_node(child, places), *_drawing_after(child, record)]
        ],
    }
    inputs = {"report": json.dumps(report, ensure_ascii=False, sort_keys=True)}
    made = typst.compile(_TEMPLATE.read_bytes(), sys_inputs=inputs, ignore_system_fonts=True, format="pdf")
    return bytes(made)


def _is_of_files_beside(node: SyntaxTreeNode) -> bool:
    """Whether a paragraph only leads to the files that lie beside the Markdown report."""
    return node.type == "paragraph" and node.children[0].content in FLOW.split("\n\n")


def _drawing_after(node: SyntaxTreeNode, record: RunRecord) -> list[dict[str, object]]:
    """Return the drawing of the calibration after the paragraph that tells of it."""
    note = record.calibration
    if note is None or node.type != "paragraph" or node.children[0].content != calibrated(note):
        return []
    return [{"type": "drawing", "text": calibration_svg(note, "Libertinus Serif"), "children": []}]


def _node(node: SyntaxTreeNode, places: set[str]) -> dict[str, object]:
    """Return a node as the template draws it; a link within the report keeps its target only where there is one."""
    if node.type == "table":
        return _table(node, places)
    address = str(node.attrs.get("href", ""))
    place = address.removeprefix("#") if address.startswith("#") else ""
    kind = "span" if node.type == "link" and address.startswith("#") and place not in places else node.type
    return {
        "type": _NAMES.get(kind, kind),
        "text": _breakable(node) if node.type == "text" else node.content if not node.children else "",
        "level": int(node.tag[1:]) if node.type == "heading" else 0,
        "id": str(node.attrs.get("id", "")),
        "place": place,
        "address": address,
        "children": [_node(child, places) for child in node.children],
    }


def _breakable(node: SyntaxTreeNode) -> str:
    """Return a text; in a table's cell, words of 25 letters and more may be broken after every twelfth."""
    if not any(_is_in(node, kind) for kind in ("td", "th")):
        return node.content
    return _LONG_WORD.sub(lambda word: re.sub(r"(\w{12})(?=\w)", "\\1\u200b", word.group()), node.content)


def _is_in(node: SyntaxTreeNode, kind: str) -> bool:
    parent = node.parent
    while parent is not None and parent.type != kind:
        parent = parent.parent
    return parent is not None


def _table(node: SyntaxTreeNode, places: set[str]) -> dict[str, object]:
    rows = [list(row.children) for part in node.children for row in part.children]
    head, *body = rows

    def cells(found: Sequence[SyntaxTreeNode]) -> list[dict[str, object]]:
        return [_node(cell, places) for cell in found]

    return {
        "type": "table",
        "columns": ["right" in str(cell.attrs.get("style", "")) for cell in head],
        "head": cells(head),
        "children": [cell for row in body for cell in cells(row)],
    }
