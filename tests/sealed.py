"""A folder of runs with one sealed run in it, for tests of the commands that read runs."""

from __future__ import annotations

from pathlib import Path

from agents.reader import DocumentStore
from agents.recorder import seal
from juried.reports.markdown import render_markdown
from juried.runs import RunFolder, begin_run
from juried.settings import Settings
from tests.records import TEXTS, document_of, make_record


def make_sealed_run(folder: Path) -> Path:
    """Seal the run of `make_record` below a folder, with its settings and its documents; return the folder."""
    record = make_record()
    run = RunFolder(folder / record.run_id)
    begin_run(run, record.question, record.date, Settings(library="library", backend="embedded"))
    documents = DocumentStore(run.documents)
    for work_id in TEXTS:
        documents.put(document_of(work_id))
    seal(run, record, render_markdown(record))
    return folder
