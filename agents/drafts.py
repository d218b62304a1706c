"""Drafts that no backend writes: of a run that verified nothing, and of one whose writer failed."""

from __future__ import annotations

from juried.records.protocol import Protocol
from juried.records.report import Draft, Sentence


def empty_draft(protocol: Protocol, included: int, claims: int, lost: int) -> Draft:
    """Return the draft of a run that verified nothing; it claims nothing and says how far the run came.

    Args:
        protocol: Whose question it was.
        included: How many works were included.
        claims: How many claims were extracted.
        lost: How many items the run lost; any may be why nothing was verified.
    """
    found = _found(included, claims)
    if lost:
        found += f" The run lost {lost} items, so this may be a failure of the run rather than of the evidence."
    return Draft(
        title="No Answer in the Works Searched",
        answer="not_answered",
        answer_text=found,
        answer_claims=(),
        abstract=(
            _asked(protocol),
            Sentence(text=f"{found} The evidence does not answer the question.", claims=()),
        ),
        themes=(),
        limitations=("A wider library, other sources or another wording of the question may find evidence.",),
    )


def _found(included: int, claims: int) -> str:
    if not included:
        return "No work that was found bears on the question, so no claim was extracted."
    if not claims:
        return "Works that bear on the question were found, but no claim was extracted from them."
    return "Claims were found, but the panel verified none of them."


def unwritten_draft(protocol: Protocol, verified: int) -> Draft:
    """Return the draft of a run whose writer failed: the claims stand in their section, no text is made up."""
    found = f"The panel verified {verified} claims, which are listed below; no usable text was written from them."
    return Draft(
        title="Verified Claims Without a Written Synthesis",
        answer=None,
        answer_text=found,
        answer_claims=(),
        abstract=(_asked(protocol), Sentence(text=f"The evidence was tried. {found}", claims=())),
        themes=(),
        limitations=("The question is not answered in words; the claims and their verdicts stand as they are.",),
    )


def _asked(protocol: Protocol) -> Sentence:
    inner = protocol.question.replace('"', "'")
    stop = "" if inner[-1:] in ("?", ".", "!") else "."
    return Sentence(text=f'The question was: "{inner}"{stop}', claims=())
