"""arXiv as a source: recorded feeds, files, withdrawals, paging and failures.

Recorded: 20 exchanges of the Atom API and one feed. Never recorded anywhere, and made here by hand from the
provider's documentation: 429 (arXiv sends it bare) and 503 with Retry-After.
"""

from __future__ import annotations

import json
import re
from xml.sax.saxutils import escape

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from juried.records.protocol import SourceQuery
from juried.records.work import FileRef, Hit
from juried.sources.arxiv import Arxiv, translate
from juried.sources.arxiv_records import feed_error, parse_feed, withdrawal_in
from juried.sources.base import SearchLimits, SearchResult, Source
from juried.sources.conformance import check_source
from tests.http_helpers import Handler, Web, recordings, script

OPEN = SearchLimits(hits=50)


def recorded_feeds() -> list[tuple[str, int, bytes]]:
    """Return name, status and bytes of each recorded exchange.

    The fixtures hold texts that were decoded as Latin-1; encoding them again gives the bytes that were sent.
    """
    found = []
    for path in sorted(recordings("arxiv").glob("*.json")):
        stored = json.loads(path.read_text(encoding="utf-8"))
        body: str = stored["body"]
        try:
            content = body.encode("latin-1")
            content.decode("utf-8")
        except UnicodeError:
            content = body.encode()
        found.append((path.name, stored["status_code"], content))
    return found


def raw_entries(content: bytes) -> list[str]:
    return re.findall(r"<entry>.*?</entry>", content.decode(), re.DOTALL)


def test_every_recorded_exchange_is_parsed(capsys: pytest.CaptureFixture[str]) -> None:
    feeds = recorded_feeds()
    entries = 0
    for name, status, content in feeds:
        page = parse_feed(content)
        assert page is not None, name
        if status != 200:
            assert feed_error(content) == "incorrect id format for abc"
            assert page.hits == ()
            continue
        raw = raw_entries(content)
        assert len(page.hits) == len(raw), name
        assert page.total >= len(raw)
        for hit, entry in zip(page.hits, raw, strict=True):
            _agrees(hit, entry)
        entries += len(raw)
    with capsys.disabled():
        print(f"\narXiv: {len(feeds)} of {len(feeds)} recorded exchanges used ({entries} e-prints); none left out")
    assert (len(feeds), entries) == (20, 221)


def _agrees(hit: Hit, entry: str) -> None:
    """Compare a hit with its entry, read by other means."""
    address = re.search(r"<id>\s*https?://arxiv\.org/abs/(\S+?)(?:v(\d+))?</id>", entry)
    assert address is not None
    assert hit.identifiers.arxiv == hit.source_id == address[1]
    title = re.search(r"<title>(.*?)</title>", entry, re.DOTALL)
    assert title is not None
    assert escape(hit.title) == " ".join(title[1].split()).replace("&quot;", '"')
    assert [escape(name) for name in hit.authors] == [
        " ".join(name.split()) for name in re.findall(r"<name>(.*?)</name>", entry, re.DOTALL)
    ]
    published = re.search(r"<published>(\d{4})", entry)
    assert published is not None
    assert hit.year == int(published[1])
    doi = re.search(r"<arxiv:doi[^>]*>([^<]*)<", entry)
    assert hit.identifiers.doi == (doi[1].lower().split()[0] if doi else None)
    journal = re.search(r"<arxiv:journal_ref[^>]*>([^<]*)<", entry)
    assert escape(hit.venue) == (" ".join(journal[1].split()) if journal else "arXiv")
    assert (hit.version, bool(hit.abstract), hit.source) == ("preprint", True, "arxiv")
    if not any(note.kind in ("withdrawn", "retracted") for note in hit.status):
        assert [file.path.split("/")[3] for file in hit.files] == ["e-print", "html", "pdf"]
        assert all(file.path.endswith(f"/{address[1]}v{address[2]}") for file in hit.files)


