"""The pairs that the reader is first trained on: written from abstracts, made by rule from abstracts.

`data/written_claims.jsonl.gz` beside this file holds the written ones: a large language model read one abstract at a
time (SciFact corpus, ODC-By; ACL Anthology, CC BY) and wrote claims that it supports, their opposites, and claims that
it leaves open. No abstract that a SciFact claim of train or dev cites gives any pair, and none whose copies measure the
verifier.
"""

from __future__ import annotations

import gzip
import json
import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from juried.labelled import SPLITS, Pair, gives_copies, load_pairs, measures, read_lines
from juried.text.standalone import stand_alone
from scripts.swapped_claims import chooser, false_claims

WRITTEN = Path(__file__).resolve().parent / "data" / "written_claims.jsonl.gz"
Twins = tuple[Pair, Pair]
_CONCLUDES = re.compile(
    r"\b(conclu|suggest|demonstrat|indicat|show|find|found|result|reveal|thus|therefore|associat|signific|outperform"
    r"|improv)",
    re.I,
)
_STATES = re.compile(
    r"\b(is|are|was|were|can|may|does|do|has|have|induces?|inhibits?|promotes?|regulates?|mediates?|controls?|reduces?"
    r"|increases?|decreases?|enhances?|predicts?|requires?|activates?|suppresses?|prevents?|protects?|improves?"
    r"|impairs?|causes?|drives?|reveals?|links?|modulates?|contributes?|leads?|determines?|identifies|confers?|limits?"
    r"|supports?|affects?|alters?|triggers?|plays?|outperforms?|helps?|fails?|maintains?|directs?|facilitates?|blocks?"
    r"|restricts?|couples?|targets?|attenuates?|accelerates?|delays?|defines?|governs?|elicits?|shows?|shapes?)\b"
)
_NAMES_A_STUDY = re.compile(
    r"^(the )?(a |an )?(role|effect|effects|impact|study|analysis|review|trial|structure|meta-analysis)\b", re.I
)
_SHORT = 4
_COPIES = 0.35
_BESIDE_OTHERS = 0.12
_FEWEST = 3


@dataclass(frozen=True)
class Abstract:
    """An abstract with its sentences."""

    id: str
    title: str
    sentences: tuple[str, ...]


def load_abstracts(data: Path) -> list[Abstract]:
    """Return SciFact's abstracts that may be trained on, in the file's order.

    Those are abstracts that no claim of train or dev cites, and whose copies do not measure the verifier.
    """
    cited = {pair.source for split in SPLITS for pair in load_pairs(data, "scifact", split)}
    rows = read_lines(data / "scifact" / "corpus.jsonl")
    found = [Abstract(str(row["doc_id"]), str(row["title"]), _strings(row["abstract"])) for row in rows]
    return [item for item in found if item.id not in cited and not (gives_copies(item.id) and measures(item.id))]


def _strings(value: object) -> tuple[str, ...]:
    assert isinstance(value, list)
    return tuple(str(item) for item in value)


def near_abstracts(abstracts: Sequence[Abstract], vectors: NDArray[np.float32]) -> dict[str, list[Abstract]]:
    """Return for each abstract those most like it, from the third nearest on: about the same thing, not the same.

    `vectors` are the unit vectors of the abstracts' titles, one row each.
    """
    likeness = vectors @ vectors.T
    np.fill_diagonal(likeness, -1)
    order = np.argsort(-likeness, axis=1, kind="stable")[:, 2:15]
    return {item.id: [abstracts[at] for at in order[place]] for place, item in enumerate(abstracts)}


def rule_made(abstracts: Sequence[Abstract], near: Mapping[str, Sequence[Abstract]]) -> list[Pair]:
    """Return pairs made by rule; the abstracts' order does not change what is made of each.

    No claim is made of the abstracts of which copies are made to fit the verifier.
    """
    used = [item for item in abstracts if not gives_copies(item.id)]
    return [pair for item in used for pair in _pairs_of(item, near.get(item.id, ()))]


def _long_enough(item: Abstract) -> tuple[str, ...]:
    return tuple(text for text in item.sentences if len(text.split()) >= _SHORT)


