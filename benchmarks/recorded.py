"""Hits of all recorded answers of databases in a data folder, and the papers of the ACL Anthology as hits."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from urllib.parse import urlsplit

import yaml

from juried.records.work import Hit
from juried.sources import europe_pmc, openalex_works
from juried.sources.arxiv_records import parse_feed
from juried.sources.crossref_records import parse_page as crossref_page
from juried.sources.metadata import read_metadata
from juried.sources.pubmed_records import parse_articles
from juried.sources.semantic_scholar_papers import parse_papers

Parse = Callable[[object], Iterable[Hit]]
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def recorded_hits(folder: Path) -> list[Hit]:
    """Return one hit per source and record, the fullest, sorted; the folder holds recordings as vcrpy writes them."""
    found = [*_of_cassettes(folder), *_of_arxiv(folder), *_of_pubmed(folder), *_of_files(folder)]
    best: dict[tuple[str, str], Hit] = {}
    for hit in sorted(found, key=lambda hit: hit.model_dump_json()):
        key = (hit.source, hit.source_id)
        if key not in best or _filled(hit) > _filled(best[key]):
            best[key] = hit
    return [hit for _, hit in sorted(best.items())]


def _filled(hit: Hit) -> int:
    return sum(bool(value) for _, value in (*hit, *hit.identifiers))


def anthology_hits(path: Path) -> list[Hit]:
    """Return the papers of the Anthology that name authors, in file order."""
    data = gzip.decompress(path.read_bytes())
    entries = (entry for entry in read_metadata(data, "papers.jsonl").entries if entry.authors)
    return [
        Hit.model_validate(
            {**entry.model_dump(exclude={"key", "files"}), "source": "acl", "source_id": entry.key, "rank": 1}
        )
        for entry in entries
    ]


def _openalex(payload: object) -> Iterable[Hit]:
    page = openalex_works.parse_page(payload)
    single = openalex_works.parse_work(payload)
    return page.hits if page else [single] if single else []


def _europe_pmc(payload: object) -> Iterable[Hit]:
    page = europe_pmc.parse_page(payload)
    return page.hits if page else []


_PARSERS: Mapping[str, Parse] = {
    "api.crossref.org": lambda payload: crossref_page(payload).hits,
    "api.semanticscholar.org": parse_papers,
    "api.openalex.org": _openalex,
}


def _of_cassettes(folder: Path) -> Iterator[Hit]:
    for path in sorted(path for path in folder.rglob("*") if path.suffix in (".yaml", ".yml")):
        for entry in yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER).get("interactions", []):
            parse = _PARSERS.get(urlsplit(entry["request"]["uri"]).hostname or "")
            if parse is not None:
                yield from _parsed(parse, _body(entry["response"]))


def _body(response: Mapping[str, object]) -> bytes:
    body = response.get("content", response.get("body"))
    if isinstance(body, dict):
        coded = body.get("base64_string")
        body = base64.b64decode(coded) if coded else body.get("string")
    content = body.encode() if isinstance(body, str) else body if isinstance(body, bytes) else b""
    return gzip.decompress(content) if content.startswith(b"\x1f\x8b") else content


def _parsed(parse: Parse, content: bytes) -> Iterable[Hit]:
    """Return the hits of a JSON answer; an answer that is none has none."""
    try:
        return parse(json.loads(content))
    except ValueError:
        return []


def _of_files(folder: Path) -> Iterator[Hit]:
    for path in sorted((folder / "openalex_europepmc").rglob("*.json")):
        for parse in (_openalex, _europe_pmc):
            yield from _parsed(parse, path.read_bytes())


def _of_arxiv(folder: Path) -> Iterator[Hit]:
    for path in sorted((folder / "arxiv").glob("*.json")):
        page = parse_feed(str(json.loads(path.read_text(encoding="utf-8"))["body"]).encode("latin-1", "replace"))
        yield from page.hits if page else ()


def _of_pubmed(folder: Path) -> Iterator[Hit]:
    for path in sorted((folder / "pubmed").rglob("*.xml")):
        yield from parse_articles(path.read_bytes()) or ()
