"""The checker: what code alone can say of a claim, its quote and its table cell.

It refutes what contradicts the stored document (numbers, units, signs, cells, names, negation) and says
when a claim goes beyond its quote. What no rule decides is left to the other reviewers.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from agents.cells import check_cell
from agents.checking import CheckResult, fault, quoted
from juried.records.claim import Claim
from juried.records.document import Document, Span
from juried.text.alignment import Alignment, Edit, align
from juried.text.normalise import find_quote, normalise
from juried.text.numbers import Number, find_numbers, quantities, same_unit, states_value
from juried.text.polarity import CONDITIONS, GUESSES, HEDGES, NEGATIONS, UNIVERSALS, bound_before, opposite
from juried.text.sentences import split_sentences
from juried.text.words import STOPWORDS, Word, is_name, names, stem, word_set, words

_SCORES = (
    "accuracy",
    "f1",
    "precision",
    "recall",
    "bleu",
    "rouge",
    "score",
    "auc",
    "em",
    "map",
    "chrf",
    "comet",
    "las",
    "uas",
)
_STAND_INS = word_set("we our ours this these that those the it its they their he she such both us authors")
_REPORTING = frozenset(["that", "whether", "if"])


def check_claim(claim: Claim, document: Document) -> CheckResult:
    """Check a claim against the stored text of its document.

    Returns:
        `supports` when the claim says no more than the cited words or cell, `refutes` when they say
        something else, `not_enough_info` when the quote is not there, the claim says more, or no rule
        decides; `code` names the defect and is None when there is none.
    """
    quote = _resolve(claim, document)
    if quote is None:
        return CheckResult(
            label="not_enough_info",
            probability=99,
            reason="The quote does not stand in the stored text at the place that the claim names.",
            code="quote_not_found",
        )
    if claim.measurement is not None and claim.measurement.row is not None:
        return check_cell(claim, claim.measurement, document)
    sentence = best_sentence(claim.text, quote)
    alignment = align(claim.text, sentence)
    found = (
        _check_numbers(claim.text, quote, alignment, sentence)
        or _check_edits(claim, sentence, alignment, _context(claim, document))
        or _check_names(claim.text, quote, _context(claim, document))
        or _check_scope(claim.text, sentence, alignment)
    )
    return found or _agreement(alignment)


def _resolve(claim: Claim, document: Document) -> str | None:
    """Return the words that the claim rests on, as stored; None when a span or the quote is not there."""
    if not claim.spans or not all(_stands(span, document) for span in claim.spans):
        return None
    stored = " ".join(document.text[span.start : span.end] for span in claim.spans)
    if claim.quote and find_quote(stored, claim.quote) is None and not _same_text(stored, claim.quote):
        return None
    return stored


def _stands(span: Span, document: Document) -> bool:
    inside = 0 <= span.start < span.end <= len(document.text)
    return span.document == document.sha256 and inside and document.text[span.start : span.end] == span.quote


def _same_text(first: str, second: str) -> bool:
    return normalise(first).text.strip() == normalise(second).text.strip()


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


def _check_numbers(claim: str, quote: str, alignment: Alignment, sentence: str) -> CheckResult | None:
    """Return a number_mismatch when a number of the claim is not one of its quote."""
    stated = find_numbers(quote)
    for number in find_numbers(claim):
        if number.kind == "citation":
            continue
        if number.kind in ("identifier", "label"):
            if number.printed.lower() not in quote.lower() and alignment.near_copy:
                return _number_fault(number, stated, alignment)
        elif not any(_states(source, number, claim) for source in stated):
            return _number_fault(number, stated, alignment)
    return _check_order(claim, sentence) if alignment.near_copy else None


def _states(source: Number, number: Number, claim: str) -> bool:
    if source.kind not in ("quantity", "year") or not states_value(source, number):
        return False
    if number.uncertainty is not None and number.uncertainty != source.uncertainty:
        return False
    if number.relation and source.relation and number.relation != source.relation:
        return False
    unit_left_out = source.unit == "%" and number.unit == "" and any(word.folded in _SCORES for word in words(claim))
    return same_unit(source, number) or unit_left_out or number.kind == "year"


def _number_fault(number: Number, stated: Sequence[Number], alignment: Alignment) -> CheckResult | None:
    """Word the fault: another unit, another value, or (for a reworded claim) a number that is not there."""
    digits = [source for source in stated if source.kind == number.kind and states_value(source, number)]
    if digits:
        reason = f"The claim says {quoted(number.printed)} where the quote says {quoted(digits[0].printed)}."
        return fault("refutes", 97, reason, "number_mismatch")
    if not stated and not alignment.near_copy:
        reason = f"The claim gives {quoted(number.printed)}, and its quote states no number."
        return fault("refutes", 90, reason, "number_mismatch")
    return fault(
        "refutes", 97, f"The claim's {quoted(number.printed)} is not a number of its quote.", "number_mismatch"
    )


def _check_order(claim: str, sentence: str) -> CheckResult | None:
    """Return a fault when a near copy states the quote's numbers in another order, that is, of other things."""
    mine = quantities(claim)
    theirs = quantities(sentence)
    at = 0
    for number in mine:
        while at < len(theirs) and not states_value(theirs[at], number):
            at += 1
        if at == len(theirs) and any(states_value(source, number) for source in theirs):
            reason = f"The claim gives {quoted(number.printed)} for something else than its quote does."
            return fault("refutes", 93, reason, "number_mismatch")
        at += 1
    return None


