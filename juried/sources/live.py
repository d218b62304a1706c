"""The sources that are asked over a network: their names, what each needs, and the one client that they share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, cast

from juried.errors import UsageError
from juried.settings import Settings
from juried.sources.base import Source

if TYPE_CHECKING:
    from juried.sources.http import HttpClient


@dataclass(frozen=True)
class LiveSource:
    """Where a source's class is, and one sentence on what it needs."""

    module: str
    class_name: str
    detail: str


LIVE: Mapping[str, LiveSource] = {
    "acl": LiveSource("acl_anthology", "AclAnthology", "the ACL Anthology; needs an index: juried sources fetch acl"),
    "arxiv": LiveSource("arxiv", "Arxiv", "arXiv, or DataCite where arXiv has too many requests; no key"),
    "crossref": LiveSource("crossref", "Crossref", "Crossref and its retraction notices; no key, --contact is polite"),
    "dblp": LiveSource("dblp", "Dblp", "DBLP; no key, no abstracts"),
    "europe_pmc": LiveSource("europe_pmc", "EuropePmc", "Europe PMC with open JATS full texts; no key"),
    "openalex": LiveSource("openalex", "OpenAlex", "OpenAlex; a key with daily credits: --source-keys openalex=KEY"),
    "pubmed": LiveSource("pubmed", "PubMed", "PubMed; no key, faster with --source-keys pubmed=KEY"),
    "semantic_scholar": LiveSource(
        "semantic_scholar", "SemanticScholar", "Semantic Scholar; faster with --source-keys semantic_scholar=KEY"
    ),
    "unpaywall": LiveSource(
        "unpaywall", "Unpaywall", "open versions of included works, beside sources to search; needs --contact"
    ),
}


def open_client(settings: Settings) -> HttpClient | None:
    """Return the client that the named sources share; None when none of them asks over a network."""
    if not set(settings.sources) & LIVE.keys():
        return None
    from juried.sources.http import HttpClient

    return HttpClient(contact=settings.contact)


def open_live(name: str, settings: Settings, client: HttpClient) -> Source:
    """Open a source by name with the shared client; nothing is asked yet.

    Raises:
        UsageError: `--source-keys` has another form than NAME=KEY, or names no source.
    """
    live = LIVE[name]
    kind = getattr(import_module(f"juried.sources.{live.module}"), live.class_name)
    if name == "acl":
        return cast("Source", kind(client, acl_index_path(settings)))
    return cast("Source", kind(client, key=keys_of(settings).get(name, ""), contact=settings.contact))


def acl_index_path(settings: Settings) -> Path:
    """Return where the index of the ACL Anthology lies."""
    return Path(settings.runs) / ".cache" / "acl.sqlite"


def keys_of(settings: Settings) -> dict[str, str]:
    """Return the keys by source; raises UsageError when an entry has another form or names no source."""
    keys = {}
    for at, entry in enumerate(settings.source_keys, start=1):
        name, equals, key = entry.partition("=")
        if name not in LIVE or not equals or not key:
            raise UsageError(
                f"--source-keys does not understand entry {at}.",
                advice=f"Give NAME=KEY, where NAME is one of {', '.join(LIVE)}.",
            )
        keys[name] = key
    return keys
