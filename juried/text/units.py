"""Units and scale words as scholarly text prints them, and one canonical form for each."""

from __future__ import annotations

import re

SCALES: dict[str, int] = {
    "hundred": 10**2,
    "thousand": 10**3,
    "million": 10**6,
    "billion": 10**9,
    "trillion": 10**12,
    "k": 10**3,
    "K": 10**3,
    "M": 10**6,
    "B": 10**9,
    "bn": 10**9,
    "T": 10**12,
}
_CANONICAL: dict[str, tuple[str, ...]] = {
    "%": ("%", "percent", "per cent", "pct"),
    "points": ("percentage points", "percentage point", "% points", "points", "point", "pts", "pp"),
    "×": ("×", "x", "times", "fold", "-fold"),
    "s": ("seconds", "second", "secs", "sec", "s"),
    "ms": ("milliseconds", "millisecond", "msec", "ms"),
    "min": ("minutes", "minute", "mins", "min"),
    "h": ("hours", "hour", "hrs", "hr", "h"),
    "d": ("days", "day", "d"),
    "wk": ("weeks", "week", "wks", "wk"),
    "mo": ("months", "month"),
    "yr": ("years", "year", "yrs", "yr"),
    "µs": ("µs", "μs"),
    "ns": ("ns",),
    "kg": ("kilograms", "kilogram", "kg"),
    "g": ("grams", "gram", "g"),
    "mg": ("milligrams", "milligram", "mg"),
    "µg": ("micrograms", "microgram", "µg", "μg", "mcg"),
    "ng": ("ng",),
    "pg": ("pg",),
    "l": ("litres", "litre", "liters", "liter", "L", "l"),
    "dl": ("dL", "dl"),
    "ml": ("millilitres", "milliliters", "mL", "ml"),
    "µl": ("µl", "μl", "µL", "μL"),
    "km": ("kilometres", "kilometers", "km"),
    "m": ("metres", "meters", "metre", "meter", "m"),
    "cm": ("centimetres", "centimeters", "cm"),
    "mm": ("millimetres", "millimeters", "mm"),
    "µm": ("µm", "μm", "microns"),
    "nm": ("nanometres", "nanometers", "nm"),
    "Hz": ("Hz",),
    "kHz": ("kHz",),
    "MHz": ("MHz",),
    "GHz": ("GHz",),
    "GB": ("gigabytes", "GB", "GiB"),
    "MB": ("megabytes", "MB", "MiB"),
    "TB": ("terabytes", "TB", "TiB"),
    "KB": ("kilobytes", "KB", "kB", "KiB"),
    "°C": ("°C", "degrees Celsius", "degrees C"),
    "°": ("°", "degrees", "degree"),
    "M": ("mol/L",),
    "mM": ("mM", "mmol/L", "mmol/l"),
    "µM": ("µM", "μM", "µmol/L", "μmol/L", "µmol/l", "μmol/l"),
    "nM": ("nM", "nmol/L", "nmol/l"),
    "mol": ("mol",),
    "mmol": ("mmol",),
    "kDa": ("kDa",),
    "Da": ("Da",),
    "bp": ("bp",),
    "kb": ("kb",),
    "Mb": ("Mb",),
    "V": ("V",),
    "mV": ("mV",),
    "W": ("W",),
    "kW": ("kW",),
    "J": ("J",),
    "kJ": ("kJ",),
    "kcal": ("kcal",),
    "dB": ("dB",),
    "mmHg": ("mmHg", "mm Hg"),
    "$": ("dollars", "USD"),
    "€": ("euros", "EUR"),
}
_FORMS: dict[str, str] = {form: unit for unit, forms in _CANONICAL.items() for form in forms}
_SYMBOLS = frozenset({"%", "×", "°", "°C", "% points"})
_SHORT = "|".join(re.escape(form) for form in sorted(_FORMS, key=lambda form: (-len(form), form)))
_DENOMINATOR = r"(?:\s?/\s?[A-Za-zµμ]+[23²³]?|\s(?:kg|m|cm|mm|s|min|h|d|l|L|mL|ml|g|mg)(?:[-−]1|[⁻]¹))?"
# `x` and `×` before a digit multiply ("3 x 4"), and a one-letter unit never begins a word.
UNIT = re.compile(
    rf"(?:\s?[-\u2010\u2011]?(?=[%×°])|[-\s\u00a0\u2009\u202f]?)"
    rf"(?!\s?[x×]\s?\d)(?:{_SHORT})(?:(?<=[%°×])|(?![A-Za-z0-9_]))(?!-\d|'|’|\.\w){_DENOMINATOR}"
)


def canonical_unit(printed: str) -> str:
    """Return the canonical form of a unit that `UNIT` matched; an unknown text is given back without blanks."""
    text = re.sub(r"[\u00a0\u2009\u202f]", " ", printed).strip().lstrip("-\u2010\u2011 ")
    head, slash, below = (part.strip() for part in text.partition("/"))
    if text in _FORMS:
        return _FORMS[text]
    return _FORMS.get(head, head) + (f"/{_FORMS.get(below, below)}" if slash else "")


def number_words(listed: str) -> dict[str, int]:
    """Return each word of a list with its place, counted from 1."""
    return {word: number for number, word in enumerate(listed.split(), start=1)}
