"""One table over all recorded exchanges: how many each host's parser reads, and which are left out, and why."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Callable

import pytest

from juried.sources.arxiv_records import feed_error, parse_feed
from juried.sources.openalex_works import parse_page, parse_work
from juried.sources.unpaywall import parse_open_files
from tests.cassettes import Exchange, exchanges
from tests.http_helpers import RECORDINGS, recordings
from tests.test_source_arxiv import recorded_feeds
from tests.test_source_crossref import kind_of
from tests.test_source_semantic_scholar import why_left_out

INDEX = RECORDINGS.parent / "http_index.csv"
NO_SOURCE = {
    "core.ac.uk": "CORE is no source here",
    "api.openai.com": "answers of a model, read by the tests of backends",
    "data.crosscite.org": "citations in other formats, not works",
    "doi.org": "citations in other formats, or the way there",
}


def left_out(item: Exchange, host: str) -> str:
    """Return why an exchange is not read; "" when it is."""
    return NO_SOURCE[host] if host in NO_SOURCE else RULES[host](item)


def found_in(folder: str, host: str) -> list[Exchange]:
    """Return the exchanges of a folder with a host; those with arXiv are kept in a form of their own."""
    if folder == "arxiv":
        return [
            Exchange(name, "GET", f"https://{host}/api/query", status, body) for name, status, body in recorded_feeds()
        ]
    return exchanges(recordings(folder), host)


def _left_out_of_arxiv(item: Exchange) -> str:
    return "" if parse_feed(item.content) is not None or feed_error(item.content) else "no feed"


def _left_out_of_crossref(item: Exchange) -> str:
    kind = kind_of(item)
    return kind.removeprefix("left out: ") if kind.startswith("left out") else ""


def _left_out_of_datacite(item: Exchange) -> str:
    return "" if item.path == "/dois" else "lists of clients, prefixes, activities, not works"


def _left_out_of_unpaywall(item: Exchange) -> str:
    payload = json.loads(item.content)
    records = [result["response"] for result in payload["results"]] if "results" in payload else [payload]
    assert any(parse_open_files(record) for record in records) == any(record["is_oa"] for record in records)
    return ""


def _left_out_of_openalex(item: Exchange) -> str:
    if item.status != 200:
        return "a web page with an error, read by the test of refusals"
    payload = json.loads(item.content)
    return "" if parse_page(payload) or parse_work(payload) else "only open_access and doi were asked for"


RULES: dict[str, Callable[[Exchange], str]] = {
    "export.arxiv.org": _left_out_of_arxiv,
    "api.crossref.org": _left_out_of_crossref,
    "api.semanticscholar.org": why_left_out,
    "api.datacite.org": _left_out_of_datacite,
    "api.openalex.org": _left_out_of_openalex,
    "api.unpaywall.org": _left_out_of_unpaywall,
}


def test_every_exchange_of_the_index_is_read_or_left_out_with_a_reason(capsys: pytest.CaptureFixture[str]) -> None:
    if not INDEX.exists():
        pytest.skip("the index of recordings is not at hand")
    with INDEX.open(encoding="utf-8", newline="") as file:
        indexed = Counter((row["file"].split("/")[1], row["host"]) for row in csv.DictReader(file))
    lines, total = [], Counter[str]()
    for (folder, host), count in sorted(indexed.items(), key=lambda item: (item[0][1], item[0][0])):
        found = found_in(folder, host)
        assert len(found) == count, (folder, host)
        reasons = Counter(left_out(item, host) for item in found)
        used = reasons.pop("", 0)
        total += Counter({"read": used, "left out": sum(reasons.values())})
        told = "; ".join(f"{number} {reason}" for reason, number in sorted(reasons.items()))
        lines.append(f"{host:24} {folder:18} {count:5} {used:5} {sum(reasons.values()):8}  {told}")
    with capsys.disabled():
        head = f"{'host':24} {'folder':18} {'all':>5} {'read':>5} {'left out':>8}  why"
        print(
            "\n" + "\n".join([head, *lines, f"all {total.total()}: {total['read']} read, {total['left out']} left out"])
        )
        print("Never recorded, so made by hand from documentation: DBLP, 429 and 503, several OpenAlex pages.")
    assert total.total() == sum(indexed.values())
    assert (total["read"], total["left out"]) == (297, 141)
