"""The answer by a stated rule: which verified claims bear on the question, and which way they point.

A claim bears on the question when it speaks of one facet itself, and of two together with its work's
title (of the only facet, when there is one); also when the title speaks of the whole question and the
claim holds two of the question's own words. Results that works report of their own answer; what they
state besides answers only when fewer than two results bear, and only where it speaks of the question's
first facet, its subject. With fewer than two claims the question is not answered. A question for yes or
no, or for an impact or effect, is answered by the claims that speak, with their work's title, of the
subject, and by at least two that state a direction: all for the better is yes, all for the worse no,
both mixed. Any other question has no yes or no: the kind is mixed, and the text says so and lists what
the claims state that match the question best; to "which" and "what" first those that hold its verbs and
deny nothing, to "how well" those that speak of performance. The match is the weighted share of facets
that a claim speaks of itself (0.4), that it speaks of together with its title (0.1), its share of the
question's own words (0.35) and its relevance (0.15).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from juried.backends.embedded.directions import direction
from juried.backends.embedded.facets import Weighted, weighted, with_short_forms
from juried.backends.embedded.lexicon import FUNCTION_WORDS, VERBS
from juried.backends.embedded.quoting import attributed
from juried.backends.embedded.relevance import coverage, matched
from juried.backends.embedded.vocabulary import Vocabulary
from juried.backends.embedded.words import listed, stems
from juried.records.protocol import Facet
from juried.records.report import AnswerKind
from juried.tasks import VerifiedClaim, WorkLine
from juried.text.polarity import negations
from juried.text.words import words

_YES_NO = re.compile(
    r"(?:^|[,;]\s*(?:and\s+)?)(?:do|does|did|is|are|was|were|can|could|will|would|should|has|have|may|might)\b",
    re.IGNORECASE,
)
_ASKS_EFFECT = re.compile(
    r"^(?:what|how (?:large|great|big|strong))\b.*?\b(?:impacts?|effects?|influences?|benefits?|gains?)\b|"
    r"^to what extent\b.*?\b(?:improves?|helps?|benefits?|hurts?|reduces?|increases?|outperforms?)\b|"
    r"^how (?:much|far|well) (?:do|does|did|can)\b.*?\b(?:improves?|helps?|benefits?|hurts?|outperforms?)\b",
    re.IGNORECASE,
)
_HOW_WELL = re.compile(r"^how (?:well|good|accurate\w*|reliabl\w+|effective\w*)\b", re.IGNORECASE)
_LISTING = re.compile(r"^(?:which|what)\b", re.IGNORECASE)
_PERFORMANCE = re.compile(
    r"\b(?:achiev\w+|perform(?:s|ed|ance)?|outperform\w*|accuracy|F1|macro-F1|scores?|error rates?|sensitivity|"
    r"specificity|precision|recall|AUC|gap|better|worse|best|fail\w*|struggl\w+)\b"
)
_LEAST = 2
_LEAST_BEGINNING = 4
_WHOLE = 0.8
_SHORT = 45
_MOST_QUOTED = 4
_MOST_CLAIMS = 8
_PER_SIDE = 2
_SAME = 0.7


@dataclass(frozen=True)
class Answered:
    """The answer's kind, its text, the claims it rests on, best first, and one sentence for the abstract."""

    kind: AnswerKind
    text: str
    claims: tuple[VerifiedClaim, ...]
    summary: str


@dataclass(frozen=True)
class _Sides:
    """The claims that bear on a question, best first, and those of them that state a direction."""

    bearing: list[VerifiedClaim]
    better: list[VerifiedClaim]
    worse: list[VerifiedClaim]

    @property
    def both(self) -> list[VerifiedClaim]:
        return [claim for claim in self.better if claim in self.worse]

    @property
    def directed(self) -> list[VerifiedClaim]:
        return [claim for claim in self.bearing if claim in self.better or claim in self.worse]


