"""Crossref: its recorded answers as hits, abstracts out of JATS, notices about works, odd DOIs, paging and failures.

No recording holds a 429, a 503, a web page, a cut answer or a retraction; those here are made by hand from the
service's documentation (`updated-by` and `update-to` with their types, `Retry-After`), as are the small pages.
"""

from __future__ import annotations

import json
from collections import Counter
from functools import cache
from urllib.parse import unquote

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from juried.errors import SourceError
from juried.records.protocol import SourceQuery
from juried.records.work import Hit
from juried.sources.base import SearchLimits, Source
from juried.sources.conformance import check_source
from juried.sources.crossref import Crossref, bibliographic_query
from juried.sources.crossref_records import TYPES, parse_page, parse_records
from juried.sources.jats_abstract import clean_abstract
from tests.cassettes import Exchange, exchanges
from tests.http_helpers import Handler, Web, recordings, script

HOST = "api.crossref.org"


@cache
def recorded() -> list[Exchange]:
    folders = recordings("crossref"), recordings("mixed_clients")
    return [item for folder in folders for host in (HOST, "doi.org") for item in exchanges(folder, host)]


def kind_of(item: Exchange) -> str:
    """What an exchange is about: works, a refusal, or why it is left out."""
    if "doi.org" in item.url.split("/")[2] or "/transform" in item.path:
        return "left out: a citation in another format, or the way there"
    if item.status != 200:
        return "refused"
    kind = json.loads(item.content)["message-type"]
    return kind if kind in ("work", "work-list") else "left out: registry lists, not works"


def raw_records(item: Exchange) -> list[dict[str, object]]:
    message = json.loads(item.content)["message"]
    found: list[dict[str, object]] = message.get("items", [message])
    return found


def test_every_recorded_answer_is_read() -> None:
    kinds = Counter(kind_of(item) for item in recorded())
    records = hits = 0
    for item in recorded():
        if kind_of(item) not in ("work", "work-list"):
            continue
        page = parse_page(json.loads(item.content))
        texts = [raw for raw in raw_records(item) if raw.get("title") and raw.get("type", "other") in TYPES]
        assert [hit.identifiers.doi or hit.identifiers.arxiv for hit in page.hits] == [plain(raw) for raw in texts]
        assert all(same_work(hit, raw) for hit, raw in zip(page.hits, texts, strict=True)), item.name
        records += len(raw_records(item))
        hits += len(page.hits)
    used = kinds["work"] + kinds["work-list"] + kinds["refused"]
    print(f"\nCrossref: {used} exchanges read of {kinds.total()}, {records} records, {hits} hits: {dict(kinds)}")
    assert kinds.total() == 134 + 11 + 76
    assert (kinds["work"] + kinds["work-list"], records, hits) == (96, 682, 627)


def plain(raw: dict[str, object]) -> str:
    return str(raw["DOI"]).lower()


def same_work(hit: Hit, raw: dict[str, object]) -> bool:
    """Whether a hit says what its record says, for the fields that need no cleaning."""
    authors = raw.get("author") or raw.get("editor") or []
    assert isinstance(authors, list)
    families = [person.get("family") or person.get("name") for person in authors]
    issued = raw.get("issued")
    year = issued["date-parts"][0][0] if isinstance(issued, dict) else None
    right_people = [name for name in families if name] == [
        name for name, given in zip(filter(None, families), hit.authors, strict=True) if str(name) in given
    ]
    return right_people and (year is None or hit.year == year) and hit.language == raw.get("language", "")


def test_refusals_hold_no_works() -> None:
    refused = [item for item in recorded() if kind_of(item) == "refused"]
    assert {item.status for item in refused} == {400, 404}
    for item in refused:
        if item.content.startswith(b"{"):
            assert parse_page(json.loads(item.content)).hits == ()


