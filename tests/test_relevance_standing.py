"""What a user notices of ranking: where the searches placed a work counts, and so does the main part of a question."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.retriever import SourceHits, standing_of, standings
from juried.backends.embedded.main_part import main_part
from juried.backends.embedded.relevance import judge_relevance
from juried.encoder import HashingEncoder
from juried.records.protocol import Facet
from juried.records.work import Hit, Work
from juried.tasks import JudgeRelevance, RelevanceJudgement, WorkCard

IDEAS = tuple(
    Facet(name=name, terms=(name,))
    for name in (
        "speech recognition",
        "LibriSpeech",
        "VoxForge",
        "Flemish Dutch",
        "word error rate",
        "cross-lingual transfer",
        "low-resource languages",
        "pre-training",
    )
)
QUESTION = (
    "Does pre-training on Flemish Dutch help cross-lingual transfer of speech recognition to low-resource languages?"
)


def judged(title: str, abstract: str, standing: float = 0.0) -> RelevanceJudgement:
    card = WorkCard(id="w", title=title, year=2020, venue="", abstract=abstract, standing=standing)
    task = JudgeRelevance(question=QUESTION, facets=IDEAS, include=(), exclude=(), works=(card,))
    return judge_relevance(task, HashingEncoder().encode).judgements[0]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        (
            "How do multilingual models fare on XLM-R, and what are the implications for retrieval?",
            "How do multilingual models fare on XLM-R?",
        ),
        (
            "Does more data improve speech models, as evaluated by WER on LibriSpeech for rare languages?",
            "Does more data improve speech models for rare languages?",
        ),
        ("Does vitamin D reduce the risk of stroke?", "Does vitamin D reduce the risk of stroke?"),
        ("Bread and what is it?", "Bread and what is it?"),
        ("", ""),
    ],
)
def test_the_main_part_leaves_out_how_it_is_measured_and_what_follows(question: str, expected: str) -> None:
    assert main_part(question) == expected


@given(st.text(max_size=200))
def test_any_question_has_a_main_part_that_is_no_longer(question: str) -> None:
    assert len(main_part(question)) <= len(question) + 1


def test_a_work_that_the_searches_placed_first_is_more_relevant_than_its_twin_that_they_did_not_find() -> None:
    text = ("Cross-lingual transfer", "We study pre-training for low-resource languages.")
    placed, unplaced = judged(*text, standing=1.0), judged(*text)
    assert placed.relevance - unplaced.relevance in (16, 17)
    assert placed.bears_on_question == unplaced.bears_on_question


def test_standing_alone_makes_no_work_bear_on_a_question() -> None:
    assert not judged("The best pasta in Bologna", "We cook.", standing=1.0).bears_on_question


def test_three_ideas_of_eight_are_enough_where_two_are_not() -> None:
    three = judged(
        "Cross-lingual transfer", "We study pre-training and cross-lingual transfer to low-resource languages."
    )
    two = judged("Cross-lingual transfer", "We study cross-lingual transfer to low-resource languages.")
    assert three.bears_on_question
    assert not two.bears_on_question


def hits(source: str, *names: str) -> SourceHits:
    found = tuple(Hit(source=source, source_id=name, rank=1, title=name) for name in names)
    return SourceHits(source=source, rows=(), hits=found)


def test_the_best_place_of_a_work_in_any_source_is_its_standing() -> None:
    places = standings([hits("acl", *(f"p{at}" for at in range(62))), hits("arxiv", "x", "p61")])
    assert places["acl:p0"] == places["arxiv:x"] == 1.0
    assert places["acl:p61"] == 0.5
    assert standing_of(Work(id="w", title="T", hits=("acl:p61", "arxiv:p61")), places) == places["arxiv:p61"]
    assert standing_of(Work(id="w", title="T", hits=("dblp:y",)), places) == 0.0
    assert standings([]) == {}
