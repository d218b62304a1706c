"""Semantic Scholar: its recorded answers as hits, its two searches, its links between works, and its failures.

No recording holds a 429, a 503, a web page or a cut answer; those here are made by hand from the service's
documentation (`Retry-After`, `{"message": ...}` of its gateway), as are the small pages of the paging tests.
"""

from __future__ import annotations

import json
from collections import Counter
from functools import cache

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from juried.records.protocol import SourceQuery
from juried.records.work import Hit, Identifiers
from juried.sources.base import SearchLimits, Source
from juried.sources.conformance import check_source
from juried.sources.payload import parts, text
from juried.sources.semantic_scholar import SemanticScholar, boolean_query, plain_query
from juried.sources.semantic_scholar_papers import paper_id, parse_batch, parse_page, parse_papers
from tests.cassettes import Exchange, exchanges
from tests.http_helpers import Handler, Web, recordings, script

HOST = "api.semanticscholar.org"
PHRASES = '("language model" mBERT) AND transfer'


@cache
def recorded() -> list[Exchange]:
    return [item for folder in ("semantic_scholar", "mixed_clients") for item in exchanges(recordings(folder), HOST)]


def raw_papers(payload: object) -> list[object]:
    """The papers of an answer, found without the code under test."""
    if isinstance(payload, list):
        return payload
    assert isinstance(payload, dict)
    found = payload.get("data") or payload.get("recommendedPapers") or ([payload] if "paperId" in payload else [])
    return [item.get("citingPaper") or item.get("citedPaper") or item for item in found]


def why_left_out(item: Exchange) -> str:
    if "/datasets/" in item.path:
        return "data sets for download"
    if "/snippet/" in item.path:
        return "passages, not works"
    return "authors" if "/author" in item.path and not item.path.endswith("/papers") and item.status == 200 else ""


def test_every_recorded_answer_is_read() -> None:
    used: Counter[str] = Counter()
    left: Counter[str] = Counter()
    for item in recorded():
        if reason := why_left_out(item):
            left[reason] += 1
            continue
        payload = json.loads(item.content)
        hits = parse_papers(payload)
        used["refused" if item.status != 200 else "with titles" if hits else "without titles"] += 1
        named = [paper for paper in raw_papers(payload) if text(paper, "paperId") and text(paper, "title")]
        assert [hit.source_id for hit in hits] == [text(paper, "paperId") for paper in named], item.name
        assert all(same_paper(hit, paper) for hit, paper in zip(hits, named, strict=True)), item.name
        assert item.status == 200 or not hits
    print(f"\nSemantic Scholar: {used.total()} exchanges read {dict(used)}, {left.total()} left out {dict(left)}")
    assert used.total() + left.total() == 97 + 35
    assert used["with titles"] > 80


def same_paper(hit: Hit, paper: object) -> bool:
    """Whether a hit says what its paper says, for the plain fields."""
    year = paper.get("year") if isinstance(paper, dict) else None
    names = tuple(text(author, "name") for author in parts(paper, "authors"))
    doi = text(paper, "externalIds", "DOI").lower()
    mine = hit.identifiers.doi or (f"10.48550/arxiv.{hit.identifiers.arxiv}" if hit.identifiers.arxiv else "")
    return (year is None or hit.year == year) and hit.authors == names and (not doi or mine == doi)


def test_totals_tokens_and_offsets_are_those_of_the_answers() -> None:
    for item in recorded():
        payload = json.loads(item.content)
        if not isinstance(payload, dict) or "data" not in payload or "/match" in item.path or why_left_out(item):
            continue
        page = parse_page(payload)
        following = payload.get("token", payload.get("next"))
        assert page.next == (None if following is None else str(following)), item.name
        assert page.total == payload.get("total", payload.get("offset", 0) + len(payload["data"])), item.name


@cache
def all_hits() -> list[Hit]:
    return [hit for item in recorded() if not why_left_out(item) for hit in parse_papers(json.loads(item.content))]


def one(name: str) -> Hit:
    return max((hit for hit in all_hits() if hit.source_id == name), key=lambda hit: len(hit.model_dump_json()))


