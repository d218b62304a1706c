"""From a question to its facets: the ideas it is about, each with the words that authors use for it.

A question falls into runs between borders. A run falls into usual phrases of the vocabulary and what
stands between them. Words that only name the sort of thing ("models", "score") are taken off a phrase's
end, and a phrase of general words alone is no facet. Examples ("such as", "e.g.", brackets) become terms
of the facet before them, and acronyms are expanded both ways.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from juried.backends.embedded.lexicon import HEADS
from juried.backends.embedded.vocabulary import Vocabulary
from juried.backends.embedded.words import is_general, printed, runs, stems
from juried.records.protocol import Facet

MOST_FACETS = 8
MOST_TERMS = 12
_EXAMPLES = re.compile(
    r"(?:\(\s*)?(?:,\s*)?\b(?:e\.?g\.?,?|i\.?e\.?,?|such as|including|like|namely)\s*$|\(\s*$", re.IGNORECASE
)
_LIST_GOES_ON = re.compile(r"\s*(?:,|/|;)?\s*(?:and|or)?\s*$", re.IGNORECASE)
_LEAST_RARITY = 1.5
_LEAST_INITIALS = 3
Choice = Callable[[list[str]], str]


@dataclass(frozen=True)
class Weighted:
    """A facet with its weight: how specific its name is."""

    facet: Facet
    weight: float


def facets_of(question: str, words: Vocabulary, choose: Choice) -> list[Weighted]:
    """Return the facets of a question in its own order, at most eight; [] when it names no subject.

    Args:
        question: The question in English.
        words: The vocabulary.
        choose: Picks the long form of an acronym that fits the question best, of two or more.
    """
    lexis = _Lexis(words, choose)
    found: list[Weighted] = []
    for run, examples in _with_examples(question):
        pieces = [piece for piece in cut_into_phrases(run, words) if not _all_general(piece)]
        for piece in pieces[:-1]:
            found.append(_facet(lexis.terms(piece), words))
        if pieces:
            found.append(_facet([*lexis.terms(pieces[-1]), *lexis.expanded(examples)], words))
        elif examples:
            found.append(_facet(lexis.expanded(examples), words))
    return _chosen(_merged(found), words)


def _facet(terms: list[str], words: Vocabulary) -> Weighted:
    kept = tuple(_unique(terms)[:MOST_TERMS])
    return Weighted(Facet(name=kept[0], terms=kept), _weight(kept[0], words))


def _weight(name: str, words: Vocabulary) -> float:
    """Return how specific a name is, a third for a modifier without its noun ("cross-lingual", "sequential")."""
    return words.weight(name) / (3 if words.is_modifier(name.rsplit(maxsplit=1)[-1]) else 1)


def weighted(facets: tuple[Facet, ...], words: Vocabulary) -> list[Weighted]:
    """Return given facets with their weights, in the given order."""
    return [Weighted(facet, _weight(facet.name, words)) for facet in facets]


def with_short_forms(facets: Sequence[Facet], texts: Iterable[str]) -> tuple[Facet, ...]:
    """Return facets with the acronyms that texts use for their terms.

    A text defines one in brackets ("assessment surveys (pre-TAS)"), or uses the initials of three or more
    words of a term ("KRAB-ZFPs" for "KRAB zinc finger proteins", "POS tagging").

    Args:
        facets: The facets.
        texts: Titles and quotes of works; their order does not matter.
    """
    pool = list(texts)
    return tuple(
        facet.model_copy(update={"terms": tuple(_unique([*facet.terms, *sorted(_defined(facet.terms, pool))]))})
        for facet in facets
    )


def _defined(terms: Sequence[str], texts: Sequence[str]) -> set[str]:
    found: set[str] = set()
    for term in terms:
        long = r"[\s-]+".join(rf"{re.escape(part.removesuffix('s'))}s?" for part in re.split(r"[\s-]+", term))
        defined = re.compile(rf"\b{long}\s+\(((?=[^)]*[A-Z][^)]*[A-Z])[\w-]{{2,12}})\)", re.IGNORECASE)
        found |= _by_initials(term, texts)
        found |= {match.group(1) for text in texts for match in defined.finditer(text) if _is_short(match.group(1))}
    return found


def _by_initials(term: str, texts: Sequence[str]) -> set[str]:
    """Return the forms of a term that texts print with the initials of three or more neighbouring words."""
    parts = re.split(r"[\s-]+", term)
    found: set[str] = set()
    for start, end in combinations(range(len(parts) + 1), 2):
        if end - start >= _LEAST_INITIALS:
            initials = "".join(part[:1] for part in parts[start:end]).upper()
            rest = [f"(?i:{re.escape(part)})" for part in parts]
            form = r"[\s-]".join([*rest[:start], f"{re.escape(initials)}s?", *rest[end:]])
            found |= {match.group() for text in texts for match in re.finditer(rf"\b{form}\b", text)}
    return found


def _is_short(word: str) -> bool:
    return sum(map(str.isupper, word)) >= 2


def _with_examples(question: str) -> list[tuple[list[str], list[str]]]:
    """Return each run's words with the examples that follow it."""
    found: list[tuple[list[str], list[str]]] = []
    listing = False
    end = 0
    first, _, rest = question.partition(" ")
    question = f"{first.lower()} {rest}" if is_general(first.lower()) else question
    for run in runs(question):
        between = question[end : run[0].start]
        begins = bool(found) and bool(_EXAMPLES.search(between))
        listing = begins or (listing and bool(_LIST_GOES_ON.fullmatch(between)))
        if listing:
            found[-1][1].append(printed(run))
        else:
            found.append(([token.printed for token in run], []))
        end = run[-1].end
    return found


