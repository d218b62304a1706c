"""OpenAlex's records: recorded works, abstracts, names, versions, open files and retractions.

Recorded: one page, ten works of it by themselves, and 12 exchanges of 2025.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from juried.records.work import Hit
from juried.sources.openalex_works import author_name, parse_page, parse_work, rebuild_abstract
from tests.cassettes import exchanges
from tests.http_helpers import recordings
from tests.test_source_openalex import work

FOLDER = "2024_06_03_03_14_46"


def agrees(hit: Hit | None, raw: Mapping[str, object]) -> None:
    """Compare a hit with its raw record, read by other means."""
    assert hit is not None
    assert f"https://openalex.org/{hit.identifiers.openalex}" == raw["id"]
    assert hit.title
    assert hit.title.split()[0] in str(raw["title"])
    assert hit.year == raw["publication_year"]
    doi = str(raw["doi"] or "").removeprefix("https://doi.org/").lower()
    if doi.startswith("10.48550/arxiv."):
        assert hit.identifiers.arxiv == doi.removeprefix("10.48550/arxiv.")
    else:
        assert (hit.identifiers.doi or "") == doi
    authorships = raw["authorships"]
    assert isinstance(authorships, list)
    assert len(hit.authors) == len(authorships)
    assert hit.language == (raw["language"] or "")
    index = raw.get("abstract_inverted_index")
    assert bool(hit.abstract) == bool(index)
    if isinstance(index, dict):
        starts = [word for word, places in index.items() if 0 in places]
        assert hit.abstract.split()[0] in starts[0] or "<" in starts[0] or "&" in starts[0]


def test_the_recorded_page_and_its_works_are_parsed(capsys: pytest.CaptureFixture[str]) -> None:
    folder = recordings("openalex_europepmc") / FOLDER
    payload = json.loads((folder / "openalex.json").read_text(encoding="utf-8"))
    page = parse_page(payload)
    assert page is not None
    assert (page.total, len(page.hits), page.next) == (11810, 20, payload["meta"]["next_cursor"])
    for hit, raw in zip(page.hits, payload["results"], strict=True):
        agrees(hit, raw)
    singles = sorted(folder.glob("*/openalex-result.json"))
    for path in singles:
        raw = json.loads(path.read_text(encoding="utf-8"))
        agrees(parse_work(raw), raw)
    gathered = json.loads((folder / "openalex-results.json").read_text(encoding="utf-8"))["total_json_output"]
    for raw in gathered.values():
        agrees(parse_work(raw), raw)
    with capsys.disabled():
        print(f"\nOpenAlex: 1 page of 20 works, {len(singles)} single works and {len(gathered)} gathered ones used")
    assert (len(singles), len(gathered)) == (10, 10)


def test_every_recorded_exchange_is_parsed(capsys: pytest.CaptureFixture[str]) -> None:
    found = exchanges(recordings("mixed_clients"), "api.openalex.org")
    used, left_out = [], []
    for exchange in found:
        if exchange.status != 200:
            assert exchange.content.startswith(b"<!doctype html>")
            left_out.append(f"{exchange.name} (status {exchange.status}, a web page: see the test of it)")
            continue
        payload = json.loads(exchange.content)
        if set(payload) == {"open_access", "doi"}:
            assert parse_work(payload) is None
            left_out.append(f"{exchange.name} (only open_access and doi were asked for)")
            continue
        page = parse_page(payload)
        raws = payload["results"] if page else [payload]
        for raw in raws:
            agrees(parse_work(raw), raw)
        assert page is None or (len(page.hits), page.next) == (len(raws), None)
        used.append(exchange.name)
    with capsys.disabled():
        print(f"\nOpenAlex: {len(used)} of {len(found)} recorded exchanges used; left out: {'; '.join(left_out)}")
    assert (len(found), len(used)) == (12, 8)


def recorded_work(name: str) -> Hit:
    folder = recordings("openalex_europepmc") / FOLDER
    hits = parse_page(json.loads((folder / "openalex.json").read_text(encoding="utf-8")))
    assert hits is not None
    return next(hit for hit in hits.hits if hit.source_id == name)


def test_a_recorded_work_in_full() -> None:
    hit = recorded_work("W4391598081")
    assert hit.title.startswith("Regulating protein corona on nanovesicles")
    assert hit.authors[:2] == ("Yunqiu Miao", "Lijun Li")
    assert (hit.year, hit.venue, hit.version, hit.language) == (2024, "Nature communications", "published", "en")
    assert (hit.identifiers.doi, hit.identifiers.pmid) == ("10.1038/s41467-024-45254-7", "38326312")
    assert [file.path for file in hit.files] == ["https://www.nature.com/articles/s41467-024-45254-7.pdf"]
    assert hit.abstract.count(" ") > 100
    assert (hit.status, hit.url) == ((), "https://doi.org/10.1038/s41467-024-45254-7")


def test_a_published_work_with_an_eprint_names_both() -> None:
    hit = recorded_work("W4381551417")
    assert (hit.identifiers.doi, hit.identifiers.arxiv) == ("10.1103/physrevc.109.014910", "2306.10277")
    assert hit.version == "published"
    assert [file.path for file in hit.files] == [
        "https://export.arxiv.org/e-print/2306.10277",
        "https://export.arxiv.org/html/2306.10277",
        "https://export.arxiv.org/pdf/2306.10277",
        "http://link.aps.org/pdf/10.1103/PhysRevC.109.014910",
    ]
    assert recorded_work("W4389302403").version == "preprint"
    assert recorded_work("W4392745168").files == ()


@given(st.lists(st.text(alphabet="abcXYZ.,-", min_size=1, max_size=8), max_size=60))
def test_an_abstract_is_rebuilt_word_for_word(words: list[str]) -> None:
    index: dict[str, list[int]] = {}
    for place, word in enumerate(words):
        index.setdefault(word, []).append(place)
    assert rebuild_abstract(index) == " ".join(words)


@pytest.mark.parametrize(
    ("index", "abstract"),
    [
        (None, ""),
        ({}, ""),
        ([], ""),
        ({"a": None, "b": [1]}, "b"),
        ({"late": [7], "early": [2]}, "early late"),
        ({"two": [0], "one": [0]}, "one two"),
        ({"far": [10**9], "odd": ["x", True, -1, 1.5], "in": [0]}, "in"),
        ({"<b>Bold</b>": [0], "&amp;": [1], "more": [2]}, "Bold & more"),
    ],
)
def test_odd_abstracts(index: object, abstract: str) -> None:
    assert rebuild_abstract(index) == abstract


@pytest.mark.parametrize(
    ("filed", "printed", "name"),
    [
        ("Yulong Miao", "Yunqiu Miao", "Yunqiu Miao"),
        ("Jakub Lála", "Lála, Jakub", "Jakub Lála"),
        ("Odhran O’Donoghue", "O'Donoghue, Odhran", "Odhran O'Donoghue"),
        ("Richard S. Geary", "Richard S. Geary", "Richard S. Geary"),
        ("Ada Author", "A. Author", "Ada Author"),
        ("Ada Author", "AUTHOR, ADA", "Ada Author"),
        ("Ada Author", "Ada Author 1*", "Ada Author"),
        ("Ada Author", "Author, A., Writer, B.", "Ada Author"),
        ("Ada Author", "", "Ada Author"),
        ("", "A. Author", "A. Author"),
        ("", "", ""),
    ],
)
def test_names(filed: str, printed: str, name: str) -> None:
    assert author_name({"author": {"display_name": filed}, "raw_author_name": printed}) == name


def test_retractions_are_marked() -> None:
    hit = parse_work(work(1, is_retracted=True))
    assert hit is not None
    assert [(note.kind, "OpenAlex, W1" in note.evidence) for note in hit.status] == [("retracted", True)]
    titled = parse_work(work(1, title="RETRACTED: Language models"))
    assert titled is not None
    assert [note.kind for note in titled.status] == ["retracted"]


@pytest.mark.parametrize("odd", [None, [], "x", {}, {"id": None}, {"id": "https://openalex.org/W1"}, {"title": "x"}])
def test_odd_works_are_left_out(odd: object) -> None:
    assert parse_work(odd) is None


def test_a_work_of_nulls_is_read() -> None:
    nulls = dict.fromkeys(work(1), None) | {
        "id": "https://openalex.org/W1",
        "display_name": "A title",
        "locations": [None],
    }
    hit = parse_work(nulls)
    assert hit is not None
    assert (hit.title, hit.authors, hit.year, hit.version, hit.files) == ("A title", (), None, "unknown", ())


def test_closed_places_and_odd_addresses_give_no_files() -> None:
    places = [
        {"is_oa": False, "pdf_url": "https://a.org/closed.pdf"},
        {"is_oa": True, "pdf_url": "file:///etc/passwd"},
        {"is_oa": True, "pdf_url": None},
        {"is_oa": None, "pdf_url": "https://a.org/unknown.pdf"},
    ]
    hit = parse_work(work(1, primary_location=None, locations=places, open_access={"oa_url": "https://a.org/page"}))
    assert hit is not None
    assert hit.files == ()
