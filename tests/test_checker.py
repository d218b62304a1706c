"""The checker: it lets true claims pass and catches changed numbers, cells, names and negations."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.checker import check_claim
from juried.mutants import mutants
from juried.records.claim import Claim, Measurement
from juried.records.document import Cell, Document, Section, Span, Table
from juried.text.conflicts import find_conflict
from juried.text.sentences import split_sentences
from juried.text.standalone import stand_alone

TEXT = (
    "We show that vocabulary augmentation improves mBERT by 3.2 points on Uyghur. "
    "It does not improve results for English, which may be due to its large vocabulary."
)


def document_of(text: str, title: str = "", key: str = "d") -> Document:
    return Document(sha256=key, format="abstract", title=title, text=text)


def claim_of(document: Document, text: str, start: int = 0, end: int | None = None) -> Claim:
    stop = len(document.text) if end is None else end
    quote = document.text[start:stop]
    span = Span(document=document.sha256, start=start, end=stop, quote=quote)
    return Claim(id="C-1", work_id="W", document=document.sha256, kind="finding", text=text, quote=quote, spans=(span,))


def check(text: str) -> tuple[str, str | None]:
    document = document_of(TEXT, "Vocabulary augmentation for Maltese")
    result = check_claim(claim_of(document, text), document)
    assert result.reason.endswith(".")
    return result.label, result.code


@pytest.mark.parametrize(
    ("claim", "label", "code"),
    [
        ("Vocabulary augmentation improves mBERT by 3.2 points on Uyghur.", "supports", None),
        ("Vocabulary augmentation improves mBERT by 3.3 points on Uyghur.", "refutes", "number_mismatch"),
        ("Vocabulary augmentation improves mBERT by -3.2 points on Uyghur.", "refutes", "number_mismatch"),
        ("Vocabulary augmentation improves mBERT by 3.2% on Uyghur.", "refutes", "number_mismatch"),
        ("Vocabulary augmentation degrades mBERT by 3.2 points on Uyghur.", "refutes", "contradicting_evidence"),
        ("Vocabulary augmentation improves XLM-R by 3.2 points on Uyghur.", "refutes", "contradicting_evidence"),
        ("Vocabulary augmentation improves mBERT by 3.2 points on Maltese.", "refutes", "contradicting_evidence"),
        ("It does improve results for English, which may be due to its large vocabulary.", "refutes", None),
        (
            "It does not improve results for English, which is due to its large vocabulary.",
            "refutes",
            "scope_overreach",
        ),
        ("Larger vocabularies help Turkish most of all in every setting tried.", "refutes", "scope_overreach"),
        ("Augmenting what a model can spell helped it tag one language.", "not_enough_info", None),
    ],
)
def test_each_kind_of_defect_is_named(claim: str, label: str, code: str | None) -> None:
    found = check(claim)
    assert found[0] == label
    assert code is None or found[1] == code


def test_a_changed_source_breaks_the_claims_that_quote_it() -> None:
    document = document_of(TEXT)
    claim = claim_of(document, "Vocabulary augmentation improves mBERT by 3.2 points on Uyghur.")
    changed = document.model_copy(update={"text": TEXT.replace("Uyghur", "Uighur")})
    assert check_claim(claim, document).label == "supports"
    assert check_claim(claim, changed).code == "quote_not_found"
    assert check_claim(claim.model_copy(update={"spans": ()}), document).code == "quote_not_found"
    assert check_claim(claim.model_copy(update={"quote": "another text"}), document).code == "quote_not_found"


def test_a_denial_or_bound_that_is_left_out_is_seen() -> None:
    no_evidence = document_of("We find no evidence that transliteration helps. It adds up to 5 points on Tamil.")
    assert check_claim(claim_of(no_evidence, "Transliteration helps.", 0, 48), no_evidence).label == "refutes"
    assert check_claim(claim_of(no_evidence, "It adds 5 points on Tamil.", 49), no_evidence).code == "scope_overreach"


def abstracts(shared_data: Path) -> list[tuple[str, str, str]]:
    scifact = (shared_data / "claims" / "scifact" / "corpus.jsonl").read_text(encoding="utf-8").splitlines()[2000:2160]
    anthology = (shared_data / "works" / "acl_anthology" / "subset_crosslingual_ner.jsonl").read_text(encoding="utf-8")
    rows = [json.loads(line) for line in [*scifact, *anthology.splitlines()[400:560]]]
    found = []
    for row in rows:
        abstract = row.get("abstract") or ""
        text = " ".join(abstract) if isinstance(abstract, list) else abstract
        found.append((str(row.get("doc_id", row.get("id"))), row["title"], text))
    return found


def test_true_claims_pass_and_mutants_are_caught_in_real_abstracts(shared_data: Path) -> None:
    tried: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    for key, title, text in abstracts(shared_data):
        document = document_of(text, title, key)
        for start, end in split_sentences(text)[:4]:
            claim = stand_alone(text[start:end]).text
            if not claim:
                continue
            versions: dict[str, str] = {"true": claim}
            versions.update(
                {
                    str(kind): text
                    for kind, text in mutants(claim, ("Wolaytta", "DeltaNet-9", "QXR", "Tarahumara")).items()
                }
            )
            for kind, version in versions.items():
                label = check_claim(claim_of(document, version, start, end), document).label
                tried[kind] += 1
                wrong[kind] += (label == "supports") != (kind == "true")
    assert tried["true"] > 300
    assert tried["digit"] > 60
    assert wrong["true"] <= 0.01 * tried["true"], wrong
    for kind in sorted(set(tried) - {"true"}):
        assert wrong[kind] <= 0.05 * tried[kind], (kind, wrong[kind], tried[kind])


def table_document(row: dict[str, object], number: int) -> Document:
    """Return a SciTab table as a document; the first columns without digits head the rows."""

    def clean(text: object) -> str:
        return re.sub(r"\[[A-Z]+\]\s*", "", str(text)).strip()

    caption, heads = clean(row["table_caption"]), [clean(head) for head in _list(row["table_column_names"])]
    text, cells = f"{row['paper']}\n\n{caption}\n", []
    begin = len(text)
    for line, values in enumerate(_list(row["table_content_values"]), start=1):
        printed = [clean(value) for value in _list(values)]
        lead = next((place for place, value in enumerate(printed) if place and re.search(r"\d", value)), len(printed))
        for column, value in enumerate(printed):
            if lead <= column < len(heads):
                path = tuple(part for part in printed[:lead] if part)
                cell = Cell(
                    row=line, column=column, text=value, row_path=path, column_path=(heads[column],),
                    start=len(text), end=len(text) + len(value),
                )  # fmt: skip
                cells.append(cell)
            text += value + (" | " if column < len(printed) - 1 else "\n")
    table = Table(label=f"Table {number}", caption=caption, cells=tuple(cells), start=begin, end=len(text))
    section = Section(title=str(row["paper"]), level=1, start=0, end=len(text))
    key = f"t{number}"
    return Document(
        sha256=key, format="latex", title=str(row["paper"]), text=text, tables=(table,), sections=(section,)
    )


def _list(value: object) -> list[object]:
    assert isinstance(value, list)
    return value


def cell_claim(document: Document, cell: Cell, **changes: object) -> Claim:
    values: dict[str, object] = {
        "system": " ".join(cell.row_path), "metric": cell.column_path[0], "dataset": "", "setting": "",
        "value": cell.text, "table": document.tables[0].label, "row": cell.row, "column": cell.column,
    }  # fmt: skip
    measurement = Measurement.model_validate({**values, **changes})
    unit = f" {measurement.unit}" if measurement.unit else ""
    text = f"The {measurement.metric} of {measurement.system} is {measurement.value}{unit}."
    return claim_of(document, text, cell.start, cell.end).model_copy(
        update={"kind": "measurement", "measurement": measurement}
    )


def test_table_claims_with_a_digit_row_column_or_unit_changed_are_refuted(shared_data: Path) -> None:
    rows = json.loads((shared_data / "claims" / "scitab" / "sci_tab_odd.json").read_text(encoding="utf-8"))[:250]
    tried: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    for number, row in enumerate(rows):
        document = table_document(row, number)
        cells = [c for c in document.tables[0].cells if c.row_path and re.fullmatch(r"\d+\.\d+", c.text)]
        if len(cells) < 3:
            continue
        cell = cells[number % len(cells)]
        digit = str((int(cell.text[-1]) + 1 + number % 8) % 10)
        below = next(
            (c for c in cells if c.column == cell.column and c.row_path != cell.row_path and c.text != cell.text), None
        )
        beside = next(
            (c for c in cells if c.row == cell.row and c.column_path != cell.column_path and c.text != cell.text), None
        )
        versions = {
            "true": cell_claim(document, cell),
            "digit": cell_claim(document, cell, value=cell.text[:-1] + digit),
            "unit": cell_claim(document, cell, unit="kg"),
        }
        if below:
            versions["row"] = cell_claim(document, cell, row=below.row)
            versions["system"] = cell_claim(document, cell, system=" ".join(below.row_path))
        if beside:
            versions["column"] = cell_claim(document, cell, column=beside.column)
            versions["metric"] = cell_claim(document, cell, metric=beside.column_path[0])
        for kind, claim in versions.items():
            tried[kind] += 1
            wrong[kind] += check_claim(claim, document).label != ("supports" if kind == "true" else "refutes")
    assert tried["true"] >= 150
    assert wrong["true"] <= 0.02 * tried["true"], wrong
    for kind in sorted(set(tried) - {"true"}):
        assert wrong[kind] <= 0.05 * tried[kind], (kind, wrong[kind], tried[kind])


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=120), st.text(min_size=1, max_size=120))
def test_any_claim_and_any_text_give_a_result(claim: str, text: str) -> None:
    document = document_of(text)
    result = check_claim(claim_of(document, claim), document)
    assert result.label in ("supports", "refutes", "not_enough_info")
    assert 0 <= result.probability <= 100


@pytest.mark.parametrize(
    ("claim", "found"),
    [
        ("In three African languages, models reach the baselines with as few as 10 labeled sentences.", None),
        ("In four African languages, models reach the baselines with as few as 10 labeled sentences.", "four"),
        ("For 6 multilingual large language models, models reach the baselines with 10 labeled sentences.", None),
        ("In three African languages, models reach the baselines with 12 labeled sentences.", "12"),
    ],
)
def test_a_count_may_come_from_the_text_around_the_quote_but_a_value_may_not(claim: str, found: str | None) -> None:
    quote = "We show that these models reach the baselines with as few as 10 labeled sentences."
    around = f"We study 6 MLLMs in the three African languages Hausa, Yoruba and Zulu, with 12 to 90 sentences. {quote}"
    conflict = find_conflict(claim, quote, around, stated_in=quote)
    assert (conflict.put if conflict else None) == found


@pytest.mark.parametrize(
    ("claim", "quote", "found"),
    [
        (
            "Districts with high baseline prevalence (≥10%) had a 2.52 times higher risk.",
            "Districts with high baseline had a 2.52 times higher risk of failure.",
            None,
        ),
        (
            "Districts with high baseline prevalence (≥20%) had a 2.52 times higher risk.",
            "Districts with high baseline had a 2.52 times higher risk of failure.",
            "20%",
        ),
        ("The model improves average F1 by up to 3.2 points.", "improvements of up to 3.2 average F1 points", None),
        ("The model improves average F1 by up to 3.2%.", "improvements of up to 3.2 average F1 points", "3.2%"),
        ("It fails with as little as 10 or 100 labeled sentences.", "We find settings where this does not hold.", None),
        ("It fails with as little as 30 or 100 labeled sentences.", "We find settings where this does not hold.", "30"),
    ],
)
def test_what_bounds_a_group_or_counts_it_may_stand_elsewhere(claim: str, quote: str, found: str | None) -> None:
    whole = f"Baseline prevalence was high (≥10%) or low. Models work with 10 or 100 labeled sentences. {quote}"
    conflict = find_conflict(claim, quote, "", stated_in=quote, whole=whole)
    assert (conflict.put if conflict else None) == found
