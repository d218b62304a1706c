"""What a run costs: calls, tokens, round trips, wall and processor time, memory, checkpoints, replay, light commands.

    python -m benchmarks.performance --papers DATA/papers/jats --out docs/performance.md

Thirteen full texts are read (those of the example library and four more from `--papers`; without it, four
abstracts), sixteen claims are tried by three reviewers, and a server on loopback answers each call after
300 ms. Runs start with empty caches in processes of their own. The papers are of unlike subjects, so every
work is let in by a stand-in for the screener; their ranking by hybrid relevance is as always.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.performance_runs import (
    CLAIMS,
    WORKS,
    Finished,
    abstracts_library,
    knows_replay,
    library,
    measured_run,
    replayed,
    run_command,
    spent,
)
from benchmarks.performance_tables import Row, in_flight, longest_chain, shared_prefix, table

FAST, SLOW = 0.3, 2.3
FOUND = (0, 1, 3)
LIGHT = (("--help",), ("--version",), ("list",), ("show",))
LIGHT_WITH_PYDANTIC = (("claims",), ("lint",))


def call_rows(run: Finished) -> list[Row]:
    """Return calls, tokens and shared prefix of one run."""
    by_task: dict[str, list[int]] = {}
    for call in run.calls:
        by_task.setdefault(call.task, []).append(call.prompt_tokens)
    told = "; ".join(f"{task} {len(found)} × {sum(found) // len(found):,}" for task, found in by_task.items())
    prefix = shared_prefix([call.prompt for call in run.calls if call.task == "ClaimVotes"])
    return [
        Row("model calls", len(run.calls), 20, "", f"1 + {WORKS} + 3·⌈{CLAIMS}/16⌉ + 1, and one to score"),
        Row("prompt tokens", sum(call.prompt_tokens for call in run.calls) / 1000, 103, "k", told),
        Row("shared prefix of the reviewers", 100 * prefix, 95, "%", "of the tokens of their prompts", least=True),
    ]


def _intervals(run: Finished) -> list[tuple[float, float]]:
    return [(call.begun, call.ended) for call in run.calls]


def time_rows(fast: Sequence[Finished], slow: Finished) -> list[Row]:
    """Return latency slope, wall and processor time, memory and the first request."""
    wall = statistics.median(run.wall for run in fast)
    waited = [in_flight(_intervals(run)) for run in (fast[0], slow)]
    how = f"of the time with a call under way; of wall time {(slow.wall - wall) / (SLOW - FAST):.1f}, {slow.wall:.1f} s"
    first = statistics.median(run.calls[0].begun - run.started for run in fast)
    walls = ", ".join(f"{run.wall:.1f}" for run in fast)
    return [
        Row("critical path by slope", (waited[1] - waited[0]) / (SLOW - FAST), 5.2, "round trips", how),
        Row("calls that follow one another", longest_chain(_intervals(slow)), 5.2, "", "the longest chain"),
        Row("wall time at 300 ms per call", wall, 7.8, "s", f"0.25 × 33 s and 0.6 × 13 s; runs: {walls} s"),
        Row("processor time, parsers included", statistics.median(run.cpu for run in fast), None, "s", ""),
        Row("first model request", first, 2.0, "s", "after the start of the process"),
        Row("peak memory", max(run.rss for run in fast) / 1024, None, "MiB", "of the largest process"),
    ]


def checkpoint_rows(home: Path, run: Finished) -> list[Row]:
    """Return the size of the largest checkpoint with this corpus and with ten times as many works."""
    many = measured_run(home / "many", abstracts_library(home / "many", 10 * WORKS), 0.0, works=10 * WORKS)
    return [
        Row("largest checkpoint", run.checkpoint / 1000, 50, "kB", f"{WORKS} works"),
        Row("largest checkpoint, ten times the corpus", many.checkpoint / 1000, 50, "kB", "130 works"),
    ]


def light_rows(run: Finished) -> list[Row]:
    """Return the processor seconds of commands that only read; the median of five."""
    rows = []
    for limit, commands in ((0.08, LIGHT), (0.4, LIGHT_WITH_PYDANTIC)):
        for command in commands:
            times = [spent(run_command([*command, *_on(run, command[0])], FOUND)) for _ in range(5)]
            rows.append(Row(f"juried {command[0]}", statistics.median(times), limit, "CPU s", ""))
    return rows


def _on(run: Finished, command: str) -> list[str]:
    """Return the arguments with which a command reads a run."""
    if command == "lint":
        return [str(run.folder)]
    named = [run.folder.name] if command in ("show", "claims") else []
    return [] if command.startswith("--") else [*named, "--runs", str(run.folder.parent)]


def replay_rows(run: Finished, home: Path, papers: Path) -> list[Row]:
    """Return how long a finished run takes again from its journal, and from a recording where that can be made."""
    again = run.again
    if again is None:
        return []
    made = "the same bytes" if again.same_bytes else "OTHER BYTES"
    rows = [Row("finished run again from its journal", again.wall, None, "s", f"{again.calls} calls, {made}")]
    if knows_replay():
        rows.append(Row("replay of a recording", replayed(home / "recorded", papers).wall, None, "s", ""))
    return rows


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--papers", type=Path, help="folder with four more full texts")
    parser.add_argument("--runs", type=int, default=3, help="runs at 300 ms, of which the median counts")
    parser.add_argument("--out", type=Path, help="file that gets the table")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        papers = library(home / "library", args.papers)
        fast = [measured_run(home / f"fast{number}", papers, FAST) for number in range(args.runs)]
        slow = measured_run(home / "slow", papers, SLOW)
        rows = call_rows(fast[0]) + time_rows(fast, slow)
        rows += replay_rows(fast[0], home, papers) + light_rows(fast[0])
        rows += checkpoint_rows(home, slow)
    load = f"load average {os.getloadavg()[0]:.1f} at the end"
    text = table(rows, f"{args.runs} runs at {FAST} s and one at {SLOW} s on {os.cpu_count()} cores; {load}")
    print(text)
    if args.out:
        args.out.write_text(text + "\n", encoding="utf-8")
    sys.exit(0 if all(row.met for row in rows) else 1)


if __name__ == "__main__":
    main()
