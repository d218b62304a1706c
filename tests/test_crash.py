"""SIGKILL at every node and at thirty random moments of a run: nothing finished is asked again, the same bytes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.crash_harness import WORKS, CrashBench, Trial, at_node
from tests.fork_server import NODES


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CrashBench]:
    bench = CrashBench(tmp_path_factory.mktemp("crash"), latency_s=0.05)
    try:
        yield bench
    finally:
        bench.close()


def check(trials: list[Trial]) -> None:
    for trial in trials:
        assert trial.same, f"{trial.stop.name}: record or report have other bytes than those of the undisturbed run"
        assert trial.finished_repeated == 0, f"{trial.stop.name}: {trial}"
        assert trial.repeated <= trial.in_flight, f"{trial.stop.name}: {trial}"


def test_the_nodes_that_are_struck_are_those_of_the_graph(bench: CrashBench) -> None:
    from graphs.drawing import nodes

    assert {*NODES} == {*nodes()} - {"__start__", "__end__"}
    assert bench.calls > WORKS


# One run that is killed at each node in turn and goes on: harder than one kill each, and a fraction of the time.
@pytest.mark.parametrize("when", ["enter", "leave"])
def test_a_run_killed_at_every_node_gives_the_same_bytes_and_repeats_no_finished_call(
    bench: CrashBench, when: str
) -> None:
    trials = bench.chain(f"each-{when}", [at_node(node, when) for node in NODES])
    assert [trial.stop.node for trial in trials] == list(NODES)[: len(trials)]
    # Once the manifest is there the run is finished, so that the last kill finds nothing to go on with.
    assert len(trials) == len(NODES)
    check(trials)


def test_runs_killed_at_thirty_random_moments_give_the_same_bytes_and_repeat_no_finished_call(
    bench: CrashBench,
) -> None:
    trials = bench.random_trials(seed=20261120, kills=30)
    assert len(trials) == 30
    check(trials)
