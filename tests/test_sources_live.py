"""Live sources by name: what they need is said, keys go to their source, and none is asked before it is searched."""

from __future__ import annotations

import json
from pathlib import Path

import httpx
import pytest

from cli.main import main
from graphs.runner import run_question
from juried.backends.mock import MockBackend
from juried.errors import ExitCode, UsageError
from juried.settings import Settings
from juried.sources.base import Source
from juried.sources.live import LIVE, keys_of, open_client, open_live
from juried.sources.registry import source_names
from tests.fake_databases import crossref_page
from tests.http_helpers import Web
from tests.small_library import EXAMPLES, QUESTION, script, settings_for


@pytest.mark.parametrize("name", sorted(LIVE))
def test_each_live_source_opens_by_name_and_keeps_the_protocol(name: str, tmp_path: Path) -> None:
    settings = Settings(sources=(name,), runs=str(tmp_path))
    client = open_client(settings)
    assert client is not None
    source = open_live(name, settings, client)
    assert isinstance(source, Source)
    assert source.name == name


def test_the_library_alone_needs_no_client() -> None:
    assert open_client(Settings()) is None


def test_a_key_goes_to_the_source_that_it_names() -> None:
    assert keys_of(Settings(source_keys=("openalex=abc", "pubmed=x=y"))) == {"openalex": "abc", "pubmed": "x=y"}
    for wrong in ("openalex", "nowhere=1", "openalex="):
        with pytest.raises(UsageError, match="--source-keys"):
            keys_of(Settings(source_keys=(wrong,)))


def test_the_acl_index_is_built_from_a_file_and_searched(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    runs = str(tmp_path / "runs")
    path = str(EXAMPLES / "works.jsonl")
    assert main(["sources", "fetch", "acl", "--library", path, "--runs", runs, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["papers"] == 463
    assert main(["sources", "check", "--sources", "acl", "--runs", runs]) == 0
    assert "usable" in capsys.readouterr().out


def _answer(request: httpx.Request) -> httpx.Response:
    """Answers to the checks, made by hand from the providers' documentation; hosts that are not named are down."""
    host = request.url.host
    if host == "api.crossref.org":
        return crossref_page([])
    if host == "api.openalex.org":
        credit = {"x-ratelimit-remaining": "990", "x-ratelimit-limit": "1000", "x-ratelimit-reset": "3600"}
        return httpx.Response(200, json={"id": "https://openalex.org/W1"}, headers=credit)
    if host == "api.semanticscholar.org":
        return httpx.Response(429)
    if host == "www.ebi.ac.uk":
        return httpx.Response(200, text="<!doctype html><p>Maintenance</p>")
    raise httpx.ConnectError("down")


def test_checking_names_each_source_with_its_limits_and_what_is_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("juried.sources.registry.open_client", lambda settings: Web(_answer, contact="").client)
    assert main(["sources", "check", "--runs", str(tmp_path / "runs")]) == 4
    lines = {line.split()[0]: line for line in capsys.readouterr().out.splitlines()}
    assert set(lines) == set(source_names()) - {"library"}
    assert "One request per second; three with a contact address." in lines["crossref"]
    assert "credit left: 990 of 1000" in lines["openalex"]
    assert "free key" in lines["openalex"]
    for name in ("crossref", "openalex"):
        assert "not usable" not in lines[name]
    for name, terms in (
        ("semantic_scholar", "Without a key: all such users share one limit."),
        ("europe_pmc", "no key is needed"),
        ("arxiv", "one request in three seconds"),
        ("pubmed", "without a key three requests a second"),
        ("dblp", "no key"),
        ("unpaywall", "100,000 requests a day"),
        ("acl", "juried sources fetch acl"),
    ):
        assert "not usable" in lines[name]
        assert terms in lines[name], lines[name]


def test_fetching_anything_else_is_refused_in_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sources", "fetch", "crossref"]) == 2
    assert "juried sources fetch acl" in capsys.readouterr().err


async def test_a_source_that_cannot_be_reached_never_ends_a_run_that_has_another(tmp_path: Path) -> None:
    settings = settings_for(tmp_path, sources=("library", "dblp"))
    ended = await run_question(QUESTION, settings, lambda offer: True, backend=MockBackend(script()))
    rows = {row.source: row for row in ended.record.ledger}
    assert rows["library"].status == "answered"
    assert rows["dblp"].status not in ("answered", "empty")
    assert rows["dblp"].detail
    assert ended.exit_code in (ExitCode.SEALED, ExitCode.DEGRADED)
    assert "dblp" in ended.folder.report.read_text(encoding="utf-8")
