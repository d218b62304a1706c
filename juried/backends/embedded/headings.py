"""Themes and headings by rule: usual phrases that verified claims share, in title case.

A heading is chosen first and its claims after: of the phrases that at least two claims share, those that
cover most of the claims not covered yet, but never over half of all. An acronym heads a theme only with
its long form, which a claim or the question spells out. A claim under no heading joins the theme whose
claims it is like, or goes to the last theme.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from juried.backends.embedded.facets import cut_into_phrases, with_short_forms
from juried.backends.embedded.planning import Embed
from juried.backends.embedded.vocabulary import Vocabulary, vocabulary
from juried.backends.embedded.words import contains, is_general, runs, stems
from juried.records.protocol import Facet
from juried.tasks import VerifiedClaim
from juried.text.words import word_set

OTHER = "Further Findings"
ALL = "Findings"
_MOST_THEMES = 6
_LARGEST_SHARE = 0.5
_SPECIFIC = 3.0
_RAREST = 5.0
_PHRASE_BONUS, _FACET_BONUS = 1.4, 1.5
_ALIKE = 0.55
_ACRONYM = re.compile(r"(?=[^a-z]*[A-Z][^A-Z]*[A-Z])[A-Za-z\d-]{2,}")
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
    claims: Sequence[VerifiedClaim],
    facets: Sequence[Facet],
    embed: Embed,
    banned: Sequence[str] = (),
    titles: Mapping[str, str] | None = None,
) -> list[Group]:
    """Return the claims in themes, the theme with the most relevant claims first and `OTHER` last.

    Args:
        claims: Verified claims in the order that they are to keep within a theme.
        facets: The question's facets; terms of one facet count as one phrase.
        embed: Decides between two equally specific headings that a claim shares.
        banned: Headings not to use.
        titles: The works' titles by id; a claim that holds no heading joins one that its work's title holds.
    """
    facets = with_short_forms(facets, [*(titles or {}).values(), *(claim.quote for claim in claims)])
    by_title = titles if titles and len({claim.work_id for claim in claims}) > 1 else {}
    shared = [item for item in _shared_phrases(claims, facets) if title_case(item.name) not in banned]
    placed = _placed(_chosen(shared, claims, facets), claims, embed)
    placed = _joined_by_likeness(_joined_by_title(placed, claims, by_title), claims, embed)
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
        shown = name and _spelled_out(name, [claim.text for claim in claims], facets)
        if shown:
            found.append(_Shared(shown, frozenset().union(*held.values())))
    return [*found, *_of_facets(claims, facets, {_singular(item.name) for item in found})]


def _of_facets(claims: Sequence[VerifiedClaim], facets: Sequence[Facet], named: set[tuple[str, ...]]) -> list[_Shared]:
    """Return the facets that two claims speak of in other forms of the word ("transliterating")."""
    found = []
    for facet in facets:
        forms = [stems(term) for term in facet.terms]
        held = frozenset(claim.id for claim in claims if any(contains(stems(claim.text), form) for form in forms))
        name = _spelled_out(facet.name, [claim.text for claim in claims], facets)
        modifier = vocabulary().is_modifier(facet.name.split()[-1]) or facet.name.endswith("ed")
        if len(held) > 1 and name and not modifier and _singular(name) not in named:
            found.append(_Shared(name, held))
    return found


def _spelled_out(name: str, texts: Sequence[str], facets: Sequence[Facet]) -> str:
    """Return a name as it is, an acronym as "Long Form (ACR)" when a text or a facet gives the long form, else ""."""
    if not _ACRONYM.fullmatch(name) or "-" in name:
        return name
    single = name.removesuffix("s")
    letters = r"[\s-]+".join(rf"{re.escape(letter)}[\w’'-]*" for letter in single)
    defined = re.compile(rf"\b({letters}s?)\s+\({re.escape(single)}s?\)", re.IGNORECASE)
    for text in texts:
        found = defined.search(text)
        if found:
            return f"{_lowered(found.group(1))} ({name})"
    own = [facet.terms for facet in facets if name in facet.terms]
    longs = [term for terms in own for term in terms if "".join(w[0] for w in term.split()).lower() == single.lower()]
    return f"{longs[0]} ({name})" if longs else ""


def _lowered(phrase: str) -> str:
    return " ".join(_uncapitalised(word) for word in phrase.split())


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


def _chosen(shared: Sequence[_Shared], claims: Sequence[VerifiedClaim], facets: Sequence[Facet]) -> list[_Shared]:
    """Choose headings one by one, each for the relevance of the claims it newly covers times how specific it is."""
    worth = {claim.id: claim.relevance + 10 for claim in claims}
    most = max(2, int(_LARGEST_SHARE * len(claims)))
    chosen: list[_Shared] = []
    covered: frozenset[str] = frozenset()

    terms = {_singular(term) for facet in facets for term in facet.terms}

    def gain(item: _Shared) -> float:
        new = item.claims - covered
        specific = min(vocabulary().weight(item.name), _RAREST)
        specific *= _PHRASE_BONUS if " " in item.name else 1.0
        specific *= _FACET_BONUS if _singular(item.name) in terms else 1.0
        return sum(worth[claim] for claim in new) * specific if 2 <= len(new) <= most else 0.0

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


def _joined_by_title(
    placed: dict[str, list[VerifiedClaim]], claims: Sequence[VerifiedClaim], titles: Mapping[str, str]
) -> dict[str, list[VerifiedClaim]]:
    """Add each claim under no heading to the first theme whose heading stands in its work's title."""
    inside = {claim.id for members in placed.values() for claim in members}
    joined = {name: {claim.id for claim in members} for name, members in placed.items()}
    for claim in claims:
        title = stems(titles.get(claim.work_id, ""))
        home = next((name for name in sorted(placed) if contains(title, stems(name.partition(" (")[0]))), None)
        if home is not None and claim.id not in inside:
            joined[home].add(claim.id)
    return {name: [claim for claim in claims if claim.id in members] for name, members in joined.items()}


