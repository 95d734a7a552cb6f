# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What drives a receiver in a flowgraph, to the end of a stream."""

import pytest
from gnuradio.largesc.frame.due_frame import DueFrame
from gnuradio.largesc.link.arrival import Arrival
from gnuradio.largesc.runtime.receiver_drive import ByClock
from gnuradio.largesc.speech_link.link_receiver import ClockReceiver
from gnuradio.largesc.speech_link.settings import ReceiverSettings
from largesc_kernels import packet, packet_codec

CODEC = packet_codec()
FRAMES, FRAME_S = 50, 0.08


class Listener:
    """A drive whose clock stands where it is told."""

    def __init__(self, look_ahead: int) -> None:
        receiver = ClockReceiver(ReceiverSettings(look_ahead=look_ahead, check="none"))
        self.played: list[DueFrame] = []
        self.now = 100.0
        self.drive = ByClock(receiver, self.played.extend)
        self.drive._now = lambda: self.now


@pytest.mark.parametrize("late_s", [0.01, 0.04, 0.07])
@pytest.mark.parametrize("look_ahead", [0, 1, 3])
def test_the_last_frame_is_played_though_the_end_comes_right_behind_it(
    look_ahead: int, late_s: float
) -> None:
    listener = Listener(look_ahead)
    for frame in range(FRAMES):
        listener.now = 100.0 + FRAME_S * frame
        listener.drive.receive(Arrival(CODEC.pack(packet(frame % 128, [frame + 1] * 4))))
        if frame == FRAMES - 1:
            assert not listener.drive.end(FRAMES)
        listener.now += late_s
        assert not listener.drive.tick(0)
    for _ in range(look_ahead + 3):
        listener.now += FRAME_S
        if listener.drive.tick(0):
            break
    else:
        pytest.fail("it does not end")
    assert listener.played[-1].tokens[0] == FRAMES
