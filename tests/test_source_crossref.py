"""Crossref: its recorded answers as hits, abstracts out of JATS, and notices about works.

No recording holds a retraction or an expression of concern; those here are made by hand from the service's
documentation of `updated-by` and `update-to`.
"""

from __future__ import annotations

import json
from collections import Counter
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from juried.records.work import Hit
from juried.sources.crossref_records import TYPES, parse_page, parse_records
from juried.sources.jats_abstract import clean_abstract
from tests.cassettes import Exchange, exchanges
from tests.http_helpers import recordings

HOST = "api.crossref.org"


@cache
def recorded() -> list[Exchange]:
    folders = recordings("crossref"), recordings("mixed_clients")
    return [item for folder in folders for host in (HOST, "doi.org") for item in exchanges(folder, host)]


def kind_of(item: Exchange) -> str:
    """What an exchange is about: works, a refusal, or why it is left out."""
    if "doi.org" in item.url.split("/")[2] or "/transform" in item.path:
        return "left out: a citation in another format, or the way there"
    if item.status != 200:
        return "refused"
    kind = json.loads(item.content)["message-type"]
    return kind if kind in ("work", "work-list") else "left out: registry lists, not works"


def raw_records(item: Exchange) -> list[dict[str, object]]:
    message = json.loads(item.content)["message"]
    found: list[dict[str, object]] = message.get("items", [message])
    return found


def test_every_recorded_answer_is_read() -> None:
    kinds = Counter(kind_of(item) for item in recorded())
    records = hits = 0
    for item in recorded():
        if kind_of(item) not in ("work", "work-list"):
            continue
        page = parse_page(json.loads(item.content))
        texts = [raw for raw in raw_records(item) if raw.get("title") and raw.get("type", "other") in TYPES]
        assert [hit.identifiers.doi or hit.identifiers.arxiv for hit in page.hits] == [plain(raw) for raw in texts]
        assert all(same_work(hit, raw) for hit, raw in zip(page.hits, texts, strict=True)), item.name
        records += len(raw_records(item))
        hits += len(page.hits)
    used = kinds["work"] + kinds["work-list"] + kinds["refused"]
    print(f"\nCrossref: {used} exchanges read of {kinds.total()}, {records} records, {hits} hits: {dict(kinds)}")
    assert kinds.total() == 134 + 11 + 76
    assert (kinds["work"] + kinds["work-list"], records, hits) == (96, 682, 627)


def plain(raw: dict[str, object]) -> str:
    return str(raw["DOI"]).lower()


def same_work(hit: Hit, raw: dict[str, object]) -> bool:
    """Whether a hit says what its record says, for the fields that need no cleaning."""
    authors = raw.get("author") or raw.get("editor") or []
    assert isinstance(authors, list)
    families = [person.get("family") or person.get("name") for person in authors]
    issued = raw.get("issued")
    year = issued["date-parts"][0][0] if isinstance(issued, dict) else None
    right_people = [name for name in families if name] == [
        name for name, given in zip(filter(None, families), hit.authors, strict=True) if str(name) in given
    ]
    return right_people and (year is None or hit.year == year) and hit.language == raw.get("language", "")


def test_refusals_hold_no_works() -> None:
    refused = [item for item in recorded() if kind_of(item) == "refused"]
    assert {item.status for item in refused} == {400, 404}
    for item in refused:
        if item.content.startswith(b"{"):
            assert parse_page(json.loads(item.content)).hits == ()


@cache
def all_hits() -> list[Hit]:
    works = [item for item in recorded() if kind_of(item) in ("work", "work-list")]
    return [hit for item in works for hit in parse_page(json.loads(item.content)).hits]


def one(doi: str) -> Hit:
    return max((hit for hit in all_hits() if hit.source_id == doi), key=lambda hit: len(hit.model_dump_json()))


def test_corrected_work_carries_the_notice_with_its_date() -> None:
    hit = one("10.1371/journal.pone.0033693")
    assert hit.title.startswith("Methylphenidate Exposure Induces Dopamine Neuron Loss")
    assert (hit.year, hit.venue, hit.version, hit.language) == (2012, "PLoS ONE", "published", "en")
    (note,) = hit.status
    assert (note.kind, note.date) == ("corrected", "2012-05-08")
    assert "https://doi.org/10.1371/annotation/c76da2c1-ccb8-4797-94c1-359d3ceceeda" in note.evidence


def test_new_version_of_itself_is_a_revision() -> None:
    (note,) = one("10.1371/journal.ppat.1006930").status
    assert (note.kind, note.date) == ("revised", "2018-03-26")


def test_preprint_names_its_server() -> None:
    hit = one("10.1101/2024.04.01.587366")
    assert (hit.version, hit.venue, hit.year) == ("preprint", "bioRxiv", 2024)
    assert one("10.2139/ssrn.5250900").version == "preprint"


def test_markup_in_titles_and_subtitles() -> None:
    assert one("10.1039/d0ce00680g").title.startswith("Encapsulation of the [Ru(bpy)3]2+ luminophore")
    assert one("10.7717/peerj.1114").title.endswith("in ecology & evolution")
    assert one("10.1007/s40278-023-41815-2").title == (
        "Convalescent-anti-sars-cov-2-plasma/immune-globulin: "
        "Fever and mild decrease in baseline oxygen saturation following off-label use: 3 case reports"
    )


def test_open_licence_makes_links_open_files() -> None:
    files = one("10.7717/peerj.8373").files
    assert [file.media_type for file in files] == ["text/html", "application/xml", "application/pdf"]
    assert one("10.1016/j.addr.2015.01.008").files == ()


