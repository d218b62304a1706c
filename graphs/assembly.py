"""From the state of a run to its record, at any moment after the tally."""

from __future__ import annotations

from agents.asking import Outlay
from agents.extractor import Extraction
from agents.panel import threshold_of
from agents.reader import Reading
from agents.recorder import Findings, assemble, backend_note
from agents.retriever import Screening, SourceHits
from graphs.bundles import DraftReview, Verdicts, works_by_id
from graphs.context import Workshop
from graphs.state import State
from graphs.trial import all_claims, pools_of
from juried.records.protocol import Protocol
from juried.records.report import Draft
from juried.records.run import RunRecord
from juried.records.verdict import Ballot


def record_of(shop: Workshop, state: State) -> RunRecord:
    """Return the record of the run as it stands; reviews of earlier drafts are left out."""
    extractions = [shop.artifacts.get(key, Extraction) for key in state.get("extractions", [])]
    ballots = [shop.artifacts.get(key, Ballot) for key in state.get("ballots", [])]
    reviews = [shop.artifacts.get(key, DraftReview) for key in state.get("reviews", [])]
    tallied = shop.artifacts.get(state["verdicts"], Verdicts)
    return assemble(
        Findings(
            run_id=shop.folder.id,
            publisher=shop.settings.publisher,
            date=shop.date,
            protocol=shop.artifacts.get(state["protocol"], Protocol),
            searches=[shop.artifacts.get(key, SourceHits) for key in state.get("searches", [])],
            works=works_by_id(shop.artifacts, state["works"]),
            screening=shop.artifacts.get(state["screening"], Screening),
            readings=[shop.artifacts.get(key, Reading) for key in state.get("readings", [])],
            unshown={item.work_id: item.unshown for item in extractions},
            claims=all_claims(shop, state),
            pools=pools_of(shop, state),
            votes=[vote for ballot in ballots for vote in ballot.votes],
            lost=[lost for ballot in ballots for lost in ballot.lost],
            verdicts=tallied.verdicts,
            contradictions=tallied.contradictions,
            threshold=threshold_of(shop.calibration),
            draft=shop.artifacts.get(state["draft"], Draft),
            reviews=[item.review for item in reviews if item.draft == state["draft"]],
            backends=[backend_note(role, backend, shop.calibration) for role, backend in shop.backends.items()],
            outlays=[shop.artifacts.get(key, Outlay) for key in state.get("outlays", [])],
            document=shop.documents.get,
            earlier=shop.earlier,
            followed=_followed(shop, state),
            calibration=shop.calibration,
            lookups=[shop.artifacts.get(key, SourceHits) for key in state.get("lookups", [])],
        )
    )


def _followed(shop: Workshop, state: State) -> list[SourceHits] | None:
    keys = state.get("followed", [])
    return [shop.artifacts.get(key, SourceHits) for key in keys] if keys else None
