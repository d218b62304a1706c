"""One clause turned without a change of meaning: active and passive, comparisons, phrases at its front or its end."""

from __future__ import annotations

import re

from juried.text.clause_grammar import (
    COMPARATIVES,
    POPULATION,
    TRANSITIVE,
    agree,
    is_plural,
    lower_start,
    plain_phrase,
    third_person,
    upper_start,
)


def to_front(claim: str) -> str | None:
    """Move a phrase on whom a claim is about from its end to its front, or back; comparisons stay as they are."""
    if re.search(r"\b(?:than|versus|vs|compared|between|both|but|while|whereas)\b", claim):
        return None
    opening = re.match(rf"(In {POPULATION}), (.+?)\.?$", claim)
    if opening and "," not in opening.group(2):
        return f"{upper_start(opening.group(2))} {lower_start(opening.group(1))}."
    closing = re.match(rf"(.+?) (in {POPULATION})\.?$", claim)
    if closing is None or not _plain_clause(closing.group(1)):
        return None
    return f"{upper_start(closing.group(2))}, {lower_start(closing.group(1))}."


_ASKS_FOR_IN = re.compile(
    r"\b(?:and|or|in|of|as|than|role|roles|involved|resulted?s?|increases?|decreases?|reductions?|rise|changes?|differences?|"
    r"improvements?|expressed|present|found|common|prevalent|participates?|effective)$"
)


def _plain_clause(text: str) -> bool:
    """Whether a text is one clause whose last word does not itself ask for "in"."""
    return not _ASKS_FOR_IN.search(text) and not re.search(r"[,;:]|\b(?:which|that|who|when|if|because)\b", text)


def to_passive(claim: str) -> str | None:
    """Turn "A inhibits B" into "B is inhibited by A", where both are plain phrases."""
    verbs = "|".join(sorted({*TRANSITIVE, *map(third_person, TRANSITIVE)}, key=lambda verb: (-len(verb), verb)))
    match = re.match(rf"(?P<a>.+?) (?P<verb>{verbs}) (?P<b>.+?)(?P<where> in {POPULATION})?\.?$", claim)
    if match is None or not (plain_phrase(match["a"]) and plain_phrase(match["b"])):
        return None
    stem = next(verb for verb in TRANSITIVE if match["verb"] in (verb, third_person(verb)))
    if (match["verb"] == stem) != is_plural(match["a"]):
        return None
    be = "are" if is_plural(match["b"]) else "is"
    return f"{upper_start(match['b'])} {be} {TRANSITIVE[stem]} by {lower_start(match['a'])}{match['where'] or ''}."


def to_active(claim: str) -> str | None:
    """Turn "B is inhibited by A" into "A inhibits B", where both are plain phrases."""
    forms = {done: stem for stem, done in TRANSITIVE.items()}
    match = re.match(
        rf"(?P<b>.+?) (?:is|are) (?P<done>{'|'.join(sorted(forms))}) by (?P<a>.+?)(?P<where> in {POPULATION})?\.?$",
        claim,
    )
    if match is None or not (plain_phrase(match["a"]) and plain_phrase(match["b"])):
        return None
    verb = agree(forms[match["done"]], match["a"])
    return f"{upper_start(match['a'])} {verb} {lower_start(match['b'])}{match['where'] or ''}."


def turn_comparison(claim: str) -> str | None:
    """Turn "A is higher than B" into "B is lower than A", and "higher in A than in B" into "lower in B than in A"."""
    words = "|".join(sorted(COMPARATIVES))
    inside = re.match(rf"(.+) (is|are|was|were) ({words}) in (.+?) than in (.+?)\.?$", claim)
    if inside and all(map(plain_phrase, (inside[1], inside[4], inside[5]))):
        return f"{inside[1]} {inside[2]} {COMPARATIVES[inside[3]]} in {inside[5]} than in {inside[4]}."
    plain = re.match(rf"(.+?) (?:is|are) ({words}) than (.+?)\.?$", claim)
    if plain and plain_phrase(plain[1]) and plain_phrase(plain[3]):
        be = "are" if is_plural(plain[3]) else "is"
        return f"{upper_start(plain[3])} {be} {COMPARATIVES[plain[2]]} than {lower_start(plain[1])}."
    having = re.match(
        rf"(.+?) (?:has|have) (an? )?({words}) ([a-z][a-z -]+?) than ((?!those|that|in|with|do|if|when|the "
        rf"average|expected|previously)\S.*?)\.?$",
        claim,
    )
    if having and plain_phrase(having[1]) and plain_phrase(having[4]) and plain_phrase(having[5]):
        have = "have" if is_plural(having[5]) else "has"
        what = f"{'a ' if having[2] else ''}{COMPARATIVES[having[3]]} {having[4]}"
        return f"{upper_start(having[5])} {have} {what} than {lower_start(having[1])}."
    return None
