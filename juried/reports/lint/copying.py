"""R6: the abstract shares no 12 words in a row with a source outside quotation marks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from juried.quality import Documents
from juried.records.run import RunRecord
from juried.reports.lint.findings import Finding, error, not_run
from juried.reports.lint.parsing import ReportText
from juried.reports.lint.words import outside_quotation, tokens, word_runs

RUN_OF_WORDS = 12


def shared_runs(abstract: str, sources: Iterable[str]) -> tuple[str, ...]:
    """Return the longest runs of 12 or more words that the abstract's own text shares with a source.

    Words are compared in lower case without punctuation; a run does not cross a quotation mark.
    """
    known: set[tuple[str, ...]] = set()
    pieces = [tokens(piece) for piece in outside_quotation(abstract)]
    wanted = {tuple(p[at : at + RUN_OF_WORDS]) for p in pieces for at in range(len(p) - RUN_OF_WORDS + 1)}
    if wanted:
        for source in sources:
            known |= wanted & word_runs(source, RUN_OF_WORDS)
    return tuple(run for piece in pieces for run in _merged(piece, known))


def _merged(words: Sequence[str], known: set[tuple[str, ...]]) -> list[str]:
    """Return the stretches of a piece that its known runs cover together."""
    covered: set[int] = set()
    for at in range(len(words) - RUN_OF_WORDS + 1):
        if tuple(words[at : at + RUN_OF_WORDS]) in known:
            covered.update(range(at, at + RUN_OF_WORDS))
    starts = [at for at in sorted(covered) if at - 1 not in covered]
    ends = [at + 1 for at in sorted(covered) if at + 1 not in covered]
    return [" ".join(words[start:end]) for start, end in zip(starts, ends, strict=True)]


def _findings(abstract: str, sources: Iterable[str]) -> list[Finding]:
    return [
        error("R6", "abstract", f"shares {len(run.split())} words in a row with a source.", run)
        for run in shared_runs(abstract, sources)
    ]


def copying_in_text(report: ReportText, sources: Sequence[str]) -> list[Finding]:
    """R6 on a text: compared with the sources given and the passages that the report quotes."""
    if not report.abstract:
        return [not_run("R6", "The text has no abstract.")]
    found = _findings(report.abstract, [*sources, *report.quotes])
    if not found and not sources:
        what = "Only the passages quoted in the text" if report.quotes else "No source text was given, so nothing"
        found.append(not_run("R6", f"{what} could be compared with the abstract."))
    return found


def copying_in_record(record: RunRecord, documents: Documents) -> list[Finding]:
    """R6 on a record: compared with every stored document, every abstract of a work, and every quote."""
    names = {note.document for note in record.documents} | {claim.document for claim in record.claims}
    texts = [text for name in sorted(names) if (text := documents(name)) is not None]
    texts += [work.abstract for work in record.works] + [claim.quote for claim in record.claims]
    return _findings(" ".join(sentence.text for sentence in record.draft.abstract), texts)
