# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Packets in the slots of a live radio, on a clock of samples: what waits how long, what is left
out."""

from collections import Counter

import numpy as np
import pytest
from gnuradio.largesc.radio.over_feed import HEAD_START_MS, LiveOvers, OneOver
from gnuradio.largesc.radio.over_sender import OverSender
from gnuradio.largesc.radio.slot_queue import BEHIND, MOST_BESIDE, SlotQueue, WaitingPacket
from largesc_kernels import hf_modulator

RATE, SLOT, FRAME_MS = 8000, 640, 80
CONTENTS_OF = 7


def contents(frame: int, beside: bool = False) -> bytes:
    return bytes([beside, frame]) + bytes(CONTENTS_OF - 2)


def of_frame(frame: int) -> WaitingPacket:
    return WaitingPacket(contents(frame), frame)


def beside(frame: int) -> WaitingPacket:
    return WaitingPacket(contents(frame, True), frame, beside=True)


class SpiedModulator:
    """Notes what is sent."""

    def __init__(self) -> None:
        self._kernel = hf_modulator()
        self.sent: list[bytes] = []

    def modulate(self, packet: bytes) -> np.ndarray:
        self.sent.append(packet)
        return self._kernel.modulate(packet)

    def flush(self) -> np.ndarray:
        return self._kernel.flush()


class Station:
    """A live modulator that a device empties, sample by sample; packets come at their times.

    Attributes:
        began: ms at which the slot of each packet began, by frame and whether it is beside it.
        order: the same keys as they were sent.
    """

    def __init__(self, capacity: int = 2) -> None:
        self.counts: Counter[str] = Counter()
        self._modulator = SpiedModulator()
        self.feed = LiveOvers(OverSender(self._modulator, SLOT, 5), RATE, capacity, self.counts)
        self.began: dict[tuple[int, bool], float] = {}

    @property
    def order(self) -> list[tuple[int, bool]]:
        return list(self.began)

    def run(self, coming: list[tuple[float, WaitingPacket]], seconds: float) -> "Station":
        """Packets with the ms at which they come."""
        waiting = sorted(coming, key=lambda one: one[0])
        samples = 0
        while samples < seconds * RATE:
            now = 1000 * samples / RATE
            while waiting and waiting[0][0] <= now:
                self.feed.put(waiting.pop(0)[1])
            known = len(self._modulator.sent)
            part = self.feed.next_part(False)
            assert part is not None
            for sent in self._modulator.sent[known:]:
                self.began[sent[1], bool(sent[0])] = now
            samples += len(part.samples)
        return self


def talk(frames: int, after_ms: float = 0.0, encoding_ms: float = 9.0) -> list:
    """Each frame's packet, from where the first frame is complete on; the last sample of frame n is
    spoken at after_ms + 80 n."""
    return [(after_ms + FRAME_MS * n + encoding_ms, of_frame(n)) for n in range(frames)]


def delay(station: Station, frame: int, after_ms: float = 0.0) -> float:
    """From a frame's last sample to its slot, ms."""
    return station.began[frame, False] - (after_ms + FRAME_MS * frame)


def test_a_key_that_goes_down_announces_the_over_before_the_first_frame_is_spoken() -> None:
    # The gate passes the 20 ms that put the key down: the first frame is complete 60 ms later.
    coming = [(0.5, beside(0)), *talk(40, after_ms=60.0)]
    station = Station().run(coming, 4.0)
    assert station.order[:3] == [(0, True), (0, False), (1, False)]
    assert station.began[0, True] <= 10 + HEAD_START_MS
    assert {delay(station, frame, 60.0) for frame in range(40)} == {40.0}
    assert station.counts == {"packets": 41, "overs": 1, "gaps": 5}


def test_an_announcement_with_the_first_frame_takes_its_slot() -> None:
    # Nobody says that the key goes down: both are there when the first frame is.
    coming = [(9.0, beside(0)), *talk(40)]
    station = Station().run(coming, 4.0)
    assert station.order[:2] == [(0, True), (1, False)]
    assert {delay(station, frame) for frame in range(1, 40)} == {20.0}
    assert station.counts["left_out"] == 1


def test_a_voice_is_there_when_the_key_goes_down_and_is_no_later_for_being_announced() -> None:
    # 100 ms from before it are kept: the first frame is complete 40 ms before the key goes down.
    coming = [(0.5, beside(0)), *((max(ms, 1.0), one) for ms, one in talk(40, -40.0))]
    station = Station().run(coming, 4.0)
    assert station.order[:2] == [(0, True), (1, False)]
    assert {delay(station, frame, -40.0) for frame in range(1, 40)} == {60.0}


