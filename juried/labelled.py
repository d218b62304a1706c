"""Labelled claims for fitting and measuring: SciFact, Citation-Integrity, and copies made by rule from abstracts.

A copy is a sentence of an abstract with its lead-in taken off, judged against that abstract: it is
supported. Its mutants are refuted by the abstract, and without the sentence the abstract says nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from juried.errors import UsageError
from juried.mutants import choice, mutants
from juried.records.verdict import Label
from juried.text.standalone import stand_alone

Split = Literal["train", "dev"]
SetName = Literal["scifact", "citint"]
SPLITS: tuple[Split, ...] = ("train", "dev")
LABELS: tuple[Label, ...] = ("not_enough_info", "supports", "refutes")
_LABELS: dict[str, Label] = {"SUPPORT": "supports", "CONTRADICT": "refutes", "REFUTE": "refutes"}
_CITATION_MARKS = {"<|multi_cit|>": "[this and others]", "<|other_cit|>": "[others]", "<|cit|>": "[this]"}


@dataclass(frozen=True)
class Pair:
    """A claim beside one source: its sentences in order, the label, and each group of sentences that decides it.

    `kind` says where the pair comes from: the set's name, or how it was made. `title` is the source's, or "" when it is
    not known.
    """

    claim: str
    source: str
    sentences: tuple[str, ...]
    label: Label
    evidence: tuple[tuple[int, ...], ...]
    kind: str
    title: str = ""


def read_lines(path: Path) -> list[dict[str, object]]:
    """Return the objects of a JSONL file; raises UsageError when it is absent, or names the line that is broken."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, ValueError) as error:
        raise UsageError(f"it cannot be read: {error}.", concerns=str(path), advice="Check the path.") from error
    found = []
    for number, line in enumerate(lines, 1):
        try:
            found += [json.loads(line)] if line.strip() else []
        except ValueError as error:
            raise UsageError(
                f"line {number} is no JSON: {error}.", concerns=str(path), advice="Write one JSON object per line."
            ) from error
    return found


def load_pairs(data: Path, name: SetName, split: Split) -> list[Pair]:
    """Return one pair per claim and cited source of a set, in the file's order."""
    corpus = {str(row["doc_id"]): row for row in read_lines(data / name / "corpus.jsonl")}
    pairs: list[Pair] = []
    for row in read_lines(data / name / f"claims_{split}.jsonl"):
        pairs.extend(_pairs_of(row, corpus, name))
    return pairs


def _pairs_of(row: dict[str, object], corpus: dict[str, dict[str, object]], name: str) -> Iterator[Pair]:
    evidence, cited = row["evidence"], row["cited_doc_ids"]
    assert isinstance(evidence, dict)
    assert isinstance(cited, list)
    claim = _marked(str(row["claim"]).strip())
    for source in map(str, cited):
        if source in corpus:
            groups = evidence.get(source, [])
            label: Label = _LABELS[groups[0]["label"]] if groups else "not_enough_info"
            places = tuple(tuple(group["sentences"]) for group in groups)
            yield Pair(claim, source, _sentences(corpus[source]), label, places, name, _title(corpus[source]))


def _marked(text: str) -> str:
    """Return a citing statement with its citation marks in words: which of them is the one that is tried."""
    for mark, word in _CITATION_MARKS.items():
        text = text.replace(mark, word)
    return text.replace("[[", "[").replace("]]", "]")


def _title(row: dict[str, object]) -> str:
    return str(row.get("title", ""))


def _sentences(row: dict[str, object]) -> tuple[str, ...]:
    abstract = row["abstract"]
    assert isinstance(abstract, list)
    return tuple(str(sentence) for sentence in abstract)


def made_pairs(data: Path, excluding: Iterable[str], held_out: bool) -> list[Pair]:
    """Return copies, mutants and silent pairs from SciFact abstracts that no claim of `excluding` cites.

    One abstract in four is held out, by the hash of its id; `held_out` chooses between the two parts.
    """
    cited = frozenset(excluding)
    pairs: list[Pair] = []
    for row in read_lines(data / "scifact" / "corpus.jsonl"):
        source = str(row["doc_id"])
        if source not in cited and gives_copies(source) and measures(source) == held_out:
            made = pairs_of_abstract(source, _sentences(row))
            pairs += [replace(pair, title=_title(row)) for pair in made]
    return pairs


def gives_copies(source: str) -> bool:
    """Whether copies are made of an abstract: one in four, by the hash of its id."""
    return choice(source + "use", 4) == 0


def measures(source: str) -> bool:
    """Whether the copies of an abstract measure, rather than fit: one in four, by the hash of its id."""
    return choice(source, 4) == 0


def pairs_of_abstract(source: str, sentences: tuple[str, ...]) -> list[Pair]:
    """Return the pairs of one sentence of an abstract, chosen by hash; none when no sentence can stand alone."""
    fit = [(place, claim) for place, sentence in enumerate(sentences) if (claim := stand_alone(sentence).text)]
    if not fit or len(sentences) < 3:
        return []
    place, claim = fit[choice(source + "place", len(fit))]
    rest = (*sentences[:place], *sentences[place + 1 :])
    changed = mutants(claim)
    pairs = [Pair(claim, source, sentences, "supports", ((place,),), "copy")]
    pairs += [Pair(text, source, sentences, "refutes", ((place,),), kind) for kind, text in changed.items()]
    return [*pairs, Pair(claim, source, rest, "not_enough_info", (), "silent")]
