"""The ACL Anthology as a source: building its index from XML, archives and JSON lines, searching it, its notices.

The XML here follows the Anthology's own files (three records of 2021.mrl, shortened; CC BY 4.0); papers that show
other features are made by hand. The 103,989 papers of the shared data are looked at in part, for the sake of time.
"""

from __future__ import annotations

import asyncio
import gzip
import io
import json
import shutil
import tarfile
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from juried.errors import DocumentError, LibraryError, SourceError
from juried.records.protocol import SourceQuery
from juried.records.work import FileRef, Hit
from juried.sources.acl_anthology import AclAnthology, build_index
from juried.sources.acl_fetch import fetch_index
from juried.sources.acl_index import AclIndex, IndexReport
from juried.sources.acl_records import paper_id, read_collection, read_line
from juried.sources.base import SearchLimits, Source
from juried.sources.conformance import check_source
from tests.http_helpers import Web, script

PDF = httpx.Response(200, content=b"%PDF-1.5 paper")
OPEN = SearchLimits(hits=50)
MRL = """<?xml version='1.0' encoding='UTF-8'?>
<collection id="2021.mrl"><volume id="1" ingest-date="2021-11-01" type="proceedings">
<meta><booktitle>Proceedings of the 1st Workshop on Multilingual Representation Learning</booktitle>
<editor><first>Duygu</first><last>Ataman</last></editor><year>2021</year><venue>mrl</venue></meta>
<frontmatter><url hash="2895c85e">2021.mrl-1.0</url><bibkey>mrl-2021-multilingual</bibkey></frontmatter>
<paper id="4"><title>Do not neglect related languages: The case of low-resource <fixed-case>O</fixed-case>ccitan</title>
<author><first>Lisa</first><last>Woller</last></author><author><last>Hangya</last></author>
<abstract>Word embeddings for <tex-math>n</tex-math> languages, <tex-math>10^{3}</tex-math> words &amp; more.</abstract>
<url hash="00966483">2021.mrl-1.4</url><doi>10.18653/v1/2021.mrl-1.4</doi></paper>
<paper id="5"><title>Specializing Multilingual Language Models: An Empirical Study</title>
<author><first>Ethan C.</first><last>Chau</last></author><author><first>Noah A.</first><last>Smith</last></author>
<abstract>Pretrained multilingual language models have become a common tool.</abstract>
<url hash="22575101">2021.mrl-1.5</url><doi>10.18653/v1/2021.mrl-1.5</doi>
<revision id="1" href="2021.mrl-1.5v1" hash="9a564aa6"/>
<revision id="2" href="2021.mrl-1.5v2" hash="22575101" date="2022-06-22">Updated paper due to implementation correction
of paper 2020.findings-emnlp.118.</revision></paper>
<paper id="21"><title><fixed-case>DM</fixed-case>ix: Distance Constrained Interpolative Mixup</title>
<author><first>Ramit</first><last>Sawhney</last></author><url hash="8996a24d">2021.mrl-1.21</url>
<revision id="1" href="2021.mrl-1.21v1" hash="47db7ca9"/>
<revision id="2" href="2021.mrl-1.21v2" hash="8996a24d" date="2021-11-16">Retracted.</revision>
<retracted date="2021-11-16">Paper was already published elsewhere.</retracted></paper>
</volume></collection>"""
OLD = """<collection id="P19"><volume id="1"><meta><booktitle>Proceedings of the 57th Annual Meeting</booktitle>
<year>2019</year></meta>
<paper id="1"><title>A multilingual model</title><url>P19-1001</url>
<erratum id="1" hash="x" date="2020-03-01">P19-1001e1</erratum></paper>
<paper id="2"><title>A removed multilingual model</title><url>P19-1002</url>
<removed date="2020-05-05">Removed for duplication of earlier work.</removed></paper>
<paper id="3"><title>A multilingual model kept elsewhere</title><url>https://example.org/model.pdf</url></paper>
<paper id="4"><title>A multilingual model that is only listed</title><language>deu</language></paper>
<paper id="5"><author><last>Nobody</last></author></paper></volume></collection>"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A checkout of the Anthology in small."""
    xml = tmp_path / "acl-anthology" / "data" / "xml"
    xml.mkdir(parents=True)
    (xml / "2021.mrl.xml").write_text(MRL, encoding="utf-8")
    (xml / "P19.xml").write_text(OLD, encoding="utf-8")
    return tmp_path / "acl-anthology"


