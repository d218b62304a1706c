"""The embedded verifier on labelled claims: `python -m benchmarks.verifier --data PATH`.

PATH holds scifact (dev: reported, never fitted on) and, if there, citint. Intervals are 95 % bootstrap
intervals over pairs. The anchors are other systems on SciFact dev with cited abstracts.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from juried.backends.embedded.backend import CachedEmbedding
from juried.backends.embedded.judging import EmbeddedJudge
from juried.backends.embedded.trial import confirm, raw_percent
from juried.backends.embedded.verifier import Assessment, Verifier, assess, shipped_verifier
from juried.calibration import Calibration, expected_calibration_error, load_calibration
from juried.encoder import MiniLM
from juried.labelled import LABELS, SPLITS, Pair, load_pairs, made_pairs
from juried.records.verdict import Label
from juried.text.citing import plain_claim

RESAMPLES = 1000
Figure = Callable[[Sequence["Judged"]], float]


@dataclass(frozen=True)
class Judged:
    """A labelled pair with the verifier's assessment, the confirmer's vote and its calibrated per cent supported."""

    pair: Pair
    assessment: Assessment
    confidence: int
    vote: Label

    @property
    def guess(self) -> Label:
        """The label with the highest chance."""
        chances = (self.assessment.silent, self.assessment.supports, self.assessment.refutes)
        return LABELS[int(np.argmax(chances))]


@dataclass(frozen=True)
class Measured:
    """What is measured: a verifier with its calibration, None when it has none, and the encoder beside it."""

    verifier: Verifier
    calibration: Calibration | None
    embed: CachedEmbedding


def judge_pairs(pairs: Sequence[Pair], measured: Measured) -> list[Judged]:
    """Return all pairs judged, in order."""
    embed, calibration = measured.embed, measured.calibration
    judge = EmbeddedJudge(embed, measured.verifier)
    judged = []
    for pair in pairs:
        rows = embed([plain_claim(pair.claim), *pair.sentences])
        vote = confirm(judge, pair)
        raw = raw_percent(vote)
        confidence = calibration.apply(raw) if calibration else raw
        judged.append(
            Judged(
                pair,
                assess(pair.claim, pair.sentences, rows[1:] @ rows[0], pair.title, measured.verifier),
                confidence,
                vote.label,
            )
        )
    return judged


def cpu_seconds(pairs: Sequence[Pair], measured: Measured) -> float:
    """Return the CPU seconds that the confirmer takes to judge all pairs once, embedding and reading included."""
    judge = EmbeddedJudge(measured.embed, measured.verifier)
    began = time.process_time()
    for pair in pairs:
        confirm(judge, pair)
    return time.process_time() - began


def f1_of(label: Label) -> Figure:
    """Return the figure that measures the F1 of one label."""

    def figure(judged: Sequence[Judged]) -> float:
        right = sum(item.guess == label == item.pair.label for item in judged)
        either = sum(item.guess == label for item in judged) + sum(item.pair.label == label for item in judged)
        return 2 * right / either if either else 0.0

    return figure


def macro_f1(judged: Sequence[Judged]) -> float:
    """Mean F1 of the three labels."""
    return sum(f1_of(label)(judged) for label in LABELS) / len(LABELS)


def selection_and_label_f1(judged: Sequence[Judged]) -> float:
    """F1 over evidence sentences (SciFact's sentence selection + label).

    A sentence is right when the label is, and all sentences of an evidence group that holds it were chosen.
    """
    right = chosen = wanted = 0
    for item in judged:
        groups = [set(group) for group in item.pair.evidence]
        wanted += sum(len(group) for group in groups)
        if item.guess == "not_enough_info":
            continue
        places = set(item.assessment.deciding)
        chosen += len(places)
        whole = set().union(*(group for group in groups if group <= places))
        right += len(places & whole) if item.guess == item.pair.label else 0
    return 2 * right / (chosen + wanted) if chosen + wanted else 0.0


def support_or_refute(judged: Sequence[Judged]) -> float:
    """AUROC of telling supported from refuted among pairs that are one of the two."""
    held = [item for item in judged if item.pair.label != "not_enough_info"]
    scores = [item.assessment.supports / (item.assessment.supports + item.assessment.refutes) for item in held]
    good = [score for score, item in zip(scores, held, strict=True) if item.pair.label == "supports"]
    bad = [score for score, item in zip(scores, held, strict=True) if item.pair.label == "refutes"]
    wins = sum((g > b) + 0.5 * (g == b) for g in good for b in bad)
    return wins / (len(good) * len(bad)) if good and bad else 0.0


def calibration_error(judged: Sequence[Judged]) -> float:
    """ECE of the confirmer's calibrated confidence, 15 bins."""
    return expected_calibration_error([item.confidence for item in judged], [_supported(item) for item in judged])


def _supported(item: Judged) -> bool:
    return item.pair.label == "supports"


def share(test: Callable[[Judged], bool]) -> Figure:
    """Return the figure that measures how many pairs pass a test."""
    return lambda judged: sum(map(test, judged)) / len(judged) if judged else 0.0


def interval(figure: Figure, judged: Sequence[Judged]) -> tuple[float, float]:
    """Return the 95 % bootstrap interval of a figure, with a fixed seed."""
    rng = np.random.default_rng(0)
    draws = (rng.integers(0, len(judged), len(judged)) for _ in range(RESAMPLES))
    values = [figure([judged[place] for place in draw]) for draw in draws]
    low, high = np.percentile(values, [2.5, 97.5])
    return float(low), float(high)


def line(name: str, figure: Figure, judged: Sequence[Judged], anchor: str = "") -> list[str]:
    """Return one row of the table; none for less than two pairs, which have no interval."""
    if len(judged) < 2:
        return []
    low, high = interval(figure, judged)
    return [f"| {name} | {len(judged)} | {figure(judged):.3f} | {low:.3f} to {high:.3f} | {anchor} |"]


def rows_of_set(name: str, judged: Sequence[Judged], anchors: dict[str, str]) -> list[str]:
    """Return the rows of one labelled set."""
    return [
        *line(f"{name}, macro-F1", macro_f1, judged, anchors.get("macro", "")),
        *(row for label in LABELS for row in line(f"{name}, F1 {label}", f1_of(label), judged)),
        *line(f"{name}, sentence selection + label F1", selection_and_label_f1, judged, anchors.get("selection", "")),
        *line(f"{name}, AUROC support/refute", support_or_refute, judged),
        *line(f"{name}, ECE of the confidence", calibration_error, judged, anchors.get("ece", "")),
    ]


def rows_of_copies(judged: Sequence[Judged]) -> list[str]:
    """Return how the confirmer and the bare verifier treat copies, mutants and silent sources."""
    copies = [item for item in judged if item.pair.kind == "copy"]
    silent = [item for item in judged if item.pair.kind == "silent"]
    rows = line("copies with confidence of 90 % or more", share(lambda item: item.confidence >= 90), copies, "all")
    rows += line("copies with P(supports) of 0.9 or more", share(lambda i: i.assessment.supports >= 0.9), copies, "all")
    for kind in sorted({item.pair.kind for item in judged} - {"copy", "silent"}):
        held = [item for item in judged if item.pair.kind == kind]
        rows += line(f"mutant {kind}, confidence below 50 %", share(lambda item: item.confidence < 50), held, "all")
        rows += line(f"mutant {kind}, P(supports) below 0.5", share(lambda i: i.assessment.supports < 0.5), held)
    rows += line("silent sources, confidence below 50 %", share(lambda item: item.confidence < 50), silent, "all")
    rows += line("silent sources, vote is not_enough_info", share(_abstains), silent, "all")
    return rows + line("silent sources judged not_enough_info by the bare verifier", share(_silent), silent)


def _abstains(item: Judged) -> bool:
    return item.vote == "not_enough_info"


def _silent(item: Judged) -> bool:
    return item.guess == "not_enough_info"


def table(data: Path, measured: Measured) -> list[str]:
    """Return the table of a verifier, line by line; `data` holds scifact and, if there, citint."""
    dev = judge_pairs(load_pairs(data, "scifact", "dev"), measured)
    seen = {pair.source for pair in load_pairs(data, "scifact", "train")}
    anchors = {"macro": "rules 0.58, features 0.62, fine-tuned 0.635", "selection": "0.35", "ece": "0.05"}
    rows = ["| what | n | figure | 95 % interval | to beat |", "|---|---|---|---|---|"]
    rows += rows_of_set("SciFact dev", dev, anchors)
    unseen = [item for item in dev if item.pair.source not in seen]
    rows += line("SciFact dev, abstracts that no training claim cites, macro-F1", macro_f1, unseen)
    if (data / "citint" / "corpus.jsonl").exists():
        rows += rows_of_set("CitInt dev", judge_pairs(load_pairs(data, "citint", "dev"), measured), {})
    cited = [pair.source for split in SPLITS for pair in load_pairs(data, "scifact", split)]
    return rows + rows_of_copies(judge_pairs(made_pairs(data, cited, held_out=True), measured))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder that holds scifact and, if there, citint")
    data = parser.parse_args().data
    measured = Measured(shipped_verifier(), load_calibration("embedded"), CachedEmbedding(MiniLM(threads=1).encode))
    dev = load_pairs(data, "scifact", "dev")
    spent = cpu_seconds(dev, measured)
    rows = table(data, measured)
    rows.append(f"| pairs per CPU second, embedding included | {len(dev)} | {len(dev) / spent:.1f} | | 10 |")
    print("\n".join(rows))


if __name__ == "__main__":
    main()
