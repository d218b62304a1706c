"""The quality score: dimensions that a rule can measure, the reviewers' scores, and their summary.

Measured, each from 0 to 10:

- citation_grounding = 10 · (s + q) / 2, with s the share of report sentences that name at least one
  claim, all of them verified (but those that speak of the report itself), and q the share of the named
  claims' quotes that resolve in their documents;
- numerical_consistency = 10 · the share of numbers in report sentences that recur in the claims named there;
- uncertainty_disclosure, in part = 10 · (c + f) / 2, with c the share of judged claims whose confidence
  was fitted on labelled claims, and f the share of named measurements printed with their uncertainty.
  It counts as one opinion beside the reviewers'.

All three look at what the report says, none at how many claims were verified. The score is the plain
mean of the assessed dimensions.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from juried.agreement import Rating, hundredths, krippendorff_alpha
from juried.records.claim import Claim
from juried.records.report import DIMENSIONS, Dimension, DimensionSummary, Draft, Quality, Review, Score, Sentence
from juried.records.verdict import Verdict
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


def measure(
    draft: Draft, claims: Mapping[str, Claim], verdicts: Iterable[Verdict], documents: Documents
) -> tuple[Score, ...]:
    """Return the scores that the formulae at the top of this file give, in the order of `DIMENSIONS`.

    Args:
        draft: The written report.
        claims: Claims by id.
        verdicts: Their verdicts.
        documents: Gives the stored text of a document by its SHA-256, None when it is absent.
    """
    by_claim = {verdict.claim_id: verdict for verdict in verdicts}
    named = [claims[i] for i in sorted({i for s in report_sentences(draft) for i in s.claims}) if i in claims]
    return (
        _grounding(draft, named, by_claim, documents),
        _numbers(draft, claims),
        _uncertainty(named, by_claim),
    )


def _score(dimension: Dimension, share: float | None, basis: str) -> Score:
    return Score(dimension=dimension, value=None if share is None else round(10 * share), basis=basis)


def _share(good: int, total: int) -> float | None:
    return good / total if total else None


def _mean(shares: Iterable[float | None]) -> float | None:
    known = [share for share in shares if share is not None]
    return sum(known) / len(known) if known else None


def _grounding(draft: Draft, named: Sequence[Claim], verdicts: Mapping[str, Verdict], documents: Documents) -> Score:
    sentences = [sentence for sentence in report_sentences(draft) if not speaks_of_report(sentence)]
    verified = {claim_id for claim_id, verdict in verdicts.items() if verdict.verified}
    grounded = sum(bool(s.claims) and set(s.claims) <= verified for s in sentences)
    found = sum(resolves(claim, documents) for claim in named)
    if not named:
        return _score("citation_grounding", None, "The report rests on no claim.")
    basis = (
        f"{grounded} of {len(sentences)} sentences rest on verified claims; "
        f"the quotes of {found} of {len(named)} named claims were found again."
    )
    return _score("citation_grounding", _mean([_share(grounded, len(sentences)), _share(found, len(named))]), basis)


def _numbers(draft: Draft, claims: Mapping[str, Claim]) -> Score:
    stated, found = 0, 0
    for sentence in report_sentences(draft):
        missing = numbers_without_claim(sentence, claims)
        total = len(_amounts(sentence.text)) if sentence.claims else 0
        stated, found = stated + total, found + total - min(total, len(missing))
    basis = f"{found} of {stated} numbers in the report's sentences recur in the claims that they rest on."
    return _score("numerical_consistency", _share(found, stated), basis if stated else "The report states no number.")


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


def _uncertainty(named: Sequence[Claim], verdicts: Mapping[str, Verdict]) -> Score:
    judged = [verdict for verdict in verdicts.values() if verdict.confidence is not None]
    fitted = sum(verdict.calibrated for verdict in judged)
    measured = [claim.measurement for claim in named if claim.measurement is not None]
    spread = sum(bool(item.uncertainty) for item in measured)
    basis = f"{fitted} of {len(judged)} confidences are calibrated"
    basis += f"; {spread} of {len(measured)} measurements named carry their uncertainty." if measured else "."
    if not judged:
        return _score("uncertainty_disclosure", None, "No claim was judged.")
    shares = [_share(fitted, len(judged)), _share(spread, len(measured))]
    return _score("uncertainty_disclosure", _mean(shares), basis)


def summarise(reviews: Sequence[Review], computed: Sequence[Score]) -> Quality:
    """Summarise the reviewers' and the measured scores.

    A dimension of `MEASURED` takes its measured score alone; elsewhere a measured score counts as one more
    opinion. The agreement is Krippendorff's alpha (interval) over the reviewers' scores. The order of the
    reviews does not matter.

    Returns:
        The quality with all dimensions in their fixed order; scores are None when nothing was assessed.
    """
    measured = {score.dimension: score for score in computed}
    ordered = sorted(reviews, key=lambda review: (review.reviewer, review.backend))
    dimensions = tuple(_summary(dimension, ordered, measured.get(dimension)) for dimension in DIMENSIONS)
    means = [item.mean_tenths for item in dimensions if item.mean_tenths is not None]
    return Quality(
        score_tenths=_rounded_mean(means),
        lowest_tenths=min(means, default=None),
        highest_tenths=max(means, default=None),
        agreement_hundredths=_review_agreement(ordered),
        dimensions=dimensions,
    )


def _rounded_mean(values: Sequence[int]) -> int | None:
    """Return the mean of whole numbers, rounded half up; None of none."""
    return (2 * sum(values) + len(values)) // (2 * len(values)) if values else None


def _summary(dimension: Dimension, reviews: Sequence[Review], measured: Score | None) -> DimensionSummary:
    given = [(review.reviewer, score) for review in reviews for score in review.scores if score.dimension == dimension]
    by_rule = [("measured", measured)] if measured is not None else []
    computed = dimension in MEASURED and measured is not None
    opinions = by_rule if computed else by_rule + given
    values = [score.value for _, score in opinions if score.value is not None]
    return DimensionSummary(
        dimension=dimension,
        mean_tenths=_rounded_mean([10 * value for value in values]),
        lowest=min(values, default=None),
        highest=max(values, default=None),
        basis=" ".join(f"{who}: {score.basis}" for who, score in opinions if score.basis) or "Nobody assessed it.",
        computed=computed,
    )


def _review_agreement(reviews: Sequence[Review]) -> int | None:
    if len(reviews) < 2:
        return None
    scores = [{score.dimension: score.value for score in review.scores} for review in reviews]
    rows: list[list[Rating]] = [[row.get(d) for d in DIMENSIONS if d not in MEASURED] for row in scores]
    return hundredths(krippendorff_alpha(rows, "interval"))