@pytest.fixture
def index(folder: Path, tmp_path: Path) -> Path:
    """An index of that checkout."""
    asyncio.run(build_index(folder, tmp_path / "acl.sqlite"))
    return tmp_path / "acl.sqlite"


@pytest.fixture(scope="module")
def subset(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, IndexReport]:
    """An index of the 2,060 shared papers on cross-lingual work."""
    papers = (
        Path(__file__).resolve().parents[1].parent / "shared/data/works/acl_anthology/subset_crosslingual_ner.jsonl"
    )
    if not papers.is_file():
        pytest.skip("the shared papers of the Anthology are not at hand")
    target = tmp_path_factory.mktemp("acl") / "acl.sqlite"
    return target, asyncio.run(build_index(papers, target))


def source_of(index: Path) -> AclAnthology:
    return AclAnthology(Web(script(PDF)).client, index)


async def all_hits(index: Path, text: str = "multilingual mixup languages") -> dict[str, Hit]:
    source = source_of(index)
    found = await source.search(SourceQuery(source="acl", text=text), OPEN)
    await source.aclose()
    return {hit.source_id: hit for hit in found.hits}


async def test_papers_of_the_xml_files_are_hits(index: Path) -> None:
    hits = await all_hits(index)
    assert sorted(hits) == ["2021.mrl-1.21", "2021.mrl-1.4", "2021.mrl-1.5", *(f"P19-100{at}" for at in (1, 2, 3, 4))]
    paper = hits["2021.mrl-1.4"]
    assert paper.title == "Do not neglect related languages: The case of low-resource Occitan"
    assert paper.authors == ("Lisa Woller", "Hangya")
    assert paper.abstract == "Word embeddings for n languages, 10^3 words & more."
    assert (paper.year, paper.version) == (2021, "published")
    assert paper.venue == "Proceedings of the 1st Workshop on Multilingual Representation Learning"
    assert paper.identifiers.model_dump(exclude_none=True) == {
        "doi": "10.18653/v1/2021.mrl-1.4",
        "acl": "2021.mrl-1.4",
    }
    assert paper.files == (FileRef(path="https://aclanthology.org/2021.mrl-1.4.pdf", media_type="application/pdf"),)
    assert hits["P19-1001"].url == "https://aclanthology.org/P19-1001"
    assert hits["P19-1004"].language == "de"


async def test_notices_come_with_kind_date_and_evidence(index: Path) -> None:
    hits = await all_hits(index)
    said = {name: [(note.kind, note.date, note.evidence) for note in hit.status] for name, hit in hits.items()}
    revision = "Updated paper due to implementation correction of paper 2020.findings-emnlp.118."
    assert said == {
        "2021.mrl-1.4": [],
        "2021.mrl-1.5": [("revised", "2022-06-22", f"{revision} (ACL Anthology, notice 2)")],
        "2021.mrl-1.21": [("retracted", "2021-11-16", "Paper was already published elsewhere. (ACL Anthology)")],
        "P19-1001": [("corrected", "2020-03-01", "Erratum P19-1001e1 (ACL Anthology, notice 1)")],
        "P19-1002": [("withdrawn", "2020-05-05", "Removed for duplication of earlier work. (ACL Anthology)")],
        "P19-1003": [],
        "P19-1004": [],
    }


async def test_files_are_where_the_anthology_says(index: Path) -> None:
    hits = await all_hits(index)
    assert [file.path for file in hits["P19-1001"].files] == ["https://aclanthology.org/P19-1001.pdf"]
    assert hits["P19-1002"].files == ()
    assert [file.path for file in hits["P19-1003"].files] == ["https://example.org/model.pdf"]
    assert hits["P19-1004"].files == ()


@pytest.mark.parametrize(
    ("collection", "volume", "paper", "name"),
    [
        ("2021.mrl", "1", "5", "2021.mrl-1.5"),
        ("2020.findings", "emnlp", "118", "2020.findings-emnlp.118"),
        ("P19", "1", "1", "P19-1001"),
        ("W19", "4", "3", "W19-0403"),
        ("W05", "33", "12", "W05-3312"),
        ("D19", "1", "682", "D19-1682"),
        ("D19", "50", "7", "D19-5007"),
        ("C69", "1", "1", "C69-0101"),
    ],
)
def test_ids_are_written_as_the_anthology_writes_them(collection: str, volume: str, paper: str, name: str) -> None:
    assert paper_id(collection, volume, paper) == name


