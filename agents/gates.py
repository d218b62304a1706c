"""Gates: checks over a finished run that anyone can repeat from the record and its documents."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from juried.quality import resolves
from juried.records.claim import Claim
from juried.records.report import Gate
from juried.records.verdict import Verdict, Vote


def gates_of(
    claims: Mapping[str, Claim],
    verdicts: Iterable[Verdict],
    votes: Iterable[Vote],
    text: Callable[[str], str | None],
) -> tuple[Gate, ...]:
    """Return the gates over the verified claims; without any they are `not_run`.

    Args:
        claims: Claims by id.
        verdicts: Their verdicts.
        votes: All votes; the checker's decide the second gate.
        text: Gives the stored text of a document by its SHA-256.
    """
    verified = sorted(verdict.claim_id for verdict in verdicts if verdict.verified)
    found = [claim_id for claim_id in verified if resolves(claims[claim_id], text)]
    checked = {vote.claim_id for vote in votes if vote.reviewer == "checker" and vote.label != "refutes"}
    return (
        _gate("spans", verified, found, "claims whose quotes are found again at their offsets"),
        _gate("rules", verified, [i for i in verified if i in checked], "claims that the checker does not refute"),
    )


def _gate(rule: str, verified: Sequence[str], passed: Sequence[str], what: str) -> Gate:
    outcome = "passed" if len(passed) == len(verified) else "failed"
    missing = sorted(set(verified) - set(passed))
    values = {"rule": rule, "claims": tuple(verified), "inputs": f"{len(verified)} verified claims: {what}"}
    values |= {"expected": str(len(verified)), "computed": str(len(passed)), "tolerance": "0"}
    return Gate.model_validate({**values, "outcome": outcome if verified else "not_run", "detail": ", ".join(missing)})
