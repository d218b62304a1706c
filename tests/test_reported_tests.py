"""Statistical tests that texts report: published critical values agree with their p, others do not."""

from __future__ import annotations

import pytest

from agents.checker import check_claim
from benchmarks.reported_statistics import CRITICAL, falsified
from juried.records.claim import Claim
from juried.records.document import Document, Span
from juried.special_functions import chi_square_tail, correlation_tail, f_tail, incomplete_beta, normal_tail, t_tail
from juried.text.numbers import find_numbers
from juried.text.recomputing import recomputed
from juried.text.reported_tests import reported_tests


@pytest.mark.parametrize(
    ("computed", "printed"),
    [
        (t_tail(2.228139, 10), 0.05), (t_tail(63.656741, 1), 0.01), (f_tail(4.964603, 1, 10), 0.05),
        (f_tail(3.315830, 2, 30), 0.05), (chi_square_tail(18.307038, 10), 0.05), (chi_square_tail(3.841459, 1), 0.05),
        (chi_square_tail(124.342113, 100), 0.05), (normal_tail(1.959964), 0.05), (correlation_tail(0.575983, 10), 0.05),
        (incomplete_beta(2, 3, 0.5), 0.6875), (chi_square_tail(0, 3), 1.0), (f_tail(0, 2, 9), 1.0),
    ],
)  # fmt: skip
def test_tails_agree_with_printed_tables(computed: float, printed: float) -> None:
    assert computed == pytest.approx(printed, rel=2e-5)


def test_published_critical_values_are_consistent_and_others_are_not() -> None:
    assert all(test.consistent for text in CRITICAL for test in reported_tests(text))
    flagged = sum(test.consistent is False for text in falsified() for test in reported_tests(text))
    assert flagged >= 0.95 * len(falsified())


@pytest.mark.parametrize(
    ("text", "consistent"),
    [
        ("t(28) = 2.20, p = .036", True),
        ("t(28) = 2.20, p = .018", True),
        ("t(28) = 2.20, p = .36", False),
        ("F(1, 38) = 7.6, MSE = 2.3, p = .009", True),
        ("F(2,57)=2.1, p < .05", False),
        ("t(28) = 2.20, p = .108 (Bonferroni corrected)", None),
        ("t = 2.1, p = .04", None),
        ("We observed quasars at z = 7.1, with p = 0.05", None),
        ("The z-test gave z = 7.1, p = 0.05", False),
        ("A Wald test gave z = 1.96, p = .05", True),
        ("F(1, 38) = 7.6, p = .0045 (one-tailed)", True),
        ("F(1, 38) = 7.6, p = .45 (one-tailed)", False),
    ],
)
def test_p_is_recomputed_within_its_rounding_one_or_two_sided(text: str, consistent: bool | None) -> None:
    (found,) = reported_tests(text)
    assert found.consistent is consistent


@pytest.mark.parametrize(
    ("stated", "claimed", "label"),
    [
        ("t(28) = 2.20, p = .01", "t(28) = 2.20, p = .01", "supports"),
        ("t(28)=2.20, p=.01", "t(28) = 2.20, p = .01", "supports"),
        ("t(28) = 2.20, p = .036", "t(28) = 2.20, p = .36", "refutes"),
        ("t(28) = 2.20, p = .01", "t(82) = 2.20, p = .01", "refutes"),
        ("z = 7.1, with p = 0.05", "z = 7.1, with p = 0.05", "supports"),
    ],
)
def test_a_test_that_the_source_prints_just_so_is_not_held_against_the_claim(
    stated: str, claimed: str, label: str
) -> None:
    text = f"The two groups of the trial differed in their speed, {stated}."
    document = Document(sha256="a" * 64, title="Groups", text=text, format="text")
    span = Span(document=document.sha256, start=0, end=len(text), quote=text)
    claim = Claim(
        id="C", work_id="W", document=document.sha256, kind="finding", quote=text, spans=(span,),
        text=f"The two groups of the trial differed in their speed, {claimed}.",
    )  # fmt: skip
    assert check_claim(claim, document).label == label


@pytest.mark.parametrize(
    ("claim", "follows"),
    [
        ("Accuracy rises by 3.2 points.", True),
        ("Accuracy rises by 3.3 points.", False),
        ("Accuracy falls by 3.2 points.", False),
        ("Accuracy reaches 3.2.", False),
        ("On average, accuracy is 71.8.", True),
        ("Accuracy improves by 4.6%.", True),
    ],
)
def test_a_number_may_follow_from_two_of_the_source(claim: str, follows: bool) -> None:
    source = "Accuracy went from 70.2 to 73.4 with the new vocabulary."
    number = find_numbers(claim)[-1]
    assert bool(recomputed(number, claim, source, find_numbers(source))) == follows


@pytest.mark.parametrize(
    ("source", "claim", "follows"),
    [
        # A change from one value to another leaves other numbers of the sentence out.
        ("Strokes fell from 40 to 30 among 20 men.", "The drug reduced strokes by 50%.", False),
        ("Strokes went from 40 to 30 among 20 men.", "The drug reduced strokes by 25%.", True),
        # Numbers of different things are not taken together.
        ("There were 40 strokes in 20 men.", "Strokes were lower by 50%.", False),
        ("There were 40 strokes before and 30 after.", "Strokes fell by 25%.", True),
        # The mean of something that the source does not speak of.
        ("Doses were 30 and 40.", "The mean age was 35.", False),
        ("Doses were 30 and 40.", "The mean dose was 35.", True),
        # The source goes the other way.
        ("Accuracy fell to 70.2, and it was 73.4 before.", "Accuracy was raised by 3.2 points.", False),
        ("Accuracy fell to 70.2, and it was 73.4 before.", "Accuracy dropped by 3.2 points.", True),
        ("Accuracy rose from 70.2 in March to 73.4 in May.", "Accuracy dropped by 3.2 points.", False),
    ],
)
def test_wrong_numbers_are_not_excused_by_any_two_of_the_source(source: str, claim: str, follows: bool) -> None:
    number = find_numbers(claim)[-1]
    assert bool(recomputed(number, claim, source, find_numbers(source))) == follows
