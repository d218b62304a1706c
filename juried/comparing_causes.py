"""What two runs were made with that differs: question, settings, sources, models, prompts, code."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from juried.provenance import Provenance, differing
from juried.records.base import Record
from juried.records.run import RunRecord
from juried.records.work import LedgerRow
from juried.settings import Settings, result_settings

CauseKind = Literal["question", "settings", "source", "model", "prompt", "code"]
CAUSE_KINDS: tuple[CauseKind, ...] = ("question", "settings", "source", "model", "prompt", "code")
# Where a library lies shapes nothing; what it holds is compared as the content of a source.
_BESIDE = frozenset({"library"})


class Cause(Record):
    """One thing that differs: its kind, its name, and both values as text ("" where a value says nothing)."""

    kind: CauseKind
    name: str
    first: str = ""
    second: str = ""


@dataclass(frozen=True)
class Side:
    """One run to compare; settings and provenance are None where its folder does not hold them."""

    record: RunRecord
    settings: Mapping[str, Any] | None = None
    provenance: Provenance | None = None


def causes_of(first: Side, second: Side) -> tuple[tuple[Cause, ...], tuple[str, ...]]:
    """Return what differs, in the order of CAUSE_KINDS and then by name, and what cannot be compared."""
    unknown = [] if first.settings is not None and second.settings is not None else ["settings"]
    found = [*_question(first, second), *_settings(first, second), *_searches(first.record, second.record)]
    if first.provenance is not None and second.provenance is not None:
        made = _provenance(first.provenance, second.provenance)
    else:
        made, unknown = [], [*unknown, "prompts", "code", "content of sources"]
    found += made
    found += _models(first.record, second.record, explained=any(c.kind in ("prompt", "code", "model") for c in made))
    ordered = sorted(set(found), key=lambda cause: (CAUSE_KINDS.index(cause.kind), cause.name, cause.first))
    return tuple(ordered), tuple(unknown)


def _question(first: Side, second: Side) -> list[Cause]:
    one, two = first.record, second.record
    found = [Cause(kind="question", name="question", first=one.question, second=two.question)]
    dates = [Cause(kind="settings", name="date", first=one.date, second=two.date)]
    return [cause for cause in (*found, *dates) if cause.first != cause.second]


def _settings(first: Side, second: Side) -> list[Cause]:
    if first.settings is None or second.settings is None:
        return []
    shaping = result_settings(Settings()).keys() - _BESIDE - {"date"}
    one, two = ({name: side[name] for name in side if name in shaping} for side in (first.settings, second.settings))
    return [
        Cause(kind="settings", name=name, first=_text(one.get(name)), second=_text(two.get(name)))
        for name in differing(one, two)
    ]


def _text(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str("" if value is None else value)


def _searches(first: RunRecord, second: RunRecord) -> list[Cause]:
    """Return the sources that answered differently, each with its queries and counts."""
    names = sorted({row.source for row in (*first.ledger, *second.ledger)})
    told = [(name, _answers(first.ledger, name), _answers(second.ledger, name)) for name in names]
    return [Cause(kind="source", name=name, first=one, second=two) for name, one, two in told if one != two]


def _answers(ledger: tuple[LedgerRow, ...], source: str) -> str:
    rows = [f"{row.status}, {row.taken} of {row.total} for {row.query!r}" for row in ledger if row.source == source]
    return "; ".join(rows) or "not asked"


def _provenance(first: Provenance, second: Provenance) -> list[Cause]:
    """Return what differs between the code, prompts, models and sources; hashes are shortened."""
    found = [Cause(kind="code", name="version", first=first.version, second=second.version)]
    found.append(Cause(kind="code", name="code", first=first.code[:12], second=second.code[:12]))
    for name in sorted({*first.plug_ins} ^ {*second.plug_ins}):
        held = (name if name in first.plug_ins else "", name if name in second.plug_ins else "")
        found.append(Cause(kind="code", name="plug-in", first=held[0], second=held[1]))
    found = [cause for cause in found if cause.first != cause.second]
    found += _tables("prompt", "{}", first.prompts, second.prompts)
    found += _tables("model", "{} as shipped", first.models, second.models)
    return found + _tables("source", "content of {}", first.sources, second.sources)


def _tables(kind: CauseKind, words: str, first: Mapping[str, str], second: Mapping[str, str]) -> list[Cause]:
    return [
        Cause(kind=kind, name=words.format(name), first=first.get(name, "")[:12], second=second.get(name, "")[:12])
        for name in differing(first, second)
    ]


def _models(first: RunRecord, second: RunRecord, *, explained: bool) -> list[Cause]:
    """Return the roles that another model holds; other fingerprints alone count where nothing else explains them."""
    one, two = ({note.role: note for note in record.backends} for record in (first, second))
    named = [
        Cause(kind="model", name=role, first=one[role].name, second=two[role].name)
        for role in sorted({*one} & {*two})
        if one[role].name != two[role].name
    ]
    if named or explained:
        return named
    other = Counter(
        (one[role].name, one[role].fingerprint[:12], two[role].fingerprint[:12])
        for role in sorted({*one} & {*two})
        if one[role].fingerprint != two[role].fingerprint
    )
    return [Cause(kind="model", name=name, first=before, second=after) for name, before, after in sorted(other)]
