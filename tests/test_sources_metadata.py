"""Metadata as people have it: JSON lines of several shapes, BibTeX from several managers, and broken files."""

from __future__ import annotations

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from juried.sources.metadata import make_metadata, read_authors, read_metadata

BIBTEX = rb"""
@string{acl = "Association for Computational Linguistics"}
% a comment
@article{a1,
  title = {{\'E}tude of {NLP} with 50% less data -- B{\"u}hler's way},
  author = {M{\"u}ller, J{\"o}rg and {Barnes and Noble} and van der Berg, Jr., Hans},
  year = 2019, journal = acl, note = {Retracted in 2020.},
  file = {Full Text:sub/a.pdf:application/pdf;Notes\; old:sub/b\:c.html:text/html}
}
@article{a1, title = {The same key again}}
@article{b2, title = {Never closed
@misc{c3, author = {Nobody}, year = {in press}}
@misc{d4, title = {Plain}, eprint = {2106.09063v2}, archivePrefix = {arXiv}, url = {https://example.org/a_b%20c}}
"""


def test_bibtex_of_managers_is_read() -> None:
    read = read_metadata(BIBTEX, "my.bib")
    first, last = read.entries
    assert first.title == "Étude of NLP with 50% less data – Bühler's way"
    assert first.authors == ("Jörg Müller", "Barnes and Noble", "Hans van der Berg Jr.")
    assert (first.year, first.venue) == (2019, "Association for Computational Linguistics")
    assert first.files == ("sub/a.pdf", "sub/b:c.html")
    assert [note.kind for note in first.status] == ["retracted"]
    assert (last.identifiers.arxiv, last.version, last.url) == ("2106.09063", "preprint", "https://example.org/a_b%20c")


def test_broken_bibtex_entries_are_named_and_passed_over() -> None:
    faults = read_metadata(BIBTEX, "my.bib").faults
    assert len(faults) == 3
    assert all("my.bib" in fault for fault in faults)
    assert any("a1 is used twice" in fault for fault in faults)
    assert any("c3" in fault and "no title" in fault for fault in faults)


def test_json_lines_of_several_databases_are_read() -> None:
    lines = [
        {
            "paperId": "0" * 40,
            "title": "A",
            "authors": [{"name": "X Y"}],
            "externalIds": {"DOI": "10.1000/AB"},
            "year": 2020,
        },
        {
            "id": "W1",
            "display_name": "B",
            "authorships": [{"author": {"display_name": "Z Q"}}],
            "publication_year": 2021,
        },
        {
            "DOI": "10.1000/c",
            "title": ["C"],
            "author": [{"given": "U", "family": "V"}],
            "issued": {"date-parts": [[2018, 3]]},
        },
        {"title": "D", "author": "Smith, J. and Doe, K.", "date": "2017-05-01", "extra": {"ignored": True}},
    ]
    text = "\n".join(json.dumps(line) for line in lines)
    entries = read_metadata(text.encode(), "x.jsonl").entries
    assert [entry.title for entry in entries] == ["A", "B", "C", "D"]
    assert [entry.authors for entry in entries] == [("X Y",), ("Z Q",), ("U V",), ("J. Smith", "K. Doe")]
    assert [entry.year for entry in entries] == [2020, 2021, 2018, 2017]
    assert [entry.identifiers.doi for entry in entries] == ["10.1000/ab", None, "10.1000/c", None]


def test_bad_lines_are_counted_with_their_numbers() -> None:
    text = '{"title": "good"}\nnot json\n\n[1, 2]\n{"x": 1}\n' + "[" * 100_000 + '\n{"title": "\\ud800 odd\\u0000"}\n'
    read = read_metadata(text.encode(), "x.jsonl")
    assert [entry.title for entry in read.entries] == ["good", "? odd"]
    assert [fault.split(":")[0] for fault in read.faults] == [f"x.jsonl, line {n}" for n in (2, 4, 5, 6)]


def test_notices_become_status_with_date_and_place() -> None:
    entry = make_metadata(
        {
            "title": "T",
            "retracted": True,
            "retraction": "Error in the data.",
            "revision_notes": [
                {"id": "2", "date": "2021-01-01", "note": "Fixed a table."},
                {"id": "3", "date": "2021-11-16", "note": "Retracted."},
                {"id": "1", "date": None, "note": "2021.x-1.4e1"},
            ],
        },
        "folder/works.jsonl",
    )
    assert entry is not None
    assert [(note.kind, note.date, note.evidence) for note in entry.status] == [
        ("corrected", "", "Erratum 2021.x-1.4e1 (works.jsonl, notice 1)"),
        ("retracted", "2021-11-16", "Error in the data. (works.jsonl)"),
        ("revised", "2021-01-01", "Fixed a table. (works.jsonl, notice 2)"),
    ]


def test_a_title_that_says_so_is_retracted_and_a_plain_one_is_not() -> None:
    marked = make_metadata({"title": "RETRACTED ARTICLE: Cells"}, "x.jsonl")
    plain = make_metadata({"title": "Retracted papers in biology", "retracted": False, "withdrawn": "no"}, "x.jsonl")
    assert marked is not None
    assert [note.kind for note in marked.status] == ["retracted"]
    assert plain is not None
    assert plain.status == ()


def test_tex_in_an_abstract_is_written_out_and_money_is_left_alone() -> None:
    entry = make_metadata({"title": "T", "abstract": r"\textbf{Gains} of 2.7\% ($\alpha = 0.1$), 5% less"}, "x.jsonl")
    plain = make_metadata({"title": "T", "abstract": "From $5 to $10, {a, b} ~ 3"}, "x.jsonl")
    assert entry is not None
    assert "\\" not in entry.abstract
    assert "2.7%" in entry.abstract
    assert "5% less" in entry.abstract
    assert plain is not None
    assert plain.abstract == "From $5 to $10, {a, b} ~ 3"


def test_one_text_of_authors_is_split() -> None:
    assert read_authors("Ann Lee; Bob Ray") == ("Ann Lee", "Bob Ray")
    assert read_authors("Ann Lee, Bob Ray") == ("Ann Lee", "Bob Ray")
    assert read_authors("Lee, Ann") == ("Ann Lee",)
    assert read_authors(None) == ()


@settings(deadline=None, max_examples=50)
@given(st.dictionaries(st.text(), st.recursive(st.none() | st.booleans() | st.floats() | st.text(), st.lists)))
def test_no_object_makes_reading_fail(values: dict[str, object]) -> None:
    entry = make_metadata({"title": "T", **values}, "x.jsonl")
    assert entry is None or entry.title


@settings(deadline=None, max_examples=50)
@given(st.binary(max_size=300))
def test_no_bytes_make_reading_fail(data: bytes) -> None:
    for name in ("x.jsonl", "x.bib"):
        read = read_metadata(data, name)
        assert len(read.entries) + len(read.faults) <= 300