def test_the_other_recorded_feed_is_parsed() -> None:
    content = (recordings("findpapers") / "arxiv-api-search.xml").read_bytes()
    page = parse_feed(content)
    assert page is not None
    assert (page.total, len(page.hits)) == (21, len(raw_entries(content)))
    first = page.hits[0]
    assert first.title == "A Multitask Deep Learning Approach for User Depression Detection on Sina Weibo"
    assert (first.authors[0], first.year, first.identifiers.arxiv) == ("Yiding Wang", 2020, "2008.11708")


def test_names_keep_their_letters() -> None:
    feeds = {name: content for name, _, content in recorded_feeds()}
    page = parse_feed(next(content for name, content in feeds.items() if name.startswith("id_1707.08567_s0")))
    assert page is not None
    assert "Dirk Wübben" in page.hits[0].authors


async def test_recorded_pages_follow_one_another() -> None:
    """Six recorded pages of one query, asked for as they were recorded, are walked to their end."""
    pages = {}
    for name, _, content in recorded_feeds():
        found = re.match(r"q_testing_s(\d+)_m10_", name)
        if found and int(found[1]) % 10 == 0:
            pages[found[1]] = content
    web = Web(lambda request: httpx.Response(200, content=pages[request.url.params["start"]]))
    source = Arxiv(web.client)
    hits: list[Hit] = []
    page = await source.page("testing", 10, "")
    while page.next in pages:
        hits += page.hits
        page = await source.page("testing", 10, page.next or "")
    hits += page.hits
    assert len(hits) == 10 * len(pages) == 60
    assert len({hit.source_id for hit in hits}) >= 59


def _hits(content: bytes) -> tuple[Hit, ...]:
    page = parse_feed(content)
    assert page is not None
    return page.hits


WITHDRAWN = [
    "This paper has been withdrawn by the author due to a crucial sign error in equation 1",
    "This article has been withdrawn",
    "withdrawn",
    "Withdrawn.",
    "Paper withdrawn due to an error in Lemma 3",
    "This submission has been withdrawn by arXiv administrators because it contains fictitious content",
    "14 pages; arXiv admin note: This version has been removed by arXiv administrators",
    "The authors have withdrawn this paper",
    "This paper has been temporarily withdrawn by the author",
    "5 pages. This paper has been withdrawn and replaced by arXiv:1001.0001",
    "This paper was withdrawn from the arXiv by its authors",
]
NOT_WITHDRAWN = [
    "",
    "12 pages, 3 figures",
    "This paper supersedes the withdrawn arXiv:1001.0001",
    "Replaces a withdrawn submission",
    "This paper has been withdrawn from the ICML workshop and will appear elsewhere",
    "Section 4 has been withdrawn",
    "We study withdrawn papers",
    "Withdrawn papers in medicine: a survey",
    "Not withdrawn",
    "Retracted Poisson structures, 12 pages",
]


@pytest.mark.parametrize("comment", WITHDRAWN)
def test_withdrawn_notices_are_read(comment: str) -> None:
    assert withdrawal_in(comment) == "withdrawn"


@pytest.mark.parametrize("comment", NOT_WITHDRAWN)
def test_other_remarks_are_no_notices(comment: str) -> None:
    assert withdrawal_in(comment) is None


def test_a_comment_may_say_retracted() -> None:
    assert withdrawal_in("This paper has been retracted due to an error") == "retracted"


def entry(
    number: int,
    *,
    year: int = 2020,
    comment: str = "",
    summary: str = "An abstract.",
    version: int = 1,
    title: str = "",
) -> str:
    more = f"<arxiv:comment>{escape(comment)}</arxiv:comment>" if comment else ""
    return (
        f"<entry><id>http://arxiv.org/abs/{year % 100:02d}01.{number:05d}v{version}</id>"
        f"<title>{escape(title or f'Language models, part {number}')}</title>"
        f"<published>{year}-01-02T00:00:00Z</published><updated>{year}-03-04T00:00:00Z</updated>"
        f"<summary>{escape(summary)}</summary>{more}<author><name>Ada Author</name></author></entry>"
    )


