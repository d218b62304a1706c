"""Claims about tables: SciTab, claims made from cells and their mutants, computed statements, reported statistics.

    python -m benchmarks.table_claims --data DATA [--part scitab|cells|computed|statistics]

DATA is a folder with `claims/scitab`, `papers`, `http` and `tables/tdms`. On SciTab the regressions are cross-fitted:
no claim is judged by weights that saw its paper. The rules were written with one half of the papers at hand; the
other half is shown apart. Intervals are 95 % bootstrap intervals over claims (SciTab) and Wilson intervals.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from agents.checker import check_claim
from benchmarks.figures import interval
from benchmarks.reported_statistics import CRITICAL, falsified
from benchmarks.scitab import FOLDS, TableClaim, features, fit, folds, load
from benchmarks.table_mutants import cell_claims
from benchmarks.table_sets import latex_folders, papers, scitab_documents, tdms_documents
from benchmarks.table_statements import statements_of
from juried.records.document import Document
from juried.records.verdict import Label
from juried.table_claims.judging import TableWeights
from juried.text.reported_tests import reported_tests

Judged = tuple[Label, Label, float]
Figure = Callable[[Sequence[Judged]], float]
_LABELS: tuple[Label, ...] = ("supports", "refutes", "not_enough_info")
_RESAMPLES = 1000
_SEED = "tables"
_PER_SET = 90
_TABLES = 60


def label_of(weights: TableWeights, row: dict[str, float]) -> tuple[Label, float]:
    """Return the likeliest label of a claim's features, and the chance that the claim holds if the table decides it."""
    decides, holds = weights.decides.chance(row), weights.holds.chance(row)
    chances: dict[Label, float] = {
        "supports": decides * holds, "refutes": decides * (1 - holds), "not_enough_info": 1 - decides,
    }  # fmt: skip
    return max(_LABELS, key=lambda name: chances[name]), holds


def cross_fitted(claims: Sequence[TableClaim], rows: Sequence[dict[str, float]]) -> list[Judged]:
    """Return gold label, label and chance of every claim, each by weights fitted without its fold of papers."""
    place = folds(claims)
    found: dict[int, Judged] = {}
    for fold in range(FOLDS):
        rest = [n for n in range(len(claims)) if place[n] != fold]
        weights = fit([claims[n] for n in rest], [rows[n] for n in rest])
        found |= {n: (claims[n].label, *label_of(weights, rows[n])) for n in range(len(claims)) if place[n] == fold}
    return [found[n] for n in range(len(claims))]


def macro_f1(judged: Sequence[Judged]) -> float:
    """Mean F1 of the three labels."""
    return sum(_f1(judged, label) for label in _LABELS) / len(_LABELS)


def _f1(judged: Sequence[Judged], label: Label) -> float:
    right = sum(gold == label == guess for gold, guess, _ in judged)
    either = sum(gold == label for gold, _, _ in judged) + sum(guess == label for _, guess, _ in judged)
    return 2 * right / either if either else 0.0


def support_auc(judged: Sequence[Judged]) -> float:
    """AUC of telling supported from refuted claims."""
    good = np.array([chance for gold, _, chance in judged if gold == "supports"])
    bad = np.array([chance for gold, _, chance in judged if gold == "refutes"])
    return float(np.mean((good[:, None] > bad) + 0.5 * (good[:, None] == bad))) if len(good) and len(bad) else 0.0


def _row(name: str, figure: Figure, judged: Sequence[Judged], beside: str) -> str:
    rng = np.random.default_rng(0)
    draws = [figure([judged[place] for place in rng.integers(0, len(judged), len(judged))]) for _ in range(_RESAMPLES)]
    low, high = np.percentile(draws, [2.5, 97.5])
    return f"| {name} | {len(judged)} | {figure(judged):.3f} | {low:.3f} to {high:.3f} | {beside} |"


