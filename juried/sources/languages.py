"""Languages of works: one code for each, what databases call it, and whether a work is in one that was asked for."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from juried.sources.base import Source
from juried.sources.medline import language_of

# What MEDLINE and Europe PMC call a language: MARC's three letters, in the form that catalogues use.
_MARC = {
    "en": "eng",
    "fr": "fre",
    "de": "ger",
    "es": "spa",
    "it": "ita",
    "pt": "por",
    "ru": "rus",
    "zh": "chi",
    "ja": "jpn",
    "ko": "kor",
    "pl": "pol",
    "nl": "dut",
    "tr": "tur",
    "ar": "ara",
    "cs": "cze",
    "hu": "hun",
    "sv": "swe",
    "da": "dan",
    "no": "nor",
    "uk": "ukr",
}
_NAMES = {
    "english": "en",
    "american": "en",
    "british": "en",
    "usenglish": "en",
    "ukenglish": "en",
    "german": "de",
    "ngerman": "de",
    "deutsch": "de",
    "french": "fr",
    "spanish": "es",
    "italian": "it",
    "portuguese": "pt",
    "russian": "ru",
    "chinese": "zh",
    "japanese": "ja",
    "korean": "ko",
    "polish": "pl",
    "dutch": "nl",
    "turkish": "tr",
    "arabic": "ar",
    "czech": "cs",
    "hungarian": "hu",
    "swedish": "sv",
    "danish": "da",
    "norwegian": "no",
    "ukrainian": "uk",
}


def normal_language(written: str) -> str:
    """Return the two-letter code of a language written as a code, with a region, or in English; "" for nothing.

    What is not known comes back in lower case.
    """
    word = re.split(r"[-_\s,;]", written.strip().lower(), maxsplit=1)[0]
    return _NAMES.get(word) or language_of(word)


def marc_codes(languages: Sequence[str]) -> tuple[str, ...]:
    """Return MARC's codes of languages; none unless each of them has one."""
    codes = tuple(_MARC[code] for code in languages if code in _MARC)
    return codes if len(codes) == len(languages) else ()


def in_other_language(written: str, wanted: Collection[str]) -> bool:
    """Whether a work is said to be in another language; one of which nothing is said is not."""
    return bool(wanted) and bool(written.strip()) and normal_language(written) not in wanted


def language_note(source: Source, languages: Sequence[str]) -> str:
    """Return the sentence for the ledger on where a limit of language is applied; "" without a limit."""
    if not languages:
        return ""
    asked = getattr(source, "asks_for_languages", None)
    if asked is not None and asked(languages):
        return f"Languages {', '.join(languages)}: asked of the database."
    return f"Languages {', '.join(languages)}: applied at screening, to works of which the source tells the language."
