"""The answer by a stated rule: which verified claims bear on the question, and which way they point.

A claim bears on the question when it speaks of one facet itself, and of two together with its work's
title (of the only facet, when there is one). With fewer than two such claims the question is not
answered. A question that asks for a direction ("does", "impact of", "improve") is answered by the claims
that state one: all for the better is yes, all for the worse no, both mixed, none not answered. Any other
question has no yes or no: the kind is mixed, and the text says so.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from juried.backends.embedded.facets import Weighted, weighted
from juried.backends.embedded.lexicon import COMPARATIVES, DOWN, UNWANTED, UP
from juried.backends.embedded.quoting import attributed
from juried.backends.embedded.relevance import matched
from juried.backends.embedded.vocabulary import Vocabulary
from juried.backends.embedded.words import contains, stems
from juried.records.protocol import Facet
from juried.records.report import AnswerKind
from juried.tasks import VerifiedClaim, WorkLine
from juried.text.polarity import GUESSES, negations
from juried.text.words import Word, stem, word_set, words

_YES_NO = re.compile(
    r"(?:^|[,;]\s*(?:and\s+)?)(?:do|does|did|is|are|was|were|can|could|will|would|should|has|have|may|might)\b",
    re.IGNORECASE,
)
_ASKS_DIRECTION = re.compile(
    r"\b(?:impacts?|effects?|affects?|influences?|improves?|benefits?|helps?|hurts?|better|worse|outperforms?|extent|"
    r"useful|effective(?:ly|ness)?|how well|how much|compare[ds]?|reduces?|increases?|decreases?|prevents?|gains?|"
    r"harms?|works?)\b",
    re.IGNORECASE,
)
_ASKED_FOR = re.compile(r"^(?:which|what)\s+(?!(?:is|are|was|were|do|does|did)\b)([\w-]+)", re.IGNORECASE)
_LEAST = 2
_SHORT = 45


_OPEN = "The question has no yes or no; the verified claims that bear on it stand side by side."
_SILENT = "The evidence does not answer the question."
_SUMMARIES: dict[AnswerKind, str] = {
    "yes": "The verified claims that state a direction all state a change for the {}.",
    "no": "The verified claims that state a direction all state a change for the {}.",
    "mixed": "The verified claims that state a direction point both ways.",
    "not_answered": "The verified claims that bear on the question state no direction, so they do not answer it.",
}


@dataclass(frozen=True)
class Answered:
    """The answer's kind, its text, the claims it rests on, best first, and one sentence for the abstract."""

    kind: AnswerKind
    text: str
    claims: tuple[VerifiedClaim, ...]
    summary: str


@dataclass(frozen=True)
class _Sides:
    bearing: list[VerifiedClaim]
    better: list[VerifiedClaim]
    worse: list[VerifiedClaim]


def answered(
    question: str,
    facets: Sequence[Facet],
    claims: Sequence[VerifiedClaim],
    works: Mapping[str, WorkLine],
    vocabulary: Vocabulary,
) -> Answered:
    """Answer a question from verified claims, which are given best first."""
    found = weighted(tuple(facets), vocabulary)
    bearing = [claim for claim in claims if bears(claim, found, works, vocabulary)]
    bearing.sort(key=lambda claim: -sum(match.found for match in matched(found, claim.text, vocabulary)))
    if len(bearing) < _LEAST:
        return _unanswered(claims, bearing, facets, works)
    if not (_YES_NO.search(question) or _ASKS_DIRECTION.search(question)):
        shown = sorted(bearing, key=lambda claim: not _holds_asked(question, claim.text))
        return Answered("mixed", _open_text(shown, works), tuple(shown[:6]), _OPEN)
    turned = direction(question, None) == (False, True)
    sides = [(claim, direction(claim.text, facets[0])) for claim in bearing]
    better = [claim for claim, (up, down) in sides if (down if turned else up)]
    worse = [claim for claim, (up, down) in sides if (up if turned else down)]
    return _directed(_Sides(bearing, better, worse), works, _reading(question, facets[0]), turned)


def _reading(question: str, subject: Facet) -> str:
    """Return how a question without a yes or no is read, or "" for one that has them."""
    return "" if _YES_NO.search(question) else f"Read as whether there is a change for the better with {subject.name}: "


def _holds_asked(question: str, text: str) -> bool:
    """Whether a claim names the sort of thing that "which ..." or "what ..." asks for."""
    asked = _ASKED_FOR.search(question)
    return asked is not None and bool(set(stems(asked.group(1))) & set(stems(text)))


def bears(
    claim: VerifiedClaim, facets: Sequence[Weighted], works: Mapping[str, WorkLine], vocabulary: Vocabulary
) -> bool:
    """Whether a claim speaks of one facet itself and of two with its work's title, or of the only facet."""
    in_claim = sum(match.found for match in matched(facets, claim.text, vocabulary))
    title = works[claim.work_id].title if claim.work_id in works else ""
    together = sum(match.found for match in matched(facets, f"{claim.text} {title}", vocabulary))
    return in_claim >= 1 and together >= min(2, len(facets))


