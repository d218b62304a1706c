"""PubMed's XML as hits: articles and book chapters with their identifiers and the notices about them."""

from __future__ import annotations

from dataclasses import dataclass

from juried.records.work import Hit, Identifiers, StatusNote
from juried.sources.identifiers import make_identifiers
from juried.sources.medline import language_of, notice, status_notes
from juried.sources.payload import title_of, year_of
from juried.sources.xml_payload import Element, child, children, flat_text, read_xml

SOURCE = "pubmed"


@dataclass(frozen=True)
class Found:
    """What a search found: how many articles in all, the ids of this page in order, and what PubMed remarks."""

    total: int
    ids: tuple[str, ...]
    remarks: tuple[str, ...] = ()
    error: str = ""


def parse_search(content: bytes) -> Found | None:
    """Return the answer of `esearch`; None when it is none. Its `error` is set when PubMed could not search."""
    root = read_xml(content)
    if root is None or root.tag != "eSearchResult":
        return None
    count, error = flat_text(root, "Count"), flat_text(root, "ERROR")
    if not count.isdecimal() and not error:
        return None
    ids = tuple(flat_text(element) for element in children(root, "IdList", "Id"))
    missing = [flat_text(element) for name in ("ErrorList", "WarningList") for element in _misses(child(root, name))]
    remarks = tuple(f"Not found: {phrase}." for phrase in missing if phrase)
    return Found(int(count or 0), tuple(name for name in ids if name.isdecimal()), remarks, error)


def _misses(element: Element | None) -> list[Element]:
    return [*children(element, "PhraseNotFound"), *children(element, "QuotedPhraseNotFound")]


def parse_articles(content: bytes) -> tuple[Hit, ...] | None:
    """Return the hits of an answer of `efetch`, with rank 0, in its order; None when it is no such answer.

    A record without an id or a title is left out.
    """
    root = read_xml(content)
    if root is None or root.tag != "PubmedArticleSet":
        return None
    hits = [_article(record) for record in children(root, "PubmedArticle")]
    hits += [_chapter(record) for record in children(root, "PubmedBookArticle")]
    return tuple(hit for hit in hits if hit is not None)


def _article(record: Element) -> Hit | None:
    citation = child(record, "MedlineCitation")
    article = child(citation, "Article")
    pmid = flat_text(citation, "PMID")
    title = _title(article)
    if not (pmid and title):
        return None
    types = [flat_text(element) for element in children(article, "PublicationTypeList", "PublicationType")]
    return Hit(
        source=SOURCE,
        source_id=pmid,
        rank=0,
        title=title,
        authors=_authors(article),
        year=_year(article),
        venue=flat_text(article, "Journal", "Title") or flat_text(article, "Journal", "ISOAbbreviation"),
        abstract=_abstract(article),
        language=language_of(flat_text(article, "Language")),
        identifiers=_identifiers(pmid, article, child(record, "PubmedData")),
        url=f"https://pubmed.ncbi.nlm.nih.gov/{pmid}/",
        version="preprint" if "Preprint" in types else "published",
        status=status_notes(_notices(citation), types, title, f"PubMed, PMID {pmid}"),
    )


def _chapter(record: Element) -> Hit | None:
    book = child(record, "BookDocument")
    pmid = flat_text(book, "PMID")
    title = title_of(flat_text(book, "ArticleTitle") or flat_text(book, "Book", "BookTitle"))
    if not (pmid and title):
        return None
    return Hit(
        source=SOURCE,
        source_id=pmid,
        rank=0,
        title=title,
        authors=_authors(book) or _authors(child(book, "Book")),
        year=year_of(flat_text(book, "Book", "PubDate", "Year")),
        venue=title_of(flat_text(book, "Book", "BookTitle")),
        abstract=_abstract(book),
        language=language_of(flat_text(book, "Language")),
        identifiers=make_identifiers(pmid=pmid),
        url=f"https://pubmed.ncbi.nlm.nih.gov/{pmid}/",
        version="published",
    )


def _title(article: Element | None) -> str:
    """Return the title in English, or in the article's own language where there is none in English."""
    title = title_of(flat_text(article, "ArticleTitle"))
    return title_of(flat_text(article, "VernacularTitle")) if title in ("", "Not Available") else title


def _authors(article: Element | None) -> tuple[str, ...]:
    names = []
    for author in children(article, "AuthorList", "Author"):
        if author.get("ValidYN") == "N":
            continue
        given = flat_text(author, "ForeName") or flat_text(author, "Initials")
        parts = (given, flat_text(author, "LastName"), flat_text(author, "Suffix"))
        names.append(" ".join(part for part in parts if part) or flat_text(author, "CollectiveName"))
    return tuple(name for name in names if name)


def _year(article: Element | None) -> int | None:
    issue = child(article, "Journal", "JournalIssue", "PubDate")
    dates = (flat_text(issue, "Year"), flat_text(issue, "MedlineDate"), flat_text(article, "ArticleDate", "Year"))
    return next((year for date in dates if (year := year_of(date)) is not None), None)


def _abstract(article: Element | None) -> str:
    """Return the abstract's parts, each after its label."""
    parts = [
        (element.get("Label", "").strip(), flat_text(element))
        for element in children(article, "Abstract", "AbstractText")
    ]
    return " ".join(f"{label}: {words}" if label else words for label, words in parts if words)


def _identifiers(pmid: str, article: Element | None, data: Element | None) -> Identifiers:
    # References carry ids of other works, so only the record's own list counts.
    given = {
        element.get("IdType", ""): flat_text(element)
        for element in reversed(children(data, "ArticleIdList", "ArticleId"))
    }
    located = next(
        (
            flat_text(element)
            for element in children(article, "ELocationID")
            if element.get("EIdType") == "doi" and element.get("ValidYN") != "N"
        ),
        "",
    )
    return make_identifiers(doi=given.get("doi") or located, pmid=pmid, pmcid=given.get("pmc"))


def _notices(citation: Element | None) -> list[StatusNote | None]:
    return [
        notice(element.get("RefType", ""), flat_text(element, "RefSource"), _place(flat_text(element, "PMID")))
        for element in children(citation, "CommentsCorrectionsList", "CommentsCorrections")
    ]


def _place(pmid: str) -> str:
    return f"PubMed, PMID {pmid}" if pmid else "PubMed"
