"""Metadata of works in a library: JSON lines of any common shape, and BibTeX, as one kind of entry.

A line or entry that cannot be used is counted and described; it never stops the reading.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from juried.records.base import Record
from juried.records.work import Description, Identifiers, StatusKind, StatusNote, VersionKind
from juried.sources.identifiers import identifiers_in, make_identifiers

MOST_BYTES = 512 * 1024 * 1024
_RETRACTED_TITLE = re.compile(r"^\W*(retracted|withdrawn)(?: article)?\b\W*[:\]]", re.IGNORECASE)
_RETRACTION_NOTE = re.compile(r"^\W*(?:retract|withdr)", re.IGNORECASE)
_ERRATUM_NOTE = re.compile(r"(?:^\W*(?:erratum|errata|corrigendum)\b)|(?:\d{4}|\.\d+)e\d+$", re.IGNORECASE)
_HAS_TEX = re.compile(r"\\[A-Za-z%&$#_{}'\"`^~=.]|\$[^$\s][^$]*[\\^_][^$]*\$")
_HAS_BIBTEX = re.compile(r"[{}~]|--")
_BARE_SIGN = re.compile(r"(?<!\\)[%&#]")
_YEAR = re.compile(r"(?<!\d)(1[5-9]\d\d|20\d\d)(?!\d)")
_NAMES: dict[str, tuple[str, ...]] = {
    "key": ("id", "key", "paper_id", "paperid", "acl_id", "uid", "_id", "corpusid", "corpus_id", "citekey"),
    "title": ("title", "display_name", "name"),
    "authors": ("authors", "author", "creators", "authorships"),
    "year": ("year", "publication_year", "date", "published", "publication_date", "publicationdate", "issued"),
    "venue": ("venue", "journal", "booktitle", "container-title", "journaltitle", "publication", "series", "publisher"),
    "abstract": ("abstract", "summary", "description"),
    "language": ("language", "lang", "langid"),
    "doi": ("doi",),
    "arxiv": ("arxiv", "arxiv_id", "arxivid"),
    "acl": ("acl", "acl_id", "anthology_id"),
    "pmid": ("pmid", "pubmed", "pubmed_id"),
    "pmcid": ("pmcid", "pmc", "pubmedcentral"),
    "openalex": ("openalex", "openalex_id"),
    "semantic_scholar": ("semantic_scholar", "s2id", "paperid", "corpusid", "corpus_id"),
    "url": ("url", "link", "html_url"),
    "files": ("file", "files", "path", "pdf", "filename"),
    "retraction": ("retraction", "withdrawal", "retraction_reason"),
    "retracted": ("retracted", "is_retracted", "withdrawn"),
    "notices": ("revision_notes", "revisions", "errata", "notices", "notes", "note"),
}


class Metadata(Description):
    """What the metadata of one work says; `key` is its id in its file, `files` are paths as written."""

    key: str
    files: tuple[str, ...] = ()


class MetadataFile(Record):
    """The usable entries of one file in its order, and one line for each that is not."""

    entries: tuple[Metadata, ...]
    faults: tuple[str, ...]


def decode(data: bytes) -> str:
    """Return bytes as text: UTF-8 with or without a mark, else Latin-1."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def plain_text(text: str, *, bibtex: bool = False) -> str:
    """Return a text with TeX commands and formulas written out, and single blanks.

    A text without TeX comes back as it is but for blanks; in a BibTeX value, braces, `~` and `--` are
    TeX too. `%`, `&` and `#` are themselves: no comment, column or parameter.
    """
    if not (_HAS_TEX.search(text) or (bibtex and _HAS_BIBTEX.search(text))):
        return " ".join(text.split())
    from juried.text.tex import readable_tex

    return readable_tex(_BARE_SIGN.sub(r"\\\g<0>", text))


