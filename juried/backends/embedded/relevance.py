"""Judging by rule how far a work bears on a question: its facets in title and abstract, and embeddings.

relevance = 100 · (0.4 · coverage + 0.6 · similarity + 0.2 · standing) / 1.2. Coverage is the share of the
facets' weight that the work's words meet; similarity is the mean cosine of the work with the question and
with its main part, scaled so that 0.15 counts as 0 and 0.75 as 1; standing is how high the searches placed it.
Each work is judged by itself, so batches do not change a judgement.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from juried.backends.embedded.facets import Weighted, weighted
from juried.backends.embedded.main_part import main_part
from juried.backends.embedded.planning import Embed
from juried.backends.embedded.vocabulary import Vocabulary, vocabulary
from juried.backends.embedded.words import contains, is_general, listed, stems
from juried.tasks import JudgeRelevance, RelevanceJudgement, RelevanceJudgements, WorkCard
from juried.text.words import words as words_of

_COVERAGE_SHARE, _SIMILARITY_SHARE, _STANDING_SHARE = 0.4, 0.6, 0.2
_NO_MATCH, _FULL_MATCH = 0.15, 0.75
_LEAST_SIMILARITY = 0.38
_SEPARATE = 0.85
_PARTIAL = 0.75
_FOUND = 0.5
_MANY = 3
# A rare name decides whether a work bears on a question, but must not decide alone which work is the best.
_LEAST_WEIGHT, _MOST_WEIGHT, _MOST_IN_RANKING = 1.0, 5.0, 4.0


@dataclass(frozen=True)
class _Bar:
    """What a work with few facets must reach: the least coverage, and the cosine that makes one facet enough."""

    coverage: float
    near: float


# A title names fewer of the ideas that a work treats than its abstract does.
_WITH_ABSTRACT, _TITLE_ALONE = _Bar(0.34, 0.55), _Bar(0.2, 0.45)


@dataclass(frozen=True)
class Match:
    """How far one facet is met by a text, 0 to 1."""

    facet: Weighted
    degree: float

    @property
    def found(self) -> bool:
        """Whether the text speaks of the facet."""
        return self.degree >= _FOUND


def judge_relevance(task: JudgeRelevance, embed: Embed) -> RelevanceJudgements:
    """Judge each work of the task, in its order."""
    words = vocabulary()
    facets = weighted(task.facets, words)
    matches = {work.id: matched(facets, f"{work.title}. {work.abstract}", words) for work in task.works}
    cosines = similarities(task.question, map(_shown, task.works), embed)
    judged = (_judged(work, matches[work.id], cosine) for work, cosine in zip(task.works, cosines, strict=True))
    return RelevanceJudgements(judgements=tuple(judged))


def matched(facets: Sequence[Weighted], text: str, words: Vocabulary) -> list[Match]:
    """Return how far a text meets each facet: 1 for a term in one piece, less for its words apart or some of them."""
    found = stems(text)
    present = frozenset(found)
    return [Match(item, max(_degree(term, found, present, words) for term in item.facet.terms)) for item in facets]


def _degree(term: str, found: tuple[str, ...], present: frozenset[str], words: Vocabulary) -> float:
    wanted = stems(term)
    if contains(found, wanted):
        return 1.0
    specific = {
        stem for token in words_of(term) if not is_general(token.folded) for stem in stems(token.printed)
    } or set(wanted)
    total = sum(words.rarity(stem) + 0.1 for stem in specific)
    share = sum(words.rarity(stem) + 0.1 for stem in specific if stem in present) / total if total else 0.0
    if len(specific) == 1:
        return _SEPARATE * share if len(wanted) > 1 else 0.0
    return _SEPARATE if share > 0.999 else _PARTIAL * share


def coverage(matches: Sequence[Match], most: float = _MOST_WEIGHT) -> float:
    """Return the share of the facets' weight that is met, 0 to 1, each weight at most `most`; 0 without facets."""
    weights = [min(max(match.facet.weight, _LEAST_WEIGHT), most) for match in matches]
    return sum(w * match.degree for w, match in zip(weights, matches, strict=True)) / sum(weights) if matches else 0.0


def similarities(question: str, texts: Iterable[str], embed: Embed) -> list[float]:
    """Return the mean cosine of each text with the question and its main part, rounded to four decimals."""
    rows = embed([question, main_part(question), *texts]).astype(np.float64)
    return [round(float(value), 4) for value in rows[2:] @ (rows[0] + rows[1]) / 2]


def _shown(work: WorkCard) -> str:
    return f"{work.title}. {work.abstract}".strip()


def _bar(work: WorkCard) -> _Bar:
    return _WITH_ABSTRACT if work.abstract.strip() else _TITLE_ALONE


def _covers_enough(matches: Sequence[Match], bar: _Bar) -> bool:
    found = sum(match.found for match in matches)
    return found >= _MANY or (found > 0 and coverage(matches) >= bar.coverage)


def _judged(work: WorkCard, matches: Sequence[Match], cosine: float) -> RelevanceJudgement:
    bar, close = _bar(work), min(max((cosine - _NO_MATCH) / (_FULL_MATCH - _NO_MATCH), 0.0), 1.0)
    return RelevanceJudgement(
        work_id=work.id,
        relevance=_relevance(coverage(matches, _MOST_IN_RANKING), close, work.standing),
        bears_on_question=_covers_enough(matches, bar) and _bears(matches, cosine, bar),
        reason=_reason(matches, cosine, abstract=bool(work.abstract.strip())),
    )


def _relevance(covered: float, close: float, standing: float) -> int:
    total = _COVERAGE_SHARE + _SIMILARITY_SHARE + _STANDING_SHARE
    mixed = _COVERAGE_SHARE * covered + _SIMILARITY_SHARE * close + _STANDING_SHARE * standing
    return round(100 * mixed / total)


def _bears(matches: Sequence[Match], cosine: float, bar: _Bar) -> bool:
    """Whether a work that covers enough also means the like.

    Two facets (or the only one) and a like meaning do, and so does one facet when title and abstract as a
    whole are very near to the question.
    """
    found = sum(match.found for match in matches)
    return cosine >= (_LEAST_SIMILARITY if found >= min(2, len(matches)) else bar.near)


def _reason(matches: Sequence[Match], cosine: float, *, abstract: bool) -> str:
    """Return what a text names of the question, what it names in part and what it does not."""
    found = [match.facet.facet.name for match in matches if match.found]
    partly = [match.facet.facet.name for match in matches if match.degree > 0 and not match.found]
    missing = [match.facet.facet.name for match in matches if match.degree == 0]
    plural = "" if abstract else "s"
    subject = "Title and abstract" if abstract else "There is no abstract; the title"
    if not found and not partly:
        return f"{subject} speak{plural} of none of {', '.join(missing) or 'the question'}."
    parts = [
        f"speak{plural} of {listed(found)}" if found else "",
        f"share{plural} words with {listed(partly)}" if partly else "",
        f"{'does' if plural else 'do'} not speak of {listed(missing)}" if missing else "",
    ]
    likeness = f"its mean cosine with the question and its main part is {cosine:.2f}"
    return f"{subject} {', '.join(filter(None, parts))}; {likeness}."
