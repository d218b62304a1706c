"""Themes, headings and titles by rule: usual phrases that verified claims share, in title case.

A heading is chosen first and its claims after: of the phrases that at least two claims share, those that
cover most of the claims not covered yet, but never over half of all. A claim under no heading goes to
the last theme.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from juried.backends.embedded.facets import cut_into_phrases
from juried.backends.embedded.planning import Embed
from juried.backends.embedded.vocabulary import Vocabulary, vocabulary
from juried.backends.embedded.words import contains, is_general, runs, stems
from juried.records.protocol import Facet
from juried.tasks import VerifiedClaim
from juried.text.words import word_set

OTHER = "Further Findings"
ALL = "Findings"
_MOST_THEMES = 5
_LARGEST_SHARE = 0.5
_MOST_SUBJECTS = 3
_SPECIFIC = 3.0
_TITLE_WORDS = 9
_PLACES = word_set("in for across of among during under within")
_SMALL_WORDS = word_set("""a an and as at but by for from in into nor of on or over per the to versus via vs with""")


@dataclass(frozen=True)
class Group:
    """Claims under one heading, in the order given."""

    heading: str
    claims: tuple[VerifiedClaim, ...]


@dataclass(frozen=True)
class _Shared:
    """A phrase that claims share: how they print it most often, and the ids of those that hold it."""

    name: str
    claims: frozenset[str]


def grouped(
    claims: Sequence[VerifiedClaim], facets: Sequence[Facet], embed: Embed, banned: Sequence[str] = ()
) -> list[Group]:
    """Return the claims in themes, the theme with the most relevant claims first and `OTHER` last.

    Args:
        claims: Verified claims in the order that they are to keep within a theme.
        facets: The question's facets; terms of one facet count as one phrase.
        embed: Decides between two equally specific headings that a claim shares.
        banned: Headings not to use.
    """
    shared = [item for item in _shared_phrases(claims, facets) if title_case(item.name) not in banned]
    placed = _placed(_chosen(shared, claims), claims, embed)
    groups = [Group(title_case(name), tuple(members)) for name, members in placed.items()]
    groups.sort(key=lambda group: (-sum(claim.relevance for claim in group.claims), group.heading))
    in_groups = {claim.id for group in groups for claim in group.claims}
    rest = tuple(claim for claim in claims if claim.id not in in_groups)
    return [*groups, Group(OTHER if groups else ALL, rest)] if rest else groups


def _shared_phrases(claims: Sequence[VerifiedClaim], facets: Sequence[Facet]) -> list[_Shared]:
    """Return the phrases that at least two claims print in one way; forms of one facet are one phrase."""
    texts = {claim.id: _singular(claim.text) for claim in claims}
    spelling: dict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
    for claim in claims:
        for phrase in sorted(set(phrases_of(claim.text, facets))):
            spelling[_key(phrase, facets)][phrase] += 1
    own = {_singular(facet.name): [*facet.terms] for facet in facets}
    found = []
    for key, forms in sorted(spelling.items()):
        held = {form: frozenset(i for i, text in texts.items() if contains(text, _singular(form))) for form in forms}
        usual = sorted(forms, key=lambda form: (-forms[form], -len(form), form))
        name = next((form for form in [*own.get(key, []), *usual] if len(held.get(form, ())) > 1), None)
        if name is not None:
            found.append(_Shared(name, frozenset().union(*held.values())))
    return found


def _singular(text: str) -> tuple[str, ...]:
    """Return the lower-case words of a text, hyphens apart and plural endings off, to compare headings by."""
    return tuple(re.sub(r"(?<=[a-z]{2}[^su])s$", "", part) for part in re.findall(r"[^\W_]+", text.lower()))


def _key(phrase: str, facets: Sequence[Facet]) -> tuple[str, ...]:
    """Return the facet's name for a phrase that holds one of its terms, else the phrase itself."""
    whole = _singular(phrase)
    inside = [
        (len(_singular(term)), facet) for facet in facets for term in facet.terms if contains(whole, _singular(term))
    ]
    return _singular(max(inside, key=lambda item: item[0])[1].name) if inside else whole


def phrases_of(text: str, facets: Sequence[Facet] = ()) -> list[str]:
    """Return the noun phrases of a text that could head a section, in order, by the shipped vocabulary."""
    words = vocabulary()
    terms = {_singular(term) for facet in facets for term in facet.terms}
    found = []
    for run in runs(text):
        for piece in cut_into_phrases([_uncapitalised(word.printed) for word in run], words):
            if _could_head(piece, words, terms):
                found.append(" ".join(piece))
    return found


def _uncapitalised(word: str) -> str:
    """Lower a word that only opens a sentence in capitals ("Vocabulary"), not a name with inner capitals."""
    return word.lower() if word.istitle() and len(word) > 3 else word