async def test_an_archive_gives_the_same_index_as_its_files(folder: Path, index: Path, tmp_path: Path) -> None:
    toy = folder / "python" / "tests" / "toy_anthology" / "xml"
    toy.mkdir(parents=True)
    (toy / "2099.toy.xml").write_text(MRL.replace("2021.mrl", "2099.toy"), encoding="utf-8")
    archive = tmp_path / "master.tar.gz"
    with tarfile.open(archive, "w:gz") as made:
        made.add(folder, arcname="acl-anthology-master")
    report = await build_index(archive, tmp_path / "second.sqlite")
    assert (report.papers, report.abstracts, report.retracted, report.faults) == (7, 2, 2, ())
    assert await source_of(index).fingerprint() == await source_of(tmp_path / "second.sqlite").fingerprint()
    assert index.read_bytes() == (tmp_path / "second.sqlite").read_bytes()


async def test_the_archive_is_fetched_and_not_kept(folder: Path, tmp_path: Path) -> None:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as made:
        made.add(folder / "data", arcname="acl-anthology-master/data")
    web = Web(script(httpx.Response(200, content=packed.getvalue())))
    target = tmp_path / "new" / "acl.sqlite"
    report = await fetch_index(web.client, target)
    assert (report.papers, [path.name for path in target.parent.iterdir()]) == (7, ["acl.sqlite"])
    with pytest.raises(SourceError):
        await fetch_index(Web(script(httpx.Response(404))).client, tmp_path / "none.sqlite")
    assert not (tmp_path / "none.sqlite").exists()


async def test_damaged_files_are_named_and_the_rest_is_used(folder: Path, tmp_path: Path) -> None:
    xml = folder / "data" / "xml"
    (xml / "2022.cut.xml").write_text(MRL[:900], encoding="utf-8")
    (xml / "2022.odd.xml").write_text("<sitemap/>", encoding="utf-8")
    bomb = '<!DOCTYPE a [<!ENTITY b "cc">]><collection id="2022.bad"><volume id="1">&b;</volume></collection>'
    (xml / "2022.bad.xml").write_text(bomb, encoding="utf-8")
    report = await build_index(folder, tmp_path / "acl.sqlite")
    assert report.papers == 7
    assert [fault.split(":")[0] for fault in report.faults] == ["2022.bad.xml", "2022.cut.xml", "2022.odd.xml"]


async def test_json_lines_are_read_packed_or_not(tmp_path: Path) -> None:
    lines = [
        {"id": "2021.mrl-1.5", "title": "A model"},
        {"id": "D19-01682", "title": "B", "doi": "10.18653/v1/D19-1682"},
    ]
    text = "\n".join([*map(json.dumps, lines), "not json", "[]", '{"id": "x", "title": "no id of the ACL"}', ""])
    plain, packed, cut = tmp_path / "a.jsonl", tmp_path / "b.jsonl.gz", tmp_path / "c.jsonl.gz"
    plain.write_text(text, encoding="utf-8")
    packed.write_bytes(gzip.compress(text.encode()))
    cut.write_bytes(packed.read_bytes()[:-12])
    reports = [await build_index(path, tmp_path / "acl.sqlite") for path in (plain, packed)]
    assert [(report.papers, report.faults[0].partition(": ")[2]) for report in reports] == [
        (2, "3 lines hold no paper of the Anthology.")
    ] * 2
    torn = await build_index(cut, tmp_path / "torn.sqlite")
    assert (torn.papers, torn.faults[0]) == (2, "c.jsonl.gz: this is no gzip, or cut short.")
    assert AclIndex(tmp_path / "acl.sqlite").paper("D19-1682").title == "B"


