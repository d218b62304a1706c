"""Works made of hits: what is one work, what stays two, and that order and repetition make no difference."""

from __future__ import annotations

from collections import Counter
from itertools import combinations, permutations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from juried.records.base import canonical_json
from juried.records.work import FileRef, Hit, Identifiers, StatusNote, VersionKind
from juried.sources.grouping import differ, group_hits, hit_name
from juried.sources.identifiers import make_identifiers
from juried.sources.merge import count_duplicates, merge_hits
from juried.sources.metadata import read_metadata
from juried.sources.titles import author_key, same_title, title_key

DATA = Path(__file__).resolve().parents[1].parent / "shared" / "data"
TITLE = "Specializing Multilingual Language Models: An Empirical Study"
AUTHORS = ("Ethan C. Chau", "Noah A. Smith")


def hit(source: str = "s", name: str = "1", *, title: str = TITLE, **values: object) -> Hit:
    ids = {key: values.pop(key) for key in list(values) if key in Identifiers.model_fields}
    fields = {"rank": 1, "authors": AUTHORS, "year": 2021, **values, "identifiers": make_identifiers(**ids)}  # type: ignore[arg-type]
    return Hit.model_validate({"source": source, "source_id": name, "title": title, **fields})


def test_preprint_and_published_version_are_one_work_with_two_versions() -> None:
    preprint = hit("arxiv", "2106.09063v4", arxiv="2106.09063", version="preprint", title=TITLE.upper())
    published = hit("acl", "2021.mrl-1.5", doi="10.18653/v1/2021.mrl-1.5", version="published", venue="MRL")
    (work,) = merge_hits([preprint, published])
    assert work.versions == ("preprint", "published")
    assert work.title == TITLE
    assert work.identifiers == Identifiers(doi="10.18653/v1/2021.mrl-1.5", acl="2021.mrl-1.5", arxiv="2106.09063")
    assert work.url == "https://doi.org/10.18653/v1/2021.mrl-1.5"
    assert work.hits == ("acl:2021.mrl-1.5", "arxiv:2106.09063v4")


def test_every_field_knows_its_source_and_the_published_version_lends_first() -> None:
    early = hit("arxiv", "a", arxiv="2106.09063", version="preprint", abstract="A long abstract.", year=2020)
    late = hit("crossref", "b", arxiv="2106.09063", version="published", abstract="Short.", venue="MRL")
    (work,) = merge_hits([early, late])
    assert (work.year, work.venue, work.abstract) == (2021, "MRL", "A long abstract.")
    origins = {(origin.field, origin.source) for origin in work.origins}
    assert {("year", "crossref"), ("venue", "crossref"), ("abstract", "arxiv"), ("title", "crossref")} <= origins
    assert {field for field, _ in origins} == {"title", "authors", "year", "venue", "abstract", "arxiv"}


def test_notices_and_files_are_united() -> None:
    revised = StatusNote(kind="revised", date="2022-06-22", evidence="note")
    retracted = StatusNote(kind="retracted", date="2023-01-01", evidence="note")
    first = hit("a", doi="10.1000/x", status=(revised,), files=(FileRef(path="x.pdf"),))
    second = hit(
        "b", doi="10.1000/x", status=(retracted, revised), files=(FileRef(path="x.tex"), FileRef(path="x.pdf"))
    )
    (work,) = merge_hits([first, second])
    assert work.status == (retracted, revised)
    assert work.retracted
    assert {file.path for file in work.files} == {"x.pdf", "x.tex"}


@pytest.mark.parametrize(
    ("other", "works"),
    [
        (hit("b", title="Specialising multilingual language models — an empirical study"), 1),
        (hit("b", title="Specializing Multilingual Language Models"), 2),
        (hit("b", title="Specializing Mulitlingual Language Models: An Empirical Study"), 1),
        (hit("b", authors=("Chau, E.", "N. Smith")), 1),
        (hit("b", year=2023), 1),
        (hit("b", year=None), 1),
        (hit("b", year=2024), 2),
        (hit("b", authors=("Jane Roe", "Max Muster")), 2),
        (hit("b", authors=()), 2),
        (hit("b", title="Specializing Monolingual Language Models: An Empirical Study"), 2),
        (hit("b", title="Specializing Multilingual Language Models: An Empirical Study, Part 2"), 2),
        (hit("b", authors=("Nathan A. Smith", "Emma Chau")), 1),
        (hit("b", authors=("Nathan X. Smith", "Wei Chau")), 1),
    ],
)
def test_title_authors_and_year_decide_without_identifiers(other: Hit, works: int) -> None:
    assert len(merge_hits([hit("a"), other])) == works


