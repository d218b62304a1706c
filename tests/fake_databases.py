"""Databases that answer from the example library in their own wire formats, for tests of whole runs."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Callable, Mapping

import httpx
import pytest

from juried.sources.http import HttpClient
from tests.document_samples import make_pdf, paragraph
from tests.http_helpers import Clock
from tests.small_library import EXAMPLES, IDS

Entry = dict[str, object]
Reply = Callable[[httpx.Request], httpx.Response]


def entries() -> dict[str, Entry]:
    """Return the ten works of the small library by id."""
    lines = (EXAMPLES / "works.jsonl").read_text(encoding="utf-8").splitlines()
    found = {str(entry["id"]): entry for line in lines if (entry := json.loads(line))["id"] in IDS}
    assert len(found) == len(IDS)
    return found


def number_of(name: str) -> int:
    """Return the number that a database knows a work by."""
    return 1000 + IDS.index(name)


def openalex_work(entry: Entry, **changed: object) -> Entry:
    """Return a work as OpenAlex writes it."""
    words = str(entry["abstract"]).split()
    places: dict[str, list[int]] = {}
    for at, word in enumerate(words):
        places.setdefault(word, []).append(at)
    return {
        "id": f"https://openalex.org/W{number_of(str(entry['id']))}",
        "doi": f"https://doi.org/{entry['doi']}",
        "title": entry["title"],
        "publication_year": int(str(entry["year"])),
        "authorships": [{"author": {"display_name": name}} for name in _names(entry)],
        "abstract_inverted_index": places,
        "language": "en",
        **changed,
    }


def openalex_page(works: list[Entry]) -> httpx.Response:
    return httpx.Response(200, json={"meta": {"count": len(works), "next_cursor": None}, "results": works})


def europe_pmc_page(found: list[Entry]) -> httpx.Response:
    results = [
        {
            "source": "MED",
            "id": str(number_of(str(entry["id"]))),
            "title": entry["title"],
            "doi": entry["doi"],
            "pubYear": str(entry["year"]),
            "abstractText": entry["abstract"],
            "authorString": ", ".join(_names(entry)),
            "language": "eng",
        }
        for entry in found
    ]
    return httpx.Response(200, json={"hitCount": len(found), "resultList": {"result": results}})


def crossref_record(entry: Entry, **changed: object) -> Entry:
    """Return a work as Crossref writes it."""
    people = [{"given": name.rpartition(" ")[0], "family": name.rpartition(" ")[2]} for name in _names(entry)]
    return {
        "DOI": entry["doi"],
        "type": "proceedings-article",
        "title": [entry["title"]],
        "author": people,
        "issued": {"date-parts": [[int(str(entry["year"]))]]},
        "abstract": f"<jats:p>{entry['abstract']}</jats:p>",
        **changed,
    }


def crossref_page(records: list[Entry]) -> httpx.Response:
    message = {"total-results": len(records), "items-per-page": 100, "items": records}
    return httpx.Response(200, json={"message-type": "work-list", "message": message})


def pdf_of(entry: Entry) -> bytes:
    """Return a paper of one page with the abstract of a work."""
    return make_pdf([paragraph(str(entry["abstract"]), 72, 720)])


def _names(entry: Entry) -> list[str]:
    authors = entry["authors"]
    assert isinstance(authors, list)
    return [str(name) for name in authors]


class Databases:
    """A network of scripted hosts on a clock that never waits; `asked` lists the requests as they came,
    `answered` the hosts in the order of their answers.

    Args:
        hosts: What each host answers; a host that is not named cannot be reached.
        seed: Decides in which order simultaneous answers come.
    """

    def __init__(self, hosts: Mapping[str, Reply], seed: int = 0) -> None:
        self.asked: list[httpx.Request] = []
        self.answered: list[str] = []
        self._hosts = hosts
        self._random = random.Random(seed)
        clock = Clock()
        self.client = HttpClient(
            contact="me@example.org",
            transport=httpx.MockTransport(self._answer),
            sleep=clock.sleep,
            now=clock.now,
        )

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        for _ in range(self._random.randrange(40)):
            await asyncio.sleep(0)
        self.answered.append(request.url.host)
        if request.url.host not in self._hosts:
            raise httpx.ConnectError("no such host in this test")
        return self._hosts[request.url.host](request)

    def install(self, patch: pytest.MonkeyPatch) -> None:
        """Let runs ask these databases."""
        patch.setattr("graphs.runner.open_client", lambda settings: self.client)
