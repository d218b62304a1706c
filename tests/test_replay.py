"""Recording a run and replaying it: the same bytes without server, key or network, and differences that are named."""

from __future__ import annotations

import asyncio
import itertools
import json
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
import pytest

from graphs.replaying import replay
from graphs.runner import Ended, run_question
from juried.errors import RecordError, ReplayError, RunInterrupted, UsageError
from juried.recording.folder import place_library
from juried.recording.notes import NOTES, LibraryPlace, read_notes
from juried.settings import Settings
from tests.openai_stub import JSON, OpenAIStub, Reply, error, sensible
from tests.small_library import QUESTION, make_library, settings_for

pytest_plugins = ["pytester"]
ROOT = Path(__file__).resolve().parents[1]
KEY = "sk-a-very-secret-key"
CONTACT = "researcher@example.org"
SECRETS = re.compile(
    r"(?i)\bBearer\s+(?!\*)\S{8}|\bsk-[a-z0-9_-]{16}|[?&](?:api_key|mailto|email)=|"
    r"^\s*(?:authorization|x-api-key|api-key|cookie|set-cookie|x-request-id|date|cf-ray|user-agent|"
    r"openai-(?:organization|project))\s*:\s*$",
    re.MULTILINE,
)


@dataclass(frozen=True)
class Recorded:
    """A recorded run: its recording and its sealed files."""

    tape: Path
    record: bytes
    report: bytes
    settings: Settings


def settings(folder: Path, stub: OpenAIStub, **given: object) -> Settings:
    return settings_for(
        folder, backend="", model="openai:stub", base_url=stub.url, api_key=KEY, contact=CONTACT, **given
    )


async def run(chosen: Settings, answer: object = True) -> Ended:
    return await run_question(QUESTION, chosen, lambda offer: answer)


def telling(body: JSON) -> Reply:
    """A sensible answer of a server that repeats the key, in its headers and its body."""
    reply = sensible(body)
    assert isinstance(reply.body, dict)
    return Reply(body={**reply.body, "asked_with": KEY}, headers={"set-cookie": f"key={KEY}", "x-request-id": "r-1"})


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Recorded:
    folder = tmp_path_factory.mktemp("recorded")
    with OpenAIStub(telling, models=("stub",)) as stub:
        chosen = settings(folder, stub, record=str(folder / "tape"))
        ended = asyncio.run(run(chosen))
    files = (ended.folder.record.read_bytes(), ended.folder.report.read_bytes())
    shutil.rmtree(folder / "library")
    return Recorded(folder / "tape", *files, chosen)


@pytest.fixture
def tape(recorded: Recorded, tmp_path: Path) -> Path:
    """A copy of the recording elsewhere."""
    return Path(shutil.copytree(recorded.tape, tmp_path / "tape"))


def command(folder: Path, *more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "cli.main", "replay", *more, "--progress", "none"],
        cwd=folder, env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_a_recording_gives_the_same_bytes_elsewhere_without_server_key_or_library(
    recorded: Recorded, tape: Path, tmp_path: Path
) -> None:
    done = command(tmp_path, "tape", "--runs", "others")
    assert (done.returncode, done.stderr) == (0, "")
    assert "equal the recorded ones" in done.stdout
    (folder,) = (tmp_path / "others" / "replays").iterdir()
    assert (folder / "record.json").read_bytes() == recorded.record
    assert (folder / "report.md").read_bytes() == recorded.report


def test_another_result_is_named_and_ends_with_7(tape: Path, tmp_path: Path) -> None:
    notes = json.loads((tape / NOTES).read_text())
    (tape / NOTES).write_text(json.dumps(notes | {"report_sha256": "0" * 64, "code": "another"}))
    done = command(tmp_path, str(tape))
    assert done.returncode == 7
    (line,) = done.stderr.strip().splitlines()
    assert "report.md differs" in line
    assert "record.json" not in line
    assert "The code has changed since" in line


async def test_a_request_that_was_not_recorded_stops_the_run_and_is_named(tape: Path, tmp_path: Path) -> None:
    cassette = tape / "review_claims.yaml"
    text = cassette.read_text(encoding="utf-8")
    assert "content: |-\n          You sit on a panel" in text
    cassette.write_text(text.replace("You sit on a panel", "You once sat on a panel"), encoding="utf-8")
    with pytest.raises(ReplayError) as caught:
        await replay(tape, tmp_path / "runs")
    said = str(caught.value)
    assert said.startswith("node review_claims, prompt judge_claims version ")
    assert "messages[0].content at character 4: recorded 'You once sat" in said
    assert "now 'You sit on a panel" in said
    assert "--record DIR --fresh" in said
    assert not list((tmp_path / "runs").glob("replays/*/manifest.json"))


