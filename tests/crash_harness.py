"""Killing runs and going on with them: forked command lines against the logging stub, and what must hold after."""

from __future__ import annotations

import hashlib
import json
import os
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from random import Random
from types import TracebackType
from typing import Any

from juried.runs import RunFolder
from tests.fault_server import Call, LoggingStub
from tests.small_library import EXAMPLES, QUESTION

ROOT = Path(__file__).resolve().parents[1]
WORKS = 13
# Between the last byte of an answer and its row in the journal, in seconds; a kill within it counts as in flight.
GRACE_S = 0.25
BRANCHES = {"read_work": 6, "extract_claims": 6, "review_claims": 2}


@dataclass(frozen=True)
class Stop:
    """When to kill: at a node (`when` is enter or leave, its `count`-th time), or at a moment.

    A moment is `after_s` seconds after the process made its `calls`-th call, or after its start for 0 calls, so
    that moments are spread over the run however loaded the machine is.
    """

    node: str = ""
    when: str = ""
    count: int = 1
    calls: int = 0
    after_s: float = 0.0

    @property
    def name(self) -> str:
        """How tables call it."""
        return f"{self.when} {self.node}" if self.node else f"{self.after_s:.2f} s after call {self.calls}"


def at_node(node: str, when: str) -> Stop:
    """Return a stop at a node; one that fans out is left when some of its branches have ended."""
    return Stop(node, when, BRANCHES.get(node, 1) if when == "leave" else 1)


@dataclass(frozen=True)
class Result:
    """How one process ended: its exit status (negative: the signal), when, and its output."""

    status: int
    ended: float
    out: str
    err: str


@dataclass
class Trial:
    """What one kill did to a run; times in seconds."""

    stop: Stop
    made: int = 0
    in_flight: int = 0
    repeated: int = 0
    finished_repeated: int = 0
    same: bool = False

    @property
    def sound(self) -> bool:
        """Whether all that must hold does."""
        return self.same and not self.finished_repeated and self.repeated <= self.in_flight