def cut_into_phrases(run: list[str], words: Vocabulary) -> list[list[str]]:
    """Cut a run into usual phrases and what stands between them, so that phrases cover most of it."""
    best: list[tuple[float, list[list[str]]]] = [(0.0, [])]
    for end in range(1, len(run) + 1):
        value, cut = best[end - 1]
        candidates = [(value, _with_loose(cut, run[end - 1], words))]
        for size in range(2, min(end, 5) + 1):
            phrase = run[end - size : end]
            uses = words.uses(" ".join(phrase))
            if uses and not _all_general(phrase):
                value, cut = best[end - size]
                candidates.append((value + size - 1 + math.log(uses) / 100, [*cut, phrase]))
        best.append(max(candidates, key=lambda candidate: candidate[0]))
    return [stripped for piece in best[-1][1] if (stripped := _stripped(piece, words))]


def _with_loose(cut: list[list[str]], word: str, words: Vocabulary) -> list[list[str]]:
    """Add a word that belongs to no usual phrase: to the loose words before it, or as a piece of its own."""
    if cut and not (len(cut[-1]) > 1 and words.uses(" ".join(cut[-1]))):
        return [*cut[:-1], [*cut[-1], word]]
    return [*cut, [word]]


def _stripped(piece: list[str], words: Vocabulary) -> list[str]:
    """Take general words off both ends, unless that leaves less than a usual phrase of two words."""
    rest = list(piece)
    while len(rest) > 1 and _general(rest[0]) and not words.uses(" ".join(rest)):
        rest.pop(0)
    while len(rest) > 1 and rest[-1].lower() in HEADS and not _needs_its_head(rest, words):
        rest.pop()
    return rest


def _needs_its_head(piece: list[str], words: Vocabulary) -> bool:
    """Whether "language models" would say too little as "language"; an acronym stands without its head."""
    before = piece[:-1]
    if words.long_forms(before[-1]) or words.uses(" ".join(before[-2:])):
        return False
    return words.uses(" ".join(piece[-2:])) > 0


def _all_general(piece: list[str]) -> bool:
    return all(_general(word) for word in piece)


