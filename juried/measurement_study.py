"""What the caption and the title of a study's table say: the outcome, the population, the year; and its cells' values.

An outcome or a population is taken only where the words around it say that it is one ("odds ratios for …",
"associations of … with …", "among patients with …"); a list of several outcomes names none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from juried.measurement_captions import first_sentence
from juried.measurement_labels import clean_label

_END = (
    r"(?= (?:in|among|by|from|using|according|for|with|stratified|adjusted|adjusting|after|during|over|as|at baseline|"
    r"based|across|between|within|comparing|compared|per|under)\b| ?[.;:,(\[]|$)"
)
_PHRASE = rf"(?P<name>[A-Za-z][\w'’+-]*(?: [\w'’/+-]+){{0,7}}?){_END}"
_RATIOS = (
    r"(?i:(?:odds|hazards?|risk|rate|prevalence|incidence)(?: rate)? ratios?|relative risks?)|"
    r"\b(?:a?ORs?|a?HRs?|a?RRs?)\b"
)
_OUTCOMES = (
    re.compile(rf"(?:{_RATIOS})(?: \([^()]*\))?(?:,? (?:and|with) (?:their )?9\d ?%[^,.;]*?)? (?:for|of) {_PHRASE}"),
    re.compile(rf"\bassociations? of [^.;]+? with {_PHRASE}", re.IGNORECASE),
    re.compile(rf"\bassociations? between [^.;]+ and {_PHRASE}", re.IGNORECASE),
    re.compile(rf"\b(?:effects?|impact|influence) of [^.;]+? on {_PHRASE}", re.IGNORECASE),
    re.compile(
        rf"\b(?:risk factors?|predictors|determinants|factors|variables|characteristics) (?:(?:independently |"
        rf"significantly )?associated with|for|of) {_PHRASE}",
        re.IGNORECASE,
    ),
    re.compile(rf"\brisk of {_PHRASE}", re.IGNORECASE),
)
_PEOPLE = (
    r"(?:women|men|patients|participants|children|adults|subjects|individuals|adolescents|infants|neonates|mothers|"
    r"students|workers|people|persons|residents|households|cohort|population|populations|animals|mice|rats|sheep|"
    r"goats|cattle|cows|dogs|cats|pigs|poultry|birds|districts|villages|schools|hospitals|nurses|physicians|"
    r"volunteers|survivors|donors|veterans|pregnancies|births|users|smokers|citizens|athletes|twins|girls|boys)"
)
_POPULATION = re.compile(
    rf"\b(?:among|in|of|from|amongst) (?P<name>(?:(?!in |among |from |of |and |between |for |with )[\w'’-]+ ){{0,5}}?"
    rf"{_PEOPLE}\b[^.;:(?]*)",
    re.IGNORECASE,
)
_OTHERS_WORK = re.compile(r"\b(?:review|meta-?analys[ie]s|overview|literature|published studies)\b", re.IGNORECASE)
_YEAR = re.compile(r"\b(?:in|during) ((?:19|20)\d\d(?:[-–](?:19|20)?\d\d)?)\b")
_NUMBER = r"[-−–]?(?:\d{1,3}(?:[,  ]\d{3})+|\d+)(?:\.\d+)?"
_PLAIN = re.compile(rf"(?P<value>{_NUMBER})\s?(?P<percent>%)?")
_INTERVAL = re.compile(
    r"(?P<value>\d+(?:\.\d+)?)\s*[(\[]\s*(?P<low>[-−]?\d+(?:\.\d+)?)\s*(?:–|-|−|to|,|;)\s*(?P<high>\d+(?:\.\d+)?)\s*[)\]]"
)
_SPREAD = re.compile(rf"(?P<value>{_NUMBER})\s*(?:±|\+/-)\s*(?P<spread>\d+(?:\.\d+)?)")
_BRACKET = re.compile(rf"(?P<value>{_NUMBER})\s*\((?P<spread>\d+(?:\.\d+)?)\)")
_COUNTED = re.compile(r"(?P<count>\d{1,3}(?:[,  ]\d{3})+|\d+)\s*[(\[]?\s*(?P<share>\d{1,3}(?:\.\d+)?)\s?%?\s*[)\]]?")


@dataclass(frozen=True)
class Study:
    """What a table's surroundings say; "" for what they do not."""

    outcome: str
    population: str
    year: str


