"""The likely reason of a contradiction, from what is known of its two places: a closed set, each with its sentence."""

from __future__ import annotations

from collections.abc import Mapping

from juried.ledger.amounts import Amount, off_by_rounding
from juried.records.claim import ContradictionCause, Side
from juried.records.work import StatusNote, Work

CAUSE_SENTENCES: dict[ContradictionCause, str] = {
    "rounding": "Rounding: the values differ by no more than the last digit that the coarser one prints.",
    "revised": "A revision or correction of a work that is at hand in one version only.",
    "other_version": "Two versions of one work state different values.",
    "other_split": "Another split: only one of the two places names the split that it was measured on.",
    "slip": "A slip: all other values of the row or list agree.",
    "other_table": "One work states both, in two tables.",
    "text_and_table": "One work states both, in its text and in a table.",
    "other_passage": "One work states both, in two passages.",
    "other_setup": "Two works state different values; neither place says what was done otherwise.",
    "seen_by_reviewer": "A reviewer saw it; no rule tells why.",
}


def cause_of(
    first: Side,
    second: Side,
    works: Mapping[str, Work],
    amounts: tuple[Amount, Amount] | None = None,
    splits: tuple[str, str] = ("", ""),
    restated: bool = False,
) -> tuple[ContradictionCause, str]:
    """Return the first cause that the evidence allows, and its sentence with that evidence.

    Args:
        first: One side.
        second: The other.
        works: Works by id; a side whose work is not among them has no notices.
        amounts: The two values, where both sides have one.
        splits: The splits that the sides name, "" for none.
        restated: Whether the values around both agree.
    """
    if amounts and off_by_rounding(*amounts):
        return "rounding", CAUSE_SENTENCES["rounding"]
    one_work = first.work_id == second.work_id
    if one_work and first.document != second.document:
        return "other_version", CAUSE_SENTENCES["other_version"]
    notes = [note for side in (first, second) for note in _revisions(works.get(side.work_id))]
    if notes and not one_work:
        return "revised", f"{CAUSE_SENTENCES['revised']} {_told(sorted(notes, key=_order)[0])}"
    if splits[0] != splits[1]:
        named = splits[0] or splits[1]
        return "other_split", f"{CAUSE_SENTENCES['other_split']} It is “{named}”."
    if restated:
        return "slip", CAUSE_SENTENCES["slip"]
    if not one_work:
        return "other_setup", CAUSE_SENTENCES["other_setup"]
    tables = (bool(first.table), bool(second.table))
    within: ContradictionCause = (
        "other_table" if all(tables) else "text_and_table" if any(tables) else "other_passage"
    )
    return within, CAUSE_SENTENCES[within]


def _revisions(work: Work | None) -> list[StatusNote]:
    return [note for note in work.status if note.kind in ("revised", "corrected")] if work else []


def _order(note: StatusNote) -> tuple[str, str, str]:
    return note.date, note.kind, note.evidence


def _told(note: StatusNote) -> str:
    when = f" on {note.date}" if note.date else ""
    return f"It was {note.kind}{when}: {' '.join(note.evidence.split())}"
