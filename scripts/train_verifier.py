"""Fit the embedded verifier and its calibration on labelled claims; the same data give the same bytes.

    python scripts/train_verifier.py --data PATH --out juried/models/verifier

PATH holds the folder scifact; the reader of `train_reader.py` must be in its place. The strength of the penalty and
the weights of the made pairs are chosen by cross-validation over the sources of the training set; the dev set is only
reported on.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from juried.backends.embedded.backend import CachedEmbedding
from juried.backends.embedded.features import (
    DOCUMENT_FEATURES,
    SENTENCE_FEATURES,
    Matrix,
    document_features,
    sentence_features,
)
from juried.backends.embedded.findings import SURE
from juried.backends.embedded.judging import Embed, EmbeddedJudge
from juried.backends.embedded.reader import Reader, Reading, reader_fingerprint, shipped_reader
from juried.backends.embedded.trial import confirm, raw_percent
from juried.backends.embedded.verifier import LinearModel, Weights, softmax
from juried.calibration import fit_calibration, told_threshold, weights_fingerprint
from juried.encoder import MiniLM
from juried.files import write_atomically
from juried.labelled import Pair, load_pairs, made_pairs
from juried.mutants import choice
from juried.records.base import readable_json, sha256
from juried.text.words import content_stems

CLASSES = ("not_enough_info", "supports", "refutes")
FOLDS = 5
PENALTIES = (20.0, 40.0)
MADE_WEIGHTS = (0.05, 0.1)
FEWEST_ABSTRACTS = 4
RULED_OUT = 4


@dataclass(frozen=True)
class Example:
    """A pair with its sentence features and what the reader says of it."""

    pair: Pair
    rows: Matrix
    reading: Reading

    @property
    def deciding(self) -> Matrix:
        """1 for each sentence that people marked as evidence, else 0."""
        marked = {place for group in self.pair.evidence for place in group}
        return np.array([float(place in marked) for place in range(len(self.rows))])


def examples_of(pairs: Sequence[Pair], embed: Embed, reader: Reader) -> list[Example]:
    """Return the examples of all pairs; each text is embedded once."""
    texts = sorted({text for pair in pairs for text in (pair.claim, *pair.sentences)})
    vectors = dict(zip(texts, embed(texts), strict=True))
    made = []
    for pair in pairs:
        cosines = [float(vectors[text] @ vectors[pair.claim]) for text in pair.sentences]
        reading = reader.read(pair.claim, pair.sentences, cosines)
        made.append(Example(pair, sentence_features(pair.claim, pair.sentences, cosines, reading), reading))
    return made


def fit_softmax(rows: Matrix, targets: Matrix, weights: Matrix, penalty: float) -> tuple[Matrix, Matrix]:
    """Return coefficients (features by classes) and biases of a penalised softmax regression, by Newton's method."""
    count, width, classes = len(rows), rows.shape[1] + 1, targets.shape[1]
    design = np.hstack([rows, np.ones((count, 1))])
    ridge = np.full(width, penalty)
    ridge[-1] = 1e-3
    beta = np.zeros((width, classes))
    for _ in range(30):
        chances = softmax(design @ beta)
        gradient = design.T @ ((chances - targets) * weights[:, None]) + ridge[:, None] * beta
        hessian = np.zeros((width * classes, width * classes))
        for a in range(classes):
            for b in range(classes):
                curve = weights * chances[:, a] * (float(a == b) - chances[:, b])
                block = (design * curve[:, None]).T @ design + (np.diag(ridge) if a == b else 0.0)
                hessian[a * width : (a + 1) * width, b * width : (b + 1) * width] = block
        step = np.linalg.solve(hessian, gradient.T.reshape(-1)).reshape(classes, width).T
        beta -= step
        if np.abs(step).max() < 1e-8:
            break
    return beta[:-1], beta[-1]


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


