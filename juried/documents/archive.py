"""Unpacking gzip and tar in memory, with limits on size and count; no name ever becomes a path on disk."""

from __future__ import annotations

import io
import posixpath
import tarfile
import zlib

from juried.errors import DocumentError

GZIP_MAGIC = b"\x1f\x8b"
MAX_UNPACKED = 64 * 1024 * 1024
MAX_MEMBERS = 5000
MAX_MEMBER = 16 * 1024 * 1024
_TEXT_SUFFIXES = (".tex", ".ltx", ".latex", ".bbl", ".bib", ".sty", ".cls", ".def", ".txt", ".tikz", ".inc")


def gunzip(data: bytes, name: str, limit: int = MAX_UNPACKED) -> bytes:
    """Return the content of a gzip file.

    Raises:
        DocumentError: `too_large` beyond `limit` bytes, `truncated` when it ends early, `malformed` otherwise.
    """
    inflater = zlib.decompressobj(wbits=31)
    try:
        content = inflater.decompress(data, limit + 1)
    except zlib.error as error:
        raise DocumentError("its gzip data is damaged.", reason="malformed", concerns=name) from error
    if len(content) > limit:
        raise DocumentError(f"it unpacks to more than {limit} bytes.", reason="too_large", concerns=name)
    if not inflater.eof:
        raise DocumentError("its gzip data ends early.", reason="truncated", concerns=name)
    return content


def is_tar(data: bytes) -> bool:
    """Whether bytes begin with a tar header."""
    return len(data) >= 512 and data[257:262] == b"ustar"


def safe_name(name: str) -> str | None:
    """Return a member's name inside the archive, None when it is absolute or points outside."""
    clean = posixpath.normpath(name.replace("\\", "/"))
    if clean.startswith(("/", "../")) or clean in (".", "..") or ":" in clean.split("/")[0]:
        return None
    return clean


def read_tar(data: bytes, name: str) -> dict[str, bytes]:
    """Return the text members of a tar by name, sorted; links, devices and unsafe names are left out.

    Raises:
        DocumentError: `too_large` for too many or too large members, `malformed` or `truncated` otherwise.
    """
    members: dict[str, bytes] = {}
    total = 0
    try:
        with tarfile.open(fileobj=io.BytesIO(data), mode="r:") as tar:
            for count, member in enumerate(tar):
                if count >= MAX_MEMBERS:
                    raise DocumentError(f"it has over {MAX_MEMBERS} members.", reason="too_large", concerns=name)
                content = _content(tar, member)
                if content is not None:
                    total += len(content[1])
                    members[content[0]] = content[1]
                if total > MAX_UNPACKED:
                    raise DocumentError("its members are too large.", reason="too_large", concerns=name)
    except tarfile.ReadError as error:
        reason = "truncated" if "unexpected end" in str(error) else "malformed"
        raise DocumentError(f"its tar data cannot be read: {error}.", reason=reason, concerns=name) from error
    except (tarfile.TarError, ValueError, EOFError) as error:
        raise DocumentError(f"its tar data cannot be read: {error}.", reason="malformed", concerns=name) from error
    return dict(sorted(members.items()))


def _content(tar: tarfile.TarFile, member: tarfile.TarInfo) -> tuple[str, bytes] | None:
    name = safe_name(member.name)
    if name is None or not member.isreg() or member.size > MAX_MEMBER:
        return None
    base = posixpath.basename(name)
    if base.startswith("._") or not base.lower().endswith(_TEXT_SUFFIXES):
        return None
    file = tar.extractfile(member)
    return (name, file.read()) if file is not None else None
