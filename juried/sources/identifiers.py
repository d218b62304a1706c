"""Identifiers of works in one normal form, and the address that a reader should follow.

DOIs are lower case without resolver, prefix or trailing punctuation; arXiv ids have no version; ACL ids
are written as the Anthology writes them; PMIDs are digits; PMCIDs are `PMC` and digits.
"""

from __future__ import annotations

import html
import re
from urllib.parse import quote, unquote

from juried.records.work import Hit, Identifiers, Work

_DOI = re.compile(r"10\.\d{4,9}(?:\.\d+)*/\S+")
_RESOLVER = re.compile(r"^(?:https?://)?(?:dx\.|www\.)?doi\.org/", re.IGNORECASE)
_PAGE_PART = re.compile(r"(?:/(?:full|abstract|summary|pdf|epdf|meta|html|xml)|\.(?:full|pdf|html|xml|abstract))+$")
_CLOSERS = {")": "(", "]": "[", "}": "{", ">": "<"}
_ARXIV_NEW = re.compile(r"(?<![\d.])(\d{2}(?:0[1-9]|1[0-2])\.\d{4,5})(?:v\d+)?(?!\d)")
_ARXIV_OLD = re.compile(r"\b([a-z-]+)(?:\.[A-Z]{2})?/(\d{2}(?:0[1-9]|1[0-2])\d{3})(?:v\d+)?(?!\d)")
_ARXIV_DOI = re.compile(r"^10\.48550/arxiv\.(.+)$", re.IGNORECASE)
_ACL = re.compile(r"(?<![\w.])(\d{4}\.[a-z0-9_]+-[a-z0-9_]+\.\d+|[a-z]\d{2}-\d{4})(?![\w-])", re.IGNORECASE)
_ACL_DOI = re.compile(r"^10\.(?:18653|3115)/v1/(.+)$")
_PREPRINT_DOI = re.compile(
    r"^10\.(?:48550/arxiv|1101/(?:\d|2\d{3}\.)|2139/ssrn|21203/rs|31234|31219|31235|26434|20944/preprints|36227|22541|12688/verixiv)",
)


def _balanced(text: str) -> str:
    """Return a DOI without trailing punctuation; a closing bracket stays when it has its opening one."""
    while text:
        last = text[-1]
        unpaired = last in _CLOSERS and text.count(last) > text.count(_CLOSERS[last])
        if last not in ".,;:'\"\u201d\u2019*" and not unpaired:
            break
        text = text[:-1]
    return text


def normalise_doi(text: str | None) -> str | None:
    """Return the DOI within a text (bare, `doi:`, a resolver's or publisher's address), or None when it has none."""
    if not text:
        return None
    plain = html.unescape(text.strip())
    plain = unquote(plain) if re.search(r"%[0-9a-fA-F]{2}", plain) else plain
    found = _DOI.search(plain)
    if found is None:
        return None
    doi = found.group()
    if "://" in plain[: found.start()]:
        doi = re.split(r"[?#]", doi, maxsplit=1)[0]
        doi = doi if _RESOLVER.match(plain) else _PAGE_PART.sub("", doi)
    doi = _balanced(doi).lower()
    return doi if doi.partition("/")[2] else None


def normalise_arxiv(text: str | None) -> str | None:
    """Return the arXiv id within a text, without its version (`2106.09063`, `cs/9901001`), or None.

    A text that is another identifier's DOI has no arXiv id, even when it holds such digits.
    """
    if not text:
        return None
    plain = text.strip()
    as_doi = normalise_doi(plain)
    if as_doi is not None:
        wrapped = _ARXIV_DOI.match(as_doi)
        return normalise_arxiv(wrapped.group(1)) if wrapped else None
    new = _ARXIV_NEW.search(plain)
    if new:
        return new.group(1)
    old = _ARXIV_OLD.search(re.sub(r"^arxiv:", "", plain, flags=re.IGNORECASE))
    return f"{old.group(1)}/{old.group(2)}" if old else None


def normalise_acl(text: str | None) -> str | None:
    """Return the ACL Anthology id within a text (bare, an address, a DOI of the ACL), or None."""
    if not text:
        return None
    found = _ACL.search(re.sub(r"\.(?:pdf|bib|xml)/?$", "", text.strip(), flags=re.IGNORECASE).rstrip("/"))
    if found is None:
        return None
    name = found.group(1)
    return name.lower() if name[0].isdigit() else name.upper()


