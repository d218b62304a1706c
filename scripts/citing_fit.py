"""Fitting the linear model that judges citing statements, on CitInt's training set."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from juried.backends.embedded.citing import CITING_FEATURES, citing_features
from juried.backends.embedded.features import Matrix
from juried.backends.embedded.judging import Embed
from juried.backends.embedded.reader import Reader
from juried.backends.embedded.verifier import LinearModel, softmax
from juried.labelled import LABELS, Pair, load_pairs
from juried.mutants import choice
from scripts.read_all import read_all
from scripts.verifier_fit import linear_model, macro_f1

PARTS = 5
PENALTIES = (5.0, 20.0)
BALANCES = (0.5, 0.6, 0.7)
_DIGITS_OF_A_STATEMENT = 3


@dataclass(frozen=True)
class Statements:
    """Citing statements as rows of `CITING_FEATURES`, with their labels and the part each cited paper belongs to."""

    rows: Matrix
    labels: tuple[str, ...]
    parts: tuple[int, ...]

    def without(self, part: int) -> Statements:
        """Return the statements of all other parts."""
        held = [place for place, own in enumerate(self.parts) if own != part]
        return Statements(
            self.rows[held], tuple(self.labels[place] for place in held), tuple(self.parts[place] for place in held)
        )


@dataclass(frozen=True)
class Fitted:
    """The model for citing statements, and its macro-F1, cross-validated over cited papers."""

    model: LinearModel
    macro_f1: float


def fit_citing(data: Path, embed: Embed, reader: Reader) -> Fitted:
    """Return the model with the best macro-F1, cross-validated over cited papers, fitted on all statements."""
    statements = read_statements(load_pairs(data, "citint", "train"), embed, reader)
    trials = []
    for penalty in PENALTIES:
        for balance in BALANCES:
            f1 = macro_f1(_out_of_fold(statements, penalty, balance), statements.labels)
            trials.append((f1, penalty, balance))
            print(f"citing: penalty {penalty}, balance {balance}: macro-F1 {f1:.3f}", flush=True)
    best, penalty, balance = max(trials)
    return Fitted(_fit(statements, penalty, balance), best)


def read_statements(pairs: Sequence[Pair], embed: Embed, reader: Reader) -> Statements:
    """Return the features of citing statements, in order; each source needs at least one sentence."""
    read = read_all(pairs, embed, lambda pair: reader)
    rows = [citing_features(item.pair.claim, item.pair.sentences, item.cosines, item.reading) for item in read]
    return Statements(np.array(rows), tuple(pair.label for pair in pairs), tuple(map(_part_of, pairs)))


def _part_of(pair: Pair) -> int:
    """Return the part that the cited paper belongs to: the last three digits count its statements."""
    return choice(pair.source[:-_DIGITS_OF_A_STATEMENT] + "citing", PARTS)


def _fit(statements: Statements, penalty: float, balance: float) -> LinearModel:
    """Fit on all statements; a label weighs as its share to the power of minus `balance`."""
    counts = Counter(statements.labels)
    shares = np.array([len(statements.labels) / (3 * counts[label]) for label in statements.labels])
    targets = np.array([[float(label == name) for name in LABELS] for label in statements.labels])
    return linear_model(CITING_FEATURES, statements.rows, targets, shares**balance, penalty)


def _out_of_fold(statements: Statements, penalty: float, balance: float) -> Matrix:
    chances = np.zeros((len(statements.labels), len(LABELS)))
    for part in range(PARTS):
        model = _fit(statements.without(part), penalty, balance)
        held = [place for place, own in enumerate(statements.parts) if own == part]
        chances[held] = softmax(model.scores(statements.rows[held]))
    return chances