def feed(*entries: str, total: int | None = None) -> bytes:
    count = len(entries) if total is None else total
    return (
        '<?xml version="1.0" encoding="UTF-8"?><feed xmlns="http://www.w3.org/2005/Atom" '
        'xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/">'
        f"<opensearch:totalResults>{count}</opensearch:totalResults>{''.join(entries)}</feed>"
    ).encode()


def test_a_withdrawn_work_carries_its_notice_and_no_files() -> None:
    (hit,) = _hits(feed(entry(1, comment=WITHDRAWN[0], version=2)))
    (note,) = hit.status
    assert (note.kind, note.date) == ("withdrawn", "2020-03-04")
    assert WITHDRAWN[0] in note.evidence
    assert hit.files == ()
    (old,) = _hits(feed(entry(1, summary="This paper has been withdrawn by the author. It was wrong.")))
    assert [note.kind for note in old.status] == ["withdrawn"]
    (about,) = _hits(feed(entry(1, summary="We ask why this paper has been withdrawn. It is a survey.")))
    assert about.status == ()


def test_a_later_version_is_revised_not_withdrawn() -> None:
    (hit,) = _hits(feed(entry(1, version=3)))
    assert [(note.kind, note.date) for note in hit.status] == [("revised", "2020-03-04")]
    assert len(hit.files) == 3


def test_translation() -> None:
    query = '("named entity recognition" NER) AND (BERT mBERT)'
    assert translate(query, OPEN) == ('((all:"named entity recognition" OR all:NER) AND (all:BERT OR all:mBERT))')
    dated = translate("BERT", SearchLimits(hits=1, year_from=2019, year_to=2021))
    assert dated == "(all:BERT) AND submittedDate:[201901010000 TO 202112312359]"
    assert translate("", OPEN) == translate("?!", SearchLimits(hits=1, year_from=2019)) == ""
    assert len(translate(" ".join(f"word{number}" for number in range(390)), OPEN)) <= 3000


@given(st.text(max_size=200))
def test_no_query_breaks_the_syntax(text: str) -> None:
    sent = translate(text, OPEN)
    outside = re.sub(r'all:(?:"[^"]*"|[^\W_]+)', "x", sent)
    assert re.fullmatch(r"(?:x| AND | OR |[()])*", outside)
    assert outside.count("(") == outside.count(")")


async def searched(handler: Handler, limits: SearchLimits = OPEN, text: str = "language") -> tuple[SearchResult, Web]:
    web = Web(handler)
    return await Arxiv(web.client).search(SourceQuery(source="arxiv", text=text), limits), web


async def test_pages_are_taken_at_arxivs_pace() -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        start, size = int(request.url.params["start"]), int(request.url.params["max_results"])
        entries = [entry(number) for number in range(start, min(start + size, 250))]
        return httpx.Response(200, content=feed(*entries, total=250))

    result, web = await searched(handler, SearchLimits(hits=230))
    assert (result.row.total, result.row.taken, result.row.status) == (250, 230, "answered")
    assert [request.url.params["start"] for request in web.asked] == ["0", "100", "200"]
    assert web.times == [0.0, 3.0, 6.0]
    assert [hit.rank for hit in result.hits] == list(range(1, 231))
    assert "all:language" in result.row.detail


async def test_no_match_is_empty() -> None:
    result, _ = await searched(script(httpx.Response(200, content=feed())))
    assert (result.row.status, result.hits) == ("empty", ())


async def test_a_503_with_retry_after_is_waited_out() -> None:
    answers = (httpx.Response(503, headers={"Retry-After": "5"}), httpx.Response(200, content=feed(entry(1))))
    result, web = await searched(script(*answers))
    assert (result.row.status, len(result.hits)) == ("answered", 1)
    assert web.clock.time == 5.0