def _could_head(piece: list[str], words: Vocabulary, terms: set[tuple[str, ...]]) -> bool:
    last, phrase = piece[-1], " ".join(piece)
    if is_general(piece[0].lower()) and not words.short_forms(phrase):
        return False
    if words.is_modifier(last) or last.endswith(("ed", "ly")) or any(part.isdigit() for part in piece):
        return False
    if len(piece) == 1:
        specific = words.is_noun(last) and words.weight(last) >= _SPECIFIC and not is_general(_singular(last)[-1])
        return _singular(phrase) in terms or bool(words.long_forms(last)) or specific
    return len(piece) <= 4 and words.uses(phrase) > 0


def _chosen(shared: Sequence[_Shared], claims: Sequence[VerifiedClaim]) -> list[_Shared]:
    """Choose headings one by one, each for the relevance of the claims it newly covers times how specific it is."""
    worth = {claim.id: claim.relevance + 10 for claim in claims}
    most = max(2, int(_LARGEST_SHARE * len(claims)))
    chosen: list[_Shared] = []
    covered: frozenset[str] = frozenset()

    def gain(item: _Shared) -> float:
        new = item.claims - covered
        return sum(worth[claim] for claim in new) * vocabulary().weight(item.name) if 2 <= len(new) <= most else 0.0

    while len(chosen) < _MOST_THEMES:
        best = min(
            (item for item in shared if item not in chosen), key=lambda item: (-gain(item), item.name), default=None
        )
        if best is None or gain(best) == 0.0:
            break
        chosen.append(best)
        covered |= best.claims
    return chosen


def _placed(chosen: Sequence[_Shared], claims: Sequence[VerifiedClaim], embed: Embed) -> dict[str, list[VerifiedClaim]]:
    """Put each claim under the rarest heading that it shares; a heading left with one claim is given up."""
    if not chosen:
        return {}
    rows = embed([*(item.name for item in chosen), *(claim.text for claim in claims)]).astype(np.float64)
    nearness = np.round(rows[len(chosen) :] @ rows[: len(chosen)].T, 6)
    placed: dict[str, list[VerifiedClaim]] = {item.name: [] for item in chosen}
    for at, claim in enumerate(claims):
        own = [index for index, item in enumerate(chosen) if claim.id in item.claims]
        if own:
            best = min(own, key=lambda index: (len(chosen[index].claims), -nearness[at, index], index))
            placed[chosen[best].name].append(claim)
    kept = [item for item in chosen if len(placed[item.name]) > 1]
    return placed if len(kept) == len(chosen) else _placed(kept, claims, embed)


def title_case(phrase: str) -> str:
    """Return a phrase in title case: small words stay small, names with inner capitals as they are."""
    words = phrase.split()
    return " ".join(_title_word(word, 0 < at < len(words) - 1) for at, word in enumerate(words))


def _title_word(word: str, inside: bool) -> str:
    if inside and word.lower() in _SMALL_WORDS:
        return word.lower()
    return "-".join(part if re.search(r"[A-Z]", part) else part[:1].upper() + part[1:] for part in word.split("-"))


def title_of(question: str, facets: Sequence[Facet], claims: Sequence[VerifiedClaim], banned: Sequence[str]) -> str:
    """Return a title that names the question's subjects which at least two claims (or the only one) are about.

    Args:
        question: The question, whose order and last preposition the title keeps.
        facets: The facets of the question.
        claims: The verified claims.
        banned: Words that the title must not hold, in lower case.
    """
    words = vocabulary()
    named = [name for name in _subjects(facets, claims) if not set(name.lower().split()) & set(banned)]
    while len(named) > _MOST_SUBJECTS or sum(len(name.split()) for name in named) > _TITLE_WORDS:
        named.remove(min(named, key=lambda name: (_held(name, claims) * words.weight(name), name)))
    return f"{_joined(question, named) if named else 'Findings on the Question'}: A Synthesis of Verified Claims"


def _subjects(facets: Sequence[Facet], claims: Sequence[VerifiedClaim]) -> list[str]:
    """Return, facet by facet, the first term that is a noun phrase and that enough claims hold."""
    least = min(2, len(claims))
    found: list[str] = []
    for facet in facets:
        names = [term for term in facet.terms if not vocabulary().is_modifier(term.split()[-1])]
        found += [name for name in names if _held(name, claims) >= least][:1]
    return found


def _held(name: str, claims: Sequence[VerifiedClaim]) -> int:
    wanted = stems(name)
    return sum(contains(stems(claim.text), wanted) for claim in claims)


def _joined(question: str, named: Sequence[str]) -> str:
    """Join names with commas and "and"; the last by the preposition that stands before it in the question."""
    before = re.search(rf"(\w+)(?:\s+(?:the|a|an))?\s+{re.escape(named[-1])}\b", question, re.IGNORECASE)
    last = before.group(1).lower() if before else ""
    if len(named) > 1 and last in _PLACES:
        return f"{_listed(named[:-1])} {last} {title_case(named[-1])}"
    return _listed(named)


def _listed(named: Sequence[str]) -> str:
    titled = [title_case(name) for name in named]
    return titled[0] if len(titled) == 1 else f"{', '.join(titled[:-1])} and {titled[-1]}"
