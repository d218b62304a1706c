"""Which rows and columns a claim names: labels found in its words by spelling, stem, acronym and metric name."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from juried.measurement_labels import clean_label, clean_system
from juried.measurement_terms import find_metrics, letter_metric
from juried.table_claims.grid import AXES, Axis, Grid, Line
from juried.table_claims.spelling import LANGUAGES, begins
from juried.text.words import STOPWORDS, stem

_TOKEN = re.compile(r"[A-Za-zÀ-ÿΑ-ω]+|\d+(?:\.\d+)?|[+#@Δ]")
_OURS = re.compile(r"\b(?:our|ours|proposed|this work|we)\b", re.IGNORECASE)
_LISTED = re.compile(r"[,;]\s|\band\b")
_LONGEST = 8
_VAGUE = frozenset(
    stem(word)
    for word in ["model", "method", "system", "approach", "baseline", "result", "set", "data", "test", "dev", "all"]
)


@dataclass(frozen=True)
class Token:
    """A word, number or plus sign of a text with its place and its stem."""

    text: str
    start: int
    end: int
    root: str


@dataclass(frozen=True)
class Mention:
    """Lines of one axis that a piece of a claim names; `level` is the header level, `score` 1 for the whole label.

    `start` and `end` are offsets into the claim.
    """

    axis: Axis
    lines: frozenset[Line]
    level: int
    start: int
    end: int
    score: float
    label: str


@dataclass(frozen=True)
class Head:
    """One header text of an axis with its level and the lines beneath it."""

    axis: Axis
    lines: frozenset[Line]
    level: int
    label: str

    def mention(self, start: int, end: int, score: float) -> Mention:
        """Return a mention of this header at a place of a claim."""
        return Mention(self.axis, self.lines, self.level, start, end, score, self.label)


@lru_cache(maxsize=5000)
def tokens(text: str) -> tuple[Token, ...]:
    """Return the words, numbers and plus signs of a text, in order."""
    return tuple(
        Token(found.group().lower(), found.start(), found.end(), stem(found.group()))
        for found in _TOKEN.finditer(text.replace("\u00a0", " "))
    )


def _key(found: Iterable[Token], rooted: bool = False) -> str:
    return "".join(token.root if rooted else token.text for token in found)


def forms(label: str) -> tuple[str, ...]:
    """Return the ways in which prose may print a label: without citation, without brackets, its abbreviation."""
    clean = clean_label(label)
    bare = re.sub(r"\s*[(\[][^()\[\]]*[)\]]\s*", " ", clean).strip()
    inner = re.findall(r"[(\[]([A-Za-z][^()\[\]]*)[)\]]", clean)
    signless = re.sub(r"^(?:[-–−+/&]|w/o|w/|with|without|no)\s*", "", clean)
    wordy = [word for word in re.findall(r"[A-Za-z]+", bare) if word.lower() not in STOPWORDS]
    acronym = "".join(word[0] for word in wordy).upper() if len(wordy) > 2 else ""
    language = LANGUAGES.get(clean.lower(), "") if clean.islower() or clean.isupper() or clean.istitle() else ""
    found = (clean, clean_system(label), bare, *inner, signless, acronym, language)
    return tuple(dict.fromkeys(form for form in found if form and _tells(form)))


def _tells(form: str) -> bool:
    held = tokens(form)
    worded = any(token.text.isalpha() for token in held)
    return worded and (len(held) > 1 or held[0].text not in STOPWORDS)


def find_mentions(claim: str, grid: Grid) -> tuple[Mention, ...]:
    """Return the lines that a claim names, in the order of the claim; where two names overlap the longer one counts."""
    spans = _spans(claim)
    found: list[Mention] = []
    for axis in AXES:
        for (level, label), lines in _labels(grid, axis).items():
            head = Head(axis, lines, level, label)
            found.extend(_whole(claim, head, spans))
            found.extend(_numbered(claim, head, grid))
            found.extend(_metric(claim, head))
        found.extend(_partial(claim, grid, axis))
        found.extend(_shared(claim, grid, axis))
    return _longest(found)


def _labels(grid: Grid, axis: Axis) -> dict[tuple[int, str], frozenset[Line]]:
    """Return the header texts of an axis by level, with the lines beneath each."""
    held: dict[tuple[int, str], set[Line]] = defaultdict(set)
    for line in grid.lines(axis):
        for level, label in enumerate(line.path):
            held[level, label].add(line)
        if len(line.path) > 1:
            held[len(line.path), " ".join(line.path)].add(line)
    return {key: frozenset(lines) for key, lines in held.items()}


def _spans(claim: str) -> dict[str, list[tuple[int, int]]]:
    """Return the places of every run of words of a claim by its joined spelling and its joined stems."""
    held, found = tokens(claim), defaultdict(list)
    for start in range(len(held)):
        for stop in range(start + 1, min(start + _LONGEST, len(held)) + 1):
            run = held[start:stop]
            for key in {_key(run), _key(run, rooted=True)}:
                found[key].append((run[0].start, run[-1].end))
    return found


def _whole(claim: str, head: Head, spans: dict[str, list[tuple[int, int]]]) -> Iterator[Mention]:
    for number, form in enumerate(forms(head.label)):
        held = tokens(form)
        if len(_key(held)) < 2 and not form.isupper():
            continue
        for key in {_key(held), _key(held, rooted=True)}:
            for start, end in spans.get(key, ()):
                if _LISTED.search(claim[start:end]) and not _LISTED.search(head.label):
                    continue
                yield head.mention(start, end, 1.0 if number == 0 else 0.95 if number < 3 else 0.8)


def _numbered(claim: str, head: Head, grid: Grid) -> Iterator[Mention]:
    """Yield mentions of labels that are numbers, by the word above them ("m = 4", "layer 4", "3-step")."""
    clean = clean_label(head.label)
    if not re.fullmatch(r"[\d.,]+[kKMB%]?", clean) or head.axis != "row":
        return
    for above in grid.table.corner:
        word = re.sub(r"[^A-Za-z]+", " ", above).strip().rstrip("s")
        if not word:
            continue
        one = (
            rf"\b{re.escape(word)}s?\s*(?:=|of|is)?\s*{re.escape(clean)}(?![\d.]*\d)|"
            rf"(?<![\d.]){re.escape(clean)}[- ]{re.escape(word)}"
        )
        for found in re.finditer(one, claim, re.IGNORECASE):
            yield head.mention(found.start(), found.end(), 1.0)


def _metric(claim: str, head: Head) -> Iterator[Mention]:
    clean = clean_label(head.label)
    named = {name for name, _, _ in find_metrics(clean)} | ({letter_metric(clean)} - {""})
    if len(named) != 1:
        return
    rest = [t for t in tokens(head.label) if t.text.isalpha() and t.root not in _VAGUE]
    for name, start, end in find_metrics(claim):
        if name in named:
            yield head.mention(start, end, 0.9 if len(rest) <= 1 else 0.7)


def _partial(claim: str, grid: Grid, axis: Axis) -> Iterator[Mention]:
    """Yield mentions by a word that stands in one label of the axis only."""
    held = _labels(grid, axis)
    single = {key: lines for key, lines in held.items() if key[0] < max((len(line.path) for line in lines), default=0)}
    counts: Counter[str] = Counter(root for _, label in single for root in {t.root for t in tokens(label)})
    places: dict[str, list[tuple[int, int]]] = defaultdict(list)
    spoken = tokens(claim)
    for root in sorted(counts):
        places[root] = [(t.start, t.end) for t in spoken if t.root == root or begins(root, t.text)]
    for (level, label), lines in single.items():
        own = {t.root for t in tokens(label) if t.text.isalpha() and t.text not in STOPWORDS and t.root not in _VAGUE}
        known = [root for root in sorted(own) if len(root) > 2 and places[root]]
        rare = [root for root in known if counts[root] == 1]
        for root in rare:
            for start, end in places[root]:
                yield Mention(axis, lines, level, start, end, 0.3 + 0.4 * len(known) / len(own), label)


def _shared(claim: str, grid: Grid, axis: Axis) -> Iterator[Mention]:
    """Yield mentions by a word that several labels of one level share, but not most of them ("HDSA + greedy")."""
    holders: dict[tuple[int, str], set[Line]] = defaultdict(set)
    printed: dict[str, str] = {}
    for line in grid.lines(axis):
        for level, label in enumerate(line.path):
            for token in filter(_telling_word, tokens(clean_label(label))):
                holders[level, token.root].add(line)
                printed[token.root] = clean_label(label)[token.start : token.end]
    for token in tokens(claim):
        for (level, root), lines in sorted(holders.items()):
            if root == token.root and 1 < len(lines) < 0.67 * len(grid.lines(axis)):
                named = sum(char.isupper() for char in printed[root]) > 1
                yield Mention(
                    axis, frozenset(lines), level, token.start, token.end, 0.65 if named else 0.45, printed[root]
                )


def _telling_word(token: Token) -> bool:
    return token.text.isalpha() and len(token.text) > 1 and token.text not in STOPWORDS and token.root not in _VAGUE


def _longest(found: list[Mention]) -> tuple[Mention, ...]:
    """Keep the mentions that no longer or surer one covers; of equal places the best score."""
    kept: list[Mention] = []
    order = sorted(
        found,
        key=lambda m: (-m.score if m.score < 0.7 else -1, -(m.end - m.start), -m.score, m.start, m.level, m.label),
    )
    for mention in order:
        clash = [k for k in kept if k.start < mention.end and mention.start < k.end]
        if any(
            (k.start, k.end) != (mention.start, mention.end) or (k.axis == mention.axis and k.score > mention.score)
            for k in clash
        ):
            continue
        if not any(k.axis == mention.axis and k.lines == mention.lines for k in clash):
            kept.append(mention)
    return tuple(sorted(kept, key=lambda m: (m.start, m.end, m.axis, m.level, m.label)))


def own_lines(claim: str, grid: Grid) -> tuple[Mention, ...]:
    """Return the line that "our model" means: the one labelled so; none when no label says so."""
    spoken = _OURS.search(claim)
    if not spoken:
        return ()
    found = []
    for axis in AXES:
        lines = frozenset(
            line
            for line in grid.lines(axis)
            if re.search(r"\b(?:ours?|proposed|this work)\b", " ".join(line.path), re.I)
        )
        if lines and len(lines) < len(grid.lines(axis)):
            found.append(Mention(axis, lines, 0, spoken.start(), spoken.end(), 0.8, "ours"))
    return tuple(found)
