"""The library that ships: what is in it, whose it is, that it is made by its rule, and what it answers."""

from __future__ import annotations

import importlib.util
import json
import re
from pathlib import Path
from types import ModuleType

import pytest

from juried.records.protocol import SourceQuery
from juried.records.work import Hit
from juried.sources.base import SearchLimits
from juried.sources.conformance import check_source
from juried.sources.library import LocalLibrary
from juried.sources.merge import merge_hits

ROOT = Path(__file__).resolve().parents[1]
LIBRARY = ROOT / "examples" / "low-resource-nlp"
DATA = ROOT.parent / "shared" / "data"
WORKS = [json.loads(line) for line in (LIBRARY / "works.jsonl").read_text(encoding="utf-8").splitlines()]
FACETS = (
    '("multilingual language models" mBERT "XLM-R" "pretrained multilingual") '
    'AND ("named entity recognition" NER) AND ("low-resource" distant unseen)'
)


@pytest.fixture(scope="module")
def library() -> LocalLibrary:
    return LocalLibrary(LIBRARY)


async def hits_for(library: LocalLibrary, words: str, limit: int = 1000) -> tuple[Hit, ...]:
    return (await library.search(SourceQuery(source="library", text=words), SearchLimits(hits=limit))).hits


def test_it_holds_the_works_that_it_must() -> None:
    ids = {work["id"] for work in WORKS}
    volume = {f"2021.mrl-1.{number}" for number in range(1, 25)}
    assert len(ids) == len(WORKS) >= 300
    assert volume | {"2020.repl4nlp-1.16", "2020.findings-emnlp.118"} <= ids
    assert [work["id"] for work in WORKS] == sorted(ids)


def test_every_work_may_ship() -> None:
    for work in WORKS:
        assert work["year"] >= 2016
        assert work["license"] == "CC BY 4.0"
        assert work["authors"]
        assert work["abstract"]
        assert work["doi"].startswith("10.18653/v1/")
        assert work["url"] == f"https://aclanthology.org/{work['id']}"


def test_every_full_paper_is_attributed_with_its_licence() -> None:
    sources = (LIBRARY / "SOURCES.md").read_text(encoding="utf-8")
    files = sorted((LIBRARY / "papers").iterdir())
    assert {path.suffix for path in files} == {".pdf", ".nxml"}
    for path in files:
        (row,) = [row for row in sources.splitlines() if f"`papers/{path.name}`" in row]
        assert re.search(r"\| (?:CC BY 4\.0|CC BY|CC0) \|$", row)
        if path.suffix == ".nxml":
            assert re.search(r"Creative Commons|publicdomain", path.read_text(encoding="utf-8"))
            assert "by-nc" not in path.read_text(encoding="utf-8")


def test_it_is_small_and_its_counts_are_true() -> None:
    assert sum(path.stat().st_size for path in (ROOT / "examples").rglob("*")) < 15_000_000
    assert f"{len(WORKS)} works" in (LIBRARY / "SOURCES.md").read_text(encoding="utf-8")
    assert f"{len(WORKS)} works" in (ROOT / "examples" / "README.md").read_text(encoding="utf-8")


async def test_it_opens_whole(library: LocalLibrary) -> None:
    health = await library.check()
    assert (health.works, health.detail) == (len(WORKS) + 9, f"{len(WORKS) + 9} works, 9 of them with a full paper")


async def test_facets_find_the_lead_paper_near_the_top(library: LocalLibrary) -> None:
    hits = await hits_for(library, FACETS)
    ranks = {hit.source_id: hit.rank for hit in hits}
    assert ranks["2021.mrl-1.5"] <= 20
    assert "2020.repl4nlp-1.16" in ranks
    assert len(hits) < 100


async def test_notices_reach_the_works(library: LocalLibrary) -> None:
    works = {work.identifiers.acl: work for work in merge_hits(await hits_for(library, "multilingual mixup parsing"))}
    assert works["2021.mrl-1.21"].retracted
    assert works["2021.mrl-1.22"].retracted
    (note,) = works["2021.mrl-1.5"].status
    assert (note.kind, note.date) == ("revised", "2022-06-22")
    assert "2020.findings-emnlp.118" in note.evidence
    assert works["2021.mrl-1.5"].url == "https://doi.org/10.18653/v1/2021.mrl-1.5"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ('("code-switched" "code-switching" augmentation) AND ("zero-shot" "cross-lingual")', "2021.mrl-1.18"),
        ('"claim verification" AND tables', "2023.emnlp-main.483"),
        ('"lymphatic filariasis" AND "pre-TAS"', "pntd.0008301"),
    ],
)
async def test_the_other_questions_have_an_answer_here(library: LocalLibrary, words: str, expected: str) -> None:
    assert expected in [hit.source_id for hit in await hits_for(library, words, 20)]


async def test_what_is_not_here_is_not_found(library: LocalLibrary) -> None:
    assert await hits_for(library, "(pasta) AND (Bologna)") == ()


async def test_merging_all_of_it_unites_nothing(library: LocalLibrary) -> None:
    hits = await hits_for(library, "language model data species virus cattle retrotransposons")
    assert len(merge_hits(hits)) == len(hits)


def _script() -> ModuleType:
    path = ROOT / "scripts" / "build_example_library.py"
    spec = importlib.util.spec_from_file_location("build_example_library", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    # Dataclasses look their module up by name.
    import sys

    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_building_it_again_gives_the_same_bytes(tmp_path: Path) -> None:
    anthology, papers = DATA / "works" / "acl_anthology" / "papers.jsonl.gz", DATA / "papers"
    if not anthology.exists() or not papers.exists():
        pytest.skip(f"{anthology.name} and the papers are not at hand")
    _script().build(anthology, papers, tmp_path)
    built = {path.relative_to(tmp_path).as_posix(): path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    shipped = {path.relative_to(LIBRARY).as_posix(): path.read_bytes() for path in LIBRARY.rglob("*") if path.is_file()}
    assert built == shipped


def test_a_paper_without_a_free_licence_is_refused(tmp_path: Path) -> None:
    path = DATA / "papers" / "jats" / "mds526.nxml"
    if not path.exists():
        pytest.skip(f"{path.name} is not at hand")
    with pytest.raises(ValueError, match="neither CC BY nor CC0"):
        _script().jats_paper(path)


async def test_it_meets_the_conformance_suite(library: LocalLibrary) -> None:
    assert [result for result in await check_source(library) if not result.passed] == []
