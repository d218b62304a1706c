"""Judging claims by method, one mandate at a time: rules over wording first, the fitted verifier after.

The confirmer asks whether the source's own passages state the claim; the challenger looks for a passage
that contradicts it; the integrator compares it with other claims and looks for overreach. A refutation
always names the two words or numbers that clash: a high score alone refutes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from juried.backends.embedded.features import covered
from juried.backends.embedded.verifier import Assessment, Weights, assess
from juried.records.verdict import Label
from juried.tasks import ClaimCard, ClaimVote, ClaimVotes, EvidenceCard, JudgeClaims
from juried.text.alignment import align
from juried.text.clashes import clash
from juried.text.conflicts import Conflict, find_conflict, find_overreach, quoted, states_number
from juried.text.numbers import find_numbers, quantities
from juried.text.polarity import associative, causal, opposite, universals
from juried.text.sentences import split_sentences
from juried.text.words import content_stems, names, words

Embed = Callable[[Sequence[str]], NDArray[np.float32]]
COPIED = 0.9
SURE = 97
REWORDED_AT_MOST = 95
_SAME_SUBJECT = 0.6
_SAME_COSINE = 0.7
_AGREES = 0.6
_AGREES_COSINE = 0.75
_AGREES_COVERED = 0.7
_REFUTES = 0.5
_REFUTES_OWN = 0.65
_REWORDED = 0.6
_CONTRADICTS = frozenset(["opposite", "negation_added", "negation_lost", "denial"])


@dataclass(frozen=True)
class Line:
    """One sentence of a passage with its cosine to the claim that is judged."""

    card: EvidenceCard
    text: str
    cosine: float


@dataclass(frozen=True)
class Found:
    """What was found for a claim: a label with its per cent, the passages it rests on, and why."""

    label: Label
    percent: int
    labels: tuple[str, ...]
    reason: str


class EmbeddedJudge:
    """Answers `JudgeClaims`; the vote on a claim depends on that claim, its passages and the mandate alone.

    Args:
        embed: Returns one unit row per text, whatever the texts beside it; it should keep what it computed.
        weights: The verifier's weights; those that ship with juried when None.
    """

    def __init__(self, embed: Embed, weights: Weights | None = None) -> None:
        self._embed = embed
        self._weights = weights

    def judge(self, task: JudgeClaims) -> ClaimVotes:
        """Return one vote per claim, in the task's order."""
        cards = {card.label: card for card in task.evidence}
        votes = []
        for claim, own in zip(task.claims, task.own_evidence, strict=True):
            found = self._try(task, claim, own, cards)
            order = {label: place for place, label in enumerate(cards)}
            labels = tuple(sorted(set(found.labels), key=lambda label: order[label]))
            votes.append(
                ClaimVote(
                    claim_id=claim.id,
                    label=found.label,
                    probability=found.percent,
                    evidence=labels,
                    reason=found.reason,
                )
            )
        return ClaimVotes(votes=tuple(votes))

    def _try(self, task: JudgeClaims, claim: ClaimCard, own: Sequence[str], cards: Mapping[str, EvidenceCard]) -> Found:
        source = [cards[label] for label in dict.fromkeys(claim.source_labels) if label in cards]
        sought = [cards[label] for label in dict.fromkeys(own) if label in cards and label not in claim.source_labels]
        if task.reviewer == "confirmer":
            return self._confirm(claim, source, sought)
        if task.reviewer == "integrator":
            return self._integrate(claim, source, sought)
        return self._challenge(claim, sought)

    def _lines(self, claim: ClaimCard, cards: Sequence[EvidenceCard]) -> list[Line]:
        """Return the sentences of passages, by work and text, so that the pool's order and labels do not matter."""
        held = sorted(cards, key=lambda card: (card.work_id, card.section, card.text))
        texts = [(card, text) for card in held for text in _sentences(card.text)]
        if not texts:
            return []
        rows = self._embed([claim.text, *(text for _, text in texts)])
        cosines = rows[1:] @ rows[0]
        return [Line(card, text, round(float(c), 5)) for (card, text), c in zip(texts, cosines, strict=True)]

    def _confirm(self, claim: ClaimCard, source: Sequence[EvidenceCard], sought: Sequence[EvidenceCard]) -> Found:
        """Say whether the passages that hold the quote state the claim."""
        held = source or [card for card in sought if card.work_id == claim.work_id]
        if claim.kind == "measurement" and (row := _table_row(claim, held)):
            return row
        lines = self._lines(claim, held)
        if not lines:
            return Found("not_enough_info", SURE, (), "No passage of the source was shown for this claim.")
        copied = _copied(claim, lines)
        if copied:
            return copied
        assessment = _assess(claim, lines, self._weights)
        return _word_assessment(claim, lines, assessment)

    def _challenge(self, claim: ClaimCard, sought: Sequence[EvidenceCard]) -> Found:
        """Look for the strongest contradiction, then for independent agreement."""
        lines = [line for line in self._lines(claim, sought) if _same_subject(claim, line)]
        refuting = [found for line in lines if (found := _refutation(claim, line, self._weights))]
        if refuting:
            return _strongest(refuting)
        others = [line for line in lines if line.card.work_id != claim.work_id]
        agreeing = [found for line in others if (found := _agreement(claim, line, self._weights))]
        if agreeing:
            return _strongest(agreeing)
        reason = "No passage of this or another work that was found contradicts the claim."
        return Found("not_enough_info", 80, (), reason)

    def _integrate(self, claim: ClaimCard, source: Sequence[EvidenceCard], sought: Sequence[EvidenceCard]) -> Found:
        """Look for overreach beyond the quote, then compare with what others say of the same quantity."""
        overreach = None if claim.kind == "measurement" else _overreach(claim)
        if overreach and source:
            return Found("refutes", 80, tuple(card.label for card in source), overreach)
        lines = [line for line in self._lines(claim, sought) if line.card.work_id != claim.work_id]
        compared = [found for line in lines if (found := _compare(claim, line))]
        if compared:
            return _strongest(compared)
        reason = "The claim says no more than its quote, and no other passage found speaks of the same quantity."
        return Found("not_enough_info", 80, (), reason)


