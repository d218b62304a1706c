"""When two titles, and two lists of authors, are those of one work."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from itertools import zip_longest

_MARKUP = re.compile(r"<[^<>]{1,40}>|\\[a-zA-Z]+|[${}]")
_STATUS = re.compile(r"^\W*(?:retracted|withdrawn)(?: article)?\b\W*[:\]]\s*", re.IGNORECASE)
_SUFFIXES = frozenset({"jr", "sr", "ii", "iii", "iv", "phd", "md"})
_LEAST_WORDS = 5


def fold(text: str) -> str:
    """Return a text in lower case, without accents, with compatible characters made one."""
    wide = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(char for char in wide if not unicodedata.combining(char))
    return plain.replace("\u00f8", "o").replace("\u0142", "l").replace("\u0111", "d")


def title_words(title: str) -> tuple[str, ...]:
    """Return the words of a title, folded, without markup and notices such as `RETRACTED:`."""
    plain = fold(_STATUS.sub("", _MARKUP.sub("", title)))
    return tuple(re.findall(r"[^\W_]+", plain))


def title_key(title: str) -> str:
    """Return the letters and digits of a title alone, so that hyphens and blanks make no difference."""
    return "".join(title_words(title))


def main_title_key(title: str) -> str:
    """Return the key of what stands before a subtitle, or "" when that has fewer than five words or there is none."""
    main, mark, rest = title.partition(":")
    return title_key(main) if mark and rest.strip() and len(title_words(main)) >= _LEAST_WORDS else ""


def half_keys(title: str) -> tuple[str, ...]:
    """Return a key for each half of a title of five words or more: one typing error leaves one of them alone."""
    words = title_words(title)
    middle = len(words) // 2
    if len(words) < _LEAST_WORDS:
        return ()
    return (f"{len(words)}<{' '.join(words[:middle])}", f"{len(words)}>{' '.join(words[middle:])}")


def same_title(first: str, second: str) -> bool:
    """Whether two titles are equal, or nearly.

    Nearly equal means: one is the other without its subtitle (five words or more are left), or, in titles of
    five words or more, one word of six letters or more differs by one typing error after its first letter.
    Numbers never differ: parts and years of a series are different works.
    """
    keys = title_key(first), title_key(second)
    if not all(keys):
        return False
    if keys[0] == keys[1] or keys[0] == main_title_key(second) or keys[1] == main_title_key(first):
        return True
    words = title_words(first), title_words(second)
    if len(words[0]) != len(words[1]) or len(words[0]) < _LEAST_WORDS:
        return False
    different = [pair for pair in zip(*words, strict=True) if pair[0] != pair[1]]
    return len(different) == 1 and _one_slip(*different[0])


def _one_slip(first: str, second: str) -> bool:
    """Whether two long words differ by one letter added, dropped or changed, or two neighbours swapped."""
    if min(len(first), len(second)) < 6 or first[0] != second[0] or not (first + second).isalpha():
        return False
    short, long = sorted((first, second), key=len)
    if len(long) - len(short) > 1:
        return False
    at = next((i for i, (a, b) in enumerate(zip_longest(short, long)) if a != b), 0)
    if len(short) < len(long):
        return short[at:] == long[at + 1 :]
    swapped = short[:at] + short[at + 1 : at + 2] + short[at : at + 1] + short[at + 2 :]
    return short[at + 1 :] == long[at + 1 :] or swapped == long


def author_key(name: str) -> tuple[str, str]:
    """Return the last word of the family name and the first initial of the given names, folded; "" where unknown."""
    family, comma, given = name.partition(",")
    if comma and fold(given.strip().rstrip(".")) not in _SUFFIXES:
        last, first = re.findall(r"[^\W\d_]+", fold(family)), re.findall(r"[^\W\d_]+", fold(given))
    else:
        words = [word for word in re.findall(r"[^\W\d_]+", fold(name)) if word not in _SUFFIXES]
        last, first = words[-1:], words[:-1]
    return (last[-1] if last else "", first[0][0] if first else "")


def authors_overlap(first: Sequence[str], second: Sequence[str]) -> bool:
    """Whether at least half of the shorter list is in the other, by family name and first initial; not without authors.

    A missing initial agrees with any.
    """
    common, shorter, _ = authors_in_common(first, second)
    return common > 0 and 2 * common >= shorter


def authors_shared(first: Sequence[str], second: Sequence[str]) -> int:
    """Return the share of the longer list that is in the other, in thousandths; 0 without authors."""
    common, _, longer = authors_in_common(first, second)
    return 1000 * common // longer if longer else 0


def authors_in_common(first: Sequence[str], second: Sequence[str]) -> tuple[int, int, int]:
    """Return how many names of the shorter list are in the longer one, and the lengths of both."""
    left = sorted({author_key(name) for name in first} - {("", "")})
    right = sorted({author_key(name) for name in second} - {("", "")})
    short, long = sorted((left, right), key=len)
    common = [name for name in short if any(_same_person(name, other) for other in long)]
    return len(common), len(short), len(long)


def _same_person(first: tuple[str, str], second: tuple[str, str]) -> bool:
    return first[0] == second[0] and (not first[1] or not second[1] or first[1] == second[1])