def _pairs_of(item: Abstract, near: Sequence[Abstract]) -> list[Pair]:
    sentences, choices = _long_enough(item), chooser("pairs" + item.id)
    if len(sentences) < _FEWEST:
        return []
    made: list[Pair] = []
    title = _as_claim(item.title)
    claims = [(title, None), *_stated(sentences, choices)] if title else _stated(sentences, choices)
    for claim, place in claims:
        false = sorted(false_claims(claim).items())
        choices.shuffle(false)
        if place is None:
            made += _told(Pair(claim, item.id, sentences, "supports", (), "title"), false)
        elif choices.random() < _COPIES:
            made += _told(Pair(claim, item.id, sentences, "supports", ((place,),), "copy", item.title), false)
        elif place >= len(sentences) - 2:
            rest = (*sentences[:place], *sentences[place + 1 :])
            made += _told(Pair(claim, item.id, rest, "supports", (), "rest", item.title), false[:1])
        other = choices.choice(near) if near else None
        if other is not None and len(_long_enough(other)) >= _FEWEST:
            said = claim if choices.random() < 0.6 or not false else false[0][1]
            made.append(_silent(said, other))
    return made


def _silent(claim: str, source: Abstract) -> Pair:
    return Pair(claim, source.id, _long_enough(source), "not_enough_info", (), "near", source.title)


def beside_others(written: Sequence[Twins], near: Mapping[str, Sequence[Abstract]]) -> list[Pair]:
    """Return written claims beside an abstract like their own, silent on them: one in eight."""
    made = []
    for pair in (pair for twins in written for pair in twins if pair.label != "not_enough_info"):
        choices = chooser("beside" + pair.claim)
        if near.get(pair.source) and choices.random() < _BESIDE_OTHERS:
            other = choices.choice(near[pair.source])
            made += [_silent(pair.claim, other)] if len(_long_enough(other)) >= _FEWEST else []
    return made


def _told(true: Pair, false: Sequence[tuple[str, str]]) -> list[Pair]:
    """Return a true pair and up to two false ones made of it."""
    refuted = [replace(true, claim=text, label="refutes", kind=f"{true.kind} {change}") for change, text in false[:2]]
    return [true, *refuted]


def _stated(sentences: Sequence[str], choices: random.Random) -> list[tuple[str, int | None]]:
    """Return up to two concluding sentences of the later two thirds that can stand alone, with their places."""
    places = [at for at, text in enumerate(sentences) if at >= len(sentences) // 3 and _CONCLUDES.search(text)]
    choices.shuffle(places)
    found = [(stand_alone(sentences[at]).text, at) for at in places[:2]]
    return [(text, at) for text, at in found if text and 6 <= len(text.split()) <= 40]


def _as_claim(title: str) -> str:
    """Return a title that states something as a sentence, or ""."""
    text = title.strip().rstrip(".")
    if "?" in text or not 5 <= len(text.split()) <= 28 or _NAMES_A_STUDY.match(text):
        return ""
    text = max((part.strip() for part in text.split(":")), key=len)
    verb = _STATES.search(text)
    stated = len(text.split()) >= 5 and verb is not None and verb.start() > 0
    return text[0].upper() + text[1:] + "." if stated else ""


def load_written(abstracts: Sequence[Abstract], path: Path = WRITTEN) -> list[Twins]:
    """Return the written pairs two by two, in the file's order: a claim with its opposite, beside one abstract.

    The opposite of a supported claim is refuted; opposites may both be left open. Open claims are the easiest to tell
    and would be the most: of every other abstract's, only the first two are taken. Abstracts that are neither given nor
    told in full in the file are left out.
    """
    known = {item.id: item for item in abstracts}
    pairs: list[Twins] = []
    for at, line in enumerate(gzip.decompress(path.read_bytes()).decode().splitlines()):
        row = json.loads(line)
        source = known.get(row["id"]) or _told_in_full(row)
        if source is None:
            continue
        pairs += [_stated_twins(source, *stated) for stated in row["stated"]]
        pairs += [_open_twins(source, *claims) for claims in row["open"][: 2 - at % 2]]
    return pairs


def _told_in_full(row: dict[str, Any]) -> Abstract | None:
    return Abstract(row["id"], row["title"], tuple(row["sentences"])) if "sentences" in row else None


def _stated_twins(source: Abstract, true: str, false: str, places: Sequence[int]) -> Twins:
    pair = Pair(true, source.id, source.sentences, "supports", (tuple(places),), "written", source.title)
    return pair, replace(pair, claim=false, label="refutes")


def _open_twins(source: Abstract, first: str, second: str) -> Twins:
    pair = Pair(first, source.id, source.sentences, "not_enough_info", (), "written", source.title)
    return pair, replace(pair, claim=second)
