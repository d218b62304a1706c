"""Semantic Scholar as a service: its two searches, paging, links between works, look-up of many, and its failures.

No recording holds a 429, a 503, a web page or a cut answer; those here are made by hand from the service's
documentation (`Retry-After`, `{"message": ...}` of its gateway), as are the small pages.
"""

from __future__ import annotations

import json

import httpx
import pytest

from juried.records.protocol import SourceQuery
from juried.sources.base import SearchLimits, Source
from juried.sources.conformance import check_source
from juried.sources.semantic_scholar import SemanticScholar
from tests.http_helpers import Handler, Web, script

PHRASES = '("language model" mBERT) AND transfer'


def paper(number: int, year: int = 2020, title: str = "") -> dict[str, object]:
    return {"paperId": f"{number:040x}", "title": title or f"Language model transfer {number}", "year": year}


def service(papers: list[dict[str, object]], page: int = 1000) -> Handler:
    """The two searches over some papers, all of which match any query; years are kept, as the service does."""

    def handler(request: httpx.Request) -> httpx.Response:
        asked = request.url.params
        first, _, last = asked.get("year", "-").partition("-")
        fit = [item for item in papers if int(first or 0) <= int(str(item["year"])) <= int(last or 9999)]
        bulk = request.url.path.endswith("/bulk")
        start = int(asked.get("token", 0)) if bulk else int(asked.get("offset", 0))
        size = page if bulk else int(asked["limit"])
        body: dict[str, object] = {"total": len(fit), "data": fit[start : start + size]}
        if start + size < len(fit):
            body |= {"token": str(start + size)} if bulk else {"offset": start, "next": start + size}
        return httpx.Response(200, json=body)

    return handler


def source(handler: Handler, key: str = "") -> tuple[SemanticScholar, Web]:
    web = Web(handler)
    return SemanticScholar(web.client, key), web


def query(words: str) -> SourceQuery:
    return SourceQuery(source="semantic_scholar", text=words)


@pytest.mark.parametrize("probe", ["language model", PHRASES])
async def test_meets_the_protocol(probe: str) -> None:
    built, _ = source(service([paper(at, 2018 + at % 4) for at in range(60)]))
    assert isinstance(built, Source)
    results = await check_source(built, probe)
    assert [result for result in results if not result.passed] == []


async def test_words_are_searched_by_relevance_page_by_page() -> None:
    built, web = source(service([paper(at) for at in range(250)]), key="secret-key")
    result = await built.search(query("language transfer"), SearchLimits(hits=230, year_from=2019))
    assert [hit.rank for hit in result.hits] == list(range(1, 231))
    assert (result.row.total, result.row.taken, result.row.status) == (250, 230, "answered")
    assert [request.url.params["offset"] for request in web.asked] == ["0", "100", "200"]
    assert {request.url.params["year"] for request in web.asked} == {"2019-"}
    assert all(request.headers["x-api-key"] == "secret-key" for request in web.asked)
    assert web.times[1] - web.times[0] >= 1.0


async def test_search_by_relevance_ends_where_the_service_gives_no_more() -> None:
    built, web = source(service([paper(at) for at in range(1500)]))
    result = await built.search(query("language"), SearchLimits(hits=1400))
    assert (len(result.hits), result.row.total, result.row.status) == (999, 1500, "answered")
    assert max(int(request.url.params["offset"]) + int(request.url.params["limit"]) for request in web.asked) == 999
    assert "999" in result.row.detail


async def test_phrases_are_searched_in_bulk_by_token() -> None:
    built, web = source(service([paper(at) for at in range(25)], page=10))
    result = await built.search(query(PHRASES), SearchLimits(hits=22))
    assert len({hit.source_id for hit in result.hits}) == 22
    assert [request.url.params.get("token") for request in web.asked] == [None, "10", "20"]
    assert {request.url.params["query"] for request in web.asked} == {'(("language model" | mBERT) + transfer)'}
    assert 'Sent as: (("language model" | mBERT) + transfer)' in result.row.detail


async def test_bulk_answers_are_ranked_by_the_words_of_the_query() -> None:
    papers = [paper(1, title="On tea"), paper(2, title="Transfer"), paper(3, title="Transfer of a language model")]
    built, _ = source(service(papers))
    result = await built.search(query(PHRASES), SearchLimits(hits=5))
    assert [hit.title for hit in result.hits] == ["Transfer of a language model", "On tea", "Transfer"]


