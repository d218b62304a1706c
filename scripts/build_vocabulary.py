"""Builds juried/models/vocabulary/scholarly.json from abstracts: acronyms, phrases and how common words are.

Usage: python scripts/build_vocabulary.py ANTHOLOGY_JSONL_GZ SCIFACT_CORPUS_JSONL [--out FILE]

Acronyms are found by the algorithm of Schwartz and Hearst (2003) on "long form (SHORT)". Phrases are
the runs between borders that occur in many titles and abstracts. Only counts and short phrases are
kept, of works whose licence allows it: the Anthology from 2016 on (CC BY 4.0), SciFact's corpus (ODC-By).
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from juried.backends.embedded.words import is_general, printed, runs, stems, stems_of
from juried.text.words import words as words_of

OUT = Path(__file__).resolve().parents[1] / "juried" / "models" / "vocabulary" / "scholarly.json"
LICENCE = (
    "Counts and short phrases derived from ACL Anthology metadata, 2016 and later (CC BY 4.0, aclanthology.org), and "
    "from the abstracts of the SciFact corpus (S2ORC, ODC-By 1.0). The file itself is CC BY 4.0."
)
_SHORT = re.compile(r"\(([A-Za-z][A-Za-z0-9-]{1,9})s?\)")


def anthology_texts(path: Path) -> Iterator[tuple[str, str]]:
    """Yield title and abstract of each Anthology work of 2016 and later that has an abstract."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            if row["abstract"] and int(row["year"]) >= 2016:
                yield row["title"], row["abstract"]


def scifact_texts(path: Path) -> Iterator[tuple[str, str]]:
    """Yield title and abstract of each work of the SciFact corpus."""
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        yield row["title"], " ".join(row["abstract"])


def long_form(before: str, short: str) -> str | None:
    """Return the words before a bracket that the short form abbreviates, or None (Schwartz and Hearst, 2003)."""
    words = before.split()
    window = " ".join(words[-min(len(short) + 5, 2 * len(short)) :])
    at = len(window) - 1
    for index in range(len(short) - 1, -1, -1):
        char = short[index].lower()
        if not char.isalnum():
            continue
        while at >= 0 and (
            window[at].lower() != char
            or (index == 0 and at > 0 and (window[at - 1].isalnum() or window[at - 1] == "-"))
        ):
            at -= 1
        if at < 0:
            return None
        at -= 1
    found = window[at + 1 :].strip(" -")
    return found if _is_long_form(found, short) else None


def _is_long_form(found: str, short: str) -> bool:
    words = found.split()
    if not words or len(found) <= len(short) or short.lower() in (word.lower() for word in words):
        return False
    if re.search(r"[()\[\],;:.\"“”%\\${}]", found) or words[0].lower() in ("a", "an", "the", "of", "and", "our", "we"):
        return False
    return len(words) <= 2 * len(short)


def acronyms_of(text: str) -> set[tuple[str, str]]:
    """Return the (short, long) pairs that a text defines, the long form in lower case unless a name."""
    found = set()
    for match in _SHORT.finditer(text):
        short = match.group(1)
        if sum(char.isupper() for char in short) < 2:
            continue
        long = long_form(text[: match.start()], short)
        if long:
            found.add((short, _plain_case(long)))
    return found


def _plain_case(long: str) -> str:
    """Lower the case of capitalised words ("Named Entity"), not of names with inner capitals ("BERT")."""
    return re.sub(r"(?<![\w])[A-Z][a-z]+(?![\w])", lambda match: match.group().lower(), long)