def test_different_identifiers_of_one_kind_keep_works_apart() -> None:
    assert len(merge_hits([hit("a", acl="2021.mrl-1.5"), hit("b", acl="2021.mrl-1.6")])) == 2
    assert len(merge_hits([hit("a", doi="10.1000/a"), hit("b", doi="10.1000/b")])) == 2
    assert len(merge_hits([hit("a", doi="10.7554/elife.1.1"), hit("b", doi="10.7554/elife.1.2")])) == 1
    assert len(merge_hits([hit("a", doi="10.1101/2020.01.30.927871"), hit("b", doi="10.1000/b")])) == 1


def test_a_book_doi_does_not_unite_its_chapters() -> None:
    first = hit("a", "1", doi="10.1000/book", title="Soup", authors=("Ann Lee",))
    second = hit("a", "2", doi="10.1000/book", title="Bread", authors=("Bob Ray",))
    works = merge_hits([first, second])
    assert len(works) == len({work.id for work in works}) == 2


def test_id_stays_when_another_source_reports_the_work_too() -> None:
    alone = merge_hits([hit("a", doi="10.1000/a")])
    joined = merge_hits(
        [hit("a", doi="10.1000/a"), hit("b", pmid="77"), hit("c", arxiv="2106.09063", version="preprint")]
    )
    assert [work.id for work in alone] == [work.id for work in joined]


def test_numbers_add_up() -> None:
    hits = [hit("a"), hit("b"), hit("c", title="Another work altogether")]
    works = merge_hits(hits)
    assert (len(works), count_duplicates(hits, works)) == (2, 1)
    assert merge_hits([]) == ()


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("Unsupervised Learning of Word Vectors Today", "Supervised Learning of Word Vectors Today", False),
        ("Overview of the Shared Task on Parsing 2019", "Overview of the Shared Task on Parsing 2020", False),
        ("A Simple Way to Parse Text", "A simple way to parse text: trees and graphs", True),
        ("Deep Learning", "Deep Learning: A Survey of Everything", False),
        ("Cross-lingual <i>transfer</i>", "Crosslingual Transfer", True),
        ("Étude über Größe", "Etude uber Grösse", True),
        ("", "", False),
    ],
)
def test_titles(first: str, second: str, same: bool) -> None:
    assert same_title(first, second) is same_title(second, first) is same


def test_names_of_authors() -> None:
    assert author_key("Noah A. Smith") == author_key("Smith, N.") == author_key("N. A. SMITH") == ("smith", "n")
    assert author_key("van der Meulen, Hans") == author_key("H. van der Meulen") == ("meulen", "h")
    assert author_key("Martin Luther King Jr.") == ("king", "m")
    assert author_key("José Núñez")[0] == "nunez"
    assert author_key("") == ("", "")


TITLES = (
    "Alpha beta gamma delta epsilon",
    "Alpha beta gamma delta epsilom",
    "Other title",
    "Alpha beta gamma delta epsilon: more",
    "",
)
VERSIONS: tuple[VersionKind, ...] = ("preprint", "published", "unknown")
HITS = st.builds(
    lambda source, name, rank, title, authors, year, doi, arxiv, version, abstract: hit(
        source,
        name,
        rank=rank,
        title=title,
        authors=authors,
        year=year,
        doi=doi,
        arxiv=arxiv,
        version=version,
        abstract=abstract,
    ),
    st.sampled_from("ab"),
    st.sampled_from("1234"),
    st.integers(1, 3),
    st.sampled_from(TITLES),
    st.sampled_from([(), ("Ann Lee",), ("Lee, A.", "Bob Ray"), ("Bob Ray",)]),
    st.sampled_from([None, 2019, 2021, 2023]),
    st.sampled_from([None, None, "10.1000/x", "10.1000/y"]),
    st.sampled_from([None, None, "2106.09063"]),
    st.sampled_from(VERSIONS),
    st.sampled_from(["", "one", "three"]),
)


@settings(deadline=None, max_examples=200)
@given(st.lists(HITS, max_size=8), st.randoms(use_true_random=False))
def test_order_and_repetition_make_no_difference(hits: list[Hit], random: object) -> None:
    works = merge_hits(hits)
    mixed = [*hits, *hits[:3]]
    random.shuffle(mixed)  # type: ignore[attr-defined]
    assert merge_hits(mixed) == works
    assert merge_hits(iter(hits)) == works


