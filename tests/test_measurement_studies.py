"""Tables of studies: effects, shares, means and rates become sentences only where the table says all that they need."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.checker import check_claim
from juried.documents.builder import DocumentBuilder
from juried.documents.dispatch import parse
from juried.documents.tables import RawCell, RawTable
from juried.measurement_study import read_interval, read_share, study_of
from juried.measurements import BoundMeasurement, measurements_of, read_tables
from juried.records.claim import Claim
from juried.records.document import Document
from juried.reports.results import printed_value

TITLE = "Smoking and stroke among women in Norway"
EFFECTS = [
    ["Variable", "Cases", "Adjusted odds ratio (95% CI)", "P value"],
    ["Smoking", "", "", ""],
    ["Never", "10", "1.00 (reference)", ""],
    ["Current", "31", "1.43 (1.02-2.01)", "0.03"],
    ["Dose & diet", "9", "1.20 (0.90, 1.60)", "0.20"],
]
GROUPS = [
    ["Characteristic", "Cases (n = 200)", "Controls (n = 400)"],
    ["Age, mean (SD) (years)", "61.2 (8.1)", "60.0 (9.0)"],
    ["Diabetes, n (%)", "30 (15%)", "40 (12%)"],
    ["Current smokers (%)", "22.5", "11.0"],
]


def study(caption: str, rows: list[list[str]], notes: tuple[str, ...] = (), title: str = TITLE) -> Document:
    builder = DocumentBuilder((caption + title).encode(), "jats")
    builder.title(title)
    builder.heading("Results", 1)
    cells = tuple(tuple(RawCell(text, header=at == 0) for text in row) for at, row in enumerate(rows))
    builder.table(RawTable(rows=cells, label="Table 1", caption=caption, footnotes=notes, header_rows=1))
    return builder.finish()


def sentences(found: Document) -> list[str]:
    return [bound.text for bound in measurements_of(found)]


def claim_of(bound: BoundMeasurement, document: Document, **changes: object) -> Claim:
    measurement = bound.measurement.model_copy(update=changes)
    return Claim(
        id="C-1", work_id="W", document=document.sha256, kind="measurement", text=bound.text, quote=bound.quote,
        spans=bound.spans, measurement=measurement,
    )  # fmt: skip


def test_an_odds_ratio_is_told_with_outcome_reference_and_interval() -> None:
    found = study("Adjusted odds ratios for ischaemic stroke by smoking.", EFFECTS)
    assert sentences(found) == [
        "Among women in Norway, the adjusted odds ratio of ischaemic stroke for Current (Smoking) relative to Never "
        "was 1.43 (95% CI 1.02 to 2.01).",
        "Among women in Norway, the adjusted odds ratio of ischaemic stroke for Dose & diet (Smoking) relative to "
        "Never was 1.20 (95% CI 0.90 to 1.60).",
    ]
    first = measurements_of(found)[0].measurement
    assert (first.system, first.metric, first.dataset) == (
        "Current (Smoking)",
        "adjusted odds ratio",
        "ischaemic stroke",
    )
    assert printed_value(first) == "1.43 (95% CI 1.02 to 2.01)"


@pytest.mark.parametrize(
    ("caption", "notes", "kept"),
    [
        ("Adjusted odds ratios for stroke, angina and gout by smoking.", (), 0),
        ("Adjusted odds ratios for stroke by smoking.", ("a Among drinkers only.",), 0),
        ("Adjusted odds ratios for stroke by smoking.", ("Rows with & are interaction terms.",), 1),
        ("Adjusted odds ratios for stroke by smoking.", (), 2),
    ],
)
def test_what_is_not_sure_of_an_effect_leaves_it_unbound(caption: str, notes: tuple[str, ...], kept: int) -> None:
    assert len(sentences(study(caption, EFFECTS, notes, "A registry"))) == kept


def test_shares_and_means_of_groups() -> None:
    assert sentences(study("Characteristics at baseline.", GROUPS)) == [
        "Among women in Norway, the mean age (years) was 61.2 (SD 8.1) for Cases (n = 200).",
        "Among women in Norway, the mean age (years) was 60.0 (SD 9.0) for Controls (n = 400).",
        "Among women in Norway, the percentage of diabetes was 15% for Cases (n = 200).",
        "Among women in Norway, the percentage of current smokers was 22.5% for Cases (n = 200).",
        "Among women in Norway, the percentage of current smokers was 11.0% for Controls (n = 400).",
    ]


def test_without_a_population_no_group_is_bound() -> None:
    reading = read_tables(study("Characteristics.", GROUPS, title="Smoking and stroke"))
    assert reading.bound == ()
    assert {item.missing for item in reading.unbound} >= {"dataset"}


def test_a_review_says_nothing_of_its_own_population() -> None:
    assert study_of("Characteristics.", "Stroke among women: a systematic review").population == ""
    assert study_of("Hazard ratios for death in 2010.", "").outcome == "death"
    assert study_of("Hazard ratios for death in 2010.", "").year == "2010"


@given(st.text(max_size=40))
def test_any_cell_is_read_or_left(text: str) -> None:
    value = read_interval(text)
    assert value is None or Decimal(value.low) <= Decimal(value.value) <= Decimal(value.high)
    assert read_share(text, "") is None


@given(st.integers(0, 999), st.integers(1, 999))
def test_a_share_is_one_only_where_it_is_its_count_over_the_group(count: int, size: int) -> None:
    share = round(Decimal(100 * count) / size, 1)
    assert read_share(f"{count} ({share}%)", str(size)) is not None or share >= 1000
    assert read_share(f"{count} ({share + 1}%)", str(size)) is None


PAPERS = ["pntd.0002065.nxml", "mds526.nxml"]


def real(shared_data: Path, name: str) -> Document:
    return parse((shared_data / "papers" / "jats" / name).read_bytes(), name)


def test_seroprevalence_and_stages_of_real_papers(shared_data: Path) -> None:
    fever, cancer = (sentences(real(shared_data, name)) for name in PAPERS)
    assert (
        "In 2007, among Sheep and Goats in Zambézia Province, Mozambique, the RVF seroprevalence was 39.1% for Goats "
        "(Maganja da Costa)."
    ) in fever
    assert (
        "In 2010, among Sheep and Goats in Zambézia Province, Mozambique, the odds ratio of seropositivity to RVFV for "
        "Male (Goats, Sex) relative to Female was 0.34."
    ) in fever
    assert any("percentage of stage I was 45% for Bladder (n = 4924)" in text for text in cancer)
    assert not any("stage I/II was 81%" in text for text in cancer)


def test_bound_cells_are_supported_and_their_mutants_refuted(shared_data: Path) -> None:
    tried: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    for name in PAPERS:
        document = real(shared_data, name)
        for bound in measurements_of(document):
            item = bound.measurement
            digit = item.value[:-1] + str((int(item.value[-1]) + 3) % 10)
            versions = {
                "true": claim_of(bound, document),
                "digit": claim_of(bound, document, value=digit),
                "unit": claim_of(bound, document, unit="kg"),
                "row": claim_of(bound, document, row=(item.row or 0) + 1),
                "column": claim_of(bound, document, column=(item.column or 0) + 1),
                "metric": claim_of(bound, document, metric="hazard ratio"),
            }
            if "CI" in item.uncertainty:
                versions["interval"] = claim_of(bound, document, uncertainty="95% CI 0.11 to 9.99")
            for kind, claim in versions.items():
                tried[kind] += 1
                wrong[kind] += check_claim(claim, document).label != ("supports" if kind == "true" else "refutes")
    assert tried["true"] >= 100
    assert wrong["true"] == 0
    for kind in sorted(set(tried) - {"true"}):
        assert wrong[kind] <= 0.05 * tried[kind], (kind, wrong[kind], tried[kind])
