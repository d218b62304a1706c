"""`juried resume` and sources that all failed: what goes on, with what, and what is said where it cannot."""

from __future__ import annotations

import io
import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver

from cli.main import main
from graphs.runner import run_question
from juried.backends.mock import MockBackend, Reply
from juried.errors import BackendError, ExitCode, RunInterrupted, SourceError, StorageError
from juried.journal import Journal
from juried.records.protocol import SourceQuery
from juried.records.work import FileRef, LedgerRow
from juried.resuming import load_begun, settings_to_resume
from juried.runs import RunFolder, begin_run
from juried.settings import Settings, load_settings
from juried.sources import registry
from juried.sources.base import SearchLimits, SearchResult, SourceHealth
from juried.sources.http import HttpClient
from juried.sources.library import LocalLibrary
from juried.tasks import JudgeClaims, Task
from tests.http_helpers import Web
from tests.small_library import EXAMPLES, QUESTION, make_library, script, settings_for
from tests.test_source_europe_pmc import article, page


def stop(tmp_path: Path) -> tuple[list[str], RunFolder]:
    """Begin a run that stops for approval; return its command line and its folder."""
    library = make_library(tmp_path / "library")
    places = ["--library", str(library), "--runs", str(tmp_path / "runs")]
    command = ["run", QUESTION, *places, "--backend", "mock", "--date", "2026-01-31", "--progress", "none"]
    assert main([*command, "--approve", "protocol", "--contact", "someone@example.org"]) == 6
    (path,) = [path for path in (tmp_path / "runs").iterdir() if not path.name.startswith(".")]
    return [*command, "--approve", "protocol"], RunFolder(path)