def answered(
    question: str,
    facets: Sequence[Facet],
    claims: Sequence[VerifiedClaim],
    works: Mapping[str, WorkLine],
    vocabulary: Vocabulary,
) -> Answered:
    """Answer a question from verified claims; the result does not depend on their order."""
    texts = [*(work.title for work in works.values()), *(claim.quote for claim in claims)]
    found = weighted(with_short_forms(facets, texts), vocabulary)
    asked = own_words(question)
    bearing = [claim for claim in claims if bears(claim, asked, found, works, vocabulary)]
    directed = bool(_YES_NO.search(question) or _ASKS_EFFECT.search(question))
    if directed:
        bearing = [claim for claim in bearing if matched(found[:1], _with_title(claim, works), vocabulary)[0].found]
    every = ranked(asked, bearing, found, works, vocabulary)
    own = [claim for claim in every if claim.stance == "own_result"]
    subject = [claim for claim in every if matched(found[:1], claim.text, vocabulary)[0].found]
    bearing = own if len(own) >= _LEAST else [claim for claim in every if claim in own or claim in subject]
    if len(bearing) < _LEAST:
        return _unanswered(bearing, facets, works)
    if not directed:
        return _open(question, bearing, works)
    turned = direction(question, None) == (False, True)
    sides = [(claim, direction(claim.text, facets[0])) for claim in bearing]
    better = [claim for claim, (up, down) in sides if (down if turned else up)]
    worse = [claim for claim, (up, down) in sides if (up if turned else down)]
    return _directed(_Sides(bearing, better, worse), works, turned)


def bears(
    claim: VerifiedClaim,
    asked: frozenset[str],
    facets: Sequence[Weighted],
    works: Mapping[str, WorkLine],
    vocabulary: Vocabulary,
) -> bool:
    """Whether a claim bears on the question, by the rule of this file; `asked` are the question's own words."""
    in_claim = sum(match.found for match in matched(facets, claim.text, vocabulary))
    together = sum(match.found for match in matched(facets, _with_title(claim, works), vocabulary))
    if in_claim >= 1 and together >= min(2, len(facets)):
        return True
    title = works[claim.work_id].title if claim.work_id in works else ""
    whole = coverage(matched(facets, title, vocabulary)) >= _WHOLE
    return whole and _shared(asked, claim.text) >= _LEAST


def ranked(
    asked: frozenset[str],
    claims: Sequence[VerifiedClaim],
    facets: Sequence[Weighted],
    works: Mapping[str, WorkLine],
    vocabulary: Vocabulary,
) -> list[VerifiedClaim]:
    """Return claims by how well they match the question, best first, equals by id."""

    def match(claim: VerifiedClaim) -> float:
        alone = coverage(matched(facets, claim.text, vocabulary))
        titled = coverage(matched(facets, _with_title(claim, works), vocabulary))
        shared = _shared(asked, claim.text) / max(len(asked), 1)
        return round(0.4 * alone + 0.1 * titled + 0.35 * shared + 0.15 * claim.relevance / 100, 4)

    return sorted(claims, key=lambda claim: (-match(claim), claim.id))


def own_words(question: str) -> frozenset[str]:
    """Return the stems of a question's words, the verbs and general ones too, but no function words."""
    return frozenset(
        stem for word in words(question) if word.folded not in FUNCTION_WORDS for stem in stems(word.printed)
    )


def _shared(asked: frozenset[str], text: str) -> int:
    """Return how many of the question's words a text holds; "fail" is held by "failure"."""
    own = frozenset(stems(text))
    return sum(any(word == other or _one_begins(word, other) for other in own) for word in asked)


def _one_begins(first: str, second: str) -> bool:
    short, long = sorted((first, second), key=len)
    return len(short) >= _LEAST_BEGINNING and long.startswith(short) and len(long) - len(short) <= _LEAST_BEGINNING


def _with_title(claim: VerifiedClaim, works: Mapping[str, WorkLine]) -> str:
    return f"{claim.text} {works[claim.work_id].title}" if claim.work_id in works else claim.text


def _unanswered(bearing: Sequence[VerifiedClaim], facets: Sequence[Facet], works: Mapping[str, WorkLine]) -> Answered:
    names = listed([facet.name for facet in facets]) or "its subject"
    head = "No verified claim" if not bearing else "Only one verified claim"
    text = f"{head} speaks of the question's ideas ({names}) together, and an answer needs two."
    summary = f"The evidence does not answer the question: {head[:1].lower()}{head[1:]} speaks of its ideas together."
    quotes = [attributed(claim, works) for claim in bearing]
    return Answered("not_answered", " ".join([text, *quotes]), tuple(bearing), summary)


def _open(question: str, bearing: Sequence[VerifiedClaim], works: Mapping[str, WorkLine]) -> Answered:
    """Answer a question that has no yes or no with the claims that match it best."""
    measured, listing = bool(_HOW_WELL.search(question)), bool(_LISTING.search(question))
    verbs = frozenset(stem for word in words(question) if word.folded in VERBS for stem in stems(word.printed))
    shown = sorted(
        bearing,
        key=lambda claim: (
            claim.stance != "own_result",
            measured and not _PERFORMANCE.search(claim.text),
            listing and bool(negations(claim.text)),
            -_shared(verbs, claim.text) if listing else 0,
        ),
    )
    quoted = _spread(_distinct(shown), _MOST_QUOTED)
    text = (
        f"The question has no yes or no; of {_counted(bearing)} that {_bear(bearing)} on it, "
        "those that match it best say this."
    )
    summary = f"The question has no yes or no; {_counted(bearing)} {_bear(bearing)} on it."
    return Answered("mixed", " ".join([text, *(attributed(c, works) for c in quoted)]), tuple(quoted), summary)


