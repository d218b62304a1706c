"""Which passages of a document a model is asked to read: those that bear most on the question, in their order.

An abstract is read in one piece, for its sentences lean on one another.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Protocol as Interface
from typing import TypeVar

from juried.text.tokens import count_tokens

Rank = Callable[[Sequence[str]], Awaitable[tuple[int, ...]]]
_APPARATUS = re.compile(
    r"(?:[\dIVX]+[.)]?\s+|[A-Z][.)]\s+)?(?:acknowledge?ments?|funding(?: (?:statement|information|sources?))?"
    r"|financial (?:support|disclosure)|(?:author|authors?[’']s?) contributions?|(?:competing|conflicts? of) interests?"
    r"|(?:data|code|materials?)(?: and \w+)? availability(?: statement)?|(?:list of )?abbreviations"
    r"|supplementary (?:materials?|information|data)|supporting information|pre-publication history"
    r"|declaration of (?:competing )?interests?)\s*[.:]?",
    re.IGNORECASE,
)


class PassageLike(Interface):
    """What is needed of a passage to choose it."""

    @property
    def section(self) -> str:
        """The title of the section, "" before the first."""
        ...

    @property
    def text(self) -> str:
        """The text."""
        ...

    @property
    def kind(self) -> str:
        """The kind of block that it comes from."""
        ...


class PlacedPassage(PassageLike, Interface):
    """A passage with its place in the text of its document."""

    @property
    def start(self) -> int:
        """Offset of the first character."""
        ...

    @property
    def end(self) -> int:
        """Offset after the last character."""
        ...


@dataclass(frozen=True)
class Joined:
    """Several chunks that stand one after another, as one passage."""

    section: str
    text: str
    start: int
    end: int
    kind: str


Piece = TypeVar("Piece", bound=PassageLike)


def whole_abstracts(passages: Sequence[PlacedPassage], text: str) -> list[PlacedPassage]:
    """Return the passages of a document with the pieces of one abstract joined to one passage.

    Args:
        passages: The passages in reading order; none gives none.
        text: The text of the document, which their offsets point into.
    """
    joined: list[PlacedPassage] = []
    for (kind, section), group in groupby(passages, key=lambda passage: (passage.kind, passage.section)):
        pieces = list(group)
        if kind != "abstract" or len(pieces) == 1:
            joined += pieces
        else:
            start, end = pieces[0].start, pieces[-1].end
            joined.append(Joined(section, text[start:end], start, end, kind))
    return joined


async def nearest_passages(passages: Sequence[Piece], limit: int, rank: Rank) -> list[Piece]:
    """Return the passages to be read, in reading order, of at most `limit` o200k_base tokens together.

    Thanks, funding, interests and lists of files are left out. The abstract comes first, then what is nearest
    to the question; a passage that no longer fits is passed over for a shorter one. At least one passage is kept.

    Args:
        passages: The passages in reading order.
        limit: The most tokens; 0 or less keeps all.
        rank: Gives each text its relevance to the question, 0 to 1000.
    """
    if limit <= 0:
        return list(passages)
    kept = [passage for passage in passages if not is_apparatus(passage.section)] or list(passages)
    sizes = [count_tokens(passage.text) for passage in kept]
    if sum(sizes) <= limit:
        return kept
    scores = await rank([passage.text for passage in kept])
    order = sorted(range(len(kept)), key=lambda at: (kept[at].kind != "abstract", -scores[at], at))
    chosen: set[int] = set()
    for at in order:
        if not chosen or sum(sizes[other] for other in chosen) + sizes[at] <= limit:
            chosen.add(at)
    return [kept[at] for at in sorted(chosen)]


def is_apparatus(title: str) -> bool:
    """Whether a section of this title tells of thanks, money, interests or files, and of nothing that was found."""
    return _APPARATUS.fullmatch(title.strip()) is not None