async def test_recorded_empty_answer_is_empty() -> None:
    built, _ = source(script(httpx.Response(200, json={"total": 0, "offset": 0})))
    row = (await built.search(query("n0 r3sult"), SearchLimits(hits=5))).row
    assert (row.status, row.total, row.taken) == ("empty", 0, 0)


BUSY = httpx.Response(429, headers={"Retry-After": "7"}, json={"message": "Too Many Requests"})


async def test_slows_down_when_asked_and_goes_on() -> None:
    found = httpx.Response(200, json={"total": 1, "data": [paper(1)]})
    built, web = source(script(BUSY, found))
    result = await built.search(query("language"), SearchLimits(hits=5))
    assert (result.row.status, len(result.hits)) == ("answered", 1)
    assert web.times[1] - web.times[0] >= 7


@pytest.mark.parametrize(
    ("answer", "status", "advice"),
    [
        (BUSY, "rate_limited", "again"),
        (httpx.Response(503, text="unavailable"), "failed", ""),
        (httpx.ReadTimeout("slow"), "timed_out", ""),
        (httpx.ConnectError("down"), "failed", ""),
        (httpx.Response(200, text="<!DOCTYPE html><html>Sign in</html>"), "malformed", "web page"),
        (httpx.Response(200, text='{"total": 3, "data": [{"paperId": "ab'), "malformed", ""),
        (httpx.Response(403, json={"message": "Forbidden"}), "failed", "key"),
        (httpx.Response(400, json={"error": "Unrecognized or unsupported fields: [unknown]"}), "failed", "query"),
    ],
)
async def test_failure_is_a_row_with_advice(answer: httpx.Response | Exception, status: str, advice: str) -> None:
    built, _ = source(script(answer))
    result = await built.search(query("language"), SearchLimits(hits=5))
    assert (result.row.status, result.hits) == (status, ())
    assert advice in result.row.detail
    assert not (await built.check()).usable


async def test_what_came_before_a_failure_is_kept() -> None:
    first = httpx.Response(200, json={"total": 300, "offset": 0, "next": 100, "data": [paper(at) for at in range(100)]})
    built, _ = source(script(first, httpx.Response(200, text="{")))
    result = await built.search(query("language"), SearchLimits(hits=200))
    assert (result.row.status, result.row.total, result.row.taken, len(result.hits)) == ("malformed", 300, 100, 100)


async def test_citations_and_references_are_followed() -> None:
    first = {
        "offset": 0,
        "next": 2,
        "data": [{"citingPaper": paper(1)}, {"citingPaper": {"paperId": None, "title": "x"}}],
    }
    last = {"offset": 2, "data": [{"citingPaper": paper(2)}]}
    built, web = source(script(httpx.Response(200, json=first), httpx.Response(200, json=last)))
    result = await built.citations("DOI:10.1002/(sici)1097<1::aid#2>3.0.co;2-x", 10)
    assert [hit.rank for hit in result.hits] == [1, 2]
    assert result.row.query == "citations of DOI:10.1002/(sici)1097<1::aid#2>3.0.co;2-x"
    path = web.asked[0].url.raw_path.decode().partition("?")[0]
    assert path == "/graph/v1/paper/DOI:10.1002/(sici)1097%3C1::aid%232%3E3.0.co%3B2-x/citations"
    built, web = source(script(httpx.Response(200, json={"data": [{"citedPaper": paper(at)} for at in range(5)]})))
    assert len((await built.references("a" * 40, 3)).hits) == 3
    assert web.asked[0].url.path.endswith(f"{'a' * 40}/references")


async def test_work_that_is_not_known_has_no_citations() -> None:
    built, _ = source(script(httpx.Response(404, json={"error": "Paper with id 0 not found"})))
    result = await built.citations("0", 10)
    assert (result.row.status, result.hits) == ("empty", ())
    assert (await built.references("", 10)).row.status == "empty"


async def test_many_works_are_looked_up_at_once() -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        ids = json.loads(request.content)["ids"]
        return httpx.Response(200, json=[None if name == "no" else paper(int(name)) for name in ids])

    built, web = source(handler)
    found = await built.works([*map(str, range(600)), "no"])
    assert len(found) == 601
    assert found[-1] is None
    assert [hit.source_id for hit in found if hit is not None] == [f"{at:040x}" for at in range(600)]
    assert [len(json.loads(request.content)["ids"]) for request in web.asked] == [500, 101]
    assert await built.works([]) == ()


async def test_batch_of_bad_ids_is_known_to_hold_nothing() -> None:
    built, _ = source(script(httpx.Response(400, json={"error": "No valid paper ids given"})))
    assert await built.works(["?", "!"]) == (None, None)
