"""How well search finds the right abstracts: nDCG@10 and recall@100 on SciFact (BEIR), whole abstracts.

    python -m benchmarks.retrieval --data DATA [--cache FILE]

DATA holds `claims/scifact/corpus.jsonl`, `retrieval/scifact_beir/queries.jsonl` and `retrieval/scifact_beir/qrels`.
The weight of the mix is fitted on the train queries and everything is reported on the test queries.
Encoding the corpus takes some minutes of one processor; a cache file keeps it for the next time.
"""

from __future__ import annotations

import argparse
import json
import math
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np

from juried.encoder import MiniLM, Vectors
from vectorstore.embeddings import EmbeddingCache
from vectorstore.lexical import LexicalIndex
from vectorstore.search import LEXICAL_WEIGHT, mix

Scores: TypeAlias = Mapping[str, float]
CANDIDATES = 400
WEIGHTS = tuple(step / 20 for step in range(2, 15))
ANCHORS = "Anchors (same data, whole abstracts): BM25 0.665, MiniLM 0.645, RRF 0.715, convex mix 0.735 nDCG@10."


@dataclass(frozen=True)
class Query:
    """One query with the documents that answer it, and how BM25 and the encoder score documents."""

    relevant: frozenset[str]
    bm25: Scores
    cosine: Scores


def read_lines(path: Path) -> Iterator[dict[str, object]]:
    """Yield the objects of a JSON-lines file."""
    with path.open(encoding="utf-8") as file:
        yield from map(json.loads, file)


def read_corpus(path: Path) -> dict[str, str]:
    """Return title and abstract of each document by its id."""
    texts: dict[str, str] = {}
    for item in read_lines(path):
        abstract = item["abstract"]
        sentences = [str(sentence).strip() for sentence in abstract] if isinstance(abstract, list) else [str(abstract)]
        texts[str(item["doc_id"])] = f"{item['title']}. {' '.join(sentences)}"
    return texts


def read_judgments(path: Path, corpus: Mapping[str, str]) -> dict[str, frozenset[str]]:
    """Return the relevant documents by query id; the score stands last in a row, the document before it."""
    relevant: dict[str, set[str]] = {}
    for row in path.read_text(encoding="utf-8").splitlines():
        query, *_, document, score = row.split()
        if document in corpus and score != "0":
            relevant.setdefault(query, set()).add(document)
    return {query: frozenset(found) for query, found in relevant.items()}


def prepare(
    texts: Mapping[str, str], judgments: Mapping[str, frozenset[str]], corpus: Mapping[str, str], cache: EmbeddingCache
) -> list[Query]:
    """Score the corpus for every judged query."""
    index = LexicalIndex(None)
    index.add_texts([(key, "", text) for key, text in corpus.items()])
    rows = cache.embed_now(list(corpus.values()))
    vectors = cache.embed_now([texts[key] for key in judgments])
    return [
        Query(relevant, *_candidates(index, texts[key], vector, rows, list(corpus)))
        for (key, relevant), vector in zip(judgments.items(), vectors, strict=True)
    ]


def _candidates(
    index: LexicalIndex, text: str, vector: Vectors, rows: Vectors, names: Sequence[str]
) -> tuple[Scores, Scores]:
    """Return BM25 and cosine of the best documents by either; a cosine is there for all of them."""
    found = rows.astype(np.float64) @ vector.astype(np.float64)
    nearest = {names[at] for at in np.argsort(-found, kind="stable")[:CANDIDATES]}
    bm25 = {match.id: match.score for match in index.query(text, CANDIDATES)}
    bm25 |= {match.id: match.score for match in index.query(text, len(nearest), among=nearest)}
    return bm25, {
        name: float(value) for name, value in zip(names, found, strict=True) if name in bm25 or name in nearest
    }


def ranked(scores: Scores) -> list[str]:
    """Return keys by falling score, ties by key."""
    return sorted(scores, key=lambda key: (-scores[key], key))


def fused_by_rank(query: Query, constant: int = 60) -> Scores:
    """Return the reciprocal rank fusion of both lists (Cormack et al., 2009)."""
    fused: dict[str, float] = dict.fromkeys(query.cosine, 0.0)
    for scores in (query.bm25, query.cosine):
        for rank, key in enumerate(ranked(scores), start=1):
            fused[key] += 1 / (constant + rank)
    return fused


