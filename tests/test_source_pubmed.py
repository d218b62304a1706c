"""PubMed as a source: recorded searches and records, notices of retraction and erratum, paging, and failures.

Recorded: 8 searches and 7 sets of records of the E-utilities. None of the recorded articles is retracted or
corrected, so notices, books, 429, 503 and error messages are made here by hand from NCBI's documentation.
"""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from xml.sax.saxutils import escape

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from juried.errors import DocumentError
from juried.records.protocol import SourceQuery
from juried.records.work import FileRef, Hit
from juried.sources.base import SearchLimits, SearchResult, Source
from juried.sources.conformance import check_source
from juried.sources.pubmed import PubMed, translate
from juried.sources.pubmed_records import parse_articles, parse_search
from tests.http_helpers import Handler, Web, recordings, script

OPEN = SearchLimits(hits=50)


def recorded(pattern: str) -> list[Path]:
    own = sorted((recordings("pubmed") / "Entrez").glob(f"{pattern}*.xml"))
    other = {"esearch": "pubmed-api-search.xml", "pubmed": "pubmed-api-paper.xml"}[pattern]
    return [*own, recordings("findpapers") / other]


def record(
    pmid: int,
    *,
    title: str = "",
    year: str = "2019",
    types: str = "Journal Article",
    relations: str = "",
    ids: str = "",
) -> str:
    return f"""<PubmedArticle><MedlineCitation><PMID Version="1">{pmid}</PMID><Article><Journal><JournalIssue>
<PubDate><Year>{year}</Year></PubDate></JournalIssue><Title>A journal</Title></Journal>
<ArticleTitle>{title or f"Multilingual language model number {pmid}."}</ArticleTitle>
<Language>fre</Language><PublicationTypeList><PublicationType UI="D1">{types}</PublicationType></PublicationTypeList>
</Article><CommentsCorrectionsList>{relations}</CommentsCorrectionsList></MedlineCitation>
<PubmedData><ArticleIdList><ArticleId IdType="pubmed">{pmid}</ArticleId>{ids}</ArticleIdList></PubmedData>
</PubmedArticle>"""


def records(*articles: str) -> bytes:
    return f'<?xml version="1.0"?><PubmedArticleSet>{"".join(articles)}</PubmedArticleSet>'.encode()


def found(ids: list[int], total: int, extra: str = "") -> bytes:
    listed = "".join(f"<Id>{name}</Id>" for name in ids)
    return f"<eSearchResult><Count>{total}</Count><IdList>{listed}</IdList>{extra}</eSearchResult>".encode()


def relation(kind: str, source: str = "Lancet. 2010 Feb 6;375(9713):445", pmid: str = "<PMID>20137807</PMID>") -> str:
    return f'<CommentsCorrections RefType="{kind}"><RefSource>{source}</RefSource>{pmid}</CommentsCorrections>'


def library(count: int) -> Handler:
    """Answer searches and look-ups as the E-utilities do, over articles of the years 2015 to 2019."""
    years = {number: 2015 + number % 5 for number in range(1, count + 1)}

    def handler(request: httpx.Request) -> httpx.Response:
        asked = request.url.params
        if "esearch" in request.url.path:
            low, high = int(asked.get("mindate", "0")), int(asked.get("maxdate", "9999"))
            fitting = [number for number, year in years.items() if low <= year <= high]
            start = int(asked["retstart"])
            return httpx.Response(200, content=found(fitting[start : start + int(asked["retmax"])], len(fitting)))
        wanted = [int(name) for name in asked["id"].split(",")]
        made = [record(number, year=str(years[number])) for number in reversed(wanted)]
        return httpx.Response(200, content=records(*made))

    return handler


async def search(handler: Handler, text: str = "model", limits: SearchLimits = OPEN) -> tuple[SearchResult, Web]:
    web = Web(handler)
    source = PubMed(web.client, contact="me@example.org")
    return await source.search(SourceQuery(source="pubmed", text=text), limits), web


def only(content: bytes) -> Hit:
    hits = parse_articles(content)
    assert hits is not None
    (hit,) = hits
    return hit


