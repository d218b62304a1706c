"""The bench of planted defects: what it plants, and that it counts objections and left-out reviewers rightly."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.defects import DEFECTS, Defect, limiting_sentence, reword
from benchmarks.panel import left_out, table, ticks, try_all
from benchmarks.panel_library import Trial, defective
from juried.backends.embedded.backend import EmbeddedBackend
from juried.documents.abstract import abstract_document
from juried.records.claim import Claim
from juried.records.document import Span
from juried.records.work import Work

TITLE = "Adapters for {} in the open"
SENTENCES = {
    "Swahili": "MAD-X adapters may improve Swahili tagging by 3.2 points over mBERT when little text is at hand.",
    "Quechua": "Vocabulary size is associated with lower Quechua parsing error in 14 treebanks.",
}


def trial(language: str) -> Trial:
    sentence = SENTENCES[language]
    work = Work(
        id=f"W-{language}", title=TITLE.format(language), abstract=f"We look at {language}. {sentence} Data are free."
    )
    document = abstract_document(work.title, work.abstract)
    start = document.text.find(sentence)
    span = Span(document=document.sha256, start=start, end=start + len(sentence), quote=sentence)
    claim = Claim(
        id=f"C-{language}",
        work_id=work.id,
        document=document.sha256,
        kind="finding",
        text=sentence,
        quote=sentence,
        spans=(span,),
    )
    return Trial(claim, work, document, "anthology")


@pytest.mark.parametrize(
    ("defect", "claim"),
    [
        ("dropped condition", "MAD-X adapters may improve Swahili tagging by 3.2 points over mBERT."),
        ("causal for correlational", "Vocabulary size causes lower Quechua parsing error in 14 treebanks."),
    ],
)
def test_a_planted_defect_is_the_one_it_is_called(defect: Defect, claim: str) -> None:
    assert claim in {reword(sentence, defect) for sentence in SENTENCES.values()}


@given(st.text(max_size=120), st.sampled_from(DEFECTS))
def test_a_claim_with_a_defect_is_never_the_claim_itself(claim: str, defect: Defect) -> None:
    made = reword(claim, defect, ["XLM-R"])
    assert made != claim
    assert made is None or made == reword(claim, defect, ["XLM-R"])
    assert limiting_sentence(claim) is None or claim not in (limiting_sentence(claim),)


def test_the_panel_takes_the_true_claims_and_objects_to_the_defective_ones(tmp_path: Path) -> None:
    true = [trial(name) for name in SENTENCES]
    bad = [item for item in defective(true, 5) if item.document.sha256 in {t.document.sha256 for t in true}]
    assert {item.defect for item in bad} >= {"wrong number", "swapped citation", "overclaim", "retracted source"}
    tried = asyncio.run(try_all([*true, *bad], EmbeddedBackend(), tmp_path))
    assert [item.rejected() for item in tried if item.trial.defect is None] == [False, False]
    found = {item.trial.defect: item for item in tried}
    assert found["causal for correlational"].objects("integrator")
    assert not found["causal for correlational"].objects("checker")
    assert found["causal for correlational"].rejected()
    assert not found["causal for correlational"].rejected("integrator")
    assert found["swapped citation"].objects("confirmer")
    assert found["retracted source"].rejected()
    lines = [*table("near", tried), *left_out(tried), *ticks(tried, None)]
    assert any(line.startswith("| true claims (false alarms) | 2 | 0.000") for line in lines)
    assert any(line.startswith("Krippendorff") or "alpha" in line for line in lines)