def normalise_pmid(text: str | int | None) -> str | None:
    """Return a PubMed id as digits, or None."""
    found = re.fullmatch(
        r"(?:pmid:?\s*|https?://(?:www\.)?(?:pubmed\.ncbi\.nlm\.nih\.gov|ncbi\.nlm\.nih\.gov/pubmed)/)?(\d{1,9})/?",
        str(text or "").strip(),
        re.IGNORECASE,
    )
    return found.group(1).lstrip("0") or None if found else None


def normalise_pmcid(text: str | int | None) -> str | None:
    """Return a PubMed Central id as `PMC123`, or None; bare digits count."""
    found = re.fullmatch(r"(?:.*/)?(?:pmcid:?\s*)?(?:pmc)?(\d{1,9})/?", str(text or "").strip(), re.IGNORECASE)
    return f"PMC{found.group(1)}" if found else None


def _last_part(text: str | None, pattern: str) -> str | None:
    found = re.fullmatch(rf"(?:https?://\S+/)?({pattern})/?", (text or "").strip(), re.IGNORECASE)
    return found.group(1) if found else None


def make_identifiers(
    *,
    doi: str | None = None,
    arxiv: str | None = None,
    acl: str | None = None,
    pmid: str | int | None = None,
    pmcid: str | int | None = None,
    openalex: str | None = None,
    semantic_scholar: str | None = None,
) -> Identifiers:
    """Return identifiers in normal form; the arXiv and ACL ids that a DOI implies are filled in.

    A value that is no identifier of its kind becomes None. A DOI of arXiv is kept as the arXiv id alone.
    """
    clean = normalise_doi(doi)
    preprint = _ARXIV_DOI.match(clean) if clean else None
    of_acl = _ACL_DOI.match(clean) if clean else None
    work = _last_part(openalex, r"W\d+")
    return Identifiers(
        doi=None if preprint else clean,
        arxiv=normalise_arxiv(arxiv) or (normalise_arxiv(preprint.group(1)) if preprint else None),
        acl=normalise_acl(acl) or (normalise_acl(of_acl.group(1)) if of_acl else None),
        pmid=normalise_pmid(pmid),
        pmcid=normalise_pmcid(pmcid),
        openalex=work.upper() if work else None,
        semantic_scholar=_last_part(semantic_scholar, r"[0-9a-f]{40}|(?:CorpusId:)?\d+"),
    )


def identifiers_in(text: str) -> Identifiers:
    """Return what a bare id, a citation key or a file's name says: a DOI, else an ACL id, else an arXiv id."""
    doi = normalise_doi(text)
    acl = normalise_acl(text) if doi is None else None
    arxiv = normalise_arxiv(text) if doi is None and acl is None else None
    return make_identifiers(doi=doi, acl=acl, arxiv=arxiv)


def is_preprint_doi(doi: str | None) -> bool:
    """Whether a normalised DOI was given by a preprint server."""
    return doi is not None and _PREPRINT_DOI.match(doi) is not None


def doi_url(doi: str) -> str:
    """Return the resolver's address of a normalised DOI, with odd characters escaped."""
    return f"https://doi.org/{quote(doi, safe='/:;()._-')}"


def best_url(work: Work | Hit) -> str:
    """Return the address a reader should follow: by DOI, ACL, arXiv, PMC, PubMed or OpenAlex id.

    Without any of these it is the work's own address when that is http(s), else "".
    """
    ids = work.identifiers
    addresses = (
        doi_url(ids.doi) if ids.doi else "",
        f"https://aclanthology.org/{ids.acl}" if ids.acl else "",
        f"https://arxiv.org/abs/{ids.arxiv}" if ids.arxiv else "",
        f"https://pmc.ncbi.nlm.nih.gov/articles/{ids.pmcid}/" if ids.pmcid else "",
        f"https://pubmed.ncbi.nlm.nih.gov/{ids.pmid}/" if ids.pmid else "",
        f"https://openalex.org/{ids.openalex}" if ids.openalex else "",
        work.url if work.url.lower().startswith(("http://", "https://")) else "",
    )
    return next((address for address in addresses if address), "")
