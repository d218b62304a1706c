"""Makes the example library: works of the ACL Anthology by a stated rule, and a few full papers.

    python scripts/build_example_library.py --anthology papers.jsonl.gz --papers FOLDER --out examples/low-resource-nlp

The result depends on the two inputs alone: the same inputs give the same bytes.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bibtexparser.entrypoint import write_string
from bibtexparser.library import Library
from bibtexparser.model import Entry, Field
from lxml import etree

FIRST_YEAR = 2016
WHOLE_VOLUME = "2021.mrl-1"
ACL_DOI = "10.18653/v1/"
HOW = re.compile(
    r"cross-?\s?lingual|\bmultilingual (?:(?:pre-?trained|language|masked) )*"
    r"(?:models?|bert|transformers?|encoders?|representations?)"
    r"|\bmbert\b|\bxlm|transfer|zero-shot|code-?\s?(?:switch|mix)|data augmentation",
    re.IGNORECASE,
)
FOR_WHOM = re.compile(
    r"low-?\s?resourced?\b|under-?resourced|endangered|unseen languages?|distant languages?"
    r"|african languages?|indigenous",
    re.IGNORECASE,
)
ANTHOLOGY_ID = re.compile(r"\b(?:\d{4}\.[a-z0-9]+-[a-z0-9]+\.\d+|[A-Z]\d{2}-\d{4})\b")
FREE_LICENCE = re.compile(
    r"Creative Commons (?:Attribution License|CC0)|creativecommons\.org/(?:licenses/by/|publicdomain/zero)"
)
ACL_PAPERS = {
    "2023.emnlp-main.483": "scitab_paper/*SCITAB_Oct22.pdf",
    "N18-3011": "s2orc_doc2json/pdf/N18-3011.pdf",
    "2020.acl-main.207": "s2orc_doc2json/pdf/2020.acl-main.207.pdf",
}
JATS_PAPERS = (
    "docling/jats/sources/elife-56337.nxml",
    "docling/jats/sources/pntd.0008301.nxml",
    "docling/jats/sources/pone.0234687.nxml",
    "jats/pntd.0002065.nxml",
    "jats/pone.0000217.nxml",
    "jats/pone.0046493.nxml",
)


@dataclass(frozen=True)
class FullPaper:
    """A document that ships, where it came from, and its bibliographic fields in printing order."""

    name: str
    origin: Path
    licence: str
    fields: tuple[tuple[str, str], ...]

    def field(self, key: str) -> str:
        """Return a field's value; raises KeyError when it has none."""
        return dict(self.fields)[key]


def read_anthology(path: Path) -> dict[str, dict[str, Any]]:
    """Return the entries by Anthology id, which is the last part of an ACL DOI where there is one."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        entries = [json.loads(line) for line in lines]
    found: dict[str, dict[str, Any]] = {}
    for entry in entries:
        doi = entry["doi"] or ""
        name = doi.removeprefix(ACL_DOI) if doi.startswith(f"{ACL_DOI}D19-") else entry["id"]
        found[name] = {**entry, "id": name}
    return found


def follows_rule(entry: dict[str, Any]) -> bool:
    """Whether an entry is free to ship and is about transfer between languages with few resources."""
    free = int(entry["year"]) >= FIRST_YEAR and (entry["doi"] or "").startswith(ACL_DOI)
    if not free or not entry["abstract"]:
        return False
    if entry["id"].startswith(f"{WHOLE_VOLUME}."):
        return True
    return bool(HOW.search(entry["title"]) and FOR_WHOM.search(f"{entry['title']} {entry['abstract']}"))


def named_in_notes(chosen: dict[str, dict[str, Any]]) -> set[str]:
    """Return the ids of other works that revision notes of the chosen works name."""
    notes = (note["note"] or "" for entry in chosen.values() for note in entry["revision_notes"])
    return {name for note in notes for name in ANTHOLOGY_ID.findall(note)}


def choose(anthology: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the entries of the example library, sorted by id."""
    chosen = {name: entry for name, entry in anthology.items() if follows_rule(entry)}
    for name in sorted(named_in_notes(chosen)):
        if name in anthology and int(anthology[name]["year"]) >= FIRST_YEAR:
            chosen[name] = anthology[name]
    return [chosen[name] for name in sorted(chosen)]


def metadata_line(entry: dict[str, Any]) -> str:
    """Return an entry as one line of JSON, with its address and licence."""
    kept = ("id", "title", "authors", "venue", "abstract", "doi", "retracted", "retraction", "revision_notes", "errata")
    line = {key: entry[key] for key in kept}
    line |= {"year": int(entry["year"]), "url": f"https://aclanthology.org/{entry['id']}", "license": "CC BY 4.0"}
    return json.dumps(line, ensure_ascii=False, sort_keys=True)


def acl_paper(entry: dict[str, Any], papers: Path, pattern: str) -> FullPaper:
    """Return a paper of the Anthology of which a PDF is at hand."""
    (origin,) = papers.glob(pattern)
    fields = {
        "title": entry["title"],
        "author": " and ".join(entry["authors"]),
        "booktitle": entry["venue"],
        "year": entry["year"],
        "doi": entry["doi"],
        "url": f"https://aclanthology.org/{entry['id']}",
        "abstract": entry["abstract"],
    }
    return FullPaper(f"{entry['id']}.pdf", origin, "CC BY 4.0", tuple(fields.items()))


