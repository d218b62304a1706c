"""A claim in prose judged against a whole table: supports, refutes or not enough information, with its chances.

Where every name and number binds to cells, a rule decides; else two small logistic regressions weigh what the rules
found: one whether the table decides the claim at all, one whether it then holds. Neither reads the claim's wording
for itself: a denial counts only as it turns a comparison round.
"""

from __future__ import annotations

import json
from functools import cache
from math import exp
from pathlib import Path

from pydantic import Field

from juried.errors import ModelFileError
from juried.records.base import Record
from juried.records.document import Table
from juried.records.verdict import Label
from juried.table_claims.features import FEATURES, Reading, normal, read
from juried.table_claims.grid import Grid, grid_of
from juried.table_claims.ruling_pairs import Ruling
from juried.table_claims.rulings import rule

FILE = Path(__file__).parents[1] / "models" / "table_claims" / "weights.json"
BINDING: tuple[str, ...] = (
    "decided", "pairs_decided", "sure", "cells_named", "derived_named", "cells_elsewhere", "numbers_unknown",
    "numbers_any", "whole_names", "part_names", "coverage", "tested", "cause", "method", "length",
)  # fmt: skip
TRUTH: tuple[str, ...] = (
    "balance", "pair_share", "pair_margin", "all_margin", "best_share", "best_margin", "level_share", "least_share",
    "most_share", "cells_named", "derived_named", "numbers_unknown",
)  # fmt: skip
_RULED = 97


class Regression(Record):
    """A logistic regression over standardised features: their names, means, spreads and weights, and the constant."""

    features: tuple[str, ...]
    means: tuple[float, ...]
    spreads: tuple[float, ...]
    weights: tuple[float, ...]
    constant: float

    def chance(self, values: dict[str, float]) -> float:
        """Return the chance of "yes", 0 to 1."""
        parts = zip(self.features, self.means, self.spreads, self.weights, strict=True)
        total = self.constant + sum(weight * (values[name] - mean) / spread for name, mean, spread, weight in parts)
        return 1 / (1 + exp(-max(-30.0, min(30.0, total))))


class TableWeights(Record):
    """The two regressions: whether a table decides a claim, and whether a claim that it decides holds."""

    decides: Regression
    holds: Regression


class TableJudgement(Record):
    """What a table says of a claim.

    Attributes:
        label: The likeliest of the three labels.
        support: P(the claim holds, given that the table decides it), in per cent.
        decides: P(the table decides the claim), in per cent.
        ruled: Whether a rule bound all of the claim, so that no model was asked.
        reason: One sentence for people.
        cells: The cells (row, column) that a rule went by; empty when none did.
    """

    label: Label
    support: int = Field(ge=0, le=100)
    decides: int = Field(ge=0, le=100)
    ruled: bool
    reason: str
    cells: tuple[tuple[int, int], ...] = ()


def judge_claim(claim: str, table: Table) -> TableJudgement:
    """Judge one claim against one table; a table without a number, or an empty claim, gives not_enough_info.

    Raises:
        ModelFileError: The shipped weights are absent or damaged.
    """
    grid = grid_of(table)
    if not grid.values or not claim.strip():
        reason = "The claim says nothing." if grid.values else "The table prints no number."
        return TableJudgement(label="not_enough_info", support=50, decides=0, ruled=True, reason=reason)
    ruling = rule(normal(claim), grid, resting=False)
    return _ruled(ruling) if ruling is not None else weigh(read(claim, grid), load_weights())


def _ruled(ruling: Ruling) -> TableJudgement:
    holds = ruling.label == "supports"
    reason = f"The cells {'bear the claim out' if holds else 'say otherwise'}: {ruling.computed}."
    support = _RULED if holds else 100 - _RULED
    return TableJudgement(
        label=ruling.label, support=support, decides=_RULED, ruled=True, reason=reason, cells=ruling.cells
    )


def weigh(reading: Reading, weights: TableWeights) -> TableJudgement:
    """Return the judgement of a reading by the two regressions."""
    values = {name: make(reading) for name, make in FEATURES.items()}
    decides, holds = weights.decides.chance(values), weights.holds.chance(values)
    chances: dict[Label, float] = {
        "supports": decides * holds, "refutes": decides * (1 - holds), "not_enough_info": 1 - decides,
    }  # fmt: skip
    label = max(chances, key=lambda name: (chances[name], name))
    tried = sum(finding.tried > 0 for finding in reading.findings)
    reason = f"{tried} of its statements could be compared with cells, which speak for it with {round(100 * holds)} %."
    return TableJudgement(
        label=label, support=round(100 * holds), decides=round(100 * decides), ruled=False, reason=reason
    )


def grid_values(claim: str, grid: Grid) -> dict[str, float]:
    """Return the features of a claim beside a grid, by name."""
    reading = read(claim, grid)
    return {name: make(reading) for name, make in FEATURES.items()}


@cache
def load_weights() -> TableWeights:
    """Return the weights that ship; raises ModelFileError when they are absent or damaged."""
    try:
        return TableWeights.model_validate(json.loads(FILE.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise ModelFileError(
            f"The weights for claims about tables cannot be read: {error}.",
            concerns=str(FILE),
            advice="Install juried again.",
        ) from error
