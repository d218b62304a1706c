"""Which hits are reports of one work: joined by identifiers first, then each to the nearest by title, authors and year.

Titles join the nearest first: equal titles before nearly equal ones, then by the share of authors in common, then by
the years between. No join by title puts two hits into one group that identifiers keep apart, so that a hit without
identifiers never bridges two publications: it joins the nearer one, or neither when both are as near.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations, groupby

from juried.records.base import canonical_json
from juried.records.work import Hit
from juried.sources.identifiers import is_preprint_doi
from juried.sources.titles import (
    authors_overlap,
    authors_shared,
    half_keys,
    main_title_key,
    same_title,
    title_key,
    title_words,
)

MOST_YEARS_APART = 2
_OWN_KINDS = ("acl", "arxiv", "pmid", "pmcid")
_DOI_VERSION = re.compile(r"\.(?:v?\d{1,2}|pub\d+)$")
Nearness = tuple[int, int, int]
Pair = tuple[int, int]


def group_hits(hits: Iterable[Hit]) -> list[list[Hit]]:
    """Return groups of hits, each the reports of one work; equal hits count once, and order makes no difference."""
    ordered = sorted({canonical_json(hit): hit for hit in hits}.values(), key=_content)
    groups = _Groups(ordered)
    _join_by_identifier(ordered, groups)
    _join_by_title(ordered, groups)
    return [[ordered[at] for at in members] for members in groups.all()]


def _content(hit: Hit) -> tuple[str, int]:
    """The order of hits by what they say; where they stood in a query comes last."""
    return canonical_json(hit.model_copy(update={"rank": 0})), hit.rank


class _Groups:
    """Groups of hits by position; at first each hit is alone, and the smallest position names a group."""

    def __init__(self, hits: Sequence[Hit]) -> None:
        self._hits = hits
        self._root = list(range(len(hits)))
        self._members = {at: [at] for at in range(len(hits))}
        self._parted: set[Pair] = set()

    def root(self, at: int) -> int:
        return self._root[at]

    def join(self, first: int, second: int) -> None:
        low, high = sorted((self._root[first], self._root[second]))
        if low != high:
            moved = self._members.pop(high)
            self._members[low] += moved
            for at in moved:
                self._root[at] = low

    def part(self, first: int, second: int) -> None:
        """Keep two groups apart for good."""
        self._parted.add(_ordered(first, second))

    def agree(self, first: int, second: int) -> bool:
        """Whether nothing keeps two groups apart: no identifiers of their hits, and no earlier parting."""
        return not any(
            _ordered(one, other) in self._parted or differ(self._hits[one], self._hits[other])
            for one in self._members[self._root[first]]
            for other in self._members[self._root[second]]
        )

    def all(self) -> list[list[int]]:
        return list(self._members.values())


def _ordered(first: int, second: int) -> Pair:
    return (first, second) if first < second else (second, first)


def _pairs(buckets: Iterable[Sequence[int]]) -> Iterator[Pair]:
    for bucket in buckets:
        yield from combinations(bucket, 2)


def _join_by_identifier(hits: Sequence[Hit], groups: _Groups) -> None:
    buckets: dict[tuple[str, str], list[int]] = defaultdict(list)
    for at, hit in enumerate(hits):
        named = [(kind, value) for kind, value in hit.identifiers if value]
        for key in [*named, ("hit", hit_name(hit))]:
            buckets[key].append(at)
    for (kind, _), bucket in buckets.items():
        for first, second in combinations(bucket, 2):
            if groups.root(first) == groups.root(second):
                continue
            if kind == "hit" or not _unrelated(hits[first], hits[second]):
                groups.join(first, second)


def _unrelated(first: Hit, second: Hit) -> bool:
    """Whether no author agrees, nor half of the words of the titles: a shared identifier is then a book's, or wrong."""
    words = set(title_words(first.title)), set(title_words(second.title))
    alike = 2 * len(words[0] & words[1]) >= len(words[0] | words[1])
    return not alike and bool(first.authors and second.authors) and not authors_overlap(first.authors, second.authors)


