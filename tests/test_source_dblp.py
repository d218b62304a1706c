"""DBLP as a source: queries as clauses of words, results of every kind, paging, and failures.

No exchange with DBLP was recorded anywhere we know of, so all answers are made here by hand from the
documentation of its search and from the shape of its public answers.
"""

from __future__ import annotations

import json
from itertools import product

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from juried.records.protocol import SourceQuery
from juried.records.work import FileRef
from juried.sources.base import SearchLimits, SearchResult, Source
from juried.sources.clauses import MOST_CLAUSES, clauses_of
from juried.sources.conformance import check_source
from juried.sources.dblp import Dblp, parse_page, parse_result, translate
from tests.http_helpers import RECORDINGS, Handler, Web, script

OPEN = SearchLimits(hits=50)


def result(number: int, **fields: object) -> dict[str, object]:
    info: dict[str, object] = {
        "authors": {"author": [{"@pid": "1/1", "text": "Wei Wang 0042"}, {"@pid": "2/2", "text": "Ada Lovelace"}]},
        "title": f"Multilingual Language Model Number {number}.",
        "venue": "EMNLP",
        "year": str(2015 + number % 5),
        "type": "Conference and Workshop Papers",
        "key": f"conf/emnlp/Wang{number}",
        "url": f"https://dblp.org/rec/conf/emnlp/Wang{number}",
    }
    return {"@score": "4", "@id": str(number), "info": info | fields, "url": f"URL#{number}"}


def page(results: list[dict[str, object]], total: int, first: int = 0, code: str = "200") -> httpx.Response:
    hits: dict[str, object] = {"@total": str(total), "@sent": str(len(results)), "@first": str(first)}
    if results:
        hits["hit"] = results
    return httpx.Response(200, json={"result": {"status": {"@code": code, "text": "OK"}, "hits": hits}})


def library(count: int) -> Handler:
    made = [result(number) for number in range(count)]

    def handler(request: httpx.Request) -> httpx.Response:
        first, size = int(request.url.params["f"]), int(request.url.params["h"])
        return page(made[first : first + size], count, first)

    return handler


async def search(handler: Handler, text: str = "model", limits: SearchLimits = OPEN) -> tuple[SearchResult, Web]:
    web = Web(handler)
    return await Dblp(web.client).search(SourceQuery(source="dblp", text=text), limits), web


def test_no_exchange_was_recorded(capsys: pytest.CaptureFixture[str]) -> None:
    index = RECORDINGS.parent / "http_index.csv"
    if not index.is_file():
        pytest.skip("the index of the recordings is not at hand")
    recorded = [line for line in index.read_text(encoding="utf-8").splitlines() if "dblp" in line]
    with capsys.disabled():
        print(f"\nDBLP: {len(recorded)} recorded exchanges; all answers of these tests are made by hand")
    assert recorded == []


def test_a_result_is_read_in_full() -> None:
    raw = result(1, doi="10.18653/V1/2021.MRL-1.5", ee="https://doi.org/10.18653/v1/2021.mrl-1.5", access="open")
    hit = parse_result(raw)
    assert hit is not None
    assert (hit.title, hit.authors) == ("Multilingual Language Model Number 1", ("Wei Wang", "Ada Lovelace"))
    assert (hit.year, hit.venue, hit.version, hit.abstract) == (2016, "EMNLP", "published", "")
    assert hit.identifiers.model_dump(exclude_none=True) == {"doi": "10.18653/v1/2021.mrl-1.5", "acl": "2021.mrl-1.5"}
    assert (hit.source_id, hit.url) == ("conf/emnlp/Wang1", "https://dblp.org/rec/conf/emnlp/Wang1")


def test_one_author_and_several_links_come_without_or_with_a_list() -> None:
    links = ["https://aclanthology.org/P19-1001/", "https://example.org/paper.pdf"]
    hit = parse_result(result(1, authors={"author": {"text": "Ada Lovelace"}}, ee=links, venue=["ACL", "NAACL"]))
    assert hit is not None
    assert (hit.authors, hit.venue, hit.identifiers.acl) == (("Ada Lovelace",), "ACL", "P19-1001")
    assert hit.files == (FileRef(path="https://aclanthology.org/P19-1001.pdf", media_type="application/pdf"),)


def test_a_preprint_is_one_and_its_pdf_is_open() -> None:
    fields = {"venue": "CoRR", "type": "Informal and Other Publications", "ee": "https://arxiv.org/abs/2106.09063"}
    hit = parse_result(result(1, **fields))
    assert hit is not None
    assert (hit.version, hit.identifiers.arxiv) == ("preprint", "2106.09063")
    assert [file.path for file in hit.files] == ["https://arxiv.org/pdf/2106.09063"]


def test_a_withdrawn_item_says_so() -> None:
    hit = parse_result(result(1, type="Withdrawn Items"))
    assert hit is not None
    assert [(note.kind, note.evidence) for note in hit.status] == [("withdrawn", "So marked in DBLP, conf/emnlp/Wang1")]


def test_a_closed_pdf_is_no_file() -> None:
    closed = parse_result(result(1, ee="https://example.org/a.pdf", access="closed"))
    opened = parse_result(result(1, ee="https://example.org/a.pdf", access="open"))
    assert closed is not None
    assert opened is not None
    assert (closed.files, len(opened.files)) == ((), 1)