def _sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in split_sentences(text)]


def _strongest(found: Sequence[Found]) -> Found:
    """Return the finding with the highest per cent, resting on all passages that found the same; refutations first."""
    best = max(found, key=lambda item: (item.label == "refutes", item.percent, item.reason))
    same = tuple(label for item in found if item.label == best.label for label in item.labels)
    return Found(best.label, best.percent, same, best.reason)


def _copied(claim: ClaimCard, lines: Sequence[Line]) -> Found | None:
    """Judge a claim that is a near copy of a sentence by its edits alone; None when it is no near copy."""
    line = max(lines, key=lambda item: (align(claim.text, item.text).kept, item.cosine, item.text))
    alignment = align(claim.text, line.text)
    context = " ".join(item.text for item in lines)
    if not alignment.near_copy:
        return None
    labels = _holding(lines, line.text)
    conflict = find_conflict(claim.text, line.text, context)
    if conflict:
        return Found("refutes", 93, labels, conflict.sentence("the source"))
    overreach = find_overreach(claim.text, line.text)
    if overreach:
        return Found("not_enough_info", 85, labels, overreach.sentence("the source"))
    if alignment.kept < COPIED:
        return None
    return Found("supports", SURE, labels, f"The source states this in the same words{_about(claim, line)}.")


def _holding(lines: Sequence[Line], text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(line.card.label for line in lines if line.text == text))


def _about(claim: ClaimCard, line: Line) -> str:
    section = " ".join(line.card.section.split())
    return f" in the section {quoted(section)}" if section else ""


def _table_row(claim: ClaimCard, cards: Sequence[EvidenceCard]) -> Found | None:
    """Confirm a measurement by the table row that prints its cell and names its system; None without such a row."""
    cell = " ".join(claim.quote.split())
    wanted = set(content_stems(claim.text))
    rows = [(card, row) for card in cards for row in card.text.splitlines() if " | " in row and cell in _cells(row)]
    fit = [(len(wanted & set(content_stems(row))), card.label, row) for card, row in rows]
    best = max(fit, default=None, key=lambda item: (item[0], item[2]))
    if best is None or best[0] == 0 or not cell:
        return None
    labels = tuple(label for shared, label, row in fit if row == best[2])
    return Found(
        "supports", 95, labels, f"The table row that names the system prints {quoted(cell)} in one of its cells."
    )


def _cells(row: str) -> list[str]:
    return [" ".join(cell.split()) for cell in row.split(" | ")]


def _assess(claim: ClaimCard, lines: Sequence[Line], weights: Weights | None) -> Assessment:
    return assess(claim.text, [line.text for line in lines], [line.cosine for line in lines], weights)


def _word_assessment(claim: ClaimCard, lines: Sequence[Line], assessment: Assessment) -> Found:
    """Turn the verifier's chances for a reworded claim into a vote."""
    labels = tuple(dict.fromkeys(lines[place].card.label for place in assessment.deciding))
    best = lines[assessment.deciding[0]]
    shared = _shared_words(claim.text, best.text)
    chances = {"supports": assessment.supports, "refutes": assessment.refutes, "silent": assessment.silent}
    first = max(sorted(chances), key=lambda name: chances[name])
    percent = min(REWORDED_AT_MOST, round(100 * chances[first]))
    conflict = clash(claim.text, best.text) or find_conflict(claim.text, best.text)
    if first == "supports" and chances[first] >= _REWORDED and not conflict:
        return Found("supports", percent, labels, f"The source says so in other words; both speak of {shared}.")
    if first == "refutes" and chances[first] >= _REFUTES_OWN and conflict:
        return Found("refutes", percent, labels, conflict.sentence("the source"))
    if conflict:
        return Found(
            "not_enough_info", max(60, percent), labels, conflict.sentence("the nearest sentence of the source")
        )
    reason = f"The source speaks of {shared} but does not plainly state the claim." if shared else _SILENT
    return Found("not_enough_info", max(50, round(100 * (1 - chances["supports"]))), labels, reason)


