"""PRISMA files of a run: the CSV that other tools read, the drawing, and that their numbers add up."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from juried.records.run import Manifest
from juried.records.work import EXCLUSION_SENTENCES, ExclusionCount
from juried.reports.lint import lint_record
from juried.reports.markdown import render_markdown
from juried.reports.prisma_csv import COLUMNS, prisma_csv
from juried.reports.prisma_flow import Flow, flow_of
from juried.reports.prisma_svg import prisma_svg
from juried.runs import find_sealed
from tests.records import make_record
from tests.sealed import make_sealed_run

_COUNT = st.integers(0, 5000)


@st.composite
def flows(draw: st.DrawFn) -> Flow:
    reasons = draw(st.lists(st.sampled_from(sorted(set(EXCLUSION_SENTENCES) - {"no_text"})), unique=True))
    excluded = tuple(ExclusionCount(reason=reason, count=draw(_COUNT)) for reason in reasons)
    full, abstract, unread, missing, duplicates = (draw(_COUNT) for _ in range(5))
    screened = sum(item.count for item in excluded) + full + abstract + unread + missing
    identified = screened + duplicates
    first = draw(st.integers(0, identified))
    citations = draw(st.integers(0, identified))
    return Flow(
        sources=(("arxiv", first), ("a, b; <c>", identified - first)),
        citations=citations,
        duplicates=duplicates,
        screened=screened,
        excluded=excluded,
        not_retrieved=missing,
        included=full + abstract + unread,
        full_text=full,
        abstract_only=abstract,
    )


def read_csv(text: str) -> dict[str, dict[str, str]]:
    return {row["data"]: row for row in csv.DictReader(io.StringIO(text)) if row["data"] != "NA"}


@given(flows())
def test_the_numbers_of_the_csv_add_up(flow: Flow) -> None:
    rows = read_csv(prisma_csv(flow))
    n = {key: int(row["n"]) for key, row in rows.items() if row["n"].isdigit()}
    assert n["database_results"] + n["citations_results"] == n["duplicates"] + n["records_screened"]
    assert n["records_screened"] - n["records_excluded"] == n["dbr_sought_reports"]
    assert n["dbr_sought_reports"] - n["dbr_notretrieved_reports"] == n["dbr_assessed"] == n["new_studies"]
    parts = [part.rsplit(", ", 1) for part in rows["database_specific_results"]["n"].split("; ")]
    assert sum(int(count) for _, count in parts) == flow.identified
    told = rows["records_excluded"]["tooltips"].removeprefix("Records excluded: ").split("; ")
    assert sum(int(part.rsplit(", ", 1)[1]) for part in told) == flow.excluded_total


@given(flows())
def test_the_drawing_is_well_formed_and_says_every_number(flow: Flow) -> None:
    root = etree.fromstring(prisma_svg(flow).encode())
    name = "{http://www.w3.org/2000/svg}"
    assert root.get("role") == "img"
    described = root.findtext(f"{name}desc") or ""
    shown = " ".join("".join(text.itertext()) for text in root.iter(f"{name}text"))
    for number in (flow.duplicates, flow.screened, flow.excluded_total, flow.included, flow.full_text):
        assert f"n = {number})" in described
        assert f"{number})" in shown
    for item in flow.excluded:
        assert f"{EXCLUSION_SENTENCES[item.reason].rstrip('.')} (n = {item.count})" in described


def test_the_csv_has_the_columns_and_keys_of_the_template() -> None:
    rows = list(csv.reader(io.StringIO(prisma_csv(flow_of(make_record())))))
    assert tuple(rows[0]) == COLUMNS
    assert len(rows) == 33
    assert all(len(row) == len(COLUMNS) for row in rows)
    assert {row[2] for row in rows[1:]} >= {f"box{number}" for number in range(1, 17)}


def test_the_numbers_are_those_of_the_record() -> None:
    record = make_record()
    rows = read_csv(prisma_csv(flow_of(record)))
    assert rows["records_screened"]["n"] == str(record.prisma.screened)
    assert rows["duplicates"]["n"] == str(record.prisma.duplicates)
    assert rows["total_studies"]["n"] == str(record.prisma.included)
    assert read_csv(prisma_csv(flow_of(record, citations=2)))["citations_results"]["n"] == "2"


def test_a_sealed_run_holds_both_files_and_the_report_shows_them(tmp_path: Path) -> None:
    (run,) = find_sealed(make_sealed_run(tmp_path))
    manifest = Manifest.model_validate_json(run.manifest.read_bytes())
    assert {"prisma.csv", "prisma.svg"} <= {file.path for file in manifest.files}
    assert "(prisma.svg)" in run.report.read_text(encoding="utf-8")
    assert "prefers-color-scheme:dark" in run.prisma_svg.read_text(encoding="utf-8")


@pytest.mark.parametrize("rule", ["R2", "R3", "R10"])
def test_the_report_with_its_diagram_passes_the_lint(rule: str) -> None:
    record = make_record()
    assert "prisma.svg" in render_markdown(record)
    assert not [f for f in lint_record(record, lambda sha: None) if f.rule == rule and f.severity == "error"]
