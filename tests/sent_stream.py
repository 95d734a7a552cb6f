# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""A stream of packets to play out, what a link may lose of it, and what must never be wrong."""

from typing import Any

import numpy as np
from gnuradio.largesc import packet, packet_codec, playout_step, sequence_playout
from gnuradio.largesc.frame.tokens import CODE_LAGS, Allocation, TokenOrigin
from gnuradio.largesc.link.packetizer import Packetizer
from hypothesis import strategies as st

LOOK_AHEADS = st.integers(0, 12)
REPETITIONS = st.builds(Allocation, st.integers(4, 8), st.integers(0, 7), st.integers(1, 12))
CODED = st.builds(
    Allocation,
    st.integers(4, 8),
    st.integers(0, 7),
    st.just(1),
    st.sampled_from([code for code, lags in CODE_LAGS.items() if lags]),
)
ALLOCATIONS = REPETITIONS | CODED
UNKNOWN = 6  # the origin of a token of which nobody said whether it was sent
LATEST = 16  # frames behind the newest one at which a packet is still known to be late
LONGEST_OUTAGE = 110  # frames that the sequence number bridges: 128 - LATEST - 1 is the next one


class Sent:
    """Frames as they were sent, and their packets."""

    def __init__(self, frames: int, allocations: list[Allocation]):
        random_tokens = np.random.default_rng(frames).integers(0, 2048, (frames, 8))
        self.tokens = random_tokens.astype(np.int16)
        self.allocations = [allocations[n % len(allocations)] for n in range(frames)]
        packetizer = Packetizer(packet_codec())
        self.packets = [
            packet_codec().parse(packetizer.packetize(n, row, allocation).data)
            for n, (row, allocation) in enumerate(zip(self.tokens, self.allocations, strict=True))
        ]


@st.composite
def losses(draw: Any, max_frames: int = 300, in_a_row: int = 1) -> list[bool]:
    """Loss patterns of any kind without an outage that is too long for the sequence number.

    The cut and the tail may lengthen a run of losses by 40, and reordering the jump after it by
    LATEST: what is left for a run keeps the sum below LONGEST_OUTAGE. Before the tail at least
    ``in_a_row`` packets come between two runs.
    """
    longest = LONGEST_OUTAGE - 40 - LATEST - 1
    runs = draw(st.lists(st.tuples(st.integers(0, longest), st.integers(in_a_row, 60)), max_size=8))
    pattern = [x for lost, received in runs for x in [True] * lost + [False] * received]
    return pattern[:max_frames] + draw(st.lists(st.booleans(), max_size=40))


def play(
    buffer: sequence_playout, arrivals: list[packet], frames: int, verified: bool = True
) -> list[playout_step]:
    """Everything that leaves the buffer."""
    steps = [step for arrival in arrivals for step in buffer.push(arrival, verified)]
    return steps + buffer.flush(frames)


def table(steps: list[playout_step], what: str) -> np.ndarray:
    """One attribute of all steps, ``[frames, 8]``."""
    return np.array([getattr(step, what) for step in steps]).reshape(-1, 8)


def assert_nothing_wrong(steps: list[playout_step], sent: Sent) -> None:
    """Every frame once and in order; every token as it was sent, or missing."""
    assert [step.frame for step in steps] == list(range(len(sent.tokens)))
    due, origin = table(steps, "due"), table(steps, "origin")
    known = due != -1
    np.testing.assert_array_equal(due[known], sent.tokens[known])
    from_link = np.isin(origin, [TokenOrigin.PRIMARY, TokenOrigin.REDUNDANT])
    np.testing.assert_array_equal(from_link, known)
