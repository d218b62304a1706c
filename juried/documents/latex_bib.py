"""The bibliography of a source that comes with BibTeX files and without their compiled form."""

from __future__ import annotations

from juried.documents.latex_refs import BibEntry, make_entry, short_authors
from juried.text.tex import readable_tex

_FIELDS = ("author", "title", "journal", "booktitle", "publisher", "year", "doi", "url")


def read_bibtex(sources: list[str]) -> list[BibEntry]:
    """Return the entries of BibTeX sources in order; what BibTeX cannot read is left out."""
    if not sources:
        return []
    from bibtexparser.entrypoint import parse_string

    entries: list[BibEntry] = []
    for source in sources:
        for entry in parse_string(source).entries:
            fields = {name: readable_tex(str(field.value)) for name, field in entry.fields_dict.items()}
            names = [_name(person) for person in fields.get("author", "").split(" and ")]
            text = ". ".join(fields[name].rstrip(".") for name in _FIELDS if fields.get(name))
            entries.append(make_entry(entry.key, short_authors(names), fields.get("year", ""), text))
    return entries


def _name(person: str) -> str:
    """Turn "Vaswani, Ashish" into "Ashish Vaswani"."""
    last, comma, first = person.partition(",")
    return f"{first.strip()} {last.strip()}" if comma else person
