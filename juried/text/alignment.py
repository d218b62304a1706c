"""Laying a claim beside the source's words: what was kept, put in, taken out or replaced.

A claim that is a near copy of its source is judged by its edits: the words before the first kept word
are a lead-in, those after the last a tail, everything between is a change of the statement itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Literal

from juried.text.words import Word, stem, words

Place = Literal["lead_in", "inside", "tail"]


@dataclass(frozen=True)
class Edit:
    """One change from source to claim; `put` are words of the claim, `taken` words of the source.

    `lead_in` and `tail` edits lie before the first and after the last kept word.
    """

    place: Place
    put: tuple[Word, ...]
    taken: tuple[Word, ...]


@dataclass(frozen=True)
class Alignment:
    """A claim laid beside a source; `kept` is the share (0 to 1) of the claim's words found in order."""

    kept: float
    edits: tuple[Edit, ...]

    @property
    def near_copy(self) -> bool:
        """Whether the claim is the source's sentence with few words changed."""
        return self.kept >= 0.75


def _key(word: Word) -> str:
    return stem(word.folded) if word.folded.isalpha() else word.folded


@lru_cache(maxsize=20_000)
def align(claim: str, source: str) -> Alignment:
    """Lay a claim beside a source, word by word; an empty claim keeps nothing."""
    put, taken = words(claim), words(source)
    matcher = SequenceMatcher(None, [_key(w) for w in taken], [_key(w) for w in put], autojunk=False)
    blocks = matcher.get_matching_blocks()[:-1]
    if not put or not blocks:
        return Alignment(0.0, (Edit("inside", put, taken),) if put or taken else ())
    first, last = blocks[0].a, blocks[-1].a + blocks[-1].size
    edits = []
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag != "equal":
            place: Place = "lead_in" if b <= first else "tail" if a >= last else "inside"
            edits.append(Edit(place, put[c:d], taken[a:b]))
    return Alignment(sum(block.size for block in blocks) / len(put), tuple(edits))
