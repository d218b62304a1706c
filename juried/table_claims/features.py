"""What a small model weighs of a claim beside a table: how its statements fare, its numbers, what it binds."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from juried.table_claims.amounts import Amount, amounts
from juried.table_claims.cues import CueKind
from juried.table_claims.deciding import Finding, decide
from juried.table_claims.grid import Grid, Line
from juried.table_claims.mentions import Mention, find_mentions, own_lines
from juried.table_claims.statements import statements
from juried.text.words import content_stems

_TESTED = re.compile(
    r"\b(?:p\s?[<>=≤]|p-?values?|t-?test|statistical(?:ly)?|wilcoxon|bootstrap|anova|confidence interval)",
    re.IGNORECASE,
)
_CAUSE = re.compile(
    r"\b(?:because|due to|since|caus\w+|reasons?|therefore|thus|hence|leads? to|owing to|as a result|"
    r"explain\w*|suggest\w*|indicat\w+|"
    r"demonstrat\w+|verif\w+|confirm\w*|means? that|possibl[ey]|might|may|suspect|believe|hypothesi\w+|expect\w*)\b",
    re.IGNORECASE,
)
_METHOD = re.compile(
    (
        r"\b(?:we (?:use|used|fix|set|train\w*|report|remove\w*|compute|define|sample|apply|evaluate)|"
        r"is (?:trained|computed|defined|obtained))\b"
    ),
    re.IGNORECASE,
)
_WEIGHTS: dict[CueKind, float] = {"compare": 0.7, "best": 1.2, "level": 0.4, "alike": 0.2}


@dataclass(frozen=True)
class Reading:
    """All that rules find of a claim beside a table."""

    claim: str
    mentions: tuple[Mention, ...]
    findings: tuple[Finding, ...]
    amounts: tuple[Amount, ...]
    coverage: float


def normal(claim: str) -> str:
    """Return a claim with single blanks and without marks of a data set."""
    return " ".join(re.sub(r"\[(?:CONTINUE|BOLD|ITALIC)\]", " ", claim).split())


def read(claim: str, grid: Grid) -> Reading:
    """Return what rules find of a claim beside a table; a claim that names nothing has no findings."""
    text = normal(claim)
    named = (*find_mentions(text, grid), *own_lines(text, grid))
    lines: frozenset[Line] = frozenset(line for mention in named for line in mention.lines)
    findings = tuple(decide(statement, grid) for statement in statements(text, grid))
    return Reading(text, named, findings, amounts(text, grid, lines), _coverage(text, grid))


def _coverage(claim: str, grid: Grid) -> float:
    own = set(content_stems(claim))
    there = set(content_stems(grid.units))
    return len(own & there) / len(own) if own else 0.0


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def _tried(reading: Reading, *kinds: str) -> list[Finding]:
    return [f for f in reading.findings if f.tried and f.statement.cue.kind in kinds]


def _signed(finding: Finding) -> float:
    return -finding.margin if finding.statement.denied else finding.margin


def _pair(reading: Reading) -> list[Finding]:
    return [f for f in _tried(reading, "compare") if f.statement.others]


def _against_all(reading: Reading) -> list[Finding]:
    return [f for f in _tried(reading, "compare") if not f.statement.others]


def _shares(findings: Sequence[Finding]) -> float:
    return _mean([2 * f.share - 1 for f in findings])


def _origins(reading: Reading, *origins: str, named: bool = True) -> float:
    found = [a for a in reading.amounts if a.origin in origins and a.named == named]
    return len(found) / len(reading.amounts) if reading.amounts else 0.0


def _flag(pattern: re.Pattern[str]) -> Callable[[Reading], float]:
    return lambda reading: float(bool(pattern.search(reading.claim)))


def _all_decided(reading: Reading) -> list[Finding]:
    return _tried(reading, "compare", "best", "alike")


def balance(reading: Reading) -> float:
    """Return how the decided statements stand on the whole, -1 to 1: those between named lines weigh most."""
    total = weight = 0.0
    for finding in reading.findings:
        if finding.tried:
            own = _WEIGHTS[finding.statement.cue.kind] * (3 if finding.statement.others else 1)
            total += own * (2 * finding.share - 1) * finding.statement.sure
            weight += own
    return total / (weight + 0.5)


FEATURES: dict[str, Callable[[Reading], float]] = {
    "balance": balance,
    "pair_share": lambda r: _shares(_pair(r)),
    "pair_margin": lambda r: _mean([_signed(f) for f in _pair(r)]),
    "all_share": lambda r: _shares(_against_all(r)),
    "all_margin": lambda r: _mean([_signed(f) for f in _against_all(r)]),
    "best_share": lambda r: _shares(_tried(r, "best")),
    "best_margin": lambda r: _mean([_signed(f) for f in _tried(r, "best")]),
    "level_share": lambda r: _shares(_tried(r, "level")),
    "alike_share": lambda r: _shares(_tried(r, "alike")),
    "least_share": lambda r: min((2 * f.share - 1 for f in _all_decided(r)), default=0.0),
    "most_share": lambda r: max((2 * f.share - 1 for f in _all_decided(r)), default=0.0),
    "decided": lambda r: min(len(_all_decided(r)), 3) / 3,
    "pairs_decided": lambda r: float(bool(_pair(r))),
    "sure": lambda r: max((f.statement.sure for f in r.findings), default=0.0),
    "cells_named": lambda r: _origins(r, "cell"),
    "derived_named": lambda r: _origins(r, "difference", "relative", "ratio", "sum"),
    "cells_elsewhere": lambda r: _origins(r, "cell", named=False),
    "numbers_unknown": lambda r: _origins(r, "none", named=False),
    "numbers_any": lambda r: float(bool(r.amounts)),
    "whole_names": lambda r: min(sum(m.score >= 0.7 for m in r.mentions), 4) / 4,
    "part_names": lambda r: min(sum(m.score < 0.7 for m in r.mentions), 4) / 4,
    "coverage": lambda r: r.coverage,
    "tested": _flag(_TESTED),
    "cause": _flag(_CAUSE),
    "method": _flag(_METHOD),
    "length": lambda r: min(len(r.claim.split()), 60) / 60,
}


def vector(reading: Reading) -> list[float]:
    """Return the features of a reading in the fixed order of `FEATURES`, each from -1 to 1."""
    return [make(reading) for make in FEATURES.values()]
