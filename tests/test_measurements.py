"""Measurements: a number becomes a claim only with its system, metric, data set and the very cell that states it."""

from __future__ import annotations

import io
import re
import tarfile
from pathlib import Path

import pytest

from juried.documents.builder import DocumentBuilder
from juried.documents.reader import read_document
from juried.documents.tables import RawCell, RawTable
from juried.measurement_prose import measurement_in
from juried.measurement_values import read_value
from juried.measurements import measurements_of, read_tables
from juried.records.document import Document
from juried.text.sentence_faults import fault

DATA = Path(__file__).resolve().parents[1].parent / "shared" / "data"


def document(caption: str, rows: list[list[str]], *more: tuple[str, list[list[str]]]) -> Document:
    builder = DocumentBuilder(caption.encode(), "html")
    builder.heading("Results", 1)
    for number, (title, body) in enumerate([(caption, rows), *more], start=1):
        cells = tuple(tuple(RawCell(text, header=at == 0) for text in row) for at, row in enumerate(body))
        builder.table(RawTable(rows=cells, label=f"Table {number}", caption=title, header_rows=1))
    return builder.finish()


def sentences(found: Document) -> list[str]:
    return [bound.text for bound in measurements_of(found)]


NER = [["Model", "Precision", "F1 (%)"], ["mBERT", "88.1", "87.3 ± 0.4"], ["XLM-R [12]", "90.2*", "89.9"]]


def test_a_result_table_becomes_sentences() -> None:
    found = document("Results on the CoNLL-2003 test set.", NER)
    assert sentences(found) == [
        "The precision of mBERT on CoNLL-2003 (test) is 88.1.",
        "The F1 of mBERT on CoNLL-2003 (test) is 87.3 ± 0.4%.",
        "The precision of XLM-R on CoNLL-2003 (test) is 90.2.",
        "The F1 of XLM-R on CoNLL-2003 (test) is 89.9%.",
    ]


def test_spans_are_the_cell_and_its_row() -> None:
    found = document("Results on the CoNLL-2003 test set.", NER)
    for bound in measurements_of(found):
        cell, row = bound.spans
        assert found.text[cell.start : cell.end] == cell.quote == bound.quote
        assert row.quote == found.text[row.start : row.end]
        assert row.start <= cell.start < cell.end <= row.end
        assert bound.measurement.value in cell.quote
        assert bound.measurement.table == "Table 1"


@pytest.mark.parametrize(
    ("caption", "rows", "missing"),
    [
        ("Results.", NER, "dataset"),
        ("Results on CoNLL-2003 and WNUT 17.", NER, "dataset"),
        ("Results on the CoNLL-2003 test set.", [["Group", "F1"], ["Red", "1.0"], ["Blue", "2.0"]], "system"),
        ("Results on the CoNLL-2003 test set.", [["Model", "Time (s)"], ["mBERT", "12.0"]], "metric"),
        ("Results on the CoNLL-2003 test set.", [["Model", "F1"], ["+ CRF", "88.0"]], "system"),
        ("Results on the CoNLL-2003 test set.", [["Model", "F1"], ["Our model", "88.0"]], "system"),
        ("Results on the CoNLL-2003 test set.", [["Model", "F1"], ["mBERT", "+0.3"]], "value"),
        ("Results on the CoNLL-2003 test set.", [["Model", "F1"], ["mBERT", "870.3"]], "value"),
        ("Results on the CoNLL-2003 test set.", [["Model", "F1"], ["mBERT", "87.3"], ["mBERT", "88.3"]], "ambiguous"),
    ],
)
def test_what_lacks_a_part_is_no_claim_and_is_counted(caption: str, rows: list[list[str]], missing: str) -> None:
    reading = read_tables(document(caption, rows))
    assert reading.bound == ()
    assert missing in {item.missing for item in reading.unbound}
    assert reading.numbers == sum(item.count for item in reading.unbound)


def test_two_tables_that_give_one_quantity_two_values_bind_neither() -> None:
    rows = [["Model", "F1"], ["mBERT", "87.3"]]
    other = [["Model", "F1"], ["mBERT", "80.3"]]
    caption = "Results on the CoNLL-2003 test set."
    assert sentences(document(caption, rows, (caption, other))) == []
    assert len(sentences(document(caption, rows, (caption, rows)))) == 1


def test_columns_of_systems_and_benchmarks_with_their_metric() -> None:
    rows = [
        ["Benchmark (Metric)", "Qwen2.5 72B", "LLaMA-3.1 405B"],
        ["DROP (F1)", "80.6", "86.0"],
        ["# Params", "72", "405"],
    ]
    assert sentences(document("Comparison of base models.", rows)) == [
        "The F1 of Qwen2.5 72B on DROP is 80.6.",
        "The F1 of LLaMA-3.1 405B on DROP is 86.0.",
    ]


def test_language_is_a_setting_of_the_task_in_the_caption() -> None:
    rows = [["Method", "Belarusian", "Maltese"], ["VA", "95.28 ± 0.51", "91.0"]]
    found = document("Accuracy of part-of-speech tagging.", rows)
    assert sentences(found)[0] == "The accuracy of VA on part-of-speech tagging (Belarusian) is 95.28 ± 0.51."


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("95.74 ± 0.44", ("95.74", "0.44", False)),
        ("[BOLD] 88.64%", ("88.64", "", True)),
        ("74.3 (± 2.2)", ("74.3", "2.2", False)),
        ("−0.3", ("-0.3", "", False)),
        ("1,234", ("1234", "", False)),
        (".676", (".676", "", False)),
        ("81.3 (0.2)", None),
        ("<0.05", None),
        ("70.46/78.98", None),
        ("12 (34%)", None),
        ("", None),
        ("n/a", None),
    ],
)
def test_the_value_of_a_cell(cell: str, value: tuple[str, str, bool] | None) -> None:
    assert read_value(cell) == value


