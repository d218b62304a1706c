"""What the reader says of many labelled pairs, read side by side."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from juried.backends.embedded.judging import Embed
from juried.backends.embedded.reader import COSINE_DECIMALS, Reader, Reading
from juried.labelled import Pair
from juried.text.citing import plain_claim

READING_THREADS = 2


@dataclass(frozen=True)
class Read:
    """A pair with the cosine of each sentence with the claim, and what the reader says of them."""

    pair: Pair
    cosines: tuple[float, ...]
    reading: Reading


def read_all(pairs: Sequence[Pair], embed: Embed, reader_of: Callable[[Pair], Reader]) -> list[Read]:
    """Return all pairs read, in order; each text is embedded once. Each needs at least one sentence."""
    if not pairs:
        return []
    texts = sorted({text for pair in pairs for text in (plain_claim(pair.claim), *pair.sentences)})
    vectors = dict(zip(texts, embed(texts), strict=True))

    def read(pair: Pair) -> Read:
        claim = vectors[plain_claim(pair.claim)]
        cosines = tuple(round(float(vectors[text] @ claim), COSINE_DECIMALS) for text in pair.sentences)
        return Read(pair, cosines, reader_of(pair).read(pair.claim, pair.sentences, cosines, pair.title))

    with ThreadPoolExecutor(READING_THREADS) as pool:
        return list(pool.map(read, pairs))
