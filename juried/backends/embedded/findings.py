"""What can be found for a claim in the sentences of its evidence, each as a label with its per cent and its reason.

Rules over wording come first, the fitted verifier after. A refutation always names the two words or
numbers that clash: a high score alone refutes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from juried.backends.embedded.rarity import covered
from juried.backends.embedded.verifier import Assessment, Verifier, assess
from juried.records.verdict import Label
from juried.tasks import ClaimCard, EvidenceCard
from juried.text.alignment import align
from juried.text.clashes import clash
from juried.text.conflicts import Conflict, find_conflict, find_overreach, quoted, states_number
from juried.text.numbers import find_numbers, quantities
from juried.text.overreach import overreach
from juried.text.polarity import asks, opposite
from juried.text.sentences import split_sentences
from juried.text.words import content_stems, names, words

COPIED = 0.9
SURE, RULED_OUT = 97, 93
REWORDED_AT_MOST = 95
_SAME_SUBJECT = 0.6
_SAME_COSINE = 0.7
_AGREES = 0.65
_AGREES_COSINE = 0.75
_AGREES_COVERED = 0.7
_REFUTES = 0.5
_REFUTES_OWN = 0.65
# The lowest of six with 95 % of the support right on SciFact train, judged by models that left the claims out.
_REWORDED = 0.75
_YEAR = re.compile(r" \((?:\d{4}|n\.d\.)\)$")
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


def sentences_of(text: str) -> list[str]:
    """Return the sentences of a passage in order."""
    return [text[start:end] for start, end in split_sentences(text)]


def strongest(found: Sequence[Found]) -> Found:
    """Return the finding with the highest per cent, resting on all passages that found the same; refutations first."""
    best = max(found, key=lambda item: (item.label == "refutes", item.percent, item.reason))
    same = tuple(label for item in found if item.label == best.label for label in item.labels)
    return Found(best.label, best.percent, same, best.reason)


def judge_copy(claim: ClaimCard, lines: Sequence[Line]) -> Found | None:
    """Judge a claim that is a near copy of a sentence by its edits alone; None when it is no near copy."""
    line = max(lines, key=lambda item: (align(claim.text, item.text).kept, item.cosine, item.text))
    alignment = align(claim.text, line.text)
    context = " ".join(item.text for item in lines)
    if not alignment.near_copy:
        return None
    labels = _holding(lines, line.text)
    conflict = find_conflict(claim.text, line.text, context)
    if conflict:
        return Found("refutes", RULED_OUT, labels, conflict.sentence("the source"))
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


def judge_row(claim: ClaimCard, cards: Sequence[EvidenceCard]) -> Found | None:
    """Confirm a measurement by the table row that prints its cell and names its system; None without such a row."""
    cell = " ".join(claim.quote.split())
    wanted = set(content_stems(claim.text))
    rows = [(card, row) for card in cards for row in card.text.splitlines() if " | " in row and cell in _cells(row)]
    fit = [(len(wanted & set(content_stems(row))), card.label, row) for card, row in rows]
    best = max(fit, default=None, key=lambda item: (item[0], item[2]))
    if best is None or best[0] == 0 or not cell:
        return None
    labels = tuple(label for shared, label, row in fit if row == best[2])
    return Found("supports", SURE, labels, f"The table row that names the system prints {quoted(cell)}.")


def _cells(row: str) -> list[str]:
    return [" ".join(cell.split()) for cell in row.split(" | ")]


def assess_lines(claim: ClaimCard, lines: Sequence[Line], verifier: Verifier | None) -> Assessment:
    """Return the verifier's assessment of the lines as one source, under its title when all are of one work."""
    one_work = len({line.card.work_id for line in lines}) == 1
    title = _YEAR.sub("", lines[0].card.work) if one_work else ""
    return assess(claim.text, [line.text for line in lines], [line.cosine for line in lines], title, verifier)


def word_assessment(claim: ClaimCard, lines: Sequence[Line], assessment: Assessment) -> Found:
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


def same_subject(claim: ClaimCard, line: Line) -> bool:
    """Whether a sentence speaks of what the claim speaks of: most rare words, all names, near in meaning."""
    if line.cosine < _SAME_COSINE or covered(content_stems(claim.text), content_stems(line.text)) < _SAME_SUBJECT:
        return False
    held = {word.folded for word in words(line.text)}
    return all(name.folded in held for name in names(claim.text))


def refutation(claim: ClaimCard, line: Line, verifier: Verifier | None) -> Found | None:
    """Return a refutation only where two words or numbers clash on the same subject and the verifier agrees."""
    conflict = None if asks(line.text) else _clash_of(claim, line)
    if conflict is None:
        return None
    chance = assess_lines(claim, [line], verifier).refutes
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


def agreement(claim: ClaimCard, line: Line, verifier: Verifier | None) -> Found | None:
    """Return independent support by another work's sentence on the same subject, without a clash or other number."""
    if (
        asks(line.text)
        or _clash_of(claim, line)
        or not _numbers_agree(claim.text, line.text)
        or _any_opposite(claim.text, line.text)
    ):
        return None
    if line.cosine < _AGREES_COSINE or covered(content_stems(claim.text), content_stems(line.text)) < _AGREES_COVERED:
        return None
    chance = assess_lines(claim, [line], verifier).supports
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


def overreach_of(claim: ClaimCard) -> str:
    """Return what a claim says beyond its quote, as a sentence, or "" when it does not."""
    quote = max(sentences_of(claim.quote) or [claim.quote], key=lambda part: align(claim.text, part).kept)
    return overreach(claim.text, quote)


def comparison(claim: ClaimCard, line: Line) -> Found | None:
    """Compare a number with the same quantity in another work; None when the sentence speaks of another quantity."""
    mine, theirs = quantities(claim.text), quantities(line.text)
    if not mine or not theirs or not same_subject(claim, line) or not align(claim.text, line.text).near_copy:
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
