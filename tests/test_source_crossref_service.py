"""Crossref as a service: its query, paging by cursor, odd DOIs, notices about many works, and its failures.

No recording holds a 429, a 503, a web page or a cut answer; those here are made by hand from the service's
documentation, as are the small pages.
"""

from __future__ import annotations

import json
from urllib.parse import unquote

import httpx
import pytest

from juried.errors import SourceError
from juried.records.protocol import SourceQuery
from juried.sources.base import SearchLimits, Source
from juried.sources.conformance import check_source
from juried.sources.crossref import Crossref, bibliographic_query
from juried.sources.crossref_records import parse_page
from tests.cassettes import exchanges
from tests.http_helpers import Handler, Web, recordings, script


def test_query_is_words_alone() -> None:
    assert bibliographic_query('("Cross-lingual transfer" mBERT) AND (transfer "low resource")') == (
        "Cross-lingual transfer mBERT low resource"
    )
    assert bibliographic_query(" the AND ()") == "the"
    assert bibliographic_query("...") == ""


def record(number: int, year: int = 2020) -> dict[str, object]:
    title = [f"Language model transfer {number}"]
    return {"DOI": f"10.1234/X{number}", "title": title, "type": "journal-article", "issued": {"date-parts": [[year]]}}


def listed(items: list[dict[str, object]], total: int, rows: int, cursor: str = "") -> httpx.Response:
    message = {"total-results": total, "items": items, "items-per-page": rows, "next-cursor": cursor}
    return httpx.Response(200, json={"status": "ok", "message-type": "work-list", "message": message})


def service(records: list[dict[str, object]]) -> Handler:
    """The list of works: each query matches all, years are kept, cursors are places in the list."""

    def handler(request: httpx.Request) -> httpx.Response:
        asked = request.url.params
        limits = dict(item.split(":", 1) for item in asked.get("filter", "").split(",") if "pub-date" in item)
        low, high = int(limits.get("from-pub-date", 0)), int(limits.get("until-pub-date", 9999))
        fit = [item for item in records if low <= item["issued"]["date-parts"][0][0] <= high]  # type: ignore[index]
        cursor, rows = asked.get("cursor", "*"), int(asked["rows"])
        start = 0 if cursor == "*" else int(cursor)
        return listed(fit[start : start + rows], len(fit), rows, str(start + rows))

    return handler


def source(handler: Handler, contact: str = "me@example.org") -> tuple[Crossref, Web]:
    web = Web(handler)
    return Crossref(web.client, "", contact), web


def query(words: str) -> SourceQuery:
    return SourceQuery(source="crossref", text=words)


async def test_meets_the_protocol() -> None:
    built, _ = source(service([record(at, 2018 + at % 4) for at in range(60)]))
    assert isinstance(built, Source)
    results = await check_source(built, '("language model" mBERT) AND transfer')
    assert [result for result in results if not result.passed] == []


async def test_pages_by_cursor_to_the_number_asked_for() -> None:
    built, web = source(service([record(at) for at in range(350)]))
    result = await built.search(query('"language model"'), SearchLimits(hits=230, year_from=2019, year_to=2021))
    assert [hit.source_id for hit in result.hits] == [f"10.1234/x{at}" for at in range(230)]
    assert (result.row.total, result.row.taken, result.row.status) == (350, 230, "answered")
    asked = web.asked[0].url.params
    assert [request.url.params["cursor"] for request in web.asked] == ["*", "100", "200"]
    assert asked["query.bibliographic"] == "language model"
    assert "from-pub-date:2019,until-pub-date:2021" in asked["filter"]
    assert (asked["mailto"], "updated-by" in asked["select"]) == ("me@example.org", True)
    assert "Sent as: language model" in result.row.detail


async def test_query_that_is_too_long_is_shortened_and_the_row_says_so() -> None:
    built, web = source(service([record(1)]))
    row = (await built.search(query(" ".join(f"word{at}" for at in range(390))), SearchLimits(hits=5))).row
    assert len(web.asked[0].url.params["query.bibliographic"]) <= 1500
    assert (row.status, "words were sent" in row.detail) == ("answered", True)


async def test_list_that_ends_is_asked_no_further() -> None:
    built, web = source(service([record(at) for at in range(3)]))
    result = await built.search(query("language"), SearchLimits(hits=50))
    assert (len(result.hits), len(web.asked)) == (3, 1)


async def test_recorded_pages_follow_each_other() -> None:
    pages = [
        item
        for item in exchanges(recordings("crossref"), "api.crossref.org")
        if item.name.startswith("test_cursor_max[")
    ][:3]
    built, _ = source(script(*(httpx.Response(200, content=item.content) for item in pages)))
    result = await built.search(query("widget"), SearchLimits(hits=60))
    expected = [hit.source_id for item in pages for hit in parse_page(json.loads(item.content)).hits]
    assert [hit.source_id for hit in result.hits] == list(dict.fromkeys(expected))[:60]
    assert result.row.status == "answered"


