"""The query language and the ranking of the lexical index."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from juried.sources.lexical import Entry, LexicalIndex, parse_query

WORKS = [
    Entry("a", "Multilingual models for named entity recognition", "We study NER with mBERT.", "", 2020),
    Entry("b", "Parsing with multilingual BERT", "Dependency parsing of low-resource languages.", "", 2021),
    Entry(
        "c", "Naïve sentiment analysis", "Entity names in reviews.", "The full text recognises named entities.", None
    ),
    Entry("d", "Cooking", "Soup.", "", 2020),
]


@pytest.fixture(scope="module")
def index() -> LexicalIndex:
    return LexicalIndex(WORKS)


def found(index: LexicalIndex, query: str, **years: int) -> list[str]:
    total, matches = index.search(query, 10, **years)
    assert total == len(matches)
    return [match.id for match in matches]


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("multilingual", {"a", "b"}),
        ("soup parsing", {"b", "d"}),
        ('"entity recognition"', {"a"}),
        ('("multilingual BERT" mBERT) AND ("named entity" NER)', {"a"}),
        ("multilingual AND parsing", {"b"}),
        ("(multilingual AND (NER OR parsing)) soup", {"a", "b", "d"}),
        ("low-resource", {"b"}),
        ("naive", {"c"}),
        ("recognise", {"c"}),
        ("NER and the of", {"a"}),
        ("the", {"c"}),
        ("soup OR NOT WHO", {"d"}),
        ("IN", {"c"}),
        ("", set()),
    ],
)
def test_query_language(index: LexicalIndex, query: str, ids: set[str]) -> None:
    assert set(found(index, query)) == ids


def test_a_title_counts_more_than_an_abstract_and_text_least() -> None:
    words = ("zebra", "filler words here", "")
    entries = [
        Entry("in-text", words[1], words[1], words[0], None),
        Entry("in-abstract", words[1], f"{words[0]} x", words[2], None),
        Entry("in-title", f"{words[0]} x", words[1], words[2], None),
    ]
    entries += [Entry(f"other-{n}", words[1], words[1], "", None) for n in range(5)]
    assert found(LexicalIndex(entries), "zebra") == ["in-title", "in-abstract", "in-text"]


def test_years_are_inclusive_and_unknown_years_are_left_out_only_then(index: LexicalIndex) -> None:
    assert set(found(index, "entity multilingual")) == {"a", "b", "c"}
    assert found(index, "entity multilingual", year_from=2021, year_to=2021) == ["b"]
    assert set(found(index, "entity multilingual", year_to=2021)) == {"a", "b"}


def test_ties_are_broken_by_id_whatever_the_order_of_entry() -> None:
    same = [Entry(name, "Same title", "", "", None) for name in ("c", "a", "b")]
    assert found(LexicalIndex(same), "title") == found(LexicalIndex(same[::-1]), "title") == ["a", "b", "c"]


def test_the_limit_cuts_the_list_and_not_the_total(index: LexicalIndex) -> None:
    total, matches = index.search("multilingual soup", 1)
    assert (total, len(matches)) == (3, 1)


@settings(deadline=None)
@given(st.text(alphabet=st.sampled_from('ab ()"-*:^+ANDORNOT\u0000\ud800é語') | st.characters(), max_size=80))
def test_no_query_is_a_syntax_error(index: LexicalIndex, query: str) -> None:
    total, matches = index.search(query, 3)
    assert total >= len(matches)


@settings(deadline=None, max_examples=50)
@given(st.lists(st.sampled_from(["soup", "parsing", "NER", "sentiment"]), min_size=1))
def test_words_are_alternatives_in_any_order(index: LexicalIndex, words: list[str]) -> None:
    assert set(found(index, " ".join(words))) == {name for word in words for name in found(index, word)}
    assert parse_query(" ".join(words)) == parse_query(" ".join([*words, *words]))