def test_every_recorded_exchange_is_parsed(capsys: pytest.CaptureFixture[str]) -> None:
    searches, sets, articles = recorded("esearch"), recorded("pubmed"), 0
    for path in searches:
        parsed = parse_search(path.read_bytes())
        raw = path.read_text(encoding="utf-8")
        assert parsed is not None, path
        assert parsed.total == int(re.findall(r"<Count>(\d+)</Count>", raw)[0])
        assert list(parsed.ids) == re.findall(r"<Id>(\d+)</Id>", raw)
    for path in sets:
        hits = parse_articles(path.read_bytes())
        assert hits is not None, path
        raw_articles = re.findall(r"<PubmedArticle>.*?</PubmedArticle>", path.read_text(encoding="utf-8"), re.DOTALL)
        assert len(hits) == len(raw_articles) > 0
        for hit, raw in zip(hits, raw_articles, strict=True):
            _agrees(hit, raw)
        articles += len(hits)
    others = len(list((recordings("pubmed") / "Entrez").iterdir())) + len(
        list((recordings("pubmed") / "Medline").iterdir())
    )
    left = others + 2 - len(searches) - len(sets)
    with capsys.disabled():
        print(
            f"\nPubMed: {len(searches)} recorded searches and {len(sets)} sets of records ({articles} articles) used; "
            f"{left} left out: other utilities (einfo, elink, epost, espell, esummary), other databases, MEDLINE text"
        )
    assert (len(searches), len(sets), articles) == (8, 7, 9)


def _agrees(hit: Hit, raw: str) -> None:
    """Compare a hit with its record, read by other means."""
    own = raw.partition("<ReferenceList>")[0]
    assert hit.source_id == re.findall(r"<PMID[^>]*>(\d+)</PMID>", raw)[0]
    title = re.findall(r"<ArticleTitle>(.*?)</ArticleTitle>", raw, re.DOTALL)[0]
    assert hit.title == unescape(re.sub(r"<[^>]+>", "", title)).rstrip(".")
    assert len(hit.authors) == len(re.findall(r"<Author\b", own))
    assert hit.year == int(re.findall(r"<PubDate>\s*(?:<Year>|<MedlineDate>)(\d{4})", raw)[0])
    dois = re.findall(r'(?:EIdType="doi" ValidYN="Y"|IdType="doi")>([^<]+)<', own)
    assert hit.identifiers.doi == (dois[0].lower() if dois else None)
    assert hit.status == ()
    assert (hit.version, hit.language, hit.files) == ("published", "en", ())


def test_a_structured_abstract_keeps_its_labels() -> None:
    hit = only((recordings("pubmed") / "Entrez" / "pubmed4.xml").read_bytes())
    assert re.findall(r"[A-Z]+(?=: )", hit.abstract) == ["OBJECTIVE", "DESIGN", "RESULTS", "CONCLUSIONS"]
    assert hit.identifiers.pmcid is not None


def test_a_recorded_record_is_read_in_full() -> None:
    hit = only((recordings("findpapers") / "pubmed-api-paper.xml").read_bytes())
    assert hit.title == "Harvesting Patterns from Textual Web Sources with Tolerance Rough Sets"
    assert hit.authors == ("Hoora Rezaei Moghaddam", "Sheela Ramanna")
    assert hit.identifiers.model_dump(exclude_none=True) == {
        "doi": "10.1016/j.patter.2020.100053",
        "pmid": "32835308",
        "pmcid": "PMC7318947",
    }
    assert (hit.venue, hit.url) == ("Patterns (New York, N.Y.)", "https://pubmed.ncbi.nlm.nih.gov/32835308/")


@pytest.mark.parametrize(
    ("name", "kind", "words"),
    [
        ("RetractionIn", "retracted", "Retraction in"),
        ("ExpressionOfConcernIn", "expression_of_concern", "Expression of concern in"),
        ("ErratumIn", "corrected", "Erratum in"),
        ("CorrectedandRepublishedIn", "corrected", "Corrected and republished in"),
        ("UpdateIn", "revised", "Update in"),
    ],
)
def test_notices_carry_date_and_evidence(name: str, kind: str, words: str) -> None:
    (note,) = only(records(record(9500320, relations=relation(name)))).status
    assert (note.kind, note.date) == (kind, "2010-02-06")
    assert note.evidence == f"{words} Lancet. 2010 Feb 6;375(9713):445 (PubMed, PMID 20137807)"