def _check_edits(claim: Claim, sentence: str, alignment: Alignment, context: str) -> CheckResult | None:
    """Judge the changes of a near copy: negation, opposite words, swapped names."""
    lead_in = next((edit for edit in alignment.edits if edit.place == "lead_in"), None)
    if alignment.near_copy and lead_in is not None and _turns_round(lead_in, claim.text):
        negation = next(word.printed for word in lead_in.taken if _negates(word))
        reason = f"The quote introduces the statement with {quoted(negation)}, which the claim leaves out."
        return fault("refutes", 92, reason, "contradicting_evidence")
    if not alignment.near_copy:
        return None
    for edit in alignment.edits:
        found = _check_edit(edit, claim.text, sentence, context)
        if found:
            return found
    return None


def _turns_round(lead_in: Edit, claim: str) -> bool:
    """Whether a lead-in that was left out denies what follows ("We find no evidence that ...")."""
    taken = [word.folded for word in lead_in.taken]
    put = {word.folded for word in words(claim)}
    return (
        bool(taken)
        and taken[-1] in _REPORTING
        and 
    )


def _negates(word: Word) -> bool:
    return word.folded in NEGATIONS or word.folded.endswith("n't")


def _check_edit(edit: Edit, claim: str, sentence: str, context: str) -> CheckResult | None:
    turned = _negation_of(edit)
    if turned:
        return turned
    for put in edit.put:
        for taken in edit.taken:
            if len(edit.put) <= 4 and len(edit.taken) <= 4 and opposite(put.folded, taken.folded):
                reason = f"The claim says {quoted(put.printed)} where the quote says {quoted(taken.printed)}."
                return fault("refutes", 95, reason, "contradicting_evidence")
    return _swapped_name(edit, claim, sentence, context)


def _negation_of(edit: Edit) -> CheckResult | None:
    """Return a fault when a short edit puts in or takes out a negation; longer ones are left-out clauses."""
    put = [word for word in edit.put if _negates(word)]
    taken = [word for word in edit.taken if _negates(word)]
    if len(put) % 2 == len(taken) % 2 or edit.place == "lead_in" or len(edit.put) > 4 or len(edit.taken) > 4:
        return None
    if put:
        reason = f"The claim says {quoted(put[0].printed)}, which the quote does not."
    elif edit.place == "inside" or edit.put or len(edit.taken) <= 2:
        reason = f"The quote says {quoted(taken[0].printed)}, which the claim leaves out."
    else:
        return None
    return fault("refutes", 95, reason, "contradicting_evidence")


