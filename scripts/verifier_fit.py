"""Fitting the two linear models that weigh what the reader says together with the features of a pair.

This is stacking (Wolpert 1992): what the reader says of a labelled pair comes from a reader that was not trained on
the pair's part, and in cross-validation the models that judge a part were not fitted on it. The readers behind the rows
that those models are fitted on did see the part, so the cross-validated figures are not nested.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from juried.backends.embedded.features import (
    DOCUMENT_FEATURES,
    SENTENCE_FEATURES,
    Matrix,
    document_features,
    sentence_features,
)
from juried.backends.embedded.judging import Embed
from juried.backends.embedded.reader import Reader, Reading
from juried.backends.embedded.verifier import LinearModel, Weights, deciding, softmax, source_chances
from juried.labelled import LABELS, Pair
from juried.mutants import choice
from scripts.read_all import Read, read_all

PARTS = 3
PENALTIES = (40.0, 80.0, 160.0, 320.0)
MADE_WEIGHT = 0.05
LEAST = 1e-6
MOST_STEPS = 50


@dataclass(frozen=True)
class ReadPair:
    """A pair with the part of the sources it belongs to, its sentence features and what the reader says of it."""

    pair: Pair
    part: int
    rows: Matrix
    reading: Reading

    @property
    def deciding(self) -> Matrix:
        """1 for each sentence that people marked as evidence, else 0."""
        marked = {place for group in self.pair.evidence for place in group}
        return np.array([float(place in marked) for place in range(len(self.rows))])


def parts_of(pairs: Sequence[Pair]) -> dict[str, int]:
    """Return for each source the part (0 to `PARTS` - 1) that it belongs to; no claim has sources in two parts."""
    first: dict[str, str] = {pair.source: pair.source for pair in pairs}
    by_claim: dict[str, str] = {}

    def root(source: str) -> str:
        while first[source] != source:
            source = first[source]
        return source

    for pair in pairs:
        ends = sorted((root(pair.source), root(by_claim.setdefault(pair.claim, pair.source))))
        first[ends[1]] = ends[0]
    return {source: choice(root(source) + "fold", PARTS) for source in first}


def read_pairs(pairs: Sequence[Pair], embed: Embed, reader_of: Callable[[Pair, int], Reader]) -> list[ReadPair]:
    """Return all pairs read, in order; `reader_of` is told the part of a pair. Each needs at least one sentence."""
    parts = {**parts_of(pairs), **parts_of([pair for pair in pairs if pair.kind == "scifact"])}
    read = read_all(pairs, embed, lambda pair: reader_of(pair, parts[pair.source]))
    return [ReadPair(item.pair, parts[item.pair.source], _features(item), item.reading) for item in read]


def _features(item: Read) -> Matrix:
    return sentence_features(item.pair.claim, item.pair.sentences, item.cosines, item.reading)


def fit_softmax(rows: Matrix, targets: Matrix, weights: Matrix, penalty: float) -> tuple[Matrix, Matrix]:
    """Return coefficients (features by classes) and biases of a penalised softmax regression, by damped Newton steps.

    It stops when no coefficient moves by 1e-8, after 50 steps at the latest.
    """
    design = np.hstack([rows, np.ones((len(rows), 1))])
    ridge = np.full(design.shape[1], penalty, dtype=np.float64)
    ridge[-1] = 1e-3

    def cost(beta: Matrix) -> float:
        chances = np.maximum(softmax(design @ beta), 1e-300)
        missed = -(targets * np.log(chances)).sum(axis=1) @ weights
        return float(missed + (ridge[:, None] * beta**2).sum() / 2)

    beta = np.zeros((design.shape[1], targets.shape[1]))
    for _ in range(MOST_STEPS):
        step, before = _newton_step(design, targets, weights, ridge, beta), cost(beta)
        while cost(beta - step) > before and np.abs(step).max() > 1e-8:
            step = step / 2
        beta = beta - step
        if np.abs(step).max() < 1e-8:
            break
    return beta[:-1], beta[-1]


def _newton_step(design: Matrix, targets: Matrix, weights: Matrix, ridge: Matrix, beta: Matrix) -> Matrix:
    width, classes = beta.shape
    chances = softmax(design @ beta)
    gradient = design.T @ ((chances - targets) * weights[:, None]) + ridge[:, None] * beta
    hessian = np.zeros((width * classes, width * classes))
    for a in range(classes):
        for b in range(classes):
            curve = weights * chances[:, a] * (float(a == b) - chances[:, b])
            block = (design * curve[:, None]).T @ design + (np.diag(ridge) if a == b else 0.0)
            hessian[a * width : (a + 1) * width, b * width : (b + 1) * width] = block
    return np.asarray(np.linalg.solve(hessian, gradient.T.reshape(-1)).reshape(classes, width).T)


def linear_model(names: tuple[str, ...], rows: Matrix, targets: Matrix, weights: Matrix, penalty: float) -> LinearModel:
    """Fit a linear model on standardised features and round it to six significant digits."""
    mean = np.average(rows, axis=0, weights=weights)
    scale = np.sqrt(np.average((rows - mean) ** 2, axis=0, weights=weights))
    scale[scale < 1e-6] = 1.0
    coefficients, bias = fit_softmax((rows - mean) / scale, targets, weights, penalty)
    return LinearModel(
        features=names,
        mean=_short(mean),
        scale=_short(scale),
        weights=tuple(_short(row) for row in coefficients),
        bias=_short(bias),
    )


def _short(values: Matrix) -> tuple[float, ...]:
    return tuple(float(f"{value:.6g}") for value in values)


@dataclass(frozen=True)
class Models:
    """Both linear models, and the score from which a sentence besides the best one decides."""

    sentence: LinearModel
    document: LinearModel
    decides_from: float

    def beside(self, reader: str, citing: LinearModel) -> Weights:
        """Return the weights to be used beside the reader of a fingerprint, with the model for citing statements."""
        return Weights(
            reader=reader,
            sentence=self.sentence,
            document=self.document,
            citing=citing,
            decides_from=self.decides_from,
        )

    def predict(self, example: ReadPair) -> Matrix:
        """Return the three chances in the order of `LABELS`."""
        scores = self.sentence.scores(example.rows)[:, 0]
        return source_chances(self.document, example.rows, scores, example.reading)


def fit(examples: Sequence[ReadPair], penalty: float) -> Models:
    """Fit both models; classes of the human-labelled pairs weigh the same, made pairs `MADE_WEIGHT` each."""
    sentence = _fit_sentences(examples, penalty)
    scores = [sentence.scores(example.rows)[:, 0] for example in examples]
    rows = np.array([document_features(e.rows, s, e.reading) for e, s in zip(examples, scores, strict=True)])
    targets = np.array([[float(e.pair.label == name) for name in LABELS] for e in examples])
    document = linear_model(DOCUMENT_FEATURES, rows, targets, _pair_weights(examples), penalty)
    return Models(sentence, document, selection_threshold(examples, scores))


def _fit_sentences(examples: Sequence[ReadPair], penalty: float) -> LinearModel:
    rows = np.vstack([example.rows for example in examples])
    marks = np.concatenate([example.deciding for example in examples])
    weights = np.concatenate([np.full(len(e.rows), 1.0 if e.pair.kind == "scifact" else MADE_WEIGHT) for e in examples])
    model = linear_model(SENTENCE_FEATURES, rows, np.stack([marks, 1 - marks], axis=1), weights, penalty)
    # A softmax over two classes is a logistic regression on the difference of their scores.
    difference = tuple((row[0] - row[1],) for row in model.weights)
    return model.model_copy(update={"weights": difference, "bias": (model.bias[0] - model.bias[1],)})


def _pair_weights(examples: Sequence[ReadPair]) -> Matrix:
    counts = Counter(example.pair.label for example in examples if example.pair.kind == "scifact")
    total = sum(counts.values())
    return np.array([total / (3 * counts[e.pair.label]) if e.pair.kind == "scifact" else MADE_WEIGHT for e in examples])


def selection_threshold(examples: Sequence[ReadPair], scores: Sequence[Matrix]) -> float:
    """Return the score from which the second and third best sentence are taken, with the best F1 on labelled pairs."""
    told = [
        (given, set(np.flatnonzero(example.deciding)))
        for example, given in zip(examples, scores, strict=True)
        if example.pair.kind == "scifact" and example.pair.evidence
    ]
    marked = sum(len(places) for _, places in told)

    def f1(threshold: float) -> float:
        taken = [(set(deciding(given, threshold)), places) for given, places in told]
        found = sum(len(chosen) for chosen, _ in taken)
        return 2 * sum(len(chosen & places) for chosen, places in taken) / (found + marked) if told else 0.0

    return max((round(float(value), 1) for value in np.arange(-3.0, 3.0, 0.1)), key=f1)


def macro_f1(chances: Matrix, labels: Sequence[str]) -> float:
    """Return the mean F1 of the three classes."""
    guesses = [LABELS[int(place)] for place in chances.argmax(axis=1)]
    shares = []
    for name in LABELS:
        right = sum(g == name == label for g, label in zip(guesses, labels, strict=True))
        either = sum(g == name for g in guesses) + sum(label == name for label in labels)
        shares.append(2 * right / either if either else 0.0)
    return sum(shares) / len(shares)


@dataclass(frozen=True)
class Chosen:
    """A penalty, log loss and macro-F1 on labelled pairs, and for each part the models that were fitted without it."""

    log_loss: float
    macro_f1: float
    penalty: float
    without: tuple[Models, ...]


def choose(examples: Sequence[ReadPair]) -> Chosen:
    """Return the penalty with the lowest cross-validated log loss on labelled pairs.

    Macro-F1 rises and falls by chance from one penalty to the next, and does not tell a sure model from an unsure one.
    """
    trials = [_tried(examples, penalty) for penalty in PENALTIES]
    for trial in trials:
        print(f"penalty {trial.penalty}: log loss {trial.log_loss:.4f}, macro-F1 {trial.macro_f1:.3f}", flush=True)
    return min(trials, key=lambda trial: trial.log_loss)


def _tried(examples: Sequence[ReadPair], penalty: float) -> Chosen:
    without = tuple(fit([item for item in examples if item.part != part], penalty) for part in range(PARTS))
    human = [item for item in examples if item.pair.kind == "scifact"]
    chances = np.array([without[item.part].predict(item) for item in human])
    labels = [item.pair.label for item in human]
    told = chances[np.arange(len(labels)), [LABELS.index(label) for label in labels]]
    return Chosen(float(-np.log(np.maximum(told, LEAST)).mean()), macro_f1(chances, labels), penalty, without)
