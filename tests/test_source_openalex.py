"""OpenAlex as a source: queries, paging, failures and the credit of the day.

Never recorded anywhere, and made here by hand from the provider's documentation and from headers that users
have reported: several pages that follow one another, the headers of the credit, and 429 for want of it.
"""

from __future__ import annotations

from itertools import pairwise

import httpx
import pytest

from juried.records.protocol import SourceQuery
from juried.records.work import FileRef
from juried.sources.base import SearchLimits, SearchResult, Source
from juried.sources.conformance import check_source
from juried.sources.openalex import OpenAlex, translate
from tests.http_helpers import Handler, Web, script

OPEN = SearchLimits(hits=50)
FOLDER = "2024_06_03_03_14_46"


def work(number: int, year: int = 2020, **more: object) -> dict[str, object]:
    return {
        "id": f"https://openalex.org/W{number}",
        "title": f"Language models, part {number}",
        "publication_year": year,
        "doi": f"https://doi.org/10.1000/{number}",
        "authorships": [{"author": {"display_name": "Ada Author"}, "raw_author_name": "Ada Author"}],
        "primary_location": {
            "is_oa": True,
            "pdf_url": f"https://journal.example.org/{number}.pdf",
            "landing_page_url": f"https://doi.org/10.1000/{number}",
            "version": "publishedVersion",
            "source": {"display_name": "Journal", "type": "journal"},
        },
        "is_retracted": False,
        **more,
    }


def test_translation() -> None:
    assert translate('("named entity" NER) AND (BERT)') == '(("named entity" OR NER) AND BERT)'
    assert translate("") == translate(" ?! ") == ""
    assert len(translate(" ".join(f"wörd{number}" for number in range(390))).encode()) <= 1200


CREDIT = {"X-RateLimit-Limit": "1000", "X-RateLimit-Reset": "11987", "X-RateLimit-Onetime-Remaining": "0"}


def page_answer(works: list[dict[str, object]], total: int, cursor: str | None, left: int = 900) -> httpx.Response:
    headers = CREDIT | {"X-RateLimit-Remaining": str(left)}
    payload = {"meta": {"count": total, "next_cursor": cursor}, "results": works}
    return httpx.Response(200, headers=headers, json=payload)


def paged(total: int, left: int = 900) -> Handler:
    """Serve pages by cursor, each taking 10 of the credit."""
    credit = left

    def handler(request: httpx.Request) -> httpx.Response:
        nonlocal credit
        credit -= 10
        cursor, size = request.url.params["cursor"], int(request.url.params["per_page"])
        start = 0 if cursor == "*" else int(cursor.removeprefix("after"))
        end = min(start + size, total)
        works = [work(number) for number in range(start + 1, end + 1)]
        return page_answer(works, total, f"after{end}" if works else None, credit)

    return handler


async def searched(
    handler: Handler, limits: SearchLimits = OPEN, text: str = "language", key: str = "a-secret-key"
) -> tuple[SearchResult, Web]:
    web = Web(handler)
    return await OpenAlex(web.client, key).search(SourceQuery(source="openalex", text=text), limits), web


async def test_pages_follow_the_cursor_to_the_number_asked_for() -> None:
    result, web = await searched(paged(1000), SearchLimits(hits=250, year_from=2019, year_to=2021))
    assert (result.row.status, result.row.total, result.row.taken) == ("answered", 1000, 250)
    assert [request.url.params["cursor"] for request in web.asked] == ["*", "after100", "after200"]
    first = web.asked[0].url.params
    assert (first["search"], first["api_key"], first["per_page"]) == ("language", "a-secret-key", "100")
    assert first["filter"] == "from_publication_date:2019-01-01,to_publication_date:2021-12-31"
    assert all(later - earlier >= 0.09 for earlier, later in pairwise(web.times))
    assert "a-secret-key" not in result.model_dump_json()


async def test_the_answers_end_is_the_end() -> None:
    result, web = await searched(paged(3))
    assert (result.row.taken, result.row.total) == (3, 3)
    assert len(web.asked) <= 2
    empty, _ = await searched(paged(0))
    assert (empty.row.status, empty.hits) == ("empty", ())


async def test_no_key_sends_no_key() -> None:
    _, web = await searched(paged(3), key="")
    assert "api_key" not in web.asked[0].url.params


async def test_search_stops_when_the_credit_is_too_little_for_another_page() -> None:
    result, web = await searched(paged(1000, left=25), SearchLimits(hits=500))
    assert (result.row.status, result.row.taken, len(web.asked)) == ("over_quota", 200, 2)
    assert "renews at midnight UTC, in 3 h 20 min" in result.row.detail


async def test_no_credit_ends_the_search_at_once() -> None:
    headers = CREDIT | {"X-RateLimit-Remaining": "0", "X-RateLimit-Credits-Required": "10", "Retry-After": "11987"}
    web = Web(script(httpx.Response(429, headers=headers, json={"error": "Rate limit exceeded"})))
    source = OpenAlex(web.client)
    for _ in range(2):
        result = await source.search(SourceQuery(source="openalex", text="language"), OPEN)
        assert (result.row.status, result.hits) == ("over_quota", ())
        assert "in 3 h 20 min" in result.row.detail
        assert "openalex.org/settings/api" in result.row.detail
    assert (len(web.asked), web.clock.time) == (1, 0.0)


