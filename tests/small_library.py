"""A small real library and scripts for the mock backend, for tests of the graph."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from juried.backends.embedded.extraction import EmbeddedExtractor
from juried.backends.mock import Reply
from juried.backends.plain_answers import plain_answer
from juried.records.report import Sentence, Theme
from juried.settings import Settings, load_settings
from juried.tasks import (
    ClaimVote,
    ClaimVotes,
    DimensionScore,
    ExtractClaims,
    JudgeClaims,
    MandateReview,
    ReportScores,
    ScoreReport,
    Task,
    WriteReport,
    WrittenReport,
)

QUESTION = "Does vocabulary augmentation help multilingual BERT on low-resource languages?"
EXAMPLES = Path(__file__).resolve().parents[1] / "examples" / "low-resource-nlp"
IDS = (
    "2020.repl4nlp-1.16",
    "2021.mrl-1.1",
    "2021.mrl-1.3",
    "2021.mrl-1.5",
    "2021.mrl-1.8",
    "2021.mrl-1.11",
    "2021.mrl-1.18",
    "2021.mrl-1.19",
    "2021.mrl-1.20",
    "2021.mrl-1.22",
)


def make_library(folder: Path) -> Path:
    """Write ten works of the example library to a folder of their own."""
    lines = (EXAMPLES / "works.jsonl").read_text(encoding="utf-8").splitlines()
    chosen = [line for line in lines if json.loads(line)["id"] in IDS]
    assert len(chosen) == len(IDS)
    folder.mkdir(parents=True)
    (folder / "works.jsonl").write_text("\n".join(chosen) + "\n", encoding="utf-8")
    return folder


def settings_for(tmp_path: Path, **given: object) -> Settings:
    """Return settings for a run over the small library below `tmp_path`."""
    library = tmp_path / "library"
    if not library.exists():
        make_library(library)
    values = {"library": str(library), "runs": str(tmp_path / "runs"), "date": "2026-01-31", "backend": "mock"}
    return load_settings({**values, **given}, {})


def vote_all(task: JudgeClaims, label: str = "supports", probability: int = 95) -> ClaimVotes:
    """Give one label to every claim, resting on its own passages."""
    return ClaimVotes(
        votes=tuple(
            ClaimVote.model_validate(
                {
                    "claim_id": claim.id,
                    "label": label,
                    "probability": probability,
                    "evidence": () if label == "not_enough_info" else claim.source_labels,
                    "reason": "The passage says so.",
                }
            )
            for claim in task.claims
        )
    )


def write(task: WriteReport, title: str = "What Multilingual BERT Does for Low-Resource Languages") -> WrittenReport:
    """Write a report that the lint passes: every claim quoted with its work's name."""
    names = {work.id: work.short_name for work in task.works}
    sentences = tuple(
        Sentence(text=f'{names[claim.work_id]} report that "{claim.text}"', claims=(claim.id,)) for claim in task.claims
    )
    first = sentences[0]
    return WrittenReport(
        title=title,
        answer="mixed",
        answer_text=f"The works disagree. {first.text}",
        answer_claims=first.claims,
        abstract=(Sentence(text="The works that were read disagree on the question.", claims=first.claims),),
        themes=(Theme(heading="Low-Resource Languages", sentences=sentences),),
        limitations=("Abstracts alone were read.",),
    )


def script(judge: Callable[[JudgeClaims], Reply] = vote_all) -> Callable[[Task], Reply]:
    """Return a script that plans plainly, extracts by method, judges as told, and writes a sound report."""

    def reply(task: Task) -> Reply:
        if isinstance(task, JudgeClaims):
            return judge(task)
        if isinstance(task, WriteReport):
            return write(task)
        if isinstance(task, ScoreReport):
            scores = tuple(DimensionScore(dimension=name, value=6, basis="Read it.") for name in task.dimensions)
            return ReportScores(reviews=tuple(MandateReview(reviewer=who, scores=scores) for who in task.reviewers))
        return EmbeddedExtractor().extract(task) if isinstance(task, ExtractClaims) else plain_answer(task)

    return reply
