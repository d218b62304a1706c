"""Which document belongs to which metadata: by the file field, by an identifier in the name, else by the title."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from juried.errors import DocumentError
from juried.records.document import Document, Unreadable
from juried.records.work import VersionKind
from juried.sources.folder import DOCUMENT_SUFFIXES, Folder, resolve_inside, suffix_of
from juried.sources.identifiers import identifiers_in
from juried.sources.metadata import Metadata
from juried.sources.titles import title_key

Readings = Mapping[str, Document | Unreadable]
_SHORTEST_NAME = 6
_SHORTEST_TITLE = 12
_FIRST_PART_CHARS = 1500


@dataclass
class Holding:
    """One work of the library while it is put together; `files` are paths, best format first."""

    id: str
    metadata: Metadata
    files: list[str] = field(default_factory=list)

    def add(self, path: str) -> None:
        """Attach a file; attaching it again changes nothing."""
        self.files = sorted({*self.files, path}, key=lambda name: (DOCUMENT_SUFFIXES.index(suffix_of(name)), name))


class Catalogue:
    """Works made of metadata and documents.

    Args:
        folder: The scanned folder.
        entries: Metadata with the path of its file, in order.
    """

    def __init__(self, folder: Folder, entries: Iterable[tuple[str, Metadata]]) -> None:
        self.holdings: list[Holding] = []
        self.faults: list[str] = []
        self._folder = folder
        self._documents = {file.path: file for file in folder.documents}
        self._by_key: dict[str, Holding] = {}
        for path, metadata in entries:
            self._attach_named(path, self._hold(metadata), metadata)
        self._attach_by_name()

    @property
    def loose(self) -> list[str]:
        """Paths of documents that belong to no work yet, sorted."""
        held = {path for holding in self.holdings for path in holding.files}
        return sorted(set(self._documents) - held)

    def _hold(self, metadata: Metadata) -> Holding:
        """Return the work of an entry: the one of the same id and title, else a new one with an id of its own."""
        number, key = 1, metadata.key
        while key in self._by_key:
            known = self._by_key[key]
            if title_key(known.metadata.title) == title_key(metadata.title):
                known.metadata = combine(known.metadata, metadata)
                return known
            number += 1
            key = f"{metadata.key}~{number}"
        self._by_key[key] = Holding(key, metadata)
        self.holdings.append(self._by_key[key])
        return self._by_key[key]

    def _attach_named(self, origin: str, holding: Holding, metadata: Metadata) -> None:
        """Attach the files that an entry names, relative to its own file or to the library."""
        for name in metadata.files:
            if re.match(r"https?://", name, re.IGNORECASE):
                continue
            try:
                holding.add(self._locate(PurePosixPath(origin).parent, name))
            except DocumentError as error:
                self.faults.append(f"{origin}, {metadata.key}: {name}: {error.message}")

    def _locate(self, base: PurePosixPath, name: str) -> str:
        """Return the path of a named document; raises DocumentError when it is unsafe, absent or not readable here."""
        for candidate in dict.fromkeys((str(base / name), name)):
            try:
                resolve_inside(self._folder.root, candidate)
            except DocumentError as error:
                if error.reason != "file_missing":
                    raise
                continue
            path = PurePosixPath(candidate.replace("\\", "/")).as_posix()
            if path in self._documents:
                return path
            raise DocumentError("no parser reads this file.", reason="unsupported_format", concerns=name)
        raise DocumentError("the file is not there.", reason="file_missing", concerns=name)

    def _attach_by_name(self) -> None:
        """Attach loose documents whose name holds an identifier or id of exactly one work."""
        named = _unique((key, holding) for holding in self.holdings for key in _name_keys(holding.metadata))
        for path in self.loose:
            holding = next((named[key] for key in _keys_of_file(path) if key in named), None)
            if holding is not None:
                holding.add(path)

    def attach_by_title(self, readings: Readings) -> None:
        """Attach loose documents whose title, or name, is the title of exactly one work; make works of the others.

        Args:
            readings: What was read of the loose documents, by path.
        """
        titled = _unique((title_key(holding.metadata.title), holding) for holding in self.holdings)
        twins: dict[str, Holding] = {}
        for path in self.loose:
            keys = [title_key(title) for title in _titles(path, readings)]
            known = next((titled[key] for key in keys if len(key) >= _SHORTEST_TITLE and key in titled), None)
            content = self._documents[path].sha256
            holding = known or twins.get(content) or self._hold(_from_document(path, readings))
            twins.setdefault(content, holding)
            holding.add(path)


def combine(first: Metadata, second: Metadata) -> Metadata:
    """Return one entry of two: the first, with the second's fields where it has none, and notices and files of both."""
    filled = {
        name: getattr(first, name) or getattr(second, name)
        for name in ("authors", "year", "venue", "abstract", "language", "url")
    }
    ids = {kind: getattr(first.identifiers, kind) or value for kind, value in second.identifiers}
    status = sorted({*first.status, *second.status}, key=lambda note: (note.kind, note.date, note.evidence))
    return first.model_copy(
        update={
            **filled,
            "identifiers": first.identifiers.model_copy(update=ids),
            "status": tuple(status),
            "files": tuple(dict.fromkeys((*first.files, *second.files))),
            "version": second.version if first.version == "unknown" else first.version,
        }
    )


