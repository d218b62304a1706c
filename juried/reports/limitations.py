"""Section 4 of the report: what this evidence cannot carry, and the standing notice."""

from __future__ import annotations

from collections import Counter

from juried.counting import tried_claims
from juried.records.run import RunRecord
from juried.records.work import EXCLUSION_SENTENCES, Work
from juried.reports.escape import bullets, escape, plural
from juried.reports.numbering import Numbering
from juried.reports.references import reference

STANDING_NOTICE = (
    "This report is a machine-generated synthesis of existing literature and not original research. Search, "
    "extraction and verdicts may err; its scores are automated and no human peer review. Consult the primary "
    "sources before relying on it."
)
SINGLE_SOURCE_PERCENT = 60
ASKED = ("confirmer", "challenger", "integrator")


def dominant_work(record: RunRecord) -> tuple[str, int, int] | None:
    """Return the work that over 60 % of the tried claims come from, with its claims and all; None if there is none."""
    counts = Counter(claim.work_id for claim in tried_claims(record))
    total = sum(counts.values())
    for work_id, count in sorted(counts.items()):
        if 100 * count > SINGLE_SOURCE_PERCENT * total:
            return work_id, count, total
    return None


def limitations(record: RunRecord, numbering: Numbering) -> str:
    """Return the section's Markdown."""
    items = [*_reach(record), *_evidence(record), *_panel(record), *_losses(record)]
    items += map(escape, record.draft.limitations)
    retracted = [_retracted(work, record, numbering) for work in record.works if work.retracted]
    parts = ["## 4 Limitations", bullets(items)]
    if retracted:
        parts += ["### Retracted or withdrawn works among those retrieved", bullets(retracted)]
    return "\n\n".join([part for part in parts if part] + [STANDING_NOTICE])


def _reach(record: RunRecord) -> list[str]:
    """Say how many works that were found were not judged, and how many that bear on the question were not read."""
    reasons = Counter(decision.reason for decision in record.screening)
    unjudged, beyond = reasons["ranked_below"], reasons["below_the_cut"]
    items = []
    if unjudged:
        were = "was" if unjudged == 1 else "were"
        items.append(f"{plural(unjudged, 'work')} that the search found {were} judged by nobody: others ranked above.")
    if beyond:
        bear, were = ("bears", "was") if beyond == 1 else ("bear", "were")
        passed = f"{plural(beyond, 'work')} that {bear} on the question {were} not read"
        items.append(f"{passed}: the limit of works to read was filled by more relevant ones.")
    return items


def _panel(record: RunRecord) -> list[str]:
    """Say that one model held all mandates, when it did: its reviewers can err alike."""
    held = [note for note in record.backends if note.role in ASKED]
    if len(held) < len(ASKED) or len({note.fingerprint for note in held}) > 1:
        return []
    kind = "language model" if held[0].language_model else "method"
    return [f"Confirmer, challenger and integrator were held by one {kind}: their votes may share its errors."]


def _evidence(record: RunRecord) -> list[str]:
    prisma = record.prisma
    items = [f"Read as abstract only: {prisma.abstract_only} of {plural(prisma.included, 'included work')}."]
    unread = prisma.included - prisma.full_text - prisma.abstract_only
    if unread:
        items.append(f"{plural(unread, 'included work')} could not be read at all.")
    tried = {claim.work_id for claim in tried_claims(record)}
    claimed = {claim.work_id for claim in record.claims}
    # Where something was lost, its silence says nothing about the work.
    lost = {loss.concerns for loss in record.losses if loss.stage == "extract_claims"}
    mute = {note.work_id for note in record.documents if note.document} - claimed - lost
    if mute:
        read = f"{plural(len(mute), 'included work')} that {'was' if len(mute) == 1 else 'were'} read"
        items.append(f"No claim that bears on the question was found in {read}: {_titles(record, mute)}.")
    silent = _included(record) - tried - mute
    if silent and tried:
        items.append(f"No claim of {plural(len(silent), 'included work')} was tried: {_titles(record, silent)}.")
    short = [note for note in record.documents if note.unshown]
    if short:
        left = sum(note.unshown for note in short)
        items.append(
            f"Of {plural(len(short), 'document')} the model read only the passages nearest to the question: "
            f"{plural(left, 'passage')} left out."
        )
    uncalibrated = sum(v.confidence is not None and not v.calibrated for v in record.verdicts)
    if uncalibrated:
        items.append(f"The confidence of {plural(uncalibrated, 'claim')} is uncalibrated.")
    return items + _hidden(record)


def _hidden(record: RunRecord) -> list[str]:
    """Say in how many documents text was hidden, and in which works and how."""
    titles = {work.id: work.title for work in record.works}
    notes = [note for note in record.documents if note.hidden]
    if not notes:
        return []
    return [
        f"Hidden text was found in {plural(len(notes), 'document')} and kept from all reviewers.",
        *(
            f"Hidden in “{escape(titles.get(note.work_id, note.work_id))}”: "
            + ", ".join(sorted({part.channel.replace("_", " ") for part in note.hidden}))
            + "."
            for note in notes
        ),
    ]


def _titles(record: RunRecord, ids: set[str]) -> str:
    return "; ".join(f"“{escape(work.title)}”" for work in record.works if work.id in ids)


def _included(record: RunRecord) -> set[str]:
    return {decision.work_id for decision in record.screening if decision.included}


def _losses(record: RunRecord) -> list[str]:
    titles = {work.id: work.title for work in record.works}
    items = [
        f"A file of {escape(titles.get(note.work_id, note.work_id))} could not be read: {escape(why)}"
        for note in record.documents
        for why in note.unreadable
    ]
    missing = [loss for loss in record.losses if not loss.refused]
    lost = len(missing) + len(record.lost_votes)
    if lost:
        items.append(f"This run is degraded: {plural(lost, 'item')} lost, {len(record.lost_votes)} of them votes.")
    items += [f"Lost in {escape(loss.stage)}, {escape(loss.concerns)}: {escape(loss.detail)}" for loss in missing]
    claims = sum(loss.refused and loss.stage == "extract_claims" for loss in record.losses)
    if claims:
        given = f"{plural(claims, 'sentence')} that the extractor gave {'was' if claims == 1 else 'were'}"
        items.append(f"{given} refused by rule as no stand-alone claim; the record lists them with the reasons.")
    written = sum(loss.refused and loss.stage == "write_report" for loss in record.losses)
    if written:
        drafted = f"{plural(written, 'sentence')} of the draft that no verified claim carries"
        items.append(f"{drafted} {'was' if written == 1 else 'were'} left out; the record has the words.")
    return items


def _retracted(work: Work, record: RunRecord, numbering: Numbering) -> str:
    decisions = {decision.work_id: decision for decision in record.screening}
    decision = decisions.get(work.id)
    if work.id in numbering.work_numbers:
        fate = f"Its claims were tried and none is verified; see {numbering.work(work.id)}."
    elif decision is not None and decision.included:
        fate = "It was included, and no claim of it was tried."
    else:
        fate = "It was not used."
        if decision is not None and decision.reason is not None:
            fate += f" {EXCLUSION_SENTENCES[decision.reason]}"
    return f"{reference(work)} {fate}"
