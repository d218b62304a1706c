"""What each variable of a prompt is made from: a field of its task, and the name of that field's type."""

from __future__ import annotations

from collections.abc import Mapping
from types import NoneType
from typing import Literal, get_args, get_origin

from juried.tasks import (
    ExtractClaims,
    JudgeClaims,
    JudgeRelevance,
    PlanSearch,
    ScoreReport,
    Task,
    TaskName,
    WriteReport,
)

_TASKS: tuple[type[Task], ...] = (PlanSearch, JudgeRelevance, ExtractClaims, JudgeClaims, WriteReport, ScoreReport)
_WORDS: dict[object, str] = {str: "text", int: "integer", NoneType: "nothing"}
_OTHER_NAMES: dict[TaskName, dict[str, str]] = {
    "judge_relevance": {"count": "works"},
    "extract_claims": {"document": "passages"},
    "judge_claims": {"works": "evidence", "mandate": "reviewer", "occasion": "round", "order": "own_evidence"},
    "score_report": {"mandate": "reviewers"},
}


def check_types(name: str, declared: Mapping[str, str]) -> str:
    """Return what is wrong with the types that a prompt declares; "" when each is that of its task's field.

    Args:
        name: The name of a task; any other name has no types to be checked against.
        declared: Type by variable: `text`, `integer`, `choice`, or `list of` one of these or of a record's name.
    """
    task = next((task for task in _TASKS if task.name == name), None)
    if task is None:
        return ""
    made_from = _OTHER_NAMES.get(task.name, {})
    for variable, kind in declared.items():
        field = task.model_fields.get(made_from.get(variable, variable))
        if field is None:
            return f"it declares the variable {variable!r}, which is made from nothing that its task holds."
        if kind != (right := type_name(field.annotation)):
            return f"it declares the variable {variable!r} as {kind!r}; it is made from {right!r}."
    return ""


def type_name(annotation: object) -> str:
    """Return the name of a type as prompts declare it, for example `list of EvidenceCard`."""
    if get_origin(annotation) is tuple:
        return f"list of {type_name(get_args(annotation)[0])}"
    if get_origin(annotation) is Literal:
        return "choice"
    return _WORDS.get(annotation) or str(getattr(annotation, "__name__", annotation))
