"""The PRISMA numbers as CSV, in the form that the PRISMA2020 R package and its web application read.

Columns, keys and box names are those of the template of Haddaway, Page, Pritchard and McGuinness (2022),
doi:10.1002/cl2.1230.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from juried.reports.prisma_flow import Flow, reason_of

COLUMNS = ("data", "node", "box", "description", "boxtext", "tooltips", "url", "n")
_NONE = "NA"
# Key, node, box and printed text of each row of the template, in its order.
_ROWS = (
    (_NONE, "node4", "prevstud", "Previous studies"),
    ("previous_studies", "node5", "box1", "Studies included in previous version of review"),
    ("previous_reports", _NONE, "box1", "Reports of studies included in previous version of review"),
    (_NONE, "node6", "newstud", "Identification of new studies via databases and registers"),
    ("database_results", "node7", "box2", "Databases"),
    ("database_specific_results", _NONE, "box2", "Specific Databases"),
    ("register_results", _NONE, "box2", "Registers"),
    ("register_specific_results", _NONE, "box2", "Specific Registers"),
    (_NONE, "node16", "othstud", "Identification of new studies via other methods"),
    ("website_results", "node17", "box11", "Websites"),
    ("organisation_results", _NONE, "box11", "Organisations"),
    ("citations_results", _NONE, "box11", "Citation searching"),
    ("duplicates", "node8", "box3", "Duplicate records"),
    ("excluded_automatic", _NONE, "box3", "Records marked as ineligible by automation tools"),
    ("excluded_other", _NONE, "box3", "Records removed for other reasons"),
    ("records_screened", "node9", "box4", "Records screened"),
    ("records_excluded", "node10", "box5", "Records excluded"),
    ("dbr_sought_reports", "node11", "box6", "Reports sought for retrieval"),
    ("dbr_notretrieved_reports", "node12", "box7", "Reports not retrieved"),
    ("other_sought_reports", "node18", "box12", "Reports sought for retrieval"),
    ("other_notretrieved_reports", "node19", "box13", "Reports not retrieved"),
    ("dbr_assessed", "node13", "box8", "Reports assessed for eligibility"),
    ("dbr_excluded", "node14", "box9", "Reports excluded"),
    ("other_assessed", "node20", "box14", "Reports assessed for eligibility"),
    ("other_excluded", "node21", "box15", "Reports excluded"),
    ("new_studies", "node15", "box10", "New studies included in review"),
    ("new_reports", _NONE, "box10", "Reports of new included studies"),
    ("total_studies", "node22", "box16", "Total studies included in review"),
    ("total_reports", _NONE, "box16", "Reports of total included studies"),
    ("identification", "node1", "identification", "Identification"),
    ("screening", "node2", "screening", "Screening"),
    ("included", "node3", "included", "Included"),
)


def prisma_csv(flow: Flow) -> str:
    """Return the CSV; every number that the run does not have is 0.

    The template has no list of reasons at screening, so they stand in the description and tooltip of
    `records_excluded`. Works that citation searching brought pass the same boxes as all others.
    """
    numbers, notes = _numbers(flow), _notes(flow)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for key, node, box, text in _ROWS:
        note = notes.get(key, text)
        url = _NONE if node == _NONE else f"{box if key == _NONE else key}.html"
        writer.writerow((key, node, box, note, text, note if node != _NONE else _NONE, url, numbers.get(key, "0")))
    return out.getvalue()


def _numbers(flow: Flow) -> dict[str, str]:
    counts = {
        "database_results": flow.identified - flow.citations,
        "citations_results": flow.citations,
        "duplicates": flow.duplicates,
        "records_screened": flow.screened,
        "records_excluded": flow.excluded_total,
        "dbr_sought_reports": flow.sought,
        "dbr_notretrieved_reports": flow.not_retrieved,
        "dbr_assessed": flow.included,
        **dict.fromkeys(("new_studies", "new_reports", "total_studies", "total_reports"), flow.included),
    }
    lists = {"database_specific_results": _listed(flow.sources)}
    # The package splits these two at ";" and ","; "no reason, 0" is how an empty list stays readable to it.
    lists |= {"register_specific_results": "None, 0", "dbr_excluded": "None, 0", "other_excluded": "None, 0"}
    return {key: str(count) for key, count in counts.items()} | lists


def _notes(flow: Flow) -> dict[str, str]:
    reasons = _listed((reason_of(item), item.count) for item in flow.excluded)
    read = (("read in full text", flow.full_text), ("read as abstract only", flow.abstract_only))
    return {
        "records_excluded": f"Records excluded: {reasons}",
        "dbr_notretrieved_reports": "Reports not retrieved: neither an abstract nor a readable document is at hand",
        "new_studies": f"New studies included in review: {_listed((*read, ('could not be read', flow.unread)))}",
    }


def _listed(items: Iterable[tuple[str, int]]) -> str:
    """Return `name, n; name, n`, the list form of the template; its separators in names become blanks."""
    named = [f"{name.replace(',', ' -').replace(';', ' -')}, {count}" for name, count in items]
    return "; ".join(named) or "None, 0"
