"""Naming a work and quoting a claim of it, in one grammatical sentence and in the source's own words."""

from __future__ import annotations

import re
from collections.abc import Mapping

from juried.tasks import VerifiedClaim, WorkLine
from juried.text.stance import Stance

_LONGEST_SUBJECT = 6
_FEWEST_QUOTED = 5
_VERBS: dict[Stance, tuple[str, str]] = {"own_result": ("reports", "report"), "stated": ("states", "state")}


def attributed(claim: VerifiedClaim, works: Mapping[str, WorkLine]) -> str:
    """Return `Wu and Dredze (2020) report that "…"`; a claim that is no verbatim quote has no quotation marks.

    A work reports its own results and states everything else.
    """
    who = works[claim.work_id].short_name if claim.work_id in works else "One work"
    verb = _VERBS[claim.stance][_is_plural(who)]
    words = verbatim(claim)
    if words is None:
        head, rest = _named(claim)
        return (
            f"{who} {verb} that {head} {quoted(rest)}" if rest else f"{who} {verb} the following: {_ended(claim.text)}"
        )
    link = " that" if words[:1].islower() else ":"
    return f"{who} {verb}{link} {quoted(words)}"


def _named(claim: VerifiedClaim) -> tuple[str, str]:
    """Return the subject that stands for what was taken off ("Our model, dubbed") and the source's words after it.

    The rest is "" when what follows the first few words does not stand in the quote.
    """
    source, words = " ".join(claim.quote.split()), claim.text.split()
    for at in range(1, min(_LONGEST_SUBJECT, len(words) - 1) + 1):
        rest = " ".join(words[at:])
        if (
            rest.rstrip(".") in source
            and len(words) - at >= _FEWEST_QUOTED
            and all(word in source for word in words[:at])
        ):
            return " ".join(words[:at]), rest
    return "", ""


def backed(claim: VerifiedClaim) -> str:
    """Return how many other works support or contradict a claim as a sentence, or ""."""
    parts = []
    if claim.supporting_works:
        parts.append(
            f"{_works(claim.supporting_works)} among those tried {_agree(claim.supporting_works, 'support')} this"
        )
    if claim.contradicting_works:
        parts.append(f"{_works(claim.contradicting_works)} {_agree(claim.contradicting_works, 'contradict')} it")
    text = ", and ".join(parts)
    return text[:1].upper() + text[1:] + "." if text else ""


def verbatim(claim: VerifiedClaim) -> str | None:
    """Return the claim's words with the source's own capitals, or None when they do not stand in its quote.

    Line breaks of the source do not count.
    """
    source, words = " ".join(claim.quote.split()), " ".join(claim.text.split())
    at = source.find(words[1:]) if len(words) > 1 else -1
    if at < 0 and words.endswith("."):
        words = words[:-1]
        at = source.find(words[1:]) if len(words) > 1 else -1
    if at < 1 and not source.startswith(words):
        return None
    own = source[max(at - 1, 0) : at + len(words) - 1]
    return own if own.lower() == words.lower() else None


def quoted(words: str) -> str:
    """Return words in double quotation marks, whole, inner marks made single, ending in a full stop or its like."""
    inner = re.sub(r'["“”]', "'", words.strip())
    return f'"{_ended(inner)}"'


def _ended(text: str) -> str:
    return text if text.endswith((".", "?", "!")) else f"{text}."


def _is_plural(who: str) -> bool:
    return bool(re.search(r"\band\b|\bet al\b", who.split("(", maxsplit=1)[0])) and not who.startswith('"')


def _works(count: int) -> str:
    names = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
    return f"{names[count] if count < len(names) else count} other work{'' if count == 1 else 's'}"


def _agree(count: int, verb: str) -> str:
    return f"{verb}s" if count == 1 else verb