def _general(word: str) -> bool:
    """Whether a printed word names no subject; as part of a name ("Great Barrier Reef") it does."""
    return is_general(word.lower()) and not (word.istitle() and len(word) > 3)


class _Lexis:
    """Makes the terms of a facet: acronyms and long forms, shorter usual forms."""

    def __init__(self, words: Vocabulary, choose: Choice) -> None:
        self._words = words
        self._choose = choose

    def terms(self, piece: list[str]) -> list[str]:
        """Return the phrase, its spelled-out form, its acronyms, its shorter usual forms and their other orders."""
        name = " ".join(piece)
        spelled = [
            " ".join([*piece[:at], self._long(word), *piece[at + 1 :]])
            for at, word in enumerate(piece)
            if self._long(word)
        ]
        shorter = self._shorter(piece)
        turned = [form for phrase in (name, *shorter) for form in self._words.reordered(phrase)]
        return [name, *spelled, *self._acronyms(name), *shorter, *turned]

    def expanded(self, examples: list[str]) -> list[str]:
        """Return examples, each followed by its other forms."""
        return [
            form for example in examples for form in (example, self._long(example), *self._acronyms(example)) if form
        ]

    def _long(self, word: str) -> str:
        longs = self._words.long_forms(word)
        return self._choose(longs) if len(longs) > 1 else (longs or [""])[0]

    def _acronyms(self, phrase: str) -> list[str]:
        """Return acronyms of three letters and more; shorter ones stand for too many things."""
        return [short for short in self._words.short_forms(phrase) if len(short.rstrip("s")) > 2]

    def _shorter(self, piece: list[str]) -> list[str]:
        """Return usual phrases that leave out words after the first, and the halves of a phrase not in use."""
        cuts = [
            [*piece[:at], *piece[at + drop :]]
            for drop in range(1, len(piece) - 1)
            for at in range(1, len(piece) - drop)
        ]
        found = [" ".join(cut) for cut in cuts if self._words.uses(" ".join(cut))]
        if len(piece) > 2 and not self._words.uses(" ".join(piece)):
            found += [" ".join(piece[:2]), " ".join(piece[-2:])]
        least = self._words.weight(" ".join(piece)) if len(found) and self._words.uses(found[0]) else 0.0
        return [phrase for phrase in found if not _all_general(phrase.split()) and self._words.weight(phrase) >= least]


def _unique(terms: list[str]) -> list[str]:
    kept: dict[tuple[str, ...], str] = {}
    for term in terms:
        kept.setdefault(stems(term), term)
    return list(kept.values())


def _merged(found: list[Weighted]) -> list[Weighted]:
    """Join facets of which one's name is a term of the other; the first keeps its name."""
    kept: list[Weighted] = []
    for new in found:
        twin = next((at for at, old in enumerate(kept) if _share_a_name(old.facet, new.facet)), None)
        if twin is None:
            kept.append(new)
            continue
        old = kept[twin]
        terms = tuple(_unique([*old.facet.terms, *new.facet.terms])[:MOST_TERMS])
        kept[twin] = Weighted(Facet(name=old.facet.name, terms=terms), max(old.weight, new.weight))
    return kept


def _share_a_name(first: Facet, second: Facet) -> bool:
    one, two = {stems(term) for term in first.terms}, {stems(term) for term in second.terms}
    return stems(first.name) in two or stems(second.name) in one


def _chosen(found: list[Weighted], words: Vocabulary) -> list[Weighted]:
    """Leave out common words where three specific facets stand beside them, then keep the most specific."""
    specific = [item for item in found if words.weight(item.facet.name) >= _LEAST_RARITY or " " in item.facet.name]
    pool = specific if len(specific) >= 3 else found
    best = sorted(range(len(pool)), key=lambda at: (-pool[at].weight, at))[:MOST_FACETS]
    return [pool[at] for at in sorted(best)]