def test_abstracts_of_the_recordings_are_clean_text() -> None:
    hits = {hit.source_id: hit for hit in all_hits()}
    abstracts = {doi: hit.abstract for doi, hit in hits.items() if hit.abstract}
    assert len(abstracts) > 150
    for doi, abstract in abstracts.items():
        assert not any(mark in abstract for mark in ("<jats", "</", "&lt;", "&amp;", "\n", "  ")), doi
        assert not abstract.lower().startswith(("abstract", "summary")), doi
    assert "population of size [formula], starting from" in abstracts["10.1111/sapm.12373"]
    assert abstracts["10.1111/2041-210x.13440"].startswith("A familiar and growing challenge")
    assert "a single mutant" in abstracts["10.1111/sapm.12373"]


@pytest.mark.parametrize(
    ("snippet", "text"),
    [
        ("", ""),
        ("<jats:title>Abstract</jats:title><jats:p>We show it.</jats:p>", "We show it."),
        ("<jats:sec><jats:title>Results.</jats:title><jats:p>So.</jats:p></jats:sec>", "Results: So."),
        ("<jats:title>A work</jats:title><jats:p>It is.</jats:p>", "It is."),
        (
            "<jats:p>&lt;p&gt;Twice &lt;em&gt;escaped&lt;/em&gt; (p &amp;lt; 0.05)&lt;/p&gt;</jats:p>",
            "Twice escaped (p < 0.05)",
        ),
        ("<jats:p>Not closed <jats:italic>well</jats:p>", "Not closed well"),
        ("Plain text, R&D.", "Plain text, R&D."),
        (
            "<jats:p>propose a<jats:italic>unified</jats:italic>way, H<jats:sub>2</jats:sub>O</jats:p>",
            "propose a unified way, H2O",
        ),
        ("<jats:p>the <jats:italic>m</jats:italic>RNA</jats:p>", "the mRNA"),
        ("<jats:p>of <jats:inline-graphic xlink:href='x.png'/> units</jats:p>", "of [formula] units"),
        (
            "<jats:p>at <jats:inline-formula><jats:alternatives><jats:tex-math>$$x^2$$</jats:tex-math>"
            "<mml:math><mml:mi>x</mml:mi></mml:math></jats:alternatives></jats:inline-formula> now</jats:p>",
            "at x^2 now",
        ),
        (
            "<jats:list><jats:list-item><jats:p>One.</jats:p></jats:list-item><jats:list-item><jats:p>Two.</jats:p></jats:list-item></jats:list>",
            "One. Two.",
        ),
    ],
)
def test_abstract_becomes_one_line(snippet: str, text: str) -> None:
    assert clean_abstract(snippet, "A work") == text


@given(st.text(alphabet=st.sampled_from("ab <>/&;jats:p=\"'\0\ud800"), max_size=80))
def test_no_abstract_breaks_the_cleaning(snippet: str) -> None:
    cleaned = clean_abstract(snippet)
    assert cleaned == " ".join(cleaned.split())


def update(kind: str, doi: str, year: int, source: str = "publisher") -> dict[str, object]:
    return {
        "type": kind,
        "label": kind.capitalize(),
        "DOI": doi,
        "source": source,
        "updated": {"date-parts": [[year, 3, 9]]},
    }


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("retraction", "retracted"),
        ("withdrawal", "withdrawn"),
        ("removal", "withdrawn"),
        ("expression_of_concern", "expression_of_concern"),
        ("erratum", "corrected"),
        ("corrigendum", "corrected"),
        ("new_edition", "revised"),
        ("something-new", "revised"),
    ],
)
def test_each_kind_of_notice_keeps_its_name(kind: str, status: str) -> None:
    (hit,) = parse_records(
        [{"DOI": "10.1/a", "title": ["A"]} | {"DOI": "10.1234/a", "updated-by": [update(kind, "10.1234/n", 2021)]}]
    )
    (note,) = hit.status
    assert (note.kind, note.date) == (status, "2021-03-09")
    assert "https://doi.org/10.1234/n" in note.evidence


def test_notice_told_twice_is_one() -> None:
    notices = [update("retraction", "10.1234/n", 2022, "retraction-watch"), update("retraction", "10.1234/N", 2021)]
    (hit,) = parse_records([{"DOI": "10.1234/a", "title": ["A"], "updated-by": notices}])
    assert [(note.kind, note.date) for note in hit.status] == [("retracted", "2021-03-09")]


def test_notice_among_the_results_reaches_its_work() -> None:
    notice = {"DOI": "10.1234/n", "title": ["Retraction: A"], "update-to": [update("retraction", "10.1234/A", 2021)]}
    work, told = parse_records([{"DOI": "10.1234/a", "title": ["A"]}, notice])
    assert [note.kind for note in work.status] == ["retracted"]
    assert told.status == ()


def test_title_that_says_retracted_is_a_notice() -> None:
    (hit,) = parse_records([{"DOI": "10.1155/2022/8341966", "title": ["Retracted: The Dilemma of Music Education"]}])
    assert [note.kind for note in hit.status] == ["retracted"]


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["message", "items", "DOI", "title", "author", "issued", "date-parts", "updated-by", "link"]
            ),
            inner,
        )
    ),
    max_leaves=12,
)


@given(JUNK)
def test_no_json_breaks_the_reading(payload: object) -> None:
    assert all(hit.title and hit.source_id for hit in parse_page(payload).hits)