async def test_a_429_with_a_long_wait_and_no_headers_is_over_quota_too() -> None:
    result, web = await searched(script(httpx.Response(429, headers={"Retry-After": "54000"})))
    assert (result.row.status, len(web.asked)) == ("over_quota", 1)
    assert "midnight UTC" in result.row.detail


async def test_credit_bought_in_advance_counts() -> None:
    headers = CREDIT | {"X-RateLimit-Remaining": "0", "X-RateLimit-Onetime-Remaining": "500"}
    payload = {"meta": {"count": 1, "next_cursor": "more"}, "results": [work(1)]}
    ended = {"meta": {"count": 1, "next_cursor": None}, "results": []}
    answers = (httpx.Response(200, headers=headers, json=payload), httpx.Response(200, headers=headers, json=ended))
    result, _ = await searched(script(*answers))
    assert result.row.status == "answered"


async def test_too_many_requests_in_one_second_are_waited_out() -> None:
    headers = CREDIT | {"X-RateLimit-Remaining": "900", "X-RateLimit-Credits-Required": "10", "Retry-After": "1"}
    result, web = await searched(script(httpx.Response(429, headers=headers), page_answer([work(1)], 1, None)))
    assert (result.row.status, result.row.taken, web.clock.time) == ("answered", 1, 1.0)


@pytest.mark.parametrize(
    ("answer", "status", "said"),
    [
        (
            httpx.Response(400, json={"error": "Invalid filter", "message": "Unknown filter"}),
            "failed",
            "Unknown filter",
        ),
        (httpx.Response(401, json={"error": "x", "message": "Invalid API key"}), "failed", "settings/api"),
        (httpx.Response(403, json={"error": "Forbidden", "message": "API key not known"}), "failed", "settings/api"),
        (httpx.Response(403, json={"error": "Forbidden", "message": "slow down"}), "rate_limited", "slow down"),
        (httpx.Response(404, text="<!doctype html>\n<html lang=en>"), "failed", "status 404"),
        (httpx.Response(200, text="<!doctype html>\n<html lang=en>"), "malformed", "a web page"),
        (httpx.Response(200, text='{"meta": {"count": 3}, "results": [{"id": '), "malformed", "JSON"),
        (httpx.Response(200, json={"meta": None}), "malformed", "a page of OpenAlex"),
        (httpx.Response(200, json=[]), "malformed", "a page of OpenAlex"),
        (httpx.Response(503), "failed", "status 503"),
        (httpx.ReadTimeout("slow"), "timed_out", "in time"),
        (httpx.ConnectError("down"), "failed", "cannot be reached"),
    ],
)
async def test_failures_are_rows(answer: httpx.Response | Exception, status: str, said: str) -> None:
    result, _ = await searched(script(answer))
    assert (result.row.status, result.hits) == (status, ())
    assert said in result.row.detail


async def test_check_costs_nothing_and_tells_the_credit() -> None:
    headers = CREDIT | {"X-RateLimit-Remaining": "997"}
    web = Web(script(httpx.Response(200, headers=headers, json={"id": "https://openalex.org/W2741809807"})))
    health = await OpenAlex(web.client).check()
    assert (health.usable, web.asked[0].url.path) == (True, "/works/W2741809807")
    assert "997 of 1000" in health.detail
    assert "settings/api" in health.detail
    short = script(httpx.Response(200, headers=CREDIT | {"X-RateLimit-Remaining": "3"}, json={}))
    assert not (await OpenAlex(Web(short).client).check()).usable
    assert not (await OpenAlex(Web(script(httpx.ConnectError("down"))).client).check()).usable


async def test_fetch_keeps_arxivs_pace_for_its_files() -> None:
    web = Web(script(httpx.Response(200, content=b"%PDF-1.5")))
    source = OpenAlex(web.client)
    for _ in range(2):
        await source.fetch(FileRef(path="https://export.arxiv.org/pdf/2101.00001"))
    assert web.times == [0.0, 3.0]


def small_openalex(request: httpx.Request) -> httpx.Response:
    """Serve four works that all match "language", a single record, and files."""
    if request.url.host != "api.openalex.org":
        return httpx.Response(404 if "no-such" in request.url.path else 200, content=b"%PDF-1.5")
    if request.url.path != "/works":
        return httpx.Response(200, headers=CREDIT | {"X-RateLimit-Remaining": "900"}, json={"id": "W1"})
    bounds = dict(part.split(":") for part in request.url.params.get("filter", "").split(",") if part)
    first = int(bounds.get("from_publication_date", "0001")[:4])
    last = int(bounds.get("to_publication_date", "9999")[:4])
    years = (2019, 2020, 2021, 2022)
    works = [work(number, year) for number, year in enumerate(years, 1) if first <= year <= last]
    works = works if "language" in request.url.params["search"] else []
    cursor, size = request.url.params["cursor"], int(request.url.params["per_page"])
    start = 0 if cursor == "*" else int(cursor)
    shown = works[start : start + size]
    return page_answer(shown, len(works), str(start + size) if shown else None)


async def test_conformance() -> None:
    source: Source = OpenAlex(Web(small_openalex).client)
    results = await check_source(source, probe='"language" model')
    assert [result for result in results if not result.passed] == []
