"""The child process: what it may cost, what it says when it dies, and that it leaves nothing behind."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from juried.documents import reader
from juried.documents.dispatch import parse
from juried.documents.limits import ParserLimits
from juried.documents.reader import read_document
from juried.records.document import Document, Unreadable
from tests.document_samples import LATEX, SAMPLES

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.parametrize("kind", SAMPLES)
async def test_the_child_gives_what_the_parser_gives(kind: str) -> None:
    name, data = SAMPLES[kind]
    assert await read_document(data, name) == parse(data, name)


async def test_siblings_reach_the_child() -> None:
    main = rb"\documentclass{article}\begin{document}\input{one}\end{document}"
    document = await read_document(main, "main.tex", siblings={"one.tex": b"The first part stands here."})
    assert isinstance(document, Document)
    assert document.text == "The first part stands here."


@pytest.mark.parametrize(
    ("data", "name", "reason"),
    [
        (b"", "a.pdf", "empty"),
        (b"words", "a.pdf", "not_what_it_claims"),
        (b"\0\1\2", "a.bin", "unsupported_format"),
        (b"%PDF-1.4\n%%EOF", "a.pdf", "malformed"),
    ],
)
async def test_a_bad_document_is_a_value(data: bytes, name: str, reason: str) -> None:
    result = await read_document(data, name)
    assert isinstance(result, Unreadable)
    assert result.reason == reason
    assert result.detail


async def test_a_file_over_the_limit_is_not_even_read() -> None:
    result = await read_document(LATEX, "a.tex", ParserLimits(input_bytes=10))
    assert isinstance(result, Unreadable)
    assert result.reason == "too_large"


async def test_a_text_over_the_limit_is_not_taken_back() -> None:
    result = await read_document(b"word " * 200_000, "a.txt", ParserLimits(output_bytes=100_000))
    assert isinstance(result, Unreadable)
    assert result.reason == "too_large"


async def test_wall_time_stops_the_child() -> None:
    result = await read_document(LATEX, "a.tex", ParserLimits(wall_seconds=0.01))
    assert isinstance(result, Unreadable)
    assert result.reason == "timed_out"


async def test_processor_time_stops_the_child() -> None:
    # Nested groups are what the TeX converter takes longest for.
    endless = b"\\documentclass{article}\\begin{document}" + b"{\\bf $x_{" * 6000 + b"}$}" * 6000 + b"\\end{document}"
    result = await read_document(endless * 3, "a.tex", ParserLimits(cpu_seconds=1, wall_seconds=20))
    assert isinstance(result, Unreadable)
    assert result.reason in ("timed_out", "empty")


async def test_memory_stops_the_child() -> None:
    limits = ParserLimits(memory_bytes=220 * 1024 * 1024)
    result = await read_document(b"<p>some words</p>" * 3_000_000, "a.html", limits)
    assert isinstance(result, Unreadable)
    assert result.reason in ("out_of_memory", "malformed")


async def test_a_cancelled_read_leaves_no_child(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[asyncio.subprocess.Process] = []
    start = reader._start

    async def watched(limits: ParserLimits) -> asyncio.subprocess.Process:
        started.append(await start(limits))
        return started[-1]

    monkeypatch.setattr(reader, "_start", watched)
    task = asyncio.create_task(read_document(LATEX, "a.tex"))
    while not started:
        await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert started[0].returncode is not None


async def test_the_child_sees_no_secret_of_the_user(monkeypatch: pytest.MonkeyPatch) -> None:
    given: dict[str, str] = {}
    spawn = asyncio.create_subprocess_exec

    async def watched(*arguments: str, **options: object) -> asyncio.subprocess.Process:
        given.update(options["env"])  # type: ignore[call-overload]
        return await spawn(*arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setenv("OPENAI_API_KEY", "secret")
    monkeypatch.setattr(asyncio, "create_subprocess_exec", watched)
    assert isinstance(await read_document(LATEX, "a.tex"), Document)
    assert "secret" not in given.values()


async def test_many_documents_at_once_do_not_disturb_each_other() -> None:
    results = await asyncio.gather(*(read_document(f"Paragraph {n}.".encode(), f"{n}.txt") for n in range(6)))
    assert [r.text for r in results if isinstance(r, Document)] == [f"Paragraph {n}." for n in range(6)]


def test_the_child_imports_only_what_it_needs() -> None:
    code = "import sys; import juried.documents.worker, juried.documents.dispatch; print(sorted(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for heavy in ("lxml", "pylatexenc", "pypdfium2", "bibtexparser", "langgraph", "chromadb", "httpx", "numpy"):
        assert f"'{heavy}'" not in loaded
