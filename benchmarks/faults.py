"""Runs against a model server with faults, and prints extra calls, losses, reports and wall time beside a clean run.

`python -m benchmarks.faults [--requests 5] [--seconds 10]`

The server is on loopback. Under the rate limit it takes so many requests within so many seconds and answers
others with 429 and Retry-After. What the rate allows: the last of n calls may be made no sooner than
(n - 1) // requests x seconds after the first; what follows that call in the clean run comes on top.
"""

from __future__ import annotations

import argparse
import asyncio
import shutil
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from graphs.runner import Ended, run_question
from tests.fault_server import (
    Every,
    Fault,
    LoggingStub,
    RateLimit,
    hanging,
    malformed,
    server_error,
    truncated,
    wrong_schema,
)
from tests.small_library import QUESTION, settings_for

HANG_S = 400.0


@dataclass(frozen=True)
class Row:
    """One run: what it took in seconds (from its first request, and after its last), its calls, faults and record."""

    wall_s: float
    after_last_s: float
    calls: int
    faults: int
    losses: int
    exit_code: int
    told: Mapping[str, object]


async def run(folder: Path, stub: LoggingStub, cache: Path | None) -> Row:
    """Run the small library's question in a new folder."""
    if cache is not None:
        shutil.copytree(cache, folder / "runs" / ".cache")
    stub.calls.clear()
    stub.requests.clear()
    stub.faults = 0
    chosen = settings_for(
        folder,
        backend="",
        model="openai:stub",
        base_url=stub.url,
        api_key="key",
        max_claims=16,
        roles=("screener=openai:stub",),
    )
    ended = await run_question(QUESTION, chosen, lambda offer: True)
    return _row(ended, stub, time.monotonic())


def _row(ended: Ended, stub: LoggingStub, now: float) -> Row:
    record = ended.record
    told = record.model_dump(exclude={"usage", "per_verified_claim"})
    wall_s, after_last_s = now - stub.calls[0].came, now - stub.calls[-1].came
    return Row(wall_s, after_last_s, len(stub.calls), stub.faults, len(record.losses), int(ended.exit_code), told)


async def measure(root: Path, faults: Mapping[str, Fault]) -> tuple[Row, dict[str, Row]]:
    """Run clean, and once for each fault."""
    with LoggingStub(latency_s=0.3) as stub:
        await run(root / "first", stub, None)
        cache = root / "first" / "runs" / ".cache"
        clean = await run(root / "clean", stub, cache)
        rows = {}
        for number, (name, fault) in enumerate(faults.items()):
            stub.fault = fault
            rows[name] = await run(root / f"fault-{number}", stub, cache)
            stub.fault = None
        return clean, rows


def main() -> None:
    """Run the benchmark and print its table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=5, help="that the server takes")
    parser.add_argument("--seconds", type=float, default=10.0, help="within so many seconds")
    parser.add_argument("--hang", action="store_true", help="also let a request hang until the client's timeout")
    args = parser.parse_args()
    faults: dict[str, Fault] = {
        f"429 over {args.requests} per {args.seconds:g} s": RateLimit(args.requests, args.seconds),
        "every 5th call 500": Every(5, server_error),
        "every 5th malformed": Every(5, malformed),
        "every 5th wrong schema": Every(5, wrong_schema),
        "every 5th truncated": Every(5, truncated),
    }
    if args.hang:
        faults["the 7th hangs"] = Every(7, hanging(HANG_S), at_most=1)
    with tempfile.TemporaryDirectory() as folder:
        clean, rows = asyncio.run(measure(Path(folder), faults))
    print(f"{'':<24}{'wall s':>9}{'calls':>8}{'faults':>8}{'extra':>8}{'losses':>8}{'exit':>6}  record")
    for name, row in {"clean": clean, **rows}.items():
        same = "same" if row.told == clean.told else "degraded" if row.exit_code == 3 else "OTHER"
        extra = row.calls - clean.calls
        counts = f"{row.wall_s:>9.1f}{row.calls:>8}{row.faults:>8}{extra:>8}{row.losses:>8}{row.exit_code:>6}"
        print(f"{name:<24}{counts}  {same}")
    soonest = (clean.calls - 1) // args.requests * args.seconds
    limited = next(iter(rows.values())).wall_s
    print(f"\nUnder the rate limit: {limited:.1f} s; the last call may come after {soonest:.1f} s at the soonest,")
    print(f"and {clean.after_last_s:.1f} s follow it in the clean run: ratio ", end="")
    print(f"{limited / (soonest + clean.after_last_s):.2f} (limit 1.15); without them {limited / soonest:.2f}.")


if __name__ == "__main__":
    main()
