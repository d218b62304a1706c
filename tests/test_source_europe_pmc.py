"""Europe PMC as a source: recorded articles and their full texts, notices, paging by cursor, and failures.

Recorded: 10 articles of one search with `resultType=core`, and their JATS. The recordings hold articles one by
one, so pages with cursors, notices, preprints, error messages, 429 and 503 are made here by hand from the
documentation of the service.
"""

from __future__ import annotations

import json

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from juried.documents.detect import detect_format
from juried.records.protocol import SourceQuery
from juried.records.work import FileRef, Hit
from juried.sources.base import SearchLimits, SearchResult, Source
from juried.sources.conformance import check_source
from juried.sources.europe_pmc import EuropePmc, parse_page, parse_result, translate
from juried.sources.medline import cited_date
from tests.http_helpers import Handler, Web, recordings, script

FOLDER = "openalex_europepmc"
OPEN = SearchLimits(hits=50)


def recorded() -> dict[str, dict[str, object]]:
    """Return the recorded articles by PMCID: the file of the whole search, and each article's own file."""
    folder = recordings(FOLDER) / "resources" / "invasive_plant_species_test"
    whole = json.loads((folder / "eupmc_results.json").read_text(encoding="utf-8"))
    found = {name: entry["full"] for name, entry in whole.items()}
    for path in sorted(folder.glob("*/eupmc_result.json")):
        assert json.loads(path.read_text(encoding="utf-8"))["full"] == found[path.parent.name]
    return found


def article(number: int, **fields: object) -> dict[str, object]:
    made: dict[str, object] = {
        "id": str(1000 + number),
        "source": "MED",
        "pmid": str(1000 + number),
        "title": f"Multilingual language model number {number}.",
        "authorString": "Curie M, Du Bois WEB.",
        "pubYear": str(2015 + number % 5),
        "isOpenAccess": "N",
    }
    return made | fields


def page(results: list[dict[str, object]], total: int, following: str | None = None) -> httpx.Response:
    body: dict[str, object] = {"version": "6.9", "hitCount": total, "resultList": {"result": results}}
    return httpx.Response(200, json=body | ({"nextCursorMark": following} if following else {}))


def paged(articles: list[dict[str, object]]) -> Handler:
    """Answer as the service does: the cursor of the end is that of the page itself."""

    def handler(request: httpx.Request) -> httpx.Response:
        if not request.url.path.endswith("/search"):
            return httpx.Response(200, content=b"<article><body/></article>")
        asked = request.url.params
        start = 0 if asked["cursorMark"] == "*" else int(asked["cursorMark"])
        years = (
            asked["query"].partition("PUB_YEAR:[")[2].rstrip("]").split(" TO ") if "PUB_YEAR" in asked["query"] else []
        )
        fitting = [
            entry for entry in articles if not years or int(years[0]) <= int(str(entry["pubYear"])) <= int(years[1])
        ]
        size = int(asked["pageSize"])
        return page(fitting[start : start + size], len(fitting), str(min(start + size, len(fitting))))

    return handler


async def search(handler: Handler, text: str = "model", limits: SearchLimits = OPEN) -> tuple[SearchResult, Web]:
    web = Web(handler)
    result = await EuropePmc(web.client).search(SourceQuery(source="europe_pmc", text=text), limits)
    return result, web


def test_every_recorded_exchange_is_parsed(capsys: pytest.CaptureFixture[str]) -> None:
    articles = recorded()
    for pmcid, raw in articles.items():
        hit = parse_result(raw)
        assert hit is not None
        _agrees(hit, raw, pmcid)
    texts = sorted((recordings(FOLDER) / "resources").rglob("fulltext.xml"))
    for path in texts:
        assert detect_format(path.read_bytes(), "fullTextXML") == "jats", path
    with capsys.disabled():
        print(
            f"\nEurope PMC: {len(articles)} recorded articles (each in two files) and {len(texts)} full texts used; "
            "left out: openalex*.json and fulltext.pdf of the same folder, which are answers of others"
        )
    assert (len(articles), len(texts)) == (10, 10)


def _agrees(hit: Hit, raw: dict[str, object], pmcid: str) -> None:
    assert hit.title == str(raw["title"]).rstrip(".").replace("<i>", "").replace("</i>", "")
    assert hit.identifiers.pmcid == pmcid
    assert hit.identifiers.pmid == raw["pmid"]
    assert hit.identifiers.doi == str(raw["doi"]).lower()
    assert (hit.year, hit.language, hit.version, hit.status) == (2021, "en", "published", ())
    assert len(hit.authors) == str(raw["authorString"]).count(", ") + 1
    assert [file.path for file in hit.files] == [
        f"https://www.ebi.ac.uk/europepmc/webservices/rest/{pmcid}/fullTextXML",
        f"https://europepmc.org/articles/{pmcid}?pdf=render",
    ]
    assert "<" not in hit.abstract
    assert len(hit.abstract) > 400