def read_metadata(data: bytes, path: str) -> MetadataFile:
    """Read a `.jsonl`, `.jsonl.gz` or `.bib` file; the path names it in faults and notices."""
    if path.lower().endswith(".gz"):
        unzip = zlib.decompressobj(wbits=31)
        try:
            data = unzip.decompress(data, MOST_BYTES)
        except zlib.error:
            return MetadataFile(entries=(), faults=(f"{path}: this is not gzip, or damaged.",))
        if not unzip.eof:
            return MetadataFile(entries=(), faults=(f"{path}: this is cut short, or over {MOST_BYTES} bytes.",))
    if path.lower().endswith(".bib"):
        from juried.sources.bibtex import read_bibtex

        return read_bibtex(decode(data), path)
    return read_jsonl(decode(data), path)


def read_jsonl(text: str, path: str) -> MetadataFile:
    """Read JSON lines; empty lines are passed over, lines that hold no object with a title are faults."""
    entries: list[Metadata] = []
    faults: list[str] = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except (ValueError, RecursionError):
            faults.append(f"{path}, line {number}: this is not JSON.")
            continue
        entry = make_metadata(value, path) if isinstance(value, dict) else None
        if entry is None:
            faults.append(f"{path}, line {number}: this is no object with a title.")
        else:
            entries.append(entry)
    return MetadataFile(entries=tuple(entries), faults=tuple(faults))


def make_metadata(values: Mapping[str, object], path: str) -> Metadata | None:
    """Make an entry from fields under any of their common names; unknown fields are ignored.

    Returns:
        The entry, or None when there is no title.
    """
    fields = {_clean(key).lower(): value for key, value in values.items() if value not in (None, "", [], {})}
    title = plain_text(_text(_pick(fields, "title")))
    if not title:
        return None
    identifiers = _identifiers(fields)
    venue = plain_text(_text(_pick(fields, "venue")))
    key = _text(_pick(fields, "key")) or identifiers.doi or identifiers.arxiv or title
    return Metadata(
        key=key,
        title=title,
        authors=read_authors(_pick(fields, "authors")),
        year=_year(fields),
        venue=venue,
        abstract=plain_text(_text(_pick(fields, "abstract"))),
        language=_text(_pick(fields, "language")),
        identifiers=identifiers,
        url=_text(_pick(fields, "url")),
        version=_version(identifiers, venue),
        status=_status(fields, title, PurePosixPath(path).name),
        files=tuple(dict.fromkeys(_texts(_pick(fields, "files")))),
    )


def _pick(fields: Mapping[str, object], name: str) -> object:
    return next((fields[key] for key in _NAMES[name] if key in fields), None)


def _clean(text: str) -> str:
    """Return a text with single blanks, without characters that no file may hold."""
    return " ".join(text.replace("\0", " ").encode("utf-8", "replace").decode().split())


def _text(value: object) -> str:
    """Return a scalar as text; of a list the first scalar, of an object its name, value or text."""
    if isinstance(value, str):
        return _clean(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, list):
        return next((text for item in value if (text := _text(item))), "")
    if isinstance(value, dict):
        return next((_text(value[key]) for key in ("name", "value", "text", "raw") if key in value), "")
    return ""


def _texts(value: object) -> list[str]:
    items = value if isinstance(value, list) else [value]
    return [text for item in items if (text := _text(item))]


def _year(fields: Mapping[str, object]) -> int | None:
    for key in _NAMES["year"]:
        found = _YEAR.search(json.dumps(fields.get(key), ensure_ascii=True, default=str))
        if found:
            return int(found.group())
    return None


def _identifiers(fields: Mapping[str, object]) -> Identifiers:
    """Return the identifiers that fields of their own name, else those of the id and the address."""
    nested = fields.get("externalids") or fields.get("ids") or {}
    flat = (
        {**{str(key).lower(): value for key, value in nested.items()}, **fields} if isinstance(nested, dict) else fields
    )
    named = {kind: _text(_pick(flat, kind)) or None for kind in Identifiers.model_fields}
    if named["arxiv"] is None and _text(flat.get("archiveprefix") or flat.get("eprinttype")).lower() == "arxiv":
        named["arxiv"] = _text(flat.get("eprint")) or None
    found = make_identifiers(**named)
    others = [identifiers_in(text) for name in ("key", "url") if (text := _text(_pick(flat, name)))]
    update = {
        kind: next((value for other in others if (value := getattr(other, kind))), None)
        for kind in ("doi", "arxiv", "acl")
        if getattr(found, kind) is None
    }
    return found.model_copy(update=update)


