"""The shipped vocabulary: acronyms with their long forms, phrases in use, and how common words are."""

from __future__ import annotations

import json
import math
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TypedDict

from juried.backends.embedded.words import is_general, stems
from juried.errors import ModelFileError

FILE = Path(__file__).resolve().parents[2] / "models" / "vocabulary" / "scholarly.json"
_RAREST = 4
_KNOWN_PLACES = 20
_MODIFIER_SHARE = 0.1
_ADJECTIVE_ENDINGS = ("al", "ive", "ous", "ic", "ent", "able", "ible", "ary", "ory", "less", "ful")


class _Stored(TypedDict):
    acronyms: dict[str, list[str]]
    phrases: dict[str, int]
    words: dict[str, int]


class Vocabulary:
    """Look-ups in the vocabulary; all are by stems, so that spelling and number do not matter.

    Args:
        stored: The parsed file that `scripts/build_vocabulary.py` wrote.
    """

    def __init__(self, stored: _Stored) -> None:
        self._acronyms = stored["acronyms"]
        self._words = stored["words"]
        self._phrases = stored["phrases"]

    @cached_property
    def _phrase_counts(self) -> dict[tuple[str, ...], int]:
        return {stems(phrase): count for phrase, count in self._phrases.items()}

    @cached_property
    def _short_forms(self) -> dict[tuple[str, ...], list[str]]:
        found: dict[tuple[str, ...], list[str]] = {}
        for short, longs in self._acronyms.items():
            for long in longs[:1]:
                found.setdefault(stems(long), []).append(short)
        return found

    @cached_property
    def _long_forms(self) -> dict[str, list[str]]:
        found = dict(self._acronyms)
        for short, longs in self._acronyms.items():
            found.setdefault(short.replace("-", ""), longs)
        return found

    def long_forms(self, word: str) -> list[str]:
        """Return what an acronym stands for, most usual first; [] for any other word. Case counts."""
        singular = word[:-1] if word.endswith("s") else word
        return self._long_forms.get(word) or self._long_forms.get(singular) or []

    def short_forms(self, phrase: str) -> list[str]:
        """Return the acronyms of a phrase in alphabetical order; [] when it has none."""
        return self._short_forms.get(stems(phrase), [])

    @cached_property
    def _orders(self) -> dict[tuple[str, ...], list[str]]:
        found: dict[tuple[str, ...], list[str]] = {}
        for phrase in sorted(self._phrases, key=lambda phrase: (-self._phrases[phrase], phrase)):
            found.setdefault(tuple(sorted(stems(phrase))), []).append(phrase)
        return found

    def reordered(self, phrase: str) -> list[str]:
        """Return usual phrases of the same stems in another order ("augmented data": "data augmentation")."""
        own = stems(phrase)
        same = self._orders.get(tuple(sorted(own)), [])
        return [other for other in same if stems(other) != own]

    def uses(self, phrase: str) -> int:
        """Return in how many abstracts the phrase stands between borders; 0 when it is not a usual phrase."""
        return self._phrase_counts.get(stems(phrase), 0)

    @cached_property
    def _places(self) -> dict[str, tuple[int, int]]:
        """In how many abstracts a word stands inside a usual phrase, and in how many at its end."""
        places: dict[str, tuple[int, int]] = {}
        for phrase, count in self._phrases.items():
            *inside, last = phrase.lower().split()
            for word in inside:
                places[word] = (places.get(word, (0, 0))[0] + count, places.get(word, (0, 0))[1])
            places[last] = (places.get(last, (0, 0))[0], places.get(last, (0, 0))[1] + count)
        return places

    def is_modifier(self, word: str) -> bool:
        """Whether a word nearly always stands before a noun: by usual phrases, else by its ending."""
        inside, last = self._places.get(word.lower(), (0, 0))
        if inside + last >= _KNOWN_PLACES:
            return last < _MODIFIER_SHARE * (inside + last)
        return word.islower() and word.endswith(_ADJECTIVE_ENDINGS)

    def is_noun(self, word: str) -> bool:
        """Whether usual phrases end in a word, so that it names a thing by itself."""
        inside, last = self._places.get(word.lower(), (0, 0))
        return last >= _KNOWN_PLACES and 2 * last >= inside

    def rarity(self, stem: str) -> float:
        """Return ln(10,000 / works per 10,000 that use the stem): about 0 for "the", 7.8 for a word not listed."""
        return math.log(10_000 / max(_RAREST, self._words.get(stem, _RAREST)))

    def weight(self, phrase: str) -> float:
        """Return how specific a phrase is: the rarity of its rarest word that names a subject, 0.2 to 7.8."""
        specific = [stem for word in phrase.split() if not is_general(word.lower()) for stem in stems(word)]
        return max([self.rarity(stem) for stem in specific] or [0.2])


@lru_cache(maxsize=1)
def vocabulary() -> Vocabulary:
    """Return the shipped vocabulary; raises ModelFileError when its file is absent or damaged."""
    try:
        return Vocabulary(json.loads(FILE.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError) as error:
        raise ModelFileError(
            f"the vocabulary cannot be read: {error}.", concerns=FILE.name, advice="Install juried again."
        ) from error
