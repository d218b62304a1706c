"""Whole runs over several databases: some fail, answers come in any order, citations are followed, notices count."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from graphs.runner import Ended, run_question
from juried.backends.mock import MockBackend
from juried.counting import prisma_gaps
from juried.errors import UsageError
from juried.records.work import LedgerRow
from juried.settings import Settings
from tests.fake_databases import (
    Databases,
    Entry,
    Reply,
    crossref_page,
    crossref_record,
    entries,
    europe_pmc_page,
    openalex_page,
    openalex_work,
    pdf_of,
)
from tests.small_library import IDS, QUESTION, script, settings_for

CROSSREF, OPENALEX, EUROPE_PMC = "api.crossref.org", "api.openalex.org", "www.ebi.ac.uk"


async def run(tmp_path: Path, sources: tuple[str, ...], **given: object) -> Ended:
    settings = settings_for(tmp_path, sources=sources, contact="me@example.org", **given)
    return await run_question(QUESTION, settings, lambda offer: True, backend=MockBackend(script()))


def rows_of(ended: Ended, **wanted: str) -> list[LedgerRow]:
    return [row for row in ended.record.ledger if all(getattr(row, key) == value for key, value in wanted.items())]


def slow(request: httpx.Request) -> httpx.Response:
    raise httpx.ReadTimeout("slow", request=request)


FAILING: dict[str, Reply] = {
    CROSSREF: lambda request: httpx.Response(429),
    OPENALEX: slow,
    EUROPE_PMC: lambda request: httpx.Response(200, text="<!doctype html><html><body>Maintenance</body></html>"),
}


async def test_three_sources_that_fail_in_three_ways_end_in_a_report_that_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Databases(FAILING).install(monkeypatch)
    ended = await run(tmp_path, ("library", "crossref", "openalex", "europe_pmc"))
    status = {row.source: row.status for row in rows_of(ended, purpose="search")}
    assert status == {
        "library": "answered",
        "crossref": "rate_limited",
        "openalex": "timed_out",
        "europe_pmc": "malformed",
    }
    assert any(verdict.verified for verdict in ended.record.verdicts)
    report = ended.folder.report.read_text(encoding="utf-8")
    for said in ("rate limited", "timed out", "malformed"):
        assert said in report
    assert prisma_gaps(ended.record.prisma) == ()


def answering() -> dict[str, Reply]:
    """Three databases that share some works and have others of their own."""
    known = entries()
    first, second, third = ([known[name] for name in IDS[start::2]] for start in (0, 1, 0))

    def crossref(request: httpx.Request) -> httpx.Response:
        return crossref_page(
            [] if "doi:" in request.url.params.get("filter", "") else list(map(crossref_record, first))
        )

    return {
        CROSSREF: crossref,
        OPENALEX: lambda request: openalex_page(list(map(openalex_work, second))),
        EUROPE_PMC: lambda request: europe_pmc_page(third[::-1]),
    }


async def test_the_order_of_answers_and_of_sources_makes_no_difference(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ("library", "crossref", "openalex", "europe_pmc")
    seen, orders = [], set()
    for seed, sources in ((1, names), (2, names), (3, names[::-1])):
        databases = Databases(answering(), seed)
        databases.install(monkeypatch)
        ended = await run(tmp_path, sources, runs=str(tmp_path / str(seed)))
        seen.append((ended.record.works, ended.record.screening, ended.record.ledger, ended.record.prisma))
        orders.add(tuple(databases.answered))
    assert seen[0] == seen[1] == seen[2]
    assert len(orders) > 1
    assert {len(work.hits) for work in seen[0][0]} >= {2, 3}
    assert ended.record.prisma.duplicates > 0


async def test_every_field_of_a_work_knows_its_source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Databases(answering()).install(monkeypatch)
    ended = await run(tmp_path, ("library", "crossref", "openalex", "europe_pmc"))
    for work in ended.record.works:
        told = {origin.field for origin in work.origins}
        names = {hit.partition(":")[0] for hit in work.hits}
        filled = {name for name, value in work.identifiers if value}
        plain = ("title", "authors", "year", "venue", "abstract", "language", "url", "status", "files")
        filled |= {name for name in plain if getattr(work, name)}
        # An address that is made from an identifier has the identifier's source.
        assert filled - told <= {"url"}
        assert {origin.source for origin in work.origins} <= names


def citing(request: httpx.Request) -> httpx.Response:
    """OpenAlex, where a search finds one work and its links lead to four."""
    known = entries()
    found = {"search": IDS[3:4], "cited_by": IDS[4:7], "cites": IDS[6:8]}
    asked = request.url.params.get("filter", "")
    kind = next((name for name in ("cited_by", "cites") if asked.startswith(f"{name}:")), "search")
    return openalex_page([openalex_work(known[name]) for name in found[kind]])


async def test_citations_are_followed_one_step_both_ways_and_counted_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    databases = Databases({OPENALEX: citing})
    databases.install(monkeypatch)
    ended = await run(tmp_path, ("openalex",), snowball=True)
    record = ended.record
    rows = {row.purpose: row for row in record.ledger}
    assert (rows["search"].taken, rows["references"].taken, rows["citations"].taken) == (1, 2, 2)
    assert rows["references"].query == "references of doi:10.18653/v1/2021.mrl-1.5"
    assert rows["citations"].query == "citations of doi:10.18653/v1/2021.mrl-1.5"
    flow = record.prisma.citation_searching
    assert flow is not None
    assert (record.prisma.identified, record.prisma.screened, flow.identified) == (5, 5, 4)
    assert flow.included + sum(item.count for item in flow.excluded) == 4
    assert prisma_gaps(record.prisma) == ()
    assert record.prisma.included > 1
    assert not [gate for gate in record.gates if gate.outcome == "failed"]
    assert not any("R10" in loss.detail for loss in record.losses)
    assert sum("filter" in request.url.params for request in databases.asked) == 2


async def test_followed_hits_share_the_places_of_a_source_and_come_in_turn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Databases({OPENALEX: citing}).install(monkeypatch)
    ended = await run(tmp_path, ("openalex",), snowball=True, max_works=2)
    taken = {row.purpose: row.taken for row in ended.record.ledger}
    assert taken == {"search": 1, "references": 1, "citations": 1}


async def test_sources_without_citations_and_failing_ones_say_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Databases({OPENALEX: slow}).install(monkeypatch)
    ended = await run(tmp_path, ("library", "openalex"), snowball=True)
    by_source = {row.source: row for row in ended.record.ledger if row.purpose in ("references", "citations")}
    assert by_source["library"].status == "not_offered"
    assert "does not tell which works cite which" in by_source["library"].detail
    assert by_source["openalex"].status == "timed_out"
    assert prisma_gaps(ended.record.prisma) == ()


RETRACTION: Entry = {
    "type": "retraction",
    "source": "retraction-watch",
    "updated": {"date-parts": [[2023, 5, 4]]},
    "DOI": "10.1000/notice",
}


def retracting(request: httpx.Request) -> httpx.Response:
    """Crossref, which finds nothing for words and says of every DOI that the work is retracted."""
    listed = [part[4:] for part in request.url.params.get("filter", "").split(",") if part.startswith("doi:")]
    by_doi = {str(entry["doi"]): entry for entry in entries().values()}
    told = [crossref_record(by_doi[doi], **{"updated-by": [RETRACTION]}) for doi in listed if doi in by_doi]
    return crossref_page(told)


async def test_a_retraction_that_crossref_tells_keeps_claims_from_being_verified(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Databases({CROSSREF: retracting}).install(monkeypatch)
    ended = await run(tmp_path, ("library", "crossref"))
    works = {work.id: work for work in ended.record.works}
    included = [works[item.work_id] for item in ended.record.screening if item.included]
    noted = [work for work in included if work.identifiers.doi]
    assert noted
    for work in noted:
        note = next(note for note in work.status if "10.1000/notice" in note.evidence)
        assert (note.kind, note.date) == ("retracted", "2023-05-04")
        assert any(origin.field == "status" and origin.source == "crossref" for origin in work.origins)
    retracted = {work.id for work in noted}
    claims = {claim.id for claim in ended.record.claims if claim.work_id in retracted}
    tried = [item for item in ended.record.verdicts if item.claim_id in claims and item.reason != "not_selected"]
    assert tried
    assert not any(item.verified for item in tried)
    (row,) = rows_of(ended, purpose="notices")
    assert (row.status, row.total, row.taken) == ("answered", len(noted), len(noted))
    assert "10.1000/notice" in ended.folder.report.read_text(encoding="utf-8")


async def test_open_versions_are_read_before_the_abstract(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    by_doi = {str(entry["doi"]): entry for entry in entries().values()}

    def unpaywall(request: httpx.Request) -> httpx.Response:
        doi = request.url.path.removeprefix("/v2/")
        place = {"url_for_pdf": f"https://open.example.org/{doi}.pdf", "url": f"https://open.example.org/{doi}"}
        return httpx.Response(200, json={"doi": doi, "oa_locations": [{**place, "version": "publishedVersion"}]})

    def shelf(request: httpx.Request) -> httpx.Response:
        doi = request.url.path.removeprefix("/").removesuffix(".pdf")
        return httpx.Response(200, content=pdf_of(by_doi[doi]), headers={"content-type": "application/pdf"})

    Databases({"api.unpaywall.org": unpaywall, "open.example.org": shelf}).install(monkeypatch)
    ended = await run(tmp_path, ("library", "unpaywall"), max_included=2)
    assert {note.format for note in ended.record.documents} == {"pdf"}
    assert ended.record.prisma.full_text == 2
    (row,) = rows_of(ended, purpose="open_versions")
    assert (row.status, row.total, row.taken) == ("answered", 2, 2)
    assert not rows_of(ended, source="unpaywall", purpose="search")


async def test_a_look_up_that_fails_leaves_the_works_as_they_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Databases({CROSSREF: slow}).install(monkeypatch)
    ended = await run(tmp_path, ("library", "crossref", "unpaywall"), max_included=2)
    status = {row.purpose: row.status for row in ended.record.ledger if row.source != "library"}
    assert status == {"search": "timed_out", "notices": "timed_out", "open_versions": "failed"}
    assert any(verdict.verified for verdict in ended.record.verdicts)
    (row,) = rows_of(ended, purpose="notices")
    assert "not known" in row.detail


async def test_a_service_that_takes_no_queries_is_not_enough_for_a_run(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="unpaywall cannot be searched"):
        await run(tmp_path, ("unpaywall",))


async def test_works_in_another_language_are_excluded_with_that_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = entries()
    german = openalex_work(known[IDS[3]], language="de")
    plain = [openalex_work(known[name], language=code) for name, code in ((IDS[4], "en"), (IDS[5], None))]
    databases = Databases({OPENALEX: lambda request: openalex_page([german, *plain])})
    databases.install(monkeypatch)
    ended = await run(tmp_path, ("openalex",), languages=("en",))
    reasons = {item.reason: item.count for item in ended.record.prisma.excluded}
    assert reasons["other_language"] == 1
    assert prisma_gaps(ended.record.prisma) == ()
    assert databases.asked[0].url.params["filter"] == "language:en"
    (row,) = rows_of(ended, purpose="search")
    assert "Languages en: asked of the database." in row.detail
    assert ended.record.protocol.languages == ("en",)
    assert "another language" in ended.folder.report.read_text(encoding="utf-8")


async def test_the_library_applies_languages_at_screening(tmp_path: Path) -> None:
    ended = await run(tmp_path, ("library",), languages=("eng", "de"))
    assert all("Languages de, en: applied at screening" in row.detail for row in ended.record.ledger)


@pytest.mark.parametrize("wrong", ["e", "en-us", "4x", "english"])
def test_a_language_that_is_no_code_is_a_usage_error(wrong: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--languages"):
        settings_for(tmp_path, languages=(wrong,))


def test_settings_of_other_languages_name_other_runs() -> None:
    from juried.settings import result_settings

    assert result_settings(Settings(languages=("en",))) != result_settings(Settings(snowball=True))
