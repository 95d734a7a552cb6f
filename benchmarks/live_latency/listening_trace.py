# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""When each frame was where in a listener's flowgraph."""

import time
from typing import Any

import pmt
from gnuradio.largesc.flowgraphs.live_listener import live_listener
from gnuradio.largesc.frame.tokens import TokenOrigin
from gnuradio.largesc.runtime import decoded_frames, pdu

TIME = pmt.intern("time")
SAME_CLOCK_S = 1.0


class ListeningTrace:
    """When packets came, frames were due, filled, decoded; each in the order of frames.

    Attributes:
        arrivals: bytes in hexadecimal and time, s on the monotonic clock, as all times; also
            what a modem tells: when the packet's slot began, s of samples.
        due: frame number, whether its packet came, time.
        filled: time.
        decoded: time, and how many samples are played: a frame's, none, those of two.
    """

    def __init__(self) -> None:
        self.arrivals: list[tuple[str, float, float]] = []
        self.due: list[tuple[int, bool, float]] = []
        self.filled: list[float] = []
        self.decoded: list[tuple[float, int]] = []

    def follow(self, flowgraph: live_listener) -> None:
        """Notes what passes from now on; the flowgraph must not run yet."""
        receiver = flowgraph.listening.receiver
        depacketizer, recovery = receiver.depacketizer, receiver.recovery
        take, hand_on, fill = depacketizer.process, depacketizer.publish, recovery.publish

        def note_arrival(received: pdu.Pdu) -> None:
            told, now = (
                pmt.to_double(pmt.dict_ref(received.meta, TIME, pmt.PMT_NIL)),
                time.monotonic(),
            )
            came = now if abs(now - told) > SAME_CLOCK_S else told  # a modem counts samples
            self.arrivals.append((pdu.read_packet(received.vector).hex(), came, told))
            take(received)

        def note_due(message: Any) -> None:
            meta = pmt.car(message)
            if pmt.length(pmt.cdr(message)):
                origin = pdu.optional_origin(meta)
                came = origin is not None and bool(origin[0] == TokenOrigin.PRIMARY)
                self.due.append((pdu.frame_number(meta), came, time.monotonic()))
            hand_on(message)

        def note_filled(message: Any) -> None:
            if pmt.length(pmt.cdr(message)):
                self.filled.append(time.monotonic())
            fill(message)

        depacketizer.process, depacketizer.publish = note_arrival, note_due
        recovery.publish = note_filled

    def adjustment(self) -> type:
        """A PauseAdjustment that notes each frame when it is decoded."""
        trace = self

        class NotedAdjustment(decoded_frames.PauseAdjustment):
            def push(self, frame: Any, wish: int | None = None, trim: int = 0) -> list[Any]:
                to_play = super().push(frame, wish, trim)
                trace.decoded.append((time.monotonic(), sum(map(len, to_play))))
                return to_play

        return NotedAdjustment