@pytest.mark.parametrize("broken", [None, "text", [], {}, {"info": None}, {"info": {"title": None, "key": 3}}])
def test_a_result_without_title_is_left_out(broken: object) -> None:
    assert parse_result(broken) is None
    parsed = parse_page({"result": {"hits": {"@total": "2", "hit": [broken, result(1)]}}})
    assert parsed is not None
    assert len(parsed.hits) == 1


@given(st.recursive(st.none() | st.integers() | st.text(max_size=8), lambda inner: st.lists(inner, max_size=3)))
def test_odd_fields_never_raise(odd: object) -> None:
    for name in ("authors", "venue", "year", "ee", "doi", "type", "access", "url"):
        assert parse_result(result(1, **{name: odd})) is not None


@pytest.mark.parametrize(
    ("query", "sent"),
    [
        ("transliteration", "transliteration"),
        ("transliteration mBERT", "transliteration|mbert"),
        ("mBERT AND NER", "mbert ner$"),
        ('"language model" AND NER', "language model ner$"),
        ('("language model" mBERT) AND low-resource', "language|mbert model|mbert low$ resource"),
        ("(word words word)", "word|words"),
        ('"language model" language', "language"),
        ("-a |b $c", "a$|b$|c$"),
        ("the of", "the$|of$"),
        ("...", ""),
    ],
)
def test_a_query_becomes_clauses_of_words(query: str, sent: str) -> None:
    assert translate(clauses_of(query)) == sent


def test_alternatives_without_room_are_named() -> None:
    found = clauses_of('("a1 a2" "b1 b2" "c1 c2" "d1 d2" "e1 e2" f1)')
    assert len(found.clauses) <= MOST_CLAUSES
    assert found.left_out == ("e1 e2",)
    assert all("f1" in clause for clause in found.clauses)


LETTERS = st.sampled_from("abcd")
PHRASE = st.lists(LETTERS, min_size=1, max_size=3)
GROUP = st.lists(PHRASE, min_size=1, max_size=3)


@given(st.lists(GROUP, min_size=1, max_size=3))
def test_clauses_hold_for_the_same_titles_as_the_query(groups: list[list[list[str]]]) -> None:
    query = " AND ".join("(" + " ".join(f'"{" ".join(phrase)}"' for phrase in group) + ")" for group in groups)
    clauses = clauses_of(query).clauses
    for chosen in product([False, True], repeat=4):
        title = {letter for letter, there in zip("abcd", chosen, strict=True) if there}
        wanted = all(any(set(phrase) <= title for phrase in group) for group in groups)
        assert all(set(clause) & title for clause in clauses) == wanted


async def test_pages_are_taken_to_the_number_asked_for() -> None:
    answer, web = await search(library(300), limits=SearchLimits(hits=230))
    assert [hit.source_id for hit in answer.hits] == [f"conf/emnlp/Wang{number}" for number in range(230)]
    assert [request.url.params["f"] for request in web.asked] == ["0", "100", "200"]
    assert (answer.row.total, answer.row.status) == (300, "answered")
    assert answer.row.detail == "DBLP holds no abstracts. Sent as: model"
    assert web.times == [0.0, 1.0, 2.0]


async def test_years_are_sifted_among_the_first_thousand() -> None:
    answer, web = await search(library(5000), limits=SearchLimits(hits=900, year_from=2016, year_to=2016))
    assert {hit.year for hit in answer.hits} == {2016}
    assert (len(answer.hits), len(web.asked)) == (200, 10)
    assert "800 outside the years were left out." in answer.row.detail


async def test_a_pause_that_is_asked_for_is_kept() -> None:
    refused = httpx.Response(429, headers={"Retry-After": "60"}, html="<html>429 Too Many Requests</html>")
    answer, web = await search(script(refused, page([result(1)], 1)))
    assert answer.row.status == "answered"
    assert web.times[1] >= 60.0


CUT = json.dumps({"result": {"hits": {"@total": "1", "hit": [result(1)]}}})[:100].encode()


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (httpx.Response(429, headers={"Retry-After": "9000"}), "rate_limited"),
        (httpx.Response(500), "failed"),
        (httpx.Response(404), "failed"),
        (httpx.Response(200, html="<!DOCTYPE html><html><body>dblp is down</body></html>"), "malformed"),
        (httpx.Response(200, content=CUT), "malformed"),
        (httpx.Response(200, json={"result": None}), "malformed"),
        (page([], 0, code="500"), "failed"),
        (httpx.ReadTimeout("slow"), "timed_out"),
        (page([], 0), "empty"),
    ],
)
async def test_a_failing_service_is_a_row_with_its_name(answer: httpx.Response | Exception, status: str) -> None:
    found, web = await search(script(answer))
    assert (found.row.status, found.hits) == (status, ())
    assert found.row.detail
    assert (await Dblp(web.client).check()).usable == (status == "empty")


async def test_the_source_keeps_the_contract() -> None:
    source = Dblp(Web(library(20)).client)
    assert isinstance(source, Source)
    results = await check_source(source, "language model")
    assert [entry for entry in results if not entry.passed] == []
