"""The lexical index: words found whatever their form, any text a safe query, stable order."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from juried.errors import RecordError
from vectorstore.chunking import Chunk
from vectorstore.lexical import LexicalIndex, match_expression

TEXTS = {
    "k1": "Transferring entity recognizers across languages.",
    "k2": "Naïve Bayes classifies documents in one language; a document at a time.",
    "k3": "The economy of Bologna rests on industry and pasta.",
    "k4": "Nothing of this has to do with that.",
    "k5": "Nothing of this has to do with that.",
}


@pytest.fixture
def index() -> LexicalIndex:
    made = LexicalIndex(None)
    made.add_texts([(key, f"d{key[1]}", text) for key, text in TEXTS.items()])
    return made


def found(index: LexicalIndex, query: str, k: int = 10, documents: frozenset[str] | None = None) -> list[str]:
    return [match.id for match in index.query(query, k, documents)]


def test_words_match_by_stem_without_case_and_accents(index: LexicalIndex) -> None:
    assert found(index, "TRANSFER") == ["k1"]
    assert found(index, "naive") == ["k2"]
    assert found(index, "nai\u0308ve") == ["k2"]
    assert set(found(index, "languages")) == {"k1", "k2"}


def test_a_text_with_more_of_the_words_comes_first(index: LexicalIndex) -> None:
    matches = index.query("pasta industry and languages", 10)
    assert matches[0].id == "k3"
    assert all(one.score >= two.score for one, two in pairwise(matches))
    assert all(match.score > 0 for match in matches)


def test_equal_scores_are_in_order_of_ids_whatever_the_order_of_adding() -> None:
    backwards = LexicalIndex(None)
    backwards.add_texts([(key, "d", text) for key, text in reversed(TEXTS.items())])
    assert found(backwards, "nothing") == ["k4", "k5"]


@pytest.mark.parametrize("query", ["", " ", '"', "* ( ) ^ : -", "\x00", "_", "zzz"])
def test_a_query_without_known_words_finds_nothing(index: LexicalIndex, query: str) -> None:
    assert index.query(query, 10) == ()


@pytest.mark.parametrize(
    "query", ['pasta"', "pasta OR", "NEAR(pasta", "text : pasta*", "NOT pasta", "\ud800 pasta\x00"]
)
def test_operators_and_marks_are_plain_text(index: LexicalIndex, query: str) -> None:
    assert found(index, query) == ["k3"]


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60))
def test_no_text_is_an_error(text: str) -> None:
    index = LexicalIndex(None)
    index.add_texts([("a", "d", text), ("b", "d", "pasta")])
    assert {match.id for match in index.query(text + " pasta", 10)} >= {"b"}
    index.close()


def test_a_very_long_query_is_cut_at_its_first_words(index: LexicalIndex) -> None:
    many = " ".join(f"w{number}" for number in range(5000))
    assert found(index, f"pasta {many}") == ["k3"]
    assert match_expression(many).count(" OR ") < 500


def test_function_words_do_not_find_unless_there_is_nothing_else(index: LexicalIndex) -> None:
    assert found(index, "Does this have anything to do with pasta?") == ["k3"]
    assert found(index, "this with that") == ["k4", "k5"]


def test_documents_and_ids_limit_the_search(index: LexicalIndex) -> None:
    assert found(index, "languages", documents=frozenset({"d2", "d9"})) == ["k2"]
    assert found(index, "languages", documents=frozenset()) == []
    assert found(index, "languages", k=1) == found(index, "languages")[:1]
    assert [match.id for match in index.query("languages", 5, among={"k1"})] == ["k1"]
    assert index.query("languages", 0) == ()


def test_adding_again_after_a_restart_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "lexical.sqlite"
    chunks = [Chunk(id=key, document="d", start=0, end=len(text), text=text) for key, text in TEXTS.items()]
    first = LexicalIndex(path)
    assert first.add(chunks[:3]) == 3
    first.close()
    second = LexicalIndex(path)
    assert second.add(chunks) == 2
    assert second.add(chunks) == 0
    assert second.count() == len(chunks)
    assert found(second, "languages") == found(second, "languages")


def test_a_failed_adding_leaves_nothing(index: LexicalIndex) -> None:
    broken = [("k6", "d", "pasta"), ("k7", "d", None)]
    with pytest.raises(AttributeError):
        index.add_texts(broken)  # type: ignore[arg-type]
    assert found(index, "pasta") == ["k3"]
    assert index.count() == len(TEXTS)


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "lexical.sqlite"
    path.write_bytes(b"garbage" * 1000)
    with pytest.raises(RecordError, match=r"lexical\.sqlite is damaged"):
        LexicalIndex(path)
