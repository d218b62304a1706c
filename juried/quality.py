"""The quality score: the dimensions that a rule can measure.

Measured, each from 0 to 10, as ten times the mean of the shares of its parts, rounded down to a tenth so that
no fault is lost in rounding:

- citation_grounding: report sentences that name at least one claim, all of them verified (but those that speak of the
  report itself; an answer of yes, no or mixed always counts, and so does one that is missing); quotes of the named
  claims that resolve in their documents; cited sentences in which no rule finds another wording than their claims have;
- numerical_consistency: numbers in report sentences that recur in the claims named there; values of named
  measurements that stand in the quotes of their claims;
- uncertainty_disclosure, in part: judged claims whose confidence was fitted on labelled claims; named measurements
  printed with their uncertainty; and 1 - 1/2^n for n limitations that the writer names. It counts as one opinion
  beside the reviewers'.

All three look at what the report says, none at how many claims were verified.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from juried.faithfulness import wording_fault
from juried.records.claim import Claim
from juried.records.report import Dimension, Draft, Sentence
from juried.records.verdict import Verdict
from juried.records.work import Work
from juried.text.conflicts import quoted
from juried.text.numbers import Number, find_numbers, read_value, states_value

Documents = Callable[[str], str | None]
MEASURED: frozenset[Dimension] = frozenset({"citation_grounding", "numerical_consistency"})


def report_sentences(draft: Draft) -> tuple[Sentence, ...]:
    """Return every sentence that states a finding: the answer, the abstract, the themes, in that order."""
    answer = Sentence(text=draft.answer_text, claims=draft.answer_claims)
    return (answer, *draft.abstract, *(sentence for theme in draft.themes for sentence in theme.sentences))


_OF_THE_REPORT = re.compile(
    r"\b(?:questions?|synthesis|report|evidence|claims?|verified|searched|reviewers?|abstracts? only|sources)\b",
    re.IGNORECASE,
)


def speaks_of_report(sentence: Sentence) -> bool:
    """Whether a sentence names no claim and speaks of the report itself: its question, its evidence, its claims."""
    return not sentence.claims and bool(_OF_THE_REPORT.search(sentence.text))


def resolves(claim: Claim, documents: Documents) -> bool:
    """Whether a claim has a span, and each of its spans is found again exactly in its document."""
    return bool(claim.spans) and all(
        (text := documents(span.document)) is not None and text[span.start : span.end] == span.quote
        for span in claim.spans
    )


@dataclass(frozen=True)
class Part:
    """One count behind a measured dimension: `good` of `total`, and each fault as a sentence for people."""

    name: str
    good: int
    total: int
    faults: tuple[str, ...] = ()


@dataclass(frozen=True)
class Measured:
    """A dimension measured by rule, from parts that count something; a part without anything to count is left out."""

    dimension: Dimension
    parts: tuple[Part, ...]

    @property
    def tenths(self) -> int | None:
        """The score in tenths, rounded down; None when there is nothing to count."""
        shares = [Fraction(part.good, part.total) for part in self.parts if part.total]
        return int(100 * sum(shares) / len(shares)) if shares else None

    @property
    def basis(self) -> str:
        """What was counted, in one sentence."""
        counted = [f"{part.good} of {part.total} {part.name}" for part in self.parts if part.total]
        return f"{'; '.join(counted)}." if counted else "There is nothing in the report to count."


def measure(
    draft: Draft,
    claims: Mapping[str, Claim],
    verdicts: Iterable[Verdict],
    documents: Documents,
    *,
    works: Mapping[str, Work] | None = None,
    question: str = "",
) -> tuple[Measured, ...]:
    """Return what the rules at the top of this file measure, in the order of `DIMENSIONS`.

    Args:
        draft: The written report.
        claims: Claims by id.
        verdicts: Their verdicts.
        documents: Gives the stored text of a document by its SHA-256, None when it is absent.
        works: Works by id, whose titles and authors a sentence may name.
        question: The question, whose names a sentence may use.
    """
    by_claim = {verdict.claim_id: verdict for verdict in verdicts}
    named = [claims[i] for i in sorted({i for s in report_sentences(draft) for i in s.claims}) if i in claims]
    wording = _wording(draft, claims, works or {}, question)
    return (
        Measured("citation_grounding", (_sentences(draft, by_claim), _quotes(named, documents), wording)),
        Measured("numerical_consistency", (_numbers(draft, claims), _values(named))),
        Measured("uncertainty_disclosure", (_calibrated(by_claim), _spreads(named), _limitations(draft))),
    )


def _sentences(draft: Draft, verdicts: Mapping[str, Verdict]) -> Part:
    verified = {claim_id for claim_id, verdict in verdicts.items() if verdict.verified}
    counted = _counted(draft)
    faults = [
        f"{quoted(item.text)} " + ("rests on a claim that is not verified." if item.claims else "names no claim.")
        for item in counted
        if not item.claims or not set(item.claims) <= verified
    ]
    return Part("sentences rest on verified claims", len(counted) - len(faults), len(counted), tuple(faults))


def _counted(draft: Draft) -> list[Sentence]:
    """Return the sentences that must name claims; what speaks of the report need not, but for an answer given."""
    answer, *others = report_sentences(draft)
    given = draft.answer != "not_answered" or not speaks_of_report(answer)
    return [answer] * given + [sentence for sentence in others if not speaks_of_report(sentence)]


def _quotes(named: Sequence[Claim], documents: Documents) -> Part:
    lost = [f"The quote of {quoted(claim.text)} is not found." for claim in named if not resolves(claim, documents)]
    return Part("quotes of named claims were found again", len(named) - len(lost), len(named), tuple(lost))


def _wording(draft: Draft, claims: Mapping[str, Claim], works: Mapping[str, Work], question: str) -> Part:
    cited = [sentence for sentence in report_sentences(draft) if sentence.claims]
    faults = []
    for sentence in cited:
        held = [claims[claim_id] for claim_id in sentence.claims if claim_id in claims]
        own = [works[claim.work_id] for claim in held if claim.work_id in works]
        found = wording_fault(sentence.text, held, own, question)
        faults += [f"{quoted(sentence.text)} {found}"] if found else []
    return Part(
        "cited sentences keep to the words of their claims", len(cited) - len(faults), len(cited), tuple(faults)
    )


def _numbers(draft: Draft, claims: Mapping[str, Claim]) -> Part:
    stated, faults = 0, []
    for sentence in report_sentences(draft):
        if sentence.claims:
            stated += len(_amounts(sentence.text))
            missing = numbers_without_claim(sentence, claims)
            faults += [f"{quoted(number)} in {quoted(sentence.text)} is in none of its claims." for number in missing]
    good = max(0, stated - len(faults))
    return Part("numbers in the report's sentences recur in their claims", good, stated, tuple(faults))


def _values(named: Sequence[Claim]) -> Part:
    """Compare the values of measurements with the quotes of their claims."""
    measured = [claim for claim in named if claim.measurement is not None]
    faults = [
        f"The value {quoted(claim.measurement.value)} of {quoted(claim.text)} is not in its quote."
        for claim in measured
        if claim.measurement is not None and not _in_quote(claim.measurement.value, claim.quote)
    ]
    return Part("measured values stand in their quotes", len(measured) - len(faults), len(measured), tuple(faults))


def _in_quote(value: str, quote: str) -> bool:
    number = read_value(value)
    return value in quote if number is None else any(states_value(other, number) for other in find_numbers(quote))


def _calibrated(verdicts: Mapping[str, Verdict]) -> Part:
    judged = [verdict for _, verdict in sorted(verdicts.items()) if verdict.confidence is not None]
    plain = [item.claim_id for item in judged if not item.calibrated]
    faults = (f"Uncalibrated are the confidences of {', '.join(plain)}.",) if plain else ()
    return Part("confidences are calibrated", len(judged) - len(plain), len(judged), faults)


def _spreads(named: Sequence[Claim]) -> Part:
    measured = [claim for claim in named if claim.measurement is not None]
    faults = [
        f"{quoted(claim.text)} is printed without an uncertainty."
        for claim in measured
        if claim.measurement is not None and not claim.measurement.uncertainty
    ]
    name = "measurements named carry their uncertainty"
    return Part(name, len(measured) - len(faults), len(measured), tuple(faults))


def _limitations(draft: Draft) -> Part:
    """Give 1 - 1/2^n for n limitations: each halves what is missing, so that none may go without a loss."""
    count = min(20, len([text for text in draft.limitations if text.strip()]))
    total = 2**count
    told = (f"{count} limitations are named; each further one would halve what is missing.",)
    return Part("parts of what limitations can tell", total - 1, total, told)


_OWN_COUNT = re.compile(r"\s+(?:verified |tried )?(?:claims?|works?)\b")


def _amounts(text: str) -> list[Number]:
    """Return the amounts of a text, but for the report's own counts of claims and works, which other checks hold."""
    found = [number for number in find_numbers(text) if number.kind == "quantity"]
    return [number for number in found if not _OWN_COUNT.match(text, number.end)]


def numbers_without_claim(sentence: Sentence, claims: Mapping[str, Claim]) -> tuple[str, ...]:
    """Return the amounts of a sentence, as printed, that none of its claims states; unknown claims state none."""
    named = [claims[claim_id] for claim_id in sentence.claims if claim_id in claims]
    known = [number for claim in named for number in stated_numbers(claim)]
    return tuple(n.printed for n in _amounts(sentence.text) if not _stated(n, known))


def _stated(number: Number, known: Sequence[Number]) -> bool:
    """Whether a number is stated; "from 82.8 to 84.8" is, too, when each of its ends is stated alone."""
    ends = [replace(number, upper=None), replace(number, value=number.upper, upper=None)] if number.upper else [number]
    return any(states_value(other, number) for other in known) or (
        len(ends) == 2 and all(any(states_value(other, end) for other in known) for end in ends)
    )


def stated_numbers(claim: Claim) -> list[Number]:
    """Return the numbers of a claim's sentence, quote and measurement."""
    found = find_numbers(claim.text) + find_numbers(claim.quote)
    if claim.measurement is not None:
        value = read_value(claim.measurement.value)
        found += [value] if value is not None else []
    return found