def mixed_by_range(query: Query, weight: float) -> Scores:
    """Return the convex mix after min-max scaling over the candidates."""
    bm25 = _min_max({key: query.bm25.get(key, 0.0) for key in query.cosine})
    cosine = _min_max(query.cosine)
    return {key: weight * bm25[key] + (1 - weight) * cosine[key] for key in cosine}


def _min_max(scores: Scores) -> Scores:
    low, high = min(scores.values()), max(scores.values())
    return {key: (value - low) / ((high - low) or 1.0) for key, value in scores.items()}


def ndcg(order: Sequence[str], relevant: frozenset[str], depth: int = 10) -> float:
    """Return nDCG with binary gains (Järvelin and Kekäläinen, 2002), 0 to 1."""
    gain = sum(1 / math.log2(place + 2) for place, key in enumerate(order[:depth]) if key in relevant)
    return gain / sum(1 / math.log2(place + 2) for place in range(min(depth, len(relevant))))


def evaluate(queries: Sequence[Query], scored: Callable[[Query], Scores]) -> tuple[float, float]:
    """Return mean nDCG@10 and mean recall@100."""
    orders = [ranked(scored(query)) for query in queries]
    gains = [ndcg(order, query.relevant) for order, query in zip(orders, queries, strict=True)]
    recalls = [
        len(query.relevant.intersection(order[:100])) / len(query.relevant)
        for order, query in zip(orders, queries, strict=True)
    ]
    return sum(gains) / len(gains), sum(recalls) / len(recalls)


def _with_weight(scored: Callable[[Query, float], Scores], weight: float) -> Callable[[Query], Scores]:
    return lambda query: scored(query, weight)


def fitted(queries: Sequence[Query], scored: Callable[[Query, float], Scores]) -> float:
    """Return the weight with the best nDCG@10, the smallest of equals."""
    return max(WEIGHTS, key=lambda weight: (evaluate(queries, _with_weight(scored, weight))[0], -weight))


def _shipped(query: Query, weight: float) -> Scores:
    return mix(query.bm25, query.cosine, weight)


def report(train: Sequence[Query], test: Sequence[Query]) -> None:
    """Print the table."""
    own, ranged = fitted(train, _shipped), fitted(train, mixed_by_range)
    rows: list[tuple[str, Callable[[Query], Scores]]] = [
        ("BM25", lambda query: query.bm25),
        ("MiniLM int8", lambda query: query.cosine),
        ("rank fusion (RRF, 60)", fused_by_rank),
        (f"min-max mix, BM25 {ranged:.2f} (fitted on train)", _with_weight(mixed_by_range, ranged)),
        (f"mix as shipped, BM25 {own:.2f} (fitted on train)", _with_weight(_shipped, own)),
        (f"mix as shipped, BM25 {LEXICAL_WEIGHT:.2f} (shipped)", _with_weight(_shipped, LEXICAL_WEIGHT)),
    ]
    print(f"SciFact (BEIR), test n = {len(test)} queries, train n = {len(train)}\n")
    print(f"{'method':<46}{'nDCG@10':>9}{'recall@100':>12}{'train nDCG@10':>15}")
    for name, scored in rows:
        gain, recall = evaluate(test, scored)
        print(f"{name:<46}{gain:>9.3f}{recall:>12.3f}{evaluate(train, scored)[0]:>15.3f}")
    print(f"\n{ANCHORS}\nRequired: nDCG@10 0.735, recall@100 0.953.")


def main() -> None:
    """Read the data, encode what is not cached, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="the folder with the labelled data")
    parser.add_argument("--cache", type=Path, help="file that keeps the vectors for the next time")
    given = parser.parse_args()
    folder = given.data / "retrieval" / "scifact_beir"
    corpus = read_corpus(given.data / "claims" / "scifact" / "corpus.jsonl")
    texts = {str(item["_id"]): str(item["text"]) for item in read_lines(folder / "queries.jsonl")}
    judgments = {part: read_judgments(folder / "qrels" / f"{part}.tsv", corpus) for part in ("train", "test")}
    with tempfile.TemporaryDirectory() as temporary:
        cache = EmbeddingCache(given.cache or Path(temporary) / "vectors.sqlite", MiniLM())
        train, test = (prepare(texts, judgments[part], corpus, cache) for part in ("train", "test"))
        cache.close()
    report(train, test)


if __name__ == "__main__":
    main()