async def test_an_exchange_that_is_not_played_fails_the_replay(tape: Path, tmp_path: Path) -> None:
    cassette = tape / "plan_search.yaml"
    text = cassette.read_text(encoding="utf-8")
    extra = text.partition("interactions:\n")[2].replace("model: stub", "model: other")
    cassette.write_text(text + extra, encoding="utf-8")
    with pytest.raises(RecordError, match="2 exchanges, and 1 were recorded"):
        await replay(tape, tmp_path / "runs")
    notes = json.loads((tape / NOTES).read_text())
    notes["exchanges"]["plan_search"] = 2
    (tape / NOTES).write_text(json.dumps(notes))
    with pytest.raises(ReplayError, match="not played: node plan_search, prompt plan_search"):
        await replay(tape, tmp_path / "runs")


async def test_a_library_of_other_content_or_none_at_all_is_refused(tape: Path, tmp_path: Path) -> None:
    with (tape / "library" / "works.jsonl").open("a", encoding="utf-8") as file:
        file.write("\n")
    with pytest.raises(RecordError, match="other content"):
        await replay(tape, tmp_path / "runs")
    shutil.rmtree(tape / "library")
    with pytest.raises(RecordError, match="is not there") as caught:
        await replay(tape, tmp_path / "runs")
    assert "--library" in caught.value.advice


def test_a_library_of_the_same_repository_is_named_and_any_other_is_copied(tmp_path: Path) -> None:
    (tmp_path / "project" / ".git").mkdir(parents=True)
    tape, library = tmp_path / "project" / "cassettes" / "one", tmp_path / "project" / "examples" / "library"
    assert place_library(tape, library, "f") == (LibraryPlace(fingerprint="f", path="../../examples/library"), None)
    outside = tmp_path / "library"
    assert place_library(tape, outside, "f") == (LibraryPlace(fingerprint="f", path="library"), outside)
    assert place_library(tmp_path / "tape", library, "f")[1] == library


def test_a_recording_holds_no_secret_and_the_run_no_trace_of_it(recorded: Recorded) -> None:
    for path in sorted(path for path in recorded.tape.rglob("*") if path.is_file()):
        data = path.read_bytes()
        assert KEY.encode() not in data, path.name
        assert CONTACT.encode() not in data, path.name
        assert not SECRETS.search(data.decode("utf-8", "replace")), path.name
    assert "asked_with: '***'" in (recorded.tape / "plan_search.yaml").read_text(encoding="utf-8")
    assert not (recorded.tape / ".partial").exists()
    run_folder = next(Path(recorded.settings.runs).glob("*/settings.json")).parent
    assert str(recorded.tape) not in (run_folder / "settings.json").read_text()


@pytest.mark.parametrize("path", sorted((ROOT / "cassettes").rglob("*.y*ml")), ids=lambda path: path.name)
def test_no_cassette_of_the_project_holds_a_secret(path: Path) -> None:
    assert not SECRETS.search(path.read_text(encoding="utf-8"))


async def test_what_was_made_without_recording_is_not_recorded_in_part(recorded: Recorded, tmp_path: Path) -> None:
    shutil.copytree(recorded.tape / "library", recorded.settings.library, dirs_exist_ok=True)
    with pytest.raises(UsageError, match="begun without --record") as caught:
        await run(Settings(**{**vars(recorded.settings), "record": str(tmp_path / "new")}))
    assert "--fresh" in caught.value.advice
    with pytest.raises(UsageError, match="a recording already"):
        await run(recorded.settings)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "config.yaml").write_text("mine: yes")
    with pytest.raises(UsageError, match="other things"):
        await run(Settings(**{**vars(recorded.settings), "record": str(tmp_path / "mine")}))
    assert (tmp_path / "mine" / "config.yaml").read_text() == "mine: yes"
    for place in (Path(recorded.settings.library) / "tape", Path(recorded.settings.library).parent):
        with pytest.raises(UsageError, match="one in the other"):
            await run(Settings(**{**vars(recorded.settings), "record": str(place)}))
    assert read_notes(recorded.tape).question == QUESTION


def faulty() -> Callable[[JSON], Reply]:
    """A server that answers every fourth request with 429 or 500."""
    faults = itertools.cycle((error(429, "slow down", headers={"retry-after-ms": "30"}), error(500, "a fault")))
    numbers = itertools.count(1)
    return lambda body: next(faults) if next(numbers) % 4 == 0 else sensible(body)


async def test_a_stopped_run_goes_on_with_its_recording_and_approvals_and_faults_are_replayed(tmp_path: Path) -> None:
    with OpenAIStub(faulty(), models=None) as stub:
        chosen = settings(tmp_path, stub, record=str(tmp_path / "tape"), approve=("protocol",))
        with pytest.raises(RunInterrupted):
            await run(chosen, None)
        with pytest.raises(RecordError, match="not finished"):
            await replay(tmp_path / "tape", tmp_path / "runs")
        asked = len(stub.requests)
        ended = await run(chosen, {"include": ["Studies low-resource languages."]})
        assert asked == 1
    notes = read_notes(tmp_path / "tape")
    assert notes.approvals == {"protocol": [{"include": ["Studies low-resource languages."]}]}
    assert sum(notes.exchanges.values()) == len(stub.requests) + 1
    replayed = await replay(tmp_path / "tape", tmp_path / "runs")
    assert not replayed.differing
    assert replayed.record == ended.record
    assert replayed.folder.path != ended.folder.path


