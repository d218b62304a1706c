"""One example of each task, on passages of two works of the ACL Anthology, for those who want to read the prompts."""

from __future__ import annotations

from juried.backends import conformance_tasks as tasks
from juried.tasks import Task, TaskName


def example(name: TaskName) -> Task:
    """Return the example of a task; raises KeyError for another name."""
    return {task.name: task for task in (*tasks.all_tasks(), _screening())}[name]


def _screening() -> Task:
    """Return the screening of the two works alone, without those that the conformance suite puts beside them."""
    task = tasks.judge_relevance()
    return task.model_copy(update={"works": tuple(card for card in task.works if card.abstract)})