@pytest.mark.parametrize("content", [b"", b"no archive", b"\x1f\x8b broken gzip", b"<collection/>"])
async def test_a_file_without_papers_builds_nothing(content: bytes, tmp_path: Path) -> None:
    target = tmp_path / "acl.sqlite"
    for name in ("a.xml", "a.jsonl", "a.jsonl.gz", "a.tar.gz"):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(LibraryError, match="juried sources fetch acl"):
            await build_index(tmp_path / name, target)
    with pytest.raises(LibraryError, match="juried sources fetch acl"):
        await build_index(tmp_path / "absent", target)
    assert not target.exists()


async def test_a_failed_build_leaves_the_old_index(index: Path, tmp_path: Path) -> None:
    before = index.read_bytes()
    (tmp_path / "empty").mkdir()
    with pytest.raises(LibraryError):
        await build_index(tmp_path / "empty", index)
    assert index.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["acl-anthology", "acl.sqlite", "empty"]


async def test_without_an_index_the_way_to_one_is_told(tmp_path: Path) -> None:
    source = source_of(tmp_path / "acl.sqlite")
    found = await source.search(SourceQuery(source="acl", text="model"), OPEN)
    assert (found.row.status, found.hits) == ("failed", ())
    assert "juried sources fetch acl" in found.row.detail
    health = await source.check()
    assert not health.usable
    assert "juried sources fetch acl" in health.detail
    with pytest.raises(LibraryError, match="juried sources fetch acl"):
        await source.open()


@pytest.mark.parametrize("content", [b"", b"no database", b"SQLite format 3\x00 damaged"])
async def test_a_damaged_index_is_a_failed_row(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "acl.sqlite"
    path.write_bytes(content)
    found = await source_of(path).search(SourceQuery(source="acl", text="model"), OPEN)
    assert found.row.status == "failed"
    assert "juried sources fetch acl" in found.row.detail


async def test_an_index_with_torn_pages_is_a_failed_row(index: Path) -> None:
    data = bytearray(index.read_bytes())
    data[8192:] = b"\xa5" * (len(data) - 8192)
    index.write_bytes(bytes(data))
    found = await source_of(index).search(SourceQuery(source="acl", text="multilingual"), OPEN)
    assert found.row.status == "failed"
    assert "juried sources fetch acl" in found.row.detail


async def test_an_index_is_only_read(index: Path) -> None:
    index.chmod(0o444)
    before = sorted(path.name for path in index.parent.iterdir())
    assert await all_hits(index)
    assert sorted(path.name for path in index.parent.iterdir()) == before


@given(st.text(max_size=40))
def test_any_line_is_a_paper_or_nothing(line: str) -> None:
    assert read_line(line) is None


@given(st.binary(max_size=60))
def test_any_bytes_are_a_collection_or_nothing(content: bytes) -> None:
    assert read_collection(content) is None


async def test_facts_of_the_shared_papers(subset: tuple[Path, IndexReport]) -> None:
    path, report = subset
    assert report.papers == 2060
    assert report.faults == ()
    query = '("multilingual language model" "multilingual language models") AND (specializing adaptation)'
    found = await source_of(path).search(SourceQuery(source="acl", text=query), OPEN)
    paper = next(hit for hit in found.hits if hit.source_id == "2021.mrl-1.5")
    assert paper.rank <= 5
    assert [(note.kind, note.date) for note in paper.status] == [("revised", "2022-06-22")]
    mixup = await source_of(path).search(SourceQuery(source="acl", text='"sequence mixup"'), OPEN)
    assert [(hit.source_id, [note.kind for note in hit.status]) for hit in mixup.hits[:1]] == [
        ("2021.mrl-1.22", ["retracted"])
    ]


async def test_the_source_keeps_the_contract(subset: tuple[Path, IndexReport], tmp_path: Path) -> None:
    path = tmp_path / "acl.sqlite"
    shutil.copy(subset[0], path)
    answers = Web(lambda request: PDF if "aclanthology.org" in request.url.host else httpx.Response(404))
    source = AclAnthology(answers.client, path)
    assert isinstance(source, Source)
    results = await check_source(source, "transliteration AND multilingual")
    assert [result for result in results if not result.passed] == []


async def test_a_pdf_that_is_gone_is_named(index: Path) -> None:
    source = AclAnthology(Web(script(httpx.Response(404))).client, index)
    with pytest.raises(DocumentError) as raised:
        await source.fetch(FileRef(path="https://aclanthology.org/2021.mrl-1.99.pdf"))
    assert raised.value.reason == "file_missing"
