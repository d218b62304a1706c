"""The likely reason of a contradiction, from what is known of its two places: a closed set, each with its sentence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

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


@dataclass(frozen=True)
class Known:
    """What the rule that found a contradiction knows of it.

    Attributes:
        amounts: The two values, None where a side has none.
        splits: The splits that the sides name, "" for none.
        restated: Whether the values around both agree.
    """

    amounts: tuple[Amount, Amount] | None = None
    splits: tuple[str, str] = ("", "")
    restated: bool = False


NOTHING_KNOWN = Known()


def cause_of(
    first: Side, second: Side, works: Mapping[str, Work], known: Known = NOTHING_KNOWN
) -> tuple[ContradictionCause, str]:
    """Return the first cause that the evidence allows, and its sentence with that evidence.

    Works are by id; a side whose work is not among them has no notices.
    """
    cause = _from_evidence(first, second, works, known) or _from_places(first, second)
    evidence = ""
    if cause == "revised":
        evidence = f" {_told(min(_revisions(first, second, works), key=_order))}"
    if cause == "other_split":
        evidence = f" It is “{known.splits[0] or known.splits[1]}”."
    return cause, CAUSE_SENTENCES[cause] + evidence


def _from_evidence(first: Side, second: Side, works: Mapping[str, Work], known: Known) -> ContradictionCause | None:
    if known.amounts and off_by_rounding(*known.amounts):
        return "rounding"
    if first.work_id == second.work_id and first.document != second.document:
        return "other_version"
    if first.work_id != second.work_id and _revisions(first, second, works):
        return "revised"
    if known.splits[0] != known.splits[1]:
        return "other_split"
    return "slip" if known.restated else None


def _from_places(first: Side, second: Side) -> ContradictionCause:
    if first.work_id != second.work_id:
        return "other_setup"
    tables = (bool(first.table), bool(second.table))
    return "other_table" if all(tables) else "text_and_table" if any(tables) else "other_passage"


def _revisions(first: Side, second: Side, works: Mapping[str, Work]) -> list[StatusNote]:
    held = [works[side.work_id] for side in (first, second) if side.work_id in works]
    return [note for work in held for note in work.status if note.kind in ("revised", "corrected")]


def _order(note: StatusNote) -> tuple[str, str, str]:
    return note.date, note.kind, note.evidence


def _told(note: StatusNote) -> str:
    when = f" on {note.date}" if note.date else ""
    return f"It was {note.kind}{when}: {' '.join(note.evidence.split())}"
