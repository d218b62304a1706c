"""Claims in prose against whole tables: comparisons, numbers, trends of wording, and what a table does not decide."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.checker import check_claim
from benchmarks.scitab import fit, load
from benchmarks.table_sets import Sheet
from juried.documents.tables import RawCell, RawTable, body_cells, corner, lay_out
from juried.records.claim import Claim
from juried.records.document import Cell, Document, Span, Table
from juried.table_claims.deciding import decide
from juried.table_claims.grid import grid_of, read_cell
from juried.table_claims.judging import judge_claim
from juried.table_claims.mentions import find_mentions
from juried.table_claims.rulings import rule
from juried.table_claims.statements import statements

ROWS = (
    ("Model", "SQuAD F1", "NewsQA F1", "Time (s)"),
    ("BiDAF", "77.3", "63.7", "12"),
    ("R-NET", "80.7", "64.1", "20"),
    ("QANet", "82.7", "62.0", "6"),
)


def document_of(rows: tuple[tuple[str, ...], ...] = ROWS, caption: str = "Results of reading models.") -> Document:
    grid = lay_out(RawTable(rows=tuple(tuple(RawCell(text) for text in row) for row in rows), header_rows=1))
    sheet = Sheet()
    sheet.table("Table 1", caption, [Cell(start=0, end=0, **vars(cell)) for cell in body_cells(grid)], corner(grid))
    return sheet.finish("Reading models")


def table_of(rows: tuple[tuple[str, ...], ...] = ROWS, caption: str = "Results of reading models.") -> Table:
    return document_of(rows, caption).tables[0]


@pytest.mark.parametrize(
    ("claim", "label"),
    [
        ("R-NET outperforms BiDAF on SQuAD F1.", "supports"),
        ("BiDAF outperforms R-NET on SQuAD F1.", "refutes"),
        ("BiDAF is outperformed by R-NET on SQuAD F1.", "supports"),
        ("Compared with BiDAF, R-NET has a lower SQuAD F1.", "refutes"),
        ("QANet has a lower Time than BiDAF.", "supports"),
        ("QANet has the highest SQuAD F1.", "supports"),
        ("BiDAF has the highest SQuAD F1.", "refutes"),
        ("QANet is better than R-NET by 2.0 points in SQuAD F1.", "supports"),
        ("QANet is better than R-NET by 2.1 points in SQuAD F1.", "refutes"),
        ("R-NET exceeds BiDAF by 8 in Time.", "supports"),
        ("The Time of R-NET is 1.67 times that of BiDAF.", "supports"),
        ("The Time of R-NET is 1.76 times that of BiDAF.", "refutes"),
        ("Relative to BiDAF, R-NET increases the SQuAD F1 by 4.4%.", "supports"),
        ("R-NET is higher than BiDAF in 3 of 3 columns.", "supports"),
        ("R-NET is higher than BiDAF in 2 of 3 columns.", "refutes"),
        ("The mean of R-NET over SQuAD F1 and NewsQA F1 is 72.4.", "supports"),
        ("The mean of R-NET over SQuAD F1 and NewsQA F1 is 74.2.", "refutes"),
        ("The SQuAD F1 of R-NET is 80.7.", "supports"),
        ("The SQuAD F1 of R-NET is 64.1.", "refutes"),
        ("The SQuAD F1 of R-NET is 80.7 kg.", "refutes"),
        ("R-NET significantly outperforms BiDAF on SQuAD F1 because it attends to itself.", None),
        ("R-NET outperforms FusionNet on SQuAD F1.", None),
        ("R-NET has a higher BLEU than BiDAF.", None),
        ("QANet outperforms BiDAF.", None),
    ],
)
def test_a_claim_is_ruled_on_only_where_all_of_it_is_bound(claim: str, label: str | None) -> None:
    found = rule(claim, grid_of(table_of()))
    assert (found.label if found else None) == label


@pytest.mark.parametrize(
    "claim",
    [
        # Bounds, ranges and estimates.
        "QANet is better than R-NET by more than 1 point in SQuAD F1.",
        "QANet is better than R-NET by at least 1.5 points in SQuAD F1.",
        "QANet is better than R-NET by over 1 point in SQuAD F1.",
        "QANet is better than R-NET by less than 3 points in SQuAD F1.",
        "QANet is better than BiDAF by up to 6 points in SQuAD F1.",
        "QANet is better than BiDAF by about 5 points in SQuAD F1.",
        "R-NET reaches over 80 SQuAD F1.",
        "R-NET reaches a SQuAD F1 of at least 80.",
        "R-NET reaches a SQuAD F1 of 80 or more.",
        "R-NET reaches a SQuAD F1 of 80-81.",
        "R-NET reaches a SQuAD F1 > 80.",
        "R-NET reaches a SQuAD F1 between 80 and 81.",
        "BiDAF stays under 80 SQuAD F1.",
        "R-NET is higher than BiDAF in at least 2 of 3 columns.",
        "R-NET is higher than BiDAF in more than 1 of 3 columns.",
        # Places near the top.
        "R-NET has one of the highest SQuAD F1.",
        "R-NET is among the best in SQuAD F1.",
        "R-NET has nearly the highest SQuAD F1.",
        "R-NET has the third highest SQuAD F1.",
        "R-NET ranks second, better than BiDAF in SQuAD F1.",
        # Exceptions and frequencies.
        "BiDAF is rarely better than R-NET on SQuAD F1.",
        "BiDAF is better than R-NET except on SQuAD F1.",
        "BiDAF is better than R-NET everywhere but on SQuAD F1.",
        "R-NET outperforms BiDAF on SQuAD F1 but not on NewsQA F1.",
        "Only R-NET outperforms BiDAF on SQuAD F1.",
        "R-NET alone outperforms BiDAF on SQuAD F1.",
        "R-NET outperforms BiDAF in half of the columns.",
        "R-NET outperforms BiDAF on SQuAD F1 while BiDAF outperforms R-NET on NewsQA F1.",
        "R-NET outperforms BiDAF on SQuAD F1 and BiDAF outperforms R-NET on NewsQA F1.",
        # Denied values.
        "R-NET does not reach 80.7 SQuAD F1.",
        "R-NET has no SQuAD F1 of 80.7.",
        "R-NET never reaches a SQuAD F1 of 80.7.",
        "R-NET fails to reach a SQuAD F1 of 80.7.",
    ],
)
def test_bounds_hedges_exceptions_and_denials_are_not_ruled_on(claim: str) -> None:
    for resting in (True, False):
        assert rule(claim, grid_of(table_of()), resting=resting) is None


@pytest.mark.parametrize(
    ("claim", "label"),
    [
        ("QANet has the best SQuAD F1 of all three models.", "supports"),
        ("BiDAF has the best SQuAD F1 of all three models.", "refutes"),
        ("QANet has the best SQuAD F1 of all two models.", None),
        ("QANet has the highest SQuAD F1, 83.9.", "refutes"),
    ],
)
def test_the_best_of_a_count_of_models_reads_the_count_as_no_value(claim: str, label: str | None) -> None:
    found = rule(claim, grid_of(table_of()))
    assert (found.label if found else None) == label


@pytest.mark.parametrize(
    ("claim", "label"),
    [
        ("R-NET has 1.67 times the Time of BiDAF.", "supports"),
        ("BiDAF has 1.67 times the Time of R-NET.", "refutes"),
        ("BiDAF has 2 times the Time of R-NET.", "refutes"),
        ("The Time of BiDAF is 1.67 times that of R-NET.", "refutes"),
        ("The Time of BiDAF is 0.6 times that of R-NET.", "supports"),
        ("QANet has twice the Time of BiDAF.", "refutes"),
        ("BiDAF has twice the Time of QANet.", "supports"),
        ("QANet is 2 times faster than BiDAF in Time.", "supports"),
        ("QANet is twice as fast as BiDAF in Time.", None),
        ("QANet gives a 2x speedup over BiDAF in Time.", None),
    ],
)
def test_a_ratio_has_an_order(claim: str, label: str | None) -> None:
    found = rule(claim, grid_of(table_of()))
    assert (found.label if found else None) == label


@pytest.mark.parametrize(
    ("claim", "label"),
    [
        ("R-NET outperforms BiDAF on SQuAD F1, with 80.7 against 77.3.", "supports"),
        ("R-NET outperforms BiDAF on SQuAD F1, with 77.3 against 80.7.", None),
        ("R-NET outperforms BiDAF on SQuAD F1, with 80.7 against 80.7.", None),
        ("R-NET (80.7) outperforms BiDAF (77.3) on SQuAD F1.", "supports"),
        ("R-NET (77.3) outperforms BiDAF (80.7) on SQuAD F1.", None),
        ("Compared with BiDAF (77.3), R-NET (80.7) is better on SQuAD F1.", "supports"),
        ("R-NET outperforms BiDAF on SQuAD F1, with 77.3.", None),
        ("R-NET outperforms BiDAF on SQuAD F1, with 80.7.", "supports"),
        ("R-NET outperforms BiDAF (80.7) on SQuAD F1.", None),
        ("R-NET outperforms BiDAF on SQuAD F1, with 80.7 against 77.4.", "refutes"),
    ],
)
def test_two_values_of_a_comparison_stand_in_its_order(claim: str, label: str | None) -> None:
    found = rule(claim, grid_of(table_of()))
    assert (found.label if found else None) == label


@pytest.mark.parametrize(
    ("claim", "label", "code"),
    [
        ("R-NET outperforms BiDAF on SQuAD F1.", "supports", None),
        ("BiDAF outperforms R-NET on SQuAD F1.", "refutes", "contradicting_evidence"),
        ("The NewsQA F1 of R-NET is 80.7.", "refutes", "row_or_column_mismatch"),
        ("R-NET reaches over 80 SQuAD F1.", "not_enough_info", None),
        ("R-NET reaches a SQuAD F1 of at least 80.", "not_enough_info", None),
        ("R-NET does not reach 80.7 SQuAD F1.", "not_enough_info", None),
        ("R-NET has an average F1 of 72.4.", "not_enough_info", None),
        ("For all the readers, a mean SQuAD F1 of 99.9 and NewsQA F1 of 12.3 is told.", "refutes", "number_mismatch"),
        ("The groups differ, t(28) = 2.20, p = .36.", "refutes", "number_mismatch"),
    ],
)
def test_the_checker_decides_claims_that_cite_rows_of_a_table(claim: str, label: str, code: str | None) -> None:
    document = document_of()
    table = document.tables[0]
    span = Span(
        document=document.sha256, start=table.start, end=table.end, quote=document.text[table.start : table.end]
    )
    cited = Claim(
        id="C", work_id="W", document=document.sha256, kind="finding", text=claim, quote=span.quote, spans=(span,)
    )
    found = check_claim(cited, document)
    assert (found.label, found.code) == (label, code)
    assert found.reason.endswith(".")


def test_rounded_cells_decide_nothing_by_less_than_their_rounding_where_the_claim_rests_on_prose() -> None:
    grid = grid_of(table_of())
    claim = "QANet is better than R-NET by 2.1 points in SQuAD F1."
    assert rule(claim, grid, resting=False) is None
    wrong = rule("QANet is better than R-NET by 2.4 points in SQuAD F1.", grid, resting=False)
    assert wrong is not None
    assert (wrong.label, wrong.kind) == ("refutes", "number")


@pytest.mark.parametrize(
    ("text", "value"),
    [("[BOLD] 0.54", "0.54"), ("95.74 ± 0.44", "95.74"), ("1,414", "1414"), ("−0.3", "-0.3"), ("12 (34%)", "12")],
)
def test_a_cell_prints_one_number(text: str, value: str) -> None:
    found = read_cell(text)
    assert found is not None
    assert str(found.value) == value


@pytest.mark.parametrize("text", ["–", "n/a", "54.8/55.5/53.2", "see Section 3", ""])
def test_a_cell_of_words_or_several_numbers_prints_none(text: str) -> None:
    assert read_cell(text) is None


def test_names_are_found_by_bracketless_form_code_of_language_and_metric() -> None:
    rows = (("System", "EN", "Prec.", "HAN (ours)"), ("TF (base)", "1", "2", "3"), ("TF-IDF", "4", "5", "6"))
    claim = "HAN beats TF in English, with a better precision."
    named = {mention.label for mention in find_mentions(claim, grid_of(table_of(rows)))}
    assert {"EN", "Prec.", "HAN (ours)", "TF (base)"} <= named


def test_lower_is_better_for_perplexity_also_where_only_the_caption_says_so() -> None:
    rows = (("Model", "PTB", "SNLI"), ("LRN", "61.3", "85.1"), ("gLRN", "92.5", "84.7"))
    grid = grid_of(table_of(rows, "Accuracy on SNLI and test perplexity on PTB."))
    (found,) = (decide(s, grid) for s in statements("gLRN performs worse than LRN on PTB.", grid))
    assert found.share == 1.0


def test_a_judgement_names_its_cells_and_a_table_without_numbers_decides_nothing() -> None:
    sure = judge_claim("R-NET outperforms BiDAF on SQuAD F1.", table_of())
    assert (sure.label, sure.ruled, len(sure.cells)) == ("supports", True, 2)
    words = judge_claim("R-NET outperforms BiDAF.", table_of((("Model", "Kind"), ("R-NET", "recurrent"))))
    assert words.label == "not_enough_info"
    assert judge_claim("  ", table_of()).label == "not_enough_info"


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=100))
def test_any_claim_gives_a_judgement_and_the_same_one_twice(claim: str) -> None:
    first = judge_claim(claim, table_of())
    assert first == judge_claim(claim, table_of())
    assert 0 <= first.support <= 100


def test_labelled_claims_are_judged_better_than_by_chance(shared_data: Path) -> None:
    claims = load(shared_data / "claims" / "scitab" / "sci_tab_odd.json")[::4]
    right = sum(judge_claim(item.claim, item.table).label == item.label for item in claims)
    assert right >= 0.42 * len(claims)
    ruled = [rule(item.claim, grid_of(item.table), resting=False) for item in claims if item.label == "supports"]
    assert sum(found is not None and found.label == "refutes" for found in ruled) <= 1


def test_fitting_twice_gives_the_same_weights() -> None:
    from benchmarks.scitab import TableClaim, features

    texts = ("R-NET outperforms BiDAF.", "BiDAF outperforms R-NET.", "We fix K = 50 because it works.")
    labels = ("supports", "refutes", "not_enough_info")
    claims = [TableClaim(text, table_of(), label, "p") for text, label in zip(texts, labels, strict=True)]  # type: ignore[arg-type]
    assert fit(claims, features(claims)) == fit(claims, features(claims))
