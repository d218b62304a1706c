"""Works made of hits: one work for all that sources report of it, whatever the order in which they report it.

Two hits are one work when they share a DOI, an arXiv id or another identifier, unless neither half of the words of
their titles nor their authors agree (the DOI of a whole book stands in the metadata of its chapters); or when their
titles are equal or nearly so, at least half of the shorter author list agrees, and their years are at most two apart.
A title never joins hits with different identifiers of one kind, except a preprint's DOI and its published version's;
a hit that would join two such works goes to the nearer, or stays alone where both are as near (see grouping.py).

Fields come from the best hit that has them: published before unknown before preprint, then the hit with more
fields, then by source and id. The abstract is the longest. Notices, files and versions are united.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from juried.records.base import canonical_json, short_id
from juried.records.work import FieldOrigin, FileRef, Hit, Identifiers, StatusNote, VersionKind, Work
from juried.sources.grouping import group_hits, hit_name, is_preprint
from juried.sources.identifiers import best_url
from juried.sources.titles import author_key, title_key

_VERSION_ORDER: dict[VersionKind, int] = {"published": 0, "unknown": 1, "preprint": 2}
_VERSIONS: tuple[VersionKind, ...] = ("preprint", "published", "unknown")
_ID_ORDER = ("doi", "acl", "arxiv", "pmid", "pmcid", "openalex", "semantic_scholar")


def merge_hits(hits: Iterable[Hit]) -> tuple[Work, ...]:
    """Return the works that hits are reports of, sorted by id.

    The order of hits makes no difference, and a hit given twice counts once. Every hit is in exactly
    one work; no hits give no works.
    """
    works = [_make_work(sorted(group, key=_preference)) for group in group_hits(hits)]
    return tuple(sorted(_with_own_ids(works), key=lambda work: work.id))


def count_duplicates(hits: Sequence[Hit], works: Sequence[Work]) -> int:
    """Return PRISMA's duplicates: hits less works."""
    return len(hits) - len(works)


def _preference(hit: Hit) -> tuple[int, int, str, str]:
    """The order in which hits lend their fields."""
    version = 2 if is_preprint(hit) else _VERSION_ORDER[hit.version]
    filled = sum(bool(value) for _, value in (*hit, *hit.identifiers))
    # Rank and query change with the search; a hit of two queries must lend the same fields.
    return (version, -filled, hit_name(hit), canonical_json(hit.model_copy(update={"rank": 0})))


class _Fields:
    """Takes the fields of a work from hits in order of preference, and notes where each came from."""

    def __init__(self, hits: Sequence[Hit]) -> None:
        self._hits = hits
        self.origins: set[tuple[str, str]] = set()

    def first(self, name: str, of: Callable[[Hit], object]) -> object:
        """Return the first value that is not empty, or the first hit's own empty value."""
        for hit in self._hits:
            if value := of(hit):
                self.origins.add((name, hit.source))
                return value
        return of(self._hits[0])

    def named(self, name: str) -> object:
        """Return the best hit's value of a field."""
        return self.first(name, lambda hit: getattr(hit, name))

    def abstract(self) -> str:
        """Return the longest abstract."""
        best = max(self._hits, key=lambda hit: len(hit.abstract))
        self.origins |= {("abstract", best.source)} if best.abstract else set()
        return best.abstract

    def identifiers(self) -> Identifiers:
        """Return the best hit's identifier of each kind."""
        values = {
            kind: self.first(kind, lambda hit, kind=kind: getattr(hit.identifiers, kind))  # type: ignore[misc]
            for kind in Identifiers.model_fields
        }
        return Identifiers.model_validate(values)

    def status(self) -> tuple[StatusNote, ...]:
        """Return all notices, sorted, each once."""
        self.origins |= {("status", hit.source) for hit in self._hits if hit.status}
        notes = {note for hit in self._hits for note in hit.status}
        return tuple(sorted(notes, key=lambda note: (note.kind, note.date, note.evidence)))

    def files(self) -> tuple[FileRef, ...]:
        """Return all files in order of preference, each once."""
        self.origins |= {("files", hit.source) for hit in self._hits if hit.files}
        return tuple(dict.fromkeys(file for hit in self._hits for file in hit.files))

    def versions(self) -> tuple[VersionKind, ...]:
        """Return the kinds of versions that are known, or `unknown` alone."""
        kinds = {"preprint" if is_preprint(hit) else hit.version for hit in self._hits}
        kinds = kinds - {"unknown"} or kinds
        return tuple(kind for kind in _VERSIONS if kind in kinds)


def _make_work(hits: Sequence[Hit]) -> Work:
    """Make one work of its hits, given in order of preference."""
    fields = _Fields(hits)
    values = {name: fields.named(name) for name in ("title", "authors", "year", "venue", "language", "url")}
    values |= {"identifiers": fields.identifiers(), "abstract": fields.abstract(), "status": fields.status()}
    values |= {"files": fields.files(), "versions": fields.versions()}
    origins = tuple(FieldOrigin(field=name, source=source) for name, source in sorted(fields.origins))
    names = tuple(sorted({hit_name(hit) for hit in hits}))
    work = Work.model_validate({"id": "", "hits": names, "origins": origins, **values})
    return work.model_copy(update={"id": _work_id(work), "url": best_url(work)})


def _work_id(work: Work) -> str:
    """Return an id from the best identifier, or from title, first author and year where there is none."""
    for kind in _ID_ORDER:
        if value := getattr(work.identifiers, kind):
            return short_id("W", kind, value)
    first = author_key(work.authors[0])[0] if work.authors else ""
    return short_id("W", "title", title_key(work.title) or work.title, first, str(work.year or ""))


def _with_own_ids(works: Sequence[Work]) -> list[Work]:
    """Give works that would share an id one from their hits too: title, author and year alone may coincide."""
    counts: dict[str, int] = defaultdict(int)
    for work in works:
        counts[work.id] += 1
    return [
        work.model_copy(update={"id": short_id("W", work.id, *work.hits)}) if counts[work.id] > 1 else work
        for work in works
    ]
