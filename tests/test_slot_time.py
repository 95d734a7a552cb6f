# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Playout behind the modem goes by when slots were there, on a clock of samples."""

from typing import NamedTuple

import numpy as np
import pytest
from gnuradio.largesc.frame.tokens import TokenOrigin
from gnuradio.largesc.link.arrival import Arrival
from gnuradio.largesc.speech_link.link_receiver import ClockReceiver
from gnuradio.largesc.speech_link.settings import ReceiverSettings
from largesc_kernels import hf_demodulator, hf_modulator, packet, packet_codec

RATE, SLOT, PORTION = 8000, 640, 80  # Hz; samples of a slot, and that a device gives at once
FRAME_S, DECODING_S, MARGIN_S = 0.08, 0.005, 0.02
JITTER_S = 0.04  # as long as none has been seen
FRAMES = 40
CERTAIN = 7.0
OVERS = 8


class Found(NamedTuple):
    """A packet as the modem has found it.

    began, found: s, of its slot, and when it was told.
    """

    data: bytes
    began: float
    found: float
    behind: float
    is_certain: bool


def over_found(snr: float, seed: int) -> list[Found]:
    """An over of FRAMES packets in white noise, from a device that gives 10 ms at a time."""
    random = np.random.default_rng(seed)
    modulator, codec = hf_modulator(), packet_codec()
    sent = [
        codec.pack(packet(n % 128, random.integers(0, 2048, 4).tolist())) for n in range(FRAMES)
    ]
    lead = np.zeros(int(random.integers(800, 800 + SLOT)))
    signal = np.concatenate(
        [lead, *[modulator.modulate(one) for one in sent], modulator.flush(), np.zeros(800)]
    )
    signal = signal[: len(signal) // PORTION * PORTION]
    power = 10 ** (-snr / 10) * RATE / 3000
    noise = random.standard_normal((2, len(signal))) * np.sqrt(power / 2)
    signal = (signal + noise[0] + 1j * noise[1]).astype(np.complex64)
    demodulator, found = hf_demodulator([7]), []
    for end in range(PORTION, len(signal) + 1, PORTION):
        for slot in demodulator.push(signal[end - PORTION : end]):
            if slot.accepted:
                times = (slot.start / RATE, end / RATE + DECODING_S, slot.behind / RATE)
                found.append(Found(slot.bytes, *times, slot.margin >= CERTAIN))
    return found


class Heard(NamedTuple):
    """delays: s from the beginning of each frame's slot to the step that plays it, by frame.
    late: packets that came after their frame's time."""

    delays: dict[int, float]
    late: int


def hear(found: list[Found], phase: float, says_behind: bool = True, look_ahead: int = 1) -> Heard:
    """What a listener plays that takes a frame at ``phase`` and every 80 ms, the next one sooner by
    what it is told to leave out of one."""
    receiver = ClockReceiver(ReceiverSettings(look_ahead=look_ahead, check="none"))
    began = {packet_codec().parse(one.data).sequence: one.began for one in found}
    waiting, delays = list(found), {}
    now = phase - 3 * FRAME_S
    for _ in range(FRAMES + 16):
        while waiting and waiting[0].found <= now:
            one = waiting.pop(0)
            verdict = True if one.is_certain else None
            behind = one.behind if says_behind else 0.0
            receiver.receive(Arrival(one.data, one.found, 0.0, verdict, None, behind))
        due = receiver.step(now)
        if due.origin[0] == TokenOrigin.PRIMARY:
            delays[due.frame] = now - began[due.frame]
        now += FRAME_S - due.trim
    return Heard(delays, receiver.counters()["late"])


def phases() -> list[float]:
    """Of the listener's steps, evenly over a frame."""
    return [n * FRAME_S / 8 for n in range(8)]


@pytest.mark.parametrize(("snr", "most_late"), [(3.0, 0.5), (0.0, 1.5), (-3.0, 4.0)])
def test_an_over_is_heard_as_soon_as_its_slots_allow(snr: float, most_late: float) -> None:
    # A slot, decoding, margin, jitter, look-ahead; then the device's portion and a frame's rest.
    least = FRAME_S + DECODING_S + MARGIN_S + JITTER_S + FRAME_S
    won, late, delays = [], [], []
    for seed in range(OVERS):
        found = over_found(snr, seed)
        for phase in phases():
            heard, before = hear(found, phase), hear(found, phase, says_behind=False)
            usual = list(heard.delays.values())[-20:]
            assert least <= min(usual) + 2e-3
            assert max(usual) < least + PORTION / RATE + FRAME_S / 16 + 1e-3
            won.append(np.mean(list(before.delays.values())[-20:]) - np.mean(usual))
            delays.append(np.mean(usual))
            late.append(heard.late)
    figures = 1000 * np.mean(delays), 1000 * np.mean(won), np.mean(late)
    print("{} dB: {:.0f} ms, {:.0f} ms sooner, {:.1f} packets late".format(snr, *figures))
    assert np.mean(won) > 0.0
    assert np.mean(late) <= most_late
    assert min(won) > -1e-3


def test_a_longer_look_ahead_loses_less_of_the_beginning() -> None:
    found = over_found(-3.0, 0)
    late = [hear(found, 0.0, look_ahead=look_ahead).late for look_ahead in (0, 1, 3, 5)]
    assert late == sorted(late, reverse=True)
    assert late[0] > late[-1]


def test_second_tries_are_played() -> None:
    tried = 0
    for seed in range(OVERS):
        found = over_found(-4.0, seed)
        later = [one for place, one in enumerate(found) if 0.079 < one.behind < 0.081 and place > 6]
        heard = hear(found, 0.03)
        played = set(heard.delays)
        for one in later:
            assert packet_codec().parse(one.data).sequence in played
        tried += len(later)
    assert tried > 0