@cache
def all_hits() -> list[Hit]:
    works = [item for item in recorded() if kind_of(item) in ("work", "work-list")]
    return [hit for item in works for hit in parse_page(json.loads(item.content)).hits]


def one(doi: str) -> Hit:
    return max((hit for hit in all_hits() if hit.source_id == doi), key=lambda hit: len(hit.model_dump_json()))


def test_corrected_work_carries_the_notice_with_its_date() -> None:
    hit = one("10.1371/journal.pone.0033693")
    assert hit.title.startswith("Methylphenidate Exposure Induces Dopamine Neuron Loss")
    assert (hit.year, hit.venue, hit.version, hit.language) == (2012, "PLoS ONE", "published", "en")
    (note,) = hit.status
    assert (note.kind, note.date) == ("corrected", "2012-05-08")
    assert "https://doi.org/10.1371/annotation/c76da2c1-ccb8-4797-94c1-359d3ceceeda" in note.evidence


def test_new_version_of_itself_is_a_revision() -> None:
    (note,) = one("10.1371/journal.ppat.1006930").status
    assert (note.kind, note.date) == ("revised", "2018-03-26")


def test_preprint_names_its_server() -> None:
    hit = one("10.1101/2024.04.01.587366")
    assert (hit.version, hit.venue, hit.year) == ("preprint", "bioRxiv", 2024)
    assert one("10.2139/ssrn.5250900").version == "preprint"


def test_markup_in_titles_and_subtitles() -> None:
    assert one("10.1039/d0ce00680g").title.startswith("Encapsulation of the [Ru(bpy)3]2+ luminophore")
    assert one("10.7717/peerj.1114").title.endswith("in ecology & evolution")
    assert one("10.1007/s40278-023-41815-2").title == (
        "Convalescent-anti-sars-cov-2-plasma/immune-globulin: "
        "Fever and mild decrease in baseline oxygen saturation following off-label use: 3 case reports"
    )


def test_open_licence_makes_links_open_files() -> None:
    files = one("10.7717/peerj.8373").files
    assert [file.media_type for file in files] == ["text/html", "application/xml", "application/pdf"]
    assert one("10.1016/j.addr.2015.01.008").files == ()


def test_abstracts_of_the_recordings_are_clean_text() -> None:
    hits = {hit.source_id: hit for hit in all_hits()}
    abstracts = {doi: hit.abstract for doi, hit in hits.items() if hit.abstract}
    assert len(abstracts) > 150
    for doi, abstract in abstracts.items():
        assert not any(mark in abstract for mark in ("<jats", "</", "&lt;", "&amp;", "\n", "  ")), doi
        assert not abstract.lower().startswith(("abstract", "summary")), doi
    assert "population of size [formula], starting from" in abstracts["10.1111/sapm.12373"]
    assert abstracts["10.1111/2041-210x.13440"].startswith("A familiar and growing challenge")
    assert "a single mutant" in abstracts["10.1111/sapm.12373"]


@pytest.mark.parametrize(
    ("snippet", "text"),
    [
        ("", ""),
        ("<jats:title>Abstract</jats:title><jats:p>We show it.</jats:p>", "We show it."),
        ("<jats:sec><jats:title>Results.</jats:title><jats:p>So.</jats:p></jats:sec>", "Results: So."),
        ("<jats:title>A work</jats:title><jats:p>It is.</jats:p>", "It is."),
        (
            "<jats:p>&lt;p&gt;Twice &lt;em&gt;escaped&lt;/em&gt; (p &amp;lt; 0.05)&lt;/p&gt;</jats:p>",
            "Twice escaped (p < 0.05)",
        ),
        ("<jats:p>Not closed <jats:italic>well</jats:p>", "Not closed well"),
        ("Plain text, R&D.", "Plain text, R&D."),
        (
            "<jats:p>propose a<jats:italic>unified</jats:italic>way, H<jats:sub>2</jats:sub>O</jats:p>",
            "propose a unified way, H2O",
        ),
        ("<jats:p>the <jats:italic>m</jats:italic>RNA</jats:p>", "the mRNA"),
        ("<jats:p>of <jats:inline-graphic xlink:href='x.png'/> units</jats:p>", "of [formula] units"),
        (
            "<jats:p>at <jats:inline-formula><jats:alternatives><jats:tex-math>$$x^2$$</jats:tex-math>"
            "<mml:math><mml:mi>x</mml:mi></mml:math></jats:alternatives></jats:inline-formula> now</jats:p>",
            "at x^2 now",
        ),
        (
            "<jats:list><jats:list-item><jats:p>One.</jats:p></jats:list-item><jats:list-item><jats:p>Two.</jats:p></jats:list-item></jats:list>",
            "One. Two.",
        ),
    ],
)
def test_abstract_becomes_one_line(snippet: str, text: str) -> None:
    assert clean_abstract(snippet, "A work") == text


