"""The ACL Anthology's own files as metadata: collections in XML, and JSON lines made from them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

from juried.sources.identifiers import normalise_acl
from juried.sources.medline import language_of
from juried.sources.metadata import Metadata, make_metadata
from juried.sources.xml_payload import Element, child, children, flat_text, read_xml

SITE = "https://aclanthology.org"
WHERE = "ACL Anthology"
_NEEDS_DOLLARS = re.compile(r"[\\^_]")


def read_line(line: str) -> Metadata | None:
    """Return the paper of one JSON line, with its PDF in the Anthology; None when the line holds no paper."""
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return None
    entry = make_metadata(value, WHERE) if isinstance(value, dict) else None
    if entry is None or (acl := normalise_acl(entry.key) or entry.identifiers.acl) is None:
        return None
    identifiers = entry.identifiers.model_copy(update={"acl": acl})
    files = entry.files or (f"{SITE}/{acl}.pdf",)
    return entry.model_copy(update={"key": acl, "identifiers": identifiers, "files": files, "url": f"{SITE}/{acl}"})


def read_collection(content: bytes) -> tuple[Metadata, ...] | None:
    """Return the papers of a collection in its order; None when the XML is none of the Anthology's.

    Front matter is passed over, and so is a paper without a title.
    """
    root = read_xml(content)
    if root is None or root.tag != "collection":
        return None
    papers = ((volume, paper) for volume in children(root, "volume") for paper in children(volume, "paper"))
    made = (make_metadata(_fields(root.get("id", ""), volume, paper), WHERE) for volume, paper in papers)
    return tuple(entry for entry in made if entry is not None)


def _fields(collection: str, volume: Element, paper: Element) -> Mapping[str, object]:
    meta = child(volume, "meta")
    acl = paper_id(collection, volume.get("id", ""), paper.get("id", ""))
    retracted, removed = child(paper, "retracted"), child(paper, "removed")
    fields: dict[str, object] = {
        "id": acl,
        "acl": acl,
        "title": _tex(paper, "title"),
        "authors": [_name(author) for author in children(paper, "author")],
        "year": flat_text(paper, "year") or flat_text(meta, "year"),
        "venue": flat_text(paper, "journal-title") or flat_text(meta, "journal-title") or _tex(meta, "booktitle"),
        "abstract": _tex(paper, "abstract"),
        "language": language_of(flat_text(paper, "language")),
        "doi": flat_text(paper, "doi"),
        "url": f"{SITE}/{acl}",
        "files": _files(paper) if removed is None else [],
        "revision_notes": list(_notices(paper)),
    }
    if retracted is not None:
        fields |= {"retracted": True, "retraction": flat_text(retracted)}
    if removed is not None:
        fields |= {"withdrawn": True, "withdrawal": flat_text(removed)}
    return fields


def paper_id(collection: str, volume: str, paper: str) -> str:
    """Return a paper's id, in the style of its collection: `2021.mrl-1.5`, `P19-1001`, `W19-0403`."""
    if not re.fullmatch(r"[A-Z]\d\d", collection):
        return f"{collection}-{volume}.{paper}"
    workshop = collection == "D19" and volume.isdecimal() and int(volume) >= 5
    two_digits = collection.startswith("W") or collection == "C69" or workshop
    return f"{collection}-{volume.zfill(2)}{paper.zfill(2)}" if two_digits else f"{collection}-{volume}{paper.zfill(3)}"


def _name(author: Element) -> str:
    return " ".join(name for name in (flat_text(author, "first"), flat_text(author, "last")) if name)


def _tex(element: Element | None, name: str) -> str:
    """Return the text of a child; formulas stand between dollar signs, for TeX is what they are written in."""
    found = child(element, name)
    return "" if found is None else " ".join(_pieces(found).split())


def _pieces(element: Element) -> str:
    text = element.text or ""
    for inner in element:
        within = _pieces(inner) if isinstance(inner.tag, str) else ""
        text += f"${within}$" if inner.tag == "tex-math" and _NEEDS_DOLLARS.search(within) else within
        text += inner.tail or ""
    return text


def _files(paper: Element) -> list[str]:
    """Return the address of the PDF; papers that the Anthology only lists have none."""
    url = flat_text(paper, "url")
    if "://" in url:
        return [url] if url.lower().endswith(".pdf") else []
    return [f"{SITE}/{url}.pdf"] if url else []


def _notices(paper: Element) -> Iterator[dict[str, str]]:
    """Yield the dated notices; the first revision is the paper as it was published."""
    for revision in children(paper, "revision"):
        note, date = flat_text(revision), revision.get("date", "")
        if note or date:
            yield {"id": revision.get("id", ""), "date": date, "note": note or "Revised."}
    for erratum in children(paper, "erratum"):
        words = f"Erratum {flat_text(erratum) or erratum.get('href', '')}".strip()
        yield {"id": erratum.get("id", ""), "date": erratum.get("date", ""), "note": words}
    for name, word in (("retracted", "Retracted."), ("removed", "Withdrawn.")):
        for notice in children(paper, name):
            yield {"date": notice.get("date", ""), "note": word}
