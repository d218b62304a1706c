"""Rewrites of a claim by rule that keep what it says: they serve to try whether a verdict hangs on the wording.

Each rule is narrow, so that what it gives means the same: it leaves alone a claim whose grammar it does not surely
read.
The same claim always gives the same rewrites.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Literal

from juried.text.clause_grammar import lower_start, upper_start
from juried.text.turned_clauses import to_active, to_front, to_passive, turn_comparison

ParaphraseKind = Literal[
    "synonym",
    "spelling",
    "number",
    "abbreviation",
    "fronted",
    "passive",
    "active",
    "comparison",
    "relative_clause",
    "compound",
    "of_phrase",
]

# Pairs that mean the same in scholarly English wherever they stand, tried in this order, one a rewrite.
_SYNONYMS: tuple[tuple[str, str | Callable[[re.Match[str]], str]], ...] = (
    (r"\b(is|are|was|were) associated with\b", r"\1 linked to"),
    (r"\b(is|are|was|were) linked to\b", r"\1 associated with"),
    (r"\b(is|are|was|were) (?:necessary|required) for\b", r"\1 needed for"),
    (r"\bleads to\b", "results in"),
    (r"\blead to\b(?! the\b)", "result in"),
    (r"\b(?<!the )(?<!these )results in\b", "leads to"),
    (r"\b[Pp]lays an? (\w+ )?role in\b", lambda m: m.group().replace("plays", "has").replace("Plays", "Has")),
    (r"\bplay an? (\w+ )?role in\b", lambda m: m.group().replace("play", "have")),
    (r"(?<!is )(?<!are )(?<!was )\bdue to\b", "because of"),
    (r"\bapproximately\b", "about"),
    (r"\bprimarily\b", "mainly"),
    (r"\bmainly\b", "primarily"),
    (r"\bfrequently\b", "often"),
    (r"\bprior to\b", "before"),
    (r"\bvia\b", "through"),
    (r"\bin the absence of\b", "without"),
    (r"\bcompared to\b", "compared with"),
    (r"(?<!when )(?<!as )\bcompared with\b", "in comparison with"),
    (r"\bsuch as\b", "like"),
    (r"\bmore than (?=\d)", "over "),
    (r"\bless than (?=\d)", "under "),
    (r"\bindividuals\b", "people"),
    (r"\bdemonstrates\b", "shows"),
    (r"\bdemonstrate\b", "show"),
    (r"\bdecreases (?=the |an? |[a-z]+ (?:of|in)\b)", "reduces "),
    (r"\breduces (?=the |an? |[a-z]+ (?:of|in)\b)", "decreases "),
    (r"\bincreases (?=the risk)", "raises "),
    (r"\bparticipates in\b", "takes part in"),
    (r"\brenal (?=failure|function|disease|injury|insufficiency)", "kidney "),
    (r"\bhepatic (?=failure|function|disease|injury|steatosis)", "liver "),
    (r"\bmyocardial infarction\b", "heart attack"),
    (r"\bhypertension\b(?<!pulmonary hypertension)", "high blood pressure"),
    (r"\breduces? the risk\b", lambda m: m.group().replace("reduce", "lower")),
    (r"\bincreased risk\b(?<!an increased risk)", "higher risk"),
    (r"\breduced risk\b", "lower risk"),
    (r"\belderly (?=people|patients|adults|populations|women|men)", "older "),
    (r"\bdoes not\b", "doesn't"),
    (r"\bdo not\b", "don't"),
    (r"\bcannot\b", "can't"),
)
_SPELLINGS: tuple[tuple[str, str], ...] = (
    (r"tumor(?=s?\b)", r"tumour(?=s?\b)"),
    ("leukemia", "leukaemia"),
    ("anemia", "anaemia"),
    ("ischemi", "ischaemi"),
    ("estrogen", "oestrogen"),
    ("behavior", "behaviour"),
    ("fiber", "fibre"),
    ("hemoglobin", "haemoglobin"),
    ("diarrhea", "diarrhoea"),
    ("edema", "oedema"),
    ("pediatric", "paediatric"),
    ("center", "centre"),
)
_NUMBER_WORDS = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_PEOPLE = r"(?:patients|people|individuals|women|men|children|adults|infants|participants|subjects|persons)"
_STOPS = r"(?=[.,;]|$| (?:in|of|by|and|or|is|are|was|were|via|through|during|from|to|with|for|at|on)\b)"


def paraphrases(claim: str, abbreviations: Mapping[str, str] | None = None) -> dict[ParaphraseKind, str]:
    """Return the rewrites that the rules can make of a claim, at most one of a kind, in the order of the kinds.

    Args:
        claim: One sentence.
        abbreviations: Long forms by short form, as the claim's own source defines them (see `definitions`).
    """
    said = claim.strip()
    makers: Mapping[ParaphraseKind, Callable[[str], str | None]] = {
        "synonym": _synonym,
        "spelling": _spelling,
        "number": _number,
        "abbreviation": lambda text: _abbreviation(text, abbreviations or {}),
        "fronted": to_front,
        "passive": to_passive,
        "active": to_active,
        "comparison": turn_comparison,
        "relative_clause": _relative,
        "compound": _compound,
        "of_phrase": _of_phrase,
    }
    made = {kind: maker(said) for kind, maker in makers.items()}
    return {kind: text for kind, text in made.items() if text is not None and text != said}


def definitions(sentences: Iterable[str]) -> dict[str, str]:
    """Return the long forms that a text defines ("acute lung injury (ALI)"), by short form; none where two are given.

    The initials of the words before the bracket must be the letters of the short form (Schwartz and Hearst 2003, in
    its strictest reading).
    """
    found: dict[str, set[str]] = {}
    for text in sentences:
        for match in re.finditer(rf"\(([A-Z][A-Za-z]{{1,6}})\){_STOPS}", text):
            short = match.group(1)
            before = re.findall(r"[A-Za-z][\w-]*", text[: match.start()])[-len(short) :]
            parts = [part for word in before for part in word.split("-")]
            for start in range(len(parts)):
                if "".join(part[0] for part in parts[start:] if part).lower() == short.lower():
                    before_it = text[: match.start()].rstrip()
                    long = _last_parts(before_it, parts[start:])
                    opens = long == before_it and long[1:].islower()
                    found.setdefault(short, set()).add(lower_start(long) if opens else long)
    return {short: next(iter(longs)) for short, longs in sorted(found.items()) if len(longs) == 1}


def _last_parts(text: str, parts: list[str]) -> str:
    """Return the end of a text that begins with the first of its last words."""
    pattern = r"[\s-]+".join(map(re.escape, parts))
    match = re.search(pattern + "$", text)
    return match.group() if match else " ".join(parts)


def _synonym(claim: str) -> str | None:
    for pattern, instead in _SYNONYMS:
        if re.search(pattern, claim):
            return re.sub(pattern, instead, claim, count=1)
    return None


def _spelling(claim: str) -> str | None:
    for american, british in _SPELLINGS:
        for word, instead in ((british, american), (american, british)):
            match = re.search(rf"\b{word}", claim)
            if match:
                return claim[: match.start()] + instead.partition("(")[0] + claim[match.end() :]
    return None


def _number(claim: str) -> str | None:
    """Print a per cent sign as a word, or a small count as a word or a figure."""
    if re.search(r"\d\s?%", claim):
        return re.sub(r"(?<=\d)\s?%", " percent", claim, count=1)
    counted = re.search(r"(?<![\w.,/-])(?<![A-Z0-9] )([2-9]|1[0-2]) (?=[a-z-]+s\b)", claim)
    if counted:
        return f"{claim[: counted.start(1)]}{_NUMBER_WORDS[int(counted.group(1)) - 2]}{claim[counted.end(1) :]}"
    spelled = re.search(rf"(?<![\w-])(?<![A-Z0-9] )({'|'.join(_NUMBER_WORDS)}) (?=[a-z-]+s\b)", claim)
    if spelled:
        figure = str(_NUMBER_WORDS.index(spelled.group(1)) + 2)
        return f"{claim[: spelled.start(1)]}{figure}{claim[spelled.end(1) :]}"
    return None


def _abbreviation(claim: str, abbreviations: Mapping[str, str]) -> str | None:
    """Spell out a short form that the source defines, or shorten its long form; inside a compound it stays."""
    for short, long in sorted(abbreviations.items(), key=lambda item: (-len(item[0]), item[0])):
        alone = re.search(rf"(?<![\w/-]){re.escape(short)}(?![\w/+-]|s\b)", claim)
        if alone and long.lower() not in claim.lower():
            opening = upper_start(long) if alone.start() == 0 else long
            return claim[: alone.start()] + opening + claim[alone.end() :]
        spelled = re.search(rf"(?<![\w-]){re.escape(long)}(?![\w-])", claim, re.IGNORECASE)
        if spelled and not alone:
            return claim[: spelled.start()] + short + claim[spelled.end() :]
    return None


def _relative(claim: str) -> str | None:
    """Write "patients with asthma" as "patients who have asthma", and "mice lacking X" as "mice that lack X"."""
    lacking = re.search(r"\b(mice|rats|animals|cells) lacking (?=[\w-])", claim)
    if lacking:
        return f"{claim[: lacking.start()]}{lacking.group(1)} that lack {claim[lacking.end() :]}"
    if re.search(r"\b(?:treat|therap|manag|supplement|inject|feed|immuni|vaccin)\w*", claim):
        return None
    having = re.search(
        rf"\b({_PEOPLE}) with (?!respect|regard|the use|access|or\b|no\b|and\b)(?=[\w-])", claim, re.IGNORECASE
    )
    if having is None or re.search(r"\bnot$", claim[: having.start()].rstrip()):
        return None
    return f"{claim[: having.start()]}{having.group(1)} who have {claim[having.end() :]}"


def _compound(claim: str) -> str | None:
    """Write "X-induced apoptosis" as "apoptosis induced by X", where the noun is one word and stands alone."""
    match = re.search(rf"(?<![\w-])([A-Za-z0-9/+]+(?:-[A-Za-z0-9]+)*)-(induced|mediated) ([a-z]+){_STOPS}", claim)
    if match is None or re.search(r"\b(?:of|and|or|an?)$", claim[: match.start()].rstrip()):
        return None
    written = f"{match.group(3)} {match.group(2)} by {match.group(1)}"
    opening = upper_start(written) if match.start() == 0 else written
    return claim[: match.start()] + opening + claim[match.end() :]


_NOMINAL = (
    r"(?:expression|activation|signaling|signalling|deficiency|inhibition|activity|deletion|loss|levels|mutations)"
)
_CODE = r"[A-Za-z]*[A-Z0-9][A-Za-z0-9-]*"


def _of_phrase(claim: str) -> str | None:
    """Write "ALDH1 expression" as "expression of ALDH1", or the other way; the name is one coined word."""
    before = r"(?:^|(?<= of )|(?<= by )|(?<= in )|(?<= and )|(?<= that )|(?<= via )|(?<= from )|(?<= through ))"
    match = re.search(rf"{before}({_CODE}) ({_NOMINAL}){_STOPS}", claim)
    if match and sum(char.isupper() or char.isdigit() for char in match.group(1)) > 1:
        written = f"{match.group(2)} of {match.group(1)}"
        opening = upper_start(written) if match.start() == 0 else written
        return claim[: match.start()] + opening + claim[match.end() :]
    match = re.search(rf"\b(?:the )?({_NOMINAL}) of ({_CODE}){_STOPS}", claim, re.IGNORECASE)
    if match is None or sum(char.isupper() or char.isdigit() for char in match.group(2)) < 2:
        return None
    return f"{claim[: match.start()]}{match.group(2)} {match.group(1).lower()}{claim[match.end() :]}"
