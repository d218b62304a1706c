"""Where search puts the one paper that a question was made from, in the whole ACL Anthology.

    python -m benchmarks.lead_papers --data DATA --index FILE [--cache FILE] [--questions N] [--places N]

DATA holds `works/acl_anthology/papers.jsonl.gz`; FILE is the index of the Anthology, built from DATA when absent.
Three questions are those of published reports. The others are made by rule: three usual phrases of a paper's abstract,
some in another form or as an acronym, and two phrases of a paper near to it, which the paper itself need not name.
They are more literal than a person's questions are.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import random
import re
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np

from agents.retriever import Retriever, SourceHits, standings
from juried.backends.embedded.backend import CachedEmbedding, EmbeddedBackend
from juried.backends.embedded.facets import cut_into_phrases
from juried.backends.embedded.planning import Embed, plan_search
from juried.backends.embedded.relevance import judge_relevance
from juried.backends.embedded.vocabulary import Vocabulary, vocabulary
from juried.backends.embedded.words import is_general, runs
from juried.encoder import MiniLM
from juried.records.protocol import Protocol, SourceQuery
from juried.sources.acl_anthology import AclAnthology
from juried.sources.acl_index import AclIndex, build_index
from juried.sources.acl_records import read_line
from juried.sources.base import SearchLimits
from juried.sources.http import HttpClient
from juried.sources.metadata import Metadata
from juried.tasks import JudgeRelevance, PlanSearch, RelevanceJudgement, SourceCard, WorkCard
from vectorstore.embeddings import EmbeddingCache

PLACES = 200
DEEP = 5000
_FROM, _USES, _RARE = 2018, 30, 5.0
_SHAPES = (
    "To what extent does {x} improve the {a} of {b}, as evaluated on {y} for {c}?",
    "What is the impact of using {a} (e.g., {y}) on {b} when applied to {c} with {x}?",
    "How does the performance of {a} on {y} vary when evaluated on {b} compared to {x}, and what are the "
    "implications for {c}?",
)


@dataclass(frozen=True)
class Sought:
    """A question and the paper that it was made from."""

    question: str
    paper: str


PUBLISHED = (
    Sought(
        "To what extent does increasing the amount of Flemish Dutch pre-training data improve the cross-lingual "
        "transfer performance of speech models, as evaluated by WER on the LibriSpeech and VoxForge corpora for both "
        "high- and low-resource languages?",
        "2020.repl4nlp-1.16",
    ),
    Sought(
        "What is the impact of using multilingual pretrained language models (e.g., XLM-R, mBERT) on the F1 score of "
        "cross-lingual NER models when transferring to typologically distant low-resource languages?",
        "2021.mrl-1.5",
    ),
    Sought(
        "How does the performance of hybrid batch-trained multilingual models on the XLM-R benchmark vary when "
        "evaluated on low-resource languages compared to high-resource languages, and what are the implications for "
        "cross-lingual retrieval tasks?",
        "2021.mrl-1.5",
    ),
)


def papers_of(data: Path) -> Iterator[Metadata]:
    """Yield the Anthology's papers."""
    with gzip.open(data / "works" / "acl_anthology" / "papers.jsonl.gz", "rt", encoding="utf-8") as lines:
        yield from (paper for line in lines if (paper := read_line(line)) is not None)


def phrases_of(text: str, words: Vocabulary) -> list[str]:
    """Return the phrases of a text between borders, each once, in order."""
    cut = (piece for run in runs(text) for piece in cut_into_phrases([token.printed for token in run], words))
    kept = (" ".join(piece) for piece in cut if len(piece) <= 4 and not all(is_general(word.lower()) for word in piece))
    return list(dict.fromkeys(text if re.search("[A-Z]{2}", text) else text.lower() for text in kept))


def _usual(phrases: Sequence[str], words: Vocabulary) -> list[str]:
    return [
        text for text in phrases if words.long_forms(text) or (re.search("[ -]", text) and words.uses(text) >= _USES)
    ]


def _other_form(phrase: str, words: Vocabulary) -> str:
    return next(iter([*words.short_forms(phrase), *words.reordered(phrase), *words.long_forms(phrase)]), phrase)


def made_questions(papers: Sequence[Metadata], index: AclIndex, wanted: int, seed: int) -> list[Sought]:
    """Return questions of papers of 2018 and later that have an abstract; equal for an equal seed."""
    chance, words = random.Random(seed), vocabulary()
    by_id = {paper.key: paper for paper in papers if paper.abstract}
    pool = [paper for paper in by_id.values() if (paper.year or 0) >= _FROM]
    made = (_made(paper, by_id, index, words, chance) for paper in chance.sample(pool, len(pool)))
    return [item for item, _ in zip((item for item in made if item), range(wanted), strict=False)]


def _made(
    paper: Metadata, by_id: dict[str, Metadata], index: AclIndex, words: Vocabulary, chance: random.Random
) -> Sought | None:
    found = index.search(re.sub(r"[^\w\s-]", " ", paper.title), 60, None, None)[1]
    near = [match.id for match in found if match.id != paper.key and match.id in by_id][10:]
    own = _usual(phrases_of(paper.abstract, words), words)
    if not near or len(own) < 3:
        return None
    beside = phrases_of(by_id[chance.choice(near)].abstract, words)
    usual = [text for text in _usual(beside, words) if text not in own]
    if not usual:
        return None
    rare = [text for text in beside if words.weight(text) >= _RARE and not words.uses(text)] or usual
    a, b, c = (_other_form(text, words) if chance.random() < 0.3 else text for text in chance.sample(own, 3))
    shape = chance.choice(_SHAPES)
    return Sought(shape.format(a=a, b=b, c=c, x=chance.choice(usual), y=chance.choice(rare)), paper.key)


