"""A LaTeX paper of a library with the files that it names: chapters, bibliography, own styles, as one archive."""

from __future__ import annotations

import io
import posixpath
import re
import tarfile
from collections.abc import Iterator
from pathlib import Path

from juried.errors import DocumentError
from juried.sources.folder import read_inside

LATEX_SUFFIXES = (".tex", ".ltx")
_MAX_PARTS = 300
_MAX_BYTES = 32 * 1024 * 1024
_COMMENT = re.compile(rb"(?<!\\)%[^\n]*")
_INPUT = re.compile(
    rb"\\(?:input|include|subfile|subfileinclude|InputIfFileExists)(?![A-Za-z])\s*(?:\{\s*([^{}]+?)\s*\}|([^\s{}\\]+))"
)
_IMPORT = re.compile(rb"\\(?:sub)?import\s*\{([^{}]*)\}\s*\{([^{}]+)\}")
_NAMED = re.compile(rb"\\(bibliography|addbibresource|usepackage|RequirePackage)(?:\[[^\]]*\])?\s*\{([^{}]*)\}")
_ENDINGS = {b"bibliography": ".bib", b"addbibresource": "", b"usepackage": ".sty", b"RequirePackage": ".sty"}
_MAIN = "main"


def with_parts(root: Path, path: str, data: bytes) -> bytes:
    """Return a LaTeX file with the files of the library that it names, as a tar whose main file is `main.tex`.

    Args:
        root: The library.
        path: The LaTeX file, relative to the library.
        data: Its bytes.

    Returns:
        The same bytes for another kind of file, and where nothing that it names is there. No file outside the
        library is read, nor more than 300 files or 32 MiB; the same files give the same bytes.
    """
    if not path.lower().endswith(LATEX_SUFFIXES):
        return data
    folder = posixpath.dirname(path)
    parts = dict(_collect(root, folder, posixpath.splitext(posixpath.basename(path))[0], data))
    return _pack({**parts, f"{_MAIN}.tex": data}) if parts else data


def _collect(root: Path, folder: str, stem: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield name (relative to the main file) and content of each part; parts of parts too."""
    waiting = [(f"{stem}.bbl", ""), *_names(data, "")]
    seen: set[str] = set()
    size = len(data)
    while waiting and len(seen) < _MAX_PARTS:
        name, beside = waiting.pop(0)
        found = _read_part(root, folder, [posixpath.join(beside, name), name])
        if found is None or found[0] in seen or found[0] == f"{_MAIN}.tex":
            continue
        size += len(found[1])
        if size > _MAX_BYTES:
            return
        seen.add(found[0])
        yield (f"{_MAIN}.bbl" if name == f"{stem}.bbl" else found[0]), found[1]
        if found[0].lower().endswith(LATEX_SUFFIXES):
            waiting += _names(found[1], posixpath.dirname(found[0]))


def _names(data: bytes, beside: str) -> list[tuple[str, str]]:
    """Return the names in a source, each with the folder of the source."""
    text = _COMMENT.sub(b"", data)
    names = [(one or other).decode("utf-8", "replace") for one, other in _INPUT.findall(text)]
    names += [
        posixpath.join(*(part.decode("utf-8", "replace").strip() for part in pair)) for pair in _IMPORT.findall(text)
    ]
    for command, listed in _NAMED.findall(text):
        for name in listed.decode("utf-8", "replace").split(","):
            ending = _ENDINGS[command]
            names.append(name.strip() if name.strip().endswith(ending) else name.strip() + ending)
    return [(name.strip().strip('"'), beside) for name in names if name.strip()]


def _read_part(root: Path, folder: str, names: list[str]) -> tuple[str, bytes] | None:
    """Return the first of some names that is a file of the library, with its content."""
    for name in names:
        for candidate in (name, f"{name}.tex"):
            inner = posixpath.normpath(candidate)
            if inner.startswith(("/", "..")) or inner == ".":
                continue
            try:
                return inner, read_inside(root, posixpath.join(folder, inner))
            except (DocumentError, ValueError):
                continue
    return None


def _pack(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for name, content in sorted(files.items()):
            if len(name.encode()) < 100:
                info = tarfile.TarInfo(name)
                info.size = len(content)
                tar.addfile(info, io.BytesIO(content))
    return out.getvalue()