def _joined_by_likeness(
    placed: dict[str, list[VerifiedClaim]], claims: Sequence[VerifiedClaim], embed: Embed
) -> dict[str, list[VerifiedClaim]]:
    """Add each claim under no heading to the theme whose claims, as placed by their words, it is most like."""
    inside = {claim.id for members in placed.values() for claim in members}
    left = [claim for claim in claims if claim.id not in inside]
    if not left or not placed:
        return placed
    rows = dict(zip([c.id for c in claims], embed([c.text for c in claims]).astype(np.float64), strict=True))
    centres = {name: np.mean([rows[claim.id] for claim in members], axis=0) for name, members in placed.items()}
    joined = {name: {claim.id for claim in members} for name, members in placed.items()}
    for claim in left:
        likeness = {name: round(_cosine(rows[claim.id], centre), 6) for name, centre in centres.items()}
        best = min(likeness, key=lambda name: (-likeness[name], name))
        if likeness[best] >= _ALIKE:
            joined[best].add(claim.id)
    return {name: [claim for claim in claims if claim.id in members] for name, members in joined.items()}


def _cosine(first: NDArray[np.float64], second: NDArray[np.float64]) -> float:
    size = float(np.linalg.norm(first) * np.linalg.norm(second))
    return float(first @ second) / size if size else 0.0


def title_case(phrase: str) -> str:
    """Return a phrase in title case: small words stay small, names with inner capitals as they are."""
    words = phrase.split()
    return " ".join(_title_word(word, 0 < at < len(words) - 1) for at, word in enumerate(words))


def _title_word(word: str, inside: bool) -> str:
    if inside and word.lower() in _SMALL_WORDS:
        return word.lower()
    parts = word.split("-")
    return "-".join(_title_part(part, 0 < at < len(parts) - 1) for at, part in enumerate(parts))


def _title_part(part: str, inside: bool) -> str:
    if re.search(r"[A-Z]", part) or (inside and part in _SMALL_WORDS):
        return part
    return part[:1].upper() + part[1:]
