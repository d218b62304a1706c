"""Claims and measurements: what was extracted, and the spans it rests on."""

from __future__ import annotations

from typing import Literal

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


class Contradiction(Record):
    """Two claims that disagree, and the likely reason as far as a rule can tell."""

    first: str
    second: str
    about: str
    likely_reason: str


class Selection(Record):
    """Claims that go to the panel, those set aside, and claims about the same quantity."""

    selected: tuple[str, ...]
    set_aside: tuple[str, ...]
    quantities: tuple[Quantity, ...] = ()
