"""Ten kinds of defect, each planted in a true claim by one small change that a careless writer might make.

Nine are made here; a retracted source is a matter of the work, not of the claim. The lists of words below make
defects and are kept apart from those of the rules that look for them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Literal

from juried.mutants import choice, mutants
from juried.text.words import names

Defect = Literal[
    "wrong number",
    "swapped system",
    "swapped citation",
    "dropped condition",
    "overclaim",
    "reversed direction",
    "causal for correlational",
    "wrong population or language",
    "retracted source",
    "missing limitation",
]
DEFECTS: tuple[Defect, ...] = (
    "wrong number",
    "swapped system",
    "swapped citation",
    "dropped condition",
    "overclaim",
    "reversed direction",
    "causal for correlational",
    "wrong population or language",
    "retracted source",
    "missing limitation",
)
_FEWEST_WORDS = 5
_CONDITION = re.compile(
    r",? (?:if|when|whenever|unless|until|provided that|only (?:when|if|in|for|after)|under|in the (?:absence|presence)"
    r" of|during|after|before|without|given|where|among|within|at (?:low|high)\w*|in (?:patients|mice|rats|humans|"
    r"children|adults|women|men|low-resource|zero-shot|few-shot|the (?:zero|few)-shot|cells|vitro|vivo)"
    r"|for (?:low|high|long|short|large|small|distant|unseen|similar)\S*) [^,;.]+(?=\.$)"
)
_OPENING = re.compile(r"^(?:When|If|In (?!contrast|addition)|Under|Among|During|After|For|Without|Given) [^,]+, (?=\w)")
_LIMIT = re.compile(
    r",? (?:but|although|though|while|whereas|even though|despite|except|with the exception of|however|yet|albeit) "
    r"[^.;]+(?=\.$)"
)
_STRONGER: tuple[tuple[str, str], ...] = (
    (r"\b(?:may|might|could) (?:also )?be\b", "is"),
    (r"\b(?:may|might|could|can) ", "will "),
    (r"\bappears? to be\b", "is"),
    (r"\b(?:seems?|appears?|tends?) to ", "will "),
    (r"\b(?:some|several|many|most)\b", "all"),
    (r"\b(?:often|usually|generally|typically|mostly|sometimes)\b", "always"),
    (r"\b(?:suggests?|indicates?|implies|imply)\b", "proves"),
    (r"\b(?:possible|likely|probable) that\b", "certain that"),
    (r"\b(?:possibly|probably|likely)\b", "certainly"),
    (r"\b(is|are|was|were) (?!not\b)", r"\1 always "),
)
_CAUSAL: tuple[tuple[str, str], ...] = (
    (r"\b(?:is|was) (?:\w+ly )?(?:associated|correlated|linked|related) (?:with|to)\b", "causes"),
    (r"\b(?:are|were) (?:\w+ly )?(?:associated|correlated|linked|related) (?:with|to)\b", "cause"),
    (r"\bcorrelate[sd]? (?:\w+ly )?with\b", "leads to"),
    (r"\bpredict(?:s|ed)?\b", "causes"),
    (r"\b(?:an? |the )?(?:association|correlation|relationship) between (\w+) and\b", r"an effect of \1 on"),
    (r"\bassociated with\b", "caused by"),
)
_GROUPS: tuple[tuple[str, ...], ...] = (
    ("mice", "rats", "humans", "zebrafish", "monkeys"),
    ("mouse", "rat", "human", "zebrafish", "monkey"),
    ("children", "adults", "adolescents", "infants"),
    ("women", "men"),
    ("female", "male"),
    ("patients", "healthy volunteers"),
    ("low-resource", "high-resource"),
    ("cross-lingual", "monolingual"),
    ("English", "Finnish", "Korean"),
    ("German", "Vietnamese"),
    ("French", "Tamil"),
    ("Spanish", "Hungarian"),
    ("Chinese", "Turkish"),
    ("Japanese", "Swahili"),
    ("Arabic", "Estonian"),
    ("Hindi", "Basque"),
    ("Russian", "Thai"),
    ("African", "European"),
    ("T cells", "B cells"),
)


def reword(claim: str, defect: Defect, other_names: Sequence[str] = ()) -> str | None:
    """Return the claim with the defect; None where it offers no place for it, or the defect is not one of wording.

    Args:
        claim: A true claim.
        defect: What is planted.
        other_names: Names that a swapped system may take.
    """
    makers: Mapping[Defect, Callable[[], str | None]] = {
        "wrong number": lambda: mutants(claim).get("digit"),
        "swapped system": lambda: _swap_name(claim, other_names),
        "dropped condition": lambda: _without(claim, (_CONDITION, _OPENING)),
        "overclaim": lambda: _first_change(claim, _STRONGER),
        "reversed direction": lambda: _reversed(claim),
        "causal for correlational": lambda: _first_change(claim, _CAUSAL),
        "wrong population or language": lambda: _other_group(claim),
        "missing limitation": lambda: _without(claim, (_LIMIT,)),
    }
    made = makers[defect]() if defect in makers else None
    return made if made and made != claim else None


def _swap_name(claim: str, other_names: Sequence[str]) -> str | None:
    """Put another name in the place of one that is no number and no unit."""
    found = [word for word in names(claim) if any(char.isupper() for char in word.printed)]
    others = [name for name in other_names if name.lower() not in claim.lower()]
    if not found or not others:
        return None
    word = found[choice(claim, len(found))]
    return claim[: word.start] + others[choice(claim + "name", len(others))] + claim[word.end :]


def _without(claim: str, patterns: Sequence[re.Pattern[str]]) -> str | None:
    """Take off the first part that a pattern finds, when enough of the claim is left."""
    for pattern in patterns:
        left = pattern.sub("", claim, count=1)
        if left != claim and len(left.split()) >= _FEWEST_WORDS:
            return left[:1].upper() + left[1:]
    return None


def _first_change(claim: str, changes: Sequence[tuple[str, str]]) -> str | None:
    return next((made for old, new in changes if (made := re.sub(old, new, claim, count=1)) != claim), None)


def _reversed(claim: str) -> str | None:
    made = mutants(claim)
    return made.get("direction") or made.get("negation_lost") or made.get("negation_added")


def _other_group(claim: str) -> str | None:
    for group in _GROUPS:
        for name in group:
            found = re.search(rf"(?<![\w-]){name}(?![\w-])", claim)
            others = [other for other in group if other != name and other.lower() not in claim.lower()]
            if found and others:
                return claim[: found.start()] + others[choice(claim, len(others))] + claim[found.end() :]
    return None


_FAIR: tuple[tuple[str, str], ...] = (
    (r" \([^()]*\)(?=[ .,;])", ""),
    (r"\b(?:demonstrates?|demonstrated) that\b", "shows that"),
    (r"\bin order to\b", "to"),
    (r"\b(?:utilize|utilise)[sd]?\b", "use"),
    (r"\bwas (?:observed|found|seen) in\b", "occurred in"),
    (r"\bwere (?:observed|found|seen) in\b", "occurred in"),
    (r"\bis able to\b", "can"),
    (r"\bare able to\b", "can"),
    (r"\ba (?:large|great) number of\b", "many"),
    (r"\b(?:a )?(?:wide|broad|large) variety of\b", "various"),
    (r"\bas well as\b", "and"),
    (r"\bhas been shown to\b", "was shown to"),
    (r"\bhave been shown to\b", "were shown to"),
    (r"\bcompared (?:with|to)\b", "relative to"),
    (r"\bdue to\b", "because of"),
    (r"\bsuch as\b", "like"),
    (r"\bpercent\b", "%"),
    (r"\bapproach\b", "method"),
    (r"\bemploy(s|ed)?\b", r"use\1"),
    (r"\bobtain(s|ed)?\b", r"achieve\1"),
    (r"\bparticularly\b", "especially"),
    (r"\brecently\b,? ?", ""),
)


def fairly_reworded(claim: str) -> str | None:
    """Return a true claim in slightly other words, asides in brackets left out; None where nothing can be changed."""
    made = claim
    for old, new in _FAIR:
        made = re.sub(old, new, made, count=1)
    return made if made != claim and len(made.split()) >= _FEWEST_WORDS else None


def limiting_sentence(claim: str) -> str | None:
    """Return a sentence by which a work itself limits a claim elsewhere: that it does not hold; None without a verb."""
    denied = mutants(claim).get("negation_added") or mutants(claim).get("direction")
    if denied is None:
        return None
    first = (
        denied if names(denied)[:1] and denied.startswith(names(denied)[0].printed) else denied[:1].lower() + denied[1:]
    )
    return f"However, in the longer follow-up, {first}"
