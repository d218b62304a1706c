"""Labelled claims of a user's own: what `juried calibrate` reads, from a folder or a file.

Two forms are read. The SciFact layout is a folder with `corpus.jsonl` and `claims_train.jsonl` or `claims_dev.jsonl`.
The plain form is one or more JSONL files, one claim a line:

    {"claim": "Aspirin lowers the risk of stroke.", "evidence": "In 400 patients ...", "label": "supports"}

`evidence` is the text that the claim is judged against, or a list of its sentences; `label` is supports, refutes or
not_enough_info, as people gave it; `source` (default: the text's hash) names what the evidence is from, and `title`
is its title. Claims on one source are never split between fitting and measuring.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import cast

from juried.errors import UsageError
from juried.labelled import SetName, Split, load_pairs, read_lines
from juried.records.base import sha256
from juried.records.verdict import Label

_LABELS: Mapping[str, Label] = {
    **dict.fromkeys(("supports", "support", "supported"), "supports"),
    **dict.fromkeys(("refutes", "refute", "refuted", "contradict", "contradicts", "contradicted"), "refutes"),
    **dict.fromkeys(("not_enough_info", "not enough info", "nei", "neutral"), "not_enough_info"),
}
_FORM = 'Give one object a line: {"claim": ..., "evidence": ..., "label": "supports|refutes|not_enough_info"}.'


@dataclass(frozen=True)
class LabelledClaim:
    """A claim, the text that it is judged against with its source and title, and the label that people gave it."""

    claim: str
    source: str
    title: str
    text: str
    label: Label


@dataclass(frozen=True)
class LabelledSet:
    """Labelled claims sorted by source, text and claim; `name` is said in reports, `sha256` is over all of them."""

    name: str
    claims: tuple[LabelledClaim, ...]

    @property
    def sha256(self) -> str:
        """The hash of the claims; their order in the files is no matter."""
        return sha256(json.dumps([asdict(item) for item in self.claims], ensure_ascii=False))


def read_labelled(path: Path, split: Split = "dev") -> LabelledSet:
    """Return the labelled claims of a folder or file; equal lines count once.

    Args:
        path: A folder in the SciFact layout, a folder of JSONL files, or one such file.
        split: Which claims of the SciFact layout are taken.

    Raises:
        UsageError: There is nothing of either form, or a line is not as it should be; it names file and line.
    """
    if (path / "corpus.jsonl").exists():
        return _set(f"{path.resolve().name} {split}", _scifact(path, split))
    files = sorted(path.glob("*.jsonl")) if path.is_dir() else [path]
    if not files or not files[0].is_file():
        raise UsageError("there are no labelled claims.", concerns=str(path), advice=f"{_FORM} Files end in .jsonl.")
    return _set(path.resolve().stem, (item for file in files for item in _plain(file)))


def _set(name: str, claims: Iterator[LabelledClaim]) -> LabelledSet:
    unique = set(claims)
    return LabelledSet(name, tuple(sorted(unique, key=lambda item: (item.source, item.text, item.claim, item.label))))


def _scifact(folder: Path, split: Split) -> Iterator[LabelledClaim]:
    for pair in load_pairs(folder.resolve().parent, cast("SetName", folder.resolve().name), split):
        text = "\n\n".join(pair.sentences)
        if text.strip():
            yield LabelledClaim(pair.claim, pair.source, pair.title, text, pair.label)


def _plain(file: Path) -> Iterator[LabelledClaim]:
    for number, row in enumerate(read_lines(file), start=1):
        yield _claim(row, f"{file.name}, claim {number}")


def _claim(row: object, where: str) -> LabelledClaim:
    if not isinstance(row, dict):
        raise UsageError("a line is no object.", concerns=where, advice=_FORM)
    evidence = row.get("evidence")
    text = "\n\n".join(map(str, evidence)) if isinstance(evidence, list) else evidence
    claim, label = row.get("claim"), _LABELS.get(str(row.get("label", "")).strip().lower().replace("-", "_"))
    if not (isinstance(claim, str) and claim.strip() and isinstance(text, str) and text.strip()):
        raise UsageError("a claim or its evidence is no text, or empty.", concerns=where, advice=_FORM)
    if label is None:
        raise UsageError(f"the label {row.get('label')!r} is not known.", concerns=where, advice=_FORM)
    source = str(row.get("source") or sha256(text)[:12])
    return LabelledClaim(" ".join(claim.split()), source, str(row.get("title") or ""), text, label)