@dataclass(frozen=True)
class Value:
    """The number of a cell with its spread as printed: `low` and `high` of an interval, or one `spread`."""

    value: str
    low: str = ""
    high: str = ""
    spread: str = ""
    count: str = ""


def study_of(caption: str, title: str) -> Study:
    """Return outcome, population and year of a table; the title speaks of a study's own data, not of a review's."""
    head = first_sentence(clean_label(caption))
    own_title = "" if _OTHERS_WORK.search(title) else clean_label(title)
    years = set(_YEAR.findall(head))
    return Study(
        outcome=_outcome(head) or _outcome(own_title),
        population=_population(head) or _population(own_title),
        year=years.pop() if len(years) == 1 else "",
    )


def _outcome(text: str) -> str:
    for pattern in _OUTCOMES:
        found = pattern.search(text)
        if not found:
            continue
        name = found["name"].strip()
        listed = re.match(r",? (?:and|or)\b|,", text[found.end("name") :]) or re.search(r"\b(?:and|or)\b", name)
        if not listed and re.search(r"[A-Za-z]{3}", name):
            return lower_first(name)
    return ""


def _population(text: str) -> str:
    found = _POPULATION.search(text)
    name = (
        re.sub(r"\s+(?:at (?:recruitment|baseline)|used in .*|by .*|according to .*)$", "", found["name"])
        if found
        else ""
    )
    return lower_first(name.strip(" ,")) if name and len(name.split()) <= 20 else ""


def lower_first(text: str) -> str:
    """Lower the first letter of a phrase that begins with a plain word, and no name, acronym or title case."""
    word = text.split(maxsplit=1)[0] if text.split() else ""
    if re.search(rf" (?=[A-Z])(?i:{_PEOPLE})\b", text):
        return text
    return text[:1].lower() + text[1:] if word[1:].islower() and len(word) > 1 else text


def read_interval(text: str) -> Value | None:
    """Return an estimate with its interval, None for another cell or an interval that does not hold its estimate."""
    found = _INTERVAL.fullmatch(clean_label(text))
    if not found:
        return None
    low, value, high = (Decimal(found[name].replace("−", "-")) for name in ("low", "value", "high"))
    return Value(found["value"], low=found["low"], high=found["high"]) if low <= value <= high and low < high else None


def read_plain(text: str) -> Value | None:
    """Return one number without spread, None for another cell."""
    found = _PLAIN.fullmatch(clean_label(text))
    return Value(bare_number(found["value"])) if found else None


def read_spread(text: str, bracketed: bool) -> Value | None:
    """Return a number with its deviation: "5.2 ± 1.1", and "57.4 (8.0)" where a header says that brackets hold it."""
    found = _SPREAD.fullmatch(clean_label(text)) or (_BRACKET.fullmatch(clean_label(text)) if bracketed else None)
    return Value(bare_number(found["value"]), spread=found["spread"]) if found else None


def read_share(text: str, size: str) -> Value | None:
    """Return the share of "2219 (45 %)" when it is that count over the size of its group, as far as it is printed."""
    found = _COUNTED.fullmatch(clean_label(text))
    if not found or not size or Decimal(bare_number(size)) <= 0:
        return None
    share = Decimal(found["share"])
    computed = 100 * Decimal(bare_number(found["count"])) / Decimal(bare_number(size))
    step = Decimal(1).scaleb(int(share.as_tuple().exponent))
    close = abs(computed - share) <= step / 2 + Decimal("0.000001")
    return Value(found["share"], count=bare_number(found["count"])) if close else None


def bare_number(text: str) -> str:
    """Return a number without separators of thousands, with an ASCII minus."""
    return re.sub(r"^[−–]", "-", re.sub(r"[,  ]", "", text))
