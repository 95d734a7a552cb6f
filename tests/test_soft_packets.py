# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Packets that may not be believed: what they still tell of tokens."""

import numpy as np
import pytest
import torch
from gnuradio.largesc.frame.soft_tokens import no_soft_bits, token_likelihoods
from gnuradio.largesc.frame.tokens import TokenOrigin, no_tokens
from gnuradio.largesc.link.arrival import Arrival
from gnuradio.largesc.link.packet_parser import PacketRefused
from gnuradio.largesc.recovery.frame_recovery import FrameRecovery
from gnuradio.largesc.recovery.sent_codebooks import DueTokens
from gnuradio.largesc.recovery.strategies.recovery_settings import RecoverySettings
from gnuradio.largesc.recovery.strategies.strategy_by_name import make_recovery
from gnuradio.largesc.recovery.token_model.sampling_settings import SamplingSettings
from gnuradio.largesc.recovery.token_model.token_sampler import Hole, TokenSampler
from gnuradio.largesc.speech_link.link_receiver import SequenceReceiver
from gnuradio.largesc.speech_link.settings import ReceiverSettings
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from largesc_kernels import background, frame_code, packet, packet_codec, rest

CODEC = packet_codec()
PRIMARY, REDUNDANT = [5, 1000, 2047, 0], [7, 8]


def bits_of(token: int) -> np.ndarray:
    return token >> np.arange(11)[::-1] & 1


def ratios_of(token: int, size: float = 5.0) -> np.ndarray:
    return np.where(bits_of(token), size, -size).astype(np.float32)


@given(arrays(np.float32, 11, elements=st.floats(-40, 40, width=32)))
def test_likelihoods_are_probabilities(ratios: np.ndarray) -> None:
    found = token_likelihoods(ratios)
    assert found.shape == (2048,)
    assert np.logaddexp.reduce(found.astype(np.float64)) == pytest.approx(0.0, abs=1e-3)


def test_the_token_decided_is_likeliest_and_then_those_of_another_path() -> None:
    ratios = ratios_of(1365)
    other = np.array([2, 3, 7])
    ratios[other] *= 0.3  # the bits in which the next best path differs
    order = token_likelihoods(ratios).argsort()[::-1]
    second = 1365 ^ sum(1 << (10 - bit) for bit in other)
    assert order[:2].tolist() == [1365, second]
    assert np.ptp(token_likelihoods(np.zeros(11, dtype=np.float32))) == 0.0


def damaged(said: packet, size: float = 4.0) -> Arrival:
    data = CODEC.pack(said)
    bits = np.unpackbits(np.frombuffer(data, dtype=np.uint8))
    soft = np.where(bits, size, -size).astype(np.float32)
    soft[:12] *= 3.0
    return Arrival(data, verdict=False, soft=soft)


def uncertain_mode() -> Arrival:
    """A packet whose header is certain, but not how many of its tokens are primary."""
    arrival = damaged(packet(3, PRIMARY, REDUNDANT, code=frame_code.xor_pair))
    assert arrival.soft is not None
    arrival.soft[12:16] = 0.5
    return arrival


def soft_of(*arrivals: Arrival, soft: bool = True) -> list[np.ndarray | None]:
    """Of frames 0 to 4; of frame 3 no packet comes but these."""
    receiver = SequenceReceiver(ReceiverSettings(look_ahead=0, check="none", soft=soft))
    due = []
    for frame in range(5):
        if frame != 3:
            due += receiver.receive(Arrival(CODEC.pack(packet(frame, PRIMARY))))
        else:
            for one in arrivals:
                with pytest.raises(PacketRefused):
                    receiver.receive(one)
    counts = receiver.counters()
    assert counts["crc_failed"] == len(arrivals)
    assert counts.get("soft", 0) == sum(one.soft is not None for one in due)
    return [one.soft for one in due]


def test_a_damaged_packet_tells_of_its_frame() -> None:
    told = soft_of(damaged(packet(3, PRIMARY)))
    assert [one is None for one in told] == [True, True, True, False, True]
    for k, token in enumerate(PRIMARY):
        assert token_likelihoods(told[3][k]).argmax() == token
    assert not told[3][4:].any()


def test_what_it_repeats_is_told_of_the_earlier_frame() -> None:
    receiver = SequenceReceiver(ReceiverSettings(look_ahead=1, check="none", soft=True))
    due = receiver.receive(Arrival(CODEC.pack(packet(0, PRIMARY))))
    with pytest.raises(PacketRefused):
        receiver.receive(damaged(packet(2, PRIMARY, REDUNDANT, 1)))
    due += receiver.receive(Arrival(CODEC.pack(packet(3, PRIMARY))))
    assert [one.soft is None for one in due] == [True, False, False]
    assert [token_likelihoods(due[1].soft[k]).argmax() for k in (0, 1)] == REDUNDANT
    assert not due[1].soft[2:].any()


@pytest.mark.parametrize(
    "arrival",
    [
        Arrival(b"\x06\x00" + bytes(5), verdict=False),
        Arrival(b"\x06\x00" + bytes(5), verdict=False, soft=np.ones(56, dtype=np.float32)),
        Arrival(b"\x07\xe4", verdict=False, soft=np.full(16, 20.0, dtype=np.float32)),
        damaged(packet(3, resting=rest(1, background(0, 0, 0)))),
        pytest.param(uncertain_mode(), id="a mode that is not certain"),
    ],
)
def test_what_has_no_certain_header_tells_nothing(arrival: Arrival) -> None:
    assert soft_of(arrival) == [None] * 5


def test_nothing_is_told_unless_it_is_asked_for() -> None:
    assert soft_of(damaged(packet(3, PRIMARY)), soft=False) == [None] * 5


def test_samplers_multiply_what_came_with_what_the_model_expects() -> None:
    logits = torch.zeros(2048)
    logits[77], logits[1365] = 6.0, 5.5
    sampler = TokenSampler(SamplingSettings(1.0, 0, greedy=True))
    assert sampler.sample(logits, Hole(0, no_tokens(), None)).token == 77
    hole = Hole(0, no_tokens(), None, ratios_of(1365, 1.0))
    found = sampler.sample(logits, hole)
    assert found.token == 1365
    assert found.probability > 0.9


@pytest.mark.slow
@pytest.mark.parametrize("name", ["hold", "zero", "interpolate", "lora"])
def test_strategies_take_soft_frames(name: str) -> None:
    recovery = FrameRecovery(make_recovery(name, RecoverySettings("mini", 0)))
    known = np.array([3, 4, 5, 6, 7, 8, 9, 10], dtype=np.int16)
    origin = np.full(8, TokenOrigin.PRIMARY, dtype=np.uint8)
    lost = np.full(8, TokenOrigin.UNKNOWN, dtype=np.uint8)
    soft = no_soft_bits()
    soft[:] = [ratios_of(100 + k, 8.0) for k in range(8)]
    recovery.fill(DueTokens(known, known, origin))
    filled = recovery.fill(DueTokens(no_tokens(), no_tokens(), lost, soft))
    if name == "lora":
        assert filled.tokens.tolist() == list(range(100, 108))
        assert filled.confidence.min() > 0.5
