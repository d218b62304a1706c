"""The title by rule: the question itself where claims cover all of it, else the subjects that claims are about.

A question of at most sixteen words makes a title as it stands. A longer one, or one with a word that no
claim is about (verbs apart), is named by its subjects: of each facet the first name that enough claims hold.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from juried.backends.embedded.headings import title_case
from juried.backends.embedded.lexicon import VERBS
from juried.backends.embedded.vocabulary import vocabulary
from juried.backends.embedded.words import contains, listed, stems
from juried.records.protocol import Facet
from juried.reports.lint.topics import uncovered
from juried.tasks import VerifiedClaim
from juried.text.words import word_set

_MOST_SUBJECTS = 3
_TITLE_WORDS = 10
_QUESTION_WORDS = 16
_PLACES = word_set("in for across of among during under within")


def title_of(question: str, facets: Sequence[Facet], claims: Sequence[VerifiedClaim], banned: Sequence[str]) -> str:
    """Return a title that names only what claims are about, and whether one work or several stand behind it.

    Without claims it names nothing.

    Args:
        question: The question, whose order and last preposition the title keeps.
        facets: The facets of the question.
        claims: The verified claims.
        banned: Words that the title must not hold, in lower case.
    """
    if not claims:
        return "No Answer in the Works Searched"
    kind = (
        "Verified Claims from One Work" if len({c.work_id for c in claims}) == 1 else "A Synthesis of Verified Claims"
    )
    asked = " ".join(question.split())
    if not banned and _makes_title(asked, claims):
        return f"{title_case(asked)} {kind}"
    words = vocabulary()
    named = [name for name in _subjects(facets, claims) if not set(name.lower().split()) & set(banned)]
    while len(named) > _MOST_SUBJECTS or sum(len(name.split()) for name in named) > _TITLE_WORDS:
        named.remove(min(named, key=lambda name: (_held(name, claims) * words.weight(name), name)))
    return f"{_joined(question, named) if named else 'Findings on the Question'}: {kind}"


def _makes_title(question: str, claims: Sequence[VerifiedClaim]) -> bool:
    """Whether a question is one short sentence without brackets, and claims hold all its words but verbs."""
    if not re.fullmatch(r"[A-Z][^.?!()\[\]{}<>*_`|\\\"“”:;]+\?", question) or len(question.split()) > _QUESTION_WORDS:
        return False
    missing, _, code = uncovered(question, [claim.text for claim in claims])
    return bool(claims) and not code and all(word in VERBS for word in missing)


def _subjects(facets: Sequence[Facet], claims: Sequence[VerifiedClaim]) -> list[str]:
    """Return, facet by facet, the first term that is a noun phrase and that enough claims hold, long forms first."""
    least = min(2, len(claims))
    found: list[str] = []
    for facet in facets:
        names = [term for term in facet.terms if not vocabulary().is_modifier(term.split()[-1])]
        held = [name for name in names if _held(name, claims) >= least]
        found += sorted(held, key=lambda name: name.isupper())[:1]
    return found


def _held(name: str, claims: Sequence[VerifiedClaim]) -> int:
    wanted = stems(name)
    return sum(contains(stems(claim.text), wanted) for claim in claims)


def _joined(question: str, named: Sequence[str]) -> str:
    """Join names with commas and "and"; the last by the preposition that stands before it in the question."""
    before = re.search(rf"(\w+)(?:\s+(?:the|a|an))?\s+{re.escape(named[-1])}\b", question, re.IGNORECASE)
    last = before.group(1).lower() if before else ""
    if len(named) > 1 and last in _PLACES:
        return f"{listed([title_case(name) for name in named[:-1]])} {last} {title_case(named[-1])}"
    return listed([title_case(name) for name in named])
