"""Unpaywall: its recorded records as open files, best first, and its failures (made by hand: none was recorded)."""

from __future__ import annotations

import json

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from juried.errors import SourceError
from juried.records.work import FileRef
from juried.sources.unpaywall import Unpaywall, parse_open_files
from tests.cassettes import Exchange, exchanges
from tests.http_helpers import Web, recordings, script

DOI = "10.1234/a"


def recorded() -> list[Exchange]:
    return exchanges(recordings("mixed_clients"), "api.unpaywall.org")


def records_of(item: Exchange) -> list[dict[str, object]]:
    payload = json.loads(item.content)
    return [result["response"] for result in payload["results"]] if "results" in payload else [payload]


def test_every_recorded_answer_is_read() -> None:
    found = recorded()
    records = [record for item in found for record in records_of(item)]
    for record in records:
        files = parse_open_files(record)
        assert bool(files) == record["is_oa"], record["doi"]
        assert len({file.path for file in files}) == len(files)
    print(f"\nUnpaywall: {len(found)} exchanges read, none left out; {len(records)} records")
    assert (len(found), len(records)) == (8, 8)


def files_of(doi: str) -> tuple[FileRef, ...]:
    return next(parse_open_files(record) for item in recorded() for record in records_of(item) if record["doi"] == doi)


def test_published_pdf_comes_before_pages() -> None:
    assert files_of("10.1073/pnas.1414271111") == (
        FileRef(path="https://www.pnas.org/content/pnas/111/45/E4832.full.pdf", media_type="application/pdf"),
        FileRef(path="http://doi.org/10.1073/pnas.1414271111", media_type="text/html"),
    )
    assert files_of("10.1023/a:1007154515475") == ()
    assert files_of("10.1038/s42256-024-00832-8")[0].path == "https://www.nature.com/articles/s42256-024-00832-8.pdf"


def place(url: str, version: str, *, pdf: str | None = None, best: bool = False) -> dict[str, object]:
    return {"url": url, "url_for_pdf": pdf, "version": version, "is_best": best}


def test_order_is_by_form_then_version_then_preference() -> None:
    places = [
        place("https://a.org/page", "publishedVersion", best=True),
        place("https://b.org/1", "submittedVersion", pdf="https://b.org/1.pdf"),
        place("https://c.org/2", "acceptedVersion", pdf="https://c.org/2.pdf"),
        place("ftp://d.org/3.pdf", "publishedVersion", pdf="file:///etc/passwd"),
        place("https://e.org/4", "", pdf="https://b.org/1.pdf"),
    ]
    paths = [file.path for file in parse_open_files({"best_oa_location": places[0], "oa_locations": places})]
    assert paths == [
        "https://c.org/2.pdf",
        "https://b.org/1.pdf",
        "https://a.org/page",
        "https://c.org/2",
        "https://b.org/1",
        "https://e.org/4",
    ]


JUNK = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=8)
    | st.sampled_from(["https://[bad", "https://a.org/b"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["oa_locations", "best_oa_location", "url", "url_for_pdf", "version"]), inner)
    ),
    max_leaves=12,
)


@given(JUNK)
def test_no_json_breaks_the_reading(record: object) -> None:
    assert all(file.path.startswith(("http://", "https://")) for file in parse_open_files(record))


def source(*answers: httpx.Response | Exception, contact: str = "me@example.org") -> tuple[Unpaywall, Web]:
    web = Web(script(*answers))
    return Unpaywall(web.client, contact=contact), web


async def test_open_files_of_a_doi() -> None:
    record = {"doi": DOI, "oa_locations": [place("https://a.org/x", "publishedVersion", pdf="https://a.org/x.pdf")]}
    built, web = source(httpx.Response(200, json=record))
    assert [file.path for file in await built.open_files("https://doi.org/10.1234/A")] == [
        "https://a.org/x.pdf",
        "https://a.org/x",
    ]
    assert (web.asked[0].url.path, web.asked[0].url.params["email"]) == ("/v2/10.1234/a", "me@example.org")
    assert (await built.check()).name == "unpaywall"
    await built.aclose()
    await built.aclose()


async def test_odd_doi_is_escaped() -> None:
    doi = "10.1002/(sici)1097<1661::aid#968>3.0.co;2-2"
    built, web = source(httpx.Response(200, json={"doi": doi, "oa_locations": []}))
    assert await built.open_files(doi) == ()
    assert b"%3C1661::aid%23968%3E3.0.co%3B2-2" in web.asked[0].url.raw_path


async def test_what_has_no_record_has_no_files() -> None:
    built, web = source(httpx.Response(404, json={"error": True, "message": "'10.1234/a' isn't in Unpaywall."}))
    assert await built.open_files(DOI) == ()
    assert await built.open_files("not a doi") == ()
    assert len(web.asked) == 1


@pytest.mark.parametrize(
    ("answer", "status", "said"),
    [
        (httpx.Response(429, headers={"Retry-After": "9"}), "rate_limited", "again"),
        (httpx.Response(503), "failed", ""),
        (httpx.ConnectTimeout("slow"), "timed_out", ""),
        (httpx.Response(200, text="<!doctype html><html></html>"), "malformed", "web page"),
        (httpx.Response(200, text='{"doi": "10.12'), "malformed", ""),
        (httpx.Response(200, json={"doi": "10.1234/other"}), "malformed", "another work"),
        (httpx.Response(422, json={"message": "Please use your own email address"}), "failed", "e-mail"),
    ],
)
async def test_failure_is_told_with_advice(answer: httpx.Response | Exception, status: str, said: str) -> None:
    built, _ = source(answer)
    with pytest.raises(SourceError) as caught:
        await built.open_files(DOI)
    assert caught.value.status == status
    assert said in str(caught.value)
    assert not (await built.check()).usable


async def test_without_a_contact_address_nothing_is_asked() -> None:
    built, web = source(httpx.Response(200, json={}), contact="")
    with pytest.raises(SourceError, match="e-mail"):
        await built.open_files(DOI)
    assert web.asked == []
    assert "contact address" in (await built.check()).detail
