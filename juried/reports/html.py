"""The report as one HTML page: the Markdown report with anchors, a table of contents, a legend and styles of its own.

The page holds no script and loads nothing. Raw HTML in the Markdown stays text, and links lead to http(s) alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape
from itertools import pairwise
from typing import TYPE_CHECKING

from juried.records.run import RunRecord
from juried.records.verdict import OUTCOMES, Outcome
from juried.reports.calibration_svg import calibration_svg
from juried.reports.markdown import render_markdown
from juried.reports.methodology import FLOW, calibrated
from juried.reports.numbering import Numbering, number
from juried.reports.prisma_flow import flow_of
from juried.reports.prisma_svg import prisma_svg
from juried.reports.reading import html_of, read_markdown
from juried.reports.style import STYLE

if TYPE_CHECKING:
    from markdown_it.token import Token

LEGEND: dict[Outcome, str] = {
    "supported": "The cited source states the claim.",
    "contradicted": "A passage or a table cell says what cannot be true together with the claim.",
    "not_enough_evidence": "The passages are silent, say less than the claim, or the reviewers disagree.",
    "not_checked": "The claim was not tried, or a vote on it was lost; nothing is said about it.",
}
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
CLAIMS = "5 Claims"
_ANCHOR = re.compile(r"[^a-z0-9]+")


def render_html(record: RunRecord) -> str:
    """Return the whole page; the same record gives the same bytes, ending in a newline."""
    tokens, sections = marked_tokens(record)
    after = next(at for at, text in sections if text == CLAIMS) + 3
    body = html_of(tokens[:after]) + _legend() + html_of(tokens[after:])
    shown = html_of(read_markdown(FLOW))
    body = body.replace(shown, f'<figure class="flow">\n{prisma_svg(flow_of(record))}</figure>\n', 1)
    if record.calibration is not None:
        said = html_of(read_markdown(calibrated(record.calibration)))
        drawn = calibration_svg(record.calibration)
        body = body.replace(said, f'{said}<figure class="flow">\n{drawn}</figure>\n', 1)
    return _page(record.draft.title, [(_anchor(text), text) for _, text in sections], body)


def marked_tokens(record: RunRecord) -> tuple[list[Token], list[tuple[int, str]]]:
    """Return the tokens of the Markdown report with anchors for sections, claims and references.

    Returns:
        The tokens, and for each section the place of its heading among them with its text.
    """
    outcomes = _outcomes(record, number(record))
    tokens = read_markdown(render_markdown(record))
    headings = [(at, tokens[at + 1].content) for at, token in enumerate(tokens) if token.type == "heading_open"]
    sections = [(at, text) for at, text in headings if tokens[at].tag == "h2"]
    claims = next(at for at, text in sections if text == CLAIMS)
    for at, text in sections:
        tokens[at].attrSet("id", _anchor(text))
    for at, text in headings:
        if at > claims and text in outcomes:
            tokens[at].attrs = {"id": text.lower(), "class": outcomes[text]}
    _anchor_references(tokens)
    return tokens, sections


def _outcomes(record: RunRecord, numbering: Numbering) -> dict[str, str]:
    """Return the class of each claim's heading: its outcome, and whether it is verified."""
    verdicts = {verdict.claim_id: verdict for verdict in record.verdicts}
    shown = {f"C{numbering.claim_numbers[claim.id]}": verdicts[claim.id] for claim in numbering.claims}
    return {name: f"claim {verdict.outcome}{' verified' * verdict.verified}" for name, verdict in shown.items()}


def _anchor(heading: str) -> str:
    """Return the anchor of a section's heading; its number is no part of it."""
    plain = re.sub(r"^\d+ ", "", heading).lower()
    return _ANCHOR.sub("-", plain).strip("-") or "section"


def _anchor_references(tokens: list[Token]) -> None:
    """Give each reference an anchor to which `[5]` in the text leads, and table heads the scope of their columns."""
    start = next((at for at, token in enumerate(tokens) if token.content == "References"), len(tokens))
    items = [token for token in tokens[start:] if token.type == "list_item_open" and token.level == 1]
    for at, item in enumerate(items, start=1):
        item.attrSet("id", f"reference-{at}")
    for token in tokens:
        _lead_to_references(token.children or [])
        if token.type == "th_open":
            token.attrSet("scope", "col")


def _lead_to_references(inline: list[Token]) -> None:
    for link, text in pairwise(inline):
        if link.type == "link_open" and link.attrGet("href") == "#references" and text.content.isdigit():
            link.attrSet("href", f"#reference-{text.content}")
            text.content = f"[{text.content}]"


def _legend() -> str:
    rows = [
        f'<dt class="{name}">{escape(name.replace("_", " "))}</dt><dd>{escape(LEGEND[name])}</dd>' for name in OUTCOMES
    ]
    verified = (
        "<dt>✓ verified</dt><dd>Supported, with a confidence over the threshold and a quote that is in the source.</dd>"
    )
    return f'<aside class="legend" aria-label="Verdicts"><dl>{verified}{"".join(rows)}</dl></aside>\n'


def _page(title: str, contents: Iterable[tuple[str, str]], body: str) -> str:
    entries = "".join(f'<li><a href="#{anchor}">{escape(text)}</a></li>' for anchor, text in contents)
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n"
        '<a class="skip" href="#report">To the report</a>\n'
        f'<nav aria-label="Contents"><ol>{entries}</ol></nav>\n'
        f'<main id="report">\n{body}</main>\n</body>\n</html>\n'
    )
