"""How rare each stem is in scholarly abstracts, and how much of a claim's rare words a sentence holds."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from juried.errors import ModelFileError

MODEL_FOLDER = Path(__file__).resolve().parents[2] / "models" / "verifier"


@lru_cache(maxsize=1)
def rarity() -> Mapping[str, float]:
    """Return how rare each stem is in scholarly abstracts (idf); raises ModelFileError when the file is damaged."""
    path = MODEL_FOLDER / "rarity.json"
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        return {stem_: math.log(stored["abstracts"] / count) for stem_, count in stored["counts"].items()}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelFileError(
            f"{path.name} cannot be used: {error}.", concerns="verifier", advice="Install juried again."
        ) from error


@lru_cache(maxsize=1)
def _rarest() -> float:
    return max(rarity().values())


def weight(stem_: str) -> float:
    """Return the weight of a stem; one that no abstract held weighs most."""
    return rarity().get(stem_, _rarest())


def covered(wanted: Sequence[str], held: Sequence[str]) -> float:
    """Return the share (0 to 1, by rarity) of the wanted stems that are held; 0 for none wanted."""
    there = frozenset(held)
    total = sum(weight(item) for item in frozenset(wanted))
    return sum(weight(item) for item in sorted(frozenset(wanted) & there)) / total if total else 0.0