def fit(examples: Sequence[Example], penalty: float, made_weight: float) -> Weights:
    """Fit both models; classes of the human-labelled pairs weigh the same, made pairs `made_weight` each."""
    sentence = _fit_sentences(examples, penalty, made_weight)
    scores = [sentence.scores(example.rows)[:, 0] for example in examples]
    rows = np.array([document_features(e.rows, s, e.reading) for e, s in zip(examples, scores, strict=True)])
    targets = np.array([[float(e.pair.label == name) for name in CLASSES] for e in examples])
    document = linear_model(DOCUMENT_FEATURES, rows, targets, _pair_weights(examples, made_weight), penalty)
    return Weights(
        reader=reader_fingerprint(), sentence=sentence, document=document, decides_from=_decides_from(examples, scores)
    )


def _fit_sentences(examples: Sequence[Example], penalty: float, made_weight: float) -> LinearModel:
    rows = np.vstack([example.rows for example in examples])
    marks = np.concatenate([example.deciding for example in examples])
    weights = np.concatenate([np.full(len(e.rows), 1.0 if e.pair.kind == "scifact" else made_weight) for e in examples])
    model = linear_model(SENTENCE_FEATURES, rows, np.stack([marks, 1 - marks], axis=1), weights, penalty)
    # A softmax over two classes is a logistic regression on the difference of their scores.
    difference = tuple((row[0] - row[1],) for row in model.weights)
    return model.model_copy(update={"weights": difference, "bias": (model.bias[0] - model.bias[1],)})


def _pair_weights(examples: Sequence[Example], made_weight: float) -> Matrix:
    counts = Counter(example.pair.label for example in examples if example.pair.kind == "scifact")
    total = sum(counts.values())
    return np.array([total / (3 * counts[e.pair.label]) if e.pair.kind == "scifact" else made_weight for e in examples])


def _decides_from(examples: Sequence[Example], scores: Sequence[Matrix]) -> float:
    """Return the score from which the second and third best sentence are taken, with the best F1 on labelled pairs."""
    taken = [
        (float(score), bool(mark))
        for example, given in zip(examples, scores, strict=True)
        if example.pair.kind == "scifact" and example.pair.evidence
        for score, mark in zip(given, example.deciding, strict=True)
    ]
    marked = sum(mark for _, mark in taken)
    best, best_f1 = 0.0, -1.0
    for threshold in np.arange(-3.0, 3.0, 0.1):
        held = [mark for score, mark in taken if score >= threshold]
        f1 = 2 * sum(held) / (len(held) + marked) if held else 0.0
        if f1 > best_f1:
            best, best_f1 = round(float(threshold), 1), f1
    return best


def predict(weights: Weights, example: Example) -> Matrix:
    """Return the three chances in the order of `CLASSES`."""
    scores = weights.sentence.scores(example.rows)[:, 0]
    return np.asarray(
        softmax(weights.document.scores(document_features(example.rows, scores, example.reading)[None, :]))[0]
    )


def out_of_fold(examples: Sequence[Example], penalty: float, made_weight: float) -> Matrix:
    """Return chances for every example by models that saw no pair of the same source."""
    folds = fold_of(examples)
    chances = np.zeros((len(examples), 3))
    for fold in range(FOLDS):
        weights = fit([e for e, f in zip(examples, folds, strict=True) if f != fold], penalty, made_weight)
        for place, example in enumerate(examples):
            if folds[place] == fold:
                chances[place] = predict(weights, example)
    return chances


def macro_f1(chances: Matrix, labels: Sequence[str]) -> float:
    """Return the mean F1 of the three classes."""
    guesses = [CLASSES[int(place)] for place in chances.argmax(axis=1)]
    shares = []
    for name in CLASSES:
        right = sum(g == name == label for g, label in zip(guesses, labels, strict=True))
        either = sum(g == name for g in guesses) + sum(label == name for label in labels)
        shares.append(2 * right / either if either else 0.0)
    return sum(shares) / len(shares)


def raw_percents(examples: Sequence[Example], embed: Embed, penalty: float, made_weight: float) -> list[int]:
    """Return the raw per cent supported of every example, as the panel takes it from the confirmer's vote.

    The verifier in that confirmer saw no pair of the same source.
    """
    folds = fold_of(examples)
    raw = [0] * len(examples)
    for fold in range(FOLDS):
        weights = fit([e for e, f in zip(examples, folds, strict=True) if f != fold], penalty, made_weight)
        judge = EmbeddedJudge(embed, weights)
        for place, example in enumerate(examples):
            if folds[place] == fold:
                raw[place] = raw_percent(confirm(judge, example.pair))
    return raw