def direction(text: str, subject: Facet | None) -> tuple[bool, bool]:
    """Return whether a text states a change for the better, and one for the worse; it may state both.

    A negation up to three words before a directing word turns it; less of something unwanted is better.
    A guess ("whether", "hypothesis") states none. Where the subject of the question is only what others are
    compared with, better and worse change sides.
    """
    found = words(text)
    if subject is not None and any(stem(word.folded) in GUESSES for word in found):
        return False, False
    turned = {word.start for word in negations(text)}
    signs = {sign for at in range(len(found)) if (sign := _sign(found, at, turned))}
    if subject is not None and _only_compared_with(found, subject):
        signs = {-sign for sign in signs}
    return 1 in signs, -1 in signs


def _sign(found: Sequence[Word], at: int, turned: set[int]) -> int:
    word = found[at].folded
    sign = (word in UP) - (word in DOWN)
    if sign == 0:
        return 0
    near = [other.folded for other in (*found[max(0, at - 2) : at], *found[at + 1 : at + 4])]
    if any(other in UNWANTED for other in near) and word not in UNWANTED:
        sign = 1 if word in _LESSENS else -1 if word in _RAISES else sign
    return -sign if any(other.start in turned for other in found[max(0, at - 3) : at]) else sign


_LESSENS = word_set(
    """decline declined declines decrease decreased decreases drop dropped drops lower lowered lowers narrowed
    narrows prevent prevents reduce reduced reduces"""
)
_RAISES = word_set("""higher increase increased increases increasing""")


def _only_compared_with(found: Sequence[Word], subject: Facet) -> bool:
    """Whether the subject stands only after "than", "outperforms" and the like."""
    cut = next((at for at, word in enumerate(found) if word.folded in COMPARATIVES), None)
    if cut is None:
        return False
    before = stems(" ".join(word.printed for word in found[:cut]))
    after = stems(" ".join(word.printed for word in found[cut + 1 :]))
    terms = [stems(term) for term in subject.terms]
    return not any(contains(before, term) for term in terms) and any(contains(after, term) for term in terms)


def _counted(claims: Sequence[VerifiedClaim]) -> str:
    works = len({claim.work_id for claim in claims})
    return f"{len(claims)} verified claim{'' if len(claims) == 1 else 's'} from {works} work{'' if works == 1 else 's'}"


def _unanswered(
    claims: Sequence[VerifiedClaim],
    bearing: Sequence[VerifiedClaim],
    facets: Sequence[Facet],
    works: Mapping[str, WorkLine],
) -> Answered:
    names = ", ".join(facet.name for facet in facets) or "its subject"
    head = "No verified claim" if not bearing else f"Only {_counted(bearing)}"
    text = f"{head} speaks of the question's ideas ({names}) together, and an answer needs two."
    if bearing:
        return Answered("not_answered", f"{text} {attributed(bearing[0], works)}", (bearing[0],), _SILENT)
    rest = f" What was verified, {_counted(claims)}, is about parts of it and is listed by theme." if claims else ""
    return Answered("not_answered", text + rest, (), _SILENT)


def _open_text(bearing: Sequence[VerifiedClaim], works: Mapping[str, WorkLine]) -> str:
    shown = _of_different_works(bearing, 2)
    return " ".join(
        [
            f"The question has no yes or no; {_counted(bearing)} bear on it and are put side by side, "
            "not weighed into one.",
            *(attributed(claim, works) for claim in shown),
        ]
    )


def _directed(sides: _Sides, works: Mapping[str, WorkLine], reading: str, turned: bool) -> Answered:
    both = [claim for claim in sides.better if claim in sides.worse]
    up, down = ("worse", "better") if turned else ("better", "worse")
    silent = len(sides.bearing) - len(sides.better) - len(sides.worse) + len(both)
    told = f" ({len(both)} of them state both)" if both else ""
    counts = (
        f"{reading}{_counted(sides.bearing)} bear on the question; {len(sides.better)} state a change for the {up}, "
        f"{len(sides.worse)} for the {down}{told}, and {silent} state no direction."
    )
    shown = _examples(sides, both)
    rest = [claim for claim in (*sides.better, *sides.worse) if claim not in shown]
    text = " ".join([counts, *(attributed(claim, works) for claim in shown)])
    kind = _kind(sides)
    pointing = {"yes": up, "no": down}.get(kind, "")
    return Answered(kind, text, tuple(dict.fromkeys([*shown, *rest]))[:8], _SUMMARIES[kind].format(pointing))


def _kind(sides: _Sides) -> AnswerKind:
    if sides.better and sides.worse:
        return "mixed"
    return "yes" if sides.better else "no" if sides.worse else "not_answered"


def _examples(sides: _Sides, both: Sequence[VerifiedClaim]) -> list[VerifiedClaim]:
    """Return the best claim of each side, of different works where there are such."""
    better = _short_first([claim for claim in sides.better if claim not in both] or both)
    worse = _short_first([claim for claim in sides.worse if claim not in both] or both)
    if sides.better and sides.worse:
        return list(dict.fromkeys([better[0], worse[0]]))
    return _of_different_works(_short_first(sides.better or sides.worse or sides.bearing), 2)


def _short_first(claims: Sequence[VerifiedClaim]) -> list[VerifiedClaim]:
    return sorted(claims, key=lambda claim: len(claim.text.split()) > _SHORT)


def _of_different_works(claims: Sequence[VerifiedClaim], most: int) -> list[VerifiedClaim]:
    first: dict[str, VerifiedClaim] = {}
    for claim in claims:
        first.setdefault(claim.work_id, claim)
    return list(first.values())[:most]