@given(st.text(alphabet=st.sampled_from("ab <>/&;jats:p=\"'\0\ud800"), max_size=80))
def test_no_abstract_breaks_the_cleaning(snippet: str) -> None:
    cleaned = clean_abstract(snippet)
    assert cleaned == " ".join(cleaned.split())


def update(kind: str, doi: str, year: int, source: str = "publisher") -> dict[str, object]:
    return {
        "type": kind,
        "label": kind.capitalize(),
        "DOI": doi,
        "source": source,
        "updated": {"date-parts": [[year, 3, 9]]},
    }


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("retraction", "retracted"),
        ("withdrawal", "withdrawn"),
        ("removal", "withdrawn"),
        ("expression_of_concern", "expression_of_concern"),
        ("erratum", "corrected"),
        ("corrigendum", "corrected"),
        ("new_edition", "revised"),
        ("something-new", "revised"),
    ],
)
def test_each_kind_of_notice_keeps_its_name(kind: str, status: str) -> None:
    (hit,) = parse_records(
        [{"DOI": "10.1/a", "title": ["A"]} | {"DOI": "10.1234/a", "updated-by": [update(kind, "10.1234/n", 2021)]}]
    )
    (note,) = hit.status
    assert (note.kind, note.date) == (status, "2021-03-09")
    assert "https://doi.org/10.1234/n" in note.evidence


def test_notice_told_twice_is_one() -> None:
    notices = [update("retraction", "10.1234/n", 2022, "retraction-watch"), update("retraction", "10.1234/N", 2021)]
    (hit,) = parse_records([{"DOI": "10.1234/a", "title": ["A"], "updated-by": notices}])
    assert [(note.kind, note.date) for note in hit.status] == [("retracted", "2021-03-09")]


def test_notice_among_the_results_reaches_its_work() -> None:
    notice = {"DOI": "10.1234/n", "title": ["Retraction: A"], "update-to": [update("retraction", "10.1234/A", 2021)]}
    work, told = parse_records([{"DOI": "10.1234/a", "title": ["A"]}, notice])
    assert [note.kind for note in work.status] == ["retracted"]
    assert told.status == ()


def test_title_that_says_retracted_is_a_notice() -> None:
    (hit,) = parse_records([{"DOI": "10.1155/2022/8341966", "title": ["Retracted: The Dilemma of Music Education"]}])
    assert [note.kind for note in hit.status] == ["retracted"]


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["message", "items", "DOI", "title", "author", "issued", "date-parts", "updated-by", "link"]
            ),
            inner,
        )
    ),
    max_leaves=12,
)


@given(JUNK)
def test_no_json_breaks_the_reading(payload: object) -> None:
    assert all(hit.title and hit.source_id for hit in parse_page(payload).hits)


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
    pages = [item for item in recorded() if item.name.startswith("test_cursor_max[")][:3]
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
                {"DOI": "10.1234/a,b", "title": ["A"], "updated-by": [update("retraction", "10.1234/n", 2020)]}
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
