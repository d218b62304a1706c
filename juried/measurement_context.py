"""What a paper's own text adds to its tables: the data sets that it names, the name of its system, and the
sentences that say what a table shows.

Only what is said once and of one thing counts: two names, or two tables in a sentence, tell nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from juried.measurement_captions import only_metric, place_of_caption
from juried.measurement_names import find_datasets, find_tasks, is_language
from juried.measurement_terms import find_metrics, looks_like_system
from juried.records.document import Document, Table
from juried.text.sentences import split_sentences
from juried.text.words import word_set

_NAMED_SET = re.compile(
    r"(?<![\w-])(?P<name>[A-Z][\w+/-]*(?: (?:[A-Z][\w+/-]*|\d{1,4}(?:\.\d)?)){0,2}) "
    r"(?:data ?sets?|corpus|corpora|benchmarks?|treebanks?|test sets?)(?![\w-])"
)
_LEADING = re.compile(r"^(?:The|This|These|Our|We|In|On|For|Both|Each|All|Two|Three|A|An|And|Using|Of)\b ?")
_FIELDS = word_set("QA NLI MT NMT NLP NLU NLG RC POS SRL RE IE ML AI IR ASR SMT LM ACL EMNLP")
_COINED = re.compile(r"[a-z][A-Z]|[A-Z]{2}|[A-Za-z]-?\d")
_NAME = r"(?P<name>[A-Z][\w+-]*(?:[A-Z]|\d)[\w+-]*)"
_TITLE_NAME = re.compile(rf"{_NAME}\s?: ")
_PROPOSES = re.compile(
    r"\b(?:[Ww]e|paper|work) (?:\w+ly |also |then |further )?(?:propose|introduce|present|develop)s? "
    rf"(?:(?:a|an|the|our) )?(?:"
    rf"{_NAME}(?=[ ,(])|[^.;]{{5,90}}?(?:,? (?:called|named|dubbed|termed|namely) |\()"
    rf"{_NAME.replace('name', 'second')}(?=[ ,.)]))"
)
_SHOWS = re.compile(
    r"\b(?:shows?|reports?|presents?|lists?|gives?|summari[sz]es?|compares?|contains?|provides?|displays?|"
    r"reported|shown|presented|listed|given|summari[sz]ed|results|performance|scores)\b"
)
_ANY_TABLE = re.compile(r"\b(?:Tables?|Tab\.) (?:[A-Z]?\d+|[IVX]+)")
Place = tuple[int, int]


@dataclass(frozen=True)
class Named:
    """A name or value that the running text gives, with the offsets of the sentence that gives it."""

    text: str
    place: Place


@dataclass(frozen=True)
class Context:
    """What a document's prose says once for all of its tables.

    Attributes:
        datasets: Names that the prose calls a data set, corpus or benchmark, in lower case.
        own: The one name that the paper gives to its own system, None when it gives none or several.
    """

    datasets: frozenset[str]
    own: Named | None


NOTHING_SAID = Context(frozenset(), None)


@dataclass(frozen=True)
class Said:
    """What the sentences that refer to one table say of it; None where they say nothing or several things."""

    metric: Named | None = None
    dataset: Named | None = None
    split: str = ""


NO_WORD = Said()


def context_of(document: Document) -> Context:
    """Return what the prose of a document names; nothing for a document without prose."""
    datasets: set[str] = set()
    for block in document.blocks:
        if block.kind in ("paragraph", "abstract", "caption", "list_item"):
            datasets.update(_named_sets(document.text[block.start : block.end]))
    return Context(frozenset(datasets), _own_name(document, datasets))


def _named_sets(text: str) -> set[str]:
    found = set()
    for match in _NAMED_SET.finditer(text):
        name = _LEADING.sub("", match["name"]).strip()
        odd = name in _FIELDS or is_language(name) or bool(find_tasks(name)) or bool(find_metrics(name))
        if _COINED.search(name) and not odd and not looks_like_system(name):
            found.add(name.lower())
    return found


def _own_name(document: Document, datasets: set[str]) -> Named | None:
    """Return the name before the colon of the title, or the one that the opening paragraphs propose."""
    titled = _TITLE_NAME.match(document.title)
    begin = document.text.find(document.title) if titled else -1
    if titled and begin >= 0 and titled["name"].lower() not in datasets:
        return Named(titled["name"], (begin, begin + len(document.title)))
    found: dict[str, Place] = {}
    for block in [b for b in document.blocks if b.kind in ("paragraph", "abstract")][:8]:
        text = document.text[block.start : block.end]
        for start, end in split_sentences(text):
            for match in _PROPOSES.finditer(text[start:end]):
                found.setdefault(match["name"] or match["second"], (block.start + start, block.start + end))
    names = {name: place for name, place in found.items() if name.lower() not in datasets and name not in _FIELDS}
    return Named(*names.popitem()) if len(names) == 1 else None


def said_of(document: Document, table: Table, context: Context) -> Said:
    """Return what the sentences that name a table and no other one say of its metric and its data set or task."""
    metrics: dict[str, Place] = {}
    places: dict[tuple[str, str], Place] = {}
    for sentence, place in _referring(document, table):
        metric, where = only_metric(sentence), place_of_caption(sentence, context.datasets)
        if metric:
            metrics.setdefault(metric, place)
        elif find_metrics(sentence):
            metrics.setdefault("several", place)
        if where[0]:
            places.setdefault(where, place)
        elif len({*find_datasets(sentence), *find_tasks(sentence)}) > 1:
            places.setdefault(("several", ""), place)
    metric_said = next(Named(*item) for item in metrics.items()) if len(metrics) == 1 else None
    (dataset, split), at = next(iter(places.items())) if len(places) == 1 else (("several", ""), (0, 0))
    return Said(
        metric=metric_said if metric_said and metric_said.text != "several" else None,
        dataset=None if dataset == "several" else Named(dataset, at),
        split=split,
    )


def _referring(document: Document, table: Table) -> list[tuple[str, Place]]:
    """Return the sentences of the prose that say what a table shows, with their offsets."""
    number = re.fullmatch(r"(?:Table|TABLE) (\S+)", table.label)
    if not number:
        return []
    own = re.compile(rf"\b(?:Table|Tab\.) {re.escape(number.group(1))}(?![\w.]*\w)")
    found = []
    for block in document.blocks:
        text = document.text[block.start : block.end]
        if block.kind not in ("paragraph", "list_item") or not own.search(text):
            continue
        for start, end in split_sentences(text):
            sentence = text[start:end]
            if own.search(sentence) and _SHOWS.search(sentence) and len(_ANY_TABLE.findall(sentence)) == 1:
                found.append((sentence, (block.start + start, block.start + end)))
    return found