def _swapped_name(edit: Edit, claim: str, sentence: str, context: str) -> CheckResult | None:
    """Return a fault when a name of the claim stands where the quote has another name."""
    put = [word for word in edit.put if _named(word, claim) and word.folded not in sentence.lower()]
    taken = [word for word in edit.taken if _named(word, sentence)]
    if not put or not taken or len(edit.taken) > 6:
        return None
    if edit.taken[0].folded in _STAND_INS and put[0].folded in context.lower():
        return None
    reason = f"The claim speaks of {quoted(put[0].printed)} where the quote speaks of {quoted(taken[0].printed)}."
    return fault("refutes", 93, reason, "contradicting_evidence")


def _named(word: Word, text: str) -> bool:
    """Whether a word is printed as a name; a common word that opens the sentence is none."""
    opens = text[: word.start].strip() == ""
    return is_name(word, False) and not (opens and (word.folded in STOPWORDS or word.folded in _STAND_INS))


def _check_names(claim: str, quote: str, context: str) -> CheckResult | None:
    """Return a fault when a name of the claim stands neither in its quote nor in the section around it."""
    known = f" {normalise(quote).text} {normalise(context).text} ".lower()
    parts = {stem(word.folded) for word in words(known)}
    for word in names(claim):
        if not _occurs(word, known, parts):
            reason = f"The claim names {quoted(word.printed)}, which neither its quote nor the section around it names."
            return fault("not_enough_info", 90, reason, "scope_overreach")
    return None


def _occurs(word: Word, known: str, parts: set[str]) -> bool:
    folded = normalise(word.folded).text
    return folded in known or stem(folded) in parts or all(stem(part) in parts for part in folded.split("-"))


def _check_scope(claim: str, sentence: str, alignment: Alignment) -> CheckResult | None:
    """Return a scope_overreach when a near copy drops a hedge, bound or condition, or puts in a word for everything."""
    if not alignment.near_copy:
        return None
    for edit in alignment.edits:
        lost = _lost_limit(edit, claim)
        if lost:
            reason = f"The quote limits the statement by {quoted(lost)}, which the claim leaves out."
            return fault("not_enough_info", 88, reason, "scope_overreach")
        widened = next((w for w in edit.put if w.folded in UNIVERSALS and not _negates(w)), None)
        if widened and not _holds(edit.taken, UNIVERSALS):
            reason = f"The claim says {quoted(widened.printed)}, which the quote does not."
            return fault("not_enough_info", 88, reason, "scope_overreach")
    return _lost_bound(claim, sentence)


def _lost_limit(edit: Edit, claim: str) -> str:
    """Return the hedge, guess or condition that an edit took out, or "" when it took none."""
    kept = {word.folded for word in words(claim)}
    taken = [word for word in edit.taken if word.folded not in kept]
    if edit.place == "lead_in":
        reporting = bool(edit.taken) and edit.taken[-1].folded in _REPORTING
        return next((w.printed for w in taken if reporting and stem(w.folded) in GUESSES), "")
    if _holds(edit.put, HEDGES):
        return ""
    hedge = next((w.printed for w in taken if len(edit.taken) <= 4 and w.folded in HEDGES), "")
    opens = edit.taken[0] if edit.taken and not edit.put else None
    return hedge or (opens.printed if opens is not None and opens.folded in CONDITIONS else "")


def _holds(found: Iterable[Word], listed: frozenset[str]) -> bool:
    return any(word.folded in listed for word in found)


def _lost_bound(claim: str, sentence: str) -> CheckResult | None:
    """Return a fault when the quote bounds a number ("up to 5") that the claim states plainly."""
    for number in quantities(claim):
        sources = [source for source in quantities(sentence) if states_value(source, number)]
        bounds = [bound_before(sentence, source.start) for source in sources]
        if bounds and all(bounds) and not bound_before(claim, number.start):
            reason = f"The quote says {quoted(bounds[0])} {quoted(number.printed)}; the claim leaves the bound out."
            return fault("not_enough_info", 88, reason, "scope_overreach")
    return None


def _agreement(alignment: Alignment) -> CheckResult:
    """Word the outcome when no rule found a fault."""
    if alignment.kept >= 0.9:
        reason = "The claim is the quote's own wording, and every number, name and negation in it agrees."
        return CheckResult(label="supports", probability=97, reason=reason)
    reason = (
        "The quote is in the document and no number, name or negation disagrees, but the claim is worded differently."
    )
    return CheckResult(label="not_enough_info", probability=60, reason=reason)
