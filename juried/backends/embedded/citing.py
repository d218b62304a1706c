"""What tells whether a cited source bears out a citing statement: its wording, the passages, and the reader.

The kinds of error that people mark in citing statements (Sarol et al. 2024) are mostly not contradictions: the passage
itself cites others, the source is one of several, or the statement is broader than it. These features look for that.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

import numpy as np

from juried.backends.embedded.features import Matrix, log_odds
from juried.backends.embedded.rarity import covered
from juried.backends.embedded.reader import Reading
from juried.text.citing import plain_claim
from juried.text.words import content_stems, words

CITING_FEATURES = (
    "read_deciding",
    "read_supporting",
    "cited_among_others",
    "other_citations",
    "mark_position",
    "length",
    "number",
    "hedged",
    "reports",
    "many_works",
    "method",
    "cosine_first",
    "cosine_second",
    "cosine_mean",
    "covered_first",
    "covered_mean",
    "covered_by_all",
    "nearest_cites",
    "share_citing",
)
_CITES = re.compile(r"\[\d|\(\d{1,3}(?:[,–-]\s*\d+)*\)|et al|\(\w[^()]{0,40}\d{4}")
_HEDGED = re.compile(r"\b(?:may|might|could|suggest\w*|possibl\w*)\b", re.I)
_REPORTS = re.compile(r"\b(?:show|found|demonstrat|report|reveal|observ)\w*", re.I)
_MANY_WORKS = re.compile(r"\b(?:review|recent|several|many|previous)\w*", re.I)
_METHOD = re.compile(r"\b(?:using|method|protocol|described|performed|according|obtained)\b", re.I)


def citing_features(claim: str, sentences: Sequence[str], cosines: Sequence[float], reading: Reading) -> Matrix:
    """Return the `CITING_FEATURES` of a citing statement beside at least one sentence of the cited source."""
    return np.array(
        [*log_odds(reading.source), *_wording(claim), *_passages(plain_claim(claim), sentences, cosines)],
        dtype=np.float64,
    )


def _wording(claim: str) -> list[float]:
    return [
        float("[this and others]" in claim),
        float(claim.count("[others]")),
        claim.find("[this") / len(claim),
        math.log1p(len(words(claim))),
        float(any(sign.isdigit() for sign in plain_claim(claim))),
        *(float(bool(cue.search(claim))) for cue in (_HEDGED, _REPORTS, _MANY_WORKS, _METHOD)),
    ]


def _passages(claim: str, sentences: Sequence[str], cosines: Sequence[float]) -> list[float]:
    wanted = content_stems(claim)
    held = [content_stems(sentence) for sentence in sentences]
    shares = [covered(wanted, stems) for stems in held]
    near = sorted(cosines, reverse=True)
    cites = [float(bool(_CITES.search(sentence))) for sentence in sentences]
    return [
        near[0],
        near[min(1, len(near) - 1)],
        sum(near) / len(near),
        max(shares),
        sum(shares) / len(shares),
        covered(wanted, tuple(stem for stems in held for stem in stems)),
        cites[int(np.argmax(cosines))],
        sum(cites) / len(cites),
    ]
