"""The conformance suite of sources: what every source must do, for the built-in ones and for yours.

results = await check_source(my_source, probe="words that it finds at least three works for")
assert all(result.passed for result in results)
"""

from __future__ import annotations

import string
from collections.abc import Awaitable, Callable

from juried.errors import DocumentError
from juried.records.base import Record
from juried.records.protocol import SourceQuery
from juried.records.work import FileRef
from juried.sources.base import SearchLimits, SearchResult, Source, SourceHealth
from juried.sources.identifiers import make_identifiers

ODD_QUERIES = (
    '"unclosed',
    "((((",
    "AND AND OR NOT",
    "a:b -c +d ^e *",
    "'; DROP TABLE works; --",
    "\u0000\u0007",
    "\u202e\u200b\ufeff",
    "naïve Ω 日本語 🙂",
    string.punctuation,
    "word " * 2000,
)
OUTSIDE = ("../outside.pdf", "/etc/hostname", "file:///etc/hostname", "a/../../b.pdf", "C:\\x.pdf", "")
_MANY = SearchLimits(hits=50)


class CheckResult(Record):
    """One check of the suite: whether it passed, and what was seen when it did not."""

    name: str
    passed: bool
    detail: str = ""


Check = Callable[[Source, str], Awaitable[str]]


async def check_source(source: Source, probe: str = "language model") -> list[CheckResult]:
    """Run all checks on a source, in a fixed order; the source is closed afterwards.

    Args:
        source: The source to check.
        probe: A query in the source's own language that finds at least three works.

    Returns:
        One result per check. A check that raises has failed, and its detail names the error.
    """
    results = []
    for name, check in CHECKS.items():
        try:
            detail = await check(source, probe)
        except Exception as error:
            detail = f"raised {type(error).__name__}: {error}"
        results.append(CheckResult(name=name, passed=not detail, detail=detail))
    return results


async def _search(source: Source, text: str, limits: SearchLimits = _MANY) -> SearchResult:
    return await source.search(SourceQuery(source=source.name, text=text), limits)


async def _has_name_and_language(source: Source, probe: str) -> str:
    return "" if source.name and source.query_language else "name or query_language is empty"


async def _finds_probe(source: Source, probe: str) -> str:
    result = await _search(source, probe)
    answered = result.row.status == "answered" and len(result.hits) >= 3
    return "" if answered else f"status {result.row.status}, {len(result.hits)} hits: {result.row.detail}"


async def _counts_agree(source: Source, probe: str) -> str:
    row = (result := await _search(source, probe)).row
    right = row.taken == len(result.hits) <= row.total and (row.source, row.query) == (source.name, probe)
    return "" if right else f"{row} with {len(result.hits)} hits"


async def _keeps_limit(source: Source, probe: str) -> str:
    sizes = [len((await _search(source, probe, SearchLimits(hits=limit))).hits) for limit in (0, 1, 2)]
    return "" if sizes == [0, 1, 2] else f"limits 0, 1, 2 gave {sizes} hits"


async def _smaller_limit_is_a_prefix(source: Source, probe: str) -> str:
    few, many = await _search(source, probe, SearchLimits(hits=2)), await _search(source, probe)
    return "" if few.hits == many.hits[:2] else "the first hits depend on the limit"


async def _ranks_count_from_one(source: Source, probe: str) -> str:
    ranks = [hit.rank for hit in (await _search(source, probe)).hits]
    return "" if ranks == list(range(1, len(ranks) + 1)) else f"ranks are {ranks[:5]}"


async def _hits_differ(source: Source, probe: str) -> str:
    hits = (await _search(source, probe)).hits
    names = {hit.source_id for hit in hits}
    own = all(hit.source == source.name and hit.source_id and hit.title for hit in hits)
    return "" if own and len(names) == len(hits) else "a hit is repeated, unnamed, untitled or another source's"


