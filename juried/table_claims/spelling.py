"""Short forms of labels: codes of languages, and words cut short ("Prec.", "Giga", "Recur")."""

from __future__ import annotations

_CODES = """ar arabic bg bulgarian bn bengali ca catalan cs czech da danish de german el greek en english es spanish et
estonian eu basque fa persian fi finnish fr french gu gujarati he hebrew hi hindi hr croatian hu hungarian id indonesian
it italian ja japanese kk kazakh ko korean lt lithuanian lv latvian mr marathi nl dutch no norwegian pl polish pt
portuguese ro romanian ru russian sk slovak sl slovene sr serbian sv swedish sw swahili ta tamil te telugu th thai tr
turkish uk ukrainian ur urdu vi vietnamese yo yoruba zh chinese"""
LANGUAGES: dict[str, str] = dict(zip(_CODES.split()[::2], _CODES.split()[1::2], strict=True))
_LEAST = 4


def begins(short: str, word: str) -> bool:
    """Whether a piece of a label is a word cut short: at least four letters, and less than the word."""
    return len(short) >= _LEAST and len(short) + 2 <= len(word) and word.startswith(short)