def test_announcements_within_an_over_make_nothing_later() -> None:
    coming = talk(100)
    coming += [(FRAME_MS * frame + 9.0 - 0.1, beside(frame)) for frame in (12, 24, 50, 75)]
    station = Station().run(coming, 9.0)
    delays = {delay(station, frame) for frame in range(100) if (frame, False) in station.began}
    assert delays == {20.0}
    assert station.counts["left_out"] == 4
    assert [key for key in station.order if key[1]] == [(n, True) for n in (12, 24, 50, 75)]


def test_a_frame_that_takes_longer_than_the_first_one_has_a_head_start() -> None:
    coming = talk(40)
    for frame in (5, 17, 30):
        coming[frame] = coming[frame][0] + HEAD_START_MS, coming[frame][1]
    station = Station().run(coming, 4.0)
    assert {delay(station, frame) for frame in range(40)} == {20.0}
    assert station.counts["gaps"] == 5  # behind the last


def test_what_alone_misses_its_slot_is_left_out_and_makes_nothing_later() -> None:
    coming = talk(60)
    coming[5] = coming[5][0] + 40.0, coming[5][1]
    station = Station().run(coming, 6.0)
    assert (5, False) not in station.began
    assert {delay(station, frame) for frame in range(60) if frame != 5} == {20.0}
    assert station.counts["dropped"] == 1


def test_when_several_miss_their_slots_all_are_later_for_half_a_second() -> None:
    coming = talk(60)
    for frame in range(5, 9):
        coming[frame] = coming[frame][0] + 40.0, coming[frame][1]
    station = Station().run(coming, 6.0)
    late = [frame for frame in range(60) if (frame, False) in station.began]
    late = [frame for frame in late if delay(station, frame) > 20.0]
    assert late == list(range(5, 8 + BEHIND))
    assert {delay(station, frame) for frame in late} == {20.0 + FRAME_MS}
    assert station.counts["dropped"] == 1
    assert delay(station, 59) == 20.0


def test_after_a_rest_nothing_is_taken_for_late() -> None:
    coming = [one for place, one in enumerate(talk(40)) if place not in (10, 11, 20, 21, 22)]
    station = Station().run(coming, 4.0)
    assert {frame for frame, _ in station.order} == set(range(40)) - {10, 11, 20, 21, 22}
    assert station.counts["dropped"] == 0


def test_after_a_standstill_the_oldest_are_dropped() -> None:
    coming = talk(60)
    for frame in range(5, 12):
        coming[frame] = coming[12][0], coming[frame][1]
    station = Station().run(coming, 6.0)
    lost = [frame for frame in range(60) if (frame, False) not in station.began]
    assert lost[:6] == [5, 6, 7, 8, 9, 10]
    assert station.counts["dropped"] == len(lost) <= 8
    heard = [frame for frame in range(13, 60) if frame not in lost]
    assert max(delay(station, frame) for frame in heard) <= 20.0 + 2 * FRAME_MS
    assert delay(station, 59) == 20.0


def test_what_waits_beside_frames_is_bounded_as_well() -> None:
    counts: Counter[str] = Counter()
    queue = SlotQueue(3, counts)
    for frame in range(MOST_BESIDE + 7):
        queue.put(beside(frame))
    assert len(queue) == MOST_BESIDE
    assert counts == {"dropped": 7}
    assert queue.take() == beside(7)


def test_ends_of_overs_go_out_whole() -> None:
    ends = [(10 * FRAME_MS + 300.0, WaitingPacket(contents(n, True), 10, True)) for n in range(8)]
    station = Station().run([*talk(10), *ends], 3.0)
    assert [key for key in station.order if key[1]] == [(n, True) for n in range(8)]
    assert station.counts["overs"] == 1
    assert station.counts["left_out"] == 0


def test_what_says_no_frame_takes_nobodys_slot() -> None:
    counts: Counter[str] = Counter()
    queue = SlotQueue(2, counts)
    queue.put(WaitingPacket(b"a"))
    assert queue.take() == WaitingPacket(b"a")
    queue.put(WaitingPacket(b"b", None, beside=True))
    queue.put(WaitingPacket(b"c"))
    assert [one.contents for one in (queue.take(), queue.take()) if one] == [b"b", b"c"]
    assert queue.take() is None
    assert not counts


@pytest.mark.parametrize("ended", [False, True])
def test_without_a_clock_all_packets_go_out_in_their_order(ended: bool) -> None:
    counts: Counter[str] = Counter()
    modulator = SpiedModulator()
    feed = OneOver(OverSender(modulator, SLOT, 5), counts)
    given = [beside(0), *(of_frame(n) for n in range(9)), beside(9), of_frame(9)]
    for packet in given:
        feed.put(packet)
    while feed.next_part(ended):
        pass
    assert modulator.sent == [packet.contents for packet in given]
    assert counts == {"packets": 12, "overs": 1}
    assert len(feed) == 0