def test_a_killed_run_leaves_no_recording_and_the_same_command_completes_both(tmp_path: Path) -> None:
    make_library(tmp_path / "library")
    with OpenAIStub(lambda body: replace(sensible(body), delay_s=0.3), models=("stub",)) as stub:
        given = ["--library", "library", "--model", "openai:stub", "--base-url", stub.url, "--api-key", KEY]
        asked = [sys.executable, "-m", "cli.main", "run", QUESTION, *given, "--record", "tape", "--progress", "none"]
        env = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT)}
        with subprocess.Popen(asked, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=tmp_path, env=env) as going:
            while len(list((tmp_path / "tape" / ".partial").glob("0*.yaml"))) < 6:
                assert going.poll() is None
                time.sleep(0.02)
            going.kill()
        assert not (tmp_path / "tape" / NOTES).exists()
        assert "not finished" in command(tmp_path, "tape").stderr
        done = subprocess.run(asked, capture_output=True, check=False, cwd=tmp_path, env=env, text=True)
        assert done.returncode in (0, 3), done.stderr
    assert sum(read_notes(tmp_path / "tape").exchanges.values()) <= len(stub.requests) + 1 <= 22 + 8
    assert len({json.dumps(body) for body in stub.requests}) >= len(stub.requests) - 8
    done = command(tmp_path, "tape")
    assert (done.returncode, done.stderr) == (0, "")


def web(request: httpx.Request) -> httpx.Response:
    """Europe PMC with three articles, after one request too many."""
    if not request.url.path.endswith("/search"):
        return httpx.Response(404)
    found = [
        {
            "id": str(number),
            "source": "MED",
            "pmid": str(number),
            "title": f"Vocabulary augmentation of multilingual BERT in study {number}",
            "authorString": "Curie M.",
            "pubYear": "2021",
            "abstractText": f"Vocabulary augmentation improves multilingual BERT on {number} low-resource languages.",
        }
        for number in (5, 7, 9)
    ]
    return httpx.Response(200, json={"hitCount": 3, "resultList": {"result": found}})


async def test_a_run_over_a_database_is_replayed_from_its_exchanges(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[httpx.Request] = []
    answers = iter([httpx.Response(429, headers={"retry-after": "1"})])

    def network(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return next(answers, None) or web(request)

    monkeypatch.setattr("juried.sources.http.PublicTransport", lambda: httpx.MockTransport(network))
    with OpenAIStub() as stub:
        given = {"sources": ("europe_pmc",), "library": "", "record": str(tmp_path / "tape")}
        ended = await run(settings(tmp_path, stub, **given))
    assert ended.record.ledger[0].taken == 3
    assert ended.record.claims
    made = len(asked)
    replayed = await replay(tmp_path / "tape", tmp_path / "runs")
    assert not replayed.differing
    assert len(asked) == made
    notes = read_notes(tmp_path / "tape")
    assert notes.exchanges["search_source"] >= 2
    assert notes.library is None


def test_three_lines_replay_a_run_or_one_agent_and_a_part_of_a_cassette_fails(
    tape: Path, pytester: pytest.Pytester
) -> None:
    pytester.makepyfile(
        f"""
        import pytest
        from agents.retriever import Retriever
        from agents.asking import Account

        @pytest.mark.juried_replay({str(tape)!r})
        def test_whole(replayed):
            assert replayed.record.claims and not replayed.differing

        @pytest.mark.juried_replay({str(tape)!r}, stage="plan_search")
        async def test_one_agent(replayed_backend, planned):
            assert (await planned(replayed_backend)).facets

        @pytest.mark.juried_replay({str(tape)!r}, stage="write_report")
        def test_in_part(replayed_backend):
            assert replayed_backend.name == "openai:stub"

        @pytest.fixture
        def planned():
            async def plan(backend):
                from juried.settings import Settings
                from juried.sources.registry import open_sources
                sources = open_sources(Settings(library={str(tape / "library")!r}))
                return await Retriever(backend, backend).plan(
                    {QUESTION!r}, sources, (None, None), Account("plan_search", "", lambda *_: None)
                )
            return plan
        """
    )
    pytester.makeini("[pytest]\nasyncio_mode = auto\n")
    pytester.syspathinsert(ROOT)
    done = pytester.runpytest_subprocess("-p", "no:cacheprovider")
    done.assert_outcomes(passed=3, errors=1)
    done.stdout.fnmatch_lines(["*not played: node write_report, prompt write_report version*"])
