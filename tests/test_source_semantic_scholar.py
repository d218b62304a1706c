"""Semantic Scholar: its recorded answers as hits, its names for works, and the translation of queries."""

from __future__ import annotations

import json
from collections import Counter
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from juried.records.work import Hit, Identifiers
from juried.sources.payload import parts, text
from juried.sources.semantic_scholar import boolean_query, plain_query
from juried.sources.semantic_scholar_papers import paper_id, parse_batch, parse_page, parse_papers
from tests.cassettes import Exchange, exchanges
from tests.http_helpers import recordings

HOST = "api.semanticscholar.org"
PHRASES = '("language model" mBERT) AND transfer'


@cache
def recorded() -> list[Exchange]:
    return [item for folder in ("semantic_scholar", "mixed_clients") for item in exchanges(recordings(folder), HOST)]


def raw_papers(payload: object) -> list[object]:
    """The papers of an answer, found without the code under test."""
    if isinstance(payload, list):
        return payload
    assert isinstance(payload, dict)
    found = payload.get("data") or payload.get("recommendedPapers") or ([payload] if "paperId" in payload else [])
    return [item.get("citingPaper") or item.get("citedPaper") or item for item in found]


def why_left_out(item: Exchange) -> str:
    if "/datasets/" in item.path:
        return "data sets for download"
    if "/snippet/" in item.path:
        return "passages, not works"
    return "authors" if "/author" in item.path and not item.path.endswith("/papers") and item.status == 200 else ""


def test_every_recorded_answer_is_read() -> None:
    used: Counter[str] = Counter()
    left: Counter[str] = Counter()
    for item in recorded():
        if reason := why_left_out(item):
            left[reason] += 1
            continue
        payload = json.loads(item.content)
        hits = parse_papers(payload)
        used["refused" if item.status != 200 else "with titles" if hits else "without titles"] += 1
        named = [paper for paper in raw_papers(payload) if text(paper, "paperId") and text(paper, "title")]
        assert [hit.source_id for hit in hits] == [text(paper, "paperId") for paper in named], item.name
        assert all(same_paper(hit, paper) for hit, paper in zip(hits, named, strict=True)), item.name
        assert item.status == 200 or not hits
    print(f"\nSemantic Scholar: {used.total()} exchanges read {dict(used)}, {left.total()} left out {dict(left)}")
    assert used.total() + left.total() == 97 + 35
    assert used["with titles"] > 80


def same_paper(hit: Hit, paper: object) -> bool:
    """Whether a hit says what its paper says, for the plain fields."""
    year = paper.get("year") if isinstance(paper, dict) else None
    names = tuple(text(author, "name") for author in parts(paper, "authors"))
    doi = text(paper, "externalIds", "DOI").lower()
    mine = hit.identifiers.doi or (f"10.48550/arxiv.{hit.identifiers.arxiv}" if hit.identifiers.arxiv else "")
    return (year is None or hit.year == year) and hit.authors == names and (not doi or mine == doi)


def test_totals_tokens_and_offsets_are_those_of_the_answers() -> None:
    for item in recorded():
        payload = json.loads(item.content)
        if not isinstance(payload, dict) or "data" not in payload or "/match" in item.path or why_left_out(item):
            continue
        page = parse_page(payload)
        following = payload.get("token", payload.get("next"))
        assert page.next == (None if following is None else str(following)), item.name
        assert page.total == payload.get("total", payload.get("offset", 0) + len(payload["data"])), item.name


@cache
def all_hits() -> list[Hit]:
    return [hit for item in recorded() if not why_left_out(item) for hit in parse_papers(json.loads(item.content))]


def one(name: str) -> Hit:
    return max((hit for hit in all_hits() if hit.source_id == name), key=lambda hit: len(hit.model_dump_json()))