def _join_by_title(hits: Sequence[Hit], groups: _Groups) -> None:
    """Join groups, the nearest first; among equally near ones, a group that is drawn to two rivals joins neither."""
    by_nearness = sorted((nearness, pair) for pair, nearness in _links(hits, groups).items())
    for _, tier in groupby(by_nearness, key=lambda link: link[0]):
        pairs = sorted({_ordered(groups.root(first), groups.root(second)) for _, (first, second) in tier})
        live = [pair for pair in pairs if pair[0] != pair[1] and groups.agree(*pair)]
        for first, second in _torn(live, groups):
            groups.part(first, second)
        for first, second in live:
            if groups.agree(first, second):
                groups.join(first, second)


def _torn(pairs: Sequence[Pair], groups: _Groups) -> list[Pair]:
    """Return the pairs of a group with neighbours that cannot be one work with each other."""
    neighbours: dict[int, set[int]] = defaultdict(set)
    for first, second in pairs:
        neighbours[first].add(second)
        neighbours[second].add(first)
    return [
        (group, one)
        for group, near in neighbours.items()
        for one, other in combinations(sorted(near), 2)
        if not groups.agree(one, other)
        for one in (one, other)
    ]


def _links(hits: Sequence[Hit], groups: _Groups) -> dict[Pair, Nearness]:
    """Return how near groups are whose hits could be one work; every pair that `same_title` accepts shares a key."""
    buckets: dict[str, list[int]] = defaultdict(list)
    for at, hit in enumerate(hits):
        for key in {title_key(hit.title), main_title_key(hit.title), *half_keys(hit.title)} - {""}:
            buckets[key].append(at)
    links: dict[Pair, Nearness] = {}
    for first, second in _pairs(buckets.values()):
        pair = _ordered(groups.root(first), groups.root(second))
        if pair[0] != pair[1] and same_work(hits[first], hits[second]):
            near = _nearness(hits[first], hits[second])
            links[pair] = min(near, links.get(pair, near))
    return links


def _nearness(first: Hit, second: Hit) -> Nearness:
    """Return how far apart two hits of like title are: the titles, the authors not shared in thousandths, the years."""
    years = MOST_YEARS_APART + 1 if first.year is None or second.year is None else abs(first.year - second.year)
    apart = 1000 - authors_shared(first.authors, second.authors)
    return (int(title_key(first.title) != title_key(second.title)), apart, years)


def same_work(first: Hit, second: Hit) -> bool:
    """Whether title, authors and year say that two hits are one work, and no identifiers say otherwise."""
    near = first.year is None or second.year is None or abs(first.year - second.year) <= MOST_YEARS_APART
    return (
        near
        and not differ(first, second)
        and same_title(first.title, second.title)
        and authors_overlap(first.authors, second.authors)
    )


def differ(first: Hit, second: Hit) -> bool:
    """Whether identifiers say that two hits are different publications."""
    for kind in _OWN_KINDS:
        pair = getattr(first.identifiers, kind), getattr(second.identifiers, kind)
        if all(pair) and pair[0] != pair[1]:
            return True
    dois = first.identifiers.doi, second.identifiers.doi
    if dois[0] is None or dois[1] is None or any(is_preprint(hit) for hit in (first, second)):
        return False
    return _DOI_VERSION.sub("", dois[0]) != _DOI_VERSION.sub("", dois[1])


def is_preprint(hit: Hit) -> bool:
    """Whether a hit reports a preprint, by what its source says or by its DOI."""
    return hit.version == "preprint" or is_preprint_doi(hit.identifiers.doi)


def hit_name(hit: Hit) -> str:
    """Return the name of a hit as works list it: `source:source_id`."""
    return f"{hit.source}:{hit.source_id}"
