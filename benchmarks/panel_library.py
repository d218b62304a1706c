"""What the panel is tried on: real works with the claims that a run extracts from them, and their defective twins."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from agents.evidence import Library
from agents.extractor import Extractor
from benchmarks.defects import DEFECTS, Defect, fairly_reworded, limiting_sentence, reword
from juried.backends.embedded.backend import EmbeddedBackend
from juried.documents.abstract import abstract_document
from juried.documents.builder import DocumentBuilder
from juried.documents.dispatch import parse
from juried.encoder import MiniLM
from juried.labelled import gives_copies, load_pairs, measures, read_lines
from juried.mutants import choice
from juried.records.base import sha256, short_id
from juried.records.claim import Claim
from juried.records.document import Document, Span
from juried.records.work import StatusNote, Work
from juried.text.words import names
from vectorstore.chunking import chunk_document
from vectorstore.embeddings import EmbeddingCache
from vectorstore.lexical import LexicalIndex
from vectorstore.search import HybridSearch
from vectorstore.store import ChunkStore

PAPERS = Path(__file__).resolve().parents[1] / "examples" / "low-resource-nlp" / "papers"
_TEXT_CLAIMS, _TABLE_CLAIMS, _OF_ABSTRACT = 8, 8, 2
_SCIFACT_PART, _ANTHOLOGY_PART = 2, 12


@dataclass(frozen=True)
class Trial:
    """A claim that the panel tries: true (defect None) or with a defect; `origin` says where the true one is from."""

    claim: Claim
    work: Work
    document: Document
    origin: str
    defect: Defect | None = None


async def true_trials(data: Path) -> list[Trial]:
    """Return true claims as the embedded backend extracts them: of abstracts two, of papers eight, with rows of tables.

    Of SciFact's abstracts only those are taken that no claim cites and of which the verifier has seen nothing.
    """
    backend, trials = EmbeddedBackend(), []
    for origin, work, document in [*_abstracts(data), *_papers()]:
        found = await Extractor(backend).extract("", work, document, chunk_document(document))
        held = [claim for claim in found.claims if claim.spans]
        rows = [claim for claim in held if claim.measurement is not None and claim.measurement.row is not None]
        prose = [claim for claim in held if claim not in rows]
        taken = _some(prose, _TEXT_CLAIMS if origin == "papers" else _OF_ABSTRACT) + _some(rows, _TABLE_CLAIMS)
        trials += [Trial(claim, work, document, "rows" if claim in rows else origin) for claim in taken]
    return trials


def _some(claims: Sequence[Claim], count: int) -> list[Claim]:
    return sorted(claims, key=lambda claim: sha256(claim.id))[:count]


def _abstracts(data: Path) -> list[tuple[str, Work, Document]]:
    cited = {pair.source for split in ("train", "dev") for pair in load_pairs(data / "claims", "scifact", split)}
    made = []
    for row in read_lines(data / "claims" / "scifact" / "corpus.jsonl"):
        source, sentences = str(row["doc_id"]), row["abstract"]
        held_out = gives_copies(source) and measures(source) and choice(source + "panel", _SCIFACT_PART) == 0
        if source not in cited and held_out and isinstance(sentences, list) and len(sentences) > 2:
            made.append(("scifact", source, str(row["title"]), " ".join(map(str, sentences))))
    for row in read_lines(data / "works" / "acl_anthology" / "subset_crosslingual_ner.jsonl"):
        if choice(str(row["id"]), _ANTHOLOGY_PART) == 0 and row["abstract"]:
            made.append(("anthology", str(row["id"]), str(row["title"]), str(row["abstract"])))
    works = [(origin, Work(id=f"W-{name}", title=title, abstract=text)) for origin, name, title, text in made]
    return [(origin, work, abstract_document(work.title, work.abstract)) for origin, work in works]


def _papers() -> list[tuple[str, Work, Document]]:
    read = [(path, parse(path.read_bytes(), path.name)) for path in sorted(PAPERS.iterdir())]
    return [
        ("papers", Work(id=f"W-{path.stem}", title=document.title or path.stem), document)
        for path, document in read
        if isinstance(document, Document)
    ]


def fair_trials(trials: Sequence[Trial]) -> list[Trial]:
    """Return the prose claims that can be said in slightly other words, so said; they are as true as before."""
    said = [(trial, fairly_reworded(trial.claim.text)) for trial in trials if trial.origin != "rows"]
    return [
        replace(trial, claim=trial.claim.model_copy(update={"id": f"{trial.claim.id}-fair", "text": text}))
        for trial, text in said
        if text
    ]


def reworded_trials(data: Path) -> list[Trial]:
    """Return SciFact dev claims that people wrote and judged supported, each quoting a sentence that supports it."""
    titles = {str(row["doc_id"]): str(row["title"]) for row in read_lines(data / "claims" / "scifact" / "corpus.jsonl")}
    trials = []
    for pair in load_pairs(data / "claims", "scifact", "dev"):
        if pair.label == "supports":
            work = Work(id=f"W-{pair.source}", title=titles[pair.source], abstract=" ".join(pair.sentences))
            document = abstract_document(work.title, work.abstract)
            quotes = [pair.sentences[place] for place in pair.evidence[0]]
            spans = [(document.text.find(quote), quote) for quote in quotes]
            if all(start >= 0 for start, _ in spans):
                claim = _claim(pair.claim, work, document, spans)
                trials.append(Trial(claim, work, document, "reworded"))
    return trials


def _claim(text: str, work: Work, document: Document, spans: Sequence[tuple[int, str]]) -> Claim:
    return Claim(
        id=short_id("C", work.id, text),
        work_id=work.id,
        document=document.sha256,
        kind="finding",
        text=text,
        quote=" ".join(quote for _, quote in spans),
        spans=tuple(Span(document=document.sha256, start=a, end=a + len(q), quote=q) for a, q in spans),
    )


def defective(trials: Sequence[Trial], most: int) -> list[Trial]:
    """Return at most so many defective twins of each kind and origin, chosen by hash."""
    own_names = {trial.work.id: sorted({word.printed for word in names(trial.document.text)}) for trial in trials}
    made: dict[tuple[str, Defect, bool], list[Trial]] = {}
    for trial in sorted(trials, key=lambda trial: sha256(trial.claim.id + trial.claim.text)):
        rest = [item for item in trials if item.work.id != trial.work.id] or [trial]
        other = rest[choice(trial.claim.id + "other", len(rest))]
        for defect in DEFECTS:
            for twin in _planted(trial, defect, other, own_names[trial.work.id]):
                held = made.setdefault((trial.origin, defect, twin.document is trial.document), [])
                held += [twin] if len(held) < most else []
    return [trial for held in made.values() for trial in held]


def _planted(trial: Trial, defect: Defect, other: Trial, rivals: Sequence[str]) -> list[Trial]:
    """Return the defective twins of one trial; a missing limitation may stand beside the finding, or elsewhere."""
    if defect == "retracted source":
        notice = StatusNote(kind="retracted", evidence="planted")
        work = trial.work.model_copy(update={"id": f"{trial.work.id}-retracted", "status": (notice,)})
        claim = trial.claim.model_copy(update={"id": f"{trial.claim.id}-retracted", "work_id": work.id})
        return [replace(trial, claim=claim, work=work, defect=defect)]
    if defect == "swapped citation":
        if other.work.id == trial.work.id or other.origin == "rows" or trial.origin == "rows":
            return []
        claim = other.claim.model_copy(update={"id": f"{trial.claim.id}-citation", "text": trial.claim.text})
        return [replace(other, claim=claim, origin=trial.origin, defect=defect)]
    if trial.origin == "rows" and defect not in ("wrong number", "swapped system"):
        return []
    text = reword(trial.claim.text, defect, _capitalised(rivals))
    claim = trial.claim.model_copy(update={"id": f"{trial.claim.id}-{defect.replace(' ', '-')}", "text": text})
    return ([replace(trial, claim=claim, defect=defect)] if text else []) + (
        _limited_elsewhere(trial) if defect == "missing limitation" else []
    )


def _capitalised(found: Sequence[str]) -> list[str]:
    return [name for name in found if sum(char.isupper() for char in name) > 1]


def _limited_elsewhere(trial: Trial) -> list[Trial]:
    """Return a twin whose work limits the finding in a section of its own, which the claim does not tell."""
    limit = limiting_sentence(trial.claim.text)
    if limit is None or trial.origin not in ("scifact", "anthology"):
        return []
    builder = DocumentBuilder(b"", "text", trial.work.title)
    builder.title(trial.work.title)
    builder.heading("Abstract", 1)
    builder.block("paragraph", trial.work.abstract)
    builder.heading("Limitations", 1)
    builder.block("paragraph", limit)
    document = builder.finish()
    document = document.model_copy(update={"sha256": sha256(document.text)})
    start = document.text.find(trial.claim.spans[0].quote)
    if start < 0:
        return []
    work = trial.work.model_copy(update={"id": f"{trial.work.id}-limited"})
    claim = _claim(trial.claim.text, work, document, [(start, trial.claim.spans[0].quote)])
    return [replace(trial, claim=claim, work=work, document=document, defect="missing limitation")]


async def library_of(trials: Sequence[Trial], folder: Path) -> Library:
    """Return the library that evidence is retrieved from: the documents of all trials, in a store below a folder.

    A document of several works (a work and its retracted twin) is filed under the first of them.
    """
    cache_ = EmbeddingCache(folder / "embeddings.sqlite", MiniLM(threads=1))
    search = HybridSearch(ChunkStore(folder / "chroma", cache_), LexicalIndex(folder / "lexical.sqlite"), cache_)
    documents = {trial.document.sha256: trial.document for trial in trials}
    for _, document in sorted(documents.items()):
        await search.add(document)
    work_of = {trial.document.sha256: trial.work.id for trial in sorted(trials, key=lambda t: t.work.id, reverse=True)}
    return Library(
        chunks=cache(lambda digest: chunk_document(documents[digest])),
        work_of=work_of,
        claims={trial.claim.id: trial.claim for trial in trials},
        quantities=(),
        search=search,
    )


def write_trials(trials: Sequence[Trial], path: Path) -> None:
    """Write what was tried, one line each, for reading by hand."""
    rows = [{"origin": t.origin, "defect": t.defect, "claim": t.claim.text, "quote": t.claim.quote} for t in trials]
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
