"""Following citations through each source that offers it; answers are made by hand from documentation."""

from __future__ import annotations

import json

import httpx
import pytest

from juried.records.work import Identifiers
from juried.sources.base import CitationIndex, NoticeBoard, OpenVersions, SearchLimits, SearchResult, takes_queries
from juried.sources.crossref import Crossref
from juried.sources.crossref_records import parse_references
from juried.sources.dblp import Dblp
from juried.sources.europe_pmc import EuropePmc
from juried.sources.openalex import OpenAlex
from juried.sources.pubmed import PubMed
from juried.sources.semantic_scholar import SemanticScholar
from juried.sources.unpaywall import Unpaywall
from tests.cassettes import exchanges
from tests.http_helpers import Handler, Web, recordings, script

MANY = SearchLimits(hits=50)
DOI = Identifiers(doi="10.1000/x")


def _openalex(request: httpx.Request) -> httpx.Response:
    if request.url.path == "/works/doi:10.1000/x":
        return httpx.Response(200, json={"id": "https://openalex.org/W7", "title": "Seed"})
    kind = request.url.params["filter"].partition(":")[0]
    works = [{"id": f"https://openalex.org/W{at}", "title": f"{kind} {at}", "publication_year": 2020} for at in (1, 2)]
    return httpx.Response(200, json={"meta": {"count": 2, "next_cursor": None}, "results": works})


async def test_openalex_resolves_the_doi_and_filters_both_ways() -> None:
    web = Web(_openalex)
    source = OpenAlex(web.client)
    cited = await source.linked(DOI, "references", SearchLimits(hits=50, year_from=2019, languages=("en",)))
    citing = await source.linked(Identifiers(doi="10.1000/x", openalex="W9"), "citations", MANY)
    assert cited is not None
    assert citing is not None
    assert [hit.title for hit in cited.hits] == ["cited_by 1", "cited_by 2"]
    assert [hit.title for hit in citing.hits] == ["cites 1", "cites 2"]
    filters = [request.url.params["filter"] for request in web.asked if "filter" in request.url.params]
    assert filters == ["cited_by:W7,from_publication_date:2019-01-01,language:en", "cites:W9"]
    assert [request.url.params["sort"] for request in web.asked[1:]] == ["cited_by_count:desc"] * 2
    assert cited.row.query == "references of doi:10.1000/x"


def _crossref(request: httpx.Request) -> httpx.Response:
    if request.url.path.startswith("/works/"):
        listed = [{"DOI": "10.1000/B"}, {"unstructured": "A book."}, {"DOI": "10.1000/a"}, {"DOI": "10.1000/b"}]
        return httpx.Response(200, json={"message-type": "work", "message": {"DOI": "10.1000/x", "reference": listed}})
    asked = [part[4:] for part in request.url.params["filter"].split(",")]
    items = [{"DOI": doi, "title": [f"Work {doi}"], "type": "journal-article"} for doi in asked]
    message = {"total-results": len(items), "items-per-page": 40, "items": items}
    return httpx.Response(200, json={"message-type": "work-list", "message": message})


async def test_crossref_knows_references_with_a_doi_and_offers_no_citing_works() -> None:
    web = Web(_crossref)
    source = Crossref(web.client)
    cited = await source.linked(DOI, "references", MANY)
    assert cited is not None
    assert [hit.source_id for hit in cited.hits] == ["10.1000/b", "10.1000/a"]
    assert "2 of 4" in cited.row.detail
    few = await source.linked(DOI, "references", SearchLimits(hits=1))
    assert few is not None
    assert [hit.source_id for hit in few.hits] == ["10.1000/b"]
    sent = len(web.asked)
    citing = await source.linked(DOI, "citations", MANY)
    assert citing is not None
    assert (citing.row.status, citing.hits, len(web.asked)) == ("not_offered", (), sent)


def test_references_are_read_from_recorded_works_of_crossref() -> None:
    found = [entry for entry in exchanges(recordings("crossref"), "api.crossref.org") if entry.status == 200]
    listed = {}
    for entry in found:
        try:
            payload = json.loads(entry.content)
        except ValueError:
            continue
        if isinstance(payload, dict) and payload.get("message-type") == "work":
            listed[entry.name] = (payload["message"].get("references-count", 0), *parse_references(payload))
    assert listed
    for count, total, dois in listed.values():
        assert len(dois) <= total <= max(count, total)
        assert len(set(dois)) == len(dois)
    print(
        f"\nCrossref: references of {len(listed)} recorded works, {sum(len(item[2]) for item in listed.values())} DOIs"
    )


