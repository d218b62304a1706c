"""Whether a sentence of a report says what its claims say: names, subject, direction, negation, cause, scope.

Rules look at wording alone. They find what they can name; a sentence without a fault here may still be wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from juried.records.claim import Claim
from juried.records.work import Work
from juried.text.alignment import align
from juried.text.conflicts import find_conflict, find_overreach, quoted
from juried.text.directed import pointers
from juried.text.polarity import NEGATIONS, associative, causal, negations, states_nothing, universals
from juried.text.words import content_stems, names, words

_SHARED = 0.5
_QUOTED = re.compile(r"[“\"]([^”\"]*)[”\"]")
_DENIALS = frozenset(["not", "never", "cannot"])
# These words of the list narrow or deny a statement more often than they widen it.
_NARROWING = frozenset(["only", "solely", "exclusively", "must", "any"]) | NEGATIONS
_NEAR_COPY_CONFLICTS = frozenset(["opposite", "negation_added", "negation_lost", "denial"])


def wording_fault(text: str, claims: Sequence[Claim], works: Iterable[Work] = (), question: str = "") -> str:
    """Return the first way in which a sentence departs from the claims that it rests on, "" when none is found.

    Args:
        text: The sentence.
        claims: Its claims; without any there is nothing to depart from.
        works: The works of these claims, whose titles and authors the sentence may name.
        question: The question, whose names every sentence may use.
    """
    if not claims:
        return ""
    works = tuple(works)
    stated = " ".join(f"{claim.text} {claim.quote} {claim.section}" for claim in claims)
    own = _without_titles(text, works)
    around = " ".join(f"{work.title} {' '.join(work.authors)} {work.venue}" for work in works)
    return (
        _unknown_name(own, f"{stated} {around} {question}")
        or _other_subject(own, f"{stated} {around}")
        or _turned(own, stated)
        or _denied(own, claims, stated)
        or _edited(own, claims, stated)
        or _widened(own, stated)
    )


def _without_titles(text: str, works: Iterable[Work]) -> str:
    """Leave out what stands in quotation marks and is a piece of a work's title, for its words state nothing."""
    titles = " ".join(work.title for work in works).replace("’", "'").casefold()
    return _QUOTED.sub(lambda m: "" if m.group(1).replace("’", "'").casefold() in titles else m.group(), text)


def _unknown_name(text: str, known: str) -> str:
    held = {part for word in words(known) for part in (word.folded, *re.split("[-/]", word.folded))}
    starts = _initials(known)
    for name in names(text):
        parts = re.split("[-/]", name.folded)
        said = (
            name.folded in held or all(part in held for part in parts) or any(n.startswith(name.folded) for n in held)
        )
        plural = name.folded.removesuffix("s")
        derived = len(plural) > 4 and any(item.startswith(plural[:5]) for item in held)
        if not (said or plural in held or plural in starts or derived):
            return f"It names {quoted(name.printed)}, which its claims do not."
    return ""


def _initials(text: str) -> set[str]:
    """Return the initials of each two to five words in a row: what may abbreviate them."""
    letters = [part[0] for word in words(text) for part in word.folded.split("-") if part]
    return {"".join(letters[at : at + n]) for n in range(2, 6) for at in range(len(letters))}


def _other_subject(text: str, known: str) -> str:
    about = set(content_stems(text))
    shared = len(about & set(content_stems(known)))
    if about and shared < _SHARED * len(about):
        return f"Its claims share {shared} of its {len(about)} words of sense."
    return ""


def _turned(text: str, stated: str) -> str:
    theirs = pointers(stated)
    for mine in pointers(text):
        signs = {pointer.sign for pointer in theirs if pointer.target == mine.target}
        same_word = any(pointer.printed.lower() == mine.printed.lower() for pointer in theirs)
        if signs == {-mine.sign} and not same_word:
            other = next(p for p in theirs if p.target == mine.target)
            return f"It says {quoted(mine.printed)} where its claims say {quoted(other.printed)}."
    return ""


def _denied(text: str, claims: Sequence[Claim], stated: str) -> str:
    """Compare denials of verbs: one that no claim has, or one that the only claim has and the sentence has not."""
    mine = [word for word in negations(text) if word.folded in _DENIALS or word.folded.endswith("n't")]
    if mine and not negations(stated) and not states_nothing(stated):
        return f"It says {quoted(mine[0].printed)}, which its claims do not."
    theirs = negations(claims[0].text)
    if len(claims) == 1 and len(theirs) == 1 and not negations(text) and not states_nothing(text):
        return f"Its claim says {quoted(theirs[0].printed)}, which it leaves out."
    return ""


def _edited(text: str, claims: Sequence[Claim], stated: str) -> str:
    for claim in claims:
        if not align(text, claim.text).near_copy:
            continue
        found = find_conflict(text, claim.text, stated, stated)
        if found and found.kind in _NEAR_COPY_CONFLICTS:
            return found.sentence("the claim").replace("The claim says", "The sentence says", 1)
        beyond = find_overreach(text, claim.text)
        if beyond:
            return beyond.sentence("the claim").replace("which the claim leaves out", "which the sentence leaves out")
    return ""


def _widened(text: str, stated: str) -> str:
    if causal(text) and not causal(stated) and associative(stated):
        return "It says that one thing brings about another, where its claims say only that they go together."
    wide = [word for word in universals(text) if word not in _NARROWING]
    if wide and not universals(stated):
        return f"It says {quoted(wide[0])}, and none of its claims speaks of all."
    return ""