def test_a_recorded_article_is_read_in_full() -> None:
    hit = parse_result(recorded()["PMC8071313"])
    assert hit is not None
    assert hit.title == "Suppression of an Invasive Native Plant Species by Designed Grassland Communities"
    assert hit.authors == ("Kathrin Möhrle", "Hugo E Reyes-Aldana", "Johannes Kollmann", "Leonardo H Teixeira")
    assert hit.venue == "Plants (Basel, Switzerland)"
    assert hit.url == "https://doi.org/10.3390/plants10040775"
    assert "An example is Jacobaea aquatica, an invasive native plant" in hit.abstract


@pytest.mark.parametrize(
    ("relation", "kind"),
    [
        ("Retraction in", "retracted"),
        ("Expression of concern in", "expression_of_concern"),
        ("Erratum in", "corrected"),
        ("Partial retraction in", "corrected"),
        ("Update in", "revised"),
    ],
)
def test_notices_carry_date_and_evidence(relation: str, kind: str) -> None:
    link = {"id": "20137807", "source": "MED", "type": relation, "reference": "Lancet. 2010 Feb 6;375(9713):445"}
    hit = parse_result(article(1, commentCorrectionList={"commentCorrection": [link]}))
    assert hit is not None
    (note,) = hit.status
    assert (note.kind, note.date) == (kind, "2010-02-06")
    assert note.evidence == f"{relation} Lancet. 2010 Feb 6;375(9713):445 (Europe PMC, MED/20137807)"


def test_a_comment_and_a_notice_itself_are_no_faults() -> None:
    links = [{"type": "Comment in"}, {"type": "Retraction of", "id": "5"}, {"type": "Erratum for"}]
    types = {"pubType": ["Retraction of Publication", "Published Erratum"]}
    hit = parse_result(article(1, commentCorrectionList={"commentCorrection": links}, pubTypeList=types))
    assert hit is not None
    assert hit.status == ()


def test_a_publication_type_alone_marks_a_retracted_article() -> None:
    hit = parse_result(article(1, pubTypeList={"pubType": ["Retracted Publication", "Journal Article"]}))
    assert hit is not None
    assert [(note.kind, note.evidence) for note in hit.status] == [("retracted", "So marked in Europe PMC, MED/1001")]


def test_a_preprint_is_one_and_a_withdrawn_title_says_so() -> None:
    fields = {"source": "PPR", "id": "PPR77", "title": "WITHDRAWN: A bold claim", "isOpenAccess": "Y"}
    hit = parse_result(article(1, **fields, fullTextIdList={"fullTextId": ["PPR77"]}))
    assert hit is not None
    assert (hit.version, [note.kind for note in hit.status]) == ("preprint", ["withdrawn"])
    assert hit.files[0].path.endswith("/rest/PPR77/fullTextXML")


def test_an_article_that_is_not_open_has_no_files() -> None:
    closed = {"availabilityCode": "S", "documentStyle": "pdf", "url": "https://example.org/a.pdf"}
    hit = parse_result(article(1, pmcid="PMC5", fullTextUrlList={"fullTextUrl": [closed]}))
    assert hit is not None
    assert hit.files == ()


def test_names_without_parts_are_turned_round() -> None:
    hit = parse_result(article(1))
    assert hit is not None
    assert hit.authors == ("M Curie", "WEB Du Bois")


@pytest.mark.parametrize("broken", [None, [], "text", {}, {"id": "1"}, {"id": None, "source": None, "title": None}])
def test_a_result_without_id_or_title_is_left_out(broken: object) -> None:
    assert parse_result(broken) is None
    parsed = parse_page({"hitCount": 3, "resultList": {"result": [broken, article(1)]}})
    assert parsed is not None
    assert len(parsed.hits) == 1


@given(st.recursive(st.none() | st.integers() | st.text(max_size=8), lambda inner: st.lists(inner, max_size=3)))
def test_odd_fields_never_raise(odd: object) -> None:
    for name in (
        "authorList",
        "journalInfo",
        "pubYear",
        "fullTextUrlList",
        "commentCorrectionList",
        "pubTypeList",
        "doi",
    ):
        assert parse_result(article(1, **{name: odd})) is not None


