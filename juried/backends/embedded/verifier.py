"""The embedded verifier: how surely the sentences of one source support or refute a claim, or say nothing of it.

A small cross-encoder (`reader.py`) reads the claim beside the source. Linear models weigh what it says together with
the features of `features.py`: one finds the sentences that decide, one judges the source. The mean of that model's
chances and the reader's counts; for a near copy of a sentence, the model's alone. A citing statement has a model of its
own (`citing.py`). All weights are in `juried/models/verifier/weights.json`, with a model card.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from juried.backends.embedded.citing import CITING_FEATURES, citing_features
from juried.backends.embedded.features import (
    DOCUMENT_FEATURES,
    SENTENCE_FEATURES,
    Matrix,
    best_first,
    document_features,
    is_near_copy,
    sentence_features,
)
from juried.backends.embedded.rarity import MODEL_FOLDER
from juried.backends.embedded.reader import COSINE_DECIMALS, Reader, Reading, reader_fingerprint, shipped_reader
from juried.errors import ModelFileError
from juried.records.base import Record
from juried.text.citing import is_citing, plain_claim

WEIGHTS = MODEL_FOLDER / "weights.json"
MOST_DECIDING = 3
Cosines = NDArray[np.float32] | Sequence[float]


class LinearModel(Record):
    """Scores of standardised features: `((x - mean) / scale) @ weights + bias`, one column per class."""

    features: tuple[str, ...]
    mean: tuple[float, ...]
    scale: tuple[float, ...]
    weights: tuple[tuple[float, ...], ...]
    bias: tuple[float, ...]

    def scores(self, rows: Matrix) -> Matrix:
        """Return the score of each row for each class."""
        standard = (rows - np.array(self.mean)) / np.array(self.scale)
        return np.asarray(standard @ np.array(self.weights) + np.array(self.bias))


class Weights(Record):
    """The models for sentences, for sources, and for sources of citing statements.

    `decides_from` is the log-odds from which a sentence besides the best one decides. `reader` is the fingerprint of
    the reader that they were fitted beside.
    """

    reader: str
    sentence: LinearModel
    document: LinearModel
    citing: LinearModel
    decides_from: float


@dataclass(frozen=True)
class Assessment:
    """Probabilities (0 to 1, sum 1) that a source supports or refutes a claim or says nothing of it.

    `deciding` are the places of the one to three sentences that weigh most, best first.
    """

    supports: float
    refutes: float
    silent: float
    deciding: tuple[int, ...]


def read_weights(path: Path) -> Weights:
    """Read stored weights; raises ModelFileError when they are absent, damaged or made for other features."""
    try:
        weights = Weights.model_validate_json(path.read_text(encoding="utf-8"))
    except (OSError, ValidationError) as error:
        raise ModelFileError(
            f"{path.name} cannot be used: {type(error).__name__}.", concerns="verifier", advice="Install juried again."
        ) from error
    made_for = tuple(model.features for model in (weights.sentence, weights.document, weights.citing))
    if made_for != (SENTENCE_FEATURES, DOCUMENT_FEATURES, CITING_FEATURES):
        raise ModelFileError(
            f"{path.name} was made for other features.",
            concerns="verifier",
            advice="Run python -m scripts.train_verifier again.",
        )
    return weights


@lru_cache(maxsize=1)
def shipped_weights() -> Weights:
    """Return the weights that ship with juried; raises ModelFileError when they were fitted beside another reader."""
    weights = read_weights(WEIGHTS)
    if weights.reader != reader_fingerprint():
        raise ModelFileError(
            f"{WEIGHTS.name} was fitted beside another reader.onnx.",
            concerns="verifier",
            advice="Install juried again, or run python -m scripts.train_verifier.",
        )
    return weights


@dataclass(frozen=True)
class Verifier:
    """A reader with the linear models that were fitted beside it."""

    reader: Reader
    weights: Weights


@lru_cache(maxsize=1)
def shipped_verifier() -> Verifier:
    """Return the verifier that ships with juried; raises ModelFileError as `shipped_weights` does."""
    return Verifier(shipped_reader(), shipped_weights())


def assess(
    claim: str, sentences: Sequence[str], cosines: Cosines, title: str = "", verifier: Verifier | None = None
) -> Assessment:
    """Judge a claim against the sentences of one source.

    Args:
        claim: The claim; a citing statement marks its citations (`juried/text/citing.py`).
        sentences: The sentences in reading order; none gives an assessment that is silent for sure.
        cosines: The cosine of each sentence with the claim.
        title: The source's title; "" when it is not known.
        verifier: Who judges; the one that ships with juried when None.

    Raises:
        ModelFileError: The model that ships with juried is absent or damaged.
    """
    if not sentences:
        return Assessment(0.0, 0.0, 1.0, ())
    near = [round(float(value), COSINE_DECIMALS) for value in cosines]
    judge = verifier or shipped_verifier()
    return weigh(claim, sentences, near, judge.reader.read(claim, sentences, near, title), judge.weights)


def weigh(
    claim: str, sentences: Sequence[str], cosines: Sequence[float], reading: Reading, weights: Weights
) -> Assessment:
    """Return the assessment that follows from a reading of at least one sentence."""
    rows = sentence_features(plain_claim(claim), sentences, cosines, reading)
    scores = weights.sentence.scores(rows)[:, 0]
    if is_citing(claim):
        row = citing_features(claim, sentences, cosines, reading)
        silent, supports, refutes = softmax(weights.citing.scores(row[None, :]))[0]
    else:
        silent, supports, refutes = source_chances(weights.document, rows, scores, reading)
    return Assessment(float(supports), float(refutes), float(silent), deciding(scores, weights.decides_from))


def source_chances(model: LinearModel, rows: Matrix, scores: Matrix, reading: Reading) -> Matrix:
    """Return the chances (0 to 1, sum 1) for a source as a whole, in the order of `Reading`.

    They are the mean of the model's and the reader's, but for a near copy of the claim the model's alone: the reader
    does not see a changed digit, the features do.

    Args:
        model: The model for sources.
        rows: The sentence features, one row per sentence; at least one.
        scores: The sentence scores.
        reading: What the reader says.
    """
    chances = np.asarray(softmax(model.scores(document_features(rows, scores, reading)[None, :]))[0])
    if is_near_copy(rows):
        return chances
    both = chances + reading.source
    return np.asarray(both / both.sum())


def deciding(scores: Matrix, decides_from: float) -> tuple[int, ...]:
    """Return the places of the best sentence and up to two others that reach a score, best first."""
    order = best_first(scores)
    return tuple(order[:1] + [place for place in order[1:MOST_DECIDING] if scores[place] >= decides_from])


def softmax(scores: Matrix) -> Matrix:
    """Return each row as probabilities that sum to 1."""
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True))