def _europe_pmc(request: httpx.Request) -> httpx.Response:
    query = request.url.params["query"]
    record = {"source": "MED", "id": "11", "title": f"Found by {query}", "pubYear": "2020", "doi": "10.1000/x"}
    return httpx.Response(200, json={"hitCount": 1, "resultList": {"result": [record]}})


async def test_europe_pmc_asks_by_pubmed_id_or_looks_the_doi_up() -> None:
    web = Web(_europe_pmc)
    source = EuropePmc(web.client)
    cited = await source.linked(Identifiers(pmid="5"), "references", MANY)
    citing = await source.linked(DOI, "citations", SearchLimits(hits=50, languages=("de",)))
    assert cited is not None
    assert citing is not None
    asked = [request.url.params["query"] for request in web.asked]
    assert asked == ["REFFED_BY:5_MED", 'DOI:"10.1000/x"', "(CITES:11_MED) AND (LANG:ger)"]
    assert len(cited.hits) == len(citing.hits) == 1


def _scholar(request: httpx.Request) -> httpx.Response:
    key = "citedPaper" if request.url.path.endswith("/references") else "citingPaper"
    paper = {"paperId": "a" * 40, "title": f"By {request.url.path.rpartition('/')[2]}", "year": 2021}
    return httpx.Response(200, json={"offset": 0, "data": [{key: paper}]})


async def test_semantic_scholar_names_the_work_by_an_identifier_that_it_knows() -> None:
    web = Web(_scholar)
    source = SemanticScholar(web.client)
    for work, path in ((DOI, "DOI:10.1000/x"), (Identifiers(arxiv="2106.09063"), "ARXIV:2106.09063")):
        result = await source.linked(work, "references", MANY)
        assert result is not None
        assert [hit.title for hit in result.hits] == ["By references"]
        assert web.asked[-1].url.path.endswith(f"/{path}/references")
        late = await source.linked(work, "citations", SearchLimits(hits=50, year_from=2022))
        assert late is not None
        assert (late.hits, late.row.total) == ((), 1)


OFFERING = (OpenAlex, Crossref, EuropePmc, SemanticScholar)


@pytest.mark.parametrize("kind", OFFERING)
async def test_a_work_without_a_known_identifier_is_not_asked_for(kind: type[OpenAlex]) -> None:
    web = Web(script(httpx.Response(200, json={})))
    assert await kind(web.client).linked(Identifiers(), "references", MANY) is None
    assert web.asked == []


@pytest.mark.parametrize("kind", OFFERING)
@pytest.mark.parametrize(
    ("answer", "statuses"),
    [
        (httpx.Response(429), {"rate_limited"}),
        (httpx.Response(404), {"empty", "failed"}),
        (httpx.Response(200, text="<!doctype html><p>Maintenance</p>"), {"malformed"}),
        (httpx.Response(200, text='{"cut'), {"malformed"}),
        (httpx.ReadTimeout("slow"), {"timed_out"}),
    ],
    ids=["429", "404", "html", "cut", "slow"],
)
async def test_failures_are_rows(kind: type[OpenAlex], answer: httpx.Response | Exception, statuses: set[str]) -> None:
    result = await _linked(kind, script(answer))
    assert result.row.status in statuses
    assert (result.hits, result.row.taken) == ((), 0)
    assert result.row.detail


async def _linked(kind: type[OpenAlex], handler: Handler) -> SearchResult:
    result = await kind(Web(handler).client).linked(DOI, "references", MANY)
    assert result is not None
    return result


def test_sources_offer_what_they_say() -> None:
    client = Web(script(httpx.Response(200))).client
    assert all(isinstance(kind(client), CitationIndex) for kind in OFFERING)
    assert not any(isinstance(kind(client), CitationIndex) for kind in (PubMed, Dblp, Unpaywall))
    assert isinstance(Crossref(client), NoticeBoard)
    assert isinstance(Unpaywall(client), OpenVersions)
    assert not takes_queries(Unpaywall(client))
