"""Tables: spans, header rows, row headers, and what each cell knows of them."""

# ruff: noqa: E501  (sample markup is kept on its own lines)

from __future__ import annotations

import pytest

from juried.documents.dispatch import parse
from juried.documents.latex_tables import read_tabular
from juried.documents.tables import BodyCell, RawCell, RawTable, body_cells, corner, is_number_cell, lay_out
from tests.document_samples import SAMPLES


def table(*rows: str, header_rows: int | None = None) -> RawTable:
    return RawTable(
        tuple(tuple(RawCell(text.strip()) for text in row.split("|")) for row in rows), header_rows=header_rows
    )


def cell(cells: tuple[BodyCell, ...], text: str) -> BodyCell:
    return next(found for found in cells if found.text == text)


@pytest.mark.parametrize("kind", ["latex", "html", "jats"])
def test_the_same_table_reads_the_same_in_every_format(kind: str) -> None:
    name, data = SAMPLES[kind]
    (found,) = parse(data, name).tables
    cells = {c.text: c for c in found.cells}
    assert list(cells) == ["90.1", "80.2", "95.74 ± 0.44", "88.0"]
    assert cells["95.74 ± 0.44"].column_path == ("Accuracy", "German")
    assert cells["80.2"].column_path == ("Accuracy", "Finnish")
    assert cells["80.2"].row_path == ("Baseline",)
    assert found.corner == ("Model",)
    assert found.caption == "Accuracy on the test set."
    assert found.label in ("Table 1", "Table 2")


@pytest.mark.parametrize("text", ["27.3", "95.74 ± 0.44", "1.0·10^20", "100K", "12 (34%)", "<0.001", "-3.5", "25.8*"])
def test_numbers_are_number_cells(text: str) -> None:
    assert is_number_cell(text)


@pytest.mark.parametrize("text", ["", "-", "BERT", "Layer 2 of the encoder", "F1", "n/a", "2-shot prompting"])
def test_words_are_no_number_cells(text: str) -> None:
    assert not is_number_cell(text)


def test_without_markup_the_rows_without_numbers_are_the_header() -> None:
    grid = lay_out(table("Model | P | R", "A | 1.0 | 2.0", "B | 3.0 | 4.0"))
    assert (grid.headers, grid.stubs) == (1, 1)
    assert cell(body_cells(grid), "4.0").column_path == ("R",)


def test_leading_columns_of_words_are_all_row_headers() -> None:
    grid = lay_out(table("Model | Data | F1", "A | WSJ | 91.3", "B | WSJ | 92.7"))
    assert corner(grid) == ("Model", "Data")
    assert cell(body_cells(grid), "92.7").row_path == ("B", "WSJ")


def test_an_empty_outer_header_takes_the_group_above() -> None:
    grid = lay_out(table("Set | Model | F1", "Dev | A | 91.3", " | B | 92.7", "Test | A | 90.0"))
    cells = body_cells(grid)
    assert cell(cells, "92.7").row_path == ("Dev", "B")
    assert cell(cells, "90.0").row_path == ("Test", "A")


def test_a_row_with_one_cell_titles_the_rows_beneath_it() -> None:
    rows = (
        (RawCell("Model"), RawCell("F1"), RawCell("EM")),
        (RawCell("Zero-shot", colspan=3),),
        (RawCell("A"), RawCell("1.0"), RawCell("2.0")),
        (RawCell("Few-shot", colspan=3),),
        (RawCell("A"), RawCell("3.0"), RawCell("4.0")),
    )
    cells = body_cells(lay_out(RawTable(rows)))
    assert cell(cells, "2.0").row_path == ("Zero-shot", "A")
    assert cell(cells, "3.0").row_path == ("Few-shot", "A")


def test_a_body_cell_over_two_columns_has_only_what_both_share() -> None:
    rows = (
        (RawCell("Model"), RawCell("Cost", colspan=2)),
        (RawCell(""), RawCell("DE"), RawCell("FR")),
        (RawCell("A"), RawCell("1.5"), RawCell("1.6")),
        (RawCell("B"), RawCell("2.5", colspan=2)),
    )
    cells = body_cells(lay_out(RawTable(rows, header_rows=2)))
    assert cell(cells, "2.5").column_path == ("Cost",)
    assert cell(cells, "1.6").column_path == ("Cost", "FR")


def test_endless_spans_are_cut_and_not_obeyed() -> None:
    grid = lay_out(RawTable(((RawCell("a", rowspan=9999, colspan=3), RawCell("b")), (RawCell("1"), RawCell("2")))))
    assert grid.height == 2
    with pytest.raises(ValueError, match="more than"):
        lay_out(RawTable(tuple((RawCell("a", colspan=9999),) for _ in range(100))))


def test_multirow_with_placeholders_and_upward_multirow() -> None:
    body = r"""\toprule Set & Model & F1 \\ \midrule
    \multirow{2}{*}{Dev} & A & 1.0 \\ & B & 2.0 \\ \midrule & C & 3.0 \\ \multirow{-2}{*}{Test} & D & 4.0 \\ \bottomrule"""
    cells = body_cells(lay_out(read_tabular(body)))
    assert [c.row_path for c in cells] == [("Dev", "A"), ("Dev", "B"), ("Test", "C"), ("Test", "D")]
    assert {c.column_path for c in cells} == {("F1",)}


def test_a_header_broken_inside_its_cell_is_one_header() -> None:
    body = r"Model & \begin{tabular}[c]{@{}c@{}}Arena \\ rating\end{tabular} \\ \hline A & 1047 \\ B & 1031 \\"
    assert cell(body_cells(lay_out(read_tabular(body))), "1031").column_path == ("Arena rating",)


def test_the_row_that_names_the_columns_of_groups_belongs_to_the_header() -> None:
    body = r"\toprule & \multicolumn{2}{c}{Select} & Label \\ \midrule Training & P & R & Acc. \\ \midrule A & 1.5 & 2.5 & 3.5 \\"
    cells = body_cells(lay_out(read_tabular(body)))
    assert cell(cells, "2.5").column_path == ("Select", "R")
    assert cell(cells, "3.5").column_path == ("Label", "Acc.")


def test_words_after_a_plain_header_stay_in_the_body() -> None:
    body = r"\toprule & A & B \\ \midrule Architecture & MoE & Dense \\ Size & 21B & 72B \\ \bottomrule"
    cells = body_cells(lay_out(read_tabular(body)))
    assert cell(cells, "MoE").row_path == ("Architecture",)
    assert cell(cells, "72B").column_path == ("B",)
