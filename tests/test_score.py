"""The score falls for each planted defect of a report, does not follow the verified share, and explains itself."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.main import main
from juried.backends.embedded.scoring import score_report
from juried.errors import ExitCode
from juried.quality import Documents
from juried.records.claim import Claim
from juried.records.report import Draft, Sentence
from juried.records.run import RunRecord
from juried.records.verdict import Verdict
from juried.reports.markdown import render_for_review
from juried.reports.score import check_score, score_text
from juried.tasks import ScoreReport
from tests.records import claims, documents, make_record
from tests.sealed import make_sealed_run
from tests.test_cli_start import HEAVY, modules_after

Planted = tuple[RunRecord, Documents]
IDS = [claim.id for claim in claims()]


def _draft(**changed: object) -> Callable[[], Planted]:
    record = make_record()
    made = Draft.model_validate({**record.draft.model_dump(), **changed})
    return lambda: (record.model_copy(update={"draft": made}), documents())


def _says(text: str, *ids: str) -> Callable[[], Planted]:
    """Put one more sentence into the abstract."""
    return _draft(abstract=(*make_record().draft.abstract, Sentence(text=text, claims=ids)))


def _claim(at: int, **changed: object) -> Callable[[], Planted]:
    record = make_record()
    made = Claim.model_validate({**claims()[at].model_dump(), **changed})
    kept = tuple(made if claim.id == made.id else claim for claim in record.claims)
    return lambda: (record.model_copy(update={"claims": kept}), documents())


def _verdict(at: int, **changed: object) -> Callable[[], Planted]:
    record = make_record()
    kept = tuple(
        Verdict.model_validate({**item.model_dump(), **changed}) if item.claim_id == IDS[at] else item
        for item in record.verdicts
    )
    return lambda: (record.model_copy(update={"verdicts": kept}), documents())


def _one_character() -> Planted:
    texts, first = documents(), claims()[0]
    return make_record(), lambda sha: "X" + (texts(sha) or "")[1:] if sha == first.document else texts(sha)


def _measurement(**changed: str) -> dict[str, object]:
    found = claims()[1].measurement
    assert found is not None
    return {**found.model_dump(), **changed}


DEFECTS: dict[str, tuple[Callable[[], Planted], str]] = {
    "sentence without claim": (_says("Adapters double the accuracy."), "citation grounding"),
    "claim that is not verified": (_says("Script transliteration helps mBERT.", IDS[5]), "citation grounding"),
    "claim of a retracted work": (_verdict(0, verified=False, outcome="not_enough_evidence"), "citation grounding"),
    "quote broken": (_one_character, "citation grounding"),
    "claim without a span": (_claim(0, spans=()), "citation grounding"),
    "answer without a claim": (_draft(answer_claims=()), "citation grounding"),
    "question not answered": (_draft(answer=None, answer_text="", answer_claims=()), "citation grounding"),
    "swapped system": (_says("Transliteration with CANINE falls behind mBERT.", IDS[3]), "citation grounding"),
    "swapped language": (_says("Vocabulary augmentation helps NER in Icelandic.", IDS[0]), "citation grounding"),
    "swapped citation": (_says("Script transliteration serves unseen alphabets.", IDS[3]), "citation grounding"),
    "reversed direction": (
        _says("Vocabulary augmentation degrades named entity recognition in nine low-resource languages.", IDS[0]),
        "citation grounding",
    ),
    "negation added": (
        _says("Vocabulary augmentation does not improve named entity recognition in nine languages.", IDS[0]),
        "citation grounding",
    ),
    "negation lost": (
        _says("Vocabulary augmentation improves named entity recognition in languages with Latin script.", IDS[6]),
        "citation grounding",
    ),
    "overclaim": (
        _says("Vocabulary augmentation always improves named entity recognition in low-resource languages.", IDS[0]),
        "citation grounding",
    ),
    "number not in its claims": (_says("Nine of 17 languages gain.", IDS[0]), "numerical consistency"),
    "wrong number": (_says("mBERT reaches 88.82 F1 on WikiAnn Uyghur NER.", IDS[2]), "numerical consistency"),
    "value of a table changed": (_claim(1, measurement=_measurement(value="94.82")), "numerical consistency"),
    "uncertainty left out": (_claim(1, measurement=_measurement(uncertainty="")), "uncertainty disclosure"),
    "limitation left out": (_draft(limitations=()), "uncertainty disclosure"),
    "confidence uncalibrated": (_verdict(0, calibrated=False), "uncertainty disclosure"),
}


@pytest.mark.parametrize("name", sorted(DEFECTS))
def test_a_planted_defect_costs_points_where_it_belongs_and_is_named(name: str) -> None:
    make, dimension = DEFECTS[name]
    sound = check_score(make_record(), documents())
    hurt = check_score(*make())
    before, after = ({item.dimension: item for item in check.dimensions} for check in (sound, hurt))
    for item in before.values():
        now = after[item.dimension].mean_tenths
        assert (now is None) == (item.mean_tenths is None)
        if item.mean_tenths is not None and now is not None:
            expected = item.dimension.replace("_", " ") == dimension
            assert now < item.mean_tenths if expected else now <= item.mean_tenths
    assert (hurt.computed_tenths or 0) < (sound.computed_tenths or 0)
    assert any(line.startswith(dimension) for line in hurt.differing)
    faults = [fault for item in hurt.dimensions for part in item.parts for fault in part.faults]
    assert set(faults) - {fault for item in sound.dimensions for part in item.parts for fault in part.faults}


def test_the_record_of_a_sound_report_explains_its_stored_score() -> None:
    check = check_score(make_record(), documents())
    assert check.differing == ()
    assert check.stored_tenths == check.computed_tenths
    text = score_text(check)
    assert "the mean of" in text
    assert text.endswith(f"The stored score is the same: {(check.stored_tenths or 0) / 10}.")


@given(st.integers(1, 40))
def test_more_verified_claims_that_the_report_does_not_name_change_nothing(count: int) -> None:
    record = make_record()
    spare = record.verdicts[0]
    more = tuple(spare.model_copy(update={"claim_id": f"C-{at:012}", "verified": True}) for at in range(count))
    fewer = tuple(item for item in record.verdicts if item.verified)
    for verdicts in ((*record.verdicts, *more), fewer):
        check = check_score(record.model_copy(update={"verdicts": verdicts}), documents())
        assert check.computed_tenths == record.quality.score_tenths


def test_what_only_a_reader_of_the_text_can_miss_costs_points_with_the_embedded_backend() -> None:
    record = make_record()
    one = tuple(claim.model_copy(update={"work_id": "W-1"}) for claim in record.claims)
    report = render_for_review(record.model_copy(update={"claims": one}))
    assert "Single source" in report
    silent = "\n".join(line for line in report.splitlines() if "Single source" not in line)
    unlimited = report.replace("## 4 Limitations", "## 4 Notes")

    def value(text: str, dimension: str) -> int:
        task = ScoreReport.model_validate({"report": text, "reviewers": ("challenger",), "dimensions": (dimension,)})
        found = score_report(task).reviews[0].scores[0].value
        assert found is not None
        return found

    assert value(silent, "evidence_strength") < value(report, "evidence_strength")
    assert value(unlimited, "uncertainty_disclosure") < value(report, "uncertainty_disclosure")


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    return make_sealed_run(tmp_path)


def test_show_score_explains_and_returns_zero_or_three(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", "--score", "--runs", str(runs)]) == 0
    assert "sentences rest on verified claims" in capsys.readouterr().out
    assert main(["show", "--score", "--json", "--runs", str(runs)]) == 0
    assert json.loads(capsys.readouterr().out)["differing"] == []
    path = next(runs.glob("*/record.json"))
    record = json.loads(path.read_text(encoding="utf-8"))
    record["quality"]["score_tenths"] = 99
    path.write_text(json.dumps(record), encoding="utf-8")
    assert main(["show", "--score", "--runs", str(runs)]) == ExitCode.DEGRADED
    assert "stored 9.9" in capsys.readouterr().out


def test_show_score_needs_its_documents_and_imports_pydantic_alone(runs: Path) -> None:
    status, modules = modules_after(["show", "--score", "--runs", str(runs)])
    assert status == 0
    assert modules & set(HEAVY) == {"pydantic"}
    for path in runs.glob("*/documents/*.json"):
        path.unlink()
    assert main(["show", "--score", "--runs", str(runs)]) == ExitCode.DEGRADED
