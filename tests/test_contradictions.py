"""The contradiction ledger: what contradicts, what does not, the likely reason, and the same result in any order."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.contradictions import find_contradictions
from agents.panel import hear
from juried.ledger import PlacedTable, Statement, find_in_statements, find_in_works, sentence, statements_of
from juried.ledger.amounts import amount_of, differ
from juried.measurements import measurement_sentence
from juried.records.base import sha256
from juried.records.claim import CONTRADICTION_CAUSES, Contradiction, Measurement, Side
from juried.records.document import Block, Cell, Document, Section, Span, Table
from juried.records.work import StatusNote, Work
from juried.reports.markdown import render_markdown
from tests.records import claims, make_record, works

DATA = Path(__file__).resolve().parents[1].parent / "shared" / "data"
VALUES = ("91.38 ± 0.56", "92.70 ± 0.11", "84.82 ± 1.00", "80.00 ± 2.77")


def row(values: tuple[str, ...], label: str = "Table 1", start: int = 0, name: str = "VA") -> Table:
    cells = tuple(
        Cell(
            row=1,
            column=at,
            text=text,
            row_path=(name,),
            column_path=("WikiAnn", language),
            start=start + 20 * at,
            end=start + 20 * at + len(text),
        )
        for at, (text, language) in enumerate(zip(values, ("bel", "bul", "gle", "mlt"), strict=True), start=1)
    )
    return Table(label=label, caption="F1 on WikiAnn.", cells=cells, start=start, end=start + 100)


def in_two_tables(second: tuple[str, ...], document: str = "d1") -> tuple[Contradiction, ...]:
    tables = [PlacedTable("W-1", "d1", row(VALUES)), PlacedTable("W-1", document, row(second, "Table 4", 500))]
    return find_in_works([], tables, {})


def test_a_row_restated_with_one_value_changed_is_found_with_both_cells() -> None:
    (found,) = in_two_tables((*VALUES[:3], "88.00 ± 2.77"))
    first, second = found.sides
    assert (first.value, second.value) == ("80.00 ± 2.77", "88.00 ± 2.77")
    assert (first.table, second.table) == ("Table 1", "Table 4")
    assert first.row_path == ("VA",)
    assert first.column_path == ("WikiAnn", "mlt")
    assert second.caption == "F1 on WikiAnn."
    assert second.span is not None
    assert found.cause == "slip"


@pytest.mark.parametrize(
    "second",
    [
        VALUES,
        ("91.4", "92.7", "84.8", "80.0"),
        (*VALUES[:3], "81.00 ± 2.77"),
        ("71.38", "72.70", "64.82", "60.00"),
        ("91.38 ± 0.56", "72.70", "64.82", "60.00"),
        ("91.38 %", "92.70 ms", "", "n/a"),
    ],
)
def test_equal_rounded_overlapping_and_wholly_other_rows_are_no_contradiction(second: tuple[str, ...]) -> None:
    assert in_two_tables(second) == ()


def test_another_version_of_the_work_and_rounding_are_named_as_reasons() -> None:
    assert in_two_tables((*VALUES[:3], "88.00 ± 2.77"), "d2")[0].cause == "other_version"
    plain = tuple(value.partition(" ")[0] for value in VALUES)
    tables = [
        PlacedTable("W-1", "d1", row((*plain[:3], "80.19"))),
        PlacedTable("W-1", "d1", row((*plain[:3], "80.1"), start=500)),
    ]
    assert [item.cause for item in find_in_works([], tables, {})] == ["rounding"]


def measured(work: str, value: str, **changed: str) -> Statement:
    parts = {
        "system": "mBERT",
        "metric": "F1",
        "dataset": "CoNLL-2003",
        "setting": "test",
        "table": "Table 2",
    } | changed
    item = Measurement.model_validate({**parts, "value": value})
    side = Side(work_id=work, document=f"d-{work}", text=measurement_sentence(item), value=value, table=item.table)
    return Statement(side, item)


def test_two_works_that_measure_one_quantity_contradict_each_other() -> None:
    noted = Work(id="A", title="t", status=(StatusNote(kind="revised", date="2022-06-22", evidence="A bug."),))
    pair = [measured("A", "87.3"), measured("B", "85.0", metric="F-score", dataset="CoNLL 2003")]
    assert [item.cause for item in find_in_statements(pair)] == ["other_setup"]
    (found,) = find_in_statements(pair, {"A": noted})
    assert found.cause == "revised"
    assert "2022-06-22: A bug." in found.likely_reason
    (split,) = find_in_statements([pair[0], measured("B", "85.0", setting="")])
    assert (split.cause, "“test”" in split.likely_reason) == ("other_split", True)


@pytest.mark.parametrize(
    "other",
    [
        {"setting": "dev"},
        {"setting": "test, Swahili"},
        {"setting": "test, 5-shot"},
        {"setting": "test, best of 5"},
        {"dataset": "WikiAnn"},
        {"metric": "macro F1"},
        {"metric": "recall"},
        {"system": "mBERT-large"},
        {"system": "mBERT + CRF"},
    ],
)
def test_another_setting_is_no_contradiction(other: dict[str, str]) -> None:
    assert find_in_statements([measured("A", "87.3"), measured("B", "85.0", **other)]) == ()


@pytest.mark.parametrize(
    ("first", "second", "apart"),
    [
        (("84.82", "", ""), ("84.8", "", ""), False),
        (("84.82", "1.00", ""), ("83.10", "0.90", ""), False),
        (("84.82", "0.10", ""), ("83.10", "0.10", ""), True),
        (("0.848", "", ""), ("84.8", "", "%"), False),
        (("3.07", "95% CI 1.95 to 4.83", ""), ("2.21", "95% CI 1.42 to 3.43", ""), False),
        (("3.07", "95% CI 2.95 to 3.83", ""), ("2.21", "95% CI 1.42 to 2.43", ""), True),
        (("5", "", "mg"), ("7", "", "g"), False),
    ],
)
def test_amounts_differ_beyond_precision_uncertainty_and_scale(
    first: tuple[str, str, str], second: tuple[str, str, str], apart: bool
) -> None:
    a, b = amount_of(*first), amount_of(*second)
    assert a is not None
    assert b is not None
    assert differ(a, b) == differ(b, a) == apart


def said(*texts: tuple[str, str]) -> tuple[Contradiction, ...]:
    """What contradicts among sentences of one work, each with its section."""
    return find_in_statements([sentence(text, "W", "d", section=section) for section, text in texts])


SERIES = "VA achieves 91.38 ± 0.56, 92.70 ± 0.11, 84.82 ± 1.00, 68.93 ± 3.30, and 95.43 ± 0.22 performance."
SURVEY = "In 2010, a survey found antibodies in 9.2% of 313 sheep of the province."
LISTED = "Failure was associated with use of test strips, a vector of Culex, lower elevation, higher density of people."


@pytest.mark.parametrize(
    ("first", "second", "found"),
    [
        (SERIES, SERIES.replace("VA achieves", "The performance of VA is").replace("95.43", "94.43"), True),
        (SERIES, SERIES.replace("VA", "LAPT").replace("95.43", "94.43"), False),
        (SERIES, SERIES, False),
        (SURVEY, SURVEY.replace("9.2%", "19.2%"), True),
        (SURVEY, SURVEY.replace("2010", "2012").replace("9.2%", "19.2%"), False),
        (SURVEY, SURVEY.replace("sheep", "goats").replace("9.2%", "11.6%"), False),
        ("Higher income raised the risk of relapse in Table 2.", "Lower income raised the risk of relapse.", False),
        ("Higher elevation was linked to survey failure.", "Lower elevation was linked to survey failure.", True),
        ("Whether higher elevation is linked to failure?", "Lower elevation is linked to failure.", False),
        (
            LISTED,
            LISTED.replace("lower elevation", "higher elevation").replace("Failure", "In one model, failure"),
            True,
        ),
        ("Transfer was seen in all nine languages.", "Transfer was not seen in all nine languages.", True),
    ],
)
def test_an_abstract_against_the_text(first: str, second: str, found: bool) -> None:
    assert bool(said(("Abstract", first), ("Results", second))) == found
    assert said(("Abstract", first), ("Abstract", second)) == () or "VA" in first


def test_a_sentence_is_bound_by_the_cell_that_it_names() -> None:
    cell = measured("A", "87.3", setting="test, Swahili")
    prose = sentence("For Swahili, mBERT had a test F1 of 78.3 on CoNLL-2003.", "A", "d-A", section="Abstract")
    (found,) = find_in_statements([cell, prose])
    assert found.cause == "text_and_table"
    assert {side.value for side in found.sides} == {"87.3", "78.3"}
    same = sentence("For Swahili, mBERT had a test F1 of 87.3 on CoNLL-2003.", "A", "d-A", section="Abstract")
    other = sentence("For Swahili, XLM-R had a test F1 of 78.3 on CoNLL-2003.", "A", "d-A", section="Abstract")
    assert find_in_statements([cell, same]) == find_in_statements([cell, other]) == ()


@pytest.mark.skipif(not DATA.exists(), reason="the shared data are not here")
def test_the_pair_of_the_published_examples_is_found_and_nothing_else() -> None:
    found = []
    for name in ("example_1", "example_2"):
        text = (DATA / "reports/published_examples" / f"{name}.txt").read_text(encoding="utf-8")
        lines = [line.partition("\t")[0] for line in text.splitlines() if "\t" in line]
        found += [sentence(line, name, name) for line in lines]
    (pair,) = find_in_statements(found)
    assert all("VA" in side.text for side in pair.sides)
    assert pair.about.startswith("“94.43 ± 0.22” against “95.43 ± 0.22”")


@pytest.mark.skipif(not DATA.exists(), reason="the shared data are not here")
def test_an_abstract_that_contradicts_its_author_summary_is_found() -> None:
    from benchmarks.contradictions import found_in
    from benchmarks.table_sets import papers

    documents = [item for item in papers(DATA / "papers", "jats") if item.title.startswith("Risk factors associated")]
    found = [item for document in documents for item in found_in(document)]
    assert found
    assert {item.about for item in found} <= {
        "“higher elevation” against “lower elevation”",
        "“lower elevation” against “higher elevation”",
    }
    assert ("Abstract", "Author summary") in {(item.sides[0].section, item.sides[1].section) for item in found}


WORDS = st.sampled_from(
    ["91.38", "84.8 ± 1.0", "higher elevation", "VA", "F1", "not", "in 2010", "Table 2", "\\pm", "|", ","]
)
TEXTS = st.lists(WORDS, max_size=12).map(" ".join)
ROWS = st.tuples(*[st.sampled_from(["91.38", "92.70", "84.82", "8,1", "", "±", "n/a", "1e9"])] * 4)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["Abstract", "Results"]), TEXTS), max_size=6), st.lists(ROWS, max_size=3))
def test_any_text_and_table_gives_the_same_in_any_order(
    texts: list[tuple[str, str]], rows: list[tuple[str, ...]]
) -> None:
    statements = [sentence(text, "W", "d", section=section) for section, text in texts]
    tables = [PlacedTable("W", "d", row(values, f"Table {at}", 100 * at)) for at, values in enumerate(rows)]
    found = find_in_works(statements, tables, {})
    assert found == find_in_works(statements[::-1], tables[::-1], {})
    assert all(item.cause in CONTRADICTION_CAUSES and item.likely_reason for item in found)


def _document(text: str, cut: int) -> Document:
    sections = (
        Section(title="Abstract", level=1, start=0, end=cut),
        Section(title="Results", level=1, start=cut, end=len(text)),
    )
    blocks = (
        Block(kind="abstract", start=0, end=cut, section=0),
        Block(kind="paragraph", start=cut, end=len(text), section=1),
    )
    return Document(sha256=sha256(text), format="text", title="t", text=text, sections=sections, blocks=blocks)


def test_a_run_lists_what_its_works_contradict_with_the_claims_that_rest_there() -> None:
    record, first = make_record(), "Higher elevation was linked to survey failure."
    text = f"{first}\nLower elevation was linked to survey failure."
    document = _document(text, len(first) + 1)
    assert [item.sums_up for item in statements_of(document, "W-1")] == [True, False]
    span = Span(document=document.sha256, start=0, end=len(first), quote=first)
    claim = claims()[0].model_copy(update={"document": document.sha256, "spans": (span,)})
    by_id = {work.id: work for work in works()}
    cases = hear([claim, *claims()[1:]], by_id, record.pools, record.votes, ())
    found = find_contradictions(cases, record.pools, {"W-1": document}, by_id)
    ruled = [item for item in found if item.cause != "seen_by_reviewer"]
    assert [(item.first, item.second) for item in ruled] == [(claim.id, "")]
    shown = render_markdown(record.model_copy(update={"contradictions": found}))
    assert "**“Higher” against “Lower”**" in shown
    assert "| Section | Abstract | Results |" in shown
    withdrawn = by_id["W-1"].model_copy(update={"status": (StatusNote(kind="retracted", evidence="n"),)})
    none = find_contradictions(cases, record.pools, {"W-1": document}, by_id | {"W-1": withdrawn})
    assert [item for item in none if item.sides] == []
