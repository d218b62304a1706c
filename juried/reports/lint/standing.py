"""R4: a claim stands without its paper: no layout, no citation key, no "our method".

Author and year are resolved when the references hold a work of that author and year; numbers and keys in
square brackets never are, for they count in another list.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from juried.counting import tried_claims
from juried.records.run import RunRecord
from juried.reports.lint.claim_rows import ClaimRow
from juried.reports.lint.findings import Finding, error, not_run
from juried.reports.lint.parsing import ReportText
from juried.reports.numbering import used_works
from juried.text.words import word_set

_LAYOUT = re.compile(
    r"\b(?i:tables?|tabs?\.|figures?|figs?\.?|sections?|sects?\.?|secs?\.|appendi(?:x|ces)|equations?|eqs?\.?|"
    r"algorithm|listing|chapter|supplementary \w+)(?:\s?\(?S?\d|\s\(?[A-Z]\b|\s\(?[IVX]+\b)\)?(?:\.\d+|\d)*|§\s?\d|"
    r"\b(?i:the|this|see|in) (?:[\w-]+ )?(?i:table|figure|appendix|section|footnote|supplement)s?\b"
    r"(?= (?:shows?|lists?|reports?|presents?|gives?|contains?|summari[sz]es?|above|below|of (?:this|the) paper)"
    r"|[.,)]|$)|"
    r"\b(?:shown|listed|given|described|mentioned|reported) (?:above|below)\b|"
    r"\b(?i:the|this) (?:following|previous|next|preceding) (?:section|table|figure|paragraph|page)\b"
)
_KEY = re.compile(r"\[[A-Z][A-Za-z+]*\+?\d{2}[a-z]?(?:[,;] ?[A-Z][A-Za-z+]*\+?\d{2}[a-z]?)*\]|\[\?+\]|\(\?+\)|\?\?")
_NUMBER = re.compile(r"(?<!range )(?<!interval )(?<!between )(?<!scale )\[\d+(?:[,;–-] ?\d+)*\]")
_OWN = re.compile(
    r"\b(?:we|ours?|us|my)\b(?!-)|"
    r"\b(?:this|the present|the current) (?:paper|work|study|article|thesis|survey|section)\b|"
    r"\bthe (?:proposed|aforementioned|above-mentioned|present) (?:[\w-]+ )?"
    r"(?:method|approach|model|system|framework|technique|algorithm|architecture|dataset|corpus)\b|"
    r"^(?:These|Those|They|Their)\b",
    re.IGNORECASE,
)
_CITED = re.compile(
    r"([A-Z][\w’'-]+)(?: et al\.?,?| (?:and|&) [A-Z][\w’'-]+,?|,)? (?:\((\d{4})[a-z]?\)|(\d{4})[a-z]?(?=[);]))"
)

_MONTHS = word_set("January February March April May June July August September October November December")


def open_references(text: str, references: Iterable[str] = ()) -> tuple[str, ...]:
    """Return what a claim's words point at outside itself: layout, citation keys, its authors, works not listed.

    Args:
        text: The claim.
        references: Entries of the report's references, which resolve an author with a year.
    """
    found = [match.group() for pattern in (_LAYOUT, _KEY, _NUMBER) for match in pattern.finditer(text)]
    found += [match.group() for match in _OWN.finditer(text) if match.group() != "US"]
    listed = list(references)
    for match in _CITED.finditer(text):
        name, year = match.group(1), match.group(2) or match.group(3)
        if _names_author(name) and not any(name in entry and year in entry for entry in listed):
            found.append(match.group())
    return tuple(dict.fromkeys(found))


def _names_author(name: str) -> bool:
    """Whether a word before a year can be an author's name, and is no acronym (CoNLL, WMT) or month."""
    return sum(map(str.isupper, name)) <= 2 and not name.isupper() and name not in _MONTHS


def standing_in_text(report: ReportText, rows: Sequence[ClaimRow]) -> list[Finding]:
    """R4 on a text: every listed claim."""
    if not rows:
        return [not_run("R4", "The text lists no claims.")]
    entries = [line.text for line in report.references]
    return _findings([(row.name, row.text) for row in rows], entries)


def standing_in_record(record: RunRecord) -> list[Finding]:
    """R4 on a record: every claim that was tried."""
    tried = tried_claims(record)
    entries = [f"{'; '.join(work.authors)} {work.year}" for work in used_works(record, tried)]
    return _findings([(claim.id, claim.text) for claim in tried], entries)


def _findings(claims: Iterable[tuple[str, str]], references: Sequence[str]) -> list[Finding]:
    return [
        error("R4", where, f"points outside itself: {', '.join(pointers)}.", text)
        for where, text in claims
        if (pointers := open_references(text, references))
    ]
