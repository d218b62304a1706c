"""What a user of the embedded planner notices: facets, queries, refusals, and screening by an absolute standard."""

from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from juried.backends.embedded.backend import EmbeddedBackend
from juried.backends.embedded.facets import facets_of
from juried.backends.embedded.vocabulary import vocabulary
from juried.encoder import HashingEncoder
from juried.sources.lexical import QUERY_LANGUAGE
from juried.tasks import JudgeRelevance, PlanSearch, RelevanceJudgements, SearchPlan, SourceCard, WorkCard

LIBRARY = Path(__file__).resolve().parents[1] / "examples" / "low-resource-nlp" / "works.jsonl"
CARD = SourceCard(name="library", query_language='Words, "quoted phrases", groups in parentheses joined by AND.')
NER = (
    "What is the impact of using multilingual pretrained language models (e.g., XLM-R, mBERT) on the F1 score of "
    "cross-lingual NER models when transferring to typologically distant low-resource languages?"
)


def plan(question: str, card: SourceCard = CARD) -> SearchPlan:
    backend = EmbeddedBackend(HashingEncoder().encode)
    answer = asyncio.run(backend.answer(PlanSearch(question=question, sources=(card,))))
    assert isinstance(answer.output, SearchPlan)
    return answer.output


def names(question: str) -> list[str]:
    return [item.facet.name for item in facets_of(question, vocabulary(), lambda longs: longs[0])]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What is the best pasta in Bologna?", ["pasta", "Bologna"]),
        ("Does vitamin D supplementation reduce the risk of stroke?", ["vitamin D", "supplementation", "stroke"]),
        (
            "Which datasets exist for named entity recognition in African languages?",
            ["named entity recognition", "African languages"],
        ),
        (
            "What are the effects of sleep deprivation on memory consolidation?",
            ["sleep deprivation", "memory consolidation"],
        ),
        ("mBERT", ["mBERT"]),
    ],
)
def test_facets_name_subjects_not_the_way_of_asking(question: str, expected: list[str]) -> None:
    assert names(question) == expected


def test_examples_in_brackets_are_terms_of_the_facet_before_them_and_acronyms_are_expanded() -> None:
    facets = {item.facet.name: item.facet.terms for item in facets_of(NER, vocabulary(), lambda longs: longs[0])}
    assert {"XLM-R", "XLM-RoBERTa", "mBERT", "multilingual BERT"} <= set(
        facets["multilingual pretrained language models"]
    )
    assert "named entity recognition" in facets["NER"]
    assert not any("F1" in name or "score" in name or "impact" in name for name in facets)


@pytest.mark.parametrize("question", ["what about it?", "How does this work?", "?", "the of and"])
def test_a_question_without_a_subject_is_refused_with_the_reason(question: str) -> None:
    refused = plan(question)
    assert not refused.searchable
    assert "names no subject" in refused.refusal
    assert refused.queries == ()


def test_there_are_focused_and_broad_queries_and_none_is_the_pasted_question() -> None:
    made = plan(NER)
    texts = [query.text for query in made.queries]
    assert any(") AND (" in text for text in texts)
    assert any(" AND " not in text for text in texts)
    assert all(NER not in text and "impact" not in text for text in texts)
    assert made.include
    assert made.exclude
    assert all(query.rationale for query in made.queries)


def test_a_source_without_boolean_queries_gets_none() -> None:
    made = plan(NER, SourceCard(name="plain", query_language="Plain words, ranked by relevance."))
    assert len(made.queries) >= 2
    assert not any(re.search(r"\bAND\b|[()]", query.text) for query in made.queries)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200))
def test_any_text_gets_a_plan_or_a_refusal_twice_the_same(question: str) -> None:
    first = plan(question)
    assert first == plan(question)
    assert first.searchable == bool(first.facets)
    assert first.searchable or first.refusal
    assert not first.searchable or len(first.queries) >= 2 or len(first.facets) == 1


def judged(question: str, works: list[WorkCard]) -> RelevanceJudgements:
    made = plan(question)
    backend = EmbeddedBackend()
    task = JudgeRelevance(
        question=question, facets=made.facets, include=made.include, exclude=made.exclude, works=tuple(works)
    )
    answer = asyncio.run(backend.answer(task))
    assert isinstance(answer.output, RelevanceJudgements)
    return answer.output


def library(*ids: str) -> list[WorkCard]:
    rows = [json.loads(line) for line in LIBRARY.read_text(encoding="utf-8").splitlines()]
    wanted = [row for row in rows if not ids or row["id"] in ids]
    return [
        WorkCard(id=row["id"], title=row["title"], year=int(row["year"]), venue="", abstract=row["abstract"] or "")
        for row in wanted
    ]


def test_nothing_in_a_library_of_another_field_bears_on_a_question() -> None:
    found = judged("What is the best pasta in Bologna?", library()).judgements
    assert len(found) > 300
    assert not any(item.bears_on_question for item in found)


def test_works_on_the_question_bear_on_it_and_others_do_not() -> None:
    works = [
        *library("2021.mrl-1.5", "2020.repl4nlp-1.16"),
        WorkCard(
            id="malaria",
            title="Bed nets and malaria",
            year=2015,
            venue="",
            abstract="Insecticide-treated bed nets reduced the incidence of malaria in children under five in Kenya.",
        ),
        WorkCard(id="empty", title="Untitled", year=None, venue="", abstract=""),
    ]
    found = {item.work_id: item for item in judged(NER, works).judgements}
    assert list(found) == [work.id for work in works]
    assert found["2021.mrl-1.5"].bears_on_question
    assert found["2020.repl4nlp-1.16"].bears_on_question
    assert not found["malaria"].bears_on_question
    assert not found["empty"].bears_on_question
    assert "NER" in found["2021.mrl-1.5"].reason


def test_a_judgement_does_not_depend_on_the_other_works_of_its_batch() -> None:
    works = library("2021.mrl-1.5", "2020.repl4nlp-1.16")
    alone = [judged(NER, [work]).judgements[0] for work in works]
    assert list(judged(NER, works).judgements) == alone


def test_the_reason_tells_whole_ideas_from_shared_words_and_a_title_from_an_abstract() -> None:
    works = [
        WorkCard(id="part", title="Typologically diverse tagging", year=2020, venue="", abstract="We tag with mBERT."),
        WorkCard(id="bare", title="Named entity recognition with mBERT", year=2020, venue="", abstract=""),
        WorkCard(id="none", title="Bed nets", year=2015, venue="", abstract="They stop mosquitoes."),
    ]
    reasons = {item.work_id: item.reason for item in judged(NER, works).judgements}
    assert re.search(r"speak of .*multilingual.*, share words with .*typologically distant", reasons["part"])
    assert reasons["bare"].startswith("There is no abstract; the title speaks of ")
    assert "NER" in reasons["bare"].split("does not speak")[0]
    assert reasons["none"].startswith("Title and abstract speak of none of ")


def test_in_a_local_index_each_idea_takes_its_turn_and_a_service_is_asked_less() -> None:
    local = plan(NER, SourceCard(name="acl", query_language=QUERY_LANGUAGE))
    assert len(local.queries) > len(plan(NER).queries)
    focused = [query.rationale for query in local.queries if query.rationale.startswith("focused")]
    assert len(focused) == len(local.facets)
