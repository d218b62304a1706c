"""Planning a search by rule: facets, at least two queries per source, and criteria in words."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from juried.backends.embedded.facets import Weighted, facets_of
from juried.backends.embedded.vocabulary import vocabulary
from juried.backends.embedded.words import is_general, listed
from juried.records.protocol import Facet, SourceQuery
from juried.sources.lexical import QUERY_LANGUAGE
from juried.tasks import PlanSearch, SearchPlan, SourceCard
from juried.text.words import words as words_of

Embed = Callable[[Sequence[str]], NDArray[np.float32]]
_REFUSAL = (
    "The question names no subject that can be searched for; say what it is about, "
    'for example "Does transliteration help multilingual models on low-resource languages?"'
)
_MAIN = 3
_RARE = 5.0


def plan_search(task: PlanSearch, embed: Embed) -> SearchPlan:
    """Return the search plan of a question; refused when no word of it names a subject."""
    found = facets_of(task.question, vocabulary(), lambda longs: nearest(task.question, longs, embed))
    if not found:
        return SearchPlan(searchable=False, refusal=_REFUSAL)
    facets = tuple(item.facet for item in found)
    queries = [query for card in task.sources for query in _queries(card, found)]
    return SearchPlan(
        searchable=True, facets=facets, queries=tuple(queries), include=_include(facets), exclude=_exclude(facets)
    )


def nearest(question: str, texts: list[str], embed: Embed) -> str:
    """Return the text whose embedding is nearest to the question's; the first of equals."""
    rows = embed([question, *texts])
    similarity = np.round(rows[1:].astype(np.float64) @ rows[0].astype(np.float64), 6)
    return texts[int(np.argmax(similarity))]


def main_facets(found: Sequence[Weighted], most: int = _MAIN) -> list[Weighted]:
    """Return the most specific facets in the question's order."""
    best = sorted(range(len(found)), key=lambda at: (-min(found[at].weight, _RARE), at))[:most]
    return [found[at] for at in sorted(best)]


def _queries(card: SourceCard, found: list[Weighted]) -> list[SourceQuery]:
    """Return the queries for one source: facets together with any other, any facet at all, and their words.

    A local index answers at once, so that there each facet takes its turn; a service is asked for the main ones.
    """
    boolean = re.search(r"\bAND\b", card.query_language) is not None
    facets = [item.facet for item in found]
    wanted: dict[str, str] = {}
    local = card.query_language == QUERY_LANGUAGE
    for anchor in (found if local else main_facets(found)) if len(found) > 1 else []:
        others = [facet for facet in facets if facet != anchor.facet]
        wanted[_both([anchor.facet], others, boolean)] = (
            f"focused: {anchor.facet.name} together with another idea of the question"
        )
    wanted[_any_of(facets)] = "broad: any of the question's ideas, the best matches first"
    wanted[_loose(facets)] = "broad: the words of the question's ideas one by one"
    return [SourceQuery(source=card.name, text=text, rationale=why) for text, why in wanted.items()]


def _both(first: Sequence[Facet], second: Sequence[Facet], boolean: bool) -> str:
    return f"({_any_of(first)}) AND ({_any_of(second)})" if boolean else f"{_any_of(first)} {_any_of(second)}"


def _any_of(facets: Sequence[Facet]) -> str:
    """Return all terms of the facets, phrases in quotes, each once; of phrases not in use the rare words too."""
    terms = [term for facet in facets for term in facet.terms]
    rare = [word for facet in facets for word in _rare_words(facet.name)]
    return " ".join(dict.fromkeys([*map(_quoted, terms), *rare]))


def _rare_words(phrase: str) -> list[str]:
    words = vocabulary()
    if words.uses(phrase) or " " not in phrase:
        return []
    return [_quoted(word) for word in phrase.split() if words.weight(word) >= _RARE - 1]


def _quoted(term: str) -> str:
    plain = " ".join(token.printed for token in words_of(term))
    return f'"{plain}"' if " " in plain or not plain.isalnum() else plain


def _loose(facets: Sequence[Facet]) -> str:
    words = [token.printed for facet in facets for term in facet.terms for token in words_of(term)]
    return " ".join(dict.fromkeys(word for word in words if not is_general(word.lower()))) or _any_of(facets)


def _include(facets: tuple[Facet, ...]) -> tuple[str, ...]:
    names = [facet.name for facet in facets]
    if len(names) == 1:
        return (f"The work is about {names[0]}.",)
    return (
        f"The work treats at least two of these ideas of the question together: {listed(names)}.",
        "It states a finding, a measurement, a method, a definition or a limitation of its own on them.",
    )


def _exclude(facets: tuple[Facet, ...]) -> tuple[str, ...]:
    return (
        f"The work is about another subject than {listed([facet.name for facet in facets])}.",
        "The title and abstract do not tell what the work is about.",
    )