@settings(deadline=None, max_examples=200)
@given(st.lists(HITS, max_size=8))
def test_every_hit_is_in_exactly_one_work(hits: list[Hit]) -> None:
    works = merge_hits(hits)
    named = [name for work in works for name in work.hits]
    assert sorted(named) == sorted({f"{hit.source}:{hit.source_id}" for hit in hits})
    assert len({work.id for work in works}) == len(works)
    assert list(works) == sorted(works, key=lambda work: work.id)


@settings(deadline=None, max_examples=200)
@given(st.lists(HITS, max_size=8))
def test_no_title_bridges_what_identifiers_keep_apart(hits: list[Hit]) -> None:
    apart = [
        one.model_copy(update={"source_id": str(at), "identifiers": Identifiers(doi=one.identifiers.doi)})
        for at, one in enumerate(hits)
    ]
    for group in group_hits(apart):
        assert not any(differ(one, other) for one, other in combinations(group, 2))


@settings(deadline=None, max_examples=100)
@given(st.lists(HITS, max_size=6), HITS)
def test_another_hit_never_parts_the_reports_of_one_record(hits: list[Hit], more: Hit) -> None:
    after = [{canonical_json(one) for one in group} for group in group_hits([*hits, more])]
    for one, other in combinations(hits, 2):
        if hit_name(one) == hit_name(other):
            assert any({canonical_json(one), canonical_json(other)} <= group for group in after)


def test_a_hit_without_identifiers_joins_the_nearer_of_two_papers_of_one_title() -> None:
    early = hit("a", doi="10.1000/early", year=2019)
    late = hit("b", doi="10.1000/late", year=2021)
    for order in permutations([early, late, hit("c", year=2020, name="1"), hit("d", year=2021, name="2")]):
        groups = {frozenset(work.hits) for work in merge_hits(order)}
        assert frozenset({"b:1", "d:2"}) in groups
        assert not any({"a:1", "b:1"} <= group for group in groups)


def test_a_hit_as_near_to_two_papers_of_one_title_joins_neither() -> None:
    papers = [hit("a", doi="10.1000/x"), hit("b", doi="10.1000/y")]
    bare = [hit("c"), hit("d")]
    for order in permutations([*papers, *bare]):
        groups = {frozenset(work.hits) for work in merge_hits(order)}
        assert groups == {frozenset({"a:1"}), frozenset({"b:1"}), frozenset({"c:1", "d:1"})}


def test_a_preprint_of_two_published_papers_goes_to_the_one_with_its_authors() -> None:
    preprint = hit("p", arxiv="2106.09063", version="preprint", authors=("Ann Lee", "Bob Ray"))
    own = hit("a", doi="10.1000/x", authors=("Ann Lee", "Bob Ray"))
    other = hit("b", doi="10.1000/y", authors=("Ann Lee", "Cy Poe", "Dan Fox"))
    assert {frozenset(work.hits) for work in merge_hits([other, preprint, own])} == {
        frozenset({"p:1", "a:1"}),
        frozenset({"b:1"}),
    }


def test_works_of_the_anthology_stay_apart_and_meet_their_twins() -> None:
    path = DATA / "works" / "acl_anthology" / "subset_crosslingual_ner.jsonl"
    if not path.exists():
        pytest.skip(f"{path.name} is not at hand")
    entries = [entry for entry in read_metadata(path.read_bytes(), path.name).entries if entry.authors]
    full = [_hit_of("acl", entry.model_dump()) for entry in entries]
    apart = merge_hits(full)
    assert len(apart) == len(full)
    bare = [
        _hit_of("other", {**entry.model_dump(), "identifiers": {}, "title": entry.title.upper()}) for entry in entries
    ]
    groups = [set(work.hits) for work in merge_hits([*full, *bare])]
    home = {name: group for group in groups for name in group}
    titles = Counter(title_key(entry.title) for entry in entries)
    alone = [entry for entry in entries if titles[title_key(entry.title)] == 1]
    assert all(f"other:{entry.key}" in home[f"acl:{entry.key}"] for entry in alone)
    assert len(alone) >= 0.98 * len(entries)
    # A few papers of this set appeared twice, as conference and workshop or tutorial paper.
    assert len(groups) >= 0.99 * len(apart)


def _hit_of(source: str, entry: dict[str, object]) -> Hit:
    kept = {key: entry[key] for key in ("title", "authors", "year", "venue", "abstract", "identifiers")}
    return Hit.model_validate({"source": source, "source_id": entry["key"], "rank": 1, **kept})
