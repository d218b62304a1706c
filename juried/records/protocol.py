"""The protocol of a run: the search plan made from the question."""

from __future__ import annotations

from juried.records.base import Record


class Facet(Record):
    """One idea of the question with the words that authors use for it; the first term is the question's own."""

    name: str
    terms: tuple[str, ...]


class SourceQuery(Record):
    """A query for one source, in that source's own language; `rationale` says why in a few words."""

    source: str
    text: str
    rationale: str = ""


class Protocol(Record):
    """Facets, queries and criteria; years are inclusive and None when open; `edited` when a person changed it.

    `languages` are two-letter codes, sorted; none is no limit.
    """

    question: str
    facets: tuple[Facet, ...]
    queries: tuple[SourceQuery, ...]
    include: tuple[str, ...]
    exclude: tuple[str, ...]
    year_from: int | None = None
    year_to: int | None = None
    languages: tuple[str, ...] = ()
    edited: bool = False
