# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Loss processes through the bindings: against a second implementation, and against theory.

Burst and gap lengths of every process are tested in lib/qa_*_erasures.cc.
"""

import math
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

import numpy as np
import pytest
import reference_erasures as reference
from gnuradio import largesc
from hypothesis import given
from hypothesis import strategies as st
from hypothesis_profiles import examples

PACKETS = 50_000
GOLDEN = 48
# The decisions that lib/ expects as well.
GOLDEN_DECISIONS = {
    "independent": (0.5, 0.0, "111110110010011110111011111100010110011101010000"),
    "gilbert": (0.3, 3.0, "111100111110000000000000111000000000011000110000"),
    "gilbert-elliott": (0.3, 5.0, "110010110111100010100000001111100000000000001011"),
    "bellcore": (0.3, 0.0, "111001111100000000000000011111111100110001100000"),
}
REFERENCES: dict[str, Callable[[float, float, int], Iterator[bool]]] = {
    "independent": lambda loss_rate, burst, seed: reference.independent(loss_rate, seed),
    "gilbert": reference.gilbert,
    "gilbert-elliott": reference.gilbert_elliott,
    "bellcore": lambda loss_rate, burst, seed: reference.bellcore(loss_rate, seed),
}
# Loss rates that the process can have at the bursts drawn below.
HIGHEST = {"independent": 1.0, "gilbert": 0.5, "gilbert-elliott": 0.25, "bellcore": 0.8}


def pattern(process: Any, packets: int = PACKETS) -> np.ndarray:
    """True where a packet is lost."""
    return np.array([process.next_is_lost() for _ in range(packets)])


def text(decisions: Any) -> str:
    return "".join("01"[bool(lost)] for lost in decisions)


@pytest.mark.parametrize("name", GOLDEN_DECISIONS)
def test_seed_gives_the_documented_losses(name: str) -> None:
    loss_rate, burst, decisions = GOLDEN_DECISIONS[name]
    process = largesc.make_loss_process(name, loss_rate, burst, seed=1)
    assert text(pattern(process, GOLDEN)) == decisions
    assert text(islice(REFERENCES[name](loss_rate, burst, 1), GOLDEN)) == decisions


@examples(0.6)
@given(
    st.sampled_from(sorted(REFERENCES)),
    st.floats(0.0, 1.0),
    st.floats(2.0, 40.0),
    st.integers(0, 2**64 - 1),
)
def test_decisions_are_those_of_the_reference(
    name: str, share: float, burst: float, seed: int
) -> None:
    loss_rate = share * HIGHEST[name]
    process = largesc.make_loss_process(name, loss_rate, burst, seed)
    expected = text(islice(REFERENCES[name](loss_rate, burst, seed), 400))
    assert text(pattern(process, 400)) == expected
    process.reset()
    assert text(pattern(process, 400)) == expected


@examples(0.3)
@given(
    st.floats(0.0, 0.5),
    st.floats(0.05, 0.5),
    st.floats(0.0, 0.6),
    st.floats(3.0, 40.0),
    st.integers(0, 2**64 - 1),
)
def test_gilbert_elliott_with_other_states(
    in_good: float, more: float, share: float, burst: float, seed: int
) -> None:
    in_bad = in_good + more
    loss_rate = in_good + share * (in_bad - in_good)
    process = largesc.gilbert_elliott_erasures(loss_rate, burst, seed, in_good, in_bad)
    expected = reference.gilbert_elliott(loss_rate, burst, seed, in_good, in_bad)
    assert text(pattern(process, 300)) == text(islice(expected, 300))


@examples(0.3)
@given(st.sampled_from(sorted(REFERENCES)), st.integers(0, 2**63))
def test_another_seed_loses_others(name: str, seed: int) -> None:
    processes = [largesc.make_loss_process(name, 0.25, 4.0, seed + n) for n in (0, 1)]
    first, second = (text(pattern(process, 1000)) for process in processes)
    assert first != second


@pytest.mark.parametrize("loss_rate", [0.05, 0.3, 0.9])
def test_independent_losses_at_any_distance_are_uncorrelated(loss_rate: float) -> None:
    lost = pattern(largesc.independent_erasures(loss_rate, seed=4)) - loss_rate
    for distance in range(1, 8):
        correlation = (lost[distance:] * lost[:-distance]).mean() / (loss_rate * (1 - loss_rate))
        assert abs(correlation) < 4 / math.sqrt(PACKETS)


@pytest.mark.parametrize("burst", [2.0, 5.0, 10.0])
def test_gilbert_losses_are_correlated_as_the_chain_says(burst: float) -> None:
    loss_rate, packets = 0.4, 400_000
    rho = 1 - 1 / (burst * (1 - loss_rate))  # 1 - p - r
    lost = pattern(largesc.gilbert_erasures(loss_rate, burst, seed=4), packets) - loss_rate
    for distance in (1, 2, 4):
        correlation = (lost[distance:] * lost[:-distance]).mean() / (loss_rate * (1 - loss_rate))
        # Each sample counts for fewer independent ones, the longer the memory.
        deviation = math.sqrt((1 + rho) / (1 - rho) / packets)
        assert abs(correlation - rho**distance) < 4 * deviation


def test_higher_rate_of_independent_losses_loses_the_same_packets_and_more() -> None:
    few, many = (pattern(largesc.independent_erasures(rate, seed=6)) for rate in (0.1, 0.4))
    assert (many >= few).all()


@pytest.mark.parametrize("name", REFERENCES)
def test_rate_is_set_and_refused(name: str) -> None:
    process = largesc.make_loss_process(name, 0.1, 4.0, 1)
    process.loss_rate = 0.2
    assert process.loss_rate == 0.2
    for loss_rate in (-0.01, 1.01, float("nan"), float("inf")):
        with pytest.raises(ValueError, match=r"loss_rate must be 0\.\.1"):
            process.loss_rate = loss_rate
        with pytest.raises(ValueError, match=r"loss_rate must be 0\.\.1"):
            largesc.make_loss_process(name, loss_rate, 4.0, 1)
    assert process.loss_rate == 0.2


def test_rate_changes_for_the_packets_to_come() -> None:
    process = largesc.independent_erasures(0.0, 1)
    assert not pattern(process, 20).any()
    process.loss_rate = 0.5
    after_20 = pattern(largesc.independent_erasures(0.5, 1), 40)[20:]
    np.testing.assert_array_equal(pattern(process, 20), after_20)


@examples(0.6)
@given(st.floats(0.01, 0.99), st.floats(0.5, 50.0))
def test_gilbert_takes_no_burst_shorter_than_chance(loss_rate: float, burst: float) -> None:
    if burst * (1 - loss_rate) >= 1.0:
        assert largesc.gilbert_erasures(loss_rate, burst, 0).mean_burst == burst
    elif burst * (1 - loss_rate) < 0.999999:
        with pytest.raises(ValueError, match="less bursty than chance"):
            largesc.gilbert_erasures(loss_rate, burst, 0)


def test_processes_say_their_names_and_parameters() -> None:
    assert largesc.loss_process_names()[:4] == list(REFERENCES)
    for name in REFERENCES:
        assert largesc.make_loss_process(name, 0.25, 5.0, 1).description.startswith(name)
    described = largesc.gilbert_erasures(0.3, 2.5, 1).description
    assert described == "gilbert, loss rate 0.3, mean burst 2.5"
    with pytest.raises(ValueError, match="choose one of independent, gilbert, gilbert-elliott"):
        largesc.make_loss_process("gilbert_elliott")


@given(st.lists(st.booleans(), max_size=60))
def test_burst_statistics_count_runs(trace: list[bool]) -> None:
    statistics = largesc.burst_statistics()
    for lost in trace:
        statistics.add(lost)
    runs = [len(run) for run in text(trace).split("0") if run]
    assert (statistics.packets, statistics.lost) == (len(trace), sum(trace))
    assert (statistics.bursts, statistics.longest_burst) == (len(runs), max(runs, default=0))
    assert statistics.mean_burst == pytest.approx(np.mean(runs) if runs else 0.0)
    assert statistics.loss_rate == pytest.approx(np.mean(trace) if trace else 0.0)
