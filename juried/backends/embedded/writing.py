"""Writing a report by rule: claims in themes, each sentence naming its work and quoting it; nothing is paraphrased.

When the lint found faults in the last draft, the sentences, headings and title words at fault are left out.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping, Sequence

from juried.backends.embedded.answering import Answered, answered
from juried.backends.embedded.headings import Group, grouped, title_of
from juried.backends.embedded.planning import Embed
from juried.backends.embedded.quoting import attributed, backed, quoted
from juried.backends.embedded.vocabulary import vocabulary
from juried.records.report import Sentence, Theme
from juried.tasks import VerifiedClaim, WorkLine, WriteReport, WrittenReport

_SHORT_QUOTE = 40
_STRONGEST = 2
_FEW_WORKS = 5
_NO_CLAIM_ABOUT = re.compile(r"R5\b.*?about: (.+?) \(", re.DOTALL)


def write_report(task: WriteReport, embed: Embed) -> WrittenReport:
    """Write the report of verified claims; without any, it says that nothing was verified."""
    words = vocabulary()
    works = {work.id: work for work in task.works}
    claims = sorted(task.claims, key=lambda claim: (-claim.relevance, -claim.confidence, claim.id))
    allowed = [claim for claim in claims if not _at_fault(attributed(claim, works), task.faults)]
    answer = answered(task.question, task.facets, allowed, works, words)
    groups = grouped(allowed, task.facets, embed, _banned_headings(task.faults))
    return WrittenReport(
        title=title_of(task.question, task.facets, task.claims, _banned_title_words(task.faults)),
        answer=answer.kind,
        answer_text=answer.text,
        answer_claims=tuple(claim.id for claim in answer.claims),
        abstract=_abstract(task, allowed, answer, works),
        themes=tuple(_theme(group, works) for group in groups),
        limitations=_limitations(task),
    )


def _theme(group: Group, works: Mapping[str, WorkLine]) -> Theme:
    return Theme(heading=group.heading, sentences=tuple(_sentence(claim, works) for claim in group.claims))


def _sentence(claim: VerifiedClaim, works: Mapping[str, WorkLine]) -> Sentence:
    return Sentence(text=f"{attributed(claim, works)} {backed(claim)}".strip(), claims=(claim.id,))


def _abstract(
    task: WriteReport, claims: Sequence[VerifiedClaim], answer: Answered, works: Mapping[str, WorkLine]
) -> tuple[Sentence, ...]:
    """Return what was asked, how much was verified, the answer, the strongest findings, and what it cannot carry."""
    every = tuple(claim.id for claim in claims)
    resting = tuple(claim.id for claim in answer.claims) or every
    from_works = len({claim.work_id for claim in claims})
    sentences = [
        Sentence(text=f"This synthesis asks: {quoted(task.question)}", claims=()),
        Sentence(
            text=f"It rests on {_many(len(claims), 'verified claim')} from {_many(from_works, 'work')}.", claims=every
        ),
        Sentence(text=answer.summary, claims=resting),
    ]
    sentences += [Sentence(text=attributed(claim, works), claims=(claim.id,)) for claim in _strongest(claims, answer)]
    sentences.append(Sentence(text=_reservation(task), claims=()))
    return tuple(sentence for sentence in sentences if not _at_fault(sentence.text, task.faults))


def _strongest(claims: Sequence[VerifiedClaim], answer: Answered) -> list[VerifiedClaim]:
    """Return short claims of different works: those the answer rests on first, then the most supported."""
    ranked = [*answer.claims, *sorted(claims, key=lambda claim: (-claim.supporting_works, -claim.relevance, claim.id))]
    chosen: dict[str, VerifiedClaim] = {}
    for claim in ranked:
        if len(claim.text.split()) <= _SHORT_QUOTE and len(chosen) < _STRONGEST:
            chosen.setdefault(claim.work_id, claim)
    return list(chosen.values())


def _reservation(task: WriteReport) -> str:
    tried = len(task.claims) + task.unverified + task.contradicted
    return (
        "A verified claim says what its source states, not that it holds elsewhere; "
        f"of {_many(tried, 'claim')} tried, {task.unverified} could not be verified "
        f"and {task.contradicted} {_be(task.contradicted, past=True)} contradicted."
    )


def _limitations(task: WriteReport) -> tuple[str, ...]:
    """Return concrete limitations, each from a count of this report."""
    verified = len(task.claims)
    alone = sum(claim.supporting_works == 0 for claim in task.claims)
    disputed = sum(claim.contradicting_works > 0 for claim in task.claims)
    left_out = task.unverified + task.contradicted
    works = len({claim.work_id for claim in task.claims})
    items = [
        "No language model took part in the writing: sentences quote the works; rules choose, group and order them.",
        f"{alone} of {_many(verified, 'verified claim')} {_be(alone)} stated by one work only among those read.",
    ]
    if disputed:
        items.append(f"{_many(disputed, 'verified claim')} {_be(disputed)} contradicted by at least one other work.")
    if left_out:
        items.append(f"{_many(left_out, 'tried claim')} {_be(left_out)} left out of the findings as not verified.")
    if works < _FEW_WORKS:
        items.append(f"The findings come from {_many(works, 'work')} only, too few to speak for a field.")
    return tuple(items)


def _be(count: int, past: bool = False) -> str:
    return ("was" if past else "is") if count == 1 else ("were" if past else "are")


def _many(count: int, thing: str) -> str:
    return f"{count} {thing}{'' if count == 1 else 's'}"


def _fault_text(fault: str) -> str:
    """Return the text that a finding quotes at its end as a Python literal, or ""."""
    match = re.search(r"""(['"])(.+)\1\s*$""", fault, re.DOTALL)
    if match is None:
        return ""
    try:
        return str(ast.literal_eval(match.group().strip()))
    except (ValueError, SyntaxError):
        return match.group(2)


def _at_fault(sentence: str, faults: Sequence[str]) -> bool:
    """Whether a fault other than one of the title quotes a sentence or a part of it."""
    for fault in faults:
        text = _fault_text(fault)
        if text and not fault.startswith("R5") and len(text) > 3 and (text in sentence or sentence in text):
            return True
    return False


def _banned_headings(faults: Sequence[str]) -> tuple[str, ...]:
    return tuple(text for fault in faults if (text := _fault_text(fault)))


def _banned_title_words(faults: Sequence[str]) -> tuple[str, ...]:
    """Return the words that R5 says no claim is about; of another fault of the title, none."""
    named = [match.group(1) for fault in faults if (match := _NO_CLAIM_ABOUT.search(fault))]
    return tuple(word for names in named for word in re.findall(r"[\w-]+", names.lower()))
