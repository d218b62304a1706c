"""How well titles, authors and years tell whether two records are one work, with all identifiers hidden.

    python -m benchmarks.merging --data DATA

DATA holds `http` (recorded answers of databases) and `works/acl_anthology/papers.jsonl.gz`. Pairs that are one work:
records of different sources that share a DOI, an arXiv id, an ACL id or a PubMed id; and every twentieth paper of the
Anthology with a twin, the same paper as another database would write it (see `TWINS`). Pairs that are two works:
records with different identifiers of one kind whose titles are equal or share a half, which are the hard ones.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import numpy as np

from benchmarks.recorded import anthology_hits, recorded_hits
from juried.records.work import Hit, Identifiers
from juried.sources.grouping import MOST_YEARS_APART, differ, group_hits, hit_name
from juried.sources.titles import authors_in_common, half_keys, main_title_key, same_title, title_key

EVERY = 20
RESAMPLES = 1000
WIDEST_BUCKET = 60
_SHARED = ("doi", "arxiv", "acl", "pmid", "pmcid")
Pair = tuple[Hit, Hit]
Rule = Callable[[Hit, Hit], bool]


@dataclass(frozen=True)
class Labelled:
    """Pairs of records that are one work, or two."""

    same: tuple[Pair, ...]
    different: tuple[Pair, ...]


def _family_first(name: str) -> str:
    given, _, family = name.rpartition(" ")
    return f"{family}, {given[:1]}." if given else name


def _slip(title: str) -> str:
    """Return a title with one letter dropped from its longest word."""
    word = max(title.split(), key=len)
    return title.replace(word, word[:-2] + word[-1:], 1)


TWINS: dict[str, Callable[[Hit], dict[str, object]]] = {
    "title in capitals": lambda hit: {"title": hit.title.upper()},
    "family name and initial": lambda hit: {"authors": tuple(map(_family_first, hit.authors))},
    "a year later": lambda hit: {"year": (hit.year or 2000) + 1},
    "without subtitle": lambda hit: {"title": hit.title.partition(":")[0]},
    "a letter dropped": lambda hit: {"title": _slip(hit.title)},
    "three authors at most": lambda hit: {"authors": hit.authors[:3]},
    "without year": lambda hit: {"year": None},
}


def bare(hit: Hit, **changed: object) -> Hit:
    """Return a record without identifiers."""
    return hit.model_copy(update={"identifiers": Identifiers(), "version": "unknown", **changed})


def real_pairs(hits: Iterable[Hit]) -> list[Pair]:
    """Return pairs of records of different sources that share an identifier, each once."""
    shared: dict[tuple[str, str], list[Hit]] = defaultdict(list)
    for hit in hits:
        for kind in _SHARED:
            if value := getattr(hit.identifiers, kind):
                shared[kind, value].append(hit)
    found = {
        (hit_name(one), hit_name(other)): (one, other)
        for bucket in shared.values()
        for one, other in combinations(sorted(bucket, key=hit_name), 2)
        if one.source != other.source
    }
    return [pair for _, pair in sorted(found.items())]


def twins_of(papers: Sequence[Hit]) -> dict[str, list[Pair]]:
    """Return every twentieth paper with its twin, by the way in which the twin is written."""
    kinds = list(TWINS)
    found: dict[str, list[Pair]] = {kind: [] for kind in kinds}
    for at, paper in enumerate(papers[::EVERY]):
        kind = kinds[at % len(kinds)]
        found[kind].append((paper, bare(paper, source="twin", **TWINS[kind](paper))))
    return found


def alike_pairs(hits: Sequence[Hit]) -> list[Pair]:
    """Return pairs with different identifiers whose titles share a key; titles of over 60 records ("Preface") not."""
    buckets: dict[str, list[int]] = defaultdict(list)
    for at, hit in enumerate(hits):
        for key in {title_key(hit.title), main_title_key(hit.title), *half_keys(hit.title)} - {""}:
            buckets[key].append(at)
    pairs = {pair for bucket in buckets.values() if len(bucket) <= WIDEST_BUCKET for pair in combinations(bucket, 2)}
    return [(hits[one], hits[other]) for one, other in sorted(pairs) if differ(hits[one], hits[other])]


def rule(years: int = MOST_YEARS_APART, share: float = 0.5, near: bool = True) -> Rule:
    """Return the rule of titles, authors and years with other thresholds."""

    def decide(first: Hit, second: Hit) -> bool:
        apart = 0 if first.year is None or second.year is None else abs(first.year - second.year)
        common, shorter, _ = authors_in_common(first.authors, second.authors)
        like = same_title if near else lambda one, other: title_key(one) == title_key(other) != ""
        return apart <= years and common > 0 and common >= share * shorter and like(first.title, second.title)

    return decide


def figures(counts: np.ndarray) -> tuple[float, float, float]:
    """Return precision, recall and F1 of counts of true positives, false positives and false negatives."""
    right, wrong, missed = counts
    precision = right / (right + wrong) if right + wrong else 0.0
    recall = right / (right + missed) if right + missed else 0.0
    return precision, recall, 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def measure(decide: Rule, labelled: Labelled) -> str:
    """Return precision, recall and F1 with 95 % bootstrap intervals over pairs."""
    gold = np.array([True] * len(labelled.same) + [False] * len(labelled.different))
    said = np.array([decide(*pair) for pair in (*labelled.same, *labelled.different)])
    kinds = np.stack([gold & said, ~gold & said, gold & ~said]).astype(np.int64)
    draw = np.random.default_rng(0)
    tries = np.array([figures(kinds[:, draw.integers(0, len(gold), len(gold))].sum(axis=1)) for _ in range(RESAMPLES)])
    low, high = np.quantile(tries, [0.025, 0.975], axis=0)
    exact = figures(kinds.sum(axis=1))
    return " | ".join(f"{exact[i]:.4f} ({low[i]:.4f} to {high[i]:.4f})" for i in range(3))


RULES: dict[str, Rule] = {
    "as shipped: two years, half of the authors": rule(),
    "same year": rule(years=0),
    "one year": rule(years=1),
    "five years": rule(years=5),
    "any author in common": rule(share=0.0),
    "all authors of the shorter list": rule(share=1.0),
    "equal titles only": rule(near=False),
    "titles alone": lambda one, other: same_title(one.title, other.title),
}


def merged(papers: Sequence[Hit], pairs: Sequence[Pair]) -> Iterator[str]:
    """Yield lines on what merging makes of identified papers and bare twins together."""
    known = {hit_name(paper): paper for paper in papers}
    twins = {
        f"twin:{at}": (own, other.model_copy(update={"source_id": str(at)})) for at, (own, other) in enumerate(pairs)
    }
    groups = group_hits([*papers, *(other for _, other in twins.values())])
    home = {hit_name(hit): group for group in groups for hit in group}
    owners = {name: [hit_name(hit) for hit in home[name] if hit_name(hit) in known] for name in twins}
    right = sum(hit_name(own) in owners[name] for name, (own, _) in twins.items())
    alone = sum(not found for found in owners.values())
    bridged = sum(differ(a, b) for group in groups for a, b in combinations(group, 2) if len(group) > 1)
    yield f"{len(papers)} identified papers and {len(twins)} bare twins: {right} twins joined their own paper, "
    yield f"{alone} stayed alone, {len(twins) - right - alone} joined another; "
    yield f"{bridged} pairs of different identifiers in one work."


def main() -> None:
    """Print the pairs, the table of rules, recall by kind of twin, and what merging makes of twins."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="the data folder")
    given = parser.parse_args()
    papers = anthology_hits(given.data / "works" / "acl_anthology" / "papers.jsonl.gz")
    recorded = recorded_hits(given.data / "http")
    real, twins = real_pairs([*recorded, *papers]), twins_of(papers)
    made = [pair for pairs in twins.values() for pair in pairs]
    different = [(bare(one), bare(other)) for one, other in alike_pairs([*recorded, *papers])]
    hidden = [(bare(one), bare(other)) for one, other in (*real, *made)]
    print(f"{len(recorded)} recorded records, {len(papers)} papers of the Anthology")
    print(f"one work: {len(real)} pairs by identifiers, {len(made)} twins; two works: {len(different)} pairs\n")
    print("| rule | precision | recall | F1 |\n|---|---|---|---|")
    labelled = Labelled(tuple(hidden), tuple(different))
    for name, decide in RULES.items():
        print(f"| {name} | {measure(decide, labelled)} |")
    print("\n| pairs of one work | n | found |\n|---|---|---|")
    for name, pairs in (("of different sources, by identifiers", real), *twins.items()):
        print(f"| {name} | {len(pairs)} | {sum(rule()(bare(a), bare(b)) for a, b in pairs)} |")
    titles = {title_key(one.title) for one, _ in different}
    crowd = [paper for paper in papers if title_key(paper.title) in titles]
    names = {hit_name(paper) for paper in crowd}
    print("\n" + "".join(merged(crowd, [pair for pair in made if hit_name(pair[0]) in names])))


if __name__ == "__main__":
    main()
