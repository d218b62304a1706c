"""What the verifier looks at: a claim beside each sentence of its evidence, then the evidence as a whole.

Every feature is a plain number whose name says what it is, so that the weights can be read. Overlaps
are weighted by how rare a stem is in scholarly abstracts.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from juried.backends.embedded.rarity import covered
from juried.backends.embedded.reader import Reading
from juried.text.alignment import Alignment, align
from juried.text.conflicts import find_conflict, find_overreach, states_number
from juried.text.numbers import find_numbers, quantities
from juried.text.polarity import (
    associative,
    causal,
    clauses,
    direction,
    hedges,
    negations,
    opposite,
    relation_sign,
    states_nothing,
    universals,
)
from juried.text.words import content_stems, names, stem, words

Matrix = NDArray[np.float64]
_LEAST = 1e-3
_CONCLUDES = ("conclu", "suggest", "demonstrat", "indicat", "find", "result", "show", "signific", "associ", "reveal")

SENTENCE_FEATURES = (
    "covered",
    "covering",
    "cosine",
    "kept",
    "bigrams",
    "cosine_lead",
    "covered_lead",
    "copy",
    "copy_conflict",
    "copy_overreach",
    "numbers_stated",
    "numbers_missing",
    "negation_differs",
    "negation_differs_covered",
    "same_direction",
    "opposite_direction",
    "opposite_covered",
    "opposite_aligned",
    "sign_differs",
    "sign_differs_covered",
    "clause_sign_differs",
    "clause_sign_agrees",
    "only_source_null",
    "only_claim_null",
    "both_null",
    "names_covered",
    "names_missing",
    "hedged",
    "causal_from_association",
    "universal_added",
    "concludes",
    "position",
    "last",
    "length",
    "claim_length",
    "claim_negates",
    "claim_direction",
    "read_deciding",
    "read_supporting",
)


def sentence_features(claim: str, sentences: Sequence[str], cosines: Sequence[float], reading: Reading) -> Matrix:
    """Return one row of `SENTENCE_FEATURES` per sentence, in order.

    Args:
        claim: The claim.
        sentences: The sentences of one source, in reading order.
        cosines: The cosine of each sentence with the claim.
        reading: What the reader says of the source and its sentences.
    """
    wanted = content_stems(claim)
    shares = [covered(wanted, content_stems(sentence)) for sentence in sentences]
    rows = []
    for place, sentence in enumerate(sentences):
        lead = (cosines[place] - max(cosines), shares[place] - max(shares))
        rows.append(
            [
                *_overlap(claim, sentence, cosines[place], lead),
                *_numbers(claim, sentence),
                *_polarity(claim, sentence, shares[place]),
                *_place(sentence, place, len(sentences)),
                *_claim(claim),
                *log_odds(reading.sentences[place]),
            ]
        )
    return np.array(rows, dtype=np.float64).reshape(len(sentences), len(SENTENCE_FEATURES))


def _overlap(claim: str, sentence: str, cosine: float, lead: tuple[float, float]) -> list[float]:
    wanted, held = content_stems(claim), content_stems(sentence)
    alignment = align(claim, sentence)
    copy = float(alignment.kept >= 0.9)
    conflict = alignment.near_copy and find_conflict(claim, sentence) is not None
    overreach = alignment.near_copy and find_overreach(claim, sentence) is not None
    return [
        covered(wanted, held),
        covered(held, wanted),
        cosine,
        alignment.kept,
        _shared_bigrams(wanted, held),
        *lead,
        copy * float(not conflict),
        float(conflict),
        float(overreach),
    ]


def _shared_bigrams(wanted: Sequence[str], held: Sequence[str]) -> float:
    mine = set(pairwise(wanted))
    theirs = set(pairwise(held))
    return len(mine & theirs) / len(mine) if mine else 0.0


def _numbers(claim: str, sentence: str) -> list[float]:
    mine, theirs = quantities(claim), find_numbers(sentence)
    if not mine:
        return [0.0, 0.0]
    stated = sum(any(states_number(source, number, claim) for source in theirs) for number in mine) / len(mine)
    rivals = any(source.kind == "quantity" for source in theirs)
    return [stated, (1.0 - stated) * float(rivals)]


def _polarity(claim: str, sentence: str, share: float) -> list[float]:
    negated = float(len(negations(claim)) % 2 != len(negations(sentence)) % 2)
    same, opposed = _directions(claim, sentence)
    aligned = float(_opposite_edit(align(claim, sentence)))
    mine = [word.folded for word in names(claim)]
    held = {word.folded for word in words(sentence)}
    known = sum(name in held for name in mine) / len(mine) if mine else 0.0
    return [
        negated,
        negated * share,
        same,
        opposed,
        opposed * share,
        aligned,
        *_signs(claim, sentence, share),
        known,
        1.0 - known if mine else 0.0,
        float(bool(hedges(sentence))),
        float(causal(claim) and not causal(sentence) and associative(sentence)),
        float(bool(universals(claim)) and not universals(sentence)),
    ]


def _signs(claim: str, sentence: str, share: float) -> list[float]:
    """Compare the signs of the relations that the two state, and whether they state none."""
    wanted = content_stems(claim)
    clause = max(clauses(sentence), key=lambda part: covered(wanted, content_stems(part)), default=sentence)
    near = covered(wanted, content_stems(clause))
    differs = float(relation_sign(claim) != relation_sign(sentence))
    turned = float(relation_sign(claim) != relation_sign(clause))
    mine, theirs = states_nothing(claim), states_nothing(clause)
    return [
        differs,
        differs * share,
        turned * near,
        (1.0 - turned) * near,
        float(theirs and not mine),
        float(mine and not theirs),
        float(mine and theirs),
    ]


def _directions(claim: str, sentence: str) -> tuple[float, float]:
    """Return whether the two use a word of the same direction, and whether only of opposite ones."""
    asked, held = ({word.folded for word in words(text)} for text in (claim, sentence))
    mine, theirs = ({direction(word) for word in side} - {0} for side in (asked, held))
    plain = [word for word in asked if direction(word) == 0]
    pairs = any(opposite(one, two) for one in plain for two in held)
    return float(bool(mine & theirs)), float(bool(mine and theirs and not mine & theirs) or pairs)


def _opposite_edit(alignment: Alignment) -> bool:
    """Whether a replaced stretch holds opposite words."""
    return any(
        opposite(put.folded, taken.folded) for edit in alignment.edits for put in edit.put for taken in edit.taken[:8]
    )


def _place(sentence: str, place: int, count: int) -> list[float]:
    stems = {stem(word.folded) for word in words(sentence)}
    return [
        float(any(item.startswith(_CONCLUDES) for item in stems)),
        place / count,
        float(place == count - 1),
        math.log1p(len(words(sentence))),
    ]


def _claim(claim: str) -> list[float]:
    ways = {direction(word.folded) for word in words(claim)} - {0}
    return [math.log1p(len(words(claim))), float(bool(negations(claim))), float(len(ways) == 1)]


def log_odds(chances: Matrix) -> tuple[float, float]:
    """Return the log-odds that the reader finds support or refutation, and of the one against the other."""
    silent, supports, refutes = np.maximum(chances, _LEAST)
    return math.log((supports + refutes) / silent), math.log(supports / refutes)


DOCUMENT_FEATURES = (
    "read_deciding",
    "read_supporting",
    "first_score",
    "second_score",
    "third_score",
    "summed_score",
    *(f"best_{name}" for name in SENTENCE_FEATURES),
    *(f"mean_{name}" for name in SENTENCE_FEATURES),
    *(f"top_{name}" for name in ("covered", "cosine", "kept", "bigrams", "numbers_stated", "copy", "names_covered")),
)
_TOP = tuple(
    SENTENCE_FEATURES.index(name.removeprefix("top_")) for name in DOCUMENT_FEATURES if name.startswith("top_")
)
_COPIES = tuple(SENTENCE_FEATURES.index(name) for name in ("copy", "copy_conflict", "copy_overreach"))
_NO_SENTENCE = -8.0


def document_features(rows: Matrix, scores: Matrix, reading: Reading) -> Matrix:
    """Return the `DOCUMENT_FEATURES` of one source.

    Args:
        rows: The sentence features, one row per sentence; at least one.
        scores: For each sentence, the log-odds that it decides the claim; "mean" weighs by these.
        reading: What the reader says of the source and its sentences.
    """
    order = best_first(scores)
    best = [float(scores[place]) for place in order[:3]]
    odds = np.exp(scores - scores.max())
    summed = math.log(float(odds.sum())) + float(scores.max())
    padded = best + [_NO_SENTENCE] * (3 - len(best))
    mean = (odds / odds.sum()) @ rows
    return np.concatenate([log_odds(reading.source), padded, [summed], rows[order[0]], mean, rows[:, _TOP].max(axis=0)])


def is_near_copy(rows: Matrix) -> bool:
    """Whether any of a source's sentences, by its features, all but repeats the claim: right, changed or overstated."""
    return bool(rows[:, _COPIES].any())


def best_first(scores: Matrix) -> list[int]:
    """Return the places of the sentences by falling score; of equals, the earlier first."""
    return [int(place) for place in np.argsort(-scores, kind="stable")]