def kept_acronyms(pairs: Counter[tuple[str, str]], least: int) -> dict[str, list[str]]:
    """Return short -> long forms, most frequent first: at least `least` works and a fifth of the short form's uses."""
    by_short: dict[str, Counter[tuple[str, ...]]] = defaultdict(Counter)
    spelling: dict[tuple[str, tuple[str, ...]], Counter[str]] = defaultdict(Counter)
    for (short, long), count in sorted(pairs.items()):
        by_short[short][stems(long)] += count
        spelling[short, stems(long)][long] += count
    kept: dict[str, list[str]] = {}
    for short, longs in sorted(by_short.items()):
        total = sum(longs.values())
        good = [
            key
            for key, n in sorted(longs.items(), key=lambda item: (-item[1], item[0]))
            if n >= least and 5 * n >= total
        ]
        if good:
            kept[short] = [
                min(spelling[short, key].items(), key=lambda item: (-item[1], item[0]))[0] for key in good[:2]
            ]
    return kept


def united(first: dict[str, list[str]], second: dict[str, list[str]]) -> dict[str, list[str]]:
    """Return the long forms of both collections, the first collection's before the second's."""
    shorts = sorted({*first, *second})
    return {short: list(dict.fromkeys([*first.get(short, []), *second.get(short, [])])) for short in shorts}


class Counts:
    """What is counted over the works of one collection."""

    def __init__(self) -> None:
        self.works = 0
        self.words: Counter[str] = Counter()
        self.pairs: Counter[tuple[str, str]] = Counter()
        self.phrases: Counter[tuple[str, ...]] = Counter()
        self.spelling: dict[tuple[str, ...], Counter[str]] = defaultdict(Counter)

    def add(self, title: str, abstract: str) -> None:
        """Count one work; each word and phrase counts once per work."""
        text = f"{title}. {abstract}"
        self.works += 1
        self.words.update({part for token in words_of(text) for part in stems_of(token.printed)})
        self.pairs.update(acronyms_of(text))
        seen: dict[tuple[str, ...], str] = {}
        for run in runs(text):
            if 2 <= len(run) <= 4:
                seen.setdefault(stems(printed(run)), printed(run))
        for key, phrase in seen.items():
            self.phrases[key] += 1
            self.spelling[key][phrase if phrase.isupper() else _plain_case(phrase)] += 1


def counted(texts: Iterable[tuple[str, str]]) -> Counts:
    """Count a whole collection."""
    counts = Counts()
    for title, abstract in texts:
        counts.add(title, abstract)
    return counts


def word_shares(collections: list[Counts], least: int) -> dict[str, int]:
    """Return stem -> works per 10,000 that use it, the most of any collection, for stems in `least` works or more."""
    shares: dict[str, int] = {}
    for counts in collections:
        for word, n in counts.words.items():
            if n >= least and not word.isdigit():
                shares[word] = max(shares.get(word, 0), round(10_000 * n / counts.works))
    return {word: share for word, share in sorted(shares.items()) if share >= 4}


def kept_phrases(counts: Counts, least: int) -> dict[str, int]:
    """Return phrase -> number of works, for phrases in at least `least` works."""
    kept = {}
    for key, n in sorted(counts.phrases.items()):
        words = min(counts.spelling[key]).lower().split()
        if n >= least and not all(is_general(word) for word in words):
            spelling = min(counts.spelling[key].items(), key=lambda item: (-item[1], item[0]))[0]
            kept[spelling] = n
    return kept


def main() -> None:
    """Read both collections and write the vocabulary."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("anthology", type=Path)
    parser.add_argument("scifact", type=Path)
    parser.add_argument("--out", type=Path, default=OUT)
    given = parser.parse_args()
    language, biology = counted(anthology_texts(given.anthology)), counted(scifact_texts(given.scifact))
    acronyms = united(kept_acronyms(language.pairs, 4), kept_acronyms(biology.pairs, 3))
    phrases = kept_phrases(biology, 6) | kept_phrases(language, 20)
    vocabulary = {
        "licence": LICENCE,
        "works": {"acl_anthology": language.works, "scifact": biology.works},
        "acronyms": acronyms,
        "phrases": dict(sorted(phrases.items())),
        "words": word_shares([language, biology], 5),
    }
    given.out.parent.mkdir(parents=True, exist_ok=True)
    given.out.write_text(
        json.dumps(vocabulary, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n", encoding="utf-8"
    )
    print({key: len(value) for key, value in vocabulary.items()}, given.out.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
