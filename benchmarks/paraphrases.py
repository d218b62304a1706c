"""Does a verdict hang on the wording? Claims of SciFact dev, reworded and turned round by rule.

    python -m benchmarks.paraphrases --data DATA [--show N]

DATA is the folder that holds scifact. The confirmer judges each claim beside each abstract that it cites, then its
paraphrases (the verdict should stay) and, of claims that the abstract supports, its contraries (it should not).
`--show` prints that many samples instead, chosen by hash, for reading.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from juried.backends.embedded.backend import CachedEmbedding
from juried.backends.embedded.judging import EmbeddedJudge
from juried.backends.embedded.trial import confirm, raw_percent
from juried.backends.embedded.verifier import assess
from juried.calibration import Calibration, load_calibration
from juried.contraries import contraries
from juried.encoder import MiniLM
from juried.labelled import LABELS, Pair, load_pairs
from juried.mutants import choice
from juried.paraphrases import definitions, paraphrases
from juried.records.verdict import Label

RESAMPLES = 1000


@dataclass(frozen=True)
class Reworded:
    """One rewrite of a labelled claim: its kind, whether it keeps the meaning, and the pair with the new words."""

    pair: Pair
    kind: str
    keeps: bool
    text: str


@dataclass(frozen=True)
class Outcome:
    """What was said of a claim and of its rewrite: the confirmer's label, the bare verifier's, and whether verified."""

    rewrite: Reworded
    before: tuple[Label, Label, bool]
    after: tuple[Label, Label, bool]


Verdict = tuple[Label, Label, bool]
Judge = Callable[[Pair], Verdict]
Test = Callable[[Outcome], bool]


def rewrites_of(pairs: Iterable[Pair]) -> Iterator[Reworded]:
    """Yield all paraphrases of each pair's claim, and the contraries of those that are supported."""
    for pair in pairs:
        for kind, text in paraphrases(pair.claim, definitions(pair.sentences)).items():
            yield Reworded(pair, kind, True, text)
        if pair.label == "supports":
            for contrary, text in contraries(pair.claim).items():
                yield Reworded(pair, contrary, False, text)


def judge_by(embed: CachedEmbedding, calibration: Calibration | None) -> Judge:
    """Return what judges a pair: the confirmer's vote, the most likely label of the verifier alone, and the ✓."""
    judge = EmbeddedJudge(embed)

    def verdict(pair: Pair) -> Verdict:
        vote = confirm(judge, pair)
        rows = embed([pair.claim, *pair.sentences])
        found = assess(pair.claim, pair.sentences, rows[1:] @ rows[0], pair.title)
        bare = LABELS[int(np.argmax((found.silent, found.supports, found.refutes)))]
        raw = raw_percent(vote)
        confidence = calibration.apply(raw) if calibration else raw
        threshold = calibration.threshold if calibration else 80
        return vote.label, bare, vote.label == "supports" and confidence >= threshold

    return verdict


def outcomes_of(pairs: Sequence[Pair], judge: Judge) -> list[Outcome]:
    """Return every rewrite judged beside its claim, in order; each claim is judged once."""
    known: dict[tuple[str, str], Verdict] = {}
    found = []
    for rewrite in rewrites_of(pairs):
        pair = rewrite.pair
        key = (pair.claim, pair.source)
        if key not in known:
            known[key] = judge(pair)
        found.append(Outcome(rewrite, known[key], judge(replace(pair, claim=rewrite.text))))
    return found


def line(name: str, test: Test, outcomes: Sequence[Outcome], wanted: str = "") -> str:
    """Return one row: n, the share that passes a test, its 95 % bootstrap interval over claims, and what is wanted."""
    if not outcomes:
        return f"| {name} | 0 | – | – | {wanted} |"
    by_claim: dict[str, list[bool]] = {}
    for item in outcomes:
        by_claim.setdefault(item.rewrite.pair.claim, []).append(test(item))
    sums = np.array([(sum(held), len(held)) for held in by_claim.values()], dtype=float)
    draws = np.random.default_rng(0).integers(0, len(sums), (RESAMPLES, len(sums)))
    shares = sums[draws].sum(axis=1)
    low, high = np.percentile(shares[:, 0] / shares[:, 1], [2.5, 97.5])
    share = sums[:, 0].sum() / sums[:, 1].sum()
    return f"| {name} | {len(outcomes)} | {share:.3f} | {low:.3f} to {high:.3f} | {wanted} |"


