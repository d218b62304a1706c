"""Section 2 of the report: what was searched, what was kept, who answered, how the panel decides."""

from __future__ import annotations

from juried.calibration import NO_THRESHOLD
from juried.records.run import CalibrationNote, RunRecord
from juried.records.work import EXCLUSION_SENTENCES, Prisma
from juried.reports.escape import bullets, escape, plural, table
from juried.reports.spending import spending

_SHA256_DIGITS = 64
FLOW = (
    "![PRISMA flow diagram: the numbers of the table above](prisma.svg)\n\n"
    "The same numbers as data: [prisma.csv](prisma.csv)."
)


def methodology(record: RunRecord) -> str:
    """Return the section's Markdown."""
    return "\n\n".join(
        [
            "## 2 Methodology",
            "### Search",
            _criteria(record),
            _ledger(record),
            "### Selection of works",
            *_screened_by(record),
            prisma_table(record.prisma),
            FLOW,
            "### Who answered",
            _models(record),
            "### How claims are tried",
            _panel(record),
        ]
    )


def _criteria(record: RunRecord) -> str:
    plan = record.protocol
    bounded = plan.year_from is not None or plan.year_to is not None
    years = f"Years: {plan.year_from or 'open'} to {plan.year_to or 'open'}." if bounded else "Years: any."
    years += f" Languages: {', '.join(map(escape, plan.languages))}." if plan.languages else ""
    years += " A person edited this protocol before the search." if plan.edited else ""
    facets = [f"{escape(f.name)}: {', '.join(escape(term) for term in f.terms)}." for f in plan.facets]
    lines = [f"Looked for: {facet}" for facet in facets]
    lines += [f"Included when: {escape(item)}" for item in plan.include]
    lines += [f"Excluded when: {escape(item)}" for item in plan.exclude]
    return bullets([*lines, years])


def _ledger(record: RunRecord) -> str:
    rows = [
        [
            escape(row.source),
            escape(row.query),
            str(row.total),
            str(row.taken),
            row.status.replace("_", " ") + (f": {escape(row.detail)}" if row.detail else ""),
        ]
        for row in record.ledger
    ]
    if not rows:
        return "No source was queried."
    found = table(["Source", "Query as sent", "Total", "Taken", "Status"], rows, numbers=(2, 3))
    return (
        f"{found}\n\nA record that several queries of one source find is taken once, by the query that ranks it best."
    )


def _screened_by(record: RunRecord) -> list[str]:
    """Say who judged which works bear on the question; nothing when nobody did."""
    screener = next((note for note in record.backends if note.role == "screener"), None)
    if screener is None or not record.screening:
        return []
    how = "a language model" if screener.language_model else "by method, without a language model"
    return [
        f"Titles and abstracts were ranked by hybrid relevance to the question and judged against the criteria "
        f"by {escape(screener.name)} ({how})."
    ]


def prisma_table(prisma: Prisma) -> str:
    """Return the PRISMA numbers as a table, one row per exclusion reason."""
    flow = prisma.citation_searching
    rows = [
        ("Identified", prisma.identified),
        *([("Of these, by following citations", flow.identified)] if flow else []),
        ("Duplicates merged", prisma.duplicates),
        ("Screened", prisma.screened),
        *((f"Excluded: {EXCLUSION_SENTENCES[item.reason]}", item.count) for item in prisma.excluded),
        ("Included", prisma.included),
        *([("Of these, by following citations alone", flow.included)] if flow else []),
        ("Read in full text", prisma.full_text),
        ("Read as abstract only", prisma.abstract_only),
    ]
    return table(["Step", "Works"], [[step, str(count)] for step, count in rows], numbers=(1,))


def _models(record: RunRecord) -> str:
    rows = [
        [
            escape(note.role),
            escape(note.name),
            escape(note.fingerprint[:12] if len(note.fingerprint) == _SHA256_DIGITS else note.fingerprint),
            "yes" if note.language_model else "no",
            escape(note.calibration) or "–",
        ]
        for note in record.backends
    ]
    with_model = sorted({note.role for note in record.backends if note.language_model})
    said = (
        f"A language model took part as {', '.join(map(escape, with_model))}."
        if with_model
        else "No language model took part in this run: every role was answered by stated methods and rules."
    )
    head = ["Role", "Answered by", "Fingerprint", "Language model", "Confidence fitted on"]
    return "\n\n".join([said, *([table(head, rows)] if rows else []), spending(record)])


def _alike(record: RunRecord) -> str:
    """Say on how many claims the reviewers first agreed, and on how many one of them supported and one refuted.

    The checker decides by rule and mostly leaves a claim open, so that its votes are counted apart.
    """
    labels: dict[str, set[str]] = {}
    checked: dict[str, str] = {}
    for vote in record.votes:
        if vote.reviewer == "checker":
            checked[vote.claim_id] = vote.label
        elif vote.round == 1:
            labels.setdefault(vote.claim_id, set()).add(vote.label)
    alike = sum(len(found) == 1 for found in labels.values())
    opposed = sum({"supports", "refutes"} <= found for found in labels.values())
    said = list(checked.values())
    others = ", and left the others open" if "not_enough_info" in said else ""
    return (
        f"On {alike} of {plural(len(labels), 'claim')} confirmer, challenger and integrator gave the same label first, "
        f"on {opposed} one supported and one refuted. The checker's rules supported {said.count('supports')} and "
        f"refuted {said.count('refutes')} of {plural(len(said), 'claim')}{others}."
    )


def calibrated(note: CalibrationNote) -> str:
    """Return the sentence on what the threshold was fitted on, and how well the confidence holds."""
    chosen = (
        f"The threshold for verified is none: from no confidence were at most 5 % of the {note.n} calibration "
        f"claims ({escape(note.data)}) not supported"
        if note.threshold == NO_THRESHOLD
        else f"The threshold for verified ({note.threshold} %) was chosen so that at most 5 % of the {note.n} "
        f"calibration claims ({escape(note.data)}) that reach it are not supported"
    )
    return f"{chosen}; on claims left out of the fit the expected calibration error is {note.ece:.3f} (15 bins)."


def _given(threshold: int) -> str:
    if threshold == NO_THRESHOLD:
        return "The calibration has no threshold for it, so that no claim of this report has one."
    return (
        f"It is given when the verdict is supported, the confidence is {threshold} % or more, and the quote stands in "
        "the document."
    )


def _panel(record: RunRecord) -> str:
    alpha = record.vote_agreement_hundredths
    agreement = (
        "Agreement beyond chance of these votes: not computable (too few votes, or all alike)."
        if alpha is None
        else f"Agreement beyond chance of these votes (Krippendorff's alpha, nominal; what the checker leaves open "
        f"is no vote): {alpha / 100:.2f}; 1 is perfect, 0 is chance, and where nearly all votes are alike it is low "
        "however few differ."
    )
    return "\n\n".join(
        [
            "Each claim is tried by four reviewers with mandates of their own. The confirmer checks whether the "
            "cited source states the claim, the challenger looks for passages that refute it, the integrator "
            "compares it with other claims about the same quantity and looks for overreach, and the checker "
            "compares numbers, units, signs, names and table cells by rule. A split vote gets more evidence and "
            "a second vote.",
            f"A ✓ means: the cited source states this. {_given(record.threshold)} Confidence is the probability that "
            "the cited evidence supports the claim. How many other works support or contradict a claim is "
            "counted beside it.",
            *([calibrated(record.calibration)] if record.calibration else []),
            f"{plural(len(record.votes), 'vote')} cast, {len(record.lost_votes)} lost. {_alike(record)} {agreement}",
        ]
    )
