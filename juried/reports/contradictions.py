"""The contradictions of a report: both sides of each, with the cell or the sentence, what binds it, and the reason."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from juried.records.claim import Claim, Contradiction, Side
from juried.records.run import RunRecord
from juried.reports.escape import escape, plural, table
from juried.reports.numbering import Numbering


def contradictions(record: RunRecord, numbering: Numbering) -> str:
    """Return the part's Markdown: those that bear on the report, side by side, and how many others there are."""
    claims = {claim.id: claim for claim in numbering.claims}
    shown = [item for item in record.contradictions if _bears(item, claims, numbering)]
    ledger = [item for item in shown if item.sides]
    pairs = [item for item in shown if not item.sides and item.first in claims and item.second in claims]
    titles = {work.id: work.title for work in record.works}
    others = len(record.contradictions) - len(ledger) - len(pairs)
    parts = [_none(record, numbering)] if not (ledger or pairs) else []
    parts += [_pairs(pairs, claims, numbering)] if pairs else []
    parts += [_entry(items, titles, numbering) for items in _alike(ledger)]
    if others:
        parts.append(
            f"The record lists {plural(others, 'contradiction')} more, in tables that no tried claim rests on."
        )
    return "\n\n".join(["### Contradictions", *parts])


def _bears(item: Contradiction, claims: Mapping[str, Claim], numbering: Numbering) -> bool:
    """Whether a tried claim rests on a side, or a work that the report uses contradicts itself in its text."""
    of_a_claim = item.first in claims or item.second in claims
    own_words = bool(item.sides) and not any(side.table for side in item.sides)
    return of_a_claim or (own_words and all(side.work_id in numbering.work_numbers for side in item.sides))


def _none(record: RunRecord, numbering: Numbering) -> str:
    disputed = [verdict for verdict in record.verdicts if verdict.contradicting_works]
    named = ", ".join(numbering.claim(verdict.claim_id) for verdict in disputed)
    found = f" Passages of other works contradict {named}; see there." if disputed else ""
    return f"No two of the claims tried were found to contradict each other.{found}"


def _pairs(items: Sequence[Contradiction], claims: Mapping[str, Claim], numbering: Numbering) -> str:
    """Return the pairs of claims that a reviewer saw, as one table."""
    rows = [
        [
            _claim(claims[item.first], numbering),
            _claim(claims[item.second], numbering),
            escape(item.about),
            escape(item.likely_reason),
        ]
        for item in items
    ]
    return table(["One claim", "The other", "About", "Likely reason"], rows)


def _claim(claim: Claim, numbering: Numbering) -> str:
    return f"{numbering.claim(claim.id)} {escape(claim.text)} {numbering.work(claim.work_id)}"


def _alike(items: Sequence[Contradiction]) -> list[list[Contradiction]]:
    """Return contradictions of the same works about the same two things together, in the order of the first."""
    groups: dict[tuple[frozenset[str], frozenset[str], bool], list[Contradiction]] = {}
    for item in items:
        works = frozenset(side.work_id for side in item.sides)
        tables = any(side.table for side in item.sides)
        groups.setdefault((works, frozenset(item.about.split(" against ")), tables), []).append(item)
    apart = [[item] for (_, _, tables), held in groups.items() if tables for item in held]
    return [*(held for (_, _, tables), held in groups.items() if not tables), *apart]


def _entry(items: Sequence[Contradiction], titles: Mapping[str, str], numbering: Numbering) -> str:
    """Return what contradicts, the places side by side, the likely reason below."""
    found = {
        (side.work_id, side.section, side.text, side.value, side.table): side for item in items for side in item.sides
    }
    sides = list(found.values())
    head = ["", *(_source(side, titles, numbering) for side in sides)]
    rows = [[name, *(escape(read(side)) for side in sides)] for name, read in _ROWS if any(map(read, sides))]
    return f"**{escape(items[0].about)}**\n\n{table(head, rows)}\n\nLikely reason: {escape(items[0].likely_reason)}"


def _source(side: Side, titles: Mapping[str, str], numbering: Numbering) -> str:
    """Return the links to a side's claim and work; the title of a work that the report does not use."""
    claim = f"{numbering.claim(side.claim)} " if side.claim in numbering.claim_numbers else ""
    used = side.work_id in numbering.work_numbers
    return claim + (numbering.work(side.work_id) if used else f"“{escape(titles.get(side.work_id, side.work_id))}”")


def _value(side: Side) -> str:
    interval = "CI" in side.uncertainty
    spread = f" ({side.uncertainty})" if interval else f" ± {side.uncertainty}" if side.uncertainty else ""
    return f"{side.value}{spread} {side.unit}".strip()


_ROWS: tuple[tuple[str, Callable[[Side], str]], ...] = (
    ("Stated", lambda side: side.text),
    ("Value", _value),
    ("Row", lambda side: " / ".join(side.row_path)),
    ("Column", lambda side: " / ".join(side.column_path)),
    ("Setting", lambda side: side.setting),
    ("Table", lambda side: side.table),
    ("Caption", lambda side: side.caption),
    ("Section", lambda side: side.section),
)
