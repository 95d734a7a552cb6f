# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Samples by the clock: in time, and no faster after a standstill. The clock is the test's own."""

from pathlib import Path

import numpy as np
import pytest
import soundfile
from gnuradio import blocks, gr, largesc
from gnuradio.largesc.runtime.real_time_pace import (
    PORTION,
    SAMPLE_RATE,
    SLACK,
    PaceClock,
    real_time_pace,
)
from gnuradio.largesc.runtime.sample_array import array_source
from hypothesis import given
from hypothesis import strategies as st

FRAME = 1920


class Clock:
    """A clock that moves only when it is told to."""

    def __init__(self, now: float = 1000.0):
        self.now = now

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def pass_until(pace: PaceClock, clock: Clock, end: float) -> int:
    """Samples that pass until then, as a block takes them: a portion, a wait, a portion."""
    passed = 0
    while True:
        wait = pace.seconds_to_wait(PORTION)
        if clock.now + wait > end:
            return passed
        clock.sleep(wait)
        passed += PORTION


def test_samples_pass_at_their_rate() -> None:
    clock = Clock()
    assert pass_until(
        PaceClock(SAMPLE_RATE, SLACK, clock), clock, clock.now + 60.0
    ) == pytest.approx(60 * SAMPLE_RATE, abs=PORTION)


def test_the_first_samples_do_not_wait() -> None:
    pace = PaceClock(SAMPLE_RATE, SLACK, Clock())
    assert pace.seconds_to_wait(PORTION) == 0.0
    assert pace.seconds_to_wait(PORTION) == pytest.approx(0.02)
    pace.reset()
    assert pace.seconds_to_wait(PORTION) == 0.0


def test_after_a_standstill_a_frame_passes_at_once_and_not_what_was_missed() -> None:
    clock = Clock()
    pace = PaceClock(SAMPLE_RATE, SLACK, clock)
    pass_until(pace, clock, clock.now + 1.0)
    clock.sleep(10.0)
    assert pass_until(pace, clock, clock.now) <= FRAME
    assert pass_until(pace, clock, clock.now + 1.0) == pytest.approx(SAMPLE_RATE, abs=PORTION)


def test_small_delays_are_made_up_for() -> None:
    clock = Clock()
    pace = PaceClock(SAMPLE_RATE, SLACK, clock)
    start = clock.now
    passed = 0
    for _ in range(1000):  # each portion is late by 15 ms, as a busy machine wakes a thread
        clock.sleep(pace.seconds_to_wait(PORTION) + 0.015)
        passed += PORTION
    assert passed / (clock.now - start) == pytest.approx(SAMPLE_RATE, rel=2e-3)


@given(st.lists(st.floats(0.0, 20.0), max_size=30), st.sampled_from([1.0, 7.0]))
def test_no_stretch_of_time_brings_more_than_it_lasts_and_a_frame(
    standstills: list[float], speed: float
) -> None:
    clock = Clock()
    pace = PaceClock(SAMPLE_RATE * speed, SLACK, clock)
    moments, total = [], 0
    for standstill in standstills:
        clock.sleep(pace.seconds_to_wait(PORTION))
        total += PORTION
        moments.append((clock.now, total))
        clock.sleep(standstill)
    for earlier, (start, before) in enumerate(moments):
        for end, after in moments[earlier:]:
            at_most = FRAME + (end - start) * SAMPLE_RATE * speed
            assert after - before <= at_most + 1e-3


def test_the_block_passes_everything_and_takes_its_time() -> None:
    clock = Clock()
    speech = np.arange(5 * SAMPLE_RATE, dtype=np.float32)
    source, pace = array_source(speech), real_time_pace(SAMPLE_RATE, clock, clock.sleep)
    sink, flowgraph = blocks.vector_sink_f(), gr.top_block()
    flowgraph.connect(source, pace, sink)
    start = clock.now
    flowgraph.run()
    np.testing.assert_array_equal(sink.data(), speech)
    assert clock.now - start == pytest.approx(5.0, abs=0.021)


def test_speech_source_and_speech_sink_are_paced_by_it(tmp_path: Path) -> None:
    file = str(tmp_path / "speech.wav")
    soundfile.write(file, np.zeros(100), SAMPLE_RATE)
    for block in (
        largesc.speech_source(file),
        largesc.speech_sink("none", paced=True),
        largesc.speech_sink(file, paced=True),
    ):
        assert isinstance(block.pace, real_time_pace)