def test_the_publication_type_marks_a_retracted_article_once() -> None:
    marked = only(records(record(1, types="Retracted Publication")))
    assert [(note.kind, note.evidence) for note in marked.status] == [("retracted", "So marked in PubMed, PMID 1")]
    linked = only(records(record(1, types="Retracted Publication", relations=relation("RetractionIn"))))
    assert [note.date for note in linked.status] == ["2010-02-06"]


@pytest.mark.parametrize("name", ["RetractionOf", "ErratumFor", "CommentIn", "Cites", ""])
def test_relations_that_say_nothing_against_the_article_make_no_note(name: str) -> None:
    hit = only(records(record(1, types="Retraction of Publication", relations=relation(name))))
    assert hit.status == ()


def test_identifiers_of_references_are_not_those_of_the_article() -> None:
    listed = '<ArticleIdList><ArticleId IdType="doi">10.1234/other</ArticleId></ArticleIdList>'
    cited = f"<ReferenceList><Reference>{listed}</Reference></ReferenceList></PubmedData>"
    own = record(1, ids='<ArticleId IdType="doi">10.1234/OWN.1</ArticleId>')
    content = records(own.replace("</PubmedData>", cited))
    assert only(content).identifiers.doi == "10.1234/own.1"


def test_a_translated_title_and_its_language_are_read() -> None:
    hit = only(records(record(1, title="[Sur les modèles de langue].")))
    assert (hit.title, hit.language) == ("Sur les modèles de langue", "fr")


def test_a_book_chapter_is_a_hit() -> None:
    book = """<PubmedBookArticle><BookDocument><PMID>20301295</PMID><Book><BookTitle>GeneReviews</BookTitle>
<PubDate><Year>1993</Year></PubDate></Book><ArticleTitle>A syndrome</ArticleTitle><Language>eng</Language>
<AuthorList><Author><LastName>Doe</LastName><ForeName>Ann</ForeName></Author></AuthorList></BookDocument></PubmedBookArticle>"""
    hit = only(records(book))
    assert (hit.title, hit.venue, hit.year, hit.authors) == ("A syndrome", "GeneReviews", 1993, ("Ann Doe",))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html><body>Bad gateway</body></html>",
        b"<PubmedArticleSet><PubmedArticle>",
        b'<!DOCTYPE x [<!ENTITY a "aaaa">]><PubmedArticleSet>&a;</PubmedArticleSet>',
        b"\xff\xfe\x00",
        b'{"error": "API rate limit exceeded"}',
    ],
)
def test_what_is_no_answer_is_none(content: bytes) -> None:
    assert parse_articles(content) is None
    assert parse_search(content) is None


@given(st.text(max_size=30))
def test_any_title_is_read_or_left_out(title: str) -> None:
    safe = escape("".join(char for char in title if char.isprintable()))
    hits = parse_articles(records(record(1, title=safe), record(2)))
    assert hits is not None
    assert hits[-1].source_id == "2"


def test_the_query_is_written_in_the_syntax_of_the_service() -> None:
    sent = translate('("multilingual language model" mBERT) AND (low-resource)')
    assert sent == '(("multilingual language model"[tiab] OR mBERT[tiab]) AND "low-resource"[tiab])'
    assert translate("cancer[au] OR x*") == '("cancer au"[tiab] OR x[tiab])'
    assert translate("...") == ""


async def test_pages_are_taken_in_the_order_of_the_search() -> None:
    result, web = await search(library(250), limits=SearchLimits(hits=230))
    assert [hit.source_id for hit in result.hits] == [str(number) for number in range(1, 231)]
    assert [hit.rank for hit in result.hits][:2] == [1, 2]
    assert (result.row.total, result.row.taken, result.row.status) == (250, 230, "answered")
    assert len(web.asked) == 6
    assert web.asked[0].url.params["sort"] == "relevance"
    assert (web.asked[0].url.params["tool"], web.asked[0].url.params["email"]) == ("juried", "me@example.org")
    assert all(later - earlier >= 0.33 for earlier, later in zip(web.times, web.times[1:], strict=False))