def test_published_work_with_preprint_carries_all_its_identifiers() -> None:
    hit = one("354dcdebf3f8b5feeed5c62090e0bc1f0c28db06")
    assert hit.title == "Augmenting large language models with chemistry tools"
    assert (hit.year, hit.version, hit.venue) == (2023, "published", "Nature Machine Intelligence")
    assert hit.authors[:2] == ("Andrés M Bran", "Sam Cox")
    ids = hit.identifiers
    assert (ids.doi, ids.arxiv) == ("10.1038/s42256-024-00832-8", "2304.05376")
    assert (ids.pmid, ids.pmcid) == ("38799228", "PMC11116106")
    assert [file.path for file in hit.files] == ["https://www.nature.com/articles/s42256-024-00832-8.pdf"]
    assert hit.url == "https://doi.org/10.1038/s42256-024-00832-8"


def test_version_follows_doi_and_venue() -> None:
    preprint, published = (
        one("7e55d8701785818776323b4147cb13354c820469"),
        one("204e3073870fae3d05bcbc2f6a8e263d9b72e776"),
    )
    assert (preprint.version, preprint.identifiers.doi, preprint.identifiers.arxiv) == ("preprint", None, "2312.07559")
    assert preprint.files == ()
    assert (published.version, published.venue) == ("published", "Neural Information Processing Systems")
    assert one("cb1ebd913c3724c599f6b276b14b5c6253da68f3").version == "preprint"


def test_open_version_given_by_its_doi_is_a_page() -> None:
    assert [file.media_type for file in one("b6c4e9f285bd1b0b69b98daa47fea3d29d50c658").files] == ["text/html"]


def test_papers_of_the_data_folder_with_empty_fields_are_read() -> None:
    folder = recordings("semantic_scholar")
    full = json.loads((folder / "Paper.json").read_text(encoding="utf-8"))
    assert [hit.title for hit in parse_papers(full)] == ["Computing Machinery and Intelligence"]
    assert parse_papers(json.loads((folder / "PaperWithNullValues.json").read_text(encoding="utf-8"))) == ()
    for name in ("Citation", "Reference"):
        linked = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
        assert len(parse_papers({"data": [linked]})) == 1


def test_retraction_in_a_title_is_a_notice() -> None:
    hit = parse_papers({"paperId": "a" * 40, "title": "RETRACTED: A study", "authors": None, "externalIds": None})[0]
    assert [note.kind for note in hit.status] == ["retracted"]


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["data", "paperId", "title", "authors", "externalIds", "year", "DOI"]), inner)
    ),
    max_leaves=12,
)


@given(JUNK)
def test_no_json_breaks_the_reading(payload: object) -> None:
    assert all(hit.title and hit.source_id for hit in parse_page(payload).hits)
    assert all(hit is None or hit.title for hit in parse_batch(payload))


def test_ids_are_written_as_the_service_knows_them() -> None:
    assert paper_id(Identifiers(doi="10.1/x", arxiv="2106.09063")) == "DOI:10.1/x"
    assert paper_id(Identifiers(arxiv="2106.09063")) == "ARXIV:2106.09063"
    assert paper_id(Identifiers(acl="2020.acl-main.1")) == "ACL:2020.acl-main.1"
    assert paper_id(Identifiers(pmcid="PMC7")) == "PMCID:7"
    assert paper_id(Identifiers()) == ""


@pytest.mark.parametrize(
    ("query", "boolean", "plain"),
    [
        ("mBERT", "mBERT", "mBERT"),
        ("mBERT transfer", "(mBERT | transfer)", "mBERT transfer"),
        (PHRASES, '(("language model" | mBERT) + transfer)', ""),
        ("cross-lingual", '"cross lingual"', ""),
        ('"supply AND demand" prices', '("supply AND demand" | prices)', ""),
        ("C++ -evil *", '("C++" | evil)', ""),
        ("  \n", "", ""),
    ],
)
def test_translation(query: str, boolean: str, plain: str) -> None:
    assert boolean_query(query) == boolean
    assert plain_query(query) == plain


@given(st.text(alphabet=st.sampled_from('ab "()-+|*~ANDOR\n'), max_size=60))
def test_any_query_has_whole_brackets_and_quotes(query: str) -> None:
    sent = boolean_query(query)
    assert sent.count('"') % 2 == 0
    assert sent.count("(") == sent.count(")")
