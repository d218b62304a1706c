"""Writing a report by rule: claims in themes, each sentence naming its work and quoting it; nothing is paraphrased.

When the lint found faults in the last draft, the sentences, headings and title words at fault are left out.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping, Sequence

from juried.backends.embedded.answering import Answered, answered
from juried.backends.embedded.headings import Group, grouped
from juried.backends.embedded.planning import Embed
from juried.backends.embedded.quoting import attributed, backed, quoted
from juried.backends.embedded.titles import title_of
from juried.backends.embedded.vocabulary import vocabulary
from juried.records.report import Sentence, Theme
from juried.tasks import VerifiedClaim, WorkLine, WriteReport, WrittenReport

CONTEXT = "Background That the Works State"
_ABSTRACT_WORDS = 175
_STRONGEST = 3
_FEW_WORKS = 5
_NO_CLAIM_ABOUT = re.compile(r"R5\b.*?about: (.+?) \(", re.DOTALL)


def write_report(task: WriteReport, embed: Embed) -> WrittenReport:
    """Write the report of verified claims; without any, it says that nothing was verified."""
    works = {work.id: work for work in task.works}
    claims = sorted(task.claims, key=lambda claim: (-claim.relevance, -claim.confidence, claim.id))
    allowed = [claim for claim in claims if not _at_fault(attributed(claim, works), task.faults)]
    answer = answered(task.question, task.facets, allowed, works, vocabulary())
    return WrittenReport(
        title=title_of(task.question, task.facets, task.claims, _banned_title_words(task.faults)),
        answer=answer.kind,
        answer_text=answer.text,
        answer_claims=tuple(claim.id for claim in answer.claims),
        abstract=_abstract(task, allowed, answer, works),
        themes=tuple(_theme(group, works) for group in _groups(task, allowed, embed)),
        limitations=_limitations(task),
    )


def _groups(task: WriteReport, claims: Sequence[VerifiedClaim], embed: Embed) -> list[Group]:
    """Return the works' own results in themes, and after them what the works only state; without results, all."""
    own = [claim for claim in claims if claim.stance == "own_result"]
    titles = {work.id: work.title for work in task.works}
    groups = grouped(own or claims, task.facets, embed, _banned_headings(task.faults), titles)
    context = tuple(claim for claim in claims if own and claim.stance != "own_result")
    return [*groups, Group(CONTEXT, context)] if context else groups


def _theme(group: Group, works: Mapping[str, WorkLine]) -> Theme:
    return Theme(heading=group.heading, sentences=tuple(_sentence(claim, works) for claim in group.claims))


def _sentence(claim: VerifiedClaim, works: Mapping[str, WorkLine]) -> Sentence:
    return Sentence(text=f"{attributed(claim, works)} {backed(claim)}".strip(), claims=(claim.id,))


def _abstract(
    task: WriteReport, claims: Sequence[VerifiedClaim], answer: Answered, works: Mapping[str, WorkLine]
) -> tuple[Sentence, ...]:
    """Return what was asked, what it rests on, the answer, the strongest findings, and what it cannot carry.

    Only sentences that quote name claims; quotes are taken while the abstract stays under 175 words.
    """
    told = [f"This synthesis asks: {quoted(task.question)}", _resting(claims), answer.summary]
    last = _reservation(task)
    room = _ABSTRACT_WORDS - sum(len(text.split()) for text in (*told, last))
    sentences = [Sentence(text=text, claims=()) for text in told]
    for claim in _strongest(claims, answer):
        text = attributed(claim, works)
        if len(sentences) < len(told) + _STRONGEST and (len(text.split()) <= room or len(sentences) == len(told)):
            sentences.append(Sentence(text=text, claims=(claim.id,)))
            room -= len(text.split())
    sentences.append(Sentence(text=last, claims=()))
    return tuple(sentence for sentence in sentences if not _at_fault(sentence.text, task.faults))


def _resting(claims: Sequence[VerifiedClaim]) -> str:
    if not claims:
        return "It rests on no verified claim."
    own = sum(claim.stance == "own_result" for claim in claims)
    from_works = _many(len({claim.work_id for claim in claims}), "work")
    reported = "none of them reports" if own == 0 else f"{_many(own, 'claim')} report{'s' if own == 1 else ''}"
    return (
        f"It rests on {_many(len(claims), 'verified claim')} from {from_works}; {reported} a result of the work itself."
    )


def _strongest(claims: Sequence[VerifiedClaim], answer: Answered) -> list[VerifiedClaim]:
    """Return claims of different works: those the answer rests on first, then the best supported results."""
    own = [claim for claim in claims if claim.stance == "own_result"]
    others = sorted(own or claims, key=lambda claim: (-claim.supporting_works, -claim.relevance, claim.id))
    chosen: dict[str, VerifiedClaim] = {}
    for claim in [*answer.claims, *others]:
        chosen.setdefault(claim.work_id, claim)
    one_work = len(chosen) == 1
    return list(answer.claims) if one_work and answer.claims else list(chosen.values())


def _reservation(task: WriteReport) -> str:
    alone = sum(claim.supporting_works == 0 for claim in task.claims)
    told = f": {_many(alone, 'claim')} rest{'s' if alone == 1 else ''} on one work alone" if alone else ""
    return f"A verified claim says what its source states, not that it holds elsewhere{told}."


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
        *_stated(task),
        "Sentences that speak in the first person or point outside themselves are taken for no claims, so results that "
        "the works word that way are missing here.",
    ]
    if disputed:
        items.append(f"{_many(disputed, 'verified claim')} {_be(disputed)} contradicted by at least one other work.")
    if left_out:
        items.append(f"{_many(left_out, 'tried claim')} {_be(left_out)} left out of the findings as not verified.")
    if works < _FEW_WORKS:
        items.append(f"The findings come from {_many(works, 'work')} only, too few to speak for a field.")
    return tuple(items)


def _stated(task: WriteReport) -> list[str]:
    stated = sum(claim.stance == "stated" for claim in task.claims)
    if not stated:
        return []
    told = f"{_many(stated, 'verified claim')} {_be(stated)} background, definition or method"
    return [f"By a rule over its wording, {told} and no result of the work that states it."]


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