async def test_years_are_asked_for_and_told() -> None:
    result, web = await search(library(50), limits=SearchLimits(hits=50, year_from=2017))
    assert {hit.year for hit in result.hits} == {2017, 2018, 2019}
    assert dict(web.asked[0].url.params) | {"datetype": "pdat", "mindate": "2017", "maxdate": "2999"} == dict(
        web.asked[0].url.params
    )
    assert "Published 2017 to 2999." in result.row.detail


async def test_phrases_that_pubmed_does_not_know_are_told() -> None:
    extra = "<ErrorList><PhraseNotFound>abcXYZ</PhraseNotFound></ErrorList>"
    result, _ = await search(script(httpx.Response(200, content=found([], 0, extra))))
    assert result.row.status == "empty"
    assert "Not found: abcXYZ." in result.row.detail


async def test_a_key_is_sent_and_quickens_the_pace() -> None:
    web = Web(library(250))
    source = PubMed(web.client, key="0123456789abcdef")
    result = await source.search(SourceQuery(source="pubmed", text="model"), SearchLimits(hits=200))
    assert web.asked[0].url.params["api_key"] == "0123456789abcdef"
    assert web.times[-1] < 0.6
    assert "0123456789abcdef" not in result.model_dump_json()


async def test_a_pause_that_is_asked_for_is_kept() -> None:
    refused = httpx.Response(429, headers={"Retry-After": "5"}, json={"error": "API rate limit exceeded"})
    answers = script(
        refused, httpx.Response(200, content=found([1], 1)), httpx.Response(200, content=records(record(1)))
    )
    result, web = await search(answers)
    assert (result.row.status, result.row.taken) == ("answered", 1)
    assert web.times[1] >= 5.0


ERROR = b"<eSearchResult><ERROR>Search Backend failed: read failed</ERROR></eSearchResult>"


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (httpx.Response(429), "rate_limited"),
        (httpx.Response(503), "failed"),
        (httpx.Response(400, json={"error": "API key invalid"}), "failed"),
        (httpx.Response(414), "failed"),
        (httpx.Response(200, html="<!DOCTYPE html><html><body>Blocked</body></html>"), "malformed"),
        (httpx.Response(200, content=found([1, 2], 2)[:60]), "malformed"),
        (httpx.Response(200, content=ERROR), "failed"),
        (httpx.ReadTimeout("slow"), "timed_out"),
        (httpx.ConnectError("no route"), "failed"),
        (httpx.Response(200, content=found([], 0)), "empty"),
    ],
)
async def test_a_failing_service_is_a_row_with_its_name(answer: httpx.Response | Exception, status: str) -> None:
    result, web = await search(script(answer))
    assert (result.row.status, result.hits) == (status, ())
    assert result.row.detail
    assert (await PubMed(web.client).check()).usable == (status == "empty")


async def test_records_that_are_cut_short_are_malformed() -> None:
    result, _ = await search(script(httpx.Response(200, content=found([1], 1)), httpx.Response(200, content=b"<Pub")))
    assert (result.row.status, result.hits) == ("malformed", ())


async def test_a_record_that_is_gone_is_left_out() -> None:
    answers = script(httpx.Response(200, content=found([1, 2], 2)), httpx.Response(200, content=records(record(2))))
    result, _ = await search(answers)
    assert [hit.source_id for hit in result.hits] == ["2"]


async def test_pubmed_has_no_files_of_its_own_but_fetches_what_is_named() -> None:
    source = PubMed(Web(script(httpx.Response(404))).client)
    with pytest.raises(DocumentError) as raised:
        await source.fetch(FileRef(path="https://pmc.ncbi.nlm.nih.gov/articles/PMC1/pdf"))
    assert raised.value.reason == "file_missing"


async def test_the_source_keeps_the_contract() -> None:
    source = PubMed(Web(library(20)).client)
    assert isinstance(source, Source)
    results = await check_source(source, "language model")
    assert [result for result in results if not result.passed] == []
