"""Reading the caption of a result table, or the end of a sentence: its one metric, and its one data set or task."""

from __future__ import annotations

import re

from juried.measurement_names import find_datasets, find_tasks
from juried.measurement_terms import find_metrics, metric_name

_STOP = (
    r"(?:and|or|the|on|of|for|in|with|from|using|to|by|between|across|under|over|at|is|are|where|which|we|our|a|an)\b"
)
_PLACE = re.compile(
    rf"(?<!\buse )\b(?:on|for|of|over|from|in) (?:the |our |a |an )?(?P<name>(?:(?!{_STOP})[\w./'’+-]+ ){{1,6}}?)"
    r"(?P<split>test |dev |development |validation )?(?P<kind>data ?set|corpus|(?<=test )set|(?<=dev )set|"
    r"(?<=development )set|(?<=validation )set|"
    r"[Bb]enchmark|[Tt]reebank|[Ss]hared [Tt]ask|[Cc]hallenge|task|[Cc]ollection|Dataset|Corpus|data)\b(?!s)",
)
_NOMINAL = re.compile(r"(?:ing|tion|ment|sis|val|ity|ence|ry)$")


def first_sentence(caption: str) -> str:
    """Return the first sentence of a caption, which says what the table is; later ones explain its parts."""
    return re.split(r"(?<=[a-z0-9)%])\.\s", caption, maxsplit=1)[0]


def only_metric(caption: str) -> str:
    """Return the one metric that a caption names, "" when it names none or several."""
    found = {metric_name(name, caption[start:end]) for name, start, end in find_metrics(caption)}
    return found.pop() if len(found) == 1 else ""


def place_of_caption(caption: str, known: frozenset[str] = frozenset()) -> tuple[str, str]:
    """Return the one data set (or, without any, the one task) that a caption names, and its split; else ("", "").

    `known` holds further names of data sets in lower case.
    """
    places, tasks, splits = [*find_datasets(caption), *_known_in(caption, known)], list(find_tasks(caption)), []
    for found in _PLACE.finditer(caption):
        name = found["name"].strip()
        if found["split"]:
            splits.append(found["split"].strip())
        if re.search(r"[A-Z]{2}|[A-Z].*\d|[a-z][A-Z]|\b[A-Z][a-z]+", name):
            places.append(re.sub(r" (?:test|dev|development|validation|training)$", "", name))
        elif found["kind"] == "task" and _NOMINAL.search(name) and len(name.split()) > 1:
            tasks.append(name)
    split = splits[0] if len(set(splits)) == 1 else ""
    for names in (places, tasks):
        kept = _longest(names)
        if kept:
            alone = len(kept) == 1 and not _is_joined(kept[0], caption)
            return (_lower_task(re.sub(r"['’]s$", "", kept[0])), split) if alone else ("", "")
    return "", ""


def _known_in(caption: str, known: frozenset[str]) -> list[str]:
    """Return the known names in a caption, as printed there."""
    found = []
    for name in sorted(known):
        match = re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", caption, re.IGNORECASE)
        found.extend([match.group(0)] if match else [])
    return found


def _is_joined(place: str, caption: str) -> bool:
    """Whether a caption joins a place with another one ("DSTC2 and WOZ 2.0")."""
    name = re.escape(place)
    return bool(
        re.search(
            rf"{name}(?: test| dev)?(?: sets?)?(?:,| and| &|/| or) ?(?:the )?[A-Z0-9]|[A-Z0-9]\S* (?:and|&|or) {name}",
            caption,
        )
    )


def _lower_task(name: str) -> str:
    """Lower the first letter of a task that begins a caption ("Word similarity"), not of a name ("NER")."""
    return name[:1].lower() + name[1:] if find_tasks(name) == [name] and name[1:].islower() else name


def _longest(names: list[str]) -> list[str]:
    """Return the distinct names that no longer one contains."""
    unique = list({name.lower(): name for name in names}.values())
    return [n for n in unique if not any(n.lower() != o.lower() and n.lower() in o.lower() for o in unique)]
