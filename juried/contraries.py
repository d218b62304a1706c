"""The contrary of a claim by rule: its direction, negation, roles or comparison turned round, or its effect denied.

A source that states a claim does not state its contraries, and where it is plain it refutes them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Literal

from juried.mutants import mutants
from juried.text.clause_grammar import (
    COMPARATIVES,
    TRANSITIVE,
    is_plural,
    lower_start,
    plain_phrase,
    third_person,
    upper_start,
)
from juried.text.polarity import negations
from juried.text.turned_clauses import to_active

ContraryKind = Literal["direction", "negation", "roles", "comparison", "null_effect"]

_EFFECTS: dict[str, str] = {
    "increase": "increased",
    "decrease": "decreased",
    "reduce": "reduced",
    "improve": "improved",
    "raise": "raised",
    "lower": "lowered",
    "prevent": "prevented",
    "worsen": "worsened",
    **TRANSITIVE,
}


def contraries(claim: str) -> dict[ContraryKind, str]:
    """Return the contraries that the rules can make of a claim, at most one of a kind, in the order of the kinds."""
    said = claim.strip()
    makers: Mapping[ContraryKind, Callable[[str], str | None]] = {
        "direction": _turned,
        "negation": _negated,
        "roles": _roles,
        "comparison": _compared,
        "null_effect": _no_effect,
    }
    made = {kind: maker(said) for kind, maker in makers.items()}
    return {kind: text for kind, text in made.items() if text is not None and text != said}


def _verb_forms(verbs: Mapping[str, str]) -> str:
    forms = {*verbs, *map(third_person, verbs)}
    return "|".join(sorted(forms, key=lambda verb: (-len(verb), verb)))


def _base(form: str) -> str:
    return next(verb for verb in _EFFECTS if form in (verb, third_person(verb)))


def _turned(claim: str) -> str | None:
    """Turn a direction; where it is denied ("does not improve"), the turned claim is no contrary."""
    return None if negations(claim) else mutants(claim).get("direction")


_SUBORDINATE = re.compile(r"\b(?:that|which|who|whose|if|when|while|because|unless|although)\b", re.IGNORECASE)


def _negated(claim: str) -> str | None:
    """Put a negation into the main clause, or take the one that is there away; several are left alone."""
    found = negations(claim)
    if len(found) > 1 or any(word.printed.isupper() for word in found):
        return None
    made = mutants(claim).get("negation_lost" if found else "negation_added") or ""
    same = next((at for at, (old, new) in enumerate(zip(claim, made, strict=False)) if old != new), len(claim))
    if made and not _SUBORDINATE.search(claim[:same]):
        return made
    return None if found else _with_do(claim)


def _with_do(claim: str) -> str | None:
    """Write "X inhibits Y" as "X does not inhibit Y", where X is a plain phrase that agrees with the verb."""
    match = re.match(rf"(.+?) ({_verb_forms(_EFFECTS)}) (.+)$", claim)
    if match is None or not plain_phrase(match[1]):
        return None
    base = _base(match[2])
    plural = match[2] == base
    if plural != is_plural(match[1]):
        return None
    return f"{match[1]} {'do' if plural else 'does'} not {base} {match[3]}"


def _roles(claim: str) -> str | None:
    """Write "A inhibits B" as "B inhibits A"; a passive is made active first."""
    said = to_active(claim) or claim
    match = re.match(rf"(.+?) ({_verb_forms(TRANSITIVE)}) (.+?)\.?$", said)
    if match is None or not (plain_phrase(match[1]) and plain_phrase(match[3])):
        return None
    base = _base(match[2])
    if (match[2] == base) != is_plural(match[1]):
        return None
    verb = base if is_plural(match[3]) else third_person(base)
    return f"{upper_start(match[3])} {verb} {lower_start(match[1])}."


def _compared(claim: str) -> str | None:
    """Turn the one comparative before a "than"."""
    if negations(claim):
        return None
    found = re.findall(rf"\b({'|'.join(sorted(COMPARATIVES))}|more|less|fewer)\b(?=[^.]*\bthan\b)", claim)
    if len(found) != 1:
        return None
    turned = {**COMPARATIVES, "more": "less", "less": "more", "fewer": "more"}[found[0]]
    return re.sub(rf"\b{found[0]}\b", turned, claim, count=1)


def _no_effect(claim: str) -> str | None:
    """Write "X increases Y" as "X has no effect on Y", and "X is associated with Y" as no association."""
    linked = re.match(r"(.+?) (?:is|are) (?:\w+ly )?(?:associated with|linked to|correlated with) (.+)$", claim)
    if linked and not negations(claim):
        return f"There is no association between {lower_start(linked[1])} and {linked[2]}"
    match = re.match(rf"(.+?) ({_verb_forms(_EFFECTS)}) (.+)$", claim)
    if match is None or not plain_phrase(match[1]) or negations(claim):
        return None
    plural = is_plural(match[1])
    if (match[2] == _base(match[2])) != plural:
        return None
    return f"{match[1]} {'have' if plural else 'has'} no effect on {match[3]}"
