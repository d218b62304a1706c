"""SciTab for fitting and measuring: claims with their tables and labels, halves and folds by paper."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.table_sets import scitab_document
from juried.mutants import choice
from juried.records.base import sha256
from juried.records.document import Table
from juried.records.verdict import Label
from juried.table_claims.grid import grid_of
from juried.table_claims.judging import BINDING, TRUTH, Regression, TableWeights, grid_values

LABELS: dict[str, Label] = {"supports": "supports", "refutes": "refutes", "not enough info": "not_enough_info"}
FOLDS = 10
# Chosen on the half of the papers that the rules were developed on.
PENALTIES = (10.0, 100.0)
Vector = npt.NDArray[np.float64]


@dataclass(frozen=True)
class TableClaim:
    """A labelled claim beside its table; `developed` says that its paper is of the half that rules were written on."""

    claim: str
    table: Table
    label: Label
    paper: str

    @property
    def developed(self) -> bool:
        """Whether the rules were developed with this paper at hand."""
        return int(sha256(self.paper.encode()), 16) % 2 == 0


def load(path: Path) -> list[TableClaim]:
    """Return the claims of SciTab in the order of the file."""
    rows = json.loads(path.read_text(encoding="utf-8"))
    tables: dict[str, Table] = {}
    found = []
    for row in rows:
        key = json.dumps([row["paper"], row["table_caption"], row["table_content_values"]])
        table = tables.setdefault(key, scitab_document(row).tables[0])
        found.append(TableClaim(str(row["claim"]), table, LABELS[row["label"]], str(row["paper_id"])))
    return found


def features(claims: Sequence[TableClaim]) -> list[dict[str, float]]:
    """Return the features of every claim."""
    return [grid_values(item.claim, grid_of(item.table)) for item in claims]


def fit(claims: Sequence[TableClaim], rows: Sequence[dict[str, float]]) -> TableWeights:
    """Fit both regressions: on all claims whether the table decides, on the decided ones whether they hold."""
    decided = [item.label != "not_enough_info" for item in claims]
    kept = [place for place, held in enumerate(decided) if held]
    return TableWeights(
        decides=_fit(BINDING, rows, decided, PENALTIES[0]),
        holds=_fit(TRUTH, [rows[p] for p in kept], [claims[p].label == "supports" for p in kept], PENALTIES[1]),
    )


def _fit(names: Sequence[str], rows: Sequence[dict[str, float]], right: Sequence[bool], penalty: float) -> Regression:
    """Fit one regression by Newton's method; the constant is not penalised."""
    values: Vector = np.array([[row[name] for name in names] for row in rows])
    means, spreads = values.mean(axis=0), values.std(axis=0) + 1e-6
    held: Vector = np.column_stack([(values - means) / spreads, np.ones(len(rows))])
    wanted, weights = np.array(right, dtype=np.float64), np.zeros(len(names) + 1)
    ridge = np.append(np.full(len(names), penalty), 1e-6)
    for _ in range(30):
        chance = 1 / (1 + np.exp(-held @ weights))
        slope = held.T @ (chance - wanted) + ridge * weights
        bend = (held * (chance * (1 - chance))[:, None]).T @ held + np.diag(ridge)
        weights = weights - np.linalg.solve(bend, slope)
    rounded = [tuple(round(float(value), 6) for value in part) for part in (means, spreads, weights[:-1])]
    return Regression(
        features=tuple(names),
        means=rounded[0],
        spreads=rounded[1],
        weights=rounded[2],
        constant=round(float(weights[-1]), 6),
    )


def folds(claims: Sequence[TableClaim]) -> list[int]:
    """Return the fold of every claim, by the hash of its paper."""
    return [choice(f"fold {item.paper}", FOLDS) for item in claims]
