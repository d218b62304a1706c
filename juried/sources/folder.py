"""The files of a library folder: which of them are read, where a path may lead, and what the whole is called."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from juried.errors import DocumentError, LibraryError
from juried.records.base import sha256

METADATA_SUFFIXES = (".jsonl", ".jsonl.gz", ".bib")
# From the version whose tables and text come out best to the worst.
_MARKUP_SUFFIXES = (".tex", ".ltx", ".tar.gz", ".tgz", ".gz", ".html", ".htm", ".xhtml", ".nxml", ".xml")
DOCUMENT_SUFFIXES = (*_MARKUP_SUFFIXES, ".pdf", ".md", ".markdown", ".txt", ".text")
MAX_BYTES = 128 * 1024 * 1024
_ABOUT_THE_FOLDER = re.compile(
    r"(?:readme|sources?|licen[cs]e|notice|copying|authors|attribution|changelog|contributing)(?:[-_.].*)?",
    re.IGNORECASE,
)
_WHOLE_LATEX = re.compile(rb"^[^%\n]*\\(?:documentclass|documentstyle|begin\s*\{document\})", re.MULTILINE)
_LATEX_SUFFIXES = (".tex", ".ltx")


@dataclass(frozen=True)
class LibraryFile:
    """A file that the library reads: its path in the folder, with slashes, and the SHA-256 of its content."""

    path: str
    sha256: str


@dataclass(frozen=True)
class Folder:
    """What a scan found: metadata files and documents by path, and one line for each file that was refused."""

    root: Path
    metadata: tuple[LibraryFile, ...]
    documents: tuple[LibraryFile, ...]
    refused: tuple[str, ...]

    @property
    def fingerprint(self) -> str:
        """SHA-256 over the sorted paths and content hashes of all files that the library reads."""
        digest = hashlib.sha256()
        for file in sorted((*self.metadata, *self.documents), key=lambda file: file.path):
            digest.update(f"{file.path}\0{file.sha256}\n".encode())
        return digest.hexdigest()


def suffix_of(path: str) -> str:
    """Return the suffix by which a file is known (`.tar.gz` counts as one), or "" when it is not read."""
    name = PurePosixPath(path).name.lower()
    known = (suffix for suffix in (*METADATA_SUFFIXES, *DOCUMENT_SUFFIXES) if name.endswith(suffix))
    return max(known, key=len, default="")


def check_folder(root: Path) -> None:
    """Raise LibraryError when a folder is absent, is no folder, cannot be listed, or holds nothing to read."""
    advice = "Give --library a folder with documents (PDF, LaTeX, HTML, JATS, text) or metadata (.jsonl, .bib)."
    if not root.exists():
        raise LibraryError("there is no such folder.", concerns=str(root), advice=advice)
    if not root.is_dir():
        raise LibraryError("this is no folder.", concerns=str(root), advice=advice)
    try:
        os.listdir(root)
    except OSError as error:
        raise LibraryError(
            f"the folder cannot be read: {error.strerror}.", concerns=str(root), advice=advice
        ) from error
    if next(_candidates(root), None) is None:
        raise LibraryError("the folder holds nothing that can be read.", concerns=str(root), advice=advice)


def _candidates(root: Path) -> Iterator[str]:
    """Yield the paths of files to read; hidden ones, and notes on the folder such as README.md, are left out."""
    for where, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if not name.startswith((".", "__MACOSX")))
        for name in sorted(names):
            path = Path(where, name).relative_to(root).as_posix()
            about = _ABOUT_THE_FOLDER.fullmatch(name) and suffix_of(path) not in METADATA_SUFFIXES
            if not name.startswith(".") and suffix_of(path) and not about:
                yield path


def resolve_inside(root: Path, path: str) -> Path:
    """Return the file that a relative path names.

    Raises:
        DocumentError: `unsafe` when the path is absolute, is an address, climbs out of the folder, or is a link that
            leaves it; `file_missing` when there is no such file.
    """
    parts = PurePosixPath(path.replace("\\", "/"))
    outside = parts.is_absolute() or ".." in parts.parts or re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", path)
    if not path.strip() or "\0" in path or outside:
        raise DocumentError(
            "the path leads out of the library.",
            reason="unsafe",
            concerns=path,
            advice="Name the file relative to the library folder.",
        )
    try:
        target = (root / parts).resolve()
        inside = target.is_relative_to(root.resolve())
        present = inside and target.is_file()
    except (OSError, RuntimeError):
        inside, present = True, False
    if not inside:
        raise DocumentError("the file is a link out of the library.", reason="unsafe", concerns=path)
    if not present:
        raise DocumentError("the file is not there.", reason="file_missing", concerns=path)
    return target


def read_inside(root: Path, path: str) -> bytes:
    """Return a file's bytes; raises DocumentError as `resolve_inside` does, or `too_large` above 128 MiB."""
    target = resolve_inside(root, path)
    try:
        if target.stat().st_size > MAX_BYTES:
            raise DocumentError(f"the file is over {MAX_BYTES} bytes.", reason="too_large", concerns=path)
        return target.read_bytes()
    except OSError as error:
        raise DocumentError(
            f"the file cannot be read: {error.strerror or error}.", reason="file_missing", concerns=path
        ) from error


def _is_text(path: str) -> bool:
    """Whether a path can be written down: a name that is not UTF-8 reaches Python as lone surrogates."""
    return not any("\ud800" <= char <= "\udfff" for char in path)


def scan_folder(root: Path, complete: Callable[[Path, str, bytes], bytes] | None = None) -> Folder:
    """Return the files of a library with their hashes, sorted by path; raises LibraryError as `check_folder` does.

    Args:
        root: The library.
        complete: Adds to a document what it is read together with, so that its hash covers that too.
    """
    check_folder(root)
    metadata, documents, refused, parts = [], [], [], []
    whole: set[str] = set()
    for path in sorted(_candidates(root)):
        if not _is_text(path):
            refused.append(f"{path!a}: its name is not UTF-8.")
            continue
        try:
            data = read_inside(root, path)
        except DocumentError as error:
            refused.append(f"{path}: {error.message}")
            continue
        whole_data = complete(root, path, data) if complete else data
        file = LibraryFile(path, sha256(whole_data))
        if suffix_of(path) in METADATA_SUFFIXES:
            metadata.append(file)
        elif suffix_of(path) in _LATEX_SUFFIXES and not _WHOLE_LATEX.search(data):
            parts.append(file)
        else:
            documents.append(file)
            whole |= {str(PurePosixPath(path).parent)} if suffix_of(path) in _LATEX_SUFFIXES else set()
    # A LaTeX file without a preamble is a chapter of a paper beside or above it; alone, it is a document.
    documents += [file for file in parts if not whole.intersection(map(str, PurePosixPath(file.path).parents))]
    return Folder(root, tuple(metadata), tuple(sorted(documents, key=lambda file: file.path)), tuple(refused))