def _directed(sides: _Sides, works: Mapping[str, WorkLine], turned: bool) -> Answered:
    kind = _kind(sides)
    counts = f"Of {_counted(sides.bearing)} that {_bear(sides.bearing)} on it, {_told(sides, turned)}."
    if kind == "not_answered" and sides.directed:
        counts += " One direction alone makes no yes or no."
    shown = _examples(sides)
    rest = [claim for claim in sides.directed if claim not in shown]
    text = " ".join([counts, *(attributed(claim, works) for claim in shown)])
    return Answered(kind, text, tuple([*shown, *rest][:_MOST_CLAIMS]), _summary(kind, sides, turned))


def _told(sides: _Sides, turned: bool) -> str:
    """Return how many claims state which direction, each claim counted once."""
    up, down = ("a decline", "an improvement") if turned else ("an improvement", "a decline")
    both = sides.both
    silent = len(sides.bearing) - len(sides.directed)
    parts = [
        _part(len(sides.better) - len(both), f"state{{}} {up}"),
        _part(len(sides.worse) - len(both), f"state{{}} {down}"),
        _part(len(both), "state{} both") if both else "",
        _part(silent, "state{} no direction") if silent else "",
    ]
    return listed([part for part in parts if part])


def _part(count: int, verb: str) -> str:
    return f"{count or 'no'} claim{'' if count < 2 else 's'} {verb.format('s' if count < 2 else '')}"


def _kind(sides: _Sides) -> AnswerKind:
    if sides.better and sides.worse:
        return "mixed"
    if len(sides.directed) < _LEAST:
        return "not_answered"
    return "yes" if sides.better else "no"


def _summary(kind: AnswerKind, sides: _Sides, turned: bool) -> str:
    if kind == "not_answered":
        return f"The evidence does not answer the question: of {_counted(sides.bearing)}, {_told(sides, turned)}."
    word = {"yes": "yes", "no": "no", "mixed": "mixed"}[kind]
    return (
        f"The answer is {word}: of {_counted(sides.bearing)} that {_bear(sides.bearing)} on it, {_told(sides, turned)}."
    )


def _examples(sides: _Sides) -> list[VerifiedClaim]:
    """Return two to four of the best claims, of both sides where there are both, and of different works."""
    both = sides.both
    better = _spread(_short_first([claim for claim in sides.better if claim not in both] or both), _PER_SIDE)
    worse = _spread([*_short_first([claim for claim in sides.worse if claim not in both]), *both], _PER_SIDE)
    if sides.better and sides.worse:
        return list(dict.fromkeys([*better, *worse]))
    return _spread(_short_first(sides.directed or sides.bearing), _MOST_QUOTED - 1)


def _short_first(claims: Sequence[VerifiedClaim]) -> list[VerifiedClaim]:
    return sorted(claims, key=lambda claim: len(claim.text.split()) > _SHORT)


def _spread(claims: Sequence[VerifiedClaim], most: int) -> list[VerifiedClaim]:
    """Return the first claims of different works; where there are too few works, further claims of the same."""
    first = list({claim.work_id: claim for claim in reversed(claims)}.values())[::-1]
    ordered = [claim for claim in claims if claim in first] + [claim for claim in claims if claim not in first]
    return ordered[:most] if len(first) < most else [claim for claim in claims if claim in first][:most]


def _distinct(claims: Sequence[VerifiedClaim]) -> list[VerifiedClaim]:
    """Leave out claims that share most of their words with one before them."""
    kept: list[tuple[frozenset[str], VerifiedClaim]] = []
    for claim in claims:
        own = frozenset(stems(claim.text))
        if all(len(own & other) < _SAME * min(len(own), len(other)) for other, _ in kept):
            kept.append((own, claim))
    return [claim for _, claim in kept]


def _counted(claims: Sequence[VerifiedClaim]) -> str:
    works = len({claim.work_id for claim in claims})
    return f"{len(claims)} verified claim{'' if len(claims) == 1 else 's'} ({works} work{'' if works == 1 else 's'})"


def _bear(claims: Sequence[VerifiedClaim]) -> str:
    return "bears" if len(claims) == 1 else "bear"
