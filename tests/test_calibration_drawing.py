"""What a report says and draws of its calibration: well-formed, in all three forms, and nothing where there is none."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from juried.calibration import fit_calibration
from juried.records.run import CalibrationNote, RunRecord
from juried.reports.calibration_svg import calibration_svg
from juried.reports.html import render_html
from juried.reports.markdown import render_markdown
from juried.reports.pdf import render_pdf
from tests.records import make_record

SVG = "{http://www.w3.org/2000/svg}"


def note_of(cases: list[tuple[int, bool]]) -> CalibrationNote:
    """The note of a calibration fitted on raw values and labels."""
    raw, labels = [raw for raw, _ in cases], [label for _, label in cases]
    fitted = fit_calibration(raw, labels, backend="b", fingerprint="f", data="A & <B>", method="platt")
    return CalibrationNote.model_validate(fitted.model_dump(include=set(CalibrationNote.model_fields)))


NOTE = note_of([(value, value > 40 + 13 * (value % 3)) for value in range(100)] * 2)


@given(st.lists(st.tuples(st.integers(0, 100), st.booleans()), min_size=2, max_size=40))
def test_any_calibration_gives_a_well_formed_drawing_within_its_frame(cases: list[tuple[int, bool]]) -> None:
    note = note_of(cases)
    root = etree.fromstring(calibration_svg(note).encode())
    width, height = float(root.get("width", "0")), float(root.get("height", "0"))
    dots = [dot for dot in root.iter(f"{SVG}circle") if dot.get("class") == "dot"]
    assert len(dots) == len(note.bins)
    for dot in root.iter(f"{SVG}circle"):
        assert 0 <= float(dot.get("cx", "-1")) <= width
        assert 0 <= float(dot.get("cy", "-1")) <= height
    assert "A & <B>" in (root.findtext(f"{SVG}desc") or "")
    assert calibration_svg(note) == calibration_svg(note)


def test_without_risk_points_the_diagram_stands_alone() -> None:
    whole, part = (etree.fromstring(calibration_svg(n).encode()) for n in (NOTE, NOTE.model_copy(update={"risk": ()})))
    assert int(part.get("width", "0")) < int(whole.get("width", "0"))
    assert part.find(f"{SVG}polyline") is None


def test_a_calibrated_report_says_on_what_its_threshold_was_chosen_and_draws_it() -> None:
    record = make_record().model_copy(update={"calibration": NOTE})
    said = (
        f"The threshold for verified ({NOTE.threshold} %) was chosen so that at most 5 % of the 200 calibration claims"
    )
    assert said in render_markdown(record)
    page = render_html(record)
    assert page.count('class="cal"') == 1
    assert page.index(said) < page.index('class="cal"') < page.index("</figure>", page.index('class="cal"'))
    assert len(render_pdf(record)) > len(render_pdf(make_record()))
    assert RunRecord.model_validate_json(record.model_dump_json()) == record


def test_an_uncalibrated_record_and_report_hold_nothing_of_it() -> None:
    record = make_record()
    assert '"calibration":null' not in record.model_dump_json()
    assert "threshold for verified" not in render_markdown(record)
    assert 'class="cal"' not in render_html(record)
    assert RunRecord.model_validate_json(record.model_dump_json()) == record
