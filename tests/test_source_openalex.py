"""OpenAlex as a source: recorded works, abstracts, names, open files, paging, and the credit of the day.

Recorded: one page, ten works of it by themselves, and 12 exchanges of 2025. Never recorded anywhere, and
made here by hand from the provider's documentation and from headers that users have reported: several pages
that follow one another, the headers of the credit, and 429 for want of it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import pairwise

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from juried.records.protocol import SourceQuery
from juried.records.work import FileRef, Hit
from juried.sources.base import SearchLimits, SearchResult, Source
from juried.sources.conformance import check_source
from juried.sources.openalex import OpenAlex, translate
from juried.sources.openalex_works import author_name, parse_page, parse_work, rebuild_abstract
from tests.cassettes import exchanges
from tests.http_helpers import Handler, Web, recordings, script

OPEN = SearchLimits(hits=50)
FOLDER = "2024_06_03_03_14_46"


def agrees(hit: Hit | None, raw: Mapping[str, object]) -> None:
    """Compare a hit with its raw record, read by other means."""
    assert hit is not None
    assert f"https://openalex.org/{hit.identifiers.openalex}" == raw["id"]
    assert hit.title
    assert hit.title.split()[0] in str(raw["title"])
    assert hit.year == raw["publication_year"]
    doi = str(raw["doi"] or "").removeprefix("https://doi.org/").lower()
    if doi.startswith("10.48550/arxiv."):
        assert hit.identifiers.arxiv == doi.removeprefix("10.48550/arxiv.")
    else:
        assert (hit.identifiers.doi or "") == doi
    authorships = raw["authorships"]
    assert isinstance(authorships, list)
    assert len(hit.authors) == len(authorships)
    assert hit.language == (raw["language"] or "")
    index = raw.get("abstract_inverted_index")
    assert bool(hit.abstract) == bool(index)
    if isinstance(index, dict):
        starts = [word for word, places in index.items() if 0 in places]
        assert hit.abstract.split()[0] in starts[0] or "<" in starts[0] or "&" in starts[0]


def test_the_recorded_page_and_its_works_are_parsed(capsys: pytest.CaptureFixture[str]) -> None:
    folder = recordings("openalex_europepmc") / FOLDER
    payload = json.loads((folder / "openalex.json").read_text(encoding="utf-8"))
    page = parse_page(payload)
    assert page is not None
    assert (page.total, len(page.hits), page.next) == (11810, 20, payload["meta"]["next_cursor"])
    for hit, raw in zip(page.hits, payload["results"], strict=True):
        agrees(hit, raw)
    singles = sorted(folder.glob("*/openalex-result.json"))
    for path in singles:
        raw = json.loads(path.read_text(encoding="utf-8"))
        agrees(parse_work(raw), raw)
    gathered = json.loads((folder / "openalex-results.json").read_text(encoding="utf-8"))["total_json_output"]
    for raw in gathered.values():
        agrees(parse_work(raw), raw)
    with capsys.disabled():
        print(f"\nOpenAlex: 1 page of 20 works, {len(singles)} single works and {len(gathered)} gathered ones used")
    assert (len(singles), len(gathered)) == (10, 10)


def test_every_recorded_exchange_is_parsed(capsys: pytest.CaptureFixture[str]) -> None:
    found = exchanges(recordings("mixed_clients"), "api.openalex.org")
    used, left_out = [], []
    for exchange in found:
        if exchange.status != 200:
            assert exchange.content.startswith(b"<!doctype html>")
            left_out.append(f"{exchange.name} (status {exchange.status}, a web page: see the test of it)")
            continue
        payload = json.loads(exchange.content)
        if set(payload) == {"open_access", "doi"}:
            assert parse_work(payload) is None
            left_out.append(f"{exchange.name} (only open_access and doi were asked for)")
            continue
        page = parse_page(payload)
        raws = payload["results"] if page else [payload]
        for raw in raws:
            agrees(parse_work(raw), raw)
        assert page is None or (len(page.hits), page.next) == (len(raws), None)
        used.append(exchange.name)
    with capsys.disabled():
        print(f"\nOpenAlex: {len(used)} of {len(found)} recorded exchanges used; left out: {'; '.join(left_out)}")
    assert (len(found), len(used)) == (12, 8)


def recorded_work(name: str) -> Hit:
    folder = recordings("openalex_europepmc") / FOLDER
    hits = parse_page(json.loads((folder / "openalex.json").read_text(encoding="utf-8")))
    assert hits is not None
    return next(hit for hit in hits.hits if hit.source_id == name)


def test_a_recorded_work_in_full() -> None:
    hit = recorded_work("W4391598081")
    assert hit.title.startswith("Regulating protein corona on nanovesicles")
    assert hit.authors[:2] == ("Yunqiu Miao", "Lijun Li")
    assert (hit.year, hit.venue, hit.version, hit.language) == (2024, "Nature communications", "published", "en")
    assert (hit.identifiers.doi, hit.identifiers.pmid) == ("10.1038/s41467-024-45254-7", "38326312")
    assert [file.path for file in hit.files] == ["https://www.nature.com/articles/s41467-024-45254-7.pdf"]
    assert hit.abstract.count(" ") > 100
    assert (hit.status, hit.url) == ((), "https://doi.org/10.1038/s41467-024-45254-7")


def test_a_published_work_with_an_eprint_names_both() -> None:
    hit = recorded_work("W4381551417")
    assert (hit.identifiers.doi, hit.identifiers.arxiv) == ("10.1103/physrevc.109.014910", "2306.10277")
    assert hit.version == "published"
    assert [file.path for file in hit.files] == [
        "https://export.arxiv.org/e-print/2306.10277",
        "https://export.arxiv.org/html/2306.10277",
        "https://export.arxiv.org/pdf/2306.10277",
        "http://link.aps.org/pdf/10.1103/PhysRevC.109.014910",
    ]
    assert recorded_work("W4389302403").version == "preprint"
    assert recorded_work("W4392745168").files == ()


@given(st.lists(st.text(alphabet="abcXYZ.,-", min_size=1, max_size=8), max_size=60))
def test_an_abstract_is_rebuilt_word_for_word(words: list[str]) -> None:
    index: dict[str, list[int]] = {}
    for place, word in enumerate(words):
        index.setdefault(word, []).append(place)
    assert rebuild_abstract(index) == " ".join(words)


@pytest.mark.parametrize(
    ("index", "abstract"),
    [
        (None, ""),
        ({}, ""),
        ([], ""),
        ({"a": None, "b": [1]}, "b"),
        ({"late": [7], "early": [2]}, "early late"),
        ({"two": [0], "one": [0]}, "one two"),
        ({"far": [10**9], "odd": ["x", True, -1, 1.5], "in": [0]}, "in"),
        ({"<b>Bold</b>": [0], "&amp;": [1], "more": [2]}, "Bold & more"),
    ],
)
def test_odd_abstracts(index: object, abstract: str) -> None:
    assert rebuild_abstract(index) == abstract


@pytest.mark.parametrize(
    ("filed", "printed", "name"),
    [
        ("Yulong Miao", "Yunqiu Miao", "Yunqiu Miao"),
        ("Jakub Lála", "Lála, Jakub", "Jakub Lála"),
        ("Odhran O’Donoghue", "O'Donoghue, Odhran", "Odhran O'Donoghue"),
        ("Richard S. Geary", "Richard S. Geary", "Richard S. Geary"),
        ("Ada Author", "A. Author", "Ada Author"),
        ("Ada Author", "AUTHOR, ADA", "Ada Author"),
        ("Ada Author", "Ada Author 1*", "Ada Author"),
        ("Ada Author", "Author, A., Writer, B.", "Ada Author"),
        ("Ada Author", "", "Ada Author"),
        ("", "A. Author", "A. Author"),
        ("", "", ""),
    ],
)
def test_names(filed: str, printed: str, name: str) -> None:
    assert author_name({"author": {"display_name": filed}, "raw_author_name": printed}) == name


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


def test_retractions_are_marked() -> None:
    hit = parse_work(work(1, is_retracted=True))
    assert hit is not None
    assert [(note.kind, "OpenAlex, W1" in note.evidence) for note in hit.status] == [("retracted", True)]
    titled = parse_work(work(1, title="RETRACTED: Language models"))
    assert titled is not None
    assert [note.kind for note in titled.status] == ["retracted"]


@pytest.mark.parametrize("odd", [None, [], "x", {}, {"id": None}, {"id": "https://openalex.org/W1"}, {"title": "x"}])
def test_odd_works_are_left_out(odd: object) -> None:
    assert parse_work(odd) is None


def test_a_work_of_nulls_is_read() -> None:
    nulls = dict.fromkeys(work(1), None) | {
        "id": "https://openalex.org/W1",
        "display_name": "A title",
        "locations": [None],
    }
    hit = parse_work(nulls)
    assert hit is not None
    assert (hit.title, hit.authors, hit.year, hit.version, hit.files) == ("A title", (), None, "unknown", ())


def test_closed_places_and_odd_addresses_give_no_files() -> None:
    places = [
        {"is_oa": False, "pdf_url": "https://a.org/closed.pdf"},
        {"is_oa": True, "pdf_url": "file:///etc/passwd"},
        {"is_oa": True, "pdf_url": None},
        {"is_oa": None, "pdf_url": "https://a.org/unknown.pdf"},
    ]
    hit = parse_work(work(1, primary_location=None, locations=places, open_access={"oa_url": "https://a.org/page"}))
    assert hit is not None
    assert hit.files == ()


def test_translation() -> None:
    assert translate('("named entity" NER) AND (BERT)') == '(("named entity" OR "NER") AND ("BERT"))'
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
    assert (first["search"], first["api_key"], first["per_page"]) == ('"language"', "a-secret-key", "100")
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
    works = works if '"language"' in request.url.params["search"] else []
    cursor, size = request.url.params["cursor"], int(request.url.params["per_page"])
    start = 0 if cursor == "*" else int(cursor)
    shown = works[start : start + size]
    return page_answer(shown, len(works), str(start + size) if shown else None)


async def test_conformance() -> None:
    source: Source = OpenAlex(Web(small_openalex).client)
    results = await check_source(source, probe='"language" model')
    assert [result for result in results if not result.passed] == []
