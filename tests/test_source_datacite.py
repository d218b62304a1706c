"""DataCite's records of arXiv e-prints, and its place in for arXiv while that answers 429.

Recorded: one search of DOIs, none of them arXiv's. Made here by hand from the provider's documentation:
records of e-prints and pages of them.
"""

from __future__ import annotations

import base64
import json

import httpx
import pytest

from juried.records.protocol import SourceQuery
from juried.sources.arxiv import Arxiv
from juried.sources.base import SearchLimits
from juried.sources.datacite import parse_page, parse_record, translate
from juried.sources.identifiers import make_identifiers
from tests.cassettes import exchanges
from tests.http_helpers import Handler, Web, recordings, script

OPEN = SearchLimits(hits=50)
QUERY = SourceQuery(source="arxiv", text="language")
WITHDRAWN = "This paper has been withdrawn by the author due to a crucial sign error"


def record(number: int, **more: object) -> dict[str, object]:
    """One record as DataCite documents it for arXiv's e-prints."""
    attributes: dict[str, object] = {
        "doi": f"10.48550/arxiv.2101.{number:05d}",
        "titles": [{"title": f"Language models, part {number}"}],
        "creators": [{"name": "Author, Ada", "givenName": "Ada", "familyName": "Author"}, {"name": "Writer, Bo"}],
        "publicationYear": 2021,
        "descriptions": [
            {"description": "An abstract.", "descriptionType": "Abstract"},
            {"description": "12 pages", "descriptionType": "Other"},
        ],
        "dates": [
            {"date": "2021-01-05T00:00:00Z", "dateType": "Submitted", "dateInformation": "v1"},
            {"date": "2021-02-06T00:00:00Z", "dateType": "Updated", "dateInformation": "v1"},
        ],
        "version": "1",
    }
    return {"id": f"10.48550/arxiv.2101.{number:05d}", "type": "dois", "attributes": attributes | more}


def limited(total: int = 3) -> Handler:
    """arXiv answers 429 throughout, DataCite answers."""

    def handler(request: httpx.Request) -> httpx.Response:
        if request.url.host == "export.arxiv.org":
            return httpx.Response(429, text="Rate exceeded.")
        size, at = int(request.url.params["page[size]"]), int(request.url.params["page[number]"])
        first = (at - 1) * size
        data = [record(number) for number in range(first, min(first + size, total))]
        return httpx.Response(200, json={"data": data, "meta": {"total": total}})

    return handler


async def test_datacite_answers_when_arxiv_asks_to_wait_throughout() -> None:
    web = Web(limited(total=130))
    source = Arxiv(web.client)
    result = await source.search(QUERY, SearchLimits(hits=120, year_from=2020))
    assert (result.row.source, result.row.status, result.row.taken, result.row.total) == ("arxiv", "answered", 120, 130)
    assert "DataCite" in result.row.detail
    assert "publicationYear:[2020 TO 2999]" in result.row.detail
    assert web.clock.time <= 60.0
    asked = len([request for request in web.asked if request.url.host == "export.arxiv.org"])
    await source.search(QUERY, OPEN)
    assert len([request for request in web.asked if request.url.host == "export.arxiv.org"]) == asked


async def test_both_refusing_is_rate_limited() -> None:
    result = await Arxiv(Web(script(httpx.Response(429))).client).search(QUERY, OPEN)
    assert (result.row.status, result.hits) == ("rate_limited", ())
    assert "DataCite" in result.row.detail


def test_datacite_records_become_hits() -> None:
    related = [{"relationType": "IsVersionOf", "relatedIdentifierType": "DOI", "relatedIdentifier": "10.1103/ABC.1"}]
    hit = parse_record(record(7, relatedIdentifiers=related))
    assert hit is not None
    assert hit.identifiers == make_identifiers(arxiv="2101.00007", doi="10.1103/abc.1")
    assert (hit.title, hit.authors, hit.year) == ("Language models, part 7", ("Ada Author", "Bo Writer"), 2021)
    assert (hit.abstract, hit.venue, len(hit.files)) == ("An abstract.", "arXiv", 3)
    gone = parse_record(record(8, descriptions=[{"description": WITHDRAWN, "descriptionType": "Other"}]))
    assert gone is not None
    assert [(note.kind, note.date) for note in gone.status] == [("withdrawn", "2021-02-06")]


@pytest.mark.parametrize(
    "odd",
    [None, [], "x", {}, {"attributes": None}, {"attributes": {"doi": "10.5281/zenodo.1", "titles": [{"title": "x"}]}},
     {"attributes": {"doi": "10.48550/arxiv.2101.00001", "titles": None}}],
)  # fmt: skip
def test_odd_records_are_left_out(odd: object) -> None:
    assert parse_record(odd) is None


def test_a_record_with_nulls_is_read() -> None:
    hit = parse_record(record(1, creators=None, descriptions=None, dates=[None, {"date": None}], version=None))
    assert hit is not None
    assert (hit.authors, hit.abstract, hit.year, hit.status) == ((), "", 2021, ())


def test_recorded_datacite_answers_hold_no_eprint(capsys: pytest.CaptureFixture[str]) -> None:
    """The one recorded search of DOIs is read; its records are not arXiv's."""
    folder = recordings("datacite")
    (exchange,) = [found for found in exchanges(folder, "api.datacite.org") if found.path == "/dois"]
    payload = json.loads(base64.b64decode(exchange.content))
    page = parse_page(payload)
    assert page is not None
    assert (page.total, page.hits, len(payload["data"])) == (payload["meta"]["total"], (), 5)
    others = sorted(path.name for path in folder.glob("*.yaml") if path.name != "dc_dois.yaml")
    with capsys.disabled():
        print(f"\nDataCite: 1 exchange used; left out, as they answer other questions than a search: {others}")


def test_translation() -> None:
    sent = translate("BERT", SearchLimits(hits=1, year_to=2020))
    assert sent == '((titles.title:"BERT" OR descriptions.description:"BERT")) AND publicationYear:[1500 TO 2020]'