def words_of(tree: Any, path: str) -> list[str]:
    """Return the text of each node that a path finds, with single blanks."""
    return [" ".join("".join(node.itertext()).split()) for node in tree.xpath(path)]


def jats_authors(tree: Any) -> str:
    """Return the authors of a JATS article as BibTeX wants them, in order."""
    names = []
    for name in tree.xpath("//article-meta//contrib[@contrib-type='author']/name"):
        family, given = words_of(name, "surname"), words_of(name, "given-names")
        names.append(", ".join([*family, *given]))
    return " and ".join(names)


def jats_paper(origin: Path) -> FullPaper:
    """Return a JATS article; raises ValueError when its own text does not give a free licence."""
    parser = etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True)
    tree = etree.parse(str(origin), parser)
    terms = tree.xpath("//article-meta//permissions | //article-meta/copyright-statement")
    notice = FREE_LICENCE.search(" ".join(etree.tostring(part, encoding="unicode") for part in terms))
    if notice is None:
        raise ValueError(f"{origin.name}: its text names neither CC BY nor CC0.")
    fields = {
        "title": words_of(tree, "//article-meta/title-group/article-title")[0],
        "author": jats_authors(tree),
        "journal": words_of(tree, "//journal-meta//journal-title")[0],
        "year": words_of(tree, "//article-meta/pub-date/year")[0],
        "doi": words_of(tree, "//article-meta/article-id[@pub-id-type='doi']")[0],
        "pmid": words_of(tree, "//article-meta/article-id[@pub-id-type='pmid']")[0],
    }
    licence = "CC0" if re.search("CC0|zero", notice.group()) else "CC BY"
    return FullPaper(origin.name, origin, licence, tuple(fields.items()))


def bibliography(papers: list[FullPaper]) -> str:
    """Return the BibTeX entries of the full papers, in their order."""
    library = Library()
    for paper in papers:
        fields = [Field(key, value) for key, value in paper.fields]
        fields.append(Field("file", f"papers/{paper.name}"))
        kind = "article" if "journal" in dict(paper.fields) else "inproceedings"
        library.add(Entry(kind, re.sub(r"\.(pdf|nxml)$", "", paper.name), fields))
    return str(write_string(library, prepend_middleware=[]))


def attribution(works: list[dict[str, Any]], papers: list[FullPaper]) -> str:
    """Return SOURCES.md: what is in the library, whose it is, and the rule of selection."""
    rows = [
        f"| `papers/{paper.name}` | {paper.field('author').replace(' and ', '; ')} | {paper.field('title')} "
        f"| [{paper.field('doi')}](https://doi.org/{paper.field('doi')}) | {paper.licence} |"
        for paper in papers
    ]
    revised = [work["id"] for work in works if work["revision_notes"] and not work["retracted"]]
    values = {
        "WORKS": str(len(works)),
        "YEARS": f"{min(work['year'] for work in works)} to {max(work['year'] for work in works)}",
        "PAPERS": str(len(papers)),
        "HOW": HOW.pattern,
        "FOR_WHOM": FOR_WHOM.pattern,
        "RETRACTED": ", ".join(work["id"] for work in works if work["retracted"]),
        "REVISED": ", ".join(revised),
        "ROWS": "\n".join(rows),
    }
    text = Path(__file__).with_name("example_library_sources.md").read_text(encoding="utf-8")
    return re.sub(r"@([A-Z_]+)@", lambda match: values[match.group(1)], text)


def build(anthology: Path, papers: Path, out: Path) -> str:
    """Write the library into a folder, replacing what the last build wrote, and return one line on it."""
    entries = read_anthology(anthology)
    works = choose(entries)
    full = [acl_paper(entries[name], papers, pattern) for name, pattern in sorted(ACL_PAPERS.items())]
    full += [jats_paper(papers / name) for name in sorted(JATS_PAPERS, key=lambda name: Path(name).name)]
    shutil.rmtree(out / "papers", ignore_errors=True)
    (out / "papers").mkdir(parents=True)
    for paper in full:
        shutil.copyfile(paper.origin, out / "papers" / paper.name)
    lines = "".join(metadata_line(work) + "\n" for work in works)
    (out / "works.jsonl").write_text(lines, encoding="utf-8")
    (out / "papers.bib").write_text(bibliography(full), encoding="utf-8")
    (out / "SOURCES.md").write_text(attribution(works, full), encoding="utf-8")
    return f"{len(works)} works and {len(full)} full papers in {out}"


def main() -> int:
    """Build the library that the command line names."""
    parser = argparse.ArgumentParser(description="Make the example library from open data.")
    parser.add_argument("--anthology", type=Path, required=True, help="papers.jsonl.gz made from the Anthology's XML")
    parser.add_argument("--papers", type=Path, required=True, help="folder with the full papers")
    parser.add_argument("--out", type=Path, required=True, help="folder to write")
    given = parser.parse_args()
    print(build(given.anthology, given.papers, given.out))
    return 0


if __name__ == "__main__":
    sys.exit(main())
