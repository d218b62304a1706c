"""The little grammar that rewriting a claim needs: plain phrases and their number, verbs, comparatives."""

from __future__ import annotations

import re

# Base form and participle of verbs that take one object and mean the same in both voices.
TRANSITIVE: dict[str, str] = {
    "activate": "activated",
    "affect": "affected",
    "alter": "altered",
    "block": "blocked",
    "cause": "caused",
    "control": "controlled",
    "drive": "driven",
    "enhance": "enhanced",
    "impair": "impaired",
    "induce": "induced",
    "inhibit": "inhibited",
    "mediate": "mediated",
    "modulate": "modulated",
    "promote": "promoted",
    "regulate": "regulated",
    "repress": "repressed",
    "stimulate": "stimulated",
    "suppress": "suppressed",
    "trigger": "triggered",
}
COMPARATIVES: dict[str, str] = {
    "higher": "lower",
    "larger": "smaller",
    "longer": "shorter",
    "faster": "slower",
    "stronger": "weaker",
    "greater": "smaller",
    "older": "younger",
    "lower": "higher",
    "smaller": "larger",
    "shorter": "longer",
    "slower": "faster",
    "weaker": "stronger",
    "younger": "older",
    "worse": "better",
    "better": "worse",
}
_WHO = (
    r"(?:mice|rats|humans|animals|patients|people|individuals|women|men|children|adults|infants|yeast|mammals|"
    r"zebrafish)"
)
POPULATION = rf"(?:vitro|vivo|(?:(?:adult|older|young|human|healthy|elderly|pregnant) )?{_WHO}(?: with [a-z][a-z -]+)?)"
_BREAKS = re.compile(
    r"[,;:()]|\b(?:which|that|who|whose|when|while|if|because|although|but|by|to|via|through|than|not|no|both|either|"
    r"and|or|is|are|was|were|has|have|had|can|may|could|does|do|will|after|during|upon|without|with)\b",
    re.IGNORECASE,
)
_IRREGULAR = frozenset(["mice", "children", "people", "men", "women", "bacteria", "data", "criteria", "feet", "teeth"])
_PREPOSITIONS = re.compile(r" (?:of|in|from|for|on|at|into|among|within|between|against|under) ")


def plain_phrase(text: str) -> bool:
    """Whether a text is a short noun phrase: no clause, no list, no verb that any rule knows, at most eight words."""
    if not text.strip() or _BREAKS.search(text) or len(text.split()) > 8:
        return False
    return re.match(r"(?:in|on|at|from|for|of|into|its|their|this|these|it|they|there)\b", text, re.IGNORECASE) is None


def is_plural(phrase: str) -> bool:
    """Whether the head of a plain phrase is plural: the last word before its first preposition."""
    head = _PREPOSITIONS.split(phrase, maxsplit=1)[0].split()[-1].lower()
    if head in _IRREGULAR:
        return True
    return head.endswith("s") and not re.search(r"(?:ss|us|is|ics|itis|osis|diabetes|herpes|rabies|series)$", head)


def third_person(verb: str) -> str:
    """Return the form of a verb after he, she or it."""
    return verb + ("es" if re.search(r"(?:s|x|z|ch|sh)$", verb) else "s")


def agree(verb: str, subject: str) -> str:
    """Return the form of a verb in the present after a subject."""
    return verb if is_plural(subject) else third_person(verb)


def lower_start(text: str) -> str:
    """Return a text with a small first letter, unless its first word is a name or an abbreviation."""
    first = text.split(maxsplit=1)[0] if text.split() else ""
    named = any(char.isupper() or char.isdigit() for char in first[1:]) or (len(first) == 1 and first != "A")
    return text if named else text[:1].lower() + text[1:]


def upper_start(text: str) -> str:
    """Return a text with a capital first letter, unless its first word is a name that begins small ("miR-21")."""
    first = text.split(maxsplit=1)[0] if text.split() else ""
    return text if any(char.isupper() for char in first[1:]) else text[:1].upper() + text[1:]