def _unique(pairs: Iterable[tuple[str, Holding]]) -> dict[str, Holding]:
    """Return the keys that name exactly one work."""
    found: dict[str, dict[str, Holding]] = defaultdict(dict)
    for key, holding in pairs:
        found[key][holding.id] = holding
    return {key: next(iter(holdings.values())) for key, holdings in found.items() if len(holdings) == 1}


def _slug(text: str) -> str:
    return re.sub(r"[^0-9a-z]", "", text.lower())


def _name_keys(metadata: Metadata) -> list[str]:
    """Return the slugs by which a file's name may mean a work; short ones are left out."""
    ids = metadata.identifiers
    suffix = ids.doi.partition("/")[2] if ids.doi else ""
    names = [metadata.key, ids.doi or "", suffix, suffix.removeprefix("journal."), ids.arxiv or "", ids.acl or ""]
    slugs = [_slug(name) for name in (*names, ids.pmid or "", ids.pmcid or "")]
    return [slug for slug in slugs if len(slug) >= _SHORTEST_NAME]


def _stem(path: str) -> str:
    return PurePosixPath(path).name[: -len(suffix_of(path))]


def _keys_of_file(path: str) -> list[str]:
    stem = _stem(path)
    return [_slug(stem), _slug(re.sub(r"v\d+$", "", stem))]


def _titles(path: str, readings: Readings) -> list[str]:
    reading = readings.get(path)
    title = reading.title if isinstance(reading, Document) else ""
    return [title, re.sub(r"[_-]+", " ", _stem(path))]


def _from_document(path: str, readings: Readings) -> Metadata:
    """Make an entry for a document without metadata; its id is its path."""
    title = next(name for name in (*_titles(path, readings), path) if name.strip())
    identifiers = identifiers_in(_stem(path))
    known = identifiers.doi or identifiers.acl
    version: VersionKind = "published" if known else "preprint" if identifiers.arxiv else "unknown"
    return Metadata(key=path, title=title, identifiers=identifiers, version=version)


def first_part(document: Document) -> str:
    """Return the abstract of a document, else its first whole paragraphs up to 1,500 characters (at least one)."""
    abstract = [document.text[block.start : block.end] for block in document.blocks if block.kind == "abstract"]
    if abstract:
        return " ".join(" ".join(abstract).split())
    taken: list[str] = []
    for block in document.blocks:
        text = " ".join(document.text[block.start : block.end].split())
        if taken and sum(map(len, taken)) + len(text) > _FIRST_PART_CHARS:
            break
        taken += [text] if block.kind == "paragraph" else []
    return " ".join(taken)


def with_first_part(metadata: Metadata, document: Document) -> Metadata:
    """Return an entry whose abstract, where it has none, is the first part of its document."""
    return metadata if metadata.abstract else metadata.model_copy(update={"abstract": first_part(document)})