class ForkServer:
    """One process that has imported everything and forks a child for each command line."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._number = 0
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.fork_server"], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            text=True, env={**os.environ, "LANGGRAPH_STRICT_MSGPACK": "true"},
        )  # fmt: skip
        self._line()

    def run(
        self, arguments: list[str], stop: Stop | None = None, teach: bool = False, made: Callable[[], int] = int
    ) -> Result:
        """Run one command line to its end, or to where it is killed; one that teaches makes later ones quicker.

        `made` tells how many calls the process has made so far.
        """
        self._number += 1
        output = self._folder / f"process-{self._number}"
        kill = {"node": stop.node, "when": stop.when, "count": stop.count} if stop and stop.node else None
        order = {"arguments": arguments, "output": str(output), "kill": kill, "teach": teach}
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        pid = int(self._line()["pid"])
        if stop is not None and not stop.node:
            self._strike(pid, stop, made)
        ended = time.monotonic()
        status = int(self._line()["status"])
        marker = output.with_suffix(".killed")
        ended = float(marker.read_text()) if marker.exists() else ended if stop else time.monotonic()
        return Result(status, ended, output.with_suffix(".out").read_text(), output.with_suffix(".err").read_text())

    def _strike(self, pid: int, stop: Stop, made: Callable[[], int]) -> None:
        """Kill a child at its moment, unless it ends before."""
        answers = self._process.stdout
        assert answers is not None
        while made() < stop.calls:
            if select.select([answers], [], [], 0.002)[0]:
                return
        if not select.select([answers], [], [], stop.after_s)[0]:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def close(self) -> None:
        """End the process."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(timeout=20)
        assert self._process.stdout is not None
        self._process.stdout.close()

    def __enter__(self) -> ForkServer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, raised: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _line(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("the fork server ended")
        found: dict[str, Any] = json.loads(line)
        return found


class CrashBench:
    """A library of thirteen works, a server with latency, an undisturbed run, and runs that are killed.

    Args:
        folder: Where everything lies.
        latency_s: Seconds that the server takes for each answer.
    """

    def __init__(self, folder: Path, latency_s: float) -> None:
        self.folder = folder
        self.stub = LoggingStub(latency_s)
        self.server = ForkServer(folder)
        library = folder / "library"
        library.mkdir()
        lines = (EXAMPLES / "works.jsonl").read_text(encoding="utf-8").splitlines()
        (library / "works.jsonl").write_text("\n".join(lines[:WORKS]) + "\n", encoding="utf-8")
        self.stub.__enter__()
        began = time.monotonic()
        done = self.server.run(self.command("undisturbed"), teach=True)
        self.cold_s = time.monotonic() - began
        assert done.status in (0, 3), done.err
        self.status = done.status
        self.sealed = self.hashes("undisturbed")
        self.calls = len(self.stub.calls)
        assert len({call.key for call in self.stub.calls}) == self.calls, "no call is made twice"
        self.wall_s = self._timed()

    def _timed(self) -> float:
        """Return the seconds that a run takes which finds its vectors in the cache, as the killed ones do."""
        self.new("timed")
        began = time.monotonic()
        done = self.server.run(self.command("timed"))
        assert done.status == self.status, done.err
        assert self.hashes("timed") == self.sealed, "the same run in another folder gives the same bytes"
        return time.monotonic() - began

    def command(self, name: str) -> list[str]:
        """Return the command line of a run in a folder of its own."""
        places = ["--library", str(self.folder / "library"), "--runs", str(self.folder / name)]
        model = ["--model", "openai:stub", "--base-url", self.stub.url, "--roles", "screener=openai:stub"]
        model += ["--api-key", "test-key"]
        limits = ["--snowball", "--max-claims", "16", "--date", "2026-01-31", "--progress", "none", "--json"]
        return ["run", QUESTION, *places, *model, *limits]

    def new(self, name: str) -> None:
        """Make a runs folder that knows the vectors of the undisturbed run."""
        shutil.copytree(self.folder / "undisturbed" / ".cache", self.folder / name / ".cache")

    def run_folder(self, name: str) -> RunFolder:
        """Return the one run in a runs folder."""
        (found,) = [path for path in (self.folder / name).iterdir() if not path.name.startswith(".")]
        return RunFolder(found)

    def hashes(self, name: str) -> tuple[str, str]:
        """Return the SHA-256 of record and report."""
        run = self.run_folder(name)
        record, report = (hashlib.sha256(path.read_bytes()).hexdigest() for path in (run.record, run.report))
        return record, report

    def trial(self, number: int, stop: Stop) -> Trial:
        """Kill one run once, go on with it, and say what came of it."""
        return self.chain(f"run-{number}", [stop])[0]

    def chain(self, name: str, stops: Iterable[Stop]) -> list[Trial]:
        """Kill one run at each stop in turn, each time going on with it, and let it finish.

        Returns one trial for each kill; the run may be finished before all stops are reached.
        """
        self.new(name)
        trials: list[Trial] = []
        lives: list[_Life] = []
        for stop in stops:
            started = len(self.stub.calls)
            done = self.server.run(self.command(name), stop, made=partial(self._made_since, started))
            if done.status == self.status:
                break
            assert done.status == -signal.SIGKILL, done.err
            # Answers that were on their way when the process died are written into the log before it is read.
            time.sleep(2 * self.stub.latency_s)
            trials.append(Trial(stop))
            lives.append(_Life(self.stub.calls[started:], done.ended))
        started = len(self.stub.calls)
        last = self.server.run(self.command(name))
        assert last.status == self.status, last.err
        lives.append(_Life(self.stub.calls[started:], last.ended))
        self._judge(trials, lives, self.hashes(name) == self.sealed)
        shutil.rmtree(self.folder / name)
        return trials

    def _judge(self, trials: list[Trial], lives: list[_Life], same: bool) -> None:
        """Fill in what each kill made the processes after it repeat; there is one life more than kills."""
        for number, trial in enumerate(trials):
            life = lives[number]
            later = {call.key for other in lives[number + 1 :] for call in other.calls}
            trial.made = len(life.calls)
            trial.in_flight = len(life.lost)
            trial.repeated = len(later & {call.key for call in life.calls})
            trial.finished_repeated = len(later & life.finished)
            trial.same = same

    def _made_since(self, number: int) -> int:
        return len(self.stub.calls) - number

    def random_stops(self, seed: int, calls: int) -> Iterator[Stop]:
        """Yield moments around the first `calls` calls of a process; the same for the same seed, call for call."""
        random = Random(seed)
        while True:
            after = random.randint(0, calls)
            within = 2 * self.stub.latency_s if after else self.wall_s / 2
            yield Stop(calls=after, after_s=random.uniform(0.0, within))

    def random_trials(self, seed: int, kills: int) -> list[Trial]:
        """Kill runs at random moments, each again and again until it finishes, until there were that many kills."""
        stops = self.random_stops(seed, self.calls // 3)
        trials: list[Trial] = []
        while len(trials) < kills:
            trials += self.chain(f"random-{len(trials)}", islice(stops, kills - len(trials)))
        return trials

    def close(self) -> None:
        """End server and stub."""
        self.server.close()
        self.stub.__exit__(None, None, None)


class _Life:
    """What one process asked, and what of it was finished when it ended."""

    def __init__(self, calls: list[Call], ended: float) -> None:
        self.calls = calls
        self.finished = {call.key for call in calls if call.done is not None and call.done < ended - GRACE_S}
        self.lost = {call.key for call in calls} - self.finished