async def _identifiers_are_normal(source: Source, probe: str) -> str:
    for hit in (await _search(source, probe)).hits:
        if make_identifiers(**hit.identifiers.model_dump()) != hit.identifiers:
            return f"{hit.source_id}: {hit.identifiers} is not in normal form"
        if hit.url and not hit.url.startswith(("https://", "http://")):
            return f"{hit.source_id}: the address {hit.url} is not http(s)"
    return ""


async def _empty_query_finds_nothing(source: Source, probe: str) -> str:
    for text in ("", "   ", "\n\t"):
        result = await _search(source, text)
        if result.hits or result.row.status == "answered":
            return f"{text!r} gave {len(result.hits)} hits, status {result.row.status}"
    return ""


async def _odd_queries_are_answered(source: Source, probe: str) -> str:
    for text in ODD_QUERIES:
        status = (await _search(source, text)).row.status
        if status not in ("answered", "empty"):
            return f"{text[:30]!r} gave status {status}"
    return ""


async def _keeps_years(source: Source, probe: str) -> str:
    years = sorted({hit.year for hit in (await _search(source, probe)).hits if hit.year is not None})
    if not years:
        return "no hit has a year"
    for first, last in ((years[0], years[0]), (years[-1], None), (None, years[0])):
        hits = (await _search(source, probe, SearchLimits(hits=50, year_from=first, year_to=last))).hits
        low, high = first or 0, last or 9999
        if not hits or any(hit.year is None or not low <= hit.year <= high for hit in hits):
            return f"years {first} to {last} gave {sorted({str(hit.year) for hit in hits})}"
    return ""


async def _fetches_what_it_names(source: Source, probe: str) -> str:
    for hit in (await _search(source, probe)).hits:
        for file in hit.files:
            if not await source.fetch(file):
                return f"{file.path} is empty"
    return ""


async def _refuses_absent_file(source: Source, probe: str) -> str:
    try:
        await source.fetch(FileRef(path="there-is-no-such-file.pdf"))
    except DocumentError as error:
        return "" if error.reason in ("file_missing", "unsafe") else f"reason {error.reason}"
    return "no DocumentError"


async def _refuses_paths_outside(source: Source, probe: str) -> str:
    for path in OUTSIDE:
        try:
            await source.fetch(FileRef(path=path))
        except DocumentError as error:
            if error.reason in ("unsafe", "file_missing"):
                continue
        return f"{path!r} was not refused"
    return ""


async def _answers_alike(source: Source, probe: str) -> str:
    first, second = await _search(source, probe), await _search(source, probe)
    return "" if first == second else "the same query gave two answers"


async def _tells_health(source: Source, probe: str) -> str:
    health = await source.check()
    right = isinstance(health, SourceHealth) and health.name == source.name and health.usable and health.detail
    return "" if right else f"{health}"


async def _closes_twice(source: Source, probe: str) -> str:
    await source.aclose()
    await source.aclose()
    return ""


CHECKS: dict[str, Check] = {
    "has a name and a query language": _has_name_and_language,
    "finds works for the probe": _finds_probe,
    "counts in the ledger row agree": _counts_agree,
    "keeps the limit of hits": _keeps_limit,
    "a smaller limit gives the first of the same hits": _smaller_limit_is_a_prefix,
    "ranks count from one": _ranks_count_from_one,
    "hits differ and are its own": _hits_differ,
    "identifiers and addresses are normal": _identifiers_are_normal,
    "an empty query finds nothing": _empty_query_finds_nothing,
    "odd queries are answered": _odd_queries_are_answered,
    "keeps the years": _keeps_years,
    "fetches the files that it names": _fetches_what_it_names,
    "refuses a file that is absent": _refuses_absent_file,
    "refuses paths that lead outside": _refuses_paths_outside,
    "answers alike": _answers_alike,
    "tells its health": _tells_health,
    "closes twice": _closes_twice,
}
