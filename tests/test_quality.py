"""Agreement as published, measured dimensions, and a score that does not follow the share of verified claims."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from juried.agreement import Level, Rating, krippendorff_alpha, vote_agreement
from juried.quality import Measured, Part, measure, numbers_without_claim, resolves
from juried.quality_summary import summarise
from juried.records.report import DIMENSIONS, Review, Score, Sentence
from juried.records.run import RunRecord
from tests.records import claims, documents, draft, make_record, verdicts, votes

# The worked examples of Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011), sections A to D.
MEG: list[Rating] = [0, 1, 0, 0, 0, 0, 0, 0, 1, 0]
OWEN: list[Rating] = [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]
BEN: list[Rating] = list("aabbdcccedda")
GERRY: list[Rating] = list("babbbccceddd")
N = None
FOUR: list[list[Rating]] = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, N, N, N],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, N, 3],
    [N, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, N],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, N],
]


def test_alpha_of_the_published_examples() -> None:
    assert krippendorff_alpha([MEG, OWEN], "nominal") == pytest.approx(0.095, abs=5e-4)
    assert krippendorff_alpha([BEN, GERRY], "nominal") == pytest.approx(0.692, abs=5e-4)
    assert krippendorff_alpha(FOUR, "nominal") == pytest.approx(0.743, abs=5e-4)
    assert krippendorff_alpha(FOUR, "interval") == pytest.approx(0.849, abs=5e-4)


@pytest.mark.parametrize("ratings", [[], [[1, 2, 3]], [[1, 1], [1, 1]], [[1, None], [None, 2]], [[], []]])
def test_alpha_is_undefined_without_pairs_or_variation(ratings: list[list[Rating]]) -> None:
    assert krippendorff_alpha(ratings, "interval") is None


def test_raters_of_different_units_are_refused() -> None:
    with pytest.raises(ValueError, match="one entry per unit"):
        krippendorff_alpha([[1, 2], [1]], "nominal")


_RATING = st.one_of(st.none(), st.integers(0, 4))


@given(st.integers(1, 6).flatmap(lambda n: st.lists(st.lists(_RATING, min_size=n, max_size=n), max_size=4)))
def test_alpha_is_at_most_one_and_knows_no_order(ratings: list[list[Rating]]) -> None:
    levels: tuple[Level, ...] = ("nominal", "interval")
    for level in levels:
        alpha = krippendorff_alpha(ratings, level)
        turned = krippendorff_alpha([list(reversed(row)) for row in reversed(ratings)], level)
        assert alpha is None or alpha <= 1
        assert turned == (None if alpha is None else pytest.approx(alpha))


def test_only_first_votes_count_for_agreement() -> None:
    cast = votes()
    second = [vote.model_copy(update={"round": 2, "label": "refutes"}) for vote in cast]
    assert vote_agreement([*cast, *second]) == vote_agreement(cast)
    assert vote_agreement([]) is None


def _measured(record: RunRecord) -> dict[str, int | None]:
    known = {work.id: work for work in record.works}
    found = measure(record.draft, {c.id: c for c in record.claims}, record.verdicts, documents(), works=known)
    return {score.dimension: score.tenths for score in found}


def test_a_good_report_measures_full_marks_but_for_the_limitations_that_it_could_still_name() -> None:
    assert _measured(make_record()) == {
        "citation_grounding": 100,
        "numerical_consistency": 100,
        "uncertainty_disclosure": 83,
    }


def test_quotes_that_are_gone_cost_their_third_of_the_grounding() -> None:
    record = make_record()
    known = {work.id: work for work in record.works}
    found = measure(record.draft, {c.id: c for c in record.claims}, record.verdicts, lambda sha: None, works=known)
    assert {s.dimension: s.tenths for s in found}["citation_grounding"] == 66


def test_a_number_that_no_claim_states_costs_consistency() -> None:
    known = {claim.id: claim for claim in claims()}
    sentence = Sentence(text="F1 rises from 82.82 to 94.82.", claims=(claims()[1].id, claims()[2].id))
    assert numbers_without_claim(sentence, known) == ("82.82 to 94.82",)
    assert numbers_without_claim(sentence.model_copy(update={"text": "F1 is 84.82."}), known) == ()


def test_one_changed_character_breaks_exactly_the_claims_that_quote_it() -> None:
    texts = documents()
    first = claims()[0]

    def changed(sha: str) -> str | None:
        text = texts(sha)
        return None if text is None else "X" + text[1:] if sha == first.document else text

    assert [claim.id for claim in claims() if not resolves(claim, changed)] == [first.id]


def _review(name: str, *values: int | None) -> Review:
    scores = [Score(dimension=d, value=v, basis="b") for d, v in zip(DIMENSIONS, values, strict=False)]
    return Review(reviewer=name, backend="b", scores=tuple(scores))


def test_measured_dimensions_are_not_voted_on() -> None:
    quality = summarise(
        [_review("a", 4, 0), _review("b", 6, 0)], [Measured("citation_grounding", (Part("good", 9, 10),))]
    )
    by_name = {item.dimension: item for item in quality.dimensions}
    assert (by_name["citation_grounding"].mean_tenths, by_name["citation_grounding"].computed) == (90, True)
    evidence = by_name["evidence_strength"]
    assert (evidence.mean_tenths, evidence.lowest, evidence.highest) == (50, 4, 6)
    assert quality.score_tenths == 70
    assert (quality.lowest_tenths, quality.highest_tenths) == (50, 90)


def test_nothing_assessed_is_no_score() -> None:
    quality = summarise([], [])
    assert quality.score_tenths is None
    assert quality.agreement_hundredths is None
    assert [item.dimension for item in quality.dimensions] == list(DIMENSIONS)


_SCORES = st.lists(st.one_of(st.none(), st.integers(0, 10)), min_size=8, max_size=8)


@given(st.lists(_SCORES, max_size=4))
def test_the_order_of_reviews_changes_nothing_and_the_mean_lies_in_its_range(rows: list[list[int | None]]) -> None:
    reviews = [_review(f"r{at}", *row) for at, row in enumerate(rows)]
    quality = summarise(reviews, [])
    assert summarise(list(reversed(reviews)), []) == quality
    if quality.score_tenths is not None:
        assert quality.lowest_tenths is not None
        assert quality.highest_tenths is not None
        assert quality.lowest_tenths <= quality.score_tenths <= quality.highest_tenths


def test_the_score_does_not_follow_the_share_of_verified_claims() -> None:
    known = {claim.id: claim for claim in claims()}
    named = {i for s in draft().abstract for i in s.claims} | set(draft().answer_claims)
    report = draft().model_copy(update={"themes": ()})
    fewer = [
        v if v.claim_id in named else v.model_copy(update={"verified": False, "outcome": "contradicted"})
        for v in verdicts()
    ]
    assert measure(report, known, verdicts(), documents()) == measure(report, known, fewer, documents())