def turned_over(which: int) -> Test:
    """Return the test whether support became refutation or the other way; 0 is the confirmer, 1 the bare verifier."""
    return lambda item: {item.before[which], item.after[which]} == {"supports", "refutes"}


def changed(which: int) -> Test:
    """Return the test whether the label changed at all."""
    return lambda item: item.before[which] != item.after[which]


def report(outcomes: Sequence[Outcome]) -> list[str]:
    """Return the rows of the table."""
    same = [item for item in outcomes if item.rewrite.keeps]
    turned = [item for item in outcomes if not item.rewrite.keeps]
    lines = ["| what | n | share | 95 % interval | wanted |", "|---|---|---|---|---|"]
    for which, who in ((0, "confirmer"), (1, "bare verifier")):
        decided = [item for item in same if item.before[which] != "not_enough_info"]
        held = [item for item in turned if item.before[which] == "supports"]
        lines += [
            line(f"{who}: paraphrases, support against refutation flipped", turned_over(which), same, "at most 0.05"),
            line(f"{who}: paraphrases, any other label", changed(which), same),
            line(f"{who}: paraphrases of decided claims, flipped", turned_over(which), decided, "at most 0.05"),
            line(f"{who}: paraphrases of decided claims, any other label", changed(which), decided),
            line(f"{who}: contraries no longer supported", _not_supported(which), turned, "at least 0.70"),
            line(f"{who}: contraries refuted", _refuted(which), turned),
            line(f"{who}: contraries of claims it supports, no longer supported", _not_supported(which), held),
            line(f"{who}: contraries of claims it supports, refuted", _refuted(which), held),
        ]
    lines.append(line("contraries not verified", lambda item: not item.after[2], turned, "at least 0.70"))
    lines.append(
        line("paraphrases of verified claims still verified", lambda i: i.after[2], [i for i in same if i.before[2]])
    )
    for kind in sorted({item.rewrite.kind for item in same}):
        held = [item for item in same if item.rewrite.kind == kind]
        lines.append(line(f"confirmer: {kind}, any other label", changed(0), held))
    for kind in sorted({item.rewrite.kind for item in turned}):
        held = [item for item in turned if item.rewrite.kind == kind]
        lines.append(line(f"confirmer: contrary by {kind}, refuted", _refuted(0), held))
    return lines


def _not_supported(which: int) -> Test:
    return lambda item: item.after[which] != "supports"


def _refuted(which: int) -> Test:
    return lambda item: item.after[which] == "refutes"


def samples(pairs: Iterable[Pair], count: int) -> list[str]:
    """Return rewrites beside their claims, as many of one kind as of another as far as there are, chosen by hash."""
    by_kind: dict[str, list[Reworded]] = {}
    for item in sorted(rewrites_of(pairs), key=lambda item: choice(item.text, 2**32)):
        by_kind.setdefault(item.kind, []).append(item)
    ordered = sorted((place, kind) for kind, held in by_kind.items() for place in range(len(held)))
    chosen = [by_kind[kind][place] for place, kind in ordered[:count]]
    return [f"[{item.kind}] {item.pair.claim}\n    {item.text}" for item in chosen]


def main() -> None:
    """Print the table, or samples."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder that holds scifact")
    parser.add_argument("--show", type=int, default=0)
    given = parser.parse_args()
    pairs = load_pairs(given.data, "scifact", "dev")
    if given.show:
        print("\n".join(samples(pairs, given.show)))
        return
    embed = CachedEmbedding(MiniLM(threads=1).encode)
    print("\n".join(report(outcomes_of(pairs, judge_by(embed, load_calibration("embedded"))))))


if __name__ == "__main__":
    main()