def fold_of(examples: Sequence[Example]) -> list[int]:
    """Return the fold of each example, by its source."""
    return [choice(example.pair.source + "fold", FOLDS) for example in examples]


def write_rarity(data: Path, out: Path) -> None:
    """Write in how many SciFact abstracts each stem occurs."""
    counts: Counter[str] = Counter()
    lines = (data / "scifact" / "corpus.jsonl").read_text(encoding="utf-8").splitlines()
    for line in lines:
        row = json.loads(line)
        counts.update(set(content_stems(" ".join([row["title"], *row["abstract"]]))))
    kept = {item: count for item, count in sorted(counts.items()) if count >= FEWEST_ABSTRACTS}
    content = json.dumps({"abstracts": len(lines), "counts": kept}, ensure_ascii=False, separators=(",", ":"))
    write_atomically(out / "rarity.json", content.encode())


def main() -> None:
    """Write rarity.json, weights.json and calibration.json, and print what was chosen."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder that holds scifact")
    parser.add_argument("--out", type=Path, required=True, help="folder to write to")
    given = parser.parse_args()
    write_rarity(given.data, given.out)
    labelled = load_pairs(given.data, "scifact", "train")
    cited = [pair.source for split in ("train", "dev") for pair in load_pairs(given.data, "scifact", split)]
    embed = CachedEmbedding(MiniLM().encode)
    examples = examples_of([*labelled, *made_pairs(given.data, cited, held_out=False)], embed, shipped_reader())
    penalty, made_weight = choose(examples)
    write_atomically(given.out / "weights.json", readable_json(fit(examples, penalty, made_weight)).encode())
    raw = raw_percents(examples, embed, penalty, made_weight)
    write_calibration(given.out, examples, raw, labelled_sha256(given.data))


def choose(examples: Sequence[Example]) -> tuple[float, float]:
    """Return the penalty and the weight of made pairs with the best cross-validated macro-F1 on labelled pairs."""
    human = [place for place, example in enumerate(examples) if example.pair.kind == "scifact"]
    labels = [examples[place].pair.label for place in human]
    trials = []
    for penalty in PENALTIES:
        for made_weight in MADE_WEIGHTS:
            f1 = macro_f1(out_of_fold(examples, penalty, made_weight)[human], labels)
            trials.append((f1, penalty, made_weight))
            print(f"penalty {penalty}, made pairs {made_weight}: macro-F1 {f1:.3f}", flush=True)
    return max(trials)[1:]


def labelled_sha256(data: Path) -> str:
    """Return the hash of the SciFact train files: of the corpus's and the claims' own hashes, one a line, in order."""
    files = [data / "scifact" / name for name in ("corpus.jsonl", "claims_train.jsonl")]
    return sha256("\n".join(sha256(file.read_bytes()) for file in files))


def write_calibration(out: Path, examples: Sequence[Example], raw: Sequence[int], data_sha256: str) -> None:
    """Fit the calibration on the out-of-fold values of labelled pairs, and of made pairs that a rule decided.

    Made pairs that the model decided are left out: their share is ours to choose, and would set the base rate.
    """
    taken = [
        (value, example)
        for value, example in zip(raw, examples, strict=True)
        if example.pair.kind == "scifact" or value >= SURE or value <= RULED_OUT
    ]
    calibration = fit_calibration(
        [value for value, _ in taken],
        [example.pair.label == "supports" for _, example in taken],
        backend="embedded",
        fingerprint=weights_fingerprint(out / "weights.json"),
        data="SciFact train (human labels) and near copies of abstract sentences made by rule",
        by_people=[example.pair.kind == "scifact" for _, example in taken],
        sources=[example.pair.source for _, example in taken],
        data_sha256=data_sha256,
    )
    write_atomically(out / "calibration.json", readable_json(calibration).encode())
    print(f"calibration: n {calibration.n}, ECE {calibration.ece}, threshold {told_threshold(calibration.threshold)}")


if __name__ == "__main__":
    main()
