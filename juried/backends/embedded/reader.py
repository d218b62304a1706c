"""The reader: a small cross-encoder that reads a claim together with the sentences of one source.

MiniLM, trained on to judge claims, as int8 ONNX in `juried/models/verifier/reader.onnx`. It sees the claim, the
source's title and as many sentences as fit, nearest first, in reading order; it gives the chances of the three labels
for the source as a whole, and for each sentence that it read. Then it reads the nearest sentence again, with what else
fits into a third of the room: what it says of the source is the mean of both readings. The same claim and source give
the same bytes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from juried.backends.embedded.rarity import MODEL_FOLDER, covered
from juried.encoder import load_tokenizer
from juried.errors import ModelFileError
from juried.text.citing import plain_claim
from juried.text.words import content_stems

if TYPE_CHECKING:
    from onnxruntime import InferenceSession  # type: ignore[import-untyped]

MODEL = MODEL_FOLDER / "reader.onnx"
MOST_OF_CLAIM, MOST_OF_TITLE, MOST_OF_SENTENCE, MOST_OF_SOURCE, MOST_SENTENCES = 56, 40, 96, 208, 14
MOST_OF_NEAREST = 64
_START, _BREAK = 101, 102
_COVERED, _LATE = 0.5, 0.2
_DECIMALS = 4
# Cosines are rounded before the reader sees them, so that the last bits of a sum choose no sentence.
COSINE_DECIMALS = 5
Chances = NDArray[np.float64]


@dataclass(frozen=True)
class Packed:
    """What the reader sees of one claim and source.

    `ids` are word pieces; `types` tell claim (0) from source (1); `parts` names for each piece what it belongs to:
    0 nothing or the title, 1 the claim, 2 + j the j-th of the `places`, which are the sentences read, in order.
    """

    ids: tuple[int, ...]
    types: tuple[int, ...]
    parts: tuple[int, ...]
    places: tuple[int, ...]


@dataclass(frozen=True)
class Reading:
    """Chances (0 to 1, sum 1 up to rounding) of not_enough_info, supports, refutes: for the source and each sentence.

    `source` is the mean of two readings, of all sentences that fit and of a few of the nearest; `sentences` are from
    the first. A sentence that was not read says nothing for sure.
    """

    source: Chances
    sentences: Chances


@lru_cache(maxsize=20000)
def pieces(text: str) -> tuple[int, ...]:
    """Return the word pieces of a text, without marks of start and end; at most 254."""
    return tuple(load_tokenizer().encode(text.encode("utf-8", "replace").decode("utf-8")).ids[1:-1])


def nearness(claim: str, sentences: Sequence[str], cosines: Sequence[float]) -> list[float]:
    """Return how much each sentence may bear on a claim: cosine, rare words covered, and how late it stands.

    Results stand late in an abstract, and a claim is mostly about results.
    """
    wanted = content_stems(claim)
    return [
        cosine + _COVERED * covered(wanted, content_stems(sentence)) + _LATE * place / len(sentences)
        for place, (sentence, cosine) in enumerate(zip(sentences, cosines, strict=True))
    ]


def pack(
    claim: str, sentences: Sequence[str], cosines: Sequence[float], title: str = "", room: int = MOST_OF_SOURCE
) -> Packed:
    """Return what the reader sees: the claim, the title if there is one, and the nearest sentences that fit."""
    plain = plain_claim(claim)
    order = np.argsort([-value for value in nearness(plain, sentences, cosines)], kind="stable")
    return pack_in_order(plain, title, sentences, [int(place) for place in order], room)


def pack_in_order(
    claim: str, title: str, sentences: Sequence[str], order: Sequence[int], room: int = MOST_OF_SOURCE
) -> Packed:
    """Return what the reader sees when sentences are taken in an order until `room` word pieces are full.

    A sentence too long for what is left gives way to the next; the first is always taken.
    """
    read: dict[int, tuple[int, ...]] = {}
    for place in order:
        held = pieces(sentences[place])[:MOST_OF_SENTENCE]
        if (len(held) < room or not read) and len(read) < MOST_SENTENCES:
            read[place] = held
            room -= len(held) + 1
    shown = pieces(title)[:MOST_OF_TITLE] if title else ()
    return _joined(pieces(claim)[:MOST_OF_CLAIM], shown, dict(sorted(read.items())))


def _joined(claim: tuple[int, ...], title: tuple[int, ...], read: dict[int, tuple[int, ...]]) -> Packed:
    ids, parts = [_START, *claim, _BREAK], [0, *[1] * len(claim), 0]
    types = [0] * len(ids)
    if title:
        ids += [*title, _BREAK]
        parts += [0] * (len(title) + 1)
        types += [1] * (len(title) + 1)
    for at, held in enumerate(read.values()):
        ids += [*held, _BREAK]
        parts += [*[2 + at] * len(held), 0]
        types += [1] * (len(held) + 1)
    return Packed(tuple(ids), tuple(types), tuple(parts), tuple(read))


def averaging(packed: Packed) -> NDArray[np.float32]:
    """Return the matrix whose rows average the pieces of the claim and of each sentence: (1 + sentences, pieces)."""
    parts = np.array(packed.parts)
    rows = np.stack([parts == part for part in range(1, 2 + len(packed.places))]).astype(np.float32)
    return np.asarray(rows / np.maximum(rows.sum(axis=1, keepdims=True), 1), dtype=np.float32)


class Reader:
    """Reads pairs of claim and source with one thread; safe to use from several threads.

    Args:
        path: The ONNX model; the one that ships with juried unless told.

    Raises:
        ModelFileError: The model is absent or damaged.
    """

    def __init__(self, path: Path = MODEL) -> None:
        self._session = _open(path)
        self._kept = lru_cache(maxsize=8192)(self._read)

    def read(self, claim: str, sentences: Sequence[str], cosines: Sequence[float], title: str = "") -> Reading:
        """Return the reading of a claim beside the sentences of one source, at least one, in reading order."""
        return self._kept(claim, tuple(sentences), tuple(cosines), title)

    def _read(self, claim: str, sentences: tuple[str, ...], cosines: tuple[float, ...], title: str) -> Reading:
        packed = pack(claim, sentences, cosines, title)
        nearest = pack(claim, sentences, cosines, title, MOST_OF_NEAREST)
        source, by_sentence = self._run(packed)
        if nearest != packed:
            source = (source + self._run(nearest)[0]) / 2
        chances = np.zeros((len(sentences), 3))
        chances[:, 0] = 1.0
        chances[list(packed.places)] = np.round(by_sentence, _DECIMALS)
        return Reading(np.round(source, _DECIMALS), chances)

    def _run(self, packed: Packed) -> tuple[Chances, Chances]:
        given = {
            "input_ids": np.array(packed.ids, dtype=np.int64),
            "types": np.array(packed.types, dtype=np.int64),
            "averaging": averaging(packed),
        }
        source, by_sentence = self._session.run(["source", "sentences"], given)
        return source.astype(np.float64), by_sentence.astype(np.float64)


def _open(path: Path) -> InferenceSession:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    try:
        return onnxruntime.InferenceSession(path.read_bytes(), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's own errors have no common base
        raise ModelFileError(
            f"{path.name} cannot be used: {error}.", concerns="verifier", advice="Install juried again."
        ) from error


@lru_cache(maxsize=1)
def reader_fingerprint(path: Path = MODEL) -> str:
    """Return twelve hex digits over the model; raises ModelFileError when it is absent."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()[:12]
    except OSError as error:
        raise ModelFileError(
            f"{path.name} cannot be used: {error}.", concerns="verifier", advice="Install juried again."
        ) from error


@lru_cache(maxsize=1)
def shipped_reader() -> Reader:
    """Return the reader that ships with juried."""
    return Reader()