_SILENT = "The passages shown speak of something else."


def _shared_words(first: str, second: str) -> str:
    """Return up to three words of the claim that the other sentence has too, for a reason; "" when there are none."""
    held = set(content_stems(second))
    shared = [word.printed for word in words(first) if (stems := content_stems(word.printed)) and set(stems) <= held]
    kept = sorted(dict.fromkeys(shared), key=lambda word: (-covered(content_stems(first), content_stems(word)), word))[
        :3
    ]
    return ", ".join(quoted(word) for word in kept)


def _same_subject(claim: ClaimCard, line: Line) -> bool:
    """Whether a sentence speaks of what the claim speaks of: most rare words, all names, near in meaning."""
    if line.cosine < _SAME_COSINE or covered(content_stems(claim.text), content_stems(line.text)) < _SAME_SUBJECT:
        return False
    held = {word.folded for word in words(line.text)}
    return all(name.folded in held for name in names(claim.text))


def _refutation(claim: ClaimCard, line: Line, weights: Weights | None) -> Found | None:
    """Return a refutation only where two words or numbers clash on the same subject and the verifier agrees."""
    conflict = _clash_of(claim, line)
    if conflict is None:
        return None
    chance = _assess(claim, [line], weights).refutes
    if chance < _REFUTES:
        return None
    where = "the same work" if line.card.work_id == claim.work_id else quoted(line.card.work)
    reason = conflict.sentence(f"a passage of {where}")
    return Found("refutes", min(90, max(60, round(100 * chance))), (line.card.label,), reason)


def _clash_of(claim: ClaimCard, line: Line) -> Conflict | None:
    """Return what clashes: for a near copy any conflict of wording, else opposite words about the same thing."""
    if not align(claim.text, line.text).near_copy:
        return clash(claim.text, line.text)
    conflict = find_conflict(claim.text, line.text)
    # Parallel statements about other names or amounts contradict nothing.
    return conflict if conflict and conflict.kind in _CONTRADICTS and _names(claim.text) == _names(line.text) else None


def _names(text: str) -> frozenset[str]:
    return frozenset(word.folded for word in names(text))


def _agreement(claim: ClaimCard, line: Line, weights: Weights | None) -> Found | None:
    """Return independent support by another work's sentence on the same subject, without a clash or other number."""
    if _clash_of(claim, line) or not _numbers_agree(claim.text, line.text) or _any_opposite(claim.text, line.text):
        return None
    if line.cosine < _AGREES_COSINE or covered(content_stems(claim.text), content_stems(line.text)) < _AGREES_COVERED:
        return None
    chance = _assess(claim, [line], weights).supports
    if chance < _AGREES:
        return None
    shared = _shared_words(claim.text, line.text)
    reason = f"{quoted(line.card.work)} says the same of {shared}."
    return Found("supports", min(90, round(100 * chance)), (line.card.label,), reason)


def _any_opposite(claim: str, sentence: str) -> bool:
    """Whether any word of one is the opposite of any of the other, parts of hyphenated words included."""
    mine, theirs = ({part for word in words(text) for part in word.folded.split("-")} for text in (claim, sentence))
    return any(opposite(first, second) for first in sorted(mine) for second in sorted(theirs))


def _numbers_agree(claim: str, sentence: str) -> bool:
    stated = find_numbers(sentence)
    return all(any(states_number(source, number, claim) for source in stated) for number in quantities(claim))


def _overreach(claim: ClaimCard) -> str:
    """Return what a claim says beyond its quote, as a sentence, or "" when it does not."""
    quote = max(_sentences(claim.quote) or [claim.quote], key=lambda part: align(claim.text, part).kept)
    found = find_overreach(claim.text, quote)
    if found:
        return found.sentence("the quote")
    if align(claim.text, quote).near_copy:
        return ""
    added = [word for word in universals(claim.text) if word not in universals(claim.quote)]
    if added:
        return f"The claim says {quoted(added[0])}, which the quote does not."
    if causal(claim.text) and not causal(claim.quote) and associative(claim.quote):
        return "The claim says that one thing brings about another, where the quote says only that they go together."
    return ""


def _compare(claim: ClaimCard, line: Line) -> Found | None:
    """Compare a number with the same quantity in another work; None when the sentence speaks of another quantity."""
    mine, theirs = quantities(claim.text), quantities(line.text)
    if not mine or not theirs or not _same_subject(claim, line) or not align(claim.text, line.text).near_copy:
        return None
    conflict = find_conflict(claim.text, line.text)
    if conflict is None:
        return Found(
            "supports", 80, (line.card.label,), f"{quoted(line.card.work)} gives the same number for the same quantity."
        )
    if conflict.kind not in ("number", "unit"):
        return None
    reason = f"{quoted(line.card.work)} gives another number for the same quantity than {quoted(mine[0].printed)}."
    return Found("refutes", 75, (line.card.label,), reason)
