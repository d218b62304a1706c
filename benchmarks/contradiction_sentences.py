"""Sentences of real abstracts restated in another section: a number, a direction, a mere label or nothing changed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from benchmarks.contradiction_trials import Trial
from juried.ledger import sentence
from juried.mutants import choice, mutants
from juried.text.numbers import find_numbers
from juried.text.words import content_stems

_LEADS = ("We conclude that ", "In summary, ", "Overall, ", "")
Abstract = tuple[str, tuple[str, ...]]


WORDINGS = {
    "abstract restated, one number changed": True,
    "abstract restated, direction turned": True,
    "abstract restated, negation added or lost": True,
    "abstract restated unchanged": False,
    "abstract restated, other year": False,
    "abstract restated, other identifier": False,
    "abstract restated, other table number": False,
}


def sentences(abstracts: Iterable[Abstract], kind: str, conflict: bool) -> Iterator[Trial]:
    """Yield sentences restated as their kind wants, each with its own abstract as the work."""
    for name, held in abstracts:
        for said in held:
            again = _reworded(said, kind)
            if again is not None:
                yield _restated(kind, conflict, name, said, again)


def _restated(kind: str, conflict: bool, name: str, said: str, again: str) -> Trial:
    lead = _LEADS[choice(said, len(_LEADS))]
    turned = lead + (again[:1].lower() + again[1:] if lead and again[1:2].islower() else again)
    first = sentence(said, name, name, section="Abstract")
    return Trial(kind, conflict, (first, sentence(turned, name, name, section="Discussion")))


def _reworded(said: str, kind: str) -> str | None:
    """Return a sentence restated as its kind wants, None where it cannot be."""
    made = mutants(said)
    if "direction" in kind:
        return made.get("direction")
    if "negation" in kind:
        return made.get("negation_added") or made.get("negation_lost")
    if "number changed" in kind:
        return made.get("digit")
    if "unchanged" in kind:
        return said
    return _other_label(said, kind)


def _other_label(said: str, kind: str) -> str | None:
    """Return a sentence with another year, another name that holds digits, or another number of its table."""
    wanted = "year" if "year" in kind else "identifier" if "identifier" in kind else "label"
    if wanted == "label":
        return None if find_numbers(said) else f"{said.rstrip('.')} (Table {choice(said, 4) + 1})."
    found = [number for number in find_numbers(said) if number.kind == wanted and number.upper is None]
    places = [n.start + m.start() for n in found for m in re.finditer(r"\d", n.printed)][-1:]
    if not places:
        return None
    at = places[0]
    return f"{said[:at]}{(int(said[at]) + 1 + choice(said, 8)) % 10}{said[at + 1 :]}"


def real_sentences(abstracts: Iterable[Abstract]) -> Iterator[Trial]:
    """Yield the two sentences of each abstract that share the most words, as if two sections said them."""
    for name, sentences in abstracts:
        pairs = [(a, b) for n, a in enumerate(sentences) for b in sentences[n + 1 :] if a != b]
        if pairs:
            a, b = max(pairs, key=_overlap)
            first = sentence(a, name, name, section="Abstract")
            yield Trial("real sentences of one abstract", False, (first, sentence(b, name, name, section="Discussion")))


def _overlap(pair: tuple[str, str]) -> tuple[float, str, str]:
    first, second = (set(content_stems(text)) for text in pair)
    return len(first & second) / max(1, len(first | second)), *pair