@pytest.fixture(autouse=True)
def nobody_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let an approval read the end of input."""
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))


def say_yes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("\n"))


def test_resume_goes_on_with_the_runs_own_settings_and_gives_what_the_command_gives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    command, folder = stop(tmp_path)
    # What this call's environment says shapes nothing: the run has its own settings.
    monkeypatch.setenv("JURIED_MAX_WORKS", "3")
    monkeypatch.setenv("JURIED_PUBLISHER", "someone else")
    monkeypatch.chdir(tmp_path)
    say_yes(monkeypatch)
    capsys.readouterr()
    assert main(["resume", folder.id[:12], "--runs", str(tmp_path / "runs"), "--json"]) == 4
    resumed = json.loads(capsys.readouterr().out)
    assert resumed["run"] == folder.id
    record = folder.record.read_bytes()
    monkeypatch.delenv("JURIED_MAX_WORKS")
    monkeypatch.delenv("JURIED_PUBLISHER")
    say_yes(monkeypatch)
    assert main([*command, "--json", "--fresh"]) == 4
    assert json.loads(capsys.readouterr().out) == resumed
    assert folder.record.read_bytes() == record


def test_a_finished_run_is_shown_without_its_library(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _, folder = stop(tmp_path)
    say_yes(monkeypatch)
    assert main(["resume", str(folder.path), "--progress", "none"]) == 4
    first = capsys.readouterr().out
    (tmp_path / "library" / "works.jsonl").unlink()
    assert main(["resume", str(folder.path)]) == 4
    assert capsys.readouterr().out == first


def test_what_cannot_be_gone_on_with_is_one_sentence_with_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, folder = stop(tmp_path)
    runs = ["--runs", str(tmp_path / "runs"), "--progress", "none"]
    begun = folder.settings.read_text(encoding="utf-8")

    def said(*arguments: str) -> str:
        capsys.readouterr()
        assert main(["resume", *arguments]) == 2
        printed = capsys.readouterr()
        assert printed.out == ""
        (line,) = printed.err.strip().splitlines()
        return line

    assert "no run" in said("nothing-like-it", *runs)
    with Journal(folder.journal):
        assert "another process is working on this run" in said(folder.id, *runs)
    for damaged in (begun[: len(begun) // 2], "[]", "{}", begun.replace('"max_works"', '"most_works"')):
        folder.settings.write_text(damaged, encoding="utf-8")
        assert folder.id in said(folder.id, *runs)
    folder.settings.write_text(begun, encoding="utf-8")
    with (tmp_path / "library" / "works.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps({"id": "new-1", "title": "A Work More", "abstract": "It says more than before."}) + "\n")
    assert "the content of source library" in said(folder.id, *runs)
    (tmp_path / "library" / "works.jsonl").unlink()
    assert "library" in said(folder.id, *runs)


def test_another_codes_run_is_named_with_what_differs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from graphs import opening

    _, folder = stop(tmp_path)
    hashes = opening._file_hashes()
    changed = tuple((path, "0" * 64 if path.name == "judge_claims.md" else digest) for path, digest in hashes)
    monkeypatch.setattr(opening, "_file_hashes", lambda: changed)
    opening.code_hash.cache_clear()
    try:
        assert main(["resume", str(folder.path), "--progress", "none"]) == 2
    finally:
        opening.code_hash.cache_clear()
    line = capsys.readouterr().err.strip().splitlines()[-1]
    assert "prompt judge_claims" in line
    assert "the code" not in line
    assert "juried run" in line


def test_a_run_keeps_every_setting_but_secrets_and_takes_those_from_the_call(tmp_path: Path) -> None:
    asked = load_settings(
        {
            "library": "papers",
            "sources": ("library", "openalex"),
            "contact": "someone@example.org",
            "source_keys": ("openalex=source-secret",),
            "base_url": "http://user:password@127.0.0.1:1/v1",
            "roles": ("writer=openai:x@http://me:hidden@127.0.0.1:2/v1",),
            "model": "openai:stub",
            "api_key": "model-secret",
            "max_tokens": 7,
            "approve": ("screening",),
        },
        {},
    )
    folder = RunFolder(tmp_path / "runs" / "a-run")
    begin_run(folder, QUESTION, "2026-01-31", asked)
    kept = folder.settings.read_text(encoding="utf-8")
    assert not any(secret in kept for secret in ("secret", "password", "hidden"))
    call = load_settings({"api_key": "new", "source_keys": ("openalex=new",), "max_tokens": 9, "json": True}, {})
    back = settings_to_resume(load_begun(folder), call, {"contact": "other@example.org"})
    assert back == replace(
        asked,
        library=str(Path.cwd() / "papers"),
        runs=str(tmp_path / "runs"),
        base_url="http://127.0.0.1:1/v1",
        roles=("writer=openai:x@http://127.0.0.1:2/v1",),
        api_key="new",
        source_keys=("openalex=new",),
        contact="other@example.org",
        json=True,
    )


class Failing:
    """A source that fails until it is mended, and then answers as the local library does."""

    query_language = "Words."

    def __init__(self, name: str, library: LocalLibrary, mended: list[str]) -> None:
        self.name = name
        self.library = library
        self.mended = mended
        self.asked = 0

    async def search(self, query: SourceQuery, limits: SearchLimits) -> SearchResult:
        self.asked += 1
        if self.name not in self.mended:
            row = LedgerRow(source=self.name, query=query.text, total=0, taken=0, status="failed", detail="It is down.")
            return SearchResult(row=row, hits=())
        found = await self.library.search(query, limits)
        hits = tuple(hit.model_copy(update={"source": self.name}) for hit in found.hits)
        return SearchResult(row=found.row.model_copy(update={"source": self.name}), hits=hits)

    async def fetch(self, file: FileRef) -> bytes:
        return await self.library.fetch(file)

    async def check(self) -> SourceHealth:
        return SourceHealth(name=self.name, usable=True, works=None, detail="")

    async def aclose(self) -> None:
        await self.library.aclose()


async def test_sources_that_all_failed_are_asked_again_and_nobody_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mended: list[str] = []
    opened: list[Failing] = []
    settings = settings_for(tmp_path, sources=("first", "second"))

    def open_failing(name: str) -> registry.OpenSource:
        def open_it(given: Settings) -> Failing:
            opened.append(Failing(name, registry.BUILT_IN["library"](given), mended))  # type: ignore[arg-type]
            return opened[-1]

        return open_it

    monkeypatch.setattr(registry, "BUILT_IN", {**registry.BUILT_IN, **{n: open_failing(n) for n in settings.sources}})

    async def once() -> tuple[MockBackend, list[int]]:
        opened.clear()
        backend = MockBackend(script())
        try:
            await run_question(QUESTION, settings, lambda offer: True, backend=backend)
        finally:
            asked = [source.asked for source in opened]
        return backend, asked

    for _ in range(2):
        with pytest.raises(SourceError, match="every source failed: first: It is down"):
            await once()
        assert all(source.asked for source in opened), "a run that goes on asks the failed sources again"
    mended.append("second")
    backend, asked = await once()
    assert all(asked)
    assert "PlanSearch" not in {type(task).__name__ for task in backend.calls}
    ended = await run_question(QUESTION, settings, lambda offer: True, backend=MockBackend(script()))
    assert {(row.source, row.status) for row in ended.record.ledger} == {("first", "failed"), ("second", "answered")}
    assert ended.exit_code in (ExitCode.SEALED, ExitCode.DEGRADED)


async def test_a_run_that_waits_says_so_again(tmp_path: Path) -> None:
    settings = settings_for(tmp_path, approve=("protocol",))
    for _ in range(2):
        with pytest.raises(RunInterrupted):
            await run_question(QUESTION, settings, lambda offer: None, backend=MockBackend(script()))


async def test_searches_and_downloads_are_in_the_journal_and_never_made_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    abstract = "<p>Vocabulary augmentation of multilingual BERT raises accuracy on low-resource languages.</p>"
    open_text = {"isOpenAccess": "Y", "inEPMC": "Y", "pmcid": "PMC1", "abstractText": abstract}
    articles = [article(1, **open_text), article(2, abstractText=abstract)]
    full_text = (EXAMPLES / "papers" / "pone.0000217.nxml").read_bytes()

    def handler(request: httpx.Request) -> httpx.Response:
        downloaded = request.url.path.endswith("fullTextXML")
        return httpx.Response(200, content=full_text) if downloaded else page(articles, 2, "*")

    webs: list[Web] = []

    def open_web(settings: Settings) -> HttpClient:
        webs.append(Web(handler))
        return webs[-1].client

    plain = script()

    def broken(task: Task) -> Reply:
        return BackendError("the server went away.") if isinstance(task, JudgeClaims) else plain(task)

    monkeypatch.setattr("graphs.runner.open_client", open_web)
    settings = settings_for(tmp_path, sources=("europe_pmc",))
    with pytest.raises(BackendError):
        await run_question(QUESTION, settings, lambda offer: True, backend=MockBackend(broken))
    paths = [request.url.path.rpartition("/")[2] for request in webs[0].asked]
    assert {*paths} == {"search", "fullTextXML"}
    (path,) = [path for path in (tmp_path / "runs").iterdir() if not path.name.startswith(".")]
    # Without its checkpoints the run begins anew, and the journal alone knows what was asked.
    RunFolder(path).checkpoints.unlink()
    ended = await run_question(QUESTION, settings, lambda offer: True, backend=MockBackend(script()))
    assert webs[1].asked == []
    assert {note.format for note in ended.record.documents} == {"jats", "abstract"}


@pytest.mark.parametrize("step", [3, 9, 14])
async def test_a_stop_between_the_end_of_a_step_and_its_checkpoint_begins_nothing_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    whole = await run_question(
        QUESTION, settings_for(tmp_path, runs=str(tmp_path / "whole")), lambda o: True, backend=MockBackend(script())
    )
    left = [step]
    put = AsyncSqliteSaver.aput

    async def stopping(self: AsyncSqliteSaver, *given: Any) -> Any:
        left[0] -= 1
        if left[0] == 0:
            raise StorageError("the disk is full.")
        return await put(self, *given)

    monkeypatch.setattr(AsyncSqliteSaver, "aput", stopping)
    settings = settings_for(tmp_path)
    with pytest.raises(StorageError):
        await run_question(QUESTION, settings, lambda offer: True, backend=MockBackend(script()))
    assert left == [0]
    backend = MockBackend(script())
    ended = await run_question(QUESTION, settings, lambda offer: True, backend=backend)
    assert ended.folder.record.read_bytes() == whole.folder.record.read_bytes()
    assert "PlanSearch" not in {type(task).__name__ for task in backend.calls}