def scitab(data: Path) -> list[str]:
    """Return the table of figures on SciTab."""
    claims = load(data / "claims" / "scitab" / "sci_tab_odd.json")
    rows = features(claims)
    judged = cross_fitted(claims, rows)
    known = [place for place, item in enumerate(claims) if item.developed]
    unseen = [place for place, item in enumerate(claims) if not item.developed]
    own = fit([claims[n] for n in known], [rows[n] for n in known])
    alone: list[Judged] = [(claims[n].label, *label_of(own, rows[n])) for n in unseen]
    parts: dict[str, Sequence[Judged]] = {
        "all, cross-fitted by paper": judged,
        "papers that rules were written on, cross-fitted": [judged[n] for n in known],
        "other papers, cross-fitted": [judged[n] for n in unseen],
        "other papers, rules and weights from the first half alone": alone,
    }
    lines = ["| SciTab | n | figure | 95 % interval | beside it |", "|---|---|---|---|---|"]
    for name, part in parts.items():
        lines.append(_row(f"macro-F1, {name}", macro_f1, part, "one label for all 0.18; required 0.42, goal 0.50"))
        lines.append(
            _row(f"AUC supports / refutes, {name}", support_auc, part, "overlap 0.55 to 0.57; required 0.62, goal 0.70")
        )
    counts = Counter((gold, guess) for gold, guess, _ in judged)
    lines += ["", "| gold | judged supports | refutes | not enough info |", "|---|---|---|---|"]
    lines += [f"| {gold} | " + " | ".join(str(counts[gold, guess]) for guess in _LABELS) + " |" for gold in _LABELS]
    return lines


def sets(data: Path) -> dict[str, list[Document]]:
    """Return the documents with tables by where they come from."""
    return {
        "LaTeX papers": [*papers(data / "papers", "latex"), *latex_folders(data / "papers/docling/latex/sources")],
        "JATS papers": [*papers(data / "papers", "jats"), *papers(data / "http", "jats")],
        "SciTab tables": scitab_documents(data / "claims/scitab/sci_tab_odd.json"),
        "TDMS tables": list(tdms_documents(data / "tables/tdms").values()),
    }


def _tally(name: str, found: Counter[tuple[str, str, Label]]) -> list[str]:
    lines = [f"| {name} | refuted | supported |", "|---|---|---|"]
    for group, kind in sorted({(group, kind) for group, kind, _ in found}):
        n = sum(found[group, kind, label] for label in _LABELS)
        refuted, supported = found[group, kind, "refutes"], found[group, kind, "supports"]
        lines.append(f"| {group}: {kind} | {interval(refuted, n)} | {interval(supported, n)} |")
    return lines


def cells(data: Path) -> list[str]:
    """Return how the checker treats claims made from cells and their mutants."""
    found: Counter[tuple[str, str, Label]] = Counter()
    for name, documents in sets(data).items():
        for item in cell_claims(documents, _PER_SET, _SEED):
            label = check_claim(item.claim, item.document).label
            group = "with its measurement" if item.typed else "as a plain sentence"
            kind = "true" if item.kind == "true" else f"mutant, {item.kind}"
            found[group, kind, label] += 1
            if item.typed:
                found[f"with its measurement, {name}", "true" if item.kind == "true" else "all mutants", label] += 1
            found[group, "all true" if item.kind == "true" else "all mutants", label] += 1
    return _tally("claims from cells (required: mutants 0.95, true at most 0.02)", found)


def computed(data: Path) -> list[str]:
    """Return how the checker treats statements computed of cells, true and false."""
    found: Counter[tuple[str, str, Label]] = Counter()
    for name, documents in sets(data).items():
        if name == "TDMS tables":
            continue
        for item in statements_of(documents, _TABLES, _SEED):
            label = check_claim(item.claim, item.document).label
            found[item.kind, f"false, {item.false_by}" if item.false_by else "true", label] += 1
            found["all", "false" if item.false_by else "true", label] += 1
    return _tally("statements computed of cells", found)


def statistics() -> list[str]:
    """Return how tests with published critical values are treated, as printed and with another p."""
    right = [reported_tests(text) for text in CRITICAL]
    wrong = [reported_tests(text) for text in falsified()]
    flagged = [sum(len(found) == 1 and found[0].consistent is False for found in part) for part in (right, wrong)]
    return [
        "| reported tests | found inconsistent |", "|---|---|",
        f"| published critical values | {interval(flagged[0], len(right))} |",
        f"| the same with another p | {interval(flagged[1], len(wrong))} |",
    ]  # fmt: skip


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--part", choices=["scitab", "cells", "computed", "statistics"])
    given = parser.parse_args()
    parts: dict[str, Callable[[], list[str]]] = {
        "scitab": lambda: scitab(given.data),
        "cells": lambda: cells(given.data),
        "computed": lambda: computed(given.data),
        "statistics": statistics,
    }
    for name, part in parts.items():
        if given.part in (None, name):
            print("\n".join(part()), end="\n\n", flush=True)


if __name__ == "__main__":
    main()
