"""BibTeX as metadata: entries of any type; broken ones are faults, repeated keys keep their first entry."""

from __future__ import annotations

import logging
import re
from pathlib import PurePosixPath

from bibtexparser.entrypoint import parse_string
from bibtexparser.middlewares.names import split_multiple_persons_names
from bibtexparser.model import DuplicateBlockKeyBlock, Entry, ParsingFailedBlock

from juried.sources.metadata import Metadata, MetadataFile, make_metadata, plain_text

# What cannot be read is reported in the ledger; the parser's own warnings would reach the terminal.
logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)
_NOT_TEX = frozenset({"doi", "url", "eprint", "file", "pdf", "arxiv"})
_WINDOWS_DRIVE = re.compile(r"^[A-Za-z]$")


def read_bibtex(text: str, path: str) -> MetadataFile:
    """Read the entries of a BibTeX text; the path names it in faults and notices."""
    library = parse_string(text)
    entries: list[Metadata] = []
    faults = [_fault(block, path) for block in library.failed_blocks]
    for entry in library.entries:
        made = _read_entry(entry, path)
        if made is None:
            faults.append(f"{path}, entry {entry.key}: it has no title.")
        else:
            entries.append(made)
    return MetadataFile(entries=tuple(entries), faults=tuple(faults))


def _fault(block: ParsingFailedBlock, path: str) -> str:
    line = f", line {block.start_line + 1}" if block.start_line is not None else ""
    if isinstance(block, DuplicateBlockKeyBlock):
        return f"{path}{line}: the key {block.key} is used twice."
    return f"{path}{line}: this entry is broken."


def _read_entry(entry: Entry, path: str) -> Metadata | None:
    raw = {field.key.lower(): str(field.value) for field in entry.fields}
    fields: dict[str, object] = {key: _plain(key, value) for key, value in raw.items()}
    names = split_multiple_persons_names(raw.get("author", ""))
    fields["author"] = [plain_text(name, bibtex=True) for name in names]
    fields["file"] = [file for key in ("file", "pdf") for file in split_files(raw.get(key, ""))]
    return make_metadata({"key": entry.key, **fields}, path)


def _plain(key: str, value: str) -> str:
    return value if key in _NOT_TEX else plain_text(value, bibtex=True)


def split_files(text: str) -> list[str]:
    """Return the paths of a `file` field: plain, or `description:path:type` with `;` between, as managers write it."""
    found = []
    for part in re.split(r"(?<!\\);", text):
        pieces = [re.sub(r"\\([:;\\])", r"\1", piece) for piece in re.split(r"(?<!\\):", part.strip())]
        path = pieces[0]
        if len(pieces) >= 3 and not _WINDOWS_DRIVE.match(pieces[0]):
            path = pieces[1]
        elif len(pieces) > 1:
            path = ":".join(pieces)
        if PurePosixPath(path).name:
            found.append(path)
    return found
