"""A local library over folders as people keep them: attached, loose, broken, hostile."""

from __future__ import annotations

import gzip
import json
import os
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from juried.errors import DocumentError, LibraryError, MissingPackage, SourceError, UsageError
from juried.records.base import sha256
from juried.records.document import Block, Document, Unreadable
from juried.records.protocol import SourceQuery
from juried.records.work import FileRef, Hit
from juried.settings import Settings
from juried.sources import registry
from juried.sources.base import SearchLimits, Source
from juried.sources.conformance import check_source
from juried.sources.library import LocalLibrary

MANY = SearchLimits(hits=100)


async def read_plainly(data: bytes, name: str) -> Document | Unreadable:
    """Read a text whose first line is its title; a file that begins with ! cannot be read."""
    text = data.decode("utf-8", "replace")
    if text.startswith("!"):
        return Unreadable(reason="encrypted", detail="No password opens it.")
    title, _, rest = text.partition("\n")
    block = Block(kind="paragraph", start=len(title) + 1, end=len(text))
    blocks = (block,) if rest else ()
    return Document(sha256=sha256(data), format="text", title=title, text=text, blocks=blocks)


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        path = folder / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def line(**values: object) -> str:
    return json.dumps(values) + "\n"


async def hits_for(library: LocalLibrary, words: str) -> tuple[Hit, ...]:
    return (await library.search(SourceQuery(source="library", text=words), MANY)).hits


def names(hits: tuple[Hit, ...]) -> dict[str, list[str]]:
    return {hit.source_id: [file.path for file in hit.files] for hit in hits}


async def test_documents_join_their_metadata_by_field_name_and_title(tmp_path: Path) -> None:
    metadata = (
        line(id="k1", title="Frogs of the northern marsh", file="pdfs/one.pdf")
        + line(id="k2", title="Toads of the southern marsh", doi="10.1371/journal.pntd.0002065")
        + line(id="k3", title="Newts of the eastern marsh", year=2020)
        + line(id="2106.09063", title="Olms of the western marsh")
    )
    write(
        tmp_path, **{"meta__works.jsonl": metadata, "meta__pdfs__one.pdf": "Anything\nx", "pntd.0002065.nxml": "y\nx"}
    )
    write(
        tmp_path, **{"scan0001.txt": "Newts of the Eastern Marsh\nx", "arxiv__2106.09063v3.tex": "\\documentclass{a}"}
    )
    write(tmp_path, **{"loose.md": "Salamanders of no marsh\nBody words."})
    found = names(await hits_for(LocalLibrary(tmp_path, read_plainly), "marsh"))
    assert found == {
        "k1": ["meta/pdfs/one.pdf"],
        "k2": ["pntd.0002065.nxml"],
        "k3": ["scan0001.txt"],
        "2106.09063": ["arxiv/2106.09063v3.tex"],
        "loose.md": ["loose.md"],
    }


async def test_formats_of_one_work_come_best_first_and_its_text_is_searched(tmp_path: Path) -> None:
    write(tmp_path, **{"w.jsonl": line(id="k", title="Some work", abstract="Given.", file=["a.pdf", "a.tex"])})
    write(tmp_path, **{"a.pdf": "Some work\npdfwords", "a.tex": "\\documentclass{x}\nzebra"})
    (hit,) = await hits_for(LocalLibrary(tmp_path, read_plainly), "zebra")
    assert [file.path for file in hit.files] == ["a.tex", "a.pdf"]
    assert [file.media_type for file in hit.files] == ["application/x-tex", "application/pdf"]
    assert hit.abstract == "Given."


async def test_a_document_without_metadata_lends_title_and_first_part(tmp_path: Path) -> None:
    write(tmp_path, **{"2106.09063v2.txt": "On olms\nOlms are blind.", "no_title-here.txt": "", "empty.md": "\n"})
    library = LocalLibrary(tmp_path, read_plainly)
    (hit,) = await hits_for(library, "olms")
    assert (hit.title, hit.abstract, hit.url) == ("On olms", "Olms are blind.", "https://arxiv.org/abs/2106.09063")
    assert [hit.title for hit in await hits_for(library, '"title here"')] == ["no title here"]


async def test_twins_are_one_work_and_notes_on_the_folder_are_none(tmp_path: Path) -> None:
    write(tmp_path, **{"a.txt": "Twin\nx", "b__a copy.txt": "Twin\nx", "README.md": "Twin", "SOURCES.md": "Twin"})
    write(tmp_path, **{"LICENSE.txt": "Twin", ".hidden.txt": "Twin", ".git__x.txt": "Twin", "data.csv": "Twin"})
    assert names(await hits_for(LocalLibrary(tmp_path, read_plainly), "twin")) == {"a.txt": ["a.txt", "b/a copy.txt"]}


