"""Where a claim and its source's words disagree, found by rule: numbers, negation, opposite words, names, lost limits.

Only a claim that is a near copy of the source is judged by its edits; of a reworded claim only the
numbers are. What no rule finds is no conflict, which is not to say that the source states the claim.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from juried.text.alignment import Alignment, Edit, align
from juried.text.number_scopes import bounds_a_group, counted_elsewhere, units_after
from juried.text.numbers import Number, find_numbers, quantities, same_unit, states_value
from juried.text.polarity import CONDITIONS, GUESSES, HEDGES, NEGATIONS, UNIVERSALS, bound_before, opposite
from juried.text.recomputing import recomputed
from juried.text.words import STOPWORDS, Word, is_name, stem, word_set, words

ConflictKind = Literal[
    "number",
    "unit",
    "order",
    "denial",
    "negation_added",
    "negation_lost",
    "opposite",
    "name",
    "limit",
    "universal",
    "bound",
]
OVERREACH: frozenset[ConflictKind] = frozenset(["limit", "universal", "bound"])
_WORDING: dict[ConflictKind, str] = {
    "number": "The claim's {put} is not a number of {source}.",
    "unit": "The claim says {put} where {source} says {taken}.",
    "order": "The claim gives {put} for something else than {source} does.",
    "denial": "{Source} introduces the statement with {taken}, which the claim leaves out.",
    "negation_added": "The claim says {put}, which {source} does not.",
    "negation_lost": "{Source} says {taken}, which the claim leaves out.",
    "opposite": "The claim says {put} where {source} says {taken}.",
    "name": "The claim speaks of {put} where {source} speaks of {taken}.",
    "limit": "{Source} limits the statement by {taken}, which the claim leaves out.",
    "universal": "The claim says {put}, which {source} does not.",
    "bound": "{Source} says {taken} {put}, and the claim leaves the bound out.",
}
_SCORES = word_set("accuracy f1 precision recall bleu rouge score auc em map chrf comet las uas")
_STAND_INS = word_set("we our ours this these that those the it its they their he she such both us authors")
_REPORTING = word_set("that whether if")
_SHORT = 4


@dataclass(frozen=True)
class Conflict:
    """One disagreement: `put` is what the claim says, `taken` what the source says; either may be empty."""

    kind: ConflictKind
    put: str
    taken: str = ""

    def sentence(self, source: str) -> str:
        """Return the disagreement as one sentence for people; `source` is what it calls the other side."""
        values = {"put": quoted(self.put), "taken": quoted(self.taken), "source": source}
        return _WORDING[self.kind].format(Source=source[:1].upper() + source[1:], **values)


def quoted(text: str) -> str:
    """Return a piece of text in quotation marks, its white space as single blanks."""
    return f"“{' '.join(text.split())}”"


def find_conflict(
    claim: str, sentence: str, context: str = "", stated_in: str = "", whole: str = ""
) -> Conflict | None:
    """Return the first way in which a claim says something else than its source, or None.

    Args:
        claim: The claim.
        sentence: The sentence of the source that is nearest to the claim.
        context: The text around it, which may resolve "we", "this" or "it".
        stated_in: Where the claim's numbers may stand, if that is more than the sentence.
        whole: The text of the document, which may count what the sentence only names, and say what bounds a group.
    """
    alignment = align(claim, sentence)
    return number_conflict(claim, sentence, alignment, stated_in or sentence, whole or context) or _edit_conflict(
        claim, sentence, alignment, context
    )


def find_overreach(claim: str, sentence: str) -> Conflict | None:
    """Return the first way in which a near copy says more than its source (a lost hedge or condition), or None."""
    alignment = align(claim, sentence)
    if not alignment.near_copy:
        return None
    for edit in alignment.edits:
        lost = _lost_limit(edit, claim)
        if lost:
            return Conflict("limit", "", lost)
        widened = next((word for word in edit.put if word.folded in UNIVERSALS and not negates(word)), None)
        if widened and not _holds(edit.taken, UNIVERSALS):
            return Conflict("universal", widened.printed)
    return _lost_bound(claim, sentence)


def negates(word: Word) -> bool:
    """Whether a word alone denies."""
    return word.folded in NEGATIONS or word.folded.endswith("n't")


def number_conflict(
    claim: str, sentence: str, alignment: Alignment, stated_in: str, whole: str = ""
) -> Conflict | None:
    """Return the first number of the claim that the source does not state, or states of something else.

    A count ("in nine languages") and a bound ("prevalence of 10 % or more") may stand elsewhere in the document, for
    they tell the scope of the source's words.
    """
    stated = find_numbers(stated_in)
    for number in find_numbers(claim):
        if number.kind in ("identifier", "label"):
            if alignment.near_copy and number.printed.lower() not in stated_in.lower():
                return Conflict("number", number.printed)
        elif number.kind != "citation" and not any(states_number(source, number, claim) for source in stated):
            if counted_elsewhere(number, claim, stated_in, whole) or bounds_a_group(number, claim, stated, whole):
                continue
            if not alignment.near_copy and recomputed(number, claim, stated_in, stated):
                continue
            other = next((s for s in stated if s.kind == number.kind and states_value(s, number)), None)
            if other and number.unit in units_after(other, stated_in):
                continue
            return Conflict("unit", number.printed, other.printed) if other else Conflict("number", number.printed)
    return _moved_number(claim, sentence) if alignment.near_copy else None


def states_number(source: Number, number: Number, claim: str) -> bool:
    """Whether a source's number states a claim's: value, sign, uncertainty, bound and unit.

    A claim about a score may leave out the per cent sign.
    """
    if source.kind not in ("quantity", "year") or not states_value(source, number):
        return False
    if number.uncertainty is not None and number.uncertainty != source.uncertainty:
        return False
    if number.relation and source.relation and number.relation != source.relation:
        return False
    bare_score = source.unit == "%" and number.unit == "" and any(word.folded in _SCORES for word in words(claim))
    return same_unit(source, number) or bare_score or number.kind == "year"


def _moved_number(claim: str, sentence: str) -> Conflict | None:
    """Return a conflict when a near copy states the source's numbers in another order, that is, of other things."""
    theirs = quantities(sentence)
    at = 0
    for number in quantities(claim):
        while at < len(theirs) and not states_value(theirs[at], number):
            at += 1
        if at == len(theirs) and any(states_value(source, number) for source in theirs):
            return Conflict("order", number.printed)
        at += 1
    return None


