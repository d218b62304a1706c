"""What is known of one cell of a result table while its labels are read, and what it still lacks then."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from juried.measurement_axes import Label, TableView, read_label
from juried.measurement_labels import Level, Missing, clean_system, is_coined
from juried.measurement_names import find_datasets
from juried.measurement_terms import corner_kind, find_metrics, looks_like_system, split_of

_TRANSLATION = frozenset(["BLEU", "TER", "chrF", "METEOR", "COMET", "BLEURT", "NIST"])
_GENERIC_SETTING = re.compile(
    r"(?:our|ours|this|work$|previous|prior|baselines?|existing|proposed|published|others?|state)\b", re.IGNORECASE
)


_OWN = re.compile(
    r"(?:our|proposed|the proposed|full) (?:full |final )?(?:model|method|system|approach|work)(?: \(ours\))?|ours?|"
    r"this (?:work|paper)|proposed",
    re.IGNORECASE,
)


@dataclass
class Draft:
    """What is known of one cell while its labels are read."""

    system: str = ""
    metric: str = ""
    printed_metric: str = ""
    datasets: list[str] = field(default_factory=list)
    pairs: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    settings: list[str] = field(default_factory=list)
    percent: bool = False
    language: str = ""
    said: list[tuple[int, int]] = field(default_factory=list)
    fault: Missing | None = None


def read_systems(draft: Draft, levels: list[Level], view: TableView) -> None:
    """Read the system axis: the corner names the system's level, else it is the innermost unnamed one."""
    names: list[str] = []
    titled: str | None = None
    for level in levels:
        kind = corner_kind(level.corner) if level.corner else None
        if kind == "system":
            titled = level.text
            continue
        if kind == "other":
            draft.settings.append(f"{level.corner} {level.text}")
            continue
        label = read_label(level.text, view)
        if kind == "dataset":
            draft.datasets.append(level.text)
        elif kind == "language" or _says_no_name(label):
            _take(draft, label)
        else:
            names.append(level.text)
    if titled is None and view.systems == "column":
        system, names = clean_system(" ".join(names)), []
    else:
        names = [*names, titled] if titled is not None else names
        system = _innermost_system(names)
    draft.system = system or _own_system(draft, levels, view)
    if titled is None and any(looks_like_system(name) and is_coined(clean_system(name)) for name in names):
        # Two names of models head one row, and no corner says which of them is the system.
        draft.fault = "setting"
    draft.settings.extend(name for name in names if not _GENERIC_SETTING.match(name))


def _innermost_system(names: list[str]) -> str:
    """Take the system out of the unnamed labels: the innermost, or the only name of a model around a variant of it."""
    inner = clean_system(names[-1]) if names else ""
    around = [name for name in names[:-1] if looks_like_system(name) and clean_system(name)]
    if len(around) != 1 or looks_like_system(names[-1]) or is_coined(inner):
        return (names.pop() and inner) if names else ""
    names.remove(around[0])
    return clean_system(around[0])


def _own_system(draft: Draft, levels: list[Level], view: TableView) -> str:
    """Return the paper's own name for what a row calls "our model", where no other label has that name; else ""."""
    own = view.context.own
    if own is None or sum(bool(_OWN.fullmatch(level.text)) for level in levels) != 1 or own.text in view.labels:
        return ""
    draft.said.append(own.place)
    return own.text


def _says_no_name(label: Label) -> bool:
    """Whether a label on the system axis names a data set, language, metric or split, and so no system."""
    return label.kind in ("dataset", "pair", "setting") or (
        label.kind == "nothing" and bool(label.metric or label.split)
    )


def read_other(draft: Draft, level: Level, view: TableView) -> None:
    """Read a label of the axis without systems into a draft: metric, data set, split or setting."""
    kind = corner_kind(level.corner) if level.corner else None
    label = read_label(level.text, view)
    if kind == "dataset" and label.kind in ("unknown", "setting"):
        label = Label("dataset", label.text, label.metric, label.printed_metric, label.split, label.percent)
    if kind == "other" and not label.metric:
        draft.settings.append(f"{level.corner} {level.text}")
        return
    _take(draft, label)


def _take(draft: Draft, label: Label) -> None:
    draft.percent = draft.percent or label.percent
    if label.metric:
        draft.fault = "metric" if draft.metric or label.metric == "ambiguous" else draft.fault
        draft.metric, draft.printed_metric = label.metric, label.printed_metric
    if label.split:
        draft.settings.append(label.split)
    if label.kind == "dataset":
        draft.datasets.append(label.text)
    elif label.kind == "pair":
        draft.pairs.append(label.text)
    elif label.kind == "setting":
        draft.fault = "setting" if draft.language else draft.fault
        draft.language = label.text
        draft.settings.insert(0, label.text)
    elif label.kind == "unknown":
        draft.unknown.append(label.text)
    elif label.kind == "no_score":
        draft.fault = "metric"


def lacking_of(draft: Draft, view: TableView) -> Missing | None:
    """Return the first part that a draft lacks after the caption has filled what it may fill."""
    if not draft.system:
        return "system"
    if draft.fault:
        return draft.fault
    if not draft.metric:
        if not view.metric and not _hear_metric(draft, view):
            return "metric"
        draft.metric = draft.metric or view.metric
        draft.printed_metric = draft.printed_metric or view.metric
    if not _settle_dataset(draft, view):
        return "dataset"
    return None


def _hear_metric(draft: Draft, view: TableView) -> bool:
    """Take the metric from the sentences that refer to the table, where neither headers nor caption name one."""
    told = view.said.metric
    if told is None or view.named or find_metrics(view.caption):
        return False
    draft.metric, draft.printed_metric = find_metrics(told.text)[0][0], told.text
    draft.said.append(told.place)
    return True


def _hear_dataset(draft: Draft, view: TableView) -> None:
    """Take the data set from the sentences that refer to the table, where neither headers nor caption name one."""
    told = view.said.dataset
    if told is None or draft.unknown or find_datasets(view.caption):
        return
    draft.datasets.append(told.text)
    known = any(split_of(text)[0] for text in draft.settings)
    draft.settings.extend([view.said.split] if view.said.split and not known else [])
    draft.said.append(told.place)


def _settle_dataset(draft: Draft, view: TableView) -> bool:
    """Choose the data set: a label's, the caption's, a language pair for translation, or a name under plural sets."""
    if len(draft.datasets) > 1 or (draft.datasets and _is_other_set(draft.datasets[0], view.place)):
        return False
    if draft.datasets and draft.datasets[0].lower() in view.place.lower():
        draft.datasets[0] = view.place
    if not draft.datasets and view.place and not view.place_is_label:
        draft.datasets.append(view.place)
        if view.split and view.split not in draft.settings:
            draft.settings.append(view.split)
    elif not draft.datasets and draft.pairs and draft.metric in _TRANSLATION:
        draft.datasets.append(draft.pairs.pop(0))
    elif not draft.datasets and view.many_places and len(draft.unknown) == 1 and _is_name(draft.unknown[0]):
        draft.datasets.append(draft.unknown.pop())
    elif not draft.datasets:
        _hear_dataset(draft, view)
    draft.settings[:0] = [*draft.pairs, *draft.unknown]
    return bool(draft.datasets)


def _is_other_set(label: str, place: str) -> bool:
    """Whether a header names one listed data set and the caption another: which one the cell belongs to is not sure."""
    named, said = find_datasets(label), find_datasets(place)
    return bool(named and said) and not {n.lower() for n in named} & {n.lower() for n in said} and label not in place


def _is_name(label: str) -> bool:
    return len(label.split()) <= 3 and label[:1].isupper()
