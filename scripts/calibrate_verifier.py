"""Fitting the calibration of the embedded verifier on the votes of its confirmer, out of fold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from juried.backends.embedded.findings import RULED_OUT, SURE
from juried.backends.embedded.judging import Embed, EmbeddedJudge
from juried.backends.embedded.reader import Reader
from juried.backends.embedded.trial import confirm, raw_percent
from juried.backends.embedded.verifier import LinearModel, Verifier
from juried.calibration import fit_calibration, told_threshold, weights_fingerprint
from juried.files import write_atomically
from juried.labelled import Pair
from juried.records.base import readable_json, sha256
from juried.tasks import ClaimVote
from scripts.verifier_fit import Models, ReadPair


@dataclass(frozen=True)
class Readers:
    """The reader that ships, trained on all labelled pairs, and for each part of the sources one that left it out."""

    shipped: Reader
    left_out: tuple[Reader, ...]

    def of(self, pair: Pair, part: int) -> Reader:
        """Return the reader that was not trained on a pair of a part: on pairs made by rule none was."""
        return self.left_out[part] if pair.kind == "scifact" else self.shipped


def votes_on(
    pairs: Sequence[ReadPair], embed: Embed, readers: Readers, without: Sequence[Models], citing: LinearModel
) -> list[ClaimVote]:
    """Return the confirmer's vote on every pair, in order.

    Args:
        pairs: The pairs, read.
        embed: The encoder.
        readers: Reader and linear models of a part's votes were not trained on labelled pairs of that part.
        without: For each part, the linear models that were fitted without it.
        citing: The model for citing statements; there are none among the pairs.
    """
    weights = [models.beside("", citing) for models in without]
    judges = [EmbeddedJudge(embed, Verifier(readers.of(item.pair, item.part), weights[item.part])) for item in pairs]
    return [confirm(judge, item.pair) for judge, item in zip(judges, pairs, strict=True)]


def told_votes(pairs: Sequence[ReadPair], votes: Sequence[ClaimVote]) -> str:
    """Return one line: how many of the confirmer's votes of support on labelled pairs are right."""
    right = [
        item.pair.label == "supports"
        for item, vote in zip(pairs, votes, strict=True)
        if item.pair.kind == "scifact" and vote.label == "supports"
    ]
    return f"{sum(right)} of {len(right)}"


def labelled_sha256(data: Path) -> str:
    """Return the hash of the SciFact train files: of the corpus's and the claims' own hashes, one a line, in order."""
    files = [data / "scifact" / name for name in ("corpus.jsonl", "claims_train.jsonl")]
    return sha256("\n".join(sha256(file.read_bytes()) for file in files))


def ruled(vote: ClaimVote) -> bool:
    """Whether a vote is as sure as the rules are of a copy, or of a copy with a clash; it never is of silence."""
    surest = {"supports": SURE, "refutes": RULED_OUT}
    return vote.label in surest and vote.probability >= surest[vote.label]


def write_calibration(out: Path, pairs: Sequence[ReadPair], votes: Sequence[ClaimVote], data_sha256: str) -> None:
    """Fit the calibration on the out-of-fold votes on labelled pairs, and on made pairs where a rule decided.

    Other made pairs are left out: their share is ours to choose, and would set the base rate.
    """
    taken = [
        (raw_percent(vote), item)
        for vote, item in zip(votes, pairs, strict=True)
        if item.pair.kind == "scifact" or ruled(vote)
    ]
    calibration = fit_calibration(
        [value for value, _ in taken],
        [item.pair.label == "supports" for _, item in taken],
        backend="embedded",
        fingerprint=weights_fingerprint(out / "weights.json"),
        data="SciFact train (human labels) and near copies of abstract sentences made by rule",
        by_people=[item.pair.kind == "scifact" for _, item in taken],
        sources=[item.pair.source for _, item in taken],
        data_sha256=data_sha256,
    )
    write_atomically(out / "calibration.json", readable_json(calibration).encode())
    print(f"calibration: n {calibration.n}, ECE {calibration.ece}, threshold {told_threshold(calibration.threshold)}")
