# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Trace files of packet losses: written, read, thinned, classified, refused."""

from pathlib import Path

import pytest
from gnuradio import largesc
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

TRACES = st.lists(st.booleans(), min_size=1, max_size=300)
SAME_FOLDER = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


@SAME_FOLDER
@given(trace=TRACES, comment=st.text())
def test_what_is_written_is_read(tmp_path: Path, trace: list[bool], comment: str) -> None:
    path = tmp_path / "trace.txt"
    largesc.write_trace(str(path), trace, comment)
    assert largesc.read_trace(str(path)) == trace


@SAME_FOLDER
@given(content=st.binary(max_size=60) | st.text("01 \n\t\r#x", max_size=60).map(str.encode))
def test_any_file_is_read_by_the_rules_or_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "trace.txt"
    path.write_bytes(content)
    entries = b"".join(line.split(b"#")[0] for line in content.split(b"\n"))
    entries = entries.translate(None, b" \t\r\n\v\f")
    if entries and not entries.translate(None, b"01"):
        assert largesc.read_trace(str(path)) == [entry == ord("1") for entry in entries]
    else:
        with pytest.raises(largesc.trace_error, match=r"trace\.txt: (no packet|line \d+, column)"):
            largesc.read_trace(str(path))


@given(TRACES, st.integers(1, 9), st.data())
def test_longer_packets_share_the_fate_of_their_slot(
    trace: list[bool], step: int, data: st.DataObject
) -> None:
    first = data.draw(st.integers(0, step - 1))
    assert largesc.thin_trace(trace, step, first) == trace[first::step]


def test_thinning_keeps_the_loss_rate_and_samples_the_bursts() -> None:
    process = largesc.gilbert_erasures(0.3, 16.0, seed=1)  # 20 ms packets: bursts of 320 ms
    trace = [process.next_is_lost() for _ in range(800_000)]
    statistics = largesc.burst_statistics()
    for lost in largesc.thin_trace(trace, 4):
        statistics.add(lost)
    assert statistics.loss_rate == pytest.approx(0.3, abs=0.01)
    # A run of 80 ms packets goes on if the chain is lost four steps later:
    # P + (1 - P) rho^4, rho = 1 - p - r.
    rho = 1 - 1 / (16.0 * 0.7)
    goes_on = 0.3 + 0.7 * rho**4
    assert statistics.mean_burst == pytest.approx(1 / (1 - goes_on), rel=0.02)


@pytest.mark.parametrize(("step", "first"), [(0, 0), (4, 4), (1, 1)])
def test_thinning_refuses_what_makes_no_sense(step: int, first: int) -> None:
    with pytest.raises(ValueError, match="step must be at least 1"):
        largesc.thin_trace([True, False], step, first)


@given(st.integers(0, 60), st.sampled_from([20.0, 80.0]))
def test_class_is_that_of_the_longest_burst(burst: int, packet_ms: float) -> None:
    trace = [True] * burst + [False, True, False]
    longest = max(1, burst)
    assert largesc.longest_burst(trace) == longest
    limits = {"up_to_120_ms": 120, "up_to_320_ms": 320, "up_to_1000_ms": 1000}
    names = [name for name, limit in limits.items() if longest * packet_ms <= limit]
    assert largesc.classify_trace(trace, packet_ms).name == (names or ["above_1000_ms"])[0]


def test_what_is_no_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(largesc.trace_error, match="nothing: cannot be opened: No such file"):
        largesc.read_trace(str(tmp_path / "nothing"))
    with pytest.raises(largesc.trace_error, match="directory"):
        largesc.read_trace(str(tmp_path))
    with pytest.raises(largesc.trace_error, match="larger than 16777216 bytes"):
        largesc.read_trace("/dev/zero")
    with pytest.raises(largesc.trace_error, match="cannot be written: No such file"):
        largesc.write_trace(str(tmp_path / "no" / "trace.txt"), [True])
    with pytest.raises(largesc.trace_error, match="no packet to write"):
        largesc.write_trace(str(tmp_path / "trace.txt"), [])
    with pytest.raises(largesc.trace_error, match="cannot be written: No space left"):
        largesc.write_trace("/dev/full", [True])


def test_played_trace_repeats_and_says_so(tmp_path: Path) -> None:
    path = str(tmp_path / "trace.txt")
    largesc.write_trace(path, [False, True, True])
    process = largesc.make_loss_process(f"trace:{path}")
    assert [process.next_is_lost() for _ in range(7)] == [0, 1, 1, 0, 1, 1, 0]
    assert process.repeats == 2
    assert process.loss_rate == pytest.approx(2 / 3)
    with pytest.raises(ValueError, match="the trace's own"):
        process.loss_rate = 0.5