def _version(identifiers: Identifiers, venue: str) -> VersionKind:
    if re.search(r"\b(?:arxiv|biorxiv|medrxiv|preprint|corr|ssrn)\b", venue, re.IGNORECASE):
        return "preprint"
    if identifiers.doi or identifiers.acl or venue:
        return "published"
    return "preprint" if identifiers.arxiv else "unknown"


def read_authors(value: object) -> tuple[str, ...]:
    """Return names in order from a list of texts or objects, or from one text split at `and`, `;` or commas."""
    if isinstance(value, list):
        return tuple(name for item in value if (name := _author(item)))
    text = plain_text(_text(value))
    for separator in (r"\s+and\s+", r"\s*;\s*"):
        if len(re.split(separator, text)) > 1:
            return tuple(_natural(name) for name in re.split(separator, text) if name.strip())
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if len(parts) > 2 or (len(parts) == 2 and all(" " in part for part in parts)):
        return tuple(parts)
    return (_natural(text),) if text else ()


def _author(value: object) -> str:
    if not isinstance(value, dict):
        return _natural(plain_text(_text(value)))
    inner = value.get("author")
    if isinstance(inner, dict):
        return _author(inner)
    parts = [
        next((_text(value[key]) for key in keys if value.get(key)), "")
        for keys in (("given", "first", "firstname", "first_name"), ("family", "last", "lastname", "last_name"))
    ]
    joined = " ".join(part for part in parts if part)
    return plain_text(joined or _text(value.get("name") or value.get("display_name") or value.get("literal")))


def _natural(name: str) -> str:
    """Return a name with the given names first."""
    family, *rest = (part.strip() for part in name.split(","))
    return " ".join(part for part in (*rest[-1:], family, *rest[:-1]) if part)


def _status(fields: Mapping[str, object], title: str, source: str) -> tuple[StatusNote, ...]:
    """Return the notices of retraction, revision and erratum, sorted, each once; they say which file holds them."""
    notes = [note for name in _NAMES["notices"] for note in _notices(fields.get(name), source)]
    withdrawn = fields.get("withdrawn") or fields.get("withdrawal")
    kind: StatusKind = "withdrawn" if withdrawn else "retracted"
    reason = plain_text(_text(_pick(fields, "retraction")))
    flagged = _pick(fields, "retracted") in (True, 1) or _text(_pick(fields, "retracted")).lower() in (
        "true",
        "yes",
        "1",
    )
    titled = _RETRACTED_TITLE.match(title)
    if reason or flagged or titled:
        printed = [note for note in notes if note.kind in ("retracted", "withdrawn")]
        notes = [note for note in notes if note not in printed]
        said = f"{reason} ({source})" if reason else (printed[-1].evidence if printed else f"So marked in {source}.")
        notes.append(StatusNote(kind=kind, date=printed[-1].date if printed else "", evidence=said))
    return tuple(sorted(set(notes), key=lambda note: (note.kind, note.date, note.evidence)))


def _notices(value: object, source: str) -> Iterator[StatusNote]:
    """Yield what a list of dated notes, or a text that begins with such a word, says."""
    for item in value if isinstance(value, list) else [value]:
        note = item if isinstance(item, dict) else {"note": item}
        words = plain_text(_text(note.get("note") or note.get("text") or note.get("reason")))
        retracts, corrects = _RETRACTION_NOTE.match(words), _ERRATUM_NOTE.search(words)
        if not words or words.isdigit() or not (retracts or corrects or isinstance(item, dict)):
            continue
        kind: StatusKind = "retracted" if retracts else "corrected" if corrects else "revised"
        number = _text(note.get("id"))
        words = f"Erratum {words}" if corrects and " " not in words else words
        where = f"{source}, notice {number}" if number else source
        yield StatusNote(kind=kind, date=_text(note.get("date")), evidence=f"{words} ({where})")