def test_brackets_are_deviations_only_where_the_caption_says_so() -> None:
    assert read_value("81.3 (0.2)", "F1 with standard deviations in parentheses.") == ("81.3", "0.2", False)


async def real_document(path: Path) -> Document:
    if not path.exists():
        pytest.skip(f"no data at {path}")
    data = path.read_bytes() if path.is_file() else b""
    if path.is_dir():
        packed = io.BytesIO()
        with tarfile.open(fileobj=packed, mode="w:gz") as tar:
            tar.add(path, arcname=".")
        data = packed.getvalue()
    found = await read_document(data, path.name if path.is_file() else f"{path.name}.tar.gz")
    assert isinstance(found, Document)
    return found


def told(prose: str, caption: str, rows: list[list[str]], title: str = "") -> Document:
    """Return a document whose prose stands before its table."""
    builder = DocumentBuilder((prose + caption).encode(), "html")
    builder.title(title)
    builder.heading("Results", 1)
    builder.block("paragraph", prose)
    cells = tuple(tuple(RawCell(text, header=at == 0) for text in row) for at, row in enumerate(rows))
    builder.table(RawTable(rows=cells, label="Table 1", caption=caption, header_rows=1))
    return builder.finish()


PLAIN = [["Model", "Dev", "Test"], ["mBERT", "88.1", "87.3"]]


def test_the_sentence_that_refers_to_a_table_names_what_its_caption_leaves_out() -> None:
    found = told("Table 1 reports the F1 of all models on the CoNLL-2003 dataset.", "Main results.", PLAIN)
    assert sentences(found) == [
        "The F1 of mBERT on CoNLL-2003 (dev) is 88.1.",
        "The F1 of mBERT on CoNLL-2003 (test) is 87.3.",
    ]
    assert measurements_of(found)[0].spans[-1].quote.startswith("Table 1 reports the F1")


@pytest.mark.parametrize(
    "prose",
    [
        "Table 1 reports the F1 and the accuracy of all models on the CoNLL-2003 dataset.",
        "Table 1 reports the F1 of all models on CoNLL-2003 and OntoNotes.",
        "Table 2 reports the F1 of all models on the CoNLL-2003 dataset.",
        "Tables 1 and 2 report the F1 on CoNLL-2003.",
        "",
    ],
)
def test_a_sentence_of_several_metrics_sets_or_tables_names_nothing(prose: str) -> None:
    assert sentences(told(prose or "Nothing.", "Main results.", PLAIN)) == []


def test_our_model_has_the_name_that_the_paper_proposes() -> None:
    rows = [["Model", "F1"], ["mBERT", "87.3"], ["Our model", "89.9"]]
    caption = "Results on the CoNLL-2003 test set."
    one = told("We propose XTagger, a tagger for many languages.", caption, rows)
    assert "The F1 of XTagger on CoNLL-2003 (test) is 89.9." in sentences(one)
    two = told("We propose XTagger, a tagger. We also propose YTagger, another one.", caption, rows)
    assert len(sentences(two)) == 1


def test_a_data_set_that_the_prose_names_is_one_in_headers() -> None:
    rows = [["Model", "ZetaQA F1", "Fruit F1"], ["mBERT", "87.3", "60.1"]]
    found = told("We collect the ZetaQA dataset. Fruit is sweet.", "Main results.", rows)
    assert sentences(found) == ["The F1 of mBERT on ZetaQA is 87.3."]


def test_what_a_header_and_a_caption_say_differently_is_not_bound() -> None:
    rows = [["Model", "SNLI"], ["mBERT", "87.3"]]
    assert sentences(document("Accuracy on the SQuAD dataset.", rows)) == []
    rows = [["Model", "SQuAD", "Other"], ["mBERT", "87.3", "50.0"]]
    assert sentences(document("Accuracy on the SQuAD dataset.", rows)) == ["The accuracy of mBERT on SQuAD is 87.3."]


async def test_the_transformer_paper() -> None:
    found = await real_document(DATA / "papers" / "docling" / "latex" / "sources" / "1706.03762")
    stated = sentences(found)
    assert "The BLEU of Transformer (big) on newstest2014 (EN-DE) is 28.4." in stated
    assert "The BLEU of Transformer (base model) on newstest2014 (EN-FR) is 38.1." in stated
    assert not any(re.search(r"10\^|Training Cost", text) for text in stated)
    for bound in measurements_of(found):
        assert found.text[bound.spans[0].start : bound.spans[0].end] == bound.quote
        assert fault(bound.text) is None


@pytest.mark.parametrize(
    "sentence",
    [
        "XLM-R improves F1 by 83.1 over mBERT on the CoNLL-2003 dataset.",
        "XLM-R reaches an F1 of 83.1.",
        "XLM-R reaches 83.1 on the CoNLL-2003 dataset.",
        "XLM-R reaches F1 of 83.1 and 84.0 on the CoNLL-2003 dataset.",
        "It reaches an F1 of 83.1 on the CoNLL-2003 dataset.",
        "",
    ],
)
def test_prose_without_all_parts_is_no_measurement(sentence: str) -> None:
    assert measurement_in(sentence) is None


def test_prose_with_all_parts_is_a_measurement() -> None:
    found = measurement_in("XLM-R reaches an F1 of 83.1% on the CoNLL-2003 dataset.")
    assert found is not None
    assert (found.system, found.metric, found.dataset, found.value, found.unit) == (
        "XLM-R",
        "F1",
        "CoNLL-2003",
        "83.1",
        "%",
    )
    assert (found.table, found.row, found.column) == ("", None, None)
