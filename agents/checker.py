"""The checker: what code alone can say of a claim, its quote and its table cell.

It refutes what contradicts the stored document (numbers, units, signs, cells, names, negation) and says
when a claim goes beyond its quote. What no rule decides is left to the other reviewers.
"""

from __future__ import annotations

import re

from agents.cells import check_cell
from agents.checking import CheckResult, fault
from agents.table_rules import (
    bounds_a_cell,
    check_elsewhere,
    check_tables,
    check_tests,
    computed_from_cells,
    words_of_tables,
)
from juried.records.claim import Claim
from juried.records.document import Document, Span
from juried.records.verdict import ReasonCode
from juried.text.alignment import align
from juried.text.conflicts import OVERREACH, Conflict, find_conflict, find_overreach, quoted
from juried.text.normalise import find_quote, normalise
from juried.text.numbers import find_numbers
from juried.text.sentences import split_sentences
from juried.text.words import Word, names, stem, words

_NUMBER_KINDS = frozenset(["number", "unit", "order"])
VERBATIM = 0.9
# Tables print an interval without its level, which claims give.
_INTERVAL = re.compile(r"\(\d+% CI (\S+) to (\S+?)\)")
_COMPUTED = CheckResult(
    label="not_enough_info",
    probability=60,
    reason="The numbers of the claim are cited cells or follow from them, but no rule binds the rest of it.",
)

_BOUNDED = CheckResult(
    label="not_enough_info",
    probability=60,
    reason="The claim gives a bound or an estimate where its table gives values, which no rule decides.",
)


def check_claim(claim: Claim, document: Document) -> CheckResult:
    """Check a claim against the stored text of its document.

    Returns:
        `supports` when the claim says no more than the cited words or cell, `refutes` when the quote is
        not there, says something else or says less, `not_enough_info` when no rule decides; `code` names
        the defect (the panel's outcome follows from it) and is None when there is none.
    """
    quote = _resolve(claim, document)
    if quote is None:
        reason = "The quote does not stand in the stored text at the place that the claim names."
        return fault("refutes", 99, reason, "quote_not_found")
    if claim.measurement is not None and claim.measurement.row is not None:
        return check_cell(claim, claim.measurement, document)
    ruled = check_tables(claim, document) or check_tests(claim)
    return ruled or _check_prose(claim, quote, document)


def _check_prose(claim: Claim, quote: str, document: Document) -> CheckResult:
    """Check a claim against the words that it quotes; what these leave open a table of the document may decide."""
    heads = words_of_tables(claim, document)
    headed = " ".join(part for part in (quote, heads) if part)
    sentence, context = best_sentence(claim.text, quote), _context(claim, document)
    text = _INTERVAL.sub(r"(\1, \2)", claim.text) if heads else claim.text
    conflict = find_conflict(text, sentence, context, stated_in=headed, whole=document.text)
    if conflict and conflict.kind == "number":
        excused = _from_tables(claim, document, conflict.put)
        if excused:
            return excused
    if conflict and not (conflict.kind == "unit" and _unit_in(conflict.put, heads)):
        return _word(conflict)
    missing = _unknown_name(claim.text, headed, f"{document.title} {document.text}")
    if missing:
        reason = f"The claim names {quoted(missing)}, which its source does not name."
        return fault("refutes", 90, reason, "scope_overreach")
    overreach = find_overreach(claim.text, sentence)
    if overreach:
        return _word(overreach)
    agreed = _agreement(claim.text, sentence)
    return agreed if agreed.label == "supports" else check_elsewhere(claim, document) or agreed


def _from_tables(claim: Claim, document: Document, printed: str) -> CheckResult | None:
    """Return what tables say of a number that the quote does not print; None when they do not account for it."""
    borne_out = check_elsewhere(claim, document)
    if borne_out and borne_out.label == "supports":
        return borne_out
    if computed_from_cells(claim, document):
        return _COMPUTED
    return _BOUNDED if bounds_a_cell(claim, document, printed) else None


def _resolve(claim: Claim, document: Document) -> str | None:
    """Return the words that the claim rests on, as stored; None when a span or the quote is not there."""
    if not claim.spans or not all(_stands(span, document) for span in claim.spans):
        return None
    stored = " ".join(document.text[span.start : span.end] for span in claim.spans)
    if claim.quote.strip() and find_quote(stored, claim.quote) is None:
        return None
    return stored


def _stands(span: Span, document: Document) -> bool:
    inside = 0 <= span.start < span.end <= len(document.text)
    return span.document == document.sha256 and inside and document.text[span.start : span.end] == span.quote


def _context(claim: Claim, document: Document) -> str:
    """Return the sections that hold the claim's spans, with the title; without sections, the whole text."""
    held = [
        document.text[section.start : section.end]
        for section in document.sections
        if any(section.start <= span.start < section.end for span in claim.spans)
    ]
    return " ".join([document.title, *(held or [document.text])])


def best_sentence(claim: str, quote: str) -> str:
    """Return the sentence of a quote that keeps most of the claim's words; the whole quote when it takes several."""
    parts = [quote[start:end] for start, end in split_sentences(quote)]
    if len(parts) < 2:
        return quote
    best = max(parts, key=lambda part: align(claim, part).kept)
    return best if align(claim, best).kept >= align(claim, quote).kept - 0.1 else quote


def _word(conflict: Conflict) -> CheckResult:
    """Turn a conflict into a result with its code."""
    reason = conflict.sentence("the quote")
    if conflict.kind in OVERREACH:
        return fault("refutes", 88, reason, "scope_overreach")
    code: ReasonCode = "number_mismatch" if conflict.kind in _NUMBER_KINDS else "contradicting_evidence"
    return fault("refutes", 95, reason, code)


def _unit_in(printed: str, heads: str) -> bool:
    """Whether the headers of the cited cells print the unit of a number that stands bare in its cell."""
    return bool(heads) and any(number.unit and number.unit in heads for number in find_numbers(printed))


def _unknown_name(claim: str, quote: str, context: str) -> str:
    """Return the first name of the claim that its source names nowhere, or ""."""
    known = f" {normalise(quote).text} {normalise(context).text} ".lower()
    parts = {stem(word.folded) for word in words(known)}
    return next((word.printed for word in names(claim) if not _occurs(word, known, parts)), "")


def _occurs(word: Word, known: str, parts: set[str]) -> bool:
    folded = normalise(word.folded).text
    return folded in known or stem(folded) in parts or all(stem(part) in parts for part in folded.split("-"))


def _agreement(claim: str, sentence: str) -> CheckResult:
    """Word the outcome when no rule found a fault."""
    if align(claim, sentence).kept >= VERBATIM:
        reason = "The claim is the quote's own wording, and every number, name and negation in it agrees."
        return CheckResult(label="supports", probability=97, reason=reason)
    reason = "No number, name or negation of the claim disagrees with its quote, but the wording differs."
    return CheckResult(label="not_enough_info", probability=60, reason=reason)
