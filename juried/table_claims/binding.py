"""Names of a claim bound surely to lines of a table: whole labels only, and nothing of the claim left unexplained."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

from juried.measurement_labels import clean_label
from juried.measurement_terms import find_metrics, letter_metric, rouge_metric
from juried.table_claims.cues import find_cues
from juried.table_claims.grid import AXES, Axis, Grid, Line
from juried.table_claims.mentions import find_mentions
from juried.table_claims.roles import is_metric
from juried.text.numbers import Number, quantities
from juried.text.words import STOPWORDS, content_stems, names, stem, words

_WHOLE = 0.9
_PLAIN = frozenset(
    stem(word)
    for word in [
        "model",
        "models",
        "method",
        "methods",
        "system",
        "approach",
        "baseline",
        "performance",
        "score",
        "scores",
        "result",
        "results",
        "value",
        "values",
        "achieve",
        "achieves",
        "achieved",
        "obtain",
        "obtains",
        "obtained",
        "reach",
        "reaches",
        "reached",
        "attain",
        "yield",
        "yields",
        "give",
        "gives",
        "point",
        "points",
        "percent",
        "percentage",
        "percentages",
        "absolute",
        "relative",
        "relatively",
        "difference",
        "gap",
        "margin",
        "average",
        "averaged",
        "mean",
        "sum",
        "total",
        "dataset",
        "datasets",
        "data",
        "set",
        "sets",
        "task",
        "tasks",
        "language",
        "languages",
        "metric",
        "metrics",
        "column",
        "columns",
        "row",
        "rows",
        "test",
        "dev",
        "development",
        "compared",
        "comparison",
        "than",
        "over",
        "all",
        "every",
        "each",
        "both",
        "consistently",
        "across",
        "out",
        "gain",
        "gains",
        "improvement",
        "improves",
        "performs",
        "perform",
        "has",
        "have",
        "higher",
        "lower",
        "better",
        "worse",
        "second",
        "third",
        "first",
        "rank",
        "ranks",
        "count",
        "number",
        "times",
        "ratio",
        "cases",
        "half",
        "exactly",
        "versus",
        "corpus",
        "benchmark",
        "overall",
        "table",
        "report",
        "reports",
        "reported",
        "measured",
        "respectively",
        "respective",
        "terms",
        "respect",
        "while",
        "against",
        "setting",
        "settings",
        "times",
        "twice",
    ]
)
_WITHIN = re.compile(
    (
        r"\b(?:significan\w+|because|due to|caus\w+|p\s?[<=>]|suggest\w*|would|may|might|could|expected|"
        r"if|when|unless|should)\b"
    ),
    re.I,
)


@dataclass(frozen=True)
class Name:
    """A piece of a claim and the lines of one axis that it may mean."""

    start: int
    end: int
    lines: frozenset[Line]
    level: int
    metric: bool


@dataclass(frozen=True)
class Bound:
    """A claim with its surely bound names by axis, in order, and the numbers that are no part of a name."""

    claim: str
    grid: Grid
    rows: tuple[Name, ...]
    columns: tuple[Name, ...]
    numbers: tuple[Number, ...]

    def names(self, axis: Axis) -> tuple[Name, ...]:
        """Return the names of one axis."""
        return self.rows if axis == "row" else self.columns


def bind(claim: str, grid: Grid, spare: int, around: str = "") -> Bound | None:
    """Return a claim bound to a table; None when it may speak of something that the table does not hold.

    Args:
        claim: One sentence.
        grid: The table.
        spare: How many words of sense may remain that neither a label nor the caption explains.
        around: Text of the document that may name data set and metric of the whole table.
    """
    if _WITHIN.search(claim) or not grid.values:
        return None
    mentions = [m for m in find_mentions(claim, grid) if m.score >= _WHOLE]
    held: dict[Axis, list[Name]] = {axis: [] for axis in AXES}
    for start, end, axis in sorted({(m.start, m.end, m.axis) for m in mentions}):
        own = [m for m in mentions if (m.start, m.end, m.axis) == (start, end, axis)]
        own = [m for m in own if clean_label(m.label) == claim[start:end]] or own
        lines = frozenset(line for m in own for line in m.lines)
        held[axis].append(Name(start, end, lines, min(m.level for m in own), all(is_metric(m.label) for m in own)))
    spans = [(m.start, m.end) for m in mentions]
    if not mentions or _unexplained(claim, spans, grid) > spare or _foreign(claim, spans, grid, around):
        return None
    free = tuple(
        n
        for n in quantities(claim)
        if not _in_word(n, claim, grid.units) and not any(a <= n.start < b for a, b in spans)
    )
    return Bound(claim, grid, tuple(held["row"]), tuple(held["column"]), free)


def _in_word(number: Number, claim: str, units: str) -> bool:
    """Whether a number only makes part of a word ("3-shot", "R@5") or of a label ("WoZ 2.0")."""
    counted = re.match(r"\s+(?:out\s+)?of\b", claim[number.end :]) or re.search(
        r"\bof\s+(?:the\s+)?$", claim[: number.start]
    )
    if not counted and re.search(rf"(?<![\d.]){re.escape(number.printed)}(?![\d.]*\d)", units):
        return True
    return claim[max(0, number.start - 1) : number.start] == "@" or bool(re.match(r"-[a-z]", claim[number.end :]))


def _unexplained(claim: str, spans: Sequence[tuple[int, int]], grid: Grid) -> int:
    """Return how many words of sense no label, caption, comparing word or plain word of reports explains."""
    known = set(content_stems(grid.units)) | _PLAIN | {stem(word) for word in STOPWORDS}
    taken = [
        *spans,
        *((cue.start, cue.end) for cue in find_cues(claim)),
        *((n.start, n.end) for n in quantities(claim)),
    ]
    left = [
        word for word in words(claim)
        if not any(a < word.end and word.start < b for a, b in taken) and stem(word.folded) not in known
    ]  # fmt: skip
    return sum(any(char.isalpha() for char in word.folded) for word in left)


def _foreign(claim: str, spans: Sequence[tuple[int, int]], grid: Grid, around: str) -> bool:
    """Whether a claim names a metric or a name that the table does not print."""
    units = clean_label(grid.units)
    printed = {name for name, _, _ in find_metrics(units)} | {
        name
        for line in (*grid.rows, *grid.columns)
        for part in line.path
        for name, _, _ in find_metrics(clean_label(part))
    }
    parts = {clean_label(part) for line in (*grid.rows, *grid.columns) for part in line.path}
    printed |= {letter_metric(part) or rouge_metric(part)[:5] for part in parts}
    if not printed - {""}:
        printed |= {name for name, _, _ in find_metrics(around)}
    free = [(n, a, b) for n, a, b in find_metrics(claim) if not any(s < b and a < e for s, e in spans)]
    if any(name not in printed for name, _, _ in free):
        return True
    low = f"{units} {around}".lower()
    return any(
        word.folded not in low and not any(a < word.end and word.start < b for a, b in spans)
        for word in names(claim)
        if not find_metrics(word.printed) and word.folded not in ("table", "tables")
    )


def meet(found: Sequence[Name], lines: Sequence[Line]) -> tuple[Line, ...]:
    """Return the lines that all names mean, of names of one level those of any; all lines without names."""
    if not found:
        return tuple(lines)
    levels = sorted({name.level for name in found})
    groups = [frozenset().union(*(n.lines for n in found if n.level == level)) for level in levels]
    common = reduce(frozenset.intersection, groups)
    # Names of different levels that share no line are a list ("Size, R@1 and R@5").
    kept = common or frozenset().union(*groups)
    return tuple(line for line in lines if line in kept)
