"""What a run shows when it stops for approval, and the edits that it takes.

An answer is `true` (go on), or an object with edits. For the protocol: `queries` (a list of
`{"source", "text"}` that replaces all queries), `include` and `exclude` (criteria). For the
screening: `include` and `exclude` (lists of work ids).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypedDict, TypeVar

from langgraph.types import interrupt
from pydantic import ValidationError

from agents.retriever import Screening
from juried.errors import UsageError
from juried.records.base import Record
from juried.records.protocol import Protocol, SourceQuery
from juried.records.work import ScreeningDecision, Work


class Offer(TypedDict):
    """What is shown at an interrupt: the step, what was wrong with the last answer, lines, and what may be edited."""

    step: str
    problem: str
    lines: list[str]
    content: dict[str, list[dict[str, str]] | list[str]]


class ProtocolEdits(Record):
    """Edits of a protocol; what is None stays."""

    queries: tuple[SourceQuery, ...] | None = None
    include: tuple[str, ...] | None = None
    exclude: tuple[str, ...] | None = None


class ScreeningEdits(Record):
    """Ids of works to include and to exclude, against what the screening decided."""

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()


Edits = TypeVar("Edits", ProtocolEdits, ScreeningEdits)
Amended = TypeVar("Amended", Protocol, Screening)


def protocol_offer(protocol: Protocol) -> Offer:
    """Return what is shown before the search begins."""
    lines = [f"{query.source}: {query.text}" for query in protocol.queries]
    criteria = [f"include: {text}" for text in protocol.include] + [f"exclude: {text}" for text in protocol.exclude]
    return {
        "step": "protocol",
        "problem": "",
        "lines": [*lines, *criteria],
        "content": {
            "queries": [{"source": query.source, "text": query.text} for query in protocol.queries],
            "include": list(protocol.include),
            "exclude": list(protocol.exclude),
        },
    }


def screening_offer(screening: Screening, works: Mapping[str, Work]) -> Offer:
    """Return what is shown before works are read: those included and those judged but excluded."""
    judged = [decision for decision in screening.decisions if decision.relevance is not None]
    judged.sort(key=lambda decision: (not decision.included, -(decision.relevance or 0), decision.work_id))
    lines = [_screening_line(decision, works[decision.work_id]) for decision in judged]
    included = [decision.work_id for decision in judged if decision.included]
    return {"step": "screening", "problem": "", "lines": lines, "content": {"include": included, "exclude": []}}


def _screening_line(decision: ScreeningDecision, work: Work) -> str:
    return f"{'+' if decision.included else '-'} {decision.work_id} {decision.relevance:3d} {work.title}"


def ask_until_usable(offer: Offer, amend: Callable[[object], Amended]) -> Amended:
    """Interrupt the run with an offer until `amend` takes the answer; a refused answer is named in the next offer."""
    problem = ""
    while True:
        answer = interrupt({**offer, "problem": problem})
        try:
            return amend(answer)
        except UsageError as error:
            problem = str(error)


def amend_protocol(protocol: Protocol, answer: object) -> Protocol:
    """Return the protocol with the user's edits; raises UsageError when the answer is of another form."""
    edits = _edits(answer, ProtocolEdits)
    _check_queries(edits.queries, {query.source for query in protocol.queries})
    changed = {name: value for name in ("queries", "include", "exclude") if (value := getattr(edits, name)) is not None}
    return protocol.model_copy(update={**changed, "edited": True}) if changed else protocol


def _check_queries(queries: tuple[SourceQuery, ...] | None, sources: set[str]) -> None:
    if queries is None:
        return
    if not any(query.text.strip() for query in queries):
        raise UsageError("no query is left.", advice="Give at least one query, or answer true.")
    for query in queries:
        if query.source not in sources:
            raise UsageError(
                f"there is no source {query.source!r}.", advice=f"Give one of {', '.join(sorted(sources))}."
            )


def amend_screening(screening: Screening, answer: object) -> Screening:
    """Return the screening with the user's edits; raises UsageError on an unknown work or another form."""
    edits = _edits(answer, ScreeningEdits)
    known = {decision.work_id for decision in screening.decisions}
    for work_id in (*edits.include, *edits.exclude):
        if work_id not in known:
            raise UsageError("there is no such work in the screening.", concerns=work_id, advice="Copy ids as shown.")
    return Screening(decisions=tuple(_amend(decision, edits) for decision in screening.decisions))


def _amend(decision: ScreeningDecision, edits: ScreeningEdits) -> ScreeningDecision:
    if decision.work_id in edits.exclude and decision.included:
        return decision.model_copy(update={"included": False, "reason": "excluded_by_user"})
    if decision.work_id in edits.include and not decision.included:
        return decision.model_copy(update={"included": True, "reason": None, "detail": "Included by the user."})
    return decision


def _edits(answer: object, kind: type[Edits]) -> Edits:
    try:
        return kind.model_validate({} if answer is True else answer)
    except ValidationError as error:
        raise UsageError(
            f"the answer to the approval has another form: {error.errors()[0]['msg']}.",
            advice='Answer true, or an object such as {"exclude": ["W-0123456789ab"]}.',
        ) from error
