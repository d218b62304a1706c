"""What a claim says beyond its quote: found where it is planted, and not found in a fair shortening."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from juried.text.overreach import overreach

QUOTE = "In mice, low doses of the drug may be associated with longer survival after stroke, but not in old animals."


@pytest.mark.parametrize(
    ("claim", "quote", "word"),
    [
        (
            "Adapters help named entity recognition.",
            "Adapters help named entity recognition in low-resource languages.",
            "low-resource",
        ),
        (
            "Adapters help parsing of long sentences.",
            "When data are scarce, adapters help parsing of long sentences.",
            "scarce",
        ),
        (
            "The drug shortens the stay in hospital wards.",
            "The drug shortens the stay in hospital wards, but not for children.",
            "children",
        ),
        (
            "Sleep loss causes weight gain in adults.",
            "Sleep loss is associated with weight gain in adults.",
            "associated",
        ),
        (
            "The model will transfer to unseen languages well.",
            "The model can transfer to unseen languages well.",
            "will",
        ),
        (
            "The coating has a positive effect on tissue.",
            "The coating seems to have a positive effect on tissue.",
            "seems",
        ),
        (
            "The vaccine protects rats from infection with the virus.",
            "The vaccine protects mice from infection with the virus.",
            "rats",
        ),
        (
            "The parser works for monolingual transfer of tags.",
            "The parser works for cross-lingual transfer of tags.",
            "monolingual",
        ),
        (
            "All tumours shrank in the treated group of patients.",
            "Most tumours shrank in the treated group of patients.",
            "All",
        ),
    ],
)
def test_overreach_is_named_with_the_words_that_decide(claim: str, quote: str, word: str) -> None:
    assert word in overreach(claim, quote)


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("Adapters help parsing.", "However, adapters help parsing."),
        (
            "Adapters help parsing of long sentences.",
            "In this paper, we show that adapters help parsing of long sentences.",
        ),
        (
            "Adapters help parsing of long sentences.",
            "Most importantly, we show that adapters help parsing of long sentences.",
        ),
        ("Adapters help parsing of long sentences.", "In addition, adapters help parsing of long sentences."),
        ("Adapters help the parsing of long sentences.", "Adapters help parsing of long sentences."),
        ("Adapters help parsing in every language tried.", "Adapters help parsing in every language tried."),
        ("The vaccine protects people from the virus.", "The vaccine protects patients from the virus."),
        ("The drug raises blood pressure by 5 points.", "The drug raises blood pressure by 5 points (p < 0.01)."),
        ("The survey covered only rural districts of Peru.", "We surveyed districts in the countryside."),
    ],
)
def test_a_fair_shortening_is_no_overreach(claim: str, quote: str) -> None:
    assert overreach(claim, quote) == ""


@given(st.text(max_size=80), st.text(max_size=80))
def test_any_two_texts_give_a_sentence_or_nothing(claim: str, quote: str) -> None:
    found = overreach(claim, quote)
    assert not found or found.endswith(".")
    assert overreach(quote, quote) == ""


def test_the_quote_itself_is_no_overreach() -> None:
    assert overreach(QUOTE, QUOTE) == ""
