"""Claims and measurements: what was extracted, and the spans it rests on."""

from __future__ import annotations

from typing import Literal, get_args

from juried.records.base import Record, short_id
from juried.records.document import Span

ClaimKind = Literal["finding", "measurement", "method", "definition", "limitation"]


class Measurement(Record):
    """A number bound to what it measures and to the one table cell or sentence that states it.

    `value` and `uncertainty` are strings as printed (`95.74`, `0.44`), so that precision is kept; an interval is
    `95% CI 0.89 to 0.98`.
    `row` and `column` count from 0 over the whole grid and are None when a sentence states the number.
    """

    system: str
    metric: str
    dataset: str
    setting: str
    value: str
    unit: str = ""
    uncertainty: str = ""
    sample_size: int | None = None
    table: str = ""
    row: int | None = None
    column: int | None = None


class Claim(Record):
    """One stand-alone, checkable sentence; `spans` is empty only when its quote was not found.

    `quote` is what the extractor gave as the source's words, kept also when it was not found.
    `also` holds ids of restatements that were merged into this claim.
    """

    id: str
    work_id: str
    document: str
    kind: ClaimKind
    text: str
    quote: str
    section: str = ""
    spans: tuple[Span, ...] = ()
    measurement: Measurement | None = None
    also: tuple[str, ...] = ()


def claim_id(work_id: str, text: str, quote: str) -> str:
    """Return the id that depends on the work, the sentence and its quote alone."""
    return short_id("C", work_id, text, quote)


class Quantity(Record):
    """Claims that state a value for the same system, metric, dataset and setting; ids sorted."""

    name: str
    claims: tuple[str, ...]


ContradictionCause = Literal[
    "rounding",
    "revised",
    "other_version",
    "other_split",
    "slip",
    "other_table",
    "text_and_table",
    "other_passage",
    "other_setup",
    "seen_by_reviewer",
]
CONTRADICTION_CAUSES: tuple[ContradictionCause, ...] = get_args(ContradictionCause)


class Side(Record):
    """One side of a contradiction: where it stands, word for word, and what its value is bound to.

    `claim` is the claim of the run that rests on this place, "" when none does. `text` is the sentence, or the
    sentence made of a cell. What a place does not have is empty: a sentence has no header paths, a direction no value.
    """

    claim: str = ""
    work_id: str
    document: str
    section: str = ""
    text: str
    value: str = ""
    uncertainty: str = ""
    unit: str = ""
    setting: str = ""
    table: str = ""
    caption: str = ""
    row_path: tuple[str, ...] = ()
    column_path: tuple[str, ...] = ()
    span: Span | None = None


class Contradiction(Record):
    """Two statements that disagree, and the likely reason as far as a rule can tell.

    `first` and `second` are ids of claims, "" where a side is stated by the source but is no claim of the run;
    `sides` holds both in that order, and is empty where a reviewer saw the contradiction between two claims.
    """

    first: str
    second: str
    about: str
    likely_reason: str
    cause: ContradictionCause = "other_setup"
    sides: tuple[Side, ...] = ()


class Selection(Record):
    """Claims that go to the panel, those set aside, and claims about the same quantity."""

    selected: tuple[str, ...]
    set_aside: tuple[str, ...]
    quantities: tuple[Quantity, ...] = ()