async def test_an_empty_slice_is_asked_for_again() -> None:
    answers = (httpx.Response(200, content=feed(total=2)), httpx.Response(200, content=feed(entry(1), entry(2))))
    result, _ = await searched(script(*answers))
    assert (result.row.status, len(result.hits)) == ("answered", 2)
    lasting, _ = await searched(script(httpx.Response(200, content=feed(total=2))))
    assert (lasting.row.status, lasting.row.taken) == ("malformed", 0)


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (httpx.Response(200, text="<!DOCTYPE html><html><body>Sorry</body></html>"), "malformed"),
        (httpx.Response(200, content=feed(entry(1))[:-200]), "malformed"),
        (httpx.Response(200, text=""), "malformed"),
        (httpx.Response(200, text='<!DOCTYPE a [<!ENTITY x "y">]><feed xmlns="http://www.w3.org/2005/Atom">&x;</feed>'),
         "malformed"),
        (httpx.Response(500), "failed"),
        (httpx.ReadTimeout("slow"), "timed_out"),
        (httpx.ConnectError("down"), "failed"),
    ],
)  # fmt: skip
async def test_failures_are_rows(answer: httpx.Response | Exception, status: str) -> None:
    result, _ = await searched(script(answer))
    assert (result.row.status, result.hits) == (status, ())
    assert len(result.row.detail) > 20


async def test_a_reported_error_is_repeated_in_the_row() -> None:
    error = "<entry><id>https://arxiv.org/api/errors#x</id><title>Error</title><summary>bad query</summary></entry>"
    for status in (200, 400):
        result, _ = await searched(script(httpx.Response(status, content=feed(error))))
        assert result.row.status == "failed"
        assert "arXiv says: bad query" in result.row.detail


async def test_a_late_429_keeps_what_was_taken() -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        if request.url.params["start"] != "0":
            return httpx.Response(429)
        return httpx.Response(200, content=feed(*map(entry, range(100)), total=150))

    result, web = await searched(handler, SearchLimits(hits=150))
    assert (result.row.status, result.row.taken, result.row.total) == ("rate_limited", 100, 150)
    assert {request.url.host for request in web.asked} == {"export.arxiv.org"}


async def test_check_tells_whether_arxiv_answers() -> None:
    good = await Arxiv(Web(script(httpx.Response(200, content=feed(entry(1), total=9)))).client).check()
    assert (good.usable, good.works) == (True, None)
    bad = await Arxiv(Web(script(httpx.ConnectError("down"))).client).check()
    assert (bad.usable, "cannot be reached" in bad.detail) == (False, True)


async def test_fetch_downloads_at_arxivs_pace() -> None:
    web = Web(script(httpx.Response(200, content=b"%PDF-1.5")))
    source = Arxiv(web.client)
    for kind in ("e-print", "pdf"):
        assert await source.fetch(FileRef(path=f"https://export.arxiv.org/{kind}/2101.00001v1")) == b"%PDF-1.5"
    assert web.times == [0.0, 3.0]


def small_arxiv(request: httpx.Request) -> httpx.Response:
    """Serve four e-prints that all match "language", and files for each."""
    if request.url.path != "/api/query":
        return httpx.Response(200, content=b"%PDF-1.5")
    sent = request.url.params["search_query"]
    dated = re.search(r"submittedDate:\[(\d{4})\d+ TO (\d{4})\d+\]", sent)
    first, last = (int(dated[1]), int(dated[2])) if dated else (0, 9999)
    works = [(number, year) for number, year in enumerate((2019, 2020, 2021, 2022), 1) if first <= year <= last]
    works = works if "all:language" in sent else []
    start, size = int(request.url.params["start"]), int(request.url.params["max_results"])
    entries = [entry(number, year=year) for number, year in works[start : start + size]]
    return httpx.Response(200, content=feed(*entries, total=len(works)))


async def test_conformance() -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        if "no-such" in request.url.path:
            return httpx.Response(404)
        if request.url.params.get("search_query") == "all:electron":
            return httpx.Response(200, content=feed(entry(1), total=1))
        return small_arxiv(request)

    source: Source = Arxiv(Web(handler).client)
    results = await check_source(source, probe='"language" model')
    assert [result for result in results if not result.passed] == []