async def test_chapters_of_a_latex_paper_are_no_works(tmp_path: Path) -> None:
    write(tmp_path, **{"p__main.tex": "\\documentclass{x} marsh", "p__sec__one.tex": "marsh", "alone.tex": "marsh"})
    assert set(names(await hits_for(LocalLibrary(tmp_path, read_plainly), "marsh"))) == {"p/main.tex", "alone.tex"}


async def test_the_same_id_in_two_files_is_one_work_unless_titles_differ(tmp_path: Path) -> None:
    first = line(id="k", title="A marsh", year=2020)
    second = line(id="k", title="A Marsh!", abstract="Wet.", retracted=True) + line(id="k", title="Another marsh")
    write(tmp_path, **{"a.jsonl": first, "b.jsonl": second})
    found = {hit.source_id: hit for hit in await hits_for(LocalLibrary(tmp_path), "marsh")}
    assert set(found) == {"k", "k~2"}
    assert (found["k"].year, found["k"].abstract) == (2020, "Wet.")
    assert [note.kind for note in found["k"].status] == ["retracted"]


async def test_paths_that_leave_the_folder_are_refused_and_told(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("Secret marsh")
    inside = tmp_path / "library"
    metadata = "".join(
        line(id=f"k{n}", title=f"Marsh {n}", file=path)
        for n, path in enumerate(
            ["../secret.txt", str(secret), "file:///etc/passwd", "link.txt", "gone.pdf", "https://e.org/a.pdf"]
        )
    )
    write(inside, **{"w.jsonl": metadata, "real.txt": "Real\nx"})
    os.symlink(secret, inside / "link.txt")
    os.symlink(tmp_path, inside / "folder")
    library = LocalLibrary(inside, read_plainly)
    result = await library.search(SourceQuery(source="library", text="marsh secret"), MANY)
    assert all(not hit.files for hit in result.hits)
    assert len(result.hits) == 6
    assert result.row.detail.startswith("6 items not used: link.txt:")
    assert all(hit.title != "Secret marsh" for hit in result.hits)
    for path in ("link.txt", "../secret.txt", str(secret), "folder/secret.txt"):
        with pytest.raises(DocumentError) as caught:
            await library.fetch(FileRef(path=path))
        assert caught.value.reason == "unsafe"
    assert await library.fetch(FileRef(path="real.txt")) == b"Real\nx"


async def test_what_cannot_be_used_is_counted_and_stops_nothing(tmp_path: Path) -> None:
    write(tmp_path, **{"w.jsonl": "{broken\n" + line(id="k", title="Marsh"), "bad.pdf": "!", "b.bib": "@article{x,"})
    result = await LocalLibrary(tmp_path, read_plainly).search(SourceQuery(source="library", text="marsh"), MANY)
    assert (result.row.status, result.row.total, result.row.taken) == ("answered", 1, 1)
    for told in ("3 items not used", "w.jsonl, line 1", "b.bib", "bad.pdf: No password opens it"):
        assert told in result.row.detail


async def test_names_that_are_no_text_are_refused(tmp_path: Path) -> None:
    write(tmp_path, **{"a.txt": "Marsh\nx"})
    try:
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.txt")).write_text("Marsh")
    except OSError:
        pytest.skip("this file system allows no such name")
    result = await LocalLibrary(tmp_path, read_plainly).search(SourceQuery(source="library", text="marsh"), MANY)
    assert names(result.hits) == {"a.txt": ["a.txt"]}
    assert "not UTF-8" in result.row.detail


async def test_zipped_metadata_is_read_and_damaged_zips_are_told(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(line(id="k", title="Marsh").encode()))
    (tmp_path / "b.jsonl.gz").write_bytes(gzip.compress(line(id="m", title="Marsh").encode())[:-9])
    (tmp_path / "c.jsonl.gz").write_bytes(b"no gzip")
    result = await LocalLibrary(tmp_path).search(SourceQuery(source="library", text="marsh"), MANY)
    assert [hit.source_id for hit in result.hits] == ["k"]
    assert result.row.detail.startswith("2 items not used: b.jsonl.gz: this is cut short")


@pytest.mark.parametrize("kind", ["absent", "a file", "empty", "nothing readable"])
def test_a_folder_of_no_use_is_refused_at_once_with_advice(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "x"
    if kind == "a file":
        path.write_text("x")
    elif kind != "absent":
        path.mkdir()
        write(path, **({"a.csv": "x", "README.md": "x"} if kind == "nothing readable" else {}))
    with pytest.raises(LibraryError) as caught:
        LocalLibrary(path)
    assert "--library" in caught.value.advice
    assert str(path) in str(caught.value)


async def test_a_library_of_unreadable_documents_is_an_error_and_a_failed_row(tmp_path: Path) -> None:
    write(tmp_path, **{"a.pdf": "!", "b.pdf": "!!"})
    library = LocalLibrary(tmp_path, read_plainly)
    with pytest.raises(LibraryError, match=r"a\.pdf: No password"):
        await library.open()
    result = await library.search(SourceQuery(source="library", text="x"), MANY)
    assert (result.row.status, result.hits) == ("failed", ())
    assert not (await library.check()).usable


async def test_the_fingerprint_names_what_was_searched(tmp_path: Path) -> None:
    write(tmp_path, **{"a.txt": "One", "b__c.jsonl": line(id="k", title="T")})
    first = await LocalLibrary(tmp_path, read_plainly).fingerprint()
    write(tmp_path, **{"README.md": "not part of it", "x.csv": "1"})
    assert await LocalLibrary(tmp_path, read_plainly).fingerprint() == first
    (tmp_path / "a.txt").rename(tmp_path / "d.txt")
    renamed = await LocalLibrary(tmp_path, read_plainly).fingerprint()
    write(tmp_path, **{"d.txt": "Two"})
    assert len({first, renamed, await LocalLibrary(tmp_path, read_plainly).fingerprint()}) == 3


async def test_documents_are_read_once_and_again_only_after_closing(tmp_path: Path) -> None:
    read: list[str] = []

    async def count(data: bytes, name: str) -> Document | Unreadable:
        read.append(name)
        return await read_plainly(data, name)

    library = LocalLibrary(write(tmp_path, **{"a.txt": "Marsh\nx", "b.txt": "Moor\nx"}), count)
    before = [await hits_for(library, "marsh"), await hits_for(library, "moor")]
    assert sorted(read) == ["a.txt", "b.txt"]
    await library.aclose()
    assert [await hits_for(library, "marsh"), await hits_for(library, "moor")] == before
    assert len(read) == 4


async def test_a_real_parser_in_a_process_of_its_own(tmp_path: Path) -> None:
    write(tmp_path, **{"a.txt": "Frogs of the marsh\n\nFrogs are green in the marsh, we find.\n"})
    (hit,) = await hits_for(LocalLibrary(tmp_path), "green")
    assert "Frogs are green" in hit.abstract


async def test_a_small_library_meets_the_conformance_suite(tmp_path: Path) -> None:
    lines = "".join(line(id=str(n), title=f"Marsh {n}", year=2000 + n) for n in range(9))
    write(tmp_path, **{"w.jsonl": lines, "a.txt": "Marsh paper\nx"})
    results = await check_source(LocalLibrary(tmp_path, read_plainly), "marsh")
    assert [result for result in results if not result.passed] == []
    assert len(results) >= 8


async def test_the_suite_tells_a_faulty_source() -> None:
    class Faulty(LocalLibrary):
        async def search(self, query: SourceQuery, limits: SearchLimits):  # type: ignore[no-untyped-def]
            result = await super().search(query, SearchLimits(hits=3))
            again = tuple(hit.model_copy(update={"rank": 0}) for hit in (*result.hits, *result.hits))
            return result.model_copy(update={"hits": again})

        async def fetch(self, file: FileRef) -> bytes:
            return b"anything"

    folder = Path(__file__).resolve().parents[1] / "examples"
    failed = {result.name for result in await check_source(Faulty(folder, read_plainly)) if not result.passed}
    assert {
        "keeps the limit of hits",
        "ranks count from one",
        "hits differ and are its own",
        "counts in the ledger row agree",
        "refuses a file that is absent",
        "refuses paths that lead outside",
    } <= failed


def test_sources_are_opened_by_name(tmp_path: Path) -> None:
    write(tmp_path, **{"a.txt": "x"})
    (library,) = registry.open_sources(Settings(library=str(tmp_path), sources=("library", "library")))
    assert isinstance(library, Source)
    assert "library" in registry.source_names()


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (Settings(sources=("library",)), "--library PATH"),
        (Settings(sources=("nowhere",)), "one or more of: acl, arxiv"),
        (Settings(sources=()), "one or more of: acl, arxiv"),
    ],
)
def test_sources_that_cannot_be_opened_say_what_to_do(settings: Settings, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        registry.open_sources(settings)
    assert said in str(caught.value)


class Empty:
    def __init__(self, settings: Settings) -> None:
        self.settings = settings


def test_registered_sources_are_loaded_and_checked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def register(value: str) -> None:
        monkeypatch.setattr(registry, "entry_points", lambda group: [EntryPoint("mine", value, group)])

    settings = Settings(library=str(write(tmp_path, **{"a.txt": "x"})), sources=("mine",))
    register("juried.sources.registry:_open_library")
    assert isinstance(registry.open_sources(settings)[0], LocalLibrary)
    assert {"library", "mine"} <= set(registry.source_names())
    register("no_such_package.source:make")
    with pytest.raises(MissingPackage, match="no_such_package"):
        registry.open_sources(settings)
    register(f"{__name__}:Empty")
    with pytest.raises(SourceError, match="lacks a part"):
        registry.open_sources(settings)
