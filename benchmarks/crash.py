"""Kills runs with SIGKILL at every node and at random moments, each on a run of its own, and prints what came of it.

`python -m benchmarks.crash [--latency 0.2] [--random 30] [--seed 20261120]`

Each line is one run of thirteen works against a loopback server: it is killed once, the same command is given
again, and its record and report are compared with those of a run that nothing disturbed. A call counts as
finished when its answer was sent whole at least a quarter of a second before the kill; all others were in flight.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Iterable
from itertools import islice
from pathlib import Path

from tests.crash_harness import GRACE_S, WORKS, CrashBench, Stop, Trial, at_node
from tests.fork_server import NODES


def main() -> int:
    """Run the benchmark; returns 0 when all that must hold does, else 1."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--latency", type=float, default=0.2, help="seconds that the server takes for each answer")
    parser.add_argument("--random", type=int, default=30, help="kills at random moments")
    parser.add_argument("--seed", type=int, default=20261120, help="of the random moments")
    args = parser.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        bench = CrashBench(Path(folder), args.latency)
        try:
            stops = [at_node(node, when) for node in NODES for when in ("enter", "leave")]
            stops += islice(bench.random_stops(args.seed, bench.calls - 1), args.random)
            trials = print_trials(bench, stops)
        finally:
            bench.close()
    print(f"\n{time.monotonic() - began:.0f} s in all.")
    return 0 if all(trial.sound for trial in trials) else 1


def print_trials(bench: CrashBench, stops: Iterable[Stop]) -> list[Trial]:
    """Print one line for each kill, and the sums."""
    print(f"{WORKS} works, {bench.calls} calls of {bench.stub.latency_s} s, {bench.wall_s:.1f} s undisturbed.")
    print(f"{'kill':<28}{'calls made':>12}{'in flight':>12}{'repeated':>12}{'finished repeated':>20}  bytes")
    trials = []
    for number, stop in enumerate(stops):
        found = bench.chain(f"run-{number}", [stop])
        if not found:
            print(f"{stop.name:<28}{'finished before':>15}")
        for trial in found:
            same = "same" if trial.same else "OTHER"
            counts = f"{trial.made:>12}{trial.in_flight:>12}{trial.repeated:>12}{trial.finished_repeated:>20}"
            print(f"{trial.stop.name:<28}{counts}  {same}", flush=True)
        trials += found
    repeated, in_flight = (sum(getattr(trial, name) for trial in trials) for name in ("repeated", "in_flight"))
    print(f"\n{len(trials)} kills, {sum(trial.same for trial in trials)} with the same bytes after them.")
    print(f"Finished calls repeated: {sum(trial.finished_repeated for trial in trials)} (limit 0).")
    print(f"Calls repeated: {repeated} of {in_flight} that were in flight or within {GRACE_S} s of their answer.")
    return trials


if __name__ == "__main__":
    raise SystemExit(main())