def test_dates_of_citations() -> None:
    assert cited_date("Nat Commun. 2019 Mar;10(1):1. doi: 10.1038/s41467-019-08987-4.") == "2019-03"
    assert cited_date("J Clin. 2015;3:4") == "2015"
    assert cited_date("doi: 10.1016/j.x.1999.02.003") == ""


def test_the_query_is_written_in_the_syntax_of_the_service() -> None:
    text = '("multilingual language model" mBERT) AND NER'
    sent = translate(text, OPEN)
    assert sent == '((TITLE_ABS:"multilingual language model" OR TITLE_ABS:"mBERT") AND TITLE_ABS:"NER")'
    assert translate("NER", SearchLimits(hits=5, year_from=2018)) == '(TITLE_ABS:"NER") AND PUB_YEAR:[2018 TO 2999]'
    assert translate('a:b* "c\\d"', OPEN) == '(TITLE_ABS:"a b" OR TITLE_ABS:"c d")'
    assert translate(" ?! ", SearchLimits(hits=5, year_from=2018)) == ""


async def test_pages_are_taken_to_the_number_asked_for() -> None:
    articles = [article(number) for number in range(250)]
    result, web = await search(paged(articles), limits=SearchLimits(hits=230))
    assert [hit.source_id for hit in result.hits] == [f"MED/{1000 + number}" for number in range(230)]
    assert [request.url.params["cursorMark"] for request in web.asked] == ["*", "100", "200"]
    assert (result.row.total, result.row.taken, result.row.status) == (250, 230, "answered")
    assert 'Sent as: TITLE_ABS:"model"' in result.row.detail


async def test_the_end_of_the_answer_ends_the_paging() -> None:
    result, web = await search(paged([article(number) for number in range(120)]), limits=SearchLimits(hits=500))
    assert (result.row.total, result.row.taken) == (120, 120)
    assert len(web.asked) <= 3


async def test_what_came_before_a_failure_is_kept() -> None:
    first = page([article(number) for number in range(100)], 250, "next")
    result, _ = await search(script(first, httpx.ConnectTimeout("slow")), limits=SearchLimits(hits=200))
    assert (result.row.status, result.row.taken, result.row.total) == ("timed_out", 100, 250)


async def test_a_pause_that_is_asked_for_is_kept() -> None:
    refused = httpx.Response(429, headers={"Retry-After": "7"})
    result, web = await search(script(refused, page([article(1)], 1)))
    assert result.row.status == "answered"
    assert web.times[1] >= 7.0


TRUNCATED = httpx.Response(200, content=b'{"hitCount": 12, "resultList": {"result": [{"id": "1"')


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (httpx.Response(429, headers={"Retry-After": "9000"}), "rate_limited"),
        (httpx.Response(503), "failed"),
        (httpx.Response(400, json={"error": "bad"}), "failed"),
        (httpx.Response(403), "failed"),
        (httpx.Response(200, html="<!DOCTYPE html><html><body>Maintenance</body></html>"), "malformed"),
        (TRUNCATED, "malformed"),
        (httpx.Response(200, json={"version": "6.9"}), "malformed"),
        (httpx.Response(200, json=[1, 2]), "malformed"),
        (httpx.Response(200, json={"errCode": 404, "errMsg": "Invalid cursor mark"}), "failed"),
        (httpx.Response(200, content=b""), "malformed"),
        (httpx.ReadTimeout("slow"), "timed_out"),
        (httpx.ConnectError("no route"), "failed"),
        (page([], 0), "empty"),
    ],
)
async def test_a_failing_service_is_a_row_with_its_name(answer: httpx.Response | Exception, status: str) -> None:
    result, web = await search(script(answer))
    assert result.row.status == status
    assert result.hits == ()
    assert result.row.detail
    health = await EuropePmc(web.client).check()
    assert health.usable == (status == "empty")


async def test_a_full_text_is_fetched_and_an_absent_one_is_named() -> None:
    path = "https://www.ebi.ac.uk/europepmc/webservices/rest/PMC1/fullTextXML"
    source = EuropePmc(Web(script(httpx.Response(200, content=b"<article/>"))).client)
    assert await source.fetch(FileRef(path=path)) == b"<article/>"


async def test_the_source_keeps_the_contract() -> None:
    open_text = {"isOpenAccess": "Y", "pmcid": "PMC5"}
    web = Web(paged([article(number, **(open_text if number == 3 else {})) for number in range(20)]))
    source = EuropePmc(web.client)
    assert isinstance(source, Source)
    results = await check_source(source, "language model")
    assert [result for result in results if not result.passed] == []
