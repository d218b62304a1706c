"""One table over all recorded exchanges: how many each host's parser reads, and which are left out, and why."""

from __future__ import annotations

import csv
import json
from collections import Counter

import pytest

from juried.sources.arxiv_records import feed_error, parse_feed
from juried.sources.openalex_works import parse_page, parse_work
from juried.sources.unpaywall import parse_open_files
from tests.cassettes import Exchange, exchanges
from tests.http_helpers import RECORDINGS, recordings
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
    if host in NO_SOURCE:
        return NO_SOURCE[host]
    if host == "export.arxiv.org":
        assert parse_feed(item.content) is not None or feed_error(item.content)
        return ""
    if host == "api.crossref.org":
        return kind_of(item).removeprefix("left out: ") if kind_of(item).startswith("left out") else ""
    if host == "api.semanticscholar.org":
        return why_left_out(item)
    if host == "api.datacite.org":
        return "" if item.path == "/dois" else "lists of clients, prefixes, activities, not works"
    if host == "api.openalex.org":
        return _left_out_of_openalex(item)
    assert host == "api.unpaywall.org"
    payload = json.loads(item.content)
    records = [result["response"] for result in payload["results"]] if "results" in payload else [payload]
    assert any(parse_open_files(record) for record in records) == any(record["is_oa"] for record in records)
    return ""


def _left_out_of_openalex(item: Exchange) -> str:
    if item.status != 200:
        return "a web page with an error, read by the test of refusals"
    payload = json.loads(item.content)
    return "" if parse_page(payload) or parse_work(payload) else "only open_access and doi were asked for"


def test_every_exchange_of_the_index_is_read_or_left_out_with_a_reason(capsys: pytest.CaptureFixture[str]) -> None:
    if not INDEX.exists():
        pytest.skip("the index of recordings is not at hand")
    with INDEX.open(encoding="utf-8", newline="") as file:
        indexed = Counter((row["file"].split("/")[1], row["host"]) for row in csv.DictReader(file))
    lines, total = [], Counter[str]()
    for (folder, host), count in sorted(indexed.items(), key=lambda item: (item[0][1], item[0][0])):
        found = exchanges(recordings(folder), host)
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
    assert total["read"] > 300