Ranks: TypeAlias = tuple[int | None, int | None, int | None, int | None]


async def ranks(item: Sought, source: AclAnthology, embed: Embed, places: int) -> Ranks:
    """Return where the paper stands at each step; None where it is not there.

    The steps: the raw question (5,000 hits), the hits that the queries bring, these as judged, and the judged
    without those that do not bear on the question.
    """
    raw = await source.search(SourceQuery(source="acl", text=item.question), SearchLimits(hits=DEEP))
    card = SourceCard(name="acl", query_language=source.query_language)
    plan = plan_search(PlanSearch(question=item.question, sources=(card,)), embed)
    protocol = Protocol(
        question=item.question, facets=plan.facets, queries=plan.queries, include=plan.include, exclude=plan.exclude
    )
    found = await Retriever(EmbeddedBackend(embed), EmbeddedBackend(embed)).search(source, protocol, places)
    judged = _judged(protocol, found, embed)
    return (
        _rank([hit.source_id for hit in raw.hits], item.paper),
        _rank([hit.source_id for hit in found.hits], item.paper),
        _rank([judgement.work_id for judgement in judged], item.paper),
        _rank([judgement.work_id for judgement in judged if judgement.bears_on_question], item.paper),
    )


def _judged(protocol: Protocol, found: SourceHits, embed: Embed) -> list[RelevanceJudgement]:
    standing = standings([found])
    cards = tuple(
        WorkCard(
            id=hit.source_id,
            title=hit.title,
            year=hit.year,
            venue=hit.venue,
            abstract=hit.abstract,
            standing=standing[f"{hit.source}:{hit.source_id}"],
        )
        for hit in found.hits
    )
    task = JudgeRelevance(
        question=protocol.question,
        facets=protocol.facets,
        include=protocol.include,
        exclude=protocol.exclude,
        works=cards,
    )
    return sorted(judge_relevance(task, embed).judgements, key=lambda item: (-item.relevance, item.work_id))


def _rank(order: Sequence[str], wanted: str) -> int | None:
    return order.index(wanted) + 1 if wanted in order else None


def interval(values: Sequence[float], draws: int = 2000) -> tuple[float, float]:
    """Return the 95 % percentile interval of the mean by bootstrap, with a fixed seed."""
    rows = np.random.default_rng(0).choice(np.array(values), (draws, len(values))).mean(axis=1)
    return float(np.percentile(rows, 2.5)), float(np.percentile(rows, 97.5))


def report(found: Sequence[Ranks]) -> None:
    """Print shares of questions whose paper is found, with intervals; nothing for no questions."""
    ways = ("raw question", "planned queries", "planned, judged", "judged to bear")
    print(f"\nQuestions made by rule, n = {len(found)}\n{'way':<18}{'rank <= 20':>24}{'rank <= 200':>24}{'MRR':>24}")
    for at, way in enumerate(ways if found else ()):
        column = [row[at] for row in found]
        scores = (
            [float(rank is not None and rank <= 20) for rank in column],
            [float(rank is not None and rank <= PLACES) for rank in column],
            [1 / rank if rank else 0.0 for rank in column],
        )
        cells = [
            f"{np.mean(values):.3f} ({low:.3f} to {high:.3f})" for values in scores for low, high in [interval(values)]
        ]
        print(f"{way:<18}" + "".join(f"{cell:>24}" for cell in cells))


async def measure(data: Path, file: Path, cache: EmbeddingCache, given: argparse.Namespace) -> None:
    """Measure both sets and print the tables; the index is built first when absent."""
    places = given.places
    if not file.exists():
        await build_index(data / "works" / "acl_anthology" / "papers.jsonl.gz", file)
    index, embed = AclIndex(file), CachedEmbedding(cache.embed_now)
    made = made_questions(list(papers_of(data)), index, given.questions, given.seed)
    index.close()
    source = AclAnthology(HttpClient(), file)
    print("question  lead paper           raw | planned | judged | judged to bear   (- is not there)")
    for number, item in enumerate(PUBLISHED):
        row = await ranks(item, source, embed, places)
        print(f"{number:<10}{item.paper:<21}" + " | ".join(str(rank or "-") for rank in row), flush=True)
    report([await ranks(item, source, embed, places) for item in made])
    await source.aclose()


def main() -> None:
    """Read the arguments and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="the folder with the labelled data")
    parser.add_argument("--index", type=Path, required=True, help="the index of the Anthology")
    parser.add_argument("--cache", type=Path, help="file that keeps the vectors for the next time")
    parser.add_argument("--questions", type=int, default=100, help="how many to make by rule")
    parser.add_argument("--seed", type=int, default=1, help="of the choice of papers")
    parser.add_argument("--places", type=int, default=PLACES, help="hits to take, as juried run --max-works does")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        cache = EmbeddingCache(given.cache or Path(temporary) / "vectors.sqlite", MiniLM())
        asyncio.run(measure(given.data, given.index, cache, given))
        cache.close()


if __name__ == "__main__":
    main()