def _edit_conflict(claim: str, sentence: str, alignment: Alignment, context: str) -> Conflict | None:
    """Judge the changes of a near copy: a denial left out, negation, opposite words, swapped names."""
    if not alignment.near_copy:
        return None
    for edit in alignment.edits:
        found = (
            _denial_lost(edit, claim)
            or _negation(edit)
            or _opposite(edit)
            or _swapped_name(edit, claim, sentence, context)
        )
        if found:
            return found
    return None


def _denial_lost(edit: Edit, claim: str) -> Conflict | None:
    """Return a conflict when a left-out lead-in denies what follows ("No ...", "We find no evidence that ...")."""
    if edit.place != "lead_in" or not edit.taken:
        return None
    kept = {word.folded for word in words(claim)}
    lost = [word for word in edit.taken if negates(word) and word.folded not in kept]
    denies = bool(lost) and (edit.taken[-1].folded in _REPORTING or lost[-1] in edit.taken[-2:])
    return Conflict("denial", "", lost[-1].printed) if denies else None


def _negation(edit: Edit) -> Conflict | None:
    """Return a conflict when a short edit puts in or takes out a negation; longer ones are left-out clauses."""
    put = [word for word in edit.put if negates(word)]
    taken = [word for word in edit.taken if negates(word)]
    even = len(put) % 2 == len(taken) % 2
    if even or edit.place == "lead_in" or len(edit.put) > _SHORT or len(edit.taken) > _SHORT:
        return None
    if put:
        return Conflict("negation_added", put[0].printed)
    left_out = edit.place == "inside" or edit.put or len(edit.taken) <= 2
    return Conflict("negation_lost", "", taken[0].printed) if left_out else None


def _opposite(edit: Edit) -> Conflict | None:
    if len(edit.put) > _SHORT or len(edit.taken) > _SHORT:
        return None
    pairs = ((put, taken) for put in edit.put for taken in edit.taken)
    return next(
        (
            Conflict("opposite", put.printed, taken.printed)
            for put, taken in pairs
            if opposite(put.folded, taken.folded)
        ),
        None,
    )


def _swapped_name(edit: Edit, claim: str, sentence: str, context: str) -> Conflict | None:
    """Return a conflict when a name of the claim stands where the source has another name."""
    put = [word for word in edit.put if _named(word, claim) and word.folded not in sentence.lower()]
    near = edit.taken[-_SHORT:] if edit.place == "lead_in" else edit.taken
    taken = [word for word in near if _named(word, sentence)]
    if not put or not taken or len(near) > 6:
        return None
    if edit.taken[0].folded in _STAND_INS and put[0].folded in context.lower():
        return None
    return Conflict("name", put[0].printed, taken[-1].printed if edit.place == "lead_in" else taken[0].printed)


def _named(word: Word, text: str) -> bool:
    """Whether a word is printed as a name; a common word that opens the sentence is none."""
    opens = text[: word.start].strip() == ""
    return is_name(word, False) and not (opens and (word.folded in STOPWORDS or word.folded in _STAND_INS))


def _lost_limit(edit: Edit, claim: str) -> str:
    """Return the hedge, guess or condition that an edit took out, or "" when it took none."""
    kept = {word.folded for word in words(claim)}
    taken = [word for word in edit.taken if word.folded not in kept]
    if edit.place == "lead_in":
        reporting = bool(edit.taken) and edit.taken[-1].folded in _REPORTING
        return next((word.printed for word in taken if reporting and stem(word.folded) in GUESSES), "")
    if _holds(edit.put, HEDGES):
        return ""
    hedge = next((word.printed for word in taken if len(edit.taken) <= _SHORT and word.folded in HEDGES), "")
    opens = edit.taken[0] if edit.taken and not edit.put else None
    return hedge or (opens.printed if opens is not None and opens.folded in CONDITIONS else "")


def _holds(found: Iterable[Word], listed: frozenset[str]) -> bool:
    return any(word.folded in listed for word in found)


def _lost_bound(claim: str, sentence: str) -> Conflict | None:
    """Return a conflict when the source bounds a number ("up to 5") that the claim states plainly."""
    theirs = quantities(sentence)
    for number in quantities(claim):
        bounds = _bounds(sentence, [source for source in theirs if states_value(source, number)])
        if bounds and all(bounds) and not bound_before(claim, number.start):
            return Conflict("bound", number.printed, bounds[0])
    return None


def _bounds(sentence: str, numbers: Sequence[Number]) -> list[str]:
    return [bound_before(sentence, number.start) for number in numbers]
