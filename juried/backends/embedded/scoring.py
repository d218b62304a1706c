"""Scoring a report by rule, from its text alone; what only a reader can judge stays unassessed.

Three dimensions are assessed, each as the weighted mean of parts between 0 and 1, times ten. A reviewer weighs
the parts by its mandate: the confirmer what is cited, the challenger what could be wrong, the integrator what several
works say. No part is the share of verified claims.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from juried.records.report import Dimension
from juried.records.verdict import Mandate
from juried.tasks import DimensionScore, MandateReview, ReportScores, ScoreReport

_ENOUGH_WORKS = 15
_SINGLE_SOURCE = 0.6
Weights = dict[Mandate, tuple[int, ...]]


@dataclass(frozen=True)
class _Part:
    name: str
    value: float


@dataclass(frozen=True)
class _Method:
    parts: Callable[[str], list[_Part]]
    weights: Weights


def score_report(task: ScoreReport) -> ReportScores:
    """Score the dimensions asked for under each mandate, in their order."""
    reviews = (
        MandateReview(reviewer=mandate, scores=tuple(_scored(item, mandate, task.report) for item in task.dimensions))
        for mandate in task.reviewers
    )
    return ReportScores(reviews=tuple(reviews))


def _scored(dimension: Dimension, mandate: Mandate, report: str) -> DimensionScore:
    method = _METHODS.get(dimension)
    if method is None:
        return DimensionScore(
            dimension=dimension, value=None, basis="It needs a reader; no rule over the text can assess it."
        )
    parts = method.parts(report)
    weights = method.weights[mandate]
    mean = sum(w * part.value for w, part in zip(weights, parts, strict=True)) / sum(weights)
    told = ", ".join(f"{part.name} {round(100 * part.value)} %" for part in parts)
    basis = f"Weighted by the {mandate}'s mandate from the report's text: {told}."
    return DimensionScore(dimension=dimension, value=round(10 * mean), basis=basis)


def _section(report: str, name: str) -> str:
    """Return the text under the heading that ends in a name, up to the next of the same level; "" when absent."""
    match = re.search(rf"^(#+)[ \d.]*{name}\s*$", report, re.MULTILINE | re.IGNORECASE)
    if match is None:
        return ""
    level = len(match.group(1))
    following = re.search(rf"^#{{1,{level}}} ", report[match.end() :], re.MULTILINE)
    return report[match.end() : match.end() + following.start()] if following else report[match.end() :]


def _items(text: str) -> list[str]:
    return re.findall(r"^\s*(?:[-*]|\d+[.)])\s+(.+)$", text, re.MULTILINE)


def _row(report: str, name: str) -> int:
    """Return the number beside a name in a table, 0 when there is none."""
    match = re.search(rf"\|\s*{name}\s*\|\s*(\d+)", report, re.IGNORECASE)
    return int(match.group(1)) if match else 0


def _blocks(report: str) -> list[str]:
    """Return the report's claims, each with what is told of it."""
    return re.split(r"^### C\d+\s*$", _section(report, "Claims"), flags=re.MULTILINE)[1:]


def _share(blocks: list[str], pattern: str) -> float:
    return sum(re.search(pattern, block) is not None for block in blocks) / len(blocks) if blocks else 0.0


def _evidence(report: str) -> list[_Part]:
    works = len(_items(_section(report, "References")))
    included, full = _row(report, "Included"), _row(report, "Read in full text")
    return [
        _Part("works cited of the fifteen that count as enough", min(1.0, works / _ENOUGH_WORKS)),
        _Part("works read in full", full / included if included else 0.0),
        _Part("claims that another work supports", _share(_blocks(report), r"Other works: [1-9]\d* support")),
        _Part("no single source, or a banner that says so", float(_many_sources(report) or "Single source" in report)),
    ]


def _many_sources(report: str) -> bool:
    """Whether no reference is the source of over 60 % of the claims."""
    sources = [found.group(1) for block in _blocks(report) if (found := re.search(r"Source: \[(\d+)\]", block))]
    most = max((sources.count(source) for source in sources), default=0)
    return bool(sources) and most <= _SINGLE_SOURCE * len(sources)


def _disclosure(report: str) -> list[_Part]:
    blocks = _blocks(report)
    limitations = len(_items(_section(report, "Limitations")))
    return [
        _Part("of what limitations can tell, each halving what is missing", 1 - 0.5**limitations),
        _Part("claims with a confidence", _share(blocks, r"confidence \d+ %")),
        _Part("claims with a reason for their verdict", _share(blocks, r"Reason: \S")),
        _Part("a section on contradictions", float(bool(_section(report, "Contradictions")))),
    ]


def _reproducibility(report: str) -> list[_Part]:
    references = _items(_section(report, "References"))
    linked = sum(re.search(r"https?://|\bdoi\b", item, re.IGNORECASE) is not None for item in references)
    return [
        _Part("references with an address", linked / len(references) if references else 0.0),
        _Part("claims whose quote has its place in the source", _share(_blocks(report), r"characters \d+–\d+")),
        _Part("queries as sent", float("Query as sent" in report)),
        _Part("fingerprints of what answered", float("Fingerprint" in report)),
    ]


def _by_mandate(confirmer: tuple[int, ...], challenger: tuple[int, ...], integrator: tuple[int, ...]) -> Weights:
    return {"confirmer": confirmer, "challenger": challenger, "integrator": integrator}


_METHODS: dict[Dimension, _Method] = {
    "evidence_strength": _Method(_evidence, _by_mandate((5, 3, 2, 3), (3, 4, 3, 3), (3, 2, 5, 3))),
    "uncertainty_disclosure": _Method(_disclosure, _by_mandate((3, 3, 3, 1), (4, 2, 2, 2), (2, 2, 2, 4))),
    "reproducibility": _Method(_reproducibility, _by_mandate((4, 4, 1, 1), (3, 3, 2, 2), (3, 2, 3, 2))),
}
