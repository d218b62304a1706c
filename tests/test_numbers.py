"""Numbers in scholarly text: what they are worth, and what is no quantity."""

from __future__ import annotations

import json
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from juried.text.numbers import Number, find_numbers, quantities, read_value, same_unit, same_value, states_value


def only(text: str) -> Number:
    (number,) = find_numbers(text)
    return number


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("95.74", "95.74", ""),
        ("−0.3 points", "-0.3", "points"),
        ("-5%", "-5", "%"),
        ("2,060 papers", "2060", ""),
        ("1.2 million tokens", "1200000", ""),
        ("110M parameters", "110000000", ""),
        ("0·05", "0.05", ""),
        ("1.2 × 10^-5", "0.000012", ""),
        ("10⁻⁵", "0.00001", ""),
        ("5e-5", "0.00005", ""),
        ("twofold", "2", "×"),
        ("a 3-fold increase", "3", "×"),
        ("twenty-five languages", "25", ""),
        ("5 mg/kg", "5", "mg/kg"),
        ("37°C", "37", "°C"),
        ("12 percentage points", "12", "points"),
        ("64.6 per cent", "64.6", "%"),
        ("a 12-layer model", "12", ""),
        ("2000 sentences", "2000", ""),
    ],
)
def test_quantities_are_read_as_printed(text: str, value: str, unit: str) -> None:
    number = only(text)
    assert (number.kind, number.value, number.unit) == ("quantity", Decimal(value), unit)
    assert text[number.start : number.end] == number.printed


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("GPT-4 and mBERT-3", ["identifier", "identifier"]),
        ("miR-211, p53 and CoNLL-2003", ["identifier"] * 3),
        ("in 2019", ["year"]),
        ("(Smith et al., 2018)", ["citation"]),
        ("as shown before [12, 13]", ["citation", "citation"]),
        ("Table 3 and Section 4.1", ["label", "label"]),
        ("the 19th century", ["identifier"]),
        ("version 4.1.2", ["label"]),
        ("XLM-R is better (P<0.05)", ["quantity"]),
        ("one of the models", []),
        ("zero-shot and one-shot", []),
    ],
)
def test_what_is_no_quantity_is_told_apart(text: str, kinds: list[str]) -> None:
    assert [number.kind for number in find_numbers(text)] == kinds


def test_uncertainty_range_and_relation_are_kept() -> None:
    assert only("95.74 ± 0.44").uncertainty == Decimal("0.44")
    assert only("1.4 +/- 0.24").uncertainty == Decimal("0.24")
    assert (only("76-85%").value, only("76-85%").upper, only("76-85%").unit) == (Decimal(76), Decimal(85), "%")
    assert only("p < 0.05").relation == "<"
    assert [number.upper for number in find_numbers("in 1997 to 11.4 gallons")] == [None, None]


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("95.74", "95.74", True),
        ("95.74", "95.7", True),
        ("95.75", "95.74", False),
        ("95.8", "95.74", False),
        ("5", "-5", False),
        ("0.3", "0.30", True),
        ("1.2 million", "1,234,567", True),
        ("12-15", "12-16", False),
        ("12-15", "12", False),
    ],
)
def test_same_value_rests_on_printed_precision(first: str, second: str, same: bool) -> None:
    assert same_value(only(first), only(second)) is same
    assert same_value(only(second), only(first)) is same


def test_a_claim_may_round_its_source_but_not_sharpen_it() -> None:
    assert states_value(only("95.74"), only("95.7"))
    assert not states_value(only("95.7"), only("95.74"))
    assert not same_unit(only("5%"), only("5 points"))


@given(st.decimals(min_value=-99999, max_value=99999, places=2))
def test_any_decimal_is_read_back(value: Decimal) -> None:
    number = read_value(str(value))
    assert number is not None
    assert number.value == value


@given(st.text(max_size=200))
def test_any_text_gives_ordered_pieces_of_itself(text: str) -> None:
    numbers = find_numbers(text)
    assert all(text[number.start : number.end] == number.printed for number in numbers)
    assert all(first.start < second.start for first, second in pairwise(numbers))


def test_every_number_of_real_abstracts_equals_itself_alone(shared_data: Path) -> None:
    lines = (shared_data / "claims" / "scifact" / "corpus.jsonl").read_text(encoding="utf-8").splitlines()[:150]
    found = [number for line in lines for sentence in json.loads(line)["abstract"] for number in quantities(sentence)]
    assert len(found) > 500
    assert all(same_value(number, number) and states_value(number, number) for number in found)