def test_published_work_with_preprint_carries_all_its_identifiers() -> None:
    hit = one("354dcdebf3f8b5feeed5c62090e0bc1f0c28db06")
    assert hit.title == "Augmenting large language models with chemistry tools"
    assert (hit.year, hit.version, hit.venue) == (2023, "published", "Nature Machine Intelligence")
    assert hit.authors[:2] == ("Andrés M Bran", "Sam Cox")
    ids = hit.identifiers
    assert (ids.doi, ids.arxiv) == ("10.1038/s42256-024-00832-8", "2304.05376")
    assert (ids.pmid, ids.pmcid) == ("38799228", "PMC11116106")
    assert [file.path for file in hit.files] == ["https://www.nature.com/articles/s42256-024-00832-8.pdf"]
    assert hit.url == "https://doi.org/10.1038/s42256-024-00832-8"


def test_version_follows_doi_and_venue() -> None:
    preprint, published = (
        one("7e55d8701785818776323b4147cb13354c820469"),
        one("204e3073870fae3d05bcbc2f6a8e263d9b72e776"),
    )
    assert (preprint.version, preprint.identifiers.doi, preprint.identifiers.arxiv) == ("preprint", None, "2312.07559")
    assert preprint.files == ()
    assert (published.version, published.venue) == ("published", "Neural Information Processing Systems")
    assert one("cb1ebd913c3724c599f6b276b14b5c6253da68f3").version == "preprint"


def test_open_version_given_by_its_doi_is_a_page() -> None:
    assert [file.media_type for file in one("b6c4e9f285bd1b0b69b98daa47fea3d29d50c658").files] == ["text/html"]


def test_papers_of_the_data_folder_with_empty_fields_are_read() -> None:
    folder = recordings("semantic_scholar")
    full = json.loads((folder / "Paper.json").read_text(encoding="utf-8"))
    assert [hit.title for hit in parse_papers(full)] == ["Computing Machinery and Intelligence"]
    assert parse_papers(json.loads((folder / "PaperWithNullValues.json").read_text(encoding="utf-8"))) == ()
    for name in ("Citation", "Reference"):
        linked = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
        assert len(parse_papers({"data": [linked]})) == 1


def test_retraction_in_a_title_is_a_notice() -> None:
    hit = parse_papers({"paperId": "a" * 40, "title": "RETRACTED: A study", "authors": None, "externalIds": None})[0]
    assert [note.kind for note in hit.status] == ["retracted"]


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["data", "paperId", "title", "authors", "externalIds", "year", "DOI"]), inner)
    ),
    max_leaves=12,
)


@given(JUNK)
def test_no_json_breaks_the_reading(payload: object) -> None:
    assert all(hit.title and hit.source_id for hit in parse_page(payload).hits)
    assert all(hit is None or hit.title for hit in parse_batch(payload))


def test_ids_are_written_as_the_service_knows_them() -> None:
    assert paper_id(Identifiers(doi="10.1/x", arxiv="2106.09063")) == "DOI:10.1/x"
    assert paper_id(Identifiers(arxiv="2106.09063")) == "ARXIV:2106.09063"
    assert paper_id(Identifiers(acl="2020.acl-main.1")) == "ACL:2020.acl-main.1"
    assert paper_id(Identifiers(pmcid="PMC7")) == "PMCID:7"
    assert paper_id(Identifiers()) == ""


@pytest.mark.parametrize(
    ("query", "boolean", "plain"),
    [
        ("mBERT", "mBERT", "mBERT"),
        ("mBERT transfer", "(mBERT | transfer)", "mBERT transfer"),
        (PHRASES, '(("language model" | mBERT) + transfer)', ""),
        ("cross-lingual", '"cross lingual"', ""),
        ('"supply AND demand" prices', '("supply AND demand" | prices)', ""),
        ("C++ -evil *", '("C++" | evil)', ""),
        ("  \n", "", ""),
    ],
)
def test_translation(query: str, boolean: str, plain: str) -> None:
    assert boolean_query(query) == boolean
    assert plain_query(query) == plain


@given(st.text(alphabet=st.sampled_from('ab "()-+|*~ANDOR\n'), max_size=60))
def test_any_query_has_whole_brackets_and_quotes(query: str) -> None:
    sent = boolean_query(query)
    assert sent.count('"') % 2 == 0
    assert sent.count("(") == sent.count(")")


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