async def test_work_without_the_right_year_is_left_out_and_counted() -> None:
    built, _ = source(script(listed([record(1, 2010), record(2, 2020)], 2, 100)))
    result = await built.search(query("language"), SearchLimits(hits=5, year_from=2015))
    assert ([hit.year for hit in result.hits], result.row.taken) == ([2020], 1)
    assert "1 outside the years" in result.row.detail


async def test_nobody_named_is_asked_slower() -> None:
    built, web = source(service([record(at) for at in range(350)]), contact="")
    await built.search(query("language"), SearchLimits(hits=200))
    assert web.times[1] - web.times[0] >= 1.0
    assert "mailto" not in web.asked[0].url.params


BUSY = httpx.Response(429, headers={"Retry-After": "5"}, text="Too many requests")


async def test_slows_down_when_asked_and_goes_on() -> None:
    built, web = source(script(BUSY, listed([record(1)], 1, 100)))
    result = await built.search(query("language"), SearchLimits(hits=5))
    assert (result.row.status, len(result.hits)) == ("answered", 1)
    assert web.times[1] - web.times[0] >= 5


@pytest.mark.parametrize(
    ("answer", "status", "said"),
    [
        (BUSY, "rate_limited", "again"),
        (httpx.Response(503, text="unavailable"), "failed", ""),
        (httpx.ReadTimeout("slow"), "timed_out", ""),
        (httpx.Response(200, text="<html><body>Maintenance</body></html>"), "malformed", "web page"),
        (httpx.Response(200, text='{"message-type": "work-list", "mess'), "malformed", ""),
        (httpx.Response(200, json={"message-type": "member-list", "message": {}}), "malformed", "no list of works"),
        (httpx.Response(200, json=[]), "malformed", ""),
        (httpx.Response(400, json={"status": "failed", "message-type": "validation-failure"}), "failed", "query"),
        (httpx.Response(404, text="Resource not found."), "failed", ""),
    ],
)
async def test_failure_is_a_row_with_advice(answer: httpx.Response | Exception, status: str, said: str) -> None:
    built, _ = source(script(answer))
    result = await built.search(query("language"), SearchLimits(hits=5))
    assert (result.row.status, result.hits) == (status, ())
    assert said in result.row.detail
    assert not (await built.check()).usable


async def test_empty_list_is_empty() -> None:
    built, _ = source(script(listed([], 0, 5)))
    assert (await built.search(query("xyzzy"), SearchLimits(hits=5))).row.status == "empty"


def single(item: dict[str, object]) -> httpx.Response:
    return httpx.Response(200, json={"status": "ok", "message-type": "work", "message": item})


@pytest.mark.parametrize(
    "doi",
    [
        "10.1002/(SICI)1097-0258(19980815/30)17:15/16<1661::AID-SIM968>3.0.CO;2-2",
        "10.1023/A:1007154515475",
        "10.1234/a#b?c%d",
        "https://doi.org/10.1234/with%20space",
    ],
)
async def test_odd_dois_reach_crossref_whole(doi: str) -> None:
    seen = []

    def handler(request: httpx.Request) -> httpx.Response:
        path = request.url.raw_path.decode().partition("?")[0]
        seen.append(unquote(path.removeprefix("/works/")))
        return single({"DOI": seen[-1], "title": ["A"]})

    built, _ = source(handler)
    hit = await built.work(doi)
    assert hit is not None
    assert hit.source_id == seen[0]
    assert seen[0] == doi.removeprefix("https://doi.org/").replace("%20", " ").partition(" ")[0].lower()


async def test_work_that_crossref_does_not_know() -> None:
    built, _ = source(script(httpx.Response(404, text="Resource not found.")))
    assert await built.work("10.48550/arXiv.2312.07559") is None
    assert await built.work("no doi") is None


async def test_notices_are_looked_up_for_many_works() -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        named = [item.removeprefix("doi:") for item in request.url.params.get("filter", "").split(",")]
        if named == [""]:
            return single(
                {"DOI": "10.1234/a,b", "title": ["A"], "updated-by": [{"type": "retraction", "DOI": "10.1234/n"}]}
            )
        items: list[dict[str, object]] = [{"DOI": doi, "title": ["A"]} for doi in named if doi != "10.1234/unknown"]
        return listed(items, len(items), len(named))

    built, web = source(handler)
    dois = [f"10.1234/{at}" for at in range(50)]
    found = await built.notices([*dois, "10.1234/UNKNOWN", "10.1234/a,b", "no doi"])
    assert set(found) == {*dois, "10.1234/a,b"}
    assert [note.kind for note in found["10.1234/a,b"]] == ["retracted"]
    assert len(web.asked) == 3
    assert await built.notices([]) == {}


async def test_notices_that_cannot_be_had_are_no_empty_answer() -> None:
    built, _ = source(script(httpx.Response(503)))
    with pytest.raises(SourceError):
        await built.notices(["10.1234/a"])
